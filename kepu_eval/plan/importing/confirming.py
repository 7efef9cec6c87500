"""The workbook in which a person confirms a draft, and reading it back into the draft."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kepu_eval.plan.importing.answers import put
from kepu_eval.plan.importing.draft import Draft
from kepu_eval.plan.load import PlanError
from kepu_eval.spreadsheets.filling import drop_down, write_cell
from kepu_eval.spreadsheets.forms import Form, open_form
from kepu_eval.spreadsheets.look import LINE, TO_FILL, WRAP, font, head

AGREED, OTHER, KEEP, DROP = "同意", "另填", "是", "否"
KINDS = {
    "level_at_horizon": "抽样调查的水平", "stock_at_horizon": "期末达到", "cumulative": "各年累计", "annual": "每期达到",
    "per_entity_per_period": "逐个每期", "pooled_ratio": "合并比率", "every_entity": "逐个达到", "trend": "逐年增减", "rate_of_change": "比基期变化",
}  # fmt: skip
OPERATORS = {
    ">=": "不低于",
    ">": "高于",
    "<=": "不超过",
    "<": "低于",
    "range": "区间",
    "rank": "进入前几位",
    "increasing": "逐年提高",
    "decreasing": "逐年降低",
}
PERIODS = {
    "month": "月",
    "quarter": "季度",
    "half_year": "半年",
    "year": "年",
    "two_years": "两年",
    "semester": "学期",
    "school_year": "学年",
}
BINDING = {"约束性": "约束性", "预期性": "预期性"}
QUESTIONS, INDICATORS, COMMITMENTS, ROWS = "待确认", "指标", "承诺", "对账"


@dataclass(frozen=True)
class _Field:
    """A column of 指标: the draft's key (``baseline.year``: of a part), its words where it is chosen, or its type."""

    title: str
    key: str
    words: Mapping[str, str] = field(default_factory=dict)
    number: type | None = None

    def shown(self, item: dict) -> object:
        """What the draft says, as the sheet shows it."""
        part, _, key = self.key.partition(".")
        value: Any = (item.get(part) or {}).get(key) if key else item.get(part)
        return self.words.get(value, value) if self.words else value

    def put(self, item: dict, told: Any) -> str:
        """Take a cell over into the draft; an empty one leaves a field that must be there, and clears any other.

        A Chinese problem when it cannot be used.
        """
        value: Any = _text(told)
        part, _, key = self.key.partition(".")
        if value == "":
            if part in ("target", "task"):
                item[part] = None
            elif part not in ("name", "kind", "operator", "unit", "horizon"):
                item.pop(part, None) if key in ("", "value", "name") else None
            return ""
        if self.words:
            known = {word: name for name, word in self.words.items()}
            if value not in known:
                return f"{self.title}“{value}”不在下拉框中；请从下拉框选"
            value = known[value]
        elif self.number is not None:
            try:
                value = self.number(float(told))
            except (TypeError, ValueError):
                return f"{self.title}“{told}”不是数字；请填数字，不带单位"
        if key:
            item.setdefault(part, {})[key] = value
        else:
            item[part] = value[:10] if part == "horizon" else value
        return ""


_FIELDS = (
    _Field("名称", "name"), _Field("任务", "task", number=int), _Field("类型", "kind", KINDS), _Field("比较", "operator", OPERATORS),
    _Field("目标值", "target", number=float), _Field("上限", "target_high", number=float), _Field("单位", "unit"),
    _Field("期间", "period", PERIODS), _Field("到期日", "horizon"), _Field("性质", "binding", BINDING),
    _Field("基期值", "baseline.value", number=float), _Field("基期年", "baseline.year", number=int), _Field("参照", "reference.name"),
    _Field("名册", "entities"),
)  # fmt: skip
_ASKED = ("编号", "类别", "出处", "原文", "说明", "草稿取值", "确认", "另填", "字段")
_FIGURES = ("编号", "保留", *(column.title for column in _FIELDS), "原文", "待确认")
_ITEMS = ("编号", "保留", "任务", "文字", "类型", "指标")
_FATES = ("出处", "结果", "说明", "原文")
_FILLED = {"确认", "另填", "保留", "文字", *(column.title for column in _FIELDS)}
_WIDTHS = {
    "原文": 46,
    "说明": 34,
    "草稿取值": 26,
    "另填": 26,
    "文字": 60,
    "名称": 30,
    "待确认": 30,
    "字段": 4,
}


def confirmation_book(draft: Draft) -> Workbook:
    """Sheets of questions, indicators and commitments to confirm, and of what became of every row."""
    book = Workbook()
    book.remove(book.active)
    asked = [
        (f"D{n:03d}", q.kind, q.place, q.original, q.told, q.guess, None, None, q.field)
        for n, q in enumerate(draft.questions, 1)
    ]
    page = _page(book, QUESTIONS, _ASKED, asked)
    for row, question in enumerate(draft.questions, 2):
        drop_down(page, [f"G{row}"], [AGREED, *question.options, OTHER])
    types = [t["name"] for t in draft.content["commitment_types"].values()]
    page = _page(book, INDICATORS, _FIGURES, [_figure(i) for i in draft.indicators])
    chosen = {"保留": [KEEP, DROP]} | {c.title: list(c.words.values()) for c in _FIELDS if c.words}
    for title, options in chosen.items():
        drop_down(page, [_column(_FIGURES.index(title) + 1, len(draft.indicators))], options)
    names = {key: value["name"] for key, value in draft.content["commitment_types"].items()}
    items = [
        (c["id"], KEEP, task["title"], c["text"], names.get(c["type"], c["type"]), c.get("indicator"))
        for task in draft.content["tasks"] for c in task["commitments"]
    ]  # fmt: skip
    page = _page(book, COMMITMENTS, _ITEMS, items)
    drop_down(page, [_column(2, len(items))], [KEEP, DROP])
    drop_down(page, [_column(5, len(items))], types)
    rows = [
        ("合计", "", reconciliation(draft), ""),
        *((f.place, f.outcome, f.reason, f.text) for f in draft.fates),
    ]
    _page(book, ROWS, _FATES, rows)
    return book


