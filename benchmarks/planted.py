"""The defects that :mod:`benchmarks.plausibility` plants: each spoils one unit's workbook and says where it stands."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell

from kepu_eval.plan import Plan
from kepu_eval.returns import layout

YEARS = ("2021年", "2022年", "2023年")
_ROW = re.compile(r"\d+$")


@dataclass(frozen=True)
class Planted:
    """Where a defect stands: sheet and rows (``{}`` for the whole return), the units that a finding may be about."""

    what: str
    rows: Mapping[str, frozenset[int]]
    units: frozenset[str]

    def names(self, finding: Mapping[str, object]) -> bool:
        """Whether a finding is about this defect: a unit of it, and one of its rows or the whole sheet."""
        if finding["unit"] not in self.units:
            return False
        if not self.rows:
            return True
        rows = self.rows.get(str(finding["sheet"]))
        places = [str(finding["cell"]), *(field[0] for field in finding["fields"] or ())]
        found = {int(n[0]) for place in places for n in [re.search(r"\d+", place)] if n}
        return rows is not None and (not rows or not found or bool(rows & found))


class Pages:
    """One unit's workbook by row names and column titles."""

    def __init__(self, book: Workbook, plan: Plan, unit: str, folder: Path) -> None:
        self.book, self.plan, self.unit, self.folder = book, plan, plan.unit(unit), folder

    def other(self, name: str) -> Pages:
        """Another unit's clean workbook."""
        return Pages(load_workbook(self.folder / f"{name}.xlsx"), self.plan, name, self.folder)

    def titles(self, sheet: str) -> list[str]:
        return [str(cell.value) for cell in self.book[sheet][layout.HEADER_ROW]]

    def cell(self, sheet: str, row: int, title: str) -> Cell:
        return self.book[sheet].cell(row, self.titles(sheet).index(title) + 1)

    def rows(self, sheet: str) -> list[int]:
        """Numbers of the rows that hold something beside what we print."""
        page = self.book[sheet] if sheet in self.book.sheetnames else None
        last = 0 if page is None else page.max_row
        return [n for n in range(layout.FIRST_ROW, last + 1) if page.cell(n, 1).value not in (None, "")]

    def values(self, sheet: str, row: int, titles: tuple[str, ...]) -> list:
        return [self.cell(sheet, row, title).value for title in titles]

    def planted(self, what: str, places: Mapping[str, object], *others: str) -> Planted:
        rows = {sheet: frozenset([at] if isinstance(at, int) else at) for sheet, at in places.items()}
        return Planted(what, rows, frozenset({self.unit.id, *others}))


def _numbers(pages: Pages, *, summed: bool, rng: np.random.Generator) -> int | None:
    """A row of figures that are all above 20."""
    fits = []
    for row in pages.rows(layout.NUMBERS):
        indicator = pages.plan.indicator(str(pages.cell(layout.NUMBERS, row, "指标号").value))
        values = pages.values(layout.NUMBERS, row, YEARS)
        if indicator.kind.summed is summed and all(isinstance(v, int) and v > 20 for v in values):
            fits.append(row)
    return int(rng.choice(fits)) if fits else None


def _series(what: str, change: Callable, *, summed: bool = True):
    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        row = _numbers(pages, summed=summed, rng=rng)
        if row is None:
            return None
        values = change(pages.values(layout.NUMBERS, row, YEARS), rng)
        for title, value in zip(YEARS, values, strict=True):
            pages.cell(layout.NUMBERS, row, title).value = value
        return pages.planted(f"{what} {values}", {layout.NUMBERS: row})

    return spoil


def _one(values: list, place: int, value: object) -> list:
    return [value if n == place else v for n, v in enumerate(values)]


def _declining(_: list, rng: np.random.Generator) -> list:
    first = int(rng.integers(120, 600))
    steps = [first, int(first * rng.uniform(0.88, 1.0)), int(first * rng.uniform(0.75, 0.92))]
    return list(accumulate(steps))


