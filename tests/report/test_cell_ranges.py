"""Lists of cells written short, without losing or inventing one."""

from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter, range_boundaries

from kepu_eval.report.cell_ranges import ranges

CELLS = st.builds(
    lambda column, row: f"{get_column_letter(column)}{row}", st.integers(1, 30), st.integers(1, 30)
)


def expanded(text):
    cells = []
    for part in text.split("、"):
        left, top, right, bottom = range_boundaries(part)
        cells += [
            f"{get_column_letter(c)}{r}" for r in range(top, bottom + 1) for c in range(left, right + 1)
        ]
    return cells


def test_neighbours_are_one_range_and_others_stand_alone():
    assert ranges(["D9", "F6", "D6", "E6"]) == "D6:F6、D9"


def test_equal_runs_of_neighbouring_rows_are_one_rectangle():
    assert ranges(["B2", "C2", "B3", "C3", "B4"]) == "B2:C3、B4"


def test_columns_are_ordered_as_in_the_sheet():
    assert ranges(["AA1", "Z1", "B1"]) == "B1、Z1:AA1"


def test_rows_are_spans_and_other_places_stay():
    assert (
        ranges(["第8行", "第6行", "第7行", "第12行", "合计", "A1", "", "合计"]) == "A1、第6—8行、第12行、合计"
    )


def test_no_place_is_no_text():
    assert ranges([]) == ""


@given(st.lists(CELLS, min_size=1, max_size=60))
def test_ranges_name_every_cell_once_and_no_other(cells):
    named = expanded(ranges(cells))
    assert sorted(named) == sorted(set(cells))
