"""From item answers to a score of 100 points, and to who counts as scientifically literate."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kepu_eval.survey.answer_key import AnswerKey, code
from kepu_eval.survey.errors import SurveyError

LITERATE = "literate"
RIGHT, WRONG, DONT_KNOW, MISSING = "right", "wrong", "dont_know", "missing"
_BINARY_NOISE = (
    9  # decimals: sums of shares of points are equal to the threshold or not, whatever their last bits
)


def marked(answers: pd.DataFrame, key: AnswerKey) -> pd.DataFrame:
    """What each answer is: right, wrong, dont_know or missing (respondents × items of the key).

    An answer that is neither right nor the don't-know code is wrong; only a blank is missing. Raises
    :class:`SurveyError` listing items of the key that the data lack.
    """
    lost = [name for name in key.names if name not in answers]
    if lost:
        raise SurveyError(
            f"调查数据缺少题目：{'、'.join(lost)}", hint=f"请核对题目表“{key.instrument}”与数据的列名"
        )
    return pd.DataFrame(
        {item.item: _marks(answers[item.item], item) for item in key.items}, index=answers.index
    )


def scored(answers: pd.DataFrame, key: AnswerKey) -> pd.DataFrame:
    """Scores of the respondents, one row each, in the order of ``answers``.

    Columns: one a dimension (points, 0 … its weight), score (0 … 100), literate (1.0 where score ≥ threshold, NaN
    without a score), at_threshold (score exactly the threshold: counted as literate, and to be reported apart,
    because some releases say "above"), and how many items were right, wrong, dont_know and missing. A dimension
    scores its weight times the share of its items' points that were won; don't know wins nothing. Blanks: see
    :class:`AnswerKey`.
    """
    marks = marked(answers, key)
    counts = {what: (marks == what).sum(axis=1) for what in (RIGHT, WRONG, DONT_KNOW, MISSING)}
    without = counts[MISSING] > 0 if key.missing == "incomplete" else counts[MISSING] == len(key.items)
    result = pd.DataFrame(index=answers.index)
    for name, weight in key.weights.items():
        items = [item for item in key.items if item.dimension == name]
        points = np.array([item.points for item in items])
        won = (marks[[item.item for item in items]] == RIGHT).to_numpy() @ points
        result[name] = np.where(without, np.nan, weight * won / points.sum())
    score = result.sum(axis=1, skipna=False).round(_BINARY_NOISE)
    return result.assign(
        score=score,
        **{LITERATE: (score >= key.threshold).where(score.notna()).astype(float)},
        at_threshold=score == key.threshold,
        **counts,
    )


def at_threshold(scores: pd.DataFrame, key: AnswerKey) -> str:
    """One Chinese sentence on the respondents whose score is exactly the threshold."""
    count = int(scores["at_threshold"].sum())
    return f"得分恰为{key.threshold:g}分的{count}人，按“{key.threshold:g}分及以上”计为具备科学素质；若改为“超过”，这{count}人不计"


def _marks(column: pd.Series, item) -> np.ndarray:  # noqa: ANN001 - an Item
    codes, values = pd.factorize(column)
    texts = [code(value) for value in values]
    kinds = [
        MISSING
        if not text
        else RIGHT
        if text in item.correct
        else DONT_KNOW
        if text == item.dont_know
        else WRONG
        for text in texts
    ]
    return np.array([*kinds, MISSING], dtype=object)[codes]