def reconciliation(draft: Draft) -> str:
    """Rows seen = rows imported + rows left out, in words; each row is counted once."""
    counts = Counter(fate.outcome for fate in draft.fates)
    parts = "、".join(f"{outcome}{count}" for outcome, count in counts.items())
    return f"共{sum(counts.values())}行＝{parts}"


def _figure(item: dict) -> tuple:
    fields = (column.shown(item) for column in _FIELDS)
    return (item["id"], None, *fields, item["wording"], item.get("to_confirm", ""))


def _page(book: Workbook, name: str, titles: Sequence[str], rows: Iterable[Sequence[object]]) -> Worksheet:
    page = book.create_sheet(name)
    page.append(titles)
    for number, values in enumerate(rows, 2):
        for column, (value, title) in enumerate(zip(values, titles, strict=True), 1):
            cell = page.cell(number, column)
            write_cell(cell, value)
            cell.font, cell.border, cell.alignment = font(), LINE, WRAP
            if title in _FILLED:
                cell.fill = TO_FILL
    for number, title in enumerate(titles, 1):
        head(page.cell(1, number))
        page.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(title, 12)
        page.column_dimensions[get_column_letter(number)].hidden = title == "字段"
    page.freeze_panes = "A2"
    return page


def _column(number: int, rows: int) -> str:
    letter = get_column_letter(number)
    return f"{letter}2:{letter}{max(rows, 1) + 1}"


@dataclass
class Confirmed:
    """The draft's content after what was confirmed, how many lines were, and Chinese lines about what was not."""

    content: dict
    answers: int = 0
    open: list[str] = field(default_factory=list)


def read_confirmation(path: str | Path, content: dict) -> Confirmed:
    """Put what a person chose into a draft. Raises :class:`PlanError` listing every answer that cannot be used."""
    path = Path(path)
    form = open_form(path, "待确认表", PlanError)
    done = Confirmed(copy.deepcopy(content))
    problems = [
        *_answers(_rows(form, QUESTIONS, _ASKED), done),
        *_indicators(_rows(form, INDICATORS, _FIGURES), done),
        *_commitments(_rows(form, COMMITMENTS, _ITEMS), done),
    ]
    if problems:
        raise PlanError("\n".join(problems), place=path.name)
    return done


def _rows(form: Form, name: str, titles: Sequence[str]) -> list[dict[str, str]]:
    rows = [{title: entry.prose for title, entry in row.items()} for _, row in form.rows(name, titles)]
    return [row for row in rows if row["编号"]]


def _answers(rows: list[dict], done: Confirmed) -> Iterable[str]:
    for row in rows:
        choice, other = _text(row["确认"]), _text(row["另填"])
        if not choice and not other:
            done.open.append(f"{row['编号']} {row['类别']}：{row['说明']}")
            continue
        done.answers += 1
        if choice == AGREED and not other:
            continue
        value = other or choice
        if choice == OTHER and not other:
            yield f"工作表“{QUESTIONS}”{row['编号']}：选了“另填”而没有填写；请填写或改选"
            continue
        problem = put(done.content, _text(row["字段"]), value)
        if problem:
            yield f"工作表“{QUESTIONS}”{row['编号']}：{problem}"


def _indicators(rows: list[dict], done: Confirmed) -> Iterable[str]:
    told = {_text(row["编号"]): row for row in rows}
    kept = []
    for item in done.content["indicators"]:
        row = told.get(item["id"])
        keep = _text(row["保留"]) if row else ""
        if keep == DROP:
            done.answers += 1
            _unlink(done.content, item["id"])
            continue
        kept.append(item)
        if row and keep == KEEP:
            done.answers += 1
            yield from (f"工作表“{INDICATORS}”{item['id']}：{problem}" for problem in _confirmed(item, row))
        elif item.get("to_confirm"):
            done.open.append(f"指标{item['id']} {item['name']}：{item['to_confirm']}")
    done.content["indicators"] = kept


def _confirmed(item: dict, row: dict) -> Iterable[str]:
    """Take over what the row says; it is confirmed then."""
    item.pop("to_confirm", None)
    yield from filter(None, [column.put(item, row[column.title]) for column in _FIELDS])
    item["short_name"] = item["name"][:12]


def _unlink(content: dict, indicator: str) -> None:
    for task in content["tasks"]:
        for item in task["commitments"]:
            if item.get("indicator") == indicator:
                del item["indicator"]
                item["type"] = "act"


def _commitments(rows: list[dict], done: Confirmed) -> Iterable[str]:
    types = {value["name"]: key for key, value in done.content["commitment_types"].items()}
    told = {_text(row["编号"]): row for row in rows}
    for task in done.content["tasks"]:
        kept = []
        for item in task["commitments"]:
            row = told.get(item["id"])
            if row is not None and _text(row["保留"]) == DROP:
                done.answers += 1
                continue
            kept.append(item)
            if row is None:
                continue
            item["text"] = _text(row["文字"]) or item["text"]
            kind = _text(row["类型"])
            if kind not in types:
                yield f"工作表“{COMMITMENTS}”{item['id']}：类型“{kind}”不在下拉框中；请从下拉框选"
            elif "indicator" not in item and types[kind] != "quant":
                item["type"] = types[kind]
        task["commitments"] = kept


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
