"""Write three quarters of example returns: the district of ``simulate_rounds.py`` as it stood in 2024.

    python scripts/simulate_dispatch.py          # data/example/dispatch-2024/2024-Q1 … 2024-Q3

A quarter's return is the same workbook with this year's figures so far. One unit sends nothing twice in a row, one
is absent once and sends the next quarter, two are late. Rows left empty are taken out, as the files are many.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from openpyxl import Workbook
from simulate_district import District, figures, simulate
from simulate_rounds import LATE, OUTPUT, SEED, filled, mark_simulated
from simulated_texts import Writer

from kepu_eval.plan import Plan, Round, Stage, load_plan, quarter_of
from kepu_eval.returns import layout, unit_sheets

MISSING = {"2024-Q1": {"区发改委"}, "2024-Q2": {"区商务局"}, "2024-Q3": {"区商务局"}}
LATE |= {"2024-Q1": {"区工信局": 4}, "2024-Q2": {"区民政局": 6}, "2024-Q3": {"区工信局": 3}}
# How much of the year's growth or yearly training had happened by the end of each quarter.
SO_FAR = {1: 0.05, 2: 0.3, 3: 0.78, 4: 1.0}


def main() -> None:
    """Write every dispatch round of the plan."""
    plan = load_plan()
    district = simulate(plan, SEED)
    for rnd in plan.rounds:
        if rnd.stage is Stage.DISPATCH:
            write_quarter(plan, so_far(district, rnd), rnd, OUTPUT / f"dispatch-{rnd.as_of.year}" / rnd.id)


def so_far(district: District, rnd: Round) -> District:
    """The district with this year's figures as they stood at the quarter's end."""
    year, share = rnd.as_of.year, SO_FAR[quarter_of(rnd.as_of)]

    def grown(levels: dict[int, int]) -> dict[int, int]:
        return levels | {year: round(levels[year - 1] + (levels[year] - levels[year - 1]) * share)}

    trained = district.rural_training
    return replace(
        district,
        informants=grown(district.informants),
        registered=grown(district.registered),
        spread=grown(district.spread),
        rural_training=trained | {year: round(trained[year] * share)},
    )


def write_quarter(plan: Plan, district: District, rnd: Round, folder: Path) -> None:
    """Write one quarter's folder of returns, replacing what was there."""
    for unit, book, path in filled(plan, district, rnd, folder, MISSING[rnd.id]):
        this_year(book, Writer(plan, unit, rnd, figures(district, rnd)), district)
        without_unanswered(book)
        for name in (layout.EVENTS, layout.EVIDENCE, layout.SCHOOLS):
            if name in book.sheetnames:
                without_empty_rows(book, name)
        book.save(path)
    mark_simulated(folder, "simulate_dispatch.py")


def this_year(book: Workbook, writer: Writer, district: District) -> None:
    """Say 有 for this year's commitments once they have been kept, each in a quarter drawn for it; and tell of them."""
    plan, rnd, page = writer.plan, writer.round, book[layout.TASKS]
    year = str(rnd.as_of.year)
    (sheet,) = (s for s in unit_sheets.sheets(plan, writer.unit, rnd.id) if s.name == layout.TASKS)
    column, told = (1 + [c.key for c in sheet.columns].index(key) for key in (f"year:{year}", "progress"))
    for order, row in enumerate(sheet.rows):
        commitment = str(row.labels["commitment"])
        if f"year:{year}" not in row.open or not district.years_done[commitment][rnd.as_of.year]:
            continue
        task = plan.task(int(row.labels["task"]))
        number = task.number * 100 + [c.id for c in task.commitments].index(commitment) + 1
        held = 1 + int(np.random.default_rng([SEED, rnd.as_of.year, number]).beta(1.2, 1.8) * 4)
        answered = page.cell(layout.FIRST_ROW + order, column - 1).value is not None
        if not answered:
            continue
        promise, role = plan.commitment(commitment), str(row.labels["role"])
        kept = held <= quarter_of(rnd.as_of)
        if kept:
            page.cell(layout.FIRST_ROW + order, column).value = "有"
        words = (
            writer.progress(promise, role, 1.0, [rnd.as_of.year]) if kept else writer.planned(promise, role)
        )
        page.cell(layout.FIRST_ROW + order, told).value = words


def without_unanswered(book: Workbook) -> None:
    """Take out the commitments of which a responsible unit says nothing this quarter."""
    page = book[layout.TASKS]
    titles = [cell.value for cell in page[layout.HEADER_ROW]]
    first, role = titles.index("身份") + 1, titles.index("身份")
    for row in range(page.max_row, layout.FIRST_ROW - 1, -1):
        values = [cell.value for cell in page[row]]
        if values[role] != "牵头" and not any(value is not None for value in values[first:]):
            page.delete_rows(row)


def without_empty_rows(book: Workbook, name: str) -> None:
    """Take the unused rows at the end of a sheet out of the file."""
    page = book[name]
    used = max(layout.EXAMPLE_ROW, *(c.row for c in page["A"] if c.value is not None))
    page.delete_rows(used + 1, page.max_row - used)


if __name__ == "__main__":
    main()
