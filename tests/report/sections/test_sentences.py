"""Sentences of the reports say what the tables say, name everything they count, and leave out what is not there."""

import pytest

from kepu_eval.report import open_case, sections
from kepu_eval.report.blocks import merged_facts
from kepu_eval.supervision import raise_items
from kepu_eval.supervision.rectification import to_reach
from tests.report.notebook_words import told

CASES = {
    "midterm": {"round_id": "2023-midterm", "returns": "data/example/2023-midterm", "as_of": "2023-12-31",
                "decisions": "data/example/2023-midterm-decisions.xlsx", "inquiry": "data/example/inquiry-2023"},
    "final": {"round_id": "2025-final", "returns": "data/example/2025-final", "as_of": "2025-12-31",
              "decisions": "data/example/2025-final-decisions.xlsx"},
}  # fmt: skip


@pytest.fixture(scope="module")
def cases():
    return {stage: open_case(stage, given) for stage, given in CASES.items()}


def test_the_mechanisms_told_add_up_to_all(cases):
    for stage, case in cases.items():
        words = case.words["机制"]
        parts = [words[name].value for name in ("已建立", "部分建立", "没有建立", "数据不足") if words[name]]
        assert sum(parts) == words["合计"].value == 14
        assert words["合计"].text in told(stage, case, "机制.合计")
    assert "缺少记录" not in told("final", cases["final"], "机制.合计")
    assert "没有建立的1项（跟踪问效）" in told("midterm", cases["midterm"], "机制.合计")


@pytest.mark.parametrize("stage", CASES)
def test_the_reports_list_of_things_to_put_right_is_the_ledgers(cases, stage):
    case = cases[stage]
    items = raise_items(case.evaluation, case.plan, case.round.id)
    shown = [(row[1].text, row[4].text) for row in sections.measures(case).rows]
    assert shown == [(case.plan.unit(item.unit).name, to_reach(item)) for item in items]
    assert case.words["整改"]["合计"].value == len(items)


def test_the_rest_of_the_plan_is_evaluated_or_said_not_to_be(cases):
    for stage, case in cases.items():
        blocks = [*sections.goals(case), *sections.phase_duties(case), *sections.mechanisms(case)]
        tables = {b.id: b for b in blocks if b.kind == "table"}
        goals, duties = case.words["定性目标"], case.words["阶段任务"]
        assert len(tables["goals"].rows) == goals["合计"].value == 5
        assert sum(goals[name].value for name in ("可定级", "数据不足", "不能评价")) == 5
        assert len(tables["duties"].rows) == duties["合计"].value == 11
        assert sum(state["项数"].value for state in duties["状态"]) == 11
        assert tables["goals"].rows[4][4].text == "不能评价"
        said = told(stage, case, "责任主体")
        assert "“各街道办事处、镇”：《方案》未列其成员，本轮没有向其发放填报表" in said
        assert "投入情况不作评价" in said
        each = tables["mechanism-M07"]
        assert each.annex
        assert len(each.rows) == 24
        states = [row[1].text for row in each.rows]
        (of_units,) = case.words["机制"]["分别建立"]
        counted = [of_units[name].value for name in ("已有", "没有", "不清楚")]
        assert counted == [states.count(state) for state in ("有", "无", "数据不足")]
        assert len(tables["mechanism-M07-open"].rows) == 24 - states.count("有")


def test_what_was_found_of_a_duty_leads_back_to_its_cells(cases):
    facts = merged_facts(sections.phase_duties(cases["final"]))
    problems = facts["PH2.2.已知落实"]
    assert (problems.value, len({source.file for source in problems.sources})) == ("23/24", 23)
    assert {source.sheet for source in problems.sources} == {"任务自查"}
    assert all(source.raw for source in problems.sources)
    assert facts["PH1.2.已知落实"].sources[0].sheet == "阶段任务"
    assert len(facts["PH3.1.已知落实"].sources) == 23


def test_no_open_data_are_said_in_one_clause(cases):
    assert "待核0项、退回0项；" in told("final", cases["final"], "选报")
    assert not list(sections.open_data(cases["final"]))


def test_before_its_issue_a_plan_has_no_days_since(cases):
    early = open_case("midterm", CASES["midterm"] | {"as_of": "2022-12-31"})
    said = told("midterm", early, "方案.已印发")
    assert "《方案》到评估基准日还没有印发（2023年11月28日印发）" in said
    assert "天" not in said
    assert "至评估基准日33天" in told("midterm", cases["midterm"], "方案.已印发")


def test_the_table_of_open_data_counts_questions_and_rejections(cases):
    blocks = list(sections.open_data(cases["midterm"]))
    listing = next(block for block in blocks if block.kind == "table")
    assert "退回" in listing.title
    findings = cases["midterm"].evaluation.findings
    still = findings[findings["answer"].eq("") & findings["severity"].isin(["question", "rejected"])]
    per_indicator = still["affects"].explode().value_counts()
    names = {item.name: item.id for item in cases["midterm"].plan.indicators}
    for row in listing.rows:
        assert row[1].value == per_indicator[names[row[0].text]]


@pytest.mark.parametrize("stage", CASES)
def test_a_part_is_named_in_full_where_no_whole_stands_before_it(cases, stage):
    text = told(stage, cases[stage], "稳健性.不变")
    assert text.startswith("换一种算法，")
    assert "农村牧区学校科技教师培训人次" in text
    assert "其中农村牧区" not in text


def test_a_questionnaire_is_told_with_who_is_silent(cases):
    said = told("midterm", cases["midterm"], "专题调研")
    assert "（示例数据）应调研24个，回收20份，答案见下表。未答的单位不是随机缺失的" in said
    assert told("final", cases["final"], "专题调研") == ""  # no heading over nothing
