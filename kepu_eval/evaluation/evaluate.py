"""Evaluate a plan on one round of returns. Pure: the same inputs give the same frames; nothing reads the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from kepu_eval.errors import KepuError
from kepu_eval.evaluation.answers import settling_indicator, settling_tasks
from kepu_eval.evaluation.bodies import judge_groups
from kepu_eval.evaluation.cells import Cell, blanks_as_nothing, cells_of, entries
from kepu_eval.evaluation.commitments import judge_commitments
from kepu_eval.evaluation.coverage import cover, findings
from kepu_eval.evaluation.duties import Given, judge_duties
from kepu_eval.evaluation.exceptions import Rated, excepted, expired, in_force
from kepu_eval.evaluation.goals import judge_goals
from kepu_eval.evaluation.kinds import Evidence, Judgement, judge
from kepu_eval.evaluation.mechanisms import judge_mechanisms, mechanisms_by_unit
from kepu_eval.evaluation.model import Evaluation, SurveyResult
from kepu_eval.evaluation.rollup import judge_programmes, judge_tasks, judge_units
from kepu_eval.parameters.values import day as date_of
from kepu_eval.plan import READINGS, Indicator, KnownFrom, Plan, Stage, begun, time_share
from kepu_eval.returns import Returns, overlaps


def evaluate(
    plan: Plan,
    returns: Returns,
    as_of: dt.date | str,
    stage: Stage | str = Stage.MIDTERM,
    survey: SurveyResult | None = None,
    mechanisms: pd.DataFrame | None = None,
    exceptions: pd.DataFrame | None = None,
    record: pd.DataFrame | None = None,
    held: Mapping[KnownFrom, str] | None = None,
    **switches: str,
) -> Evaluation:
    """Judge indicators, commitments, tasks, programmes and units as they stand on ``as_of``.

    ``mechanisms``: the office's record (mechanism, state, basis, note), if any; ``record``: what else it recorded, of the
    phases' duties and of mechanisms unit by unit (item, unit, state, basis, note, file, sheet, cell); ``held``: spot
    checks and inquiries that were carried out, in words. ``exceptions``: accepted ones (target, valid_from, valid_until
    …); while one holds, its indicator or task is 已批准例外, whatever its own rating is.
    ``switches`` override the plan's defaults; an unknown switch or option raises ``ValueError`` naming the known ones, and so
    does an ``as_of`` in text that is no date (``2023-12-31``, ``2023年12月31日``).
    """
    as_of = date_of(as_of)
    stage, chosen = Stage(stage), options_of(plan, switches)
    plan = plan.in_round(returns.round_id) if plan.history else plan
    given = {i.id: evidence_for(plan, i, returns, as_of, stage, survey, chosen) for i in plan.indicators}
    judged = {name: judge(evidence) for name, evidence in given.items()}
    day, spared = judged_on(plan, returns.round_id, as_of, stage), in_force(exceptions, as_of)
    rated = excepted({i: j.rated for i, j in judged.items()}, spared)
    indicators = _indicators(plan, given, judged, rated, day, _open_questions(returns))
    reported = {name: j.reported for name, j in judged.items()}
    commitments = judge_commitments(plan, returns, rated, reported, as_of, day, stage, chosen)
    tasks = judge_tasks(plan, indicators, commitments, stage, spared)
    tasks = tasks.assign(settled_by=settling_tasks(plan, indicators, commitments, tasks, stage))
    units, by_unit = judge_units(plan, returns, tasks), mechanisms_by_unit(plan, returns, record, chosen)
    arranged, towns = judge_mechanisms(plan, mechanisms, by_unit), chosen["towns_as_members"] == "count"
    round_given = Given(plan, returns, as_of, day, stage, arranged, tasks, units, towns, held or {})
    return Evaluation(
        as_of=as_of, stage=stage, switches=chosen, indicators=indicators, commitments=commitments, tasks=tasks, units=units,
        indicator_periods=_flat(judged, "periods", _PERIOD_COLUMNS),
        entity_periods=_flat(judged, "entities", _ENTITY_COLUMNS),
        cells=_cells(judged),
        programmes=judge_programmes(plan, tasks),
        mechanisms=arranged, mechanism_units=by_unit,
        goals=judge_goals(plan, indicators, tasks, commitments),
        duties=judge_duties(round_given, record),
        groups=judge_groups(plan, units),
        findings=findings(plan, returns, tasks, units, expired(exceptions, as_of)),
        coverage=cover(plan, units, tasks, stage),
    )  # fmt: skip


_PERIOD_COLUMNS = ["indicator", "measure", "period", "value", "low", "high", "target", "status", "sources"]
_ENTITY_COLUMNS = ["indicator", "entity", "type", "rural", "period", "value", "status", "sources"]


def options_of(plan: Plan, switches: Mapping[str, str]) -> dict[str, str]:
    """The option of every reading: the plan's defaults with ``switches`` put in; ``KepuError`` names known ones."""
    for name, option in switches.items():
        if name not in READINGS:
            raise KepuError(f"没有口径开关“{name}”（可用：{'、'.join(READINGS)}）")
        if option not in READINGS[name]:
            raise KepuError(f"口径开关“{name}”没有选项“{option}”（可用：{'、'.join(READINGS[name])}）")
    return plan.switch_defaults() | dict(switches)


