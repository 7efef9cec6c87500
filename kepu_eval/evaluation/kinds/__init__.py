"""Kinds of target: how each is aggregated and judged. Adding one is adding a function and its worked examples."""

from kepu_eval.evaluation.kinds.base import Evidence, Judgement, Kind
from kepu_eval.evaluation.kinds.counts import annual, cumulative
from kepu_eval.evaluation.kinds.gate import gated
from kepu_eval.evaluation.kinds.level import level_at_horizon, verdict
from kepu_eval.evaluation.kinds.limits import limit
from kepu_eval.evaluation.kinds.schools import every_entity, per_entity_per_period, pooled_ratio
from kepu_eval.evaluation.kinds.series import stock, trend
from kepu_eval.plan import TargetKind

KINDS: dict[TargetKind, Kind] = {
    TargetKind.LEVEL_AT_HORIZON: level_at_horizon,
    TargetKind.STOCK_AT_HORIZON: stock,
    TargetKind.CUMULATIVE: cumulative,
    TargetKind.ANNUAL: annual,
    TargetKind.PER_ENTITY_PER_PERIOD: per_entity_per_period,
    TargetKind.POOLED_RATIO: pooled_ratio,
    TargetKind.EVERY_ENTITY: every_entity,
    TargetKind.TREND: trend,
    TargetKind.LIMIT_AT_HORIZON: limit,
    TargetKind.RATE_OF_CHANGE: limit,
}


def judge(evidence: Evidence) -> Judgement:
    """Judge one indicator by its kind, and then by the evidence gate (``gate.py``)."""
    return gated(KINDS[evidence.indicator.kind], evidence)


__all__ = ["KINDS", "Evidence", "Judgement", "Kind", "judge", "verdict"]
