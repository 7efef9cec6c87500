"""A case: everything one report is about, opened once from the notebook's parameters."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kepu_eval.evaluation import Evaluation, SurveyResult, evaluate
from kepu_eval.plan import Plan, Round, Stage, load_plan
from kepu_eval.report.survey_file import district_survey
from kepu_eval.resources import project_path
from kepu_eval.returns import Decisions, Returns, open_returns, read_decisions
from kepu_eval.survey import Survey

if TYPE_CHECKING:
    import pandas as pd

    from kepu_eval.evaluation.robustness import Outcomes
    from kepu_eval.report.factbook import FactBook

SIMULATED = "示例数据"
SETTINGS, SEED = 10_000, 20211231
"""How many settings the conclusions are tried in, and the seed they are drawn with."""
_PARAMETER_TYPES = (str, int, float, bool, dict, list, type(None))
_SHELL_NAMES = {"In", "Out"}


class ParameterError(ValueError):
    """A notebook parameter that is unknown or cannot be used; the message says what to do, in Chinese."""


@dataclass(frozen=True)
class Case:
    """Plan, returns and evaluation of one round, with the facts drawn from them."""

    plan: Plan
    round: Round
    returns: Returns
    evaluation: Evaluation
    as_of: dt.date
    stage: Stage
    organisation: str
    report_date: str
    decisions: Decisions
    survey: SurveyResult | None
    respondents: Survey | None
    parameters: Mapping[str, object]
    files: tuple[tuple[str, Path], ...]

    @property
    def notice(self) -> str:
        """``示例数据`` when any input was simulated; it then stands on everything made from it."""
        survey = self.survey is not None and self.survey.simulated
        return SIMULATED if self.returns.simulated or survey else ""

    @cached_property
    def facts(self) -> FactBook:
        """Figures of the report, each with its lineage."""
        from kepu_eval.report.factbook import FactBook

        return FactBook(self.evaluation, self.returns)

    @cached_property
    def as_written(self) -> Evaluation:
        """The evaluation if every open question were answered with the figure as written."""
        return evaluate(
            self.plan,
            self.returns.as_written(),
            self.as_of,
            stage=self.stage,
            survey=self.survey,
            mechanisms=self.decisions.mechanisms,
            **self.evaluation.switches,
        )

    @cached_property
    def outcomes(self) -> Outcomes:
        """Ratings under all switches and thresholds varied at once; number 0 is the report's own setting."""
        from kepu_eval.evaluation.robustness import outcomes
        from kepu_eval.evaluation.settings import joint_settings

        settings = joint_settings(self.plan, self.evaluation.switches, SETTINGS, SEED)
        return outcomes(self.plan, self.returns, self.as_of, self.stage, self.survey, settings)

    @cached_property
    def missing_outcomes(self) -> Outcomes:
        """Ratings in the report's own setting with everything unknown at its worst, at its best, and drawn between."""
        from kepu_eval.evaluation.stability import with_missing

        return with_missing(self.plan, self.outcomes, SETTINGS, SEED)

    def tasks(self, *ratings: str) -> pd.DataFrame:
        """Tasks whose rating is one of ``ratings``."""
        tasks = self.evaluation.tasks
        return tasks[tasks["rating"].isin(ratings)]


def given(names: Mapping[str, object]) -> dict[str, object]:
    """A notebook's parameters: plain values among its globals, whatever their names.

    All of them go to :func:`open_case`, so a parameter that it does not know is refused instead of ignored
    (papermill itself only warns).
    """
    return {
        name: value
        for name, value in names.items()
        if type(value) in _PARAMETER_TYPES and not name.startswith("_") and name not in _SHELL_NAMES
    }


def open_case(stage: str, parameters: Mapping[str, object]) -> Case:
    """Read the plan and the returns that ``parameters`` name, and evaluate them.

    Raises :class:`ParameterError` for unknown or unusable parameters.
    """
    _refuse_unknown(parameters, list(inspect.signature(_open).parameters)[1:])
    return _open(Stage(stage), **parameters)


