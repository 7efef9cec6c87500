"""Disclosure control: groups too small to show, and what else must stay back so that totals do not reveal them.

Cell suppression for additive tables (Hundepool et al., *Statistical Disclosure Control*, Wiley 2012, ch. 4). Every
published total is a line: its cells add up to it. A line with one hidden cell gives it away by subtraction; in a
two-way table a chain of lines can do so, too, which bounds by linear programming find. The choice of what else to
hide is greedy, the smallest count first: safe, not always the fewest cells.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kepu_eval.survey.errors import SurveyError

SMALLEST_GROUP = 30
TOTAL = "合计"
_FIGURES = ("estimate", "se", "ci_low", "ci_high", "deff", "deff_fpc", "n", "df", "t", "p_value", "missing")
_WHOLE = 0.5  # counts are whole: bounds closer than this are one value


def protected(
    estimates: pd.DataFrame, by: str | Sequence[str], minimum: int = SMALLEST_GROUP
) -> pd.DataFrame:
    """Estimates of one grouping with the figures of hidden groups missing and a column ``suppressed`` (bool).

    ``estimates``: as :class:`SurveyDesign` gives them for ``by``, one column or two. Groups under ``minimum``
    respondents are hidden and, as the overall figure and those of single columns are published, so many others that
    none can be derived. Raises :class:`SurveyError` for more than two columns, whose tables this does not cover.
    """
    columns = [by] if isinstance(by, str) else list(by)
    if len(columns) == 1:
        hidden = suppressed(estimates.set_index("group")["n"], minimum).to_numpy()
    elif len(columns) == 2:
        counts = estimates.pivot(index=columns[0], columns=columns[1], values="n").fillna(0)
        mask = suppressed(counts, minimum)
        hidden = np.array(
            [mask.loc[row, column] for row, column in zip(*(estimates[c] for c in columns), strict=True)]
        )
    else:
        raise SurveyError(f"分组变量最多两个，现有{len(columns)}个：更细的交叉表无法保证小样本不被推算")
    figures = [name for name in _FIGURES if name in estimates]
    shown = estimates.astype(dict.fromkeys(figures, float))
    shown.loc[hidden, figures] = np.nan
    return shown.assign(suppressed=hidden)


def suppressed(counts: pd.Series | pd.DataFrame, minimum: int = SMALLEST_GROUP) -> pd.Series | pd.DataFrame:
    """Which cells must not be shown (True), of a list of groups or a two-way table of respondents.

    A list's total is taken as published and at least ``minimum``, or else all is hidden. Of a table all margins are
    published where the answer's extra row and column 合计 allow it. Holds for the answer: every line that shows its
    total hides no cell or at least two, of together at least ``minimum`` respondents (they are a group, too, by
    subtraction), and each hidden cell has at least two values that fit what is shown.
    """
    values = counts.to_numpy(dtype=float)
    if not np.isfinite(values).all() or (values < 0).any() or (values != np.round(values)).any():
        raise SurveyError("样本量应为不小于0的整数，不能缺失", hint="请核对分组统计")
    if isinstance(counts, pd.Series):
        hidden = _hidden(np.append(values, values.sum()), _list_lines(len(values)), minimum)[:-1]
        return pd.Series(hidden, index=counts.index)
    rows, columns = values.shape
    whole = np.block([[values, values.sum(1, keepdims=True)], [values.sum(0), values.sum()]])
    hidden = _hidden(whole.ravel(), _table_lines(rows, columns), minimum)
    return pd.DataFrame(
        hidden.reshape(whole.shape), index=[*counts.index, TOTAL], columns=[*counts.columns, TOTAL]
    )


def feasible(
    counts: pd.Series | pd.DataFrame, hidden: pd.Series | pd.DataFrame
) -> list[tuple[object, int, int]]:
    """Bounds that a reader could work out of each hidden cell: (label, least, most) from what ``hidden`` leaves.

    ``hidden`` as :func:`suppressed` gives it. ``most`` is -1 where nothing limits the cell.
    """
    values = counts.to_numpy(dtype=float)
    if isinstance(counts, pd.Series):
        cells, mask = np.append(values, values.sum()), np.append(hidden.to_numpy(), False)
        lines, labels = _list_lines(len(values)), [*counts.index, TOTAL]
    else:
        cells = np.block([[values, values.sum(1, keepdims=True)], [values.sum(0), values.sum()]]).ravel()
        mask, lines = hidden.to_numpy().ravel(), _table_lines(*values.shape)
        labels = [(row, column) for row in hidden.index for column in hidden.columns]
    bounds = [(labels[k], *_bounds(cells, lines, mask, int(k))) for k in np.flatnonzero(mask)]
    return [(label, round(low), round(high) if np.isfinite(high) else -1) for label, low, high in bounds]


def _list_lines(groups: int) -> NDArray[np.float64]:
    return np.append(np.ones(groups), -1.0)[None]


def _table_lines(rows: int, columns: int) -> NDArray[np.float64]:
    """Lines (lines × cells) of a table with margins, row by row: cells 1, the line's total −1."""
    across = np.kron(np.eye(rows + 1), np.append(np.ones(columns), -1.0))
    down = np.kron(np.append(np.ones(rows), -1.0), np.eye(columns + 1))
    return np.vstack([across, down])


def _hidden(cells: NDArray, lines: NDArray, minimum: int) -> NDArray[np.bool_]:
    hidden = cells < minimum
    while True:
        weak = next(_weaknesses(cells, lines, hidden, minimum), None)
        if weak is None:
            return hidden
        hidden[weak] = True


def _weaknesses(cells: NDArray, lines: NDArray, hidden: NDArray[np.bool_], minimum: int):  # noqa: ANN202
    """Cells to hide next, one for each thing that gives a hidden cell away."""
    for line in lines:
        inside, total = line != 0, line < 0
        group = hidden & inside
        alone = group.sum() == 1
        small = group.any() and not (group & total).any() and cells[group].sum() < minimum
        if (alone or small) and (inside & ~hidden).any():
            yield _smallest(cells, inside & ~hidden)
    for k in np.flatnonzero(hidden):
        low, high = _bounds(cells, lines, hidden, int(k))
        if high - low < _WHOLE:
            near = (lines[lines[:, k] != 0] != 0).any(axis=0) & ~hidden
            if near.any():
                yield _smallest(cells, near)


def _smallest(cells: NDArray, among: NDArray[np.bool_]) -> int:
    candidates = np.flatnonzero(among)
    return int(candidates[np.argmin(cells[candidates])])


def _bounds(cells: NDArray, lines: NDArray, hidden: NDArray[np.bool_], cell: int) -> tuple[float, float]:
    """Least and most the hidden ``cell`` can be, given the others; the lines' vertices are whole numbers."""
    from scipy.optimize import linprog

    fixed = -(lines[:, ~hidden] @ cells[~hidden])
    aim = (np.flatnonzero(hidden) == cell).astype(float)
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(sign * aim, A_eq=lines[:, hidden], b_eq=fixed, bounds=(0, None), method="highs")
        ends.append(sign * found.fun if found.status == 0 else np.inf)
    return ends[0], ends[1]
