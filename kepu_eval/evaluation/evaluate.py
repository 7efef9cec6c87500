"""Evaluate a plan on one round of returns. Pure: the same inputs give the same frames; nothing reads the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from kepu_eval.evaluation.bodies import judge_groups
from kepu_eval.evaluation.commitments import judge_commitments
from kepu_eval.evaluation.coverage import cover, findings
from kepu_eval.evaluation.duties import Given, judge_duties
from kepu_eval.evaluation.exceptions import Rated, excepted, expired, in_force
from kepu_eval.evaluation.goals import judge_goals
from kepu_eval.evaluation.kinds import KINDS, Evidence, Judgement
from kepu_eval.evaluation.mechanisms import judge_mechanisms, mechanisms_by_unit
from kepu_eval.evaluation.model import Evaluation, SurveyResult
from kepu_eval.evaluation.rollup import judge_programmes, judge_tasks, judge_units
from kepu_eval.plan import READINGS, Indicator, KnownFrom, Plan, Stage, time_share
from kepu_eval.returns import Returns, duplicated_participants


def evaluate(
    plan: Plan,
    returns: Returns,
    as_of: dt.date,
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
    phases' duties and of mechanisms unit by unit (item, unit, state, basis, note, file, sheet, cell). ``held``: spot checks and inquiries that
    were carried out, in words. ``exceptions``: accepted ones (target,
    valid_from, valid_until …); while one holds, its indicator or task is 已批准例外, whatever its own rating is.
    ``switches`` override the plan's defaults; an unknown switch or option raises ``ValueError`` naming the known ones.
    """
    stage, chosen = Stage(stage), options_of(plan, switches)
    judged = {
        i.id: KINDS[i.kind](evidence_for(plan, i, returns, as_of, stage, survey, chosen))
        for i in plan.indicators
    }
    questions, spared = _open_questions(returns), in_force(exceptions, as_of)
    own = {i: j.rated for i, j in judged.items()}
    rated = excepted(own, spared)
    indicators = pd.DataFrame(
        _indicator_row(plan, plan.indicator(i), j, rated[i], as_of, questions) for i, j in judged.items()
    )
    commitments = judge_commitments(
        plan,
        returns.statuses,
        returns.evidence,
        rated,
        as_of,
        stage,
        chosen,
    )
    tasks = judge_tasks(plan, indicators, commitments, stage, spared)
    units = judge_units(plan, returns, tasks)
    by_unit = mechanisms_by_unit(plan, returns, record, chosen)
    arranged = judge_mechanisms(plan, mechanisms, by_unit)
    towns = chosen["towns_as_members"] == "count"
    given = Given(plan, returns, as_of, stage, arranged, tasks, units, towns, held or {})
    return Evaluation(
        as_of=as_of,
        stage=stage,
        switches=chosen,
        indicators=indicators,
        indicator_periods=_flat(judged, "periods", _PERIOD_COLUMNS),
        entity_periods=_flat(judged, "entities", _ENTITY_COLUMNS),
        commitments=commitments,
        tasks=tasks,
        programmes=judge_programmes(plan, tasks),
        units=units,
        mechanisms=arranged,
        mechanism_units=by_unit,
        goals=judge_goals(plan, indicators, tasks, commitments),
        duties=judge_duties(given, record),
        groups=judge_groups(plan, units),
        findings=findings(plan, returns, tasks, units, expired(exceptions, as_of)),
        coverage=cover(plan, units, tasks, stage),
    )


_PERIOD_COLUMNS = ["indicator", "measure", "period", "value", "low", "high", "target", "status", "sources"]
_ENTITY_COLUMNS = ["indicator", "entity", "type", "rural", "period", "value", "status", "sources"]


def options_of(plan: Plan, switches: Mapping[str, str]) -> dict[str, str]:
    """The option of every reading: the plan's defaults with ``switches`` put in; ``ValueError`` names known ones."""
    for name, option in switches.items():
        if name not in READINGS:
            raise ValueError(f"没有口径开关“{name}”（可用：{'、'.join(READINGS)}）")
        if option not in READINGS[name]:
            raise ValueError(f"口径开关“{name}”没有选项“{option}”（可用：{'、'.join(READINGS[name])}）")
    return plan.switch_defaults() | dict(switches)


def evidence_for(plan: Plan, indicator: Indicator, returns: Returns, as_of: dt.date, stage: Stage,
                 survey: SurveyResult | None, switches: Mapping[str, str]) -> Evidence:  # fmt: skip
    """What one indicator is judged on, drawn from the round."""
    rows = returns.observations
    absent: tuple[str, ...] = ()
    lead = ""
    if indicator.task is not None:
        lead = plan.lead(indicator.task).id
        absent = tuple(u.name for u in plan.responsible(indicator.task) if u.id in returns.silent)
    return Evidence(
        plan=plan,
        indicator=indicator,
        observations=rows[rows["indicator"].eq(indicator.id)],
        parent=rows[rows["indicator"].eq(indicator.of_which or "")],
        schools=returns.schools,
        lead=lead,
        absent=absent,
        duplicated=duplicated_participants(returns, indicator.id),
        as_of=as_of,
        stage=stage,
        switches=switches,
        survey=survey,
    )


def _open_questions(returns: Returns) -> dict[str, int]:
    """Open questions and rejections by indicator."""
    findings_ = returns.findings
    still = findings_["answer"].eq("") & findings_["severity"].isin(["question", "rejected"])
    return findings_.loc[still, "affects"].explode().value_counts().to_dict()


def _indicator_row(
    plan: Plan, indicator: Indicator, judged: Judgement, rated: Rated, as_of: dt.date, questions: dict
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
        "time_share": float(time_share(plan, as_of, indicator.horizon)),
        "expected": judged.expected,
        "pace": judged.pace,
        "rating": str(rating),
        "rating_low": str(low),
        "rating_high": str(high),
        "rating_without_exception": str(judged.settled),
        "verdict": judged.verdict,
        "formula": judged.formula,
        "summed": judged.summed,
        "deduplicated": judged.deduplicated,
        "baseline": judged.baseline,
        "missing": judged.missing,
        "questions": int(questions.get(indicator.id, 0)),
        "sources": judged.sources,
    }


def _flat(judged: Mapping[str, Judgement], part: str, columns: list[str]) -> pd.DataFrame:
    rows = [{"indicator": name, **row} for name, item in judged.items() for row in getattr(item, part)]
    return pd.DataFrame(rows, columns=columns)
