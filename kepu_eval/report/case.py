"""A case: everything one report is about, opened once from the notebook's parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kepu_eval.errors import KepuError
from kepu_eval.evaluation import Evaluation, SurveyResult, evaluate
from kepu_eval.parameters import Evaluation as Given
from kepu_eval.parameters import Final, Midterm, ParameterError, Unit, as_given, read_parameters
from kepu_eval.parameters.basis import Basis, basis, existing
from kepu_eval.plan import KnownFrom, Plan, Round, Stage, TargetKind
from kepu_eval.report.blocks import SIMULATED
from kepu_eval.report.hashing import file_hash
from kepu_eval.report.survey_file import district_survey
from kepu_eval.report.unit_case import UnitCase
from kepu_eval.report.wording import chinese_date
from kepu_eval.returns import Decisions, Ledger, Returns, open_returns, read_decisions
from kepu_eval.supervision import (
    Answers,
    Item,
    inquiries_in,
    no_rectification,
    no_spot_checks,
    raise_items,
    read_rectification,
    read_spot_checks,
    simulated,
)
from kepu_eval.survey import Replicates, Survey, SurveyDesign, SurveyError, calibrated

if TYPE_CHECKING:
    import pandas as pd

    from kepu_eval.evaluation.robustness import Outcomes
    from kepu_eval.report.across_plans import Standing
    from kepu_eval.report.fact import Source
    from kepu_eval.report.factbook import FactBook
    from kepu_eval.report.survey_facts import SurveyFacts
    from kepu_eval.report.vocabulary import Vocabulary

SETTINGS, SEED = 10_000, 20211231
"""How many settings the conclusions are tried in, and the seed they are drawn with."""
MIDTERM_MARK = ".中期"
"""Ends the ids of the mid-term's Facts in the final's report."""
EARLIER = "上一期结果包"


@dataclass(frozen=True)
class Case:
    """Plan, returns and evaluation of one round, with the facts drawn from them.

    ``parameters`` are those that the notebook gave, no others: a manifest must be good for running it again.
    ``rectification`` and ``spot_checks`` come from the ledger (see :mod:`kepu_eval.supervision`); with a folder of returns
    they are empty. ``simulated_beside``: the ledger's, or of a final the mid-term's, were simulated. ``midterm``: of a
    final, the mid-term's case, whose Facts carry its ``mark``.
    """

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
    files: tuple[tuple[str, Path], ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    surveys: tuple[Survey, ...] = ()
    rectification: pd.DataFrame = field(default_factory=no_rectification)
    spot_checks: pd.DataFrame = field(default_factory=no_spot_checks)
    inquiries: tuple[Answers, ...] = ()
    scorecard: str = ""
    practices: tuple[str, ...] = ()
    simulated_beside: bool = False
    midterm: Case | None = None
    mark: str = ""

    @property
    def notice(self) -> str:
        """``示例数据`` when any input was simulated; it then stands on everything made from it."""
        survey = self.survey is not None and self.survey.simulated
        asked = any(answers.questionnaire.simulated for answers in self.inquiries)
        return SIMULATED if self.returns.simulated or survey or asked or self.simulated_beside else ""

    @cached_property
    def facts(self) -> FactBook:
        """Figures of the report, each with its lineage."""
        from kepu_eval.report.factbook import FactBook

        surveyed = self.survey_facts.design_sources if self.survey is not None else ()
        hashes = {path.name: file_hash(path) for _, path in self.files}
        return FactBook(self.evaluation, self.returns, self.plan, self.decisions, surveyed, hashes, self.mark)

    @cached_property
    def words(self) -> Vocabulary:
        """What the report's text may name: figures, names, lists."""
        from kepu_eval.report.vocabulary import vocabulary

        return vocabulary(self)

    @property
    def proper_names(self) -> set[str]:
        """Names with digits in them, which a text may hold though they are no figures."""
        return names_with_digits(self.plan, self.returns.observations["entity"])

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
            exceptions=self.decisions.exceptions,
            record=self.decisions.record,
            held=_held(self.spot_checks, self.inquiries),
            **self.evaluation.switches,
        )

    @cached_property
    def to_rectify(self) -> list[Item]:
        """What this evaluation asks to be put right: the very items that ``rectify raise`` puts into the ledger."""
        return raise_items(self.evaluation, self.plan, self.round.id)

    @cached_property
    def survey_design(self) -> SurveyDesign | Replicates | None:
        """The survey's design, raked to census margins where there are any; ``None`` without a weighted survey."""
        return None if self.respondents is None else calibrated(self.respondents)

    @cached_property
    def survey_facts(self) -> SurveyFacts:
        """Figures of the survey, each with its lineage."""
        from kepu_eval.report.survey_facts import SurveyFacts

        if self.respondents is None or self.survey is None:
            raise KepuError("本报告没有调查数据", place="参数survey", hint="请给出调查")
        return SurveyFacts(self.respondents, self.survey.weighting, self.plan.rating.confidence)

    @cached_property
    def outcomes(self) -> Outcomes:
        """Ratings under all switches and thresholds varied at once; number 0 is the report's own setting."""
        from kepu_eval.evaluation.robustness import outcomes
        from kepu_eval.evaluation.settings import joint_settings

        settings = joint_settings(self.plan, self.evaluation.switches, SETTINGS, SEED)
        return outcomes(
            self.plan, self.returns, self.as_of, self.stage, self.survey, settings, self.decisions.exceptions
        )

    @cached_property
    def missing_outcomes(self) -> Outcomes:
        """Ratings in the report's own setting with everything unknown at its worst, at its best, and drawn between."""
        from kepu_eval.evaluation.stability import with_missing

        return with_missing(self.plan, self.outcomes, SETTINGS, SEED)

    def files_of(self, *roles: str, what: str = "") -> tuple[Source, ...]:
        """Files of the first of these roles that there are any of, as a whole: sources of what is counted in them."""
        found = [[path for known, path in self.files if known == role] for role in roles]
        return tuple(self.facts.file(path.name, what) for path in next(filter(None, found), ()))

    @cached_property
    def earlier(self) -> Standing | None:
        """What the plan before came to, out of the package that the parameter ``earlier`` names."""
        from kepu_eval.report.across_plans import standing_of

        return next((standing_of(path) for role, path in self.files if role == EARLIER), None)

    @property
    def exception_cells(self) -> tuple[Source, ...]:
        """Where the accepted exceptions are recorded."""
        return tuple(
            self.facts.file(row.file, row.target, sheet=row.sheet, cell=row.cell, raw=row.target)
            for row in self.decisions.exceptions.itertuples()
        )

    def tasks(self, *ratings: str) -> pd.DataFrame:
        """Tasks whose rating is one of ``ratings``."""
        tasks = self.evaluation.tasks
        return tasks[tasks["rating"].isin(ratings)]


