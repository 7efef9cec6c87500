"""Who reports on what (C47–C53): names of units, tasks of others, returns that are not there."""

import pytest

from kepu_eval.returns.layout import NUMBERS, TASKS
from tests.returns.conftest import PLAN, cover, event_row, years
from tests.returns.reading import THREE, judged, read, told


def test_c47_an_alias_is_recognised(send):
    assert (
        "识别为区农牧局"
        in told(read(send("区农牧局", spoil=cover("填报单位", "区农牧业局"))), "C47", "note")["message"]
    )


def test_c48_an_unknown_unit_is_asked_about_with_candidates(send):
    returns = read(send("区农牧局", spoil=cover("填报单位", "区农牧中心")))
    assert "区农牧局" in told(returns, "C48", "question")["candidates"]
    assert returns.observations.empty


def test_c49_another_units_task_is_asked_about(send):
    other = next(c.id for c in PLAN.task(4).commitments)

    def add(book):
        page = book[TASKS]
        row = page.max_row + 1
        page.cell(row, 1).value, page.cell(row, 3).value = 4, other

    asked = told(read(send("区妇联", spoil=add)), "C49", "question")
    assert other in asked["message"]
    assert PLAN.lead(4).name in asked["message"]


@pytest.mark.parametrize("number", [32, "7-2", "六十"])
def test_c50_a_task_that_does_not_exist(send, number):
    assert (
        f"任务号“{number}”不存在"
        in told(read(send("区农牧局", event_row(任务号=number))), "C50", "rejected")["message"]
    )


def test_c51_a_silent_lead_is_named(send):
    rows = judged(read(send("区科协"))).findings.query("code == 'C51'")
    assert any("任务6牵头区农牧局未报" in message for message in rows["message"])


def test_c52_a_lead_that_reports_again_counts_once(send):
    def again(book):
        page = book[NUMBERS]
        first = [c.value for c in page["A"]].index("Q08") + 1
        row = page.max_row + 1
        for column in range(1, page.max_column + 1):
            page.cell(row, column).value = page.cell(first, column).value

    returns = read(send("区农牧局", years("Q08", **THREE), spoil=again))
    assert "两次填报" in told(returns, "C52", "note")["message"]
    assert returns.observations.query("indicator == 'Q08' and period == '2023'")["value"].tolist() == [520]


def test_c53_the_share_of_members_that_reported_is_told(send):
    send("区农牧局")
    send("区教育局")
    findings = judged(read(send("区妇联"))).findings
    assert "任务28报送3/24" in set(findings.query("code == 'C53'")["message"])
