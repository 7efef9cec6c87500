"""A study: one survey opened from the explorer notebook's parameters, with its weights, and the round before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import pandas as pd

from kepu_eval.parameters import Explorer, ParameterError, read_parameters
from kepu_eval.parameters.basis import existing, study_dates
from kepu_eval.report.blocks import SIMULATED
from kepu_eval.report.survey_facts import SurveyFacts
from kepu_eval.report.survey_file import weighting
from kepu_eval.report.survey_gaps import focus_differences, group_differences
from kepu_eval.report.wording import chinese_date
from kepu_eval.survey import (
    FayHerriot,
    ItemResponses,
    Replicates,
    Survey,
    SurveyDesign,
    SurveyError,
    area_estimates,
    calibrated,
    fit_items,
    item_analysis,
    marked,
    protected,
    read_areas,
    read_survey,
)
from kepu_eval.survey.grouping import AREA
from kepu_eval.survey.mapping import Outcome
from kepu_eval.survey.reading import LITERATE
from kepu_eval.survey.scoring import MISSING, RIGHT

T = TypeVar("T")


@dataclass(frozen=True)
class Study:
    """A weighted survey and what is to be said of it. Shares are 0 … 1; ``design`` is raked where margins are given.

    ``design``: replicates where the file has replicate weights. ``target``: the outcome's, ``None`` without one; ``assumed``: a
    share to plan samples for, ``None`` for one of the study's own. ``areas``: what is known of streets and towns, as :func:`read_areas` gives it, where the mapping names a file of it.
    """

    survey: Survey
    design: SurveyDesign | Replicates
    previous: Study | None
    domains: Mapping[str, str]
    areas: pd.DataFrame | None
    target: float | None
    assumed: float | None
    confidence: float
    replicates: int
    seed: int
    as_of: dt.date
    organisation: str
    report_date: str
    parameters: Mapping[str, Any]

    @property
    def notice(self) -> str:
        """``示例数据`` when any of the data were simulated."""
        simulated = self.survey.simulated or (self.previous is not None and self.previous.survey.simulated)
        return SIMULATED if simulated else ""

    @cached_property
    def facts(self) -> SurveyFacts:
        """Figures of the study, each with its lineage."""
        weights = weighting(self.survey, self.design)
        if isinstance(self.design, Replicates):
            return SurveyFacts(self.survey, weights, self.confidence, "数据所附重复权数")
        return SurveyFacts(self.survey, weights, self.confidence)

    @property
    def outcome(self) -> Outcome:
        """What the survey is about."""
        return self.survey.outcome

    @property
    def instrument(self) -> str:
        """Questionnaire and threshold: rounds that differ in it cannot be compared."""
        if not self.outcome.literacy:
            return f"{self.survey.instrument}，{self.outcome.title}"
        return f"{self.survey.instrument}，≥{self.survey.threshold:g}分"

    @cached_property
    def overall(self) -> pd.Series:
        """The share of everyone with the outcome; columns as :meth:`SurveyDesign.proportion`."""
        return self.design.proportion(LITERATE, confidence=self.confidence).iloc[0]

    @cached_property
    def words(self) -> Mapping[str, Any]:
        """What the report's text may name: figures, names, lists."""
        from kepu_eval.report.explorer.words import words

        return words(self)

    @cached_property
    def again(self) -> Replicates | SurveyError | None:
        """Bootstrap replicates, each calibrated anew, or why there are none; ``None`` where the file has its own."""
        if isinstance(self.design, Replicates):
            return None
        design = self.design
        return _or_why(lambda: design.replicates("bootstrap", self.replicates, self.seed, recalibrate=True))

    @cached_property
    def item_models(self) -> tuple[ItemResponses, ItemResponses] | SurveyError | None:
        """The two-parameter logistic model and Rasch's, or why there are none; ``None`` without item answers."""
        key = self.survey.key
        if key is None or self.survey.mapping.columns.score:
            return None
        marks = marked(self.survey.data, key)
        right = (marks == RIGHT).astype(float).where(marks != MISSING)
        return _or_why(lambda: (fit_items(right, "2pl"), fit_items(right, "rasch")))

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """Gaps between the groups of each grouping, and of focus groups; columns as :func:`group_differences` gives them."""
        found = group_differences(self.design, self.domains, self.confidence)
        focus = focus_differences(self.design, self.survey.focus, self.confidence)
        return pd.concat([part for part in (found, focus) if len(part)] or [found], ignore_index=True)

    @cached_property
    def items(self) -> pd.DataFrame:
        """The analysis of every item, as :func:`item_analysis` gives it; to be asked where there is a key."""
        assert self.survey.key is not None
        return item_analysis(self.design.data, self.survey.key, self.design.weight)

    @cached_property
    def area_model(self) -> FayHerriot | SurveyError | None:
        """Direct and model estimates of the areas, or why there are none; ``None`` where no covariates were given."""
        areas = self.areas
        if areas is None:
            return None
        return _or_why(lambda: area_estimates(self.design, LITERATE, AREA, areas))

    def by(self, column: str) -> pd.DataFrame:
        """Shares of the groups of a column, with what disclosure control hides missing (``suppressed``)."""
        return protected(self.design.proportion(LITERATE, by=column, confidence=self.confidence), column)


def _or_why(work: Callable[[], T]) -> T | SurveyError:
    """What ``work`` gives, or the error that says why it cannot."""
    try:
        return work()
    except SurveyError as error:
        return error


def reason(found: object) -> str:
    """The sentence of an error without its full stop; empty for anything else."""
    return str(found).rstrip("。") if isinstance(found, SurveyError) else ""


def open_study(parameters: Mapping[str, Any]) -> Study:
    """Read the survey that the notebook's parameters name; :class:`ParameterError` for those it cannot use."""
    given = read_parameters(Explorer, parameters)
    study_dates(given)
    return _open(given)


def _open(given: Explorer) -> Study:
    read = read_survey(existing(given.survey, "survey"))
    target = read.outcome.target if given.target is None else given.target
    design = calibrated(read, existing(given.margins, "margins") if given.margins else None)
    if design is None:
        raise ParameterError(
            f"“{read.file.name}”没有权重，只能描述样本，不能推断总体",
            place="参数survey",
            hint="请在变量对照表的 columns.weight 写明权重列",
        )
    unknown = [title for title in given.domains if title not in read.groups]
    if unknown:
        raise ParameterError(
            f"变量对照表中没有分组“{'、'.join(unknown)}”",
            place="参数domains",
            hint=f"可选：{'、'.join(read.groups)}",
        )
    of_previous = {
        "survey": given.previous,
        "previous": "",
        "margins": "",
        "domains": (),
        "as_of": None,
        "target": target,
    }
    return Study(
        survey=read,
        design=design,
        previous=_open(given.model_copy(update=of_previous)) if given.previous else None,
        domains={title: read.groups[title] for title in given.domains or read.groups},
        areas=None if read.areas_file is None else read_areas(read.areas_file),
        target=None if target is None else target / 100,
        assumed=None if given.assumed is None else given.assumed / 100,
        confidence=given.confidence,
        replicates=given.replicates,
        seed=given.seed,
        as_of=given.as_of or read.published,
        organisation=given.organisation,
        report_date=chinese_date(given.report_date) if given.report_date else "",
        parameters=given.model_dump(exclude={"interactive"}),
    )  # fmt: skip