def names_with_digits(plan: Plan, entities: Iterable[str] = ()) -> set[str]:
    """Names of tasks, indicators, the plan and of schools in which there is a digit."""
    names = {task.title for task in plan.tasks} | {item.name for item in plan.indicators}
    return {name for name in {*names, plan.meta.title, *entities} if any(map(str.isdigit, name))}


def open_case(stage: str, parameters: Mapping[str, Any]) -> Case:
    """Read the plan and the returns that ``parameters`` name, and evaluate them.

    Without ``as_of`` the date is the round's. Raises :class:`ParameterError` for unknown or unusable parameters.
    """
    model: type[Final] | type[Midterm] = Final if Stage(stage) is Stage.FINAL else Midterm
    given = read_parameters(model, parameters)
    return _after(_with_parameters(_open(given), given, parameters), given.earlier)


def open_final(parameters: Mapping[str, Any]) -> tuple[Case | None, Case]:
    """The mid-term's case (``None`` without ``midterm_returns``) and the final's, from one set of parameters.

    ``midterm_returns``, ``midterm_survey`` and ``midterm_decisions`` are the mid-term's; its round and as-of date
    are the plan's; plan, switches and the rest are shared. Raises :class:`ParameterError` like :func:`open_case`.
    """
    given = read_parameters(Final, parameters)
    final = _after(_with_parameters(_open(given), given, parameters), given.earlier)
    if not given.midterm_returns:
        return None, final
    earlier = next(item for item in final.plan.rounds if item.stage is Stage.MIDTERM)
    midterm = _open(
        Midterm(
            round_id=earlier.id,
            returns=given.midterm_returns,
            survey=given.midterm_survey,
            decisions=given.midterm_decisions,
            plan=given.plan,
            switches=given.switches,
            organisation=given.organisation,
        )
    )
    midterm = replace(midterm, mark=MIDTERM_MARK)
    surveys = (*final.surveys, *midterm.surveys)
    beside = final.simulated_beside or bool(midterm.notice)
    return midterm, replace(final, surveys=surveys, simulated_beside=beside, midterm=midterm)


def open_unit(parameters: Mapping[str, Any]) -> UnitCase:
    """One unit's part of a mid-term or final round; ``unit`` is its name or an alias.

    Raises :class:`ParameterError` like :func:`open_case`, and for an unknown unit, naming the known ones.
    """
    given = read_parameters(Unit, parameters)
    case = _open(given)
    return UnitCase(_with_parameters(case, given, parameters), case.plan.unit(given.unit))


def _with_parameters(case: Case, given: Given, names: Iterable[str]) -> Case:
    """The case with its notebook's parameters, as a manifest keeps them: round and date as they were made out."""
    made_out = {"round_id": case.round.id, "as_of": case.as_of.isoformat()}
    told = as_given(given, names)
    return replace(case, parameters=told | {name: value for name, value in made_out.items() if name in told})