def _times(factor: float, rng: np.random.Generator, values: list) -> list:
    place = int(rng.integers(0, 3))
    return _one(values, place, round(values[place] * factor))


def _note(what: str, change: Callable):
    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        row = _numbers(pages, summed=True, rng=rng)
        if row is None:
            return None
        values, note = change(pages.values(layout.NUMBERS, row, YEARS), rng)
        for title, value in zip(YEARS, values, strict=True):
            pages.cell(layout.NUMBERS, row, title).value = value
        pages.cell(layout.NUMBERS, row, "说明").value = note
        return pages.planted(f"{what} {values} {note}", {layout.NUMBERS: row})

    return spoil


def _scale(how: str):
    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        row = _numbers(pages, summed=bool(rng.random() < 0.6), rng=rng)
        if row is None:
            return None
        page, place = pages.book[layout.NUMBERS], str(rng.choice(YEARS))
        unit = str(pages.cell(layout.NUMBERS, row, "计量单位").value)
        word = str(rng.choice(["万", "千"]))
        if how == "format":
            cell = pages.cell(layout.NUMBERS, row, place)
            cell.value, cell.number_format = (
                int(rng.integers(1, 30)),
                f'0"{word}{unit}"' if rng.random() < 0.5 else f'0"{word}"',
            )
        elif how == "unit":
            pages.cell(layout.NUMBERS, row, "计量单位").value = f"{word}{unit}"
        elif how == "note":
            pages.cell(layout.NUMBERS, row, "说明").value = str(
                rng.choice([f"单位：{word}{unit}", f"以{word}{unit}为单位", f"（{word}{unit}）"])
            )
        elif how == "title":
            pages.cell(layout.NUMBERS, layout.HEADER_ROW, place).value = f"{place}（{word}{unit}）"
            return pages.planted(how, {layout.NUMBERS: frozenset()})
        else:
            page.cell(layout.UNIT_ROW, 1).value = f"{page.cell(layout.UNIT_ROW, 1).value}　单位：{word}{unit}"
            return pages.planted(how, {layout.NUMBERS: frozenset()})
        return pages.planted(f"{how} {word}{unit}", {layout.NUMBERS: row})

    return spoil


def _raw(text: str):
    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        row = _numbers(pages, summed=True, rng=rng)
        if row is None:
            return None
        cell = pages.cell(layout.NUMBERS, row, str(rng.choice(YEARS)))
        cell.value = text.format(n=cell.value)
        cell.data_type = "s"
        return pages.planted(str(cell.value), {layout.NUMBERS: row})

    return spoil


def _statement(fits: Callable[[dict], bool], change: Callable[[dict, np.random.Generator], dict], what: str):
    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        titles, chosen = pages.titles(layout.TASKS), []
        for row in pages.rows(layout.TASKS):
            told = {title: pages.cell(layout.TASKS, row, title).value for title in titles}
            if told["自评"] and fits(told):
                chosen.append((row, told))
        if not chosen:
            return None
        row, told = chosen[int(rng.integers(len(chosen)))]
        for title, value in change(told, rng).items():
            pages.cell(layout.TASKS, row, title).value = value
        return pages.planted(f"{what} {change(told, np.random.default_rng(0))}", {layout.TASKS: row})

    return spoil


def _yearly(told: dict) -> bool:
    return told["2023年"] in ("有", "无")


def _all(word: str) -> Callable[[dict], bool]:
    return lambda told: all(told[year] == word for year in YEARS)


def _pick(*texts: str) -> Callable[[np.random.Generator], str]:
    return lambda rng: str(rng.choice(texts))


_NOTHING = _pick(
    "未开展。",
    "尚未开展，正在与有关单位沟通。",
    "因人员变动，此项工作没有开展。",
    "暂未开展",
    "受场地限制尚未启动。",
)
_HELD = _pick(
    "{y}年举办讲座3期，参加180人。", "{y}年5月在社区开展宣传活动2场，120人次参加。", "{y}年共组织培训4次。"
)


