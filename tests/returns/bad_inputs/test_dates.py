"""Dates and periods (C42–C46)."""

import datetime as dt

import pytest

from kepu_eval.returns.layout import NUMBERS
from tests.returns.conftest import event_row
from tests.returns.reading import read, told, value


@pytest.mark.parametrize("raw", ["2023年上半年", "暑期", "5月20日", "2023年5月20日至7月22日"])
def test_c42_not_a_day(send, raw):
    returns = read(send("区农牧局", event_row(日期=raw)))
    assert raw in told(returns, "C42", "question")["message"]
    assert returns.events["state"].tolist() == ["question"]


def test_c42_a_day_that_does_not_exist_is_refused(send):
    assert (
        "2023.6.31" in told(read(send("区农牧局", event_row(日期="2023.6.31"))), "C42", "rejected")["message"]
    )


@pytest.mark.parametrize("raw", ["2022—2023学年", "2022-2023"])
def test_c43_a_school_year_is_not_split(send, raw):
    assert raw in told(read(send("区农牧局", event_row(日期=raw))), "C43", "question")["message"]


def test_c44_an_event_before_the_plan_is_kept_aside(send):
    returns = read(send("区农牧局", event_row(日期=dt.date(2020, 11, 2))))
    told(returns, "C44", "note")
    assert returns.events["state"].tolist() == ["note"]


def test_c45_an_event_after_the_as_of_date_is_refused(send):
    returns = read(send("区农牧局", event_row(日期=dt.date(2024, 3, 8))))
    assert "2023-12-31" in told(returns, "C45", "rejected")["message"]
    assert returns.events["state"].tolist() == ["rejected"]


def test_c46_a_stock_that_shrinks_has_to_be_explained(send):
    changes = {(NUMBERS, "Q10", f"{y}年"): v for y, v in ((2021, 8500), (2022, 9000), (2023, 8800))}
    returns = read(send("区科协", changes))
    assert "较上期减少200" in told(returns, "C46", "question")["message"]
    assert value(returns, "Q10")["state"] == "question"