def _after(case: Case, earlier: str) -> Case:
    """The case with the package of the plan before, which must be this district's."""
    if not earlier:
        return case
    from kepu_eval.report.across_plans import refuse_unjoinable

    found, meta = replace(case, files=(*case.files, (EARLIER, existing(earlier, "earlier")))), case.plan.meta
    if (before := found.earlier) is None:
        raise ParameterError("应是上一规划期总结评估的结果包（.zip）", place="参数earlier")
    refuse_unjoinable(before.identity, {"district": meta.district, "first_year": meta.first_year})
    return replace(found, simulated_beside=case.simulated_beside or bool(before.notice))


def _open(given: Given) -> Case:
    found = basis(given)
    whole, the_round, date = found.plan, found.round, found.as_of
    the_plan = whole.in_round(the_round.id)
    round_id, stage = the_round.id, the_round.stage
    files: list[tuple[str, Path]] = []
    source = existing(given.returns, "returns")
    answered = None
    if source.is_file():
        files.append(("台账", source))
    if given.decisions:
        files.append(("复核意见表", existing(given.decisions, "decisions")))
        answered = read_decisions(files[-1][1], the_plan)
    read, rulings = open_returns(source, whole, round_id, answered)
    supervised = _supervised(supervision_ledger(given.supervision, source, files), found)
    inquiries: tuple[Answers, ...] = ()
    if given.inquiry:
        folder = existing(given.inquiry, "inquiry")
        inquiries = inquiries_in(folder, the_plan)
        files += [
            ("专题调研", path) for path in sorted(folder.iterdir()) if path.suffix in (".yaml", ".xlsx")
        ]
    respondents, result = None, None
    if given.survey:
        respondents, result = district_survey(
            existing(given.survey, "survey"), the_plan.rating.confidence, the_plan.survey_groups
        )
        _refuse_other_outcome(the_plan, result)
    evaluation = evaluate(
        the_plan, read, date, stage=stage, survey=result,
        mechanisms=rulings.mechanisms, exceptions=rulings.exceptions, record=rulings.record,
        held=_held(supervised.get("spot_checks", no_spot_checks()), inquiries), **given.switches,
    )  # fmt: skip
    return Case(
        plan=the_plan, round=the_round, returns=read, evaluation=evaluation, as_of=date, stage=stage,
        organisation=given.organisation,
        report_date=chinese_date(given.report_date) if given.report_date else "",
        decisions=rulings, survey=result, respondents=respondents, files=tuple(files),
        surveys=() if respondents is None else (respondents,),
        inquiries=inquiries, scorecard=given.scorecard, practices=given.practices,
        **supervised,
    )  # fmt: skip


def _supervised(kept_in: Path | None, found: Basis) -> dict[str, Any]:
    """Items to put right and spot checks, from the ledger that keeps them; nothing where there is none."""
    if kept_in is None:
        return {}
    with Ledger(kept_in) as ledger:
        return {"rectification": read_rectification(ledger, found.plan, found.round.id, until=found.as_of),
                "spot_checks": read_spot_checks(ledger, found.round.id),
                "simulated_beside": simulated(ledger)}  # fmt: skip


def _refuse_other_outcome(plan: Plan, result: SurveyResult) -> None:
    """A survey that answers none of the plan's targets is not the one that was meant."""
    wanted = [i.measured_by for i in plan.indicators if i.kind is TargetKind.LEVEL_AT_HORIZON]
    if not any(result.answering(item) for item in wanted):
        named = "、".join(item.outcome for item in wanted) or "（没有以调查判定的指标）"
        raise SurveyError(
            f"“{result.label}”估计的是“{result.outcome}”，《方案》以调查判定的是“{named}”，不能用来评估",
            hint="请换一项调查，或留空",
        )


def _held(spot_checks: pd.DataFrame, inquiries: tuple[Answers, ...]) -> dict[KnownFrom, str]:
    """Spot checks with results and inquiries of the round, in words: duties that were carried out."""
    checked = int(spot_checks["result"].fillna("").ne("").sum())
    held = {KnownFrom.SPOT_CHECKS: f"随机抽查{len(spot_checks)}项，已核查{checked}项"} if checked else {}
    titles = "、".join(f"“{answers.questionnaire.title}”" for answers in inquiries if len(answers.rows))
    return held | ({KnownFrom.INQUIRIES: f"专题调研{titles}"} if titles else {})


def supervision_ledger(supervision: str, source: Path, files: list[tuple[str, Path]]) -> Path | None:
    """Where items and spot checks are kept: the ledger of that parameter, which joins ``files``, else that of the returns."""
    if supervision:
        source = existing(supervision, "supervision")
        files.append(("督查台账", source))
    return source if source.is_file() else None