def _events(pages: Pages) -> list[int]:
    return pages.rows(layout.EVENTS)


def _event(what: str, change: Callable[[Pages, int, np.random.Generator], str | None]):
    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        rows = _events(pages)
        if len(rows) < 3:
            return None
        row = int(rng.choice(rows))
        told = change(pages, row, rng)
        if told is None:
            return None
        numbers = {layout.NUMBERS: frozenset()} if pages.cell(layout.EVENTS, row, "关联指标").value else {}
        return pages.planted(f"{what} {told}", {layout.EVENTS: frozenset({row, max(rows) + 1}), **numbers})

    return spoil


def _set(title: str, value: Callable) -> Callable[[Pages, int, np.random.Generator], str]:
    def change(pages: Pages, row: int, rng: np.random.Generator) -> str | None:
        cell = pages.cell(layout.EVENTS, row, title)
        was, new = cell.value, value(cell.value, rng)
        if new is NotImplemented:
            return None
        cell.value = new
        return f"{was}→{cell.value}"

    return change


def _task_of_others(pages: Pages, row: int, rng: np.random.Generator) -> str:
    own = {task.number for task, _ in pages.plan.duties(pages.unit)}
    others = [task.number for task in pages.plan.tasks if task.number not in own]
    cell = pages.cell(layout.EVENTS, row, "任务号")
    cell.value = int(rng.choice(others))
    return str(cell.value)


def _again(
    change: Callable[[dict, np.random.Generator], dict],
) -> Callable[[Pages, int, np.random.Generator], str]:
    def copy(pages: Pages, row: int, rng: np.random.Generator) -> str:
        titles, last = pages.titles(layout.EVENTS), max(_events(pages)) + 1
        told = {title: pages.cell(layout.EVENTS, row, title).value for title in titles}
        told["活动编号"] = "EV900"
        told |= change(told, rng)
        for title, value in told.items():
            pages.cell(layout.EVENTS, last, title).value = value
        return str(told["活动名称"])

    return copy


def _school(what: str, change: Callable[[Pages, int, np.random.Generator], str]):
    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        rows = pages.rows(layout.SCHOOLS)
        if not rows:
            return None
        row = int(rng.choice(rows))
        told = change(pages, row, rng)
        return pages.planted(f"{what} {told}", {layout.SCHOOLS: frozenset({row, max(rows) + 1})})

    return spoil


def _school_cell(measure: str, value: Callable):
    def change(pages: Pages, row: int, rng: np.random.Generator) -> str:
        fits = [t for t in pages.titles(layout.SCHOOLS) if t.endswith(measure)
                and isinstance(pages.cell(layout.SCHOOLS, row, t).value, int)]  # fmt: skip
        cell = pages.cell(layout.SCHOOLS, row, str(rng.choice(fits)))
        was, cell.value = cell.value, value(cell.value, rng)
        return f"{cell.coordinate} {was}→{cell.value}"

    return change


def _school_again(name: Callable[[str], str], changed: int):
    def change(pages: Pages, row: int, rng: np.random.Generator) -> str:
        last, titles = max(pages.rows(layout.SCHOOLS)) + 1, pages.titles(layout.SCHOOLS)
        for title in titles:
            pages.cell(layout.SCHOOLS, last, title).value = pages.cell(layout.SCHOOLS, row, title).value
        first = pages.cell(layout.SCHOOLS, last, titles[0])
        first.value = name(str(first.value))
        for title in rng.choice([t for t in titles if t.endswith("讲座次数")], changed, replace=False):
            pages.cell(layout.SCHOOLS, last, str(title)).value = int(rng.integers(4, 9))
        return str(first.value)

    return change


def _short_name(name: str) -> str:
    return name.replace("小学", "小").replace("初中", "初").replace("高中", "高")


def _full_name(name: str) -> str:
    return f"昆都仑区{name}"


