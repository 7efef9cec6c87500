"""What the weights of a sample cost: their spread, and the sample it leaves effective."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kepu_eval.survey.estimator import Estimator


@dataclass(frozen=True)
class WeightDiagnostics:
    """How far apart the weights are.

    ``n``: respondents; ``effective_n``: Kish's (Σw)²/Σw²; ``deff``: n over it, the design effect of weighting; ``cv``:
    coefficient of variation (deff = 1 + cv²); ``smallest`` and ``largest``: over the mean weight; ``spread``: largest
    over smallest; ``share_above_3_medians``: share of respondents (0 … 1) with a weight above 3 medians.
    """

    n: int
    effective_n: float
    deff: float
    cv: float
    smallest: float
    largest: float
    spread: float
    share_above_3_medians: float


def weight_diagnostics(design: Estimator) -> WeightDiagnostics:
    """Diagnostics of a design's weights. Kish (1992), Journal of Official Statistics 8: 183–200."""
    w = design.weights[design.domains(None).code == 0]
    effective = w.sum() ** 2 / (w**2).sum()
    deff = len(w) / effective
    return WeightDiagnostics(
        n=len(w),
        effective_n=float(effective),
        deff=float(deff),
        cv=float(np.sqrt(max(deff - 1, 0.0))),
        smallest=float(w.min() / w.mean()),
        largest=float(w.max() / w.mean()),
        spread=float(w.max() / w.min()),
        share_above_3_medians=float((w > 3 * np.median(w)).mean()),
    )
