"""One cell, four outcomes. Codes are those of the list of bad inputs."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu_eval.returns.cells import han_number, parse_number, tidy
from kepu_eval.returns.choices import parse_choice
from kepu_eval.returns.days import parse_date
from kepu_eval.returns.findings import as_found


@pytest.mark.parametrize(
    ("raw", "value", "state", "code"),
    [
        (300, 300, "accepted", ""),
        (0, 0, "accepted", ""),  # C32: a real zero
        ("300", 300, "accepted", ""),
        ("2.6万", 26000, "note", "C22"),
        ("３００", 300, "note", "C23"),
        ("1,200", 1200, "note", "C24"),
        ("1，200", 1200, "note", "C24"),
        ("300人次", 300, "note", "C25"),
        ("三百二十", 320, "note", "C25"),
        (" 300 ", 300, "note", "C37"),
        ("\u200b300", 300, "note", "C37"),
        ("约300人次", None, "question", "C20"),
        ("300-350", None, "question", "C20"),
        ("300余人", None, "question", "C21"),
        ("300多人", None, "question", "C21"),
        ("300人", None, "question", "C26"),
        ("一百来人", None, "question", "C27"),
        ("/", None, "question", "C28"),
        ("无", None, "question", "C28"),
        ("-", None, "question", "C29"),
        ("300+50", None, "question", "C38"),
        ("+300", 300, "note", "C37"),
        ("1 2 5", 125, "note", "C24"),
        ("300 320", None, "rejected", "X01"),  # two figures, perhaps
        ("300人次（含线上）", 300, "note", "C25"),
        ("300（含线上）", 300, "note", "C37"),
        ("300（预计）", None, "question", "C26"),
        ("300（含拟办）", None, "question", "C26"),
        ("3（含线上，万）", None, "rejected", "X01"),
        ("300（场次）", None, "question", "C26"),
        ("300（含线上20）", 300, "note", "C37"),
        ("300（含线上400）", None, "rejected", "X01"),  # more than the whole
        ("300（含外区）", None, "question", "C26"),
        ("300（据估计）", None, "question", "C26"),
        ("300（按场次计）", None, "question", "C26"),
        ("", None, "missing", "C31"),
        (None, None, "missing", "C31"),
        ("#REF!", None, "rejected", "C18"),
        (312.5, None, "rejected", "C33"),
        (dt.date(2023, 4, 1), None, "rejected", "C39"),
        (-3, None, "rejected", "X02"),
        ("abc", None, "rejected", "X01"),
        ("2.6 万", 26000, "note", "C22"),
        ("3百人次", 300, "note", "C22"),
        ("一百零八", 108, "note", "C25"),
        ("两三百", None, "question", "C27"),  # two or three hundred
        ("一五〇", None, "question", "C27"),
        ("三〇〇人次", None, "question", "C27"),
        ("万", None, "question", "C27"),
        ("300①", None, "rejected", "X01"),  # a footnote mark is no digit
    ],
)
def test_a_count_of_visits(raw, value, state, code):
    parsed = parse_number(raw, unit="人次")
    assert (parsed.value, parsed.state, parsed.code) == (value, state, code)


@pytest.mark.parametrize(
    ("raw", "candidate"),
    [("约2.5万", 25000), ("1.2万余", 12000), ("300人", 300), ("约300人", 300), ("2.5W", None), ("30O", None)],
)
def test_what_a_question_offers_is_of_the_right_size(raw, candidate):
    assert parse_number(raw, unit="人次").candidate == candidate


def test_a_figure_in_millions_is_told_with_all_its_digits():
    assert as_found(1234567.0) == "1234567"
    assert "1234567" in parse_number("123.4567万", unit="次").message


def test_a_blank_required_cell_is_rejected_and_never_zero():
    assert parse_number(None, required=True).code == "C30"
    assert parse_number("", required=True).value is None


def test_a_rounded_figure_must_not_decide_on_the_target():
    assert parse_number("2.5万", unit="人", target=25000).state == "question"
    assert parse_number("2.6万", unit="人", target=25000).value == 26000


def test_a_percentage_above_one_hundred_is_rejected():
    assert parse_number("102%", unit="%").code == "C35"
    assert parse_number("90%", unit="%").value == 90


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none(), st.dates()))
def test_no_cell_raises_and_only_counted_ones_have_a_value(raw):
    for parsed in (parse_number(raw, unit="人次"), parse_date(raw), parse_choice(raw, ("有", "无"))):
        assert parsed.counted == (parsed.value is not None)
        assert parsed.state in ("accepted", "note", "question", "rejected", "missing")


@given(st.integers(0, 10**9))
def test_whole_numbers_come_back_however_they_are_written(number):
    full_width = str(number).translate({ord("0") + n: chr(0xFF10 + n) for n in range(10)})
    for written in (number, str(number), f"{number:,}", full_width, f" {number}\u200b", f"{number}人次"):
        assert parse_number(written, unit="人次").value == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("十", 10), ("三百", 300), ("两千", 2000), ("一万零五", 10005), ("二十一", 21), ("三万二千", 32000)],
)
def test_numbers_in_words(text, number):
    assert han_number(text) == number


@pytest.mark.parametrize(
    ("raw", "state", "value"),
    [
        (dt.datetime(2023, 5, 20), "accepted", dt.date(2023, 5, 20)),
        ("2023-05-20", "note", dt.date(2023, 5, 20)),
        ("2023年5月6日", "note", dt.date(2023, 5, 6)),
        ("20230520", "note", dt.date(2023, 5, 20)),
        ("2023.6.31", "rejected", None),
        ("2023年上半年", "question", None),
        ("暑期", "question", None),
        ("2022—2023学年", "question", None),
        ("2023年5月20日至22日", "note", dt.date(2023, 5, 20)),
        ("2023.5.30-6.2", "note", dt.date(2023, 5, 30)),
        ("2022年12月31日至2023年1月2日", "note", dt.date(2022, 12, 31)),
        ("2023年5月20日上午9点半", "note", dt.date(2023, 5, 20)),
        ("2023年5月22日至20日", "question", None),  # backwards
        ("2022年12月30日至1月2日", "note", dt.date(2022, 12, 30)),
        ("2023年5月8日（星期一）9:00-11:00", "note", dt.date(2023, 5, 8)),
        ("2023年5月8日上午9时至11时", "note", dt.date(2023, 5, 8)),
        ("2023-05-08 9:00-2023-05-10", "question", None),
        ("2023年5月1日至6月30日", "question", None),  # two months are no event
        ("2023年5月20日至32日", "question", None),
        ("2023-05至06", "question", None),
    ],
)
def test_dates_of_every_habit(raw, state, value):
    parsed = parse_date(raw)
    assert (parsed.state, parsed.value) == (state, value)


def test_tidy_takes_out_what_nobody_sees():
    assert tidy("\ufeff 区科协\n（盖章）\u200b") == "区科协 (盖章)"