def _copy(*sheets: str, share: float = 1.0):
    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        names = [
            u.name
            for u in pages.plan.units
            if u != pages.unit and (pages.folder / f"{u.name}.xlsx").is_file()
        ]
        source = pages.other(str(rng.choice(names)))
        done = 0
        for sheet in sheets:
            done += _copied(pages, source, sheet, share, rng)
        if done < 6:
            return None
        return Planted(
            f"抄自{source.unit.name} {sheets} {done}格", {}, frozenset({pages.unit.id, source.unit.id})
        )

    return spoil


def _copied(pages: Pages, source: Pages, sheet: str, share: float, rng: np.random.Generator) -> int:
    """Copy what stands in rows of the same name (or, of a free list, all rows); how many cells."""
    done, titles = 0, pages.titles(sheet)
    key = {layout.TASKS: "承诺号", layout.NUMBERS: "指标号"}.get(sheet)
    printed = {layout.TASKS: 6, layout.NUMBERS: 5}.get(sheet, 0)
    theirs = {source.cell(sheet, r, key).value: r for r in source.rows(sheet)} if key else {}
    rows = (
        [(r, theirs.get(pages.cell(sheet, r, key).value)) for r in pages.rows(sheet)]
        if key
        else [(r, r) for r in source.rows(sheet)]
    )
    for row, other in rows:
        if other is None or rng.random() > share:
            continue
        for title in titles[printed:]:
            value = source.cell(sheet, other, title).value
            pages.cell(sheet, row, title).value = value
            done += value is not None
    return done


def _evidence(how: str):
    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        rows = pages.rows(layout.EVIDENCE)
        if len(rows) < 4:
            return None
        one, other = (int(r) for r in rng.choice(rows, 2, replace=False))
        if how == "number":
            pages.cell(layout.EVIDENCE, one, "佐证编号").value = pages.cell(
                layout.EVIDENCE, other, "佐证编号"
            ).value
            return pages.planted(
                "编号重复",
                {
                    layout.EVIDENCE: frozenset({one, other}),
                    layout.TASKS: frozenset(),
                    layout.NUMBERS: frozenset(),
                },
            )
        if how == "piece":
            for title in ("名称", "文号或日期", "文件名"):
                pages.cell(layout.EVIDENCE, one, title).value = pages.cell(
                    layout.EVIDENCE, other, title
                ).value
            return pages.planted("同一材料", {layout.EVIDENCE: frozenset({one, other})})
        cited = [r for r in pages.rows(layout.TASKS) if pages.cell(layout.TASKS, r, "佐证编号").value]
        row = int(rng.choice(cited)) if cited else None
        if row is None:
            return None
        cell = pages.cell(layout.TASKS, row, "佐证编号")
        cell.value = "P999" if how == "unlisted" else pages.cell(layout.EVIDENCE, one, "佐证编号").value
        task = str(pages.cell(layout.TASKS, row, "承诺号").value).partition(".")[0]
        if how == "cited" and not str(pages.cell(layout.EVIDENCE, one, "支撑承诺号").value).startswith("T"):
            return None
        if how == "cited" and str(pages.cell(layout.EVIDENCE, one, "支撑承诺号").value).startswith(task):
            return None
        return pages.planted(f"引用{cell.value}", {layout.TASKS: row, layout.EVIDENCE: frozenset()})

    return spoil


def _private(text: str):
    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        sheet, title = [(layout.TASKS, "进展说明"), (layout.EVENTS, "地点"), (layout.EVIDENCE, "说明")][
            int(rng.integers(3))
        ]
        rows = pages.rows(sheet)
        if not rows:
            return None
        row = int(rng.choice(rows))
        pages.cell(sheet, row, title).value = text
        numbers = {layout.NUMBERS: frozenset()} if sheet == layout.EVENTS else {}
        return pages.planted(text, {sheet: row, **numbers, layout.EVIDENCE: frozenset()})

    return spoil


