"""Personal data in every form in which it is written, and what only looks like it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.personal_data import FALSE_REFUSALS, LOOK_ALIKE, POSITIVE, RECALL, measured
from kepu_eval.personal_data import masked, may_be_personal, personal_data

# The example of GB 11643–1999 itself, and a number of nobody.
STANDARD = "11010519491231002X"
MOBILE = "13900000000"


@pytest.mark.parametrize(
    "written",
    ["+8613900000000", "013900000000", "139.0000.0000", "139/0000/0000", "139–0000–0000", "139_0000_0000", "(139)0000-0000",
     "139、0000、0000", "139|0000|0000", "139 ~ 0000 ~ 0000", "1 3 9 0 0 0 0 0 0 0 0", "一三九零零零零零零零零", "幺三九〇〇〇〇〇〇〇〇",
     "139零零零零零零零零", "１３９－００００－００００", "①③⑨ ⓪⓪⓪⓪ ⓪⓪⓪⓪", "手机13900000000（微信同号）", "Tel13900000000", "13900000000/13800000000",
     "第三批之一13900000000", "139\n00000000", "139\u200b00000000", "٠١٣٩٠٠٠٠٠٠٠٠", 13900000000, 13900000000.0, 8613900000000.0],
)  # fmt: skip
def test_a_mobile_number_however_it_is_written(written):
    assert personal_data(written) == "手机号码"


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        (STANDARD, "身份证号"),
        ("110105 19491231 002x", "身份证号"),
        ("１１０１０５１９４９１２３１００２Ｘ", "身份证号"),
        ("11010519491231002×", "身份证号"),
        ("110105194912310021", "身份证号"),
        ("110105491231002", "身份证号"),
        (9.99999190001010e17, "身份证号"),
        ("9.99999190001010E+17", "身份证号"),
        ("6222 0212 3456 7890 128", "银行卡号"),
        ("4111-1111-1111-1111", "银行卡号"),
        (6.22202123456789e18, "银行卡号"),
        ("E12345678", "护照号"),
        ("ea3456789", "护照号"),
        ("护照 P1234567", "护照号"),
        ("zhang.san@example.cn", "电子邮箱"),
        ("zhang＠163．com", "电子邮箱"),
        ("zhang [at] 163 [dot] com", "电子邮箱"),
    ],
)
def test_the_other_kinds(written, kind):
    assert personal_data(written) == kind


@pytest.mark.parametrize(
    "written",
    ["包府发〔2022〕42号", "13,912,345,678", "13912345678元", "13900000000人次", "15:30—17:00，200人", "18/25/30/45/120", "192.168.100.12",
     "2023-05-20 09:12—2023-05-20 11:00", "KP15020323001", "发票号码：13900000001", "EV2023001", "G20230520", "138.0013万", "0.13912345678",
     "0472-2123456", "150203202305200001", "20230520143000123", "911502030116143456", "150 2023-05-20", "微博@科普包头", "2023-05-20",
     "台账编号20230520001", "12150203460021345A", "", "6222021234567890121", 0.13912345678, 13900000000.5, 1200.0, None, True,
     dt.date(2023, 5, 20), float("inf"), float("nan")],
)  # fmt: skip
def test_what_only_looks_alike_is_no_personal_data(written):
    assert personal_data(written) == ""


def test_only_the_number_is_taken_out():
    assert masked("联系人 张某 139-0000-0000，2023年") == "联系人 张某 （含个人信息，已略去），2023年"
    assert masked("区农牧局139.0000.0000.xlsx") == "区农牧局（含个人信息，已略去）.xlsx"


@given(text=st.text(max_size=80))
def test_nothing_is_left_when_masked_and_nothing_is_found_that_the_quick_look_passes_over(text):
    assert personal_data(masked(text)) == ""
    if not may_be_personal(text):
        assert personal_data(text) == ""
        assert masked(text) == text


def test_recall_and_false_refusals_on_the_labelled_corpus():
    """``python -m benchmarks.personal_data`` takes 500 of every form; this is a sample of the same corpus."""
    assert len(POSITIVE) >= 20
    assert len(LOOK_ALIKE) >= 20
    recall, refused, wrong = measured(each=25, seed=7)
    assert recall >= RECALL, wrong
    assert refused <= FALSE_REFUSALS, wrong


@pytest.mark.parametrize("separator", ["+", "、", " "])
def test_a_number_behind_a_column_of_figures_is_found(separator):
    column = separator.join(["12"] * 300)
    assert personal_data(column) == ""
    assert personal_data(f"{column}，电话13800138000") == "手机号码"
    assert "13800138000" not in masked(f"13800138000：{column}")
