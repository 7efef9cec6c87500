"""The level that a survey measures, beside the published rates of higher levels."""

from __future__ import annotations

from kepu_eval.evaluation.model import plain_name
from kepu_eval.plan import TargetKind
from kepu_eval.report.blocks import Block, Blocks
from kepu_eval.report.case import Case
from kepu_eval.report.figures import survey_level
from kepu_eval.report.figures.levels import OWN
from kepu_eval.report.published_rates import PUBLISHED, published_table
from kepu_eval.survey import published_by


def literacy_level(case: Case) -> Blocks:
    """Published rates as a table, and a chart of them with the district's own estimate where one may be used."""
    blocks: list[Block] = []
    for indicator in case.plan.indicators:
        if indicator.kind is not TargetKind.LEVEL_AT_HORIZON:
            continue
        if plain_name(indicator.measured_by.outcome) == plain_name(PUBLISHED):
            rates = published_by(case.as_of)
            levels = _levels(case, indicator, rates)
            blocks += [
                published_table(rates),
                survey_level(levels, indicator.aim, indicator.measured_by.outcome, notice=case.notice),
            ]
    return Blocks(blocks)


def _levels(case: Case, indicator, rates):  # noqa: ANN001, ANN202
    """Rows of the level chart: the district's survey first, then the published rates."""
    survey = case.survey and case.survey.answering(indicator.measured_by)
    usable = survey is not None and survey.weighted and survey.published <= case.as_of
    own = [] if survey is None or not usable else [
        {"label": survey.label, "estimate": survey.estimate, "ci_low": survey.ci_low, "ci_high": survey.ci_high,
         "published": survey.published.isoformat(), "kind": OWN}
    ]  # fmt: skip
    others = [
        {"label": f"{row.area}{row.year}年", "estimate": row.rate, "ci_low": None, "ci_high": None,
         "published": row.published, "kind": "对照"}
        for row in rates.itertuples()
    ]  # fmt: skip
    return own + others
