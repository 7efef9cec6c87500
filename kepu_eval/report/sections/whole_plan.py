"""The rest of the plan's text: qualitative goals and duties of the phases."""

from __future__ import annotations

from collections.abc import Iterator

from kepu_eval.evaluation.duties import DutyState
from kepu_eval.evaluation.mechanisms import YES
from kepu_eval.plan import KnownFrom, Phase
from kepu_eval.report.blocks import Blocks, Cell, Fact, table
from kepu_eval.report.case import Case
from kepu_eval.report.fact import Source
from kepu_eval.report.palette import tone_of
from kepu_eval.report.wording import UNKNOWN, bounds, rating_cell
from kepu_eval.rows import Row

_NOT_JUDGED = "不能评价"
_TONES = {
    DutyState.DONE: "完成",
    DutyState.PARTLY: "正在推进",
    DutyState.NOT_DONE: "未启动",
    DutyState.UNKNOWN: UNKNOWN,
    DutyState.NOT_DUE: "不定级",
}
_FIELDS = {KnownFrom.PROBLEMS: "problem", KnownFrom.NEXT_STEPS: "next_step"}
_HELD = {KnownFrom.SPOT_CHECKS: ("督查台账", "台账"), KnownFrom.INQUIRIES: ("专题调研",)}


def goals(case: Case) -> Blocks:
    """Each qualitative goal by the weakest of what supports it, and what would measure it; nothing without goals."""
    rows = case.evaluation.goals
    if rows.empty:
        return Blocks([])
    listing = table(
        "goals",
        "定性目标",
        "编号^0.6 | 目标<2.2 | 支撑事项>0.8 | 最弱的支撑<1.8 | 支撑评级^1.1 | 最不利 ~ 最有利^1.4 | 直接衡量所需（未要求报送）<2.2",
        [
            [
                row.goal,
                row.text,
                _supports(case, row) if row.evaluable else None,
                row.weakest or None,
                rating_cell(row.rating) if row.evaluable else Cell(text=_NOT_JUDGED, tone=tone_of(UNKNOWN)),
                bounds(row.rating_low, row.rating_high) or None,
                row.proxy,
            ]
            for row in rows.itertuples()
        ],
        note="支撑事项按任务内容对应，《方案》没有写目标由哪些任务支撑。",
    )
    return Blocks([listing])


def _supports(case: Case, row: Row) -> Fact:
    known = case.evaluation.indicators.set_index("indicator")
    cells = [obs for name in row.indicators for obs in known.loc[name, "sources"]]
    said = case.evaluation.commitments
    mine = said["commitment"].isin(row.commitments) | said["task"].isin(row.tasks)
    statuses = [status for group in said.loc[mine, "statuses"] for status in group]
    sources = (*case.facts.cells(dict.fromkeys(cells)), *case.facts.statements(statuses, "self_rating"))
    label = f"{row.text}·支撑事项"
    return case.facts.count(
        f"{row.goal}.支撑", int(row.supports), label, sources=sources or case.facts.planned(label)
    )


def phase_duties(case: Case) -> Blocks:
    """Each duty of the phases: how far it was done as far as that is known, by what, and until when."""
    rows = case.evaluation.duties
    if rows.empty:
        return Blocks([])
    phases = {phase.id: phase for phase in case.plan.phases}
    listing = table(
        "duties",
        "阶段任务落实情况",
        "编号^0.8 | 要求<1.8 | 由谁落实<1.5 | 阶段和期限<1.6 | 情况^1.5 | 已知落实^0.8 | 依据<2.8",
        [
            [row.duty, row.text, row.who or None,
             f"{phases[row.phase].name}，至{row.by.year}年{row.by.month}月{'' if row.due else '（未到）'}", _state(row),
             _known(case, phases[row.phase], row), "；".join(filter(None, (row.basis, row.note)))]
            for row in rows.itertuples()
        ],
        note="已知落实：有依据的单位（机制、任务）数/总数；只有一件事的为0/1或1/1。“数据不足”后为最不利至最有利。",
    )  # fmt: skip
    return Blocks([listing])


def _state(row: Row) -> Cell:
    open_ = row.state == DutyState.UNKNOWN
    text = f"{row.state}（{row.state_low}至{row.state_high}）" if open_ else row.state
    return Cell(text=text, tone=tone_of(_TONES[DutyState(row.state)]))


def _known(case: Case, phase: Phase, row: Row) -> Fact | None:
    if row.state == DutyState.NOT_DUE:
        return None
    done = row.done or int(row.state == DutyState.DONE)
    return Fact(id=f"{row.duty}.已知落实", value=f"{done}/{row.total}", label=f"{row.text}·已知落实",
                formula=row.basis, sources=tuple(_evidence(case, phase, row)) or case.facts.planned(row.text))  # fmt: skip


def _evidence(case: Case, phase: Phase, row: Row) -> Iterator[Source]:
    """Where it is seen that a duty was done: the office's record, the plan, statements, workbooks."""
    if row.cell:
        yield from _recorded(case, row)
    known = KnownFrom(row.known_from)
    if known is KnownFrom.ISSUE:
        yield case.facts.placed(Source(file=case.plan.source, what="印发日期"))
    elif known is KnownFrom.BEGUN:
        for year in map(str, range(phase.start, phase.end + 1)):
            yield from case.facts.statements(row.statuses, f"year:{year}")
    elif known in _FIELDS:
        yield from case.facts.statements(row.statuses, _FIELDS[known])
    elif known is KnownFrom.RETURNS:
        sent = case.returns.submissions
        for item in sent[sent["unit"].isin(row.units)].itertuples():
            yield case.facts.placed(Source(file=item.file, what=f"{item.unit_name}报送的自查表"))
    elif known in _HELD:
        for role, path in case.files:
            if role in _HELD[known]:
                yield case.facts.placed(Source(file=path.name, what=row.text))
    elif known is KnownFrom.MECHANISMS:
        told = case.decisions.mechanisms
        for item in told[told["state"].eq(YES)].itertuples():
            yield case.facts.placed(
                Source(file=item.file, sheet=item.sheet, cell=item.cell, raw=item.state, what=item.mechanism)
            )


def _recorded(case: Case, row: Row) -> Iterator[Source]:
    """The cell of the office's record that a duty was judged by."""
    told = case.decisions.record
    for item in told[
        told["file"].eq(row.file) & told["sheet"].eq(row.sheet) & told["cell"].eq(row.cell)
    ].itertuples():
        yield case.facts.placed(
            Source(file=row.file, sheet=row.sheet, cell=row.cell, raw=item.state, what=row.text)
        )
