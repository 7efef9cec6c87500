"""The rest of the plan's text: qualitative goals, duties of the phases, bodies beside the named units, funds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kepu_eval.evaluation.duties import DutyState
from kepu_eval.evaluation.mechanisms import YES
from kepu_eval.plan import KnownFrom, Phase
from kepu_eval.report.blocks import Block, Blocks, Cell, Fact, Source, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.palette import tone_of
from kepu_eval.report.sections.wording import UNKNOWN, bounds, listed, rating_cell

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
_MONEY, _MONEY_WORDS = "元", "经费|资金"
_TOLD = ("progress", "problem", "next_step")


def goals(case: Case) -> Blocks:
    """Each qualitative goal by the weakest of what supports it, or why it cannot be judged, and what would measure it."""
    rows = case.evaluation.goals
    if rows.empty:
        return Blocks([prose("《方案》没有列出定性目标。")])
    unknown = rows["evaluable"] & rows["rating"].eq(UNKNOWN)
    groups = {
        "rated": ("可以定级的", rows["evaluable"] & ~unknown),
        "unknown": ("支撑数据不足、尚不能定级的", unknown),
        "untold": ("没有可评的支撑事项、不能评价的", ~rows["evaluable"]),
    }
    count = {
        key: _count(case, f"目标.{label}", int(hit.sum()), f"{label}定性目标")
        for key, (label, hit) in groups.items()
    }
    sentence = prose(
        "《方案》的定性目标{total}："
        + "，".join(f"{label}{{{key}}}" for key, (label, _) in groups.items())
        + "。目标按支撑它的指标、任务和承诺中最弱的一项定级；直接衡量目标的数据没有要求各单位报送，不作目标已实现的结论。",
        total=_count(case, "目标.合计", len(rows), "定性目标"),
        **count,
    )
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
        note="支撑事项按任务内容对应，见方案文件 goals；《方案》没有写目标由哪些任务支撑。",
    )
    return Blocks([sentence, listing])


def _supports(case: Case, row: tuple) -> Fact:
    known = case.evaluation.indicators.set_index("indicator")
    cells = [obs for name in row.indicators for obs in known.loc[name, "sources"]]
    said = case.evaluation.commitments
    mine = said["commitment"].isin(row.commitments) | said["task"].isin(row.tasks)
    statuses = [status for group in said.loc[mine, "statuses"] for status in group]
    sources = (*case.facts.cells(dict.fromkeys(cells)), *_statements(case, statuses, "self_rating"))
    return _count(case, f"{row.goal}.支撑", int(row.supports), f"{row.text}·支撑事项", sources)


def phase_duties(case: Case) -> Blocks:
    """Each duty of the phases: how far it was done as far as that is known, by what, and until when."""
    rows = case.evaluation.duties
    if rows.empty:
        return Blocks([prose("《方案》的进度安排没有列出阶段任务。")])
    shown = [state for state in _TONES if rows["state"].eq(state).any()]
    sentence = prose(
        "《方案》进度安排中的阶段任务{total}："
        + "，".join(f"{state}{{s{n}}}" for n, state in enumerate(shown))
        + "。先看填报表和本次评估，不能得出结论的由办公室记录补足，仍不清楚的列为数据不足。",
        total=_count(case, "阶段任务.合计", len(rows), "阶段任务"),
        **{
            f"s{n}": _count(
                case, f"阶段任务.{state}", int(rows["state"].eq(state).sum()), f"{state}的阶段任务"
            )
            for n, state in enumerate(shown)
        },
    )
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
    return Blocks([sentence, listing])


def _state(row: tuple) -> Cell:
    open_ = row.state == DutyState.UNKNOWN
    text = f"{row.state}（{row.state_low}至{row.state_high}）" if open_ else row.state
    return Cell(text=text, tone=tone_of(_TONES[DutyState(row.state)]))


def _known(case: Case, phase: Phase, row: tuple) -> Fact | None:
    if row.state == DutyState.NOT_DUE:
        return None
    done = row.done or int(row.state == DutyState.DONE)
    return Fact(id=f"{row.duty}.已知落实", value=f"{done}/{row.total}", label=f"{row.text}·已知落实",
                formula=row.basis, sources=tuple(_evidence(case, phase, row)) or _laid_down(case, row.text))  # fmt: skip


def _evidence(case: Case, phase: Phase, row: tuple) -> Iterator[Source]:
    """Where it is seen that a duty was done: the office's record, the plan, statements, workbooks."""
    if row.cell:
        yield from _recorded(case, row)
    known = KnownFrom(row.known_from)
    if known is KnownFrom.ISSUE:
        yield case.facts.placed(Source(file=case.plan.source, what="印发日期"))
    elif known is KnownFrom.BEGUN:
        for year in map(str, range(phase.start, phase.end + 1)):
            yield from _statements(case, row.statuses, f"year:{year}")
    elif known in _FIELDS:
        yield from _statements(case, row.statuses, _FIELDS[known])
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