def open_final(parameters: Mapping[str, object]) -> tuple[Case | None, Case]:
    """The mid-term's case (``None`` without ``midterm_returns``) and the final's, from one set of parameters.

    ``midterm_returns``, ``midterm_survey`` and ``midterm_decisions`` are the mid-term's; its round and as-of date
    are the plan's; plan, switches and the rest are shared. Raises :class:`ParameterError` like :func:`open_case`.
    """
    shared = list(inspect.signature(_open).parameters)[1:]
    _refuse_unknown(parameters, [*shared, *_MIDTERM])
    final = _open(Stage.FINAL, **{name: value for name, value in parameters.items() if name not in _MIDTERM})
    if not parameters.get("midterm_returns"):
        return None, final
    earlier = next(item for item in final.plan.rounds if item.stage is Stage.MIDTERM)
    midterm = _open(
        Stage.MIDTERM,
        **{name: value for name, value in parameters.items() if name in ("plan", "switches", "organisation")},
        round_id=earlier.id,
        as_of=earlier.as_of.isoformat(),
        **{name.removeprefix("midterm_"): parameters[name] for name in _MIDTERM if name in parameters},
    )
    return midterm, replace(final, parameters=dict(parameters), files=(*final.files, *midterm.files))


_MIDTERM = ("midterm_returns", "midterm_survey", "midterm_decisions")


def _refuse_unknown(parameters: Mapping[str, object], known: list[str]) -> None:
    unknown = sorted(set(parameters) - set(known))
    if unknown:
        raise ParameterError(
            f"不认识的参数：{'、'.join(unknown)}。可用参数：{'、'.join(known)}。请检查拼写。"
        )


def _open(
    stage: Stage,
    *,
    round_id: str,
    returns: str,
    as_of: str,
    plan: str = "",
    survey: str = "",
    decisions: str = "",
    switches: Mapping[str, str] | None = None,
    organisation: str = "",
    report_date: str = "",
) -> Case:
    parameters = {name: value for name, value in locals().items() if name != "stage"}
    the_plan = load_plan(_file(plan, "plan") if plan else None)
    the_round = _round(the_plan, round_id, stage)
    date = _date(as_of)
    files: list[tuple[str, Path]] = []
    source = _file(returns, "returns")
    answered = None
    if source.is_file():
        files.append(("台账", source))
    if decisions:
        files.append(("复核意见表", _file(decisions, "decisions")))
        answered = read_decisions(files[-1][1], the_plan)
    read, rulings = open_returns(source, the_plan, round_id, answered)
    respondents, result = None, None
    if survey:
        folder = _file(survey, "survey")
        respondents, result = district_survey(folder, confidence=the_plan.rating.confidence)
        files += [("调查数据", path) for path in sorted(folder.iterdir()) if path.is_file()]
    evaluation = evaluate(
        the_plan, read, date, stage=stage, survey=result, mechanisms=rulings.mechanisms, **(switches or {})
    )
    return Case(
        plan=the_plan,
        round=the_round,
        returns=read,
        evaluation=evaluation,
        as_of=date,
        stage=stage,
        organisation=organisation,
        report_date=report_date,
        decisions=rulings,
        survey=result,
        respondents=respondents,
        parameters=parameters,
        files=tuple(files),
    )


def _round(plan: Plan, round_id: str, stage: Stage) -> Round:
    try:
        found = plan.round(round_id)
    except KeyError as error:
        raise ParameterError(f"round_id：{error.args[0]}") from error
    if found.stage != stage:
        raise ParameterError(f"round_id：轮次“{round_id}”（{found.name}）不适用于本报告，请改选轮次")
    return found


def _date(text: object) -> dt.date:
    """The date; jupyter-scheduler passes ``2023-12-31`` without quotes as a subtraction."""
    try:
        return dt.date.fromisoformat(str(text))
    except ValueError as error:
        raise ParameterError(
            f"as_of：“{text}”不是日期，请写成 2023-12-31 的形式（在定时任务的参数表中要带引号）"
        ) from error


def _file(path: str, parameter: str) -> Path:
    found = project_path(path)
    if not found.exists():
        raise ParameterError(f"{parameter}：找不到“{path}”，请检查路径（相对路径以项目根目录为准）")
    return found
