"""Defects in 指标数据: series, notes beside them, scales, what cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

import numpy as np

from benchmarks.planted.pages import YEARS, Pages, Planted
from kepu_eval.returns import layout


def _numbers(pages: Pages, *, summed: bool, rng: np.random.Generator) -> int | None:
    """A row of figures that are all above 20."""
    fits = []
    for row in pages.rows(layout.NUMBERS):
        indicator = pages.plan.indicator(str(pages.cell(layout.NUMBERS, row, "指标号").value))
        values = pages.values(layout.NUMBERS, row, YEARS)
        if indicator.kind.summed is summed and all(isinstance(v, int) and v > 20 for v in values):
            fits.append(row)
    return int(rng.choice(fits)) if fits else None


def series(what: str, change: Callable, *, summed: bool = True):
    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        row = _numbers(pages, summed=summed, rng=rng)
        if row is None:
            return None
        values = change(pages.values(layout.NUMBERS, row, YEARS), rng)
        for title, value in zip(YEARS, values, strict=True):
            pages.cell(layout.NUMBERS, row, title).value = value
        return pages.planted(f"{what} {values}", {layout.NUMBERS: row})

    return spoil


def one(values: list, place: int, value: object) -> list:
    return [value if n == place else v for n, v in enumerate(values)]


def declining(_: list, rng: np.random.Generator) -> list:
    first = int(rng.integers(120, 600))
    steps = [first, int(first * rng.uniform(0.88, 1.0)), int(first * rng.uniform(0.75, 0.92))]
    return list(accumulate(steps))


def times(factor: float, rng: np.random.Generator, values: list) -> list:
    place = int(rng.integers(0, 3))
    return one(values, place, round(values[place] * factor))


def note(what: str, change: Callable):
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


def _row_of(pages: Pages, indicator: str) -> int | None:
    return next(
        (r for r in pages.rows(layout.NUMBERS) if pages.cell(layout.NUMBERS, r, "指标号").value == indicator),
        None,
    )


def wider(factor: float):
    """More 信息员 (Q10) than registered persons (Q11), among whom they are."""

    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:  # noqa: ARG001 - as the others
        part, whole = _row_of(pages, "Q10"), _row_of(pages, "Q11")
        if part is None or whole is None:
            return None
        for title in YEARS:
            number = pages.cell(layout.NUMBERS, whole, title).value
            pages.cell(layout.NUMBERS, part, title).value = round(number * factor)
        return pages.planted("信息员多于注册", {layout.NUMBERS: frozenset({part, whole})})

    return spoil


def copied_row(unit: str):
    """The row of 高素质农牧民培训人次 of another unit."""

    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:  # noqa: ARG001 - as the others
        source = pages.other(unit)
        own, theirs = _row_of(pages, "Q08"), _row_of(source, "Q08")
        if own is None or theirs is None:
            return None
        for title in YEARS:
            pages.cell(layout.NUMBERS, own, title).value = source.cell(layout.NUMBERS, theirs, title).value
        return Planted(f"抄自{unit}", {}, frozenset({pages.unit.id, source.unit.id}))

    return spoil


def scale(how: str):
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


def raw(text: str):
    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        row = _numbers(pages, summed=True, rng=rng)
        if row is None:
            return None
        cell = pages.cell(layout.NUMBERS, row, str(rng.choice(YEARS)))
        cell.value = text.format(n=cell.value)
        cell.data_type = "s"
        return pages.planted(str(cell.value), {layout.NUMBERS: row})

    return spoil