def _recorded(case: Case, row: tuple) -> Iterator[Source]:
    """The cell of the office's record that a duty was judged by."""
    told = case.decisions.record
    for item in told[
        told["file"].eq(row.file) & told["sheet"].eq(row.sheet) & told["cell"].eq(row.cell)
    ].itertuples():
        yield case.facts.placed(
            Source(file=row.file, sheet=row.sheet, cell=row.cell, raw=item.state, what=row.text)
        )


def _statements(case: Case, statuses: Iterable[int], field: str) -> Iterator[Source]:
    """Cells of one column of 任务自查, of those statements that fill it."""
    rows = case.returns.statuses
    for row in rows[rows["status"].isin(statuses)].to_dict("records"):
        told = (
            row["done_by_year"].get(field.removeprefix("year:")) if field.startswith("year:") else row[field]
        )
        if told and field in row["cells"]:
            yield case.facts.placed(Source(file=row["file"], sheet=row["sheet"], cell=row["cells"][field], raw=str(told),
                         what=f"{row['unit']}|{row['commitment']}|{field}"))  # fmt: skip


def responsible(case: Case) -> Blocks:
    """Groups that the list makes responsible, asked or not; and what is known of funds."""
    return Blocks([*_groups(case), _funds(case)])


def _groups(case: Case) -> Iterator[Block]:
    for row in case.evaluation.groups.itertuples():
        tasks = listed(f"任务{number}" for number in row.tasks)
        if not row.evaluable:
            yield prose(
                "{tasks}的责任单位中有“{name}”：《方案》未列其成员，本轮没有向其发放填报表，其责任的落实不作评价，也不计为未落实。",
                tasks=tasks, name=row.name,
            )  # fmt: skip
            continue
        names = {unit.id: unit.name for unit in case.plan.units}
        sent = case.returns.submissions
        sources = tuple(case.facts.placed(Source(file=item.file, what=item.unit_name))
                        for item in sent[sent["unit"].isin(row.submitted) & sent["file"].ne("")].itertuples())  # fmt: skip
        silent = f"，未报送或无法读取的：{listed(names[unit] for unit in row.silent)}" if row.silent else ""
        yield prose(
            "{tasks}的责任单位中有“{name}”：按方案文件列{members}，报送{sent}{silent}。",
            tasks=tasks, name=row.name, silent=silent,
            members=_count(case, f"{row.group}.成员", len(row.members), f"{row.name}·成员", unit="个"),
            sent=_count(case, f"{row.group}.报送", len(row.submitted), f"{row.name}·报送", sources, "个"),
        )  # fmt: skip


def _funds(case: Case) -> Block:
    """Targets in money are rated as indicators; otherwise that funds were not asked for, and who wrote of them anyway."""
    targets = [i.short_name for i in case.plan.indicators
               if any(_MONEY in unit for unit in (i.unit, *(m.unit for m in i.measures)))]  # fmt: skip
    if targets:
        return prose("经费：{names}按量化指标评价，见各指标情况。", names=listed(targets))
    rows = case.returns.statuses
    mentioned = [rows[column].str.contains(_MONEY_WORDS) for column in _TOLD]
    sources = tuple(
        source
        for column, hit in zip(_TOLD, mentioned, strict=True)
        for source in _statements(case, rows.loc[hit, "status"], column)
    )
    known = "；自查中提到经费或资金的有{told}，为单位自述，未报数额，不能汇总" if sources else ""
    return prose(
        f"经费：《方案》没有规定数额，填报表没有要求报送，投入情况不作评价{known}。",
        told=_count(case, "经费.提到", len(sources), "提到经费或资金的自查", sources, "处"),
    )


def _count(
    case: Case, name: str, value: int, label: str, sources: tuple[Source, ...] = (), unit: str = "项"
) -> Fact:
    """A count with the cells behind it; with none, it is the plan's file that lays down what is counted."""
    return Fact(id=name, value=value, unit=unit, label=label, formula="计数",
                sources=sources or _laid_down(case, label))  # fmt: skip


def _laid_down(case: Case, what: str) -> tuple[Source, ...]:
    return (case.facts.placed(Source(file=case.plan.source, what=what)),)
