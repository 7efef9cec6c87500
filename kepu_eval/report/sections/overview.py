"""Basis, as-of date, return rate and open questions: page 1 of a report."""

from __future__ import annotations

from collections.abc import Iterator

from kepu_eval.evaluation.questions import next_calls
from kepu_eval.plan import Stage, time_share
from kepu_eval.report.blocks import Block, Blocks, Fact, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.figures import phase_timeline
from kepu_eval.report.ratings import submission_id
from kepu_eval.report.sections.wording import chinese_date, listed
from kepu_eval.returns import NOTHING_READABLE

_CALLS, _LISTED = 3, 6
_WORK = {Stage.MIDTERM: "中期自查评估", Stage.FINAL: "总结评估"}


def overview(case: Case) -> Blocks:
    """What the evaluation rests on, who reported, and what is still open."""
    return Blocks(
        [
            *_basis(case),
            *_returns(case),
            *_questions(case),
            *next_call(case),
            *([phase_timeline(case.plan, case.as_of, case.notice)] if case.plan.phases else []),
        ]
    )


def _basis(case: Case) -> Iterator[Block]:
    meta, facts = case.plan.meta, case.facts
    yield prose(
        "本次{work}以《{title}》（{doc_no}，以下简称《方案》）为依据，以{as_of}为评估基准日，"
        "对{programmes}行动和工程、{tasks}任务、{indicators}量化承诺的落实情况逐项评估。",
        work=_WORK[case.stage],
        title=meta.title,
        doc_no=meta.doc_no,
        as_of=chinese_date(case.as_of),
        programmes=facts.count(
            "方案.行动工程", len(case.plan.programmes), "行动和工程数", sources=facts.planned("行动和工程")
        ),
        tasks=facts.count("方案.任务", len(case.plan.tasks), "任务数", sources=facts.planned("任务")),
        indicators=facts.count(
            "方案.指标", len(case.plan.indicators), "量化承诺数", sources=facts.planned("量化指标")
        ),
    )
    days = Fact(
        id="印发至基准日",
        value=(case.as_of - meta.issued).days,
        unit="天",
        label="印发日至评估基准日的天数",
        formula=f"{case.as_of} − {meta.issued}",
        sources=facts.planned("印发日"),
    )
    retrospective = [str(year) for year in meta.years if year < meta.issued.year]
    varied = any(switch.id == "pre_issue_years" for switch in case.plan.switches)
    before = "{years}年的数据属印发前工作的追溯填报，默认计入定级" + (
        "；不计入时结论是否改变，见附件“换口径后结论是否改变”。" if varied else "。"
    )
    yield prose(
        "《方案》于{issued}印发，至评估基准日{days}。" + (before if retrospective else ""),
        issued=chinese_date(meta.issued),
        days=days,
        years=listed(retrospective),
    )
    passed = Fact(
        id="时间进度",
        value=float(time_share(case.plan, case.as_of)) * 100,
        unit="%",
        digits=1,
        label="规划期时间进度",
        formula="已过整年数÷规划年数",
        sources=facts.planned("规划期"),
    )
    yield prose(
        "按已过整年计，规划期时间进度为{share}。缺报、待核的数据不作零处理，也不视为达标，评级单列“数据不足”。",
        share=passed,
    )
    yield from _blanks(case)


def _blanks(case: Case) -> Iterator[Block]:
    """How contributors' blanks were read, where there are any: as unknown, by the plan's switch, or as was answered."""
    cells, told = case.evaluation.cells, case.returns.findings
    blank = int((cells["state"].eq("留空") & cells["optional"]).sum())
    settled = told["code"].eq("X10") & told["answer"].ne("")
    answered = [case.plan.unit(unit).name for unit in told.loc[settled, "unit"]]
    if case.evaluation.switches["optional_blanks"] == "none":
        yield prose("选报项留空的，按方案规定视为无此项。", role="note")
    elif blank:
        open_ = case.facts.count("选报留空", blank, "选报项留空、尚未说明的数据", "格")
        yield prose("选报项留空、尚未说明是否无此项的有{blank}，按未知处理。", role="note", blank=open_)
    if answered:
        yield prose("经确认，{units}选报项留空的均为无此项。", role="note", units=listed(answered))


