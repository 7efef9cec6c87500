"""Rectification: what is raised, which steps are legal, and what closing needs."""

import datetime as dt
import itertools
import sqlite3
from contextlib import closing

import pytest
from openpyxl import load_workbook

from kepu_eval.returns import Ledger
from kepu_eval.supervision import Standing, State, raise_items, read_rectification
from kepu_eval.supervision.book import FIRST_ROW, HEAD_ROW
from kepu_eval.supervision.records import keep_events, keep_items, recorded
from kepu_eval.supervision.rectification import TRANSITIONS, condition_text, objections
from kepu_eval.supervision.rectification_book import SHEET, read_rectification_book, rectification_book
from tests.evaluation.builders import PLAN, judged, yearly

ROUND = "2023-midterm"
AT = dt.datetime(2024, 2, 1, 9, 0)
# Q09: 20 + 20 + 20 = 60 of 300; expected by 2023: 300 × 3/5 = 180. Task 11 has no other indicator.
ITEM_ID = f"{ROUND}-T11-Q09"


@pytest.fixture(scope="module")
def items():
    return raise_items(judged(yearly("Q09", 20, 20, 20)), PLAN, ROUND)


@pytest.fixture(scope="module")
def item(items):
    return next(i for i in items if i.item == ITEM_ID)


@pytest.fixture
def ledger(tmp_path, items):
    with Ledger(tmp_path / "l.sqlite", must_exist=False) as book:
        keep_items(book, ROUND, items, AT, simulated=True)
        yield book


def full(state=State.CLOSED, **changes):
    standing = {
        "measure": "加开培训班",
        "due": "2024-06-30",
        "reached": "180",
        "evidence": ("名册.pdf",),
        "reviewer": "王某",
    }
    return Standing(state, **{**standing, **changes})


def told(item, before, after, files=None):
    return [name for name, _ in objections(item, before, after, files)]


HERE = {"名册.pdf": "a" * 64}


def test_an_indicator_that_falls_short_is_raised_with_the_number_it_needs(item):
    assert (item.task, item.unit, item.rating, item.condition) == (11, PLAN.lead(11).id, "严重滞后", "value")
    assert item.threshold == 180
    assert condition_text(item) == "现值不低于180人次；佐证至少1件且可打开；复核人签注"


def test_a_year_that_is_over_cannot_be_made_up_so_later_ones_count():
    raised = raise_items(judged(yearly("Q06", 300, 200, 300)), PLAN, ROUND)
    q06 = next(i for i in raised if i.indicator == "Q06")
    assert condition_text(q06).startswith("此后到期的各期均不低于300人次")


def test_what_is_on_course_is_not_raised(items):
    kept = raise_items(judged(yearly("Q09", 60, 60, 60)), PLAN, ROUND)
    assert ITEM_ID not in {i.item for i in kept}
    assert len(kept) == len(items) - 1


@pytest.mark.parametrize(("before", "after"), list(itertools.permutations(State, 2)))
def test_only_the_steps_of_the_table_are_legal(item, before, after):
    found = told(item, full(before), full(after, note="理由"), HERE)
    assert (found == []) == (after in TRANSITIONS[before])


def test_the_table_is_the_one_people_agreed_on():
    steps = {str(a): [str(b) for b in bs] for a, bs in TRANSITIONS.items()}
    assert steps == {
        "待整改": ["整改中", "已提交", "撤销"],
        "整改中": ["已提交", "撤销"],
        "已提交": ["已销号", "重新整改", "撤销"],
        "已销号": ["重新整改"],
        "重新整改": ["整改中", "已提交", "撤销"],
        "撤销": ["重新整改"],
    }


@pytest.mark.parametrize(
    ("changes", "files", "field"),
    [
        ({"reached": "179.9"}, HERE, "reached"),  # 179.9 < 180
        ({"reached": ""}, HERE, "reached"),
        ({"evidence": ()}, HERE, "evidence"),
        ({}, {"名册.pdf": "缺失"}, "evidence"),
        ({}, {"名册.pdf": "打不开"}, "evidence"),
        ({}, None, "evidence"),  # no attachments at all: nobody has seen them
        ({"reviewer": ""}, HERE, "reviewer"),
    ],
)
def test_closing_needs_the_value_and_evidence_and_a_reviewer(item, changes, files, field):
    assert told(item, full(State.SUBMITTED), full(), HERE) == []
    assert told(item, full(State.SUBMITTED), full(**changes), files) == [field]


def test_one_usable_file_of_two_is_enough(item):
    after = full(evidence=("名册.pdf", "照片.jpg"))
    assert told(item, full(State.SUBMITTED), after, {**HERE, "照片.jpg": "缺失"}) == []


def test_reopening_and_withdrawing_need_a_reason(item):
    assert told(item, full(State.CLOSED), full(State.REOPENED)) == ["note"]
    assert told(item, full(State.OPEN), full(State.WITHDRAWN)) == ["note"]
    assert told(item, full(State.CLOSED), full(State.REOPENED, note="复核发现重复计数")) == []


def test_what_is_closed_cannot_be_changed_quietly(item):
    assert told(item, full(), full(reached="200"), HERE) == ["state"]


def test_raising_twice_changes_nothing_and_says_what_is_no_longer_raised(ledger, items):
    before = ledger.digest()
    again = keep_items(ledger, ROUND, items, AT + dt.timedelta(days=9), simulated=True)
    assert (again.new, len(again.known), again.gone) == ([], len(items), [])
    fewer = [i for i in items if i.item != ITEM_ID]
    assert keep_items(ledger, ROUND, fewer, AT, simulated=True).gone == [ITEM_ID]
    assert ledger.digest() == before


