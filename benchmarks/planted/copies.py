"""Another unit's return, or parts of it, under the unit's name."""

from __future__ import annotations

import numpy as np

from benchmarks.planted.pages import Pages, Planted
from kepu_eval.returns import layout


def copy(*sheets: str, share: float = 1.0):
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
