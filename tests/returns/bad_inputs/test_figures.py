"""Figures that are no plain number, or cannot be right (C20–C41)."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from kepu_eval.plan import load_plan
from kepu_eval.returns import Decisions, read_round
from kepu_eval.returns.layout import HEADER_ROW, NUMBERS, SCHOOLS
from tests.returns.conftest import PLAN, ROUND, years
from tests.returns.reading import THREE, one_cell, read, told, value

CELLS = [
    ("c20", "约300人次", "question", None, 300),
    ("c20", "300-350", "question", None, None),
    ("c21", "300余人", "question", None, 300),
    ("c21", "300多人", "question", None, 300),
    ("c22", "2.5万", "note", 25000, 25000),
    ("c23", "３００", "note", 300, 300),
    ("c24", "1,200", "note", 1200, 1200),
    ("c24", "1，200", "note", 1200, 1200),
    ("c25", "300人次", "note", 300, 300),
    ("c26", "300人", "question", None, 300),
    ("c27", "一百来人", "question", None, None),
    ("c28", "/", "question", None, None),
    ("c28", "无", "question", None, None),
    ("c29", "-", "question", None, None),
    ("c30", None, "rejected", None, None),
    ("c33", 312.5, "rejected", None, None),
    ("c37", "520 \u200b", "note", 520, 520),
    ("c38", "300+50", "question", None, 350),
    ("c39", dt.date(2023, 4, 1), "rejected", None, None),
]


@pytest.mark.parametrize(("code", "raw", "state", "counted", "candidate"), CELLS)
def test_c20_to_c39_one_cell(send, code, raw, state, counted, candidate):
    changes = {**years("Q08", **THREE), **years("Q08", y2021=2650, y2022=2600, y2023=raw)}
    one_by_one = Decisions(off={"X16": "这里逐格看，不与其他年份比"})
    returns = read_round(send("区农牧局", changes), PLAN, ROUND, decisions=one_by_one)
    row = value(returns)
    assert row["state"] == state
    assert row["value"] == counted if counted is not None else pd.isna(row["value"])
    assert row["candidate"] == candidate if candidate is not None else pd.isna(row["candidate"])
    mine = returns.findings["code"].eq(code.upper()) & returns.findings["affects"].map(
        lambda ids: "Q08" in ids
    )
    found = returns.findings[mine & returns.findings["cell"].eq(row["cell"])]
    assert found["severity"].tolist() == [state]
    assert row["cell"] in found["message"].iloc[0]
    if isinstance(raw, str) and "\u200b" not in raw:
        assert raw in found["message"].iloc[0]


def test_c22_a_rounded_figure_on_the_target_is_asked_about(send):
    changes = {(NUMBERS, "Q10", f"{y}年"): v for y, v in ((2021, 8000), (2022, 9000), (2023, "2.5万"))}
    asked = told(read(send("区科协", changes)), "C22", "question")
    assert asked["candidates"] == ("25000",)


def test_c31_an_optional_blank_is_missing_and_no_zero(send):
    row = value(read(send("区科协")), "Q08")
    assert (row["state"], row["required"]) == ("missing", False)
    assert pd.isna(row["value"])


def test_c32_zero_is_zero(send):
    row = value(one_cell(send, 0))
    assert (row["state"], row["value"]) == ("accepted", 0)


@pytest.fixture(scope="module")
def percent_plan(tmp_path_factory):
    """The plan with the informants of Q10 asked for in percent."""
    source = Path("data/plan/kundulun-2021-2025.yaml").read_text(encoding="utf-8")
    start = source.index("id: Q10")
    changed = source[:start] + source[start:].replace("unit: 人", "unit: '%'", 1).replace(
        "target: 25000", "target: 90", 1
    )
    path = tmp_path_factory.mktemp("plan") / "percent.yaml"
    path.write_text(changed, encoding="utf-8")
    plan = load_plan(path)
    assert plan.indicator("Q10").unit == "%"
    return plan


@pytest.mark.parametrize(
    ("values", "number_format", "states", "counted"),
    [
        ((0.5, 0.7, 0.9), "0%", ["note"] * 3, [50, 70, 90]),
        (("50%", "70%", "90%"), None, ["note"] * 3, [50, 70, 90]),
        ((50, 70, 0.9), None, ["accepted", "accepted", "question"], [50, 70, None]),
    ],
)
def test_c34_percent_and_fraction(percent_plan, tmp_path, values, number_format, states, counted):
    from openpyxl import load_workbook

    from kepu_eval.returns import write_template

    path = tmp_path / "区科协.xlsx"
    write_template(percent_plan, percent_plan.unit("区科协"), ROUND, path)
    book = load_workbook(path)
    page = book[NUMBERS]
    row = [c.value for c in page["A"]].index("Q10") + 1
    titles = [c.value for c in page[HEADER_ROW]]
    for year, number in zip((2021, 2022, 2023), values, strict=True):
        cell = page.cell(row, titles.index(f"{year}年") + 1)
        cell.value = number
        cell.number_format = number_format or cell.number_format
    book.save(path)
    returns = read(tmp_path, percent_plan)
    rows = [value(returns, "Q10", str(year)) for year in (2021, 2022, 2023)]
    assert [r["state"] for r in rows] == states
    assert [None if pd.isna(r["value"]) else r["value"] for r in rows] == counted
    if "question" in states:
        assert told(returns, "C34", "question")["candidates"] == ("90", "0.9")


def school(**values):
    changes = {(SCHOOLS, "", "学校名称"): "甲校", (SCHOOLS, "甲校", "学校类型"): "小学"}
    return changes | {(SCHOOLS, "甲校", title): number for title, number in values.items()}


def test_c35_more_participants_than_pupils(send):
    term = "2021—2022学年"
    returns = read(send("区教育局", school(**{f"{term} 在校生数": 200, f"{term} 参与学生数": 204})))
    assert "102%" in told(returns, "C35", "rejected")["message"]


def test_c36_a_part_above_its_whole(send):
    returns = read(send("区教育局", {**years("Q06", y2023=30), **years("Q07", y2023=35)}))
    message = told(returns, "C36", "rejected")["message"]
    assert "(35)大于" in message
    assert message.endswith("(30)")
    assert value(returns, "Q07")["state"] == "rejected"
    assert value(returns, "Q06")["value"] == 30


def test_c40_a_jump_of_ten_times(send):
    returns = read(send("区农牧局", years("Q08", y2021=215, y2022=210, y2023=2100)))
    asked = told(returns, "C40", "question")
    assert asked["message"].endswith("=2100，上年210")
    assert (value(returns)["state"], value(returns)["candidate"]) == ("question", 2100)


def test_c41_the_same_figure_every_year(send):
    returns = read(send("区农牧局", years("Q08", y2021=300, y2022=300, y2023=300)))
    asked = told(returns, "C41", "question")
    assert "2021—2023年均为300" in asked["message"]
    assert "请附名册" in asked["remedy"]