def test_items_of_the_midterm_are_carried_to_the_final(ledger, items):
    rows = read_rectification(ledger, PLAN, "2025-final").set_index("item")
    assert len(rows) == len(items)
    assert rows["carried"].all()
    assert rows.loc[ITEM_ID, ["state", "settled", "unit_name"]].tolist() == [
        "待整改",
        False,
        PLAN.lead(11).name,
    ]
    assert not read_rectification(ledger, PLAN, ROUND)["carried"].any()


@pytest.mark.parametrize("table", ["rectification_items", "rectification_events"])
def test_history_is_never_overwritten(ledger, table):
    with closing(sqlite3.connect(ledger.path)) as db:
        with pytest.raises(sqlite3.IntegrityError, match="只增不删"):
            db.execute(f"DELETE FROM {table}")
        with pytest.raises(sqlite3.IntegrityError, match="只增不改"):
            db.execute(f"UPDATE {table} SET item = 'x'")


# --- the workbook


@pytest.fixture
def trip(ledger, tmp_path):
    """Export, fill rows ``{item: {title: value}}``, read back and keep; the import. ``path`` continues a workbook."""
    exports = itertools.count()

    def go(changes, path=None):
        if path is None:
            path = tmp_path / "整改台账.xlsx"
            path.write_bytes(rectification_book(recorded(ledger), PLAN, f"export {next(exports)}"))
        book = load_workbook(path)
        page = book[SHEET]
        titles = {cell.value: cell.column for cell in page[HEAD_ROW]}
        for row in range(FIRST_ROW, page.max_row + 1):
            for title, value in changes.get(page.cell(row, 1).value, {}).items():
                page.cell(row, titles[title]).value = value
        book.save(path)
        with ledger.writing():
            done = read_rectification_book(path, recorded(ledger), PLAN)
            keep_events(ledger, done.events, AT)
        return done

    go.path = tmp_path / "整改台账.xlsx"
    return go


STARTED = {"状态": "整改中", "整改措施": "加开培训班", "时限": dt.date(2024, 6, 30)}


def state_of(ledger, item=ITEM_ID):
    return next(r.standing for r in recorded(ledger) if r.item.item == item)


def test_an_untouched_workbook_changes_nothing(trip):
    done = trip({})
    assert (done.events, done.refused) == ([], [])


def test_the_whole_way_to_closing(trip, ledger):
    assert len(trip({ITEM_ID: STARTED}).events) == 1
    assert trip({ITEM_ID: {"状态": "已提交", "佐证文件": "名册.pdf"}}).refused == []
    place = trip.path.parent / "佐证" / PLAN.lead(11).name
    place.mkdir(parents=True)
    (place / "名册.pdf").write_bytes(b"%PDF-1.7")
    closing = {"状态": "已销号", "现值或落实": 181, "复核人": "王某"}
    assert trip({ITEM_ID: closing}).refused == []
    now = state_of(ledger)
    assert (now.state, now.reached, now.due, now.evidence) == ("已销号", "181", "2024-06-30", ("名册.pdf",))
    assert trip({}, trip.path).events == []


def test_a_row_that_is_refused_does_not_stop_the_others(trip, ledger, items):
    other = next(i.item for i in items if i.item != ITEM_ID)
    done = trip({ITEM_ID: {"状态": "已销号"}, other: STARTED})
    assert [event.item for event in done.events] == [other]
    assert len(done.refused) == 1
    assert done.refused[0].startswith("“整改台账.xlsx”整改台账H")
    assert "不能由“待整改”改为“已销号”，可改为：整改中、已提交、撤销" in done.refused[0]
    assert state_of(ledger).state == "待整改"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"状态": "办结"}, "“办结”：不是可选项，请选：待整改、整改中、已提交、撤销"),
        ({**STARTED, "时限": "年底前"}, "“年底前”：不是具体日期"),
        ({**STARTED, "现值或落实": "约180"}, "“约180”：不是数字"),
        ({"状态": "整改中", "时限": "2024-06-30"}, "须填写“整改措施”"),
    ],
)
def test_each_cell_is_checked_and_named(trip, changes, why):
    done = trip({ITEM_ID: changes})
    assert done.events == []
    assert why in done.refused[0]


def test_a_copy_from_before_somebody_elses_change_is_refused(trip, tmp_path):
    trip({})
    stale = tmp_path / "旧.xlsx"
    stale.write_bytes(trip.path.read_bytes())
    trip({ITEM_ID: STARTED})
    done = trip({ITEM_ID: {**STARTED, "整改措施": "别的"}}, stale)
    assert done.events == []
    assert "台账已有更新" in done.refused[0]


def test_ones_own_workbook_can_be_filled_on_and_read_again(trip):
    trip({ITEM_ID: STARTED})
    assert len(trip({ITEM_ID: {"整改措施": "再加一期"}}, trip.path).events) == 1


def test_labels_are_locked_and_states_come_from_a_list(trip):
    trip({})
    page = load_workbook(trip.path)[SHEET]
    assert page.protection.sheet
    assert page.cell(FIRST_ROW, 1).protection.locked
    assert not page.cell(FIRST_ROW, 8).protection.locked
    lists = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    assert lists[f"H{FIRST_ROW}"] == '"待整改,整改中,已提交,撤销"'
