"""Item response models: Rasch and two-parameter logistic, by marginal maximum likelihood, with EAP scores.

Bock & Lieberman (1970), Bock & Aitkin (1981): P(right | θ) = 1/(1 + exp(−(c + aθ))), θ ~ N(0, 1), difficulty
b = −c/a; the integral over θ by Gauss–Hermite quadrature, as R's ``ltm`` does (Rizopoulos 2006; 21 points).
The likelihood is maximised by Newton steps with its exact Hessian (Louis 1982), so that the optimum is met to
rounding and standard errors are those of the observed information. Respondents count alike: weights would ask for
another variance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from kepu_eval.survey.errors import SurveyError

Model = Literal["rasch", "rasch_free", "2pl"]
_POINTS = 21
_LARGEST = 30.0  # a discrimination or intercept beyond it is on its way to infinity


@dataclass(frozen=True, eq=False)
class ItemResponses:
    """A fitted model.

    ``items``: item, difficulty, discrimination, se_difficulty, se_discrimination (0 where it was fixed).
    ``log_likelihood`` at the optimum, ``parameters`` their number, ``n`` respondents with an answer.
    """

    items: pd.DataFrame
    log_likelihood: float
    parameters: int
    n: int

    @property
    def aic(self) -> float:
        """Akaike's criterion: the smaller of two models' fits the same answers better for its parameters."""
        return 2 * (self.parameters - self.log_likelihood)

    def log_likelihoods(self, answers: pd.DataFrame) -> NDArray[np.float64]:
        """Marginal log-likelihood of each row of 0/1 answers under the fitted items."""
        return self._at(answers)[1]

    def eap(self, answers: pd.DataFrame) -> pd.DataFrame:
        """Expected a posteriori ability of each row of 0/1 answers: theta and sd (NaN without any answer)."""
        post, _, some = self._at(answers)
        theta = post @ _NODES
        sd = np.sqrt(np.maximum(post @ _NODES**2 - theta**2, 0))
        return pd.DataFrame(
            {"theta": np.where(some, theta, np.nan), "sd": np.where(some, sd, np.nan)}, index=answers.index
        )

    def information(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of the whole test at each ability (Fisher's, Σ a²P(1 − P)); 1/√ of it is the error of measurement."""
        slope = self.items["discrimination"].to_numpy()
        chance = special.expit(slope * (np.asarray(theta)[:, None] - self.items["difficulty"].to_numpy()))
        return (chance * (1 - chance)) @ slope**2

    def _at(self, answers: pd.DataFrame) -> tuple[NDArray, NDArray, NDArray]:
        right, known = _responses(answers, list(self.items["item"]))
        slope = self.items["discrimination"].to_numpy()
        post, value = _posterior(right, known, -slope * self.items["difficulty"].to_numpy(), slope)
        return post, value, np.any(known, axis=1)


def fit_items(answers: pd.DataFrame, model: Model = "rasch") -> ItemResponses:
    """Fit ``model`` to answers (respondents × items: 1 right, 0 not, NaN not asked), all columns being items.

    ``rasch``: discrimination 1; ``rasch_free``: one discrimination, estimated; ``2pl``: one an item. Raises
    :class:`SurveyError` for answers that are not 0/1, an item that all or none got right, too few items (3; 2 for
    ``rasch``), and a likelihood without a maximum.
    """
    if model not in _SLOPES:
        raise SurveyError(f"没有题目反应模型“{model}”", hint=f"可用：{'、'.join(_SLOPES)}")
    names = list(answers)
    if len(names) < (2 if model == "rasch" else 3):
        raise SurveyError(f"题目反应模型“{model}”的题目太少（{len(names)}题）", hint="请增加题目")
    right, known, count = _patterns(*_responses(answers, names), names)
    design = _SLOPES[model](len(names))
    start = np.concatenate([_logits(right, known, count), np.ones(design.shape[1])])
    beta, value, information = _maximum(right, known, count, design, start)
    slope = design @ beta[len(names) :] + (design.shape[1] == 0)
    full = np.block([[np.eye(len(names)), np.zeros((len(names), design.shape[1]))],
                     [np.zeros((len(names), len(names))), design]])  # fmt: skip
    covariance = full @ np.linalg.inv(information) @ full.T
    cut, k = beta[: len(names)], np.arange(len(names))
    # difficulty −c/a: the delta method's gradient is (−1/a, c/a²)
    own, of_slope, both = covariance[k, k], covariance[k + len(k), k + len(k)], covariance[k, k + len(k)]
    variance = own / slope**2 + of_slope * cut**2 / slope**4 - 2 * both * cut / slope**3
    items = pd.DataFrame(
        {
            "item": names,
            "difficulty": -cut / slope,
            "discrimination": slope,
            "se_difficulty": np.sqrt(variance),
            "se_discrimination": np.sqrt(of_slope),
        }
    )
    return ItemResponses(items, value, len(beta), int(count.sum()))


_SLOPES: dict[
    str, Callable[[int], NDArray]
] = {  # how each item's discrimination follows from the free ones (none: it is 1)
    "rasch": lambda items: np.zeros((items, 0)),
    "rasch_free": lambda items: np.ones((items, 1)),
    "2pl": np.eye,
}
_NODES, _weights = np.polynomial.hermite.hermgauss(_POINTS)
_NODES = _NODES * np.sqrt(2)
_LOG_WEIGHTS = np.log(_weights / np.sqrt(np.pi))


