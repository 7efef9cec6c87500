"""Defects in the lists: activities, schools, the catalogue of evidence, personal data."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.planted.pages import Pages, Planted
from kepu_eval.returns import layout


def _events(pages: Pages) -> list[int]:
    return pages.rows(layout.EVENTS)


def event(what: str, change: Callable[[Pages, int, np.random.Generator], str | None]):
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


def put(title: str, value: Callable) -> Callable[[Pages, int, np.random.Generator], str]:
    def change(pages: Pages, row: int, rng: np.random.Generator) -> str | None:
        cell = pages.cell(layout.EVENTS, row, title)
        was, new = cell.value, value(cell.value, rng)
        if new is NotImplemented:
            return None
        cell.value = new
        return f"{was}→{cell.value}"

    return change


def task_of_others(pages: Pages, row: int, rng: np.random.Generator) -> str:
    own = {task.number for task, _ in pages.plan.duties(pages.unit)}
    others = [task.number for task in pages.plan.tasks if task.number not in own]
    cell = pages.cell(layout.EVENTS, row, "任务号")
    cell.value = int(rng.choice(others))
    return str(cell.value)


def again(
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


def school(what: str, change: Callable[[Pages, int, np.random.Generator], str]):
    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        rows = pages.rows(layout.SCHOOLS)
        if not rows:
            return None
        row = int(rng.choice(rows))
        told = change(pages, row, rng)
        return pages.planted(f"{what} {told}", {layout.SCHOOLS: frozenset({row, max(rows) + 1})})

    return spoil


def school_cell(measure: str, value: Callable):
    def change(pages: Pages, row: int, rng: np.random.Generator) -> str:
        fits = [t for t in pages.titles(layout.SCHOOLS) if t.endswith(measure)
                and isinstance(pages.cell(layout.SCHOOLS, row, t).value, int)]  # fmt: skip
        cell = pages.cell(layout.SCHOOLS, row, str(rng.choice(fits)))
        was, cell.value = cell.value, value(cell.value, rng)
        return f"{cell.coordinate} {was}→{cell.value}"

    return change


def school_again(name: Callable[[str], str], changed: int):
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


def short_name(name: str) -> str:
    return name.replace("小学", "小").replace("初中", "初").replace("高中", "高")


def full_name(name: str) -> str:
    return f"昆都仑区{name}"


def evidence(how: str):
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


def private(text: str):
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
