"""The schools' sheet: no school that fell short may drop out of those that are counted."""

import pytest

from kepu_eval.evaluation import evaluate
from kepu_eval.returns import layout, read_round
from kepu_eval.returns.decisions import Decision, Decisions, key_of
from kepu_eval.returns.layout import FIRST_ROW, SCHOOLS
from tests.returns.conftest import PLAN, ROUND

GOOD, BAD = FIRST_ROW, FIRST_ROW + 1
TERM = "2021—2022学年"


@pytest.fixture
def sent(send):
    """Two schools, of which one has no teacher of science; ``spoil`` does something to the second one's row."""

    def read(spoil=None, decisions=None, **figures):
        def fill(book):
            page = book[SCHOOLS]
            titles = [cell.value for cell in page[layout.HEADER_ROW]]
            for row, name, teachers in ((GOOD, "甲校", 2), (BAD, "乙校", 0)):
                for title, value in {"学校名称": name, "学校类型": "小学", "是否农村牧区": "否", "科技教师数": teachers,
                                     **figures.get(name, {})}.items():  # fmt: skip
                    page.cell(row, titles.index(title) + 1).value = value
            if spoil:
                spoil(page)

        return read_round(send("区教育局", spoil=fill), PLAN, ROUND, decisions=decisions)

    return read


def teachers(returns):
    """Q05, every school has a teacher of science: rating and bounds."""
    row = (
        evaluate(PLAN, returns, PLAN.round(ROUND).as_of, "final").indicators.set_index("indicator").loc["Q05"]
    )
    return row["rating"], row["low"], row["high"]


def asked(returns, code):
    return returns.findings[
        returns.findings["code"].eq(code) & returns.findings["severity"].eq("question")
    ].to_dict("records")


def hide(page):
    page.row_dimensions[BAD].hidden = True


def put(column, value):
    def spoil(page):
        page.cell(BAD, column).value = value

    return spoil


def test_one_of_two_schools_without_a_teacher_is_half(sent):
    assert teachers(sent()) == ("未完成", 50, 50)


@pytest.mark.parametrize(
    "spoil",
    [put(2, None), put(2, "九年一贯制"), put(3, "13812345678"), hide],
    ids=["no type", "unknown type", "telephone number", "hidden"],
)
def test_a_school_in_question_stays_among_those_that_must_comply(sent, spoil):
    assert teachers(sent(spoil)) == ("数据不足", 50, 100)


def test_the_type_of_a_school_can_be_answered(sent):
    spoil = put(2, None)
    (question,) = asked(sent(spoil), "X03")
    assert question["candidates"] == ("小学", "初中", "高中", "中职", "幼儿园")
    for answer, expected in (("小学", ("未完成", 50, 50)), ("幼儿园", ("完成", 100, 100))):
        decided = Decisions({key_of(question): Decision("", answer)})
        assert teachers(sent(spoil, decided)) == expected


def test_a_school_without_a_name_is_a_school(sent):
    returns = sent(put(1, None))
    assert teachers(returns) == ("未完成", 50, 50)
    assert (
        "A7学校名称未填" in returns.findings.query("code == 'C30' and severity == 'note'")["message"].iloc[0]
    )


def test_a_school_that_is_listed_twice_counts_once_and_is_asked_about(sent):
    def twice(page):
        page.cell(BAD, 1).value = "甲校"

    (question,) = asked(sent(twice), "C52")
    assert teachers(sent(twice)) == ("数据不足", 0, 100)
    decided = Decisions({key_of(question): Decision("甲校", "是")})
    assert teachers(sent(twice, decided)) == ("完成", 100, 100)


def test_a_total_of_all_schools_is_no_school(sent):
    def total(page):
        page.cell(BAD + 1, 1).value, page.cell(BAD + 1, 4).value = "全区合计（2所）", 2

    assert teachers(sent(total)) == ("未完成", 50, 50)


def pooled(returns):
    row = evaluate(PLAN, returns, PLAN.round(ROUND).as_of).indicator_periods.query(
        "indicator == 'Q03' and period == @TERM"
    )
    return row["value"].iloc[0], row["low"].iloc[0], row["high"].iloc[0]


def test_a_school_without_pupils_lacks_nothing(sent):
    figures = {
        "甲校": {f"{TERM} 在校生数": 100, f"{TERM} 参与学生数": 95},
        "乙校": {f"{TERM} 在校生数": 0, f"{TERM} 参与学生数": 0},
    }
    returns = sent(**figures)
    assert pooled(returns) == (95, 95, 95)
    missing = (
        evaluate(PLAN, returns, PLAN.round(ROUND).as_of)
        .indicators.set_index("indicator")
        .loc["Q03", "missing"]
    )
    assert not [text for text in missing if text.startswith(f"乙校（{TERM}）")]


def test_participants_without_pupils_are_sent_back(sent):
    returns = sent(**{"乙校": {f"{TERM} 在校生数": 0, f"{TERM} 参与学生数": 5}})
    assert "（在校生数为0）" in returns.findings.query("code == 'C35'")["message"].iloc[0]


def test_names_are_kept_as_they_were_written_and_those_that_only_look_alike_stay_apart(sent):
    def rename(page):
        page.cell(GOOD, 1).value, page.cell(BAD, 1).value = (
            "第①小学（东区）Ⅲ㎡𠮷\u200b",
            "第1小学(东区)III m2𠮷",
        )

    found = sent(rename)
    assert list(found.schools["entity"]) == ["第①小学（东区）Ⅲ㎡𠮷", "第1小学(东区)III m2𠮷"]
    assert teachers(found) == ("未完成", 50, 50)


def test_a_name_in_another_width_is_the_same_school(sent):
    def rename(page):
        page.cell(GOOD, 1).value, page.cell(BAD, 1).value = "第１小学（东区）", "第1小学(东区)"

    found = sent(rename)
    assert list(found.schools["entity"]) == ["第１小学（东区）"]
    assert asked(found, "C52")