def judged_on(
    plan: Plan, round_id: str, as_of: dt.date, stage: Stage, horizon: dt.date | None = None
) -> dt.date:
    """The day up to which periods are asked for; never before ``as_of``.

    It is the round's own day, and at the final the target's ``horizon`` (of statements: the plan's end): looking at the same returns from an earlier day
    takes figures away but no duties, so that no rating gets better by it (docs/分析方法.md). A dispatch asks for what
    is due on its day.
    """
    if stage is Stage.DISPATCH:
        return as_of
    days = [as_of, *(rnd.as_of for rnd in plan.rounds if rnd.id == round_id)]
    last = dt.date(plan.meta.last_year, 12, 31)
    end = min(horizon, last) if horizon else last
    return max([*days, end] if stage is Stage.FINAL else days)


def evidence_for(plan: Plan, indicator: Indicator, returns: Returns, as_of: dt.date, stage: Stage,
                 survey: SurveyResult | None, switches: Mapping[str, str]) -> Evidence:  # fmt: skip
    """What one indicator is judged on, drawn from the round."""
    day = judged_on(plan, returns.round_id, as_of, stage, indicator.horizon)
    if stage is Stage.FINAL and not _due_by(plan.meta.last_year, indicator):
        stage = Stage.MIDTERM

    def told(of: Indicator) -> dict[str, tuple[Cell, ...]]:
        spans = begun(plan, of.period or "year", day)
        hidden = frozenset(p.label for p in spans if p.over(day) and not p.over(as_of))
        cells = cells_of(plan, of, returns, spans, hidden)
        return {"unknown": cells, "none": blanks_as_nothing(cells)}

    return Evidence(
        plan=plan,
        indicator=indicator,
        told=told(indicator),
        parent=told(plan.indicator(indicator.of_which))
        if indicator.of_which
        else {"unknown": (), "none": ()},
        schools=entries(plan, indicator, returns),
        order=tuple(unit.id for unit in plan.contributors(indicator)),
        overlaps=overlaps(returns, indicator.id) if indicator.kind.summed else (),
        as_of=as_of,
        judged_on=day,
        stage=stage,
        switches=switches,
        survey=survey,
    )


def _due_by(last_year: int, indicator: Indicator) -> bool:
    """Whether an indicator can be judged finally at the plan's end: it is due by then, or has a milestone just there."""
    return indicator.horizon.year <= last_year or any(m.year == last_year for m in indicator.milestones)


def _open_questions(returns: Returns) -> dict[str, int]:
    """Open questions and rejections by indicator."""
    findings_ = returns.findings
    still = findings_["answer"].eq("") & findings_["severity"].isin(["question", "rejected"])
    return findings_.loc[still, "affects"].explode().value_counts().to_dict()


def _indicators(
    plan: Plan,
    given: Mapping[str, Evidence],
    judged: Mapping[str, Judgement],
    rated: Mapping[str, Rated],
    day: dt.date,
    questions: dict,
) -> pd.DataFrame:
    return pd.DataFrame(
        _indicator_row(plan, plan.indicator(i), j, rated[i], day, questions)
        | {"settled_by": settling_indicator(given[i], j)}
        for i, j in judged.items()
    )


def _indicator_row(
    plan: Plan, indicator: Indicator, judged: Judgement, rated: Rated, day: dt.date, questions: dict
) -> dict:
    rating, low, high = rated
    return {
        "indicator": indicator.id,
        "name": indicator.name,
        "kind": indicator.kind,
        "task": indicator.task,
        "unit": indicator.unit,
        "target": float("nan") if indicator.target is None else float(indicator.target),
        "value": judged.value,
        "value_unit": judged.value_unit or indicator.unit,
        "value_label": judged.value_label,
        "goal": judged.goal,
        "low": judged.low,
        "high": judged.high,
        "share": judged.share,
        "time_share": float(time_share(plan, day, indicator.horizon)),
        "expected": judged.expected,
        "pace": judged.pace,
        "rating": str(rating),
        "rating_low": str(low),
        "rating_high": str(high),
        "rating_without_exception": str(judged.settled),
        "rating_reported": str(judged.reported),
        "verdict": judged.verdict.text,
        "verdict_numbers": judged.verdict.numbers,
        "formula": judged.formula,
        "operands": judged.operands,
        "summed": judged.summed,
        "deduplicated": judged.deduplicated,
        "baseline": judged.baseline,
        "missing": judged.missing,
        "unproven": judged.unproven,
        "questions": int(questions.get(indicator.id, 0)),
        "sources": judged.sources,
    }


_CELL_COLUMNS = ["indicator", "measure", "unit", "entity", "period", "state", "value", "low", "high", "optional",
                 "proven", "obs", "answer"]  # fmt: skip


def _cells(judged: Mapping[str, Judgement]) -> pd.DataFrame:
    """Every contributor's cell as it was judged; ``obs`` is missing where nothing was sent."""
    rows = []
    for name, item in judged.items():
        for cell in item.cells:
            low, high = cell.bounds.floats
            rows.append(
                {"indicator": name, "measure": cell.measure, "unit": cell.unit, "entity": cell.entity,
                 "period": cell.period, "state": str(cell.state),
                 "value": float("nan") if cell.value is None else float(cell.value), "low": low, "high": high,
                 "optional": cell.optional, "proven": cell.proven, "obs": cell.obs, "answer": cell.answer}
            )  # fmt: skip
    return pd.DataFrame(rows, columns=_CELL_COLUMNS).astype({"obs": "Int64"})


def _flat(judged: Mapping[str, Judgement], part: str, columns: list[str]) -> pd.DataFrame:
    rows = [{"indicator": name, **row} for name, item in judged.items() for row in getattr(item, part)]
    return pd.DataFrame(rows, columns=columns)
