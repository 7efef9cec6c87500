"""Checks across cells: each asks, none converts, and each can be switched off with a reason that is then told."""

import datetime as dt

import pandas as pd
import pytest
from openpyxl import load_workbook

from kepu_eval.evaluation import evaluate
from kepu_eval.returns import DecisionError, Decisions, export_decisions, read_decisions, read_round
from kepu_eval.returns.decision_book import CHECKS
from kepu_eval.returns.decisions import SWITCHABLE
from kepu_eval.returns.layout import EVENTS, EVIDENCE, FIRST_ROW, NUMBERS, SCHOOLS
from tests.returns.conftest import PLAN, ROUND, event_row, years


def read(folder, *off):
    return read_round(folder, PLAN, ROUND, decisions=Decisions(off=dict.fromkeys(off, "本地另有规定")))


def stock(*values):
    return {(NUMBERS, "Q10", f"{year}年"): v for year, v in zip((2021, 2022, 2023), values, strict=True)}


def value(returns, indicator, period="2023"):
    rows = returns.observations
    return rows[rows["indicator"].eq(indicator) & rows["period"].eq(period)].iloc[0]["value"]


CASES = [
    ("X05", "区农牧局", years("Q08", y2021=380, y2022=690, y2023=1210), "Q08", 1210),
    ("C40", "区农牧局", years("Q08", y2021=215, y2022=210, y2023=2100), "Q08", 2100),
    ("C41", "区农牧局", years("Q08", y2021=300, y2022=300, y2023=300), "Q08", 300),
    ("C46", "区科协", stock(8500, 9000, 8800), "Q10", 8800),
    ("X06", "区科协", stock(8000, 9000, 17000), "Q10", 17000),
    ("C36", "区教育局", {**years("Q06", y2023=30), **years("Q07", y2023=35)}, "Q07", 35),
    (
        "C35",
        "区教育局",
        {
            (SCHOOLS, "", "学校名称"): "甲校",
            (SCHOOLS, "甲校", "学校类型"): "小学",
            (SCHOOLS, "甲校", "2021—2022学年 在校生数"): 200,
            (SCHOOLS, "甲校", "2021—2022学年 参与学生数"): 204,
        },
        "Q03",
        204,
    ),
]


@pytest.mark.parametrize(("code", "unit", "changes", "indicator", "number"), CASES, ids=[c[0] for c in CASES])
def test_a_check_keeps_a_figure_back_until_it_is_switched_off_with_a_reason(
    send, code, unit, changes, indicator, number
):
    folder = send(unit, changes)
    before, after = read(folder), read(folder, code)
    assert code in set(before.findings["code"])
    seen = [returns.observations for returns in (before, after)]
    counted = [rows[rows["indicator"].eq(indicator) & rows["value"].eq(number)] for rows in seen]
    assert len(counted[0]) == 0
    assert len(counted[1]) >= 1
    told = after.findings.query("code == @code")
    assert set(told["severity"]) == {"info"}
    assert any("已关闭：本地另有规定" in message for message in told["message"])


def test_totals_duplicates_evidence_and_other_units_tasks_can_be_left_unchecked(send):
    def spoil(book):
        page = book[EVENTS]
        page.cell(FIRST_ROW + 1, 1).value, page.cell(FIRST_ROW + 1, 5).value = "合计", 99
        for row, (number, file) in enumerate((("P1", "a.jpg"), ("P2", "b.jpg")), FIRST_ROW):
            for column, text in ((1, number), (2, "照片"), (5, file)):
                book[EVIDENCE].cell(row, column).value = text
        page = book[NUMBERS]
        row = page.max_row + 1
        page.cell(row, 1).value, page.cell(row, 7).value = "Q06", 5

    common = {"活动名称": "2023年高素质农牧民培训班", "关联指标": "Q08", "地点": "某镇文化站"}
    send("区科协", event_row(**common))
    folder = send("区农牧局", event_row(**common), spoil=spoil)
    place = folder / "佐证" / "区农牧局"
    place.mkdir(parents=True)
    for name in ("a.jpg", "b.jpg"):
        (place / name).write_bytes(b"\xff\xd8\xff same")
    codes = ("C17", "C49", "C54", "C58")
    asked = read(folder).findings.query("severity == 'question'")
    assert set(codes) <= set(asked["code"])
    quiet = read(folder, *codes)
    assert not set(quiet.findings.query("severity == 'question'")["code"]) & set(codes)
    assert quiet.events["group"].tolist() == ["", ""]


def test_the_roster_checks_of_the_evaluation_can_be_switched_off(send):
    folder = send("区科协")

    def codes(*off):
        return set(
            evaluate(PLAN, read(folder, *off), dt.date(2023, 12, 31)).findings.query("severity == 'note'")[
                "code"
            ]
        )

    assert {"C51", "C53"} <= codes()
    assert not {"C51", "C53"} & codes("C51", "C53")


def test_an_event_under_two_tasks_is_noted_unless_that_is_switched_off(send):
    folder = send("区农牧局", event_row(任务号="5、28"))
    assert set(read(folder, "C55").findings.query("code == 'C55'")["severity"]) == {"info"}


def test_growing_figures_that_are_no_running_totals_are_left_alone(send):
    returns = read(send("区农牧局", years("Q08", y2021=380, y2022=400, y2023=520)))
    assert "X05" not in set(returns.findings["code"])
    assert value(returns, "Q08") == 520


@pytest.fixture
def book(send, tmp_path_factory):
    """An exported workbook and its sheet of checks."""
    path = tmp_path_factory.mktemp("decisions") / "复核意见表.xlsx"
    export_decisions(read(send("区农牧局")), PLAN, path)
    workbook = load_workbook(path)
    return path, workbook, workbook[CHECKS]


def test_every_check_is_in_the_workbook_and_on(book):
    _, _, page = book
    rows = [[cell.value for cell in row[:3]] for row in page.iter_rows(min_row=2)]
    assert [(code, state) for code, _, state in rows] == [(code, "启用") for code in SWITCHABLE]


def test_switching_off_comes_back_with_its_reason(book):
    path, workbook, page = book
    page["C2"].value, page["D2"].value = "关闭", "合计行由财政另核"
    workbook.save(path)
    assert read_decisions(path, PLAN).off == {page["A2"].value: "合计行由财政另核"}


@pytest.mark.parametrize(
    ("state", "reason", "code", "message"),
    [
        ("关闭", "", None, "须写明理由"),
        ("停用", "x", None, "不是可选项"),
        ("关闭", "x", "C60", "规则“C60”不能关闭"),
    ],
)
def test_switching_off_without_a_reason_or_what_must_stay_on_is_refused(book, state, reason, code, message):
    path, workbook, page = book
    page["C2"].value, page["D2"].value = state, reason
    page["A2"].value = code or page["A2"].value
    workbook.save(path)
    with pytest.raises(DecisionError, match=message):
        read_decisions(path, PLAN)


def test_missing_stays_missing_whatever_is_switched_off(send):
    returns = read(send("区农牧局"), *SWITCHABLE)
    assert pd.isna(value(returns, "Q08"))
    assert returns.observations["value"].isna().all()