P, S, A, R, U, X, N, D = "数值", "学校", "活动", "引用", "单位", "单位换算", "难读", "个人信息"
T = "陈述"
LEVELS = ("区科协",)
COUNTS = ("区教育局", "区农牧局", "区妇联", "区科协", "区总工会")
SCHOOLS = ("区教育局",)
KINDS: tuple[tuple[str, str, Callable, tuple[str, ...]], ...] = (
    (P, "累计数", _series("累计", lambda v, rng: list(accumulate(v))), COUNTS),
    (P, "累计数，增量递减", _series("累计", _declining), COUNTS),
    (P, "末年填合计", _series("末年合计", lambda v, rng: _one(v, 2, sum(v))), COUNTS),
    (P, "多一位", _series("多一位", lambda v, rng: _times(10, rng, v)), COUNTS),
    (P, "少一位", _series("少一位", lambda v, rng: _times(0.1, rng, v)), COUNTS),
    (P, "与台账差一截", _series("改大", lambda v, rng: _times(rng.uniform(1.5, 3), rng, v)), COUNTS),
    (P, "比台账少", _series("改小", lambda v, rng: _times(rng.uniform(0.3, 0.7), rng, v)), COUNTS),
    (P, "各年同一数", _series("同一数", lambda v, rng: [v[0]] * 3), COUNTS),
    (P, "存量各年相加", _series("存量相加", lambda v, rng: _one(v, 2, sum(v)), summed=False), LEVELS),
    (P, "存量逐年累加", _series("存量累加", lambda v, rng: list(accumulate(v)), summed=False), LEVELS),
    (P, "存量多一位", _series("存量多一位", lambda v, rng: _times(10, rng, v), summed=False), LEVELS),
    (P, "存量少一位", _series("存量少一位", lambda v, rng: _times(0.1, rng, v), summed=False), LEVELS),
    (P, "0而说明写办班", _note("0", lambda v, rng: (_one(v, 2, 0), _pick("2023年办6期", "2023年举办培训班4期，培训180人次", "本年办班六期")(rng))), COUNTS),
    (P, "说明另有一数", _note("另一数", lambda v, rng: (v, f"2023年共培训{round(v[2] * rng.uniform(1.3, 2.5))}人次")), COUNTS),
    (P, "说明合计不符", _note("合计", lambda v, rng: (v, f"三年累计培训{round(sum(v) * rng.uniform(1.4, 3))}人次")), COUNTS),
    (S, "在校生×10", _school("在校生×10", _school_cell("在校生数", lambda v, rng: v * 10)), SCHOOLS),
    (S, "在校生÷10", _school("在校生÷10", _school_cell("在校生数", lambda v, rng: v // 10)), SCHOOLS),
    (S, "参与学生÷10", _school("参与÷10", _school_cell("参与学生数", lambda v, rng: v // 10)), SCHOOLS),
    (S, "参与学生×10", _school("参与×10", _school_cell("参与学生数", lambda v, rng: v * 10)), SCHOOLS),
    (S, "讲座几十次", _school("讲座", _school_cell("讲座次数", lambda v, rng: int(rng.choice([42, 55, 420, 36, 60])))), SCHOOLS),
    (S, "研学几十次", _school("研学", _school_cell("研学次数", lambda v, rng: int(rng.choice([30, 48, 120])))), SCHOOLS),
    (S, "同校简称", _school("简称", _school_again(_short_name, 0)), SCHOOLS),
    (S, "同校全称，数有出入", _school("全称", _school_again(_full_name, 2)), SCHOOLS),
    (T, "有而未开展", _statement(_all("有"), lambda t, rng: {"进展说明": _NOTHING(rng)}, "有"), ()),
    (T, "某年有而该年未开展", _statement(_all("有"), lambda t, rng: {"进展说明": _pick("2022年受疫情影响未开展，其他年度正常举办。", "2022年未举办，2023年已恢复。")(rng)}, "有"), ()),
    (T, "无而举办", _statement(lambda t: t["2022年"] == "无", lambda t, rng: {"进展说明": _HELD(rng).format(y=2022)}, "无"), ()),
    (T, "无无无自评完成", _statement(_yearly, lambda t, rng: dict.fromkeys(YEARS, "无") | {"自评": str(rng.choice(["完成", "基本完成"]))}, "无无无"), ()),
    (T, "有有有自评未启动", _statement(_all("有"), lambda t, rng: {"自评": "未启动"}, "未启动"), ()),
    (T, "未运行自评完成", _statement(lambda t: t["运行情况"] == "未运行", lambda t, rng: {"自评": "完成"}, "未运行"), ()),
    (T, "已运行而未建立", _statement(lambda t: t["运行情况"] == "已运行", lambda t, rng: {"进展说明": _pick("尚未建立，正在起草方案。", "该机制尚未启动。", "还没有建成。")(rng)}, "已运行"), ()),
    (T, "规模下降自评完成", _statement(lambda t: isinstance(t["基期规模"], int), lambda t, rng: {"基期规模": 9 + int(rng.integers(0, 40)), "现有规模": 2 + int(rng.integers(0, 5)), "自评": "完成"}, "规模"), ()),
    (T, "规模多一位", _statement(lambda t: isinstance(t["现有规模"], int), lambda t, rng: {"现有规模": t["现有规模"] * 10}, "规模"), ()),
    (T, "完成而未开展", _statement(lambda t: t["自评"] == "完成", lambda t, rng: {"进展说明": _NOTHING(rng)}, "完成"), ()),
    (A, "人次为0", _event("0", _set("参与人次", lambda v, rng: 0)), ()),
    (A, "人次未填", _event("空", _set("参与人次", lambda v, rng: None)), ()),
    (A, "人次×10", _event("×10", _set("参与人次", lambda v, rng: v * 10)), COUNTS),
    (A, "人次×30", _event("×30", _set("参与人次", lambda v, rng: v * 30)), ()),
    (A, "名称与日期不同年", _event("年份", _set("日期", lambda v, rng: v.replace(year=v.year + (1 if v.year < 2023 else -1)))), ()),
    (R, "其他单位的任务", _event("任务", _task_of_others), ()),
    (R, "同一活动两次", _event("两次", _again(lambda t, rng: {})), ()),
    (R, "同一活动两次，略改", _event("略改", _again(lambda t, rng: {"活动名称": f"{t['活动名称']}活动"})), ()),
    (R, "同一活动两次，次日", _event("次日", _again(lambda t, rng: {"日期": t["日期"] + dt.timedelta(days=1)})), ()),
    (R, "佐证编号重复", _evidence("number"), ()),
    (R, "同一材料两个编号", _evidence("piece"), ()),
    (R, "引用别处的编号", _evidence("cited"), ()),
    (R, "编号不在目录", _evidence("unlisted"), ()),
    (U, "整份抄他单位", _copy(layout.TASKS, layout.NUMBERS, layout.EVENTS), ()),
    (U, "活动抄他单位", _copy(layout.EVENTS), ()),
    (U, "自查抄他单位", _copy(layout.TASKS), ()),
    (U, "自查抄一半", _copy(layout.TASKS, share=0.6), ()),
    (X, "格式加万", _scale("format"), COUNTS),
    (X, "单位格改万", _scale("unit"), COUNTS),
    (X, "说明写单位万", _scale("note"), COUNTS),
    (X, "列名写万", _scale("title"), COUNTS),
    (X, "表头写单位万", _scale("heading"), COUNTS),
    *((N, text, _raw(text), COUNTS) for text in ("约{n}", "{n}余人", "/", "#REF!", "三百五", "-{n}", "{n}.5", "{n}-400", "2.5w", "见附件")),
    (D, "手机号", _private("联系人13912345678"), ()),
    (D, "身份证号", _private("150203198001011234"), ()),
)  # fmt: skip
