"""Sentences of the reports say what the tables say, name everything they count, and leave out what is not there."""

import re
from dataclasses import replace

import pytest

from kepu_eval.evaluation.coverage import cover
from kepu_eval.report import open_case, sections
from kepu_eval.report.blocks import merged_facts
from kepu_eval.supervision import raise_items
from kepu_eval.supervision.rectification import condition_text

CASES = {
    "midterm": {"round_id": "2023-midterm", "returns": "data/example/2023-midterm", "as_of": "2023-12-31",
                "decisions": "data/example/2023-midterm-decisions.xlsx"},
    "final": {"round_id": "2025-final", "returns": "data/example/2025-final", "as_of": "2025-12-31",
              "decisions": "data/example/2025-final-decisions.xlsx"},
}  # fmt: skip


@pytest.fixture(scope="module")
def cases():
    return {stage: open_case(stage, given) for stage, given in CASES.items()}


def told(blocks):
    return "".join(span.text for block in blocks for span in getattr(block, "spans", ()))


@pytest.mark.parametrize("stage", CASES)
def test_every_task_behind_is_named_the_worst_first(cases, stage):
    case = cases[stage]
    text = told(sections.judgement(case)).partition("需重点推动的任务：")[2].partition("。")[0]
    tasks = case.evaluation.tasks.set_index("number")
    named = [int(number) for number in re.findall(r"任务(\d+)（", text)]
    behind = tasks.index[tasks["rating"].isin(["滞后", "严重滞后", "未完成", "未启动"])]
    assert sorted(named) == sorted(behind)
    order = ["未启动", "未完成", "严重滞后", "滞后"]
    ranks = [order.index(tasks.loc[number, "rating"]) for number in named]
    assert ranks == sorted(ranks)


def test_one_share_is_enough_where_no_task_is_unknown(cases):
    for case in cases.values():
        found, unknown = case.evaluation, case.evaluation.tasks["band"].eq("数据不足")
        assert unknown.any()
        assert "剔除数据不足" in told(sections.judgement(case))
        tasks = found.tasks.copy()
        tasks.loc[unknown, ["rating", "band", "display"]] = "未启动"
        known = cover(case.plan, found.units, tasks, case.stage)
        settled = replace(case, evaluation=replace(found, tasks=tasks, coverage=known))
        assert "剔除数据不足" not in told(sections.judgement(settled))


def test_the_mechanisms_told_add_up_to_all(cases):
    for case in cases.values():
        facts = merged_facts(sections.mechanisms(case))
        whole = facts.pop("机制.合计").value
        assert (
            sum(f.value for name, f in facts.items() if name.count(".") == 1) == whole
        )  # 机制.M07.有 is of units
    assert "缺少记录" not in told(sections.mechanisms(cases["final"]))
    assert "没有建立的1项" in told(sections.mechanisms(cases["midterm"]))


@pytest.mark.parametrize("stage", CASES)
def test_the_reports_list_of_things_to_put_right_is_the_ledgers(cases, stage):
    case = cases[stage]
    items = raise_items(case.evaluation, case.plan, case.round.id)
    listing = next(block for block in sections.rectification(case) if block.kind == "table")
    shown = [(row[0].text, row[2].text, row[6].text) for row in listing.rows]
    assert shown == [(item.item, item.problem, condition_text(item)) for item in items]
    assert merged_facts(sections.rectification(case))["整改.清单"].value == len(items)


def test_the_rest_of_the_plan_is_evaluated_or_said_not_to_be(cases):
    for case in cases.values():
        blocks = [
            b
            for name in ("goals", "phase_duties", "responsible", "mechanisms")
            for b in getattr(sections, name)(case)
        ]
        facts, tables = merged_facts(blocks), {b.id: b for b in blocks if b.kind == "table"}
        assert len(tables["goals"].rows) == facts["目标.合计"].value == 5
        assert len(tables["duties"].rows) == facts["阶段任务.合计"].value == 11
        for prefix in ("目标.", "阶段任务."):
            parts = [
                f.value for name, f in facts.items() if name.startswith(prefix) and not name.endswith("合计")
            ]
            assert sum(parts) == facts[f"{prefix}合计"].value
        assert tables["goals"].rows[4][4].text == "不能评价"
        assert "“各街道办事处、镇”：《方案》未列其成员，本轮没有向其发放填报表" in told(blocks)
        assert "投入情况不作评价" in told(blocks)
        each = tables["mechanism-M07"]
        assert each.annex
        assert len(each.rows) == 24
        states = [row[1].text for row in each.rows]
        assert [facts[f"机制.M07.{state}"].value for state in ("有", "无", "数据不足")] == [
            states.count(state) for state in ("有", "无", "数据不足")
        ]
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
    text = told(sections.overview(cases["final"]))
    assert "待核0项、退回0项。" in text
    assert "答复" not in text


def test_the_table_of_open_data_counts_questions_and_rejections(cases):
    blocks = list(sections.overview(cases["midterm"]))
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
    text = told(sections.robustness(cases[stage]))
    assert "农村牧区学校科技教师培训人次" in text
    assert "其中农村牧区" not in text