def _returns(case: Case) -> Iterator[Block]:
    facts, rows = case.facts, case.returns.submissions
    due = facts.count("报送.应报", len(case.plan.units), "应报单位", "个", sources=facts.planned("成员单位"))
    sent = rows[rows["unit"].ne("") & ~rows["status"].isin(NOTHING_READABLE)]
    units = sent["unit"].nunique()
    late = sent.loc[sent["status"].eq("迟报"), "unit"].unique()
    missing = [unit for unit in case.plan.units if unit.id not in set(sent["unit"])]
    sentence = "应报单位{due}，已报{sent}，报送率{rate}"
    words: dict[str, Fact | str] = {
        "due": due,
        "sent": facts.count("报送.已报", units, "已报单位", "个", parts=facts.submissions(sent["unit"])),
        "rate": facts.share(
            "报送.报送率", units, len(case.plan.units), "报送率", facts.submissions(sent["unit"])
        ),
    }
    if len(late):
        sentence += "；其中迟报{late}（{late_names}）"
        words["late"] = facts.count("报送.迟报", len(late), "迟报单位", "个", parts=facts.submissions(late))
        words["late_names"] = listed(case.plan.unit(unit).name for unit in late)
    if missing:
        sentence += "；未报送{absent}（{names}）"
        words["absent"] = facts.count(
            "报送.未报",
            len(missing),
            "未报送单位",
            "个",
            parts=facts.submissions(unit.id for unit in missing),
        )
        words["names"] = listed(unit.name for unit in missing)
    yield prose(sentence + "。", **words)
    unread = rows[rows["status"].eq("无法读取")]
    if len(unread):
        yield prose(
            "另有{count}文件无法读取，已跳过：{files}。",
            count=facts.count(
                "报送.无法读取",
                len(unread),
                "无法读取的文件",
                "个",
                sources=facts.sources.submissions(unread),
            ),
            files=listed(unread["file"]),
        )


def next_call(case: Case) -> Iterator[Block]:
    """Whom to ask next: the units whose answers or returns could change most ratings."""
    calls = next_calls(case.plan, case.returns, case.evaluation)
    calls = calls[calls["ratings"].gt(0)].head(_CALLS)
    if calls.empty:
        return
    messages = case.evaluation.findings.set_index("finding")["message"]
    yield table(
        "next-calls",
        "下一个最值得打的电话",
        "单位<1.2 | 可能改变的评级>0.8 | 涉及<2 | 先问什么<3",
        [
            [
                row.unit_name,
                case.facts.count(f"优先联系.{row.unit_name}.评级", row.ratings, f"{row.unit_name}的答复可能改变的评级", "项",
                                 parts=case.facts.named(submission_id(case.plan.unit(row.unit_name).id))),
                "、".join(row.changed[:_LISTED]) + ("等" if len(row.changed) > _LISTED else ""),
                "请尽快报送填报表" if row.silent else messages[row.first],
            ]
            for row in calls.itertuples()
        ],
        note="按答复、补报可能改变的评级数排序：只计最不利与最有利两种情形评级不同的指标、承诺和任务。",
    )  # fmt: skip


def _questions(case: Case) -> Iterator[Block]:
    facts, findings = case.facts, case.evaluation.findings
    open_questions = findings[findings["severity"].eq("question") & findings["answer"].eq("")]
    rejected = findings[findings["severity"].eq("rejected") & findings["answer"].eq("")]
    touched = case.evaluation.indicators.query("questions > 0")
    effect = "涉及的量化指标及可能的变动范围见下表。" if len(touched) else "这些数据不涉及量化指标。"
    yield prose(
        "数据核查中，待核{questions}、退回{rejected}{effect}",
        questions=facts.found("核查.待核", open_questions, "待核数据"),
        rejected=facts.found("核查.退回", rejected, "退回数据"),
        effect=f"，在答复或更正前不计入。{effect}" if len(open_questions) + len(rejected) else "。",
    )
    if len(touched):
        yield table(
            "questions",
            "待核、退回数据可能影响的指标",
            "指标<2.4 | 待核、退回>0.8 | 现值> | 按原填计入> | 最不利> | 最有利> | 评级范围^1.6",
            [
                [
                    row.name,
                    facts.indicator(row.indicator, "questions"),
                    facts.indicator(row.indicator),
                    facts.as_written(row.indicator, case.as_written),
                    facts.indicator(row.indicator, "low"),
                    facts.indicator(row.indicator, "high").model_copy(update={"missing": "无法确定"}),
                    row.rating_low
                    if row.rating_low == row.rating_high
                    else f"{row.rating_low} ~ {row.rating_high}",
                ]
                for row in touched.itertuples()
            ],
            note="待核、退回：涉及该指标的数据，一项数据可涉及几项指标。按原填计入：待核单元格按其候选值（如“约300”按300）计入后重算，只供判断影响，不作结论。最不利、最有利分别按缺失数据的下界、上界计算；累计类指标无法事先确定上界。",
        )
