"""The table of higher levels' targets and the first finding, in both evaluation reports."""

import datetime as dt
from dataclasses import replace

import pytest

from kepu_eval.plan import Baseline
from kepu_eval.plan.superior import Superior, SuperiorTarget
from kepu_eval.report import open_case, sections
from tests.report.notebook_words import told


@pytest.fixture(scope="module")
def case():
    return open_case("midterm", {"round_id": "2023-midterm", "returns": "data/example/2023-midterm",
                                 "survey": "data/example/survey-2023", "decisions": "data/example/2023-midterm-decisions.xlsx"})  # fmt: skip


def by_title(listing):
    return [
        dict(zip((c.title for c in listing.columns), (cell.text for cell in row), strict=True))
        for row in listing.rows
    ]


def test_every_column_of_the_example(case):
    (listing,) = sections.alignment(case)
    first, second = by_title(listing)
    assert first["指标"] == "公民具备科学素质比例"
    assert [first[t] for t in ("年份", "本级目标", "国家", "自治区", "市")] == [
        "2025年",
        "达到15%",
        "超过15%",
        "未取得原文",
        "未取得原文",
    ]
    assert first["关系"] == "弱于国家；与自治区、市不可比（未取得原文）"
    assert first["基期"] == "本级未载；国家2020年10.56%；自治区2020年8.73%；市未取得原文"
    assert first["条款"] == "本级一（三）工作目标；国家二（三）目标"
    assert second["本级目标"] == "未设"
    assert second["国家"] == "达到25%"
    assert second["关系"] == "未设（本级）"
    # by hand from the report's own estimate: (15 − 10.4)/2 and (25 − 10.4)/12 a year
    survey = case.survey
    for row, goal, years in ((first, 15, 2), (second, 25, 12)):
        numbers = [(goal - x) / years for x in (survey.estimate, survey.ci_high, survey.ci_low)]
        assert row["年均需（区间）"] == f"{numbers[0]:.2f}个百分点\n（{numbers[1]:.2f}至{numbers[2]:.2f}）"


def test_every_figure_of_it_leads_to_the_plan_or_to_figures_of_the_report(case):
    (listing,) = sections.alignment(case)
    known = {fact.id for fact in (*listing.facts, *case.facts.lineage.facts)}
    for fact in listing.facts:
        assert fact.sources or (fact.parts and set(fact.parts) <= known), fact.id


@pytest.mark.parametrize("kind", ["midterm", "final"])
def test_both_reports_say_first_that_ours_is_weaker_and_what_is_not_known(case, kind):
    text = told(kind, case, "对照上级.弱于")
    assert (
        "“公民具备科学素质比例”2025年目标本级为达到15%，弱于国家的超过15%。自治区、市的目标未取得原文，不能对照。"
        in text
    )


def test_what_is_due_or_unknown_is_said_and_own_baselines_are_shown(case):
    plan = case.plan.model_copy(
        update={
            "indicators": tuple(i.model_copy(update={"baseline": Baseline(year=2020, value=7.5)}) if i.id == "Q01" else i for i in case.plan.indicators),
            "meta": case.plan.meta.model_copy(update={"superior": (Superior(doc_no="一", level="国家", targets=(
                SuperiorTarget(key="公民具备科学素质比例", year=2025, operator=">=", value=12, wording="达到12%"),
                SuperiorTarget(key="没有的指标", year=2025, operator=">=", value=3, unit="个", wording="3个以上"))),)}),
        }
    )  # fmt: skip
    other = replace(case, plan=plan, as_of=dt.date(2025, 12, 31))
    first, second = by_title(sections.alignment(other).blocks[0])
    assert (first["关系"], first["年均需（区间）"]) == ("高于国家", "已到期")
    assert first["基期"].startswith("本级2020年7.5%")
    assert (second["指标"], second["本级目标"], second["最近估计（区间）"]) == (
        "没有的指标",
        "未设",
        "数据不足",
    )


def test_a_second_plan_above_at_and_below_its_superior_and_one_that_is_not_known(case):
    above = {
        "公民具备科学素质比例": ("%", 12, "达到12%"),  # ours 15
        "高素质农牧民培训人次": ("人次", 2000, "不少于2000人次"),  # ours 2000
        "科普信息员注册人数": ("人", 30000, "30000人以上"),  # ours 25000
    }
    targets = [SuperiorTarget(key=key, year=2025, operator=">=", value=value, unit=unit, wording=wording)
               for key, (unit, value, wording) in above.items()]  # fmt: skip
    unread = SuperiorTarget(key="科技教师培训人次", year=2025, unit="人次")
    city = Superior(doc_no="某府发〔2022〕1号", level="市", targets=(*targets, unread))
    meta = case.plan.meta.model_copy(update={"superior": (city,)})
    second = replace(case, plan=case.plan.model_copy(update={"meta": meta}))
    rows = {row["指标"]: (row["市"], row["关系"]) for row in by_title(sections.alignment(second).blocks[0])}
    assert rows == {
        "公民具备科学素质比例": ("达到12%", "高于市"),
        "高素质农牧民培训人次": ("不少于2000人次", "与市一致"),
        "“科普中国”APP科普信息员注册人数": ("30000人以上", "弱于市"),
        "科技教师培训人次": ("未取得原文", "与市不可比（未取得原文）"),
    }


def test_a_plan_without_superiors_prints_nothing(case):
    meta = case.plan.meta.model_copy(update={"superior": ()})
    alone = replace(case, plan=case.plan.model_copy(update={"meta": meta}))
    assert not sections.alignment(alone).blocks
    assert not told("midterm", alone, "对照上级.有").strip()


def test_superiors_of_which_nothing_was_read_are_said_not_left_out(case):
    levels = tuple(Superior(doc_no=level.doc_no, level=level.level) for level in case.plan.meta.superior)
    meta = case.plan.meta.model_copy(update={"superior": levels})
    unread = replace(case, plan=case.plan.model_copy(update={"meta": meta}))
    assert not sections.alignment(unread).blocks
    for text in (told("midterm", unread, "目标指标完成情况"), told("final", unread, "对照上级.有")):
        assert "国家、自治区、市的" in text
        assert "未取得原文" in text