def _responses(answers: pd.DataFrame, names: list[str]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Right (0/1, 0 where not known) and known, respondents × items."""
    lost = [name for name in names if name not in answers]
    if lost:
        raise SurveyError(f"作答数据缺少题目：{'、'.join(map(str, lost))}")
    values = answers[names].to_numpy(dtype=float)
    known = ~np.isnan(values)
    right = np.where(known, values, 0.0)
    if not ((right == 0) | (right == 1)).all():
        raise SurveyError("题目反应模型只接受答对1、未答对0和缺失", hint="请先按题目表判分")
    return right, known


def _patterns(right: NDArray, known: NDArray, names: list[str]) -> tuple[NDArray, NDArray, NDArray]:
    """Right and known of the patterns that occur, and how often; those without any answer left out."""
    for k, name in enumerate(names):
        if len(np.unique(right[known[:, k], k])) < 2:
            raise SurveyError(f"题目“{name}”全部答对或全部未答对，难度无法估计", hint="请去掉该题")
    patterns, count = np.unique(np.where(known, right, 2.0), axis=0, return_counts=True)
    asked = (patterns != 2).any(axis=1)
    patterns, count = patterns[asked], count[asked]
    return np.where(patterns == 2, 0.0, patterns), patterns != 2, count.astype(float)


def _logits(right: NDArray, known: NDArray, count: NDArray) -> NDArray[np.float64]:
    share = count @ right / (count @ known)
    return np.log(share / (1 - share))


def _posterior(
    right: NDArray, known: NDArray, cut: NDArray, slope: NDArray
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of θ at the nodes (patterns × nodes), and each pattern's marginal log-likelihood."""
    eta = cut[:, None] + slope[:, None] * _NODES
    joint = right @ eta - known @ np.logaddexp(0, eta) + _LOG_WEIGHTS
    top = joint.max(axis=1, keepdims=True)
    post = np.exp(joint - top)
    total = post.sum(axis=1, keepdims=True)
    return post / total, (top + np.log(total)).ravel()


def _maximum(
    right: NDArray, known: NDArray, count: NDArray, design: NDArray, start: NDArray
) -> tuple[NDArray, float, NDArray]:
    """Parameters (intercepts, then free slopes), log-likelihood and observed information at the optimum."""
    from scipy.optimize import minimize

    items = right.shape[1]

    def slopes(beta: NDArray) -> NDArray:
        return design @ beta[items:] if design.shape[1] else np.ones(items)

    def loss(beta: NDArray) -> float:
        return -float(count @ _posterior(right, known, beta[:items], slopes(beta))[1])

    def gradient(beta: NDArray) -> NDArray:
        return _gradient(right, known, count, beta[:items], slopes(beta), design)

    def information(beta: NDArray) -> NDArray:
        return _information(right, known, count, beta[:items], slopes(beta), design)

    found = minimize(loss, start, jac=lambda beta: -gradient(beta), hess=information, method="trust-exact",
                     options={"gtol": 1e-7, "maxiter": 200})  # fmt: skip
    observed = information(found.x)
    flat = np.abs(gradient(found.x)).max() > 1e-4 or np.abs(found.x).max() > _LARGEST
    if flat or np.linalg.eigvalsh(observed).min() <= 0:
        raise SurveyError(
            "题目反应模型的似然函数没有找到极大值：题目或作答者太少，或有题目区分度无界",
            hint="请改用rasch或去掉该题",
        )
    return found.x, -found.fun, observed


def _chance(cut: NDArray, slope: NDArray) -> NDArray[np.float64]:
    """P(right) at the nodes (nodes × items)."""
    return special.expit(cut + np.outer(_NODES, slope))


def _gradient(
    right: NDArray, known: NDArray, count: NDArray, cut: NDArray, slope: NDArray, design: NDArray
) -> NDArray[np.float64]:
    mass = _posterior(right, known, cut, slope)[0] * count[:, None]
    residual = mass.T @ right - (mass.T @ known) * _chance(cut, slope)
    return np.concatenate([residual.sum(axis=0), (_NODES @ residual) @ design])


def _information(
    right: NDArray, known: NDArray, count: NDArray, cut: NDArray, slope: NDArray, design: NDArray
) -> NDArray[np.float64]:
    """Negative Hessian of the log-likelihood (Louis 1982): complete less missing information."""
    post, _ = _posterior(right, known, cut, slope)
    items = right.shape[1]
    mean = np.zeros((len(right), items + design.shape[1]))
    result = np.zeros((mean.shape[1], mean.shape[1]))
    for node, weight, p in zip(_NODES, post.T, _chance(cut, slope), strict=True):
        residual, mass = right - known * p, count * weight
        mean += weight[:, None] * np.hstack([residual, node * residual @ design])
        inner = np.diag(mass @ known * p * (1 - p)) - (residual * mass[:, None]).T @ residual
        step = np.hstack([np.eye(items), node * design])
        result += step.T @ inner @ step
    return result + (mean * count[:, None]).T @ mean
