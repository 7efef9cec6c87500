"""Words beside points, placed where they hide neither a mark, nor a line, nor each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise, product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from kepu_eval.report.figures.style import LABEL

_SIDES = ((1, 1), (-1, 1), (1, -1), (-1, -1), (1, 0), (-1, 0), (0, 1), (0, -1))
"""Where a label may stand: to the right or left of its point (x), above or below it (y); the first that is free."""
_STEPS = (
    4.0,
    8.0,
    13.0,
)  # points between a mark and its label; a farther one only where nothing nearer is free
_MARK, _AIR = 2.5, 1.5  # points: half of a mark, and the air that a label keeps around itself
_ALIGNS_X = {1: "left", 0: "center", -1: "right"}
_ALIGNS_Y = {1: "bottom", 0: "center", -1: "top"}


def label_points(
    axes: Axes, points: Sequence[tuple[float, float, str, str]], lines: Iterable[Line2D] = (), size: float = 7
) -> None:
    """Write each point's words (x, y, words, colour) beside it, clear of marks, ``lines`` and earlier words if possible.

    To be called last: limits and everything that takes room around the axes decide where points lie.
    """
    figure = axes.get_figure(root=True)
    if figure is None:
        return
    figure.draw_without_rendering()
    point = figure.dpi / 72
    places = axes.transData.transform([(x, y) for x, y, _, _ in points])
    taken = np.vstack([_boxes(places, _MARK * point), *(_along(line, point) for line in lines)])
    inside = np.array(axes.bbox.extents)
    for place, (x, y, words, colour) in zip(places, points, strict=True):
        note = axes.annotate(words, (x, y), (0, 0), textcoords="offset points", fontsize=size, color=colour,
                             bbox=LABEL)  # fmt: skip
        extent = note.get_window_extent()
        room = np.array([extent.width, extent.height]) + 2 * _AIR * point
        best: tuple[float, float, tuple[int, int], np.ndarray] | None = None
        for step, side in product(_STEPS, _SIDES):
            near = place + np.array(side) * (step - _AIR) * point
            box = np.concatenate(
                [near - room * (1 - np.array(side)) / 2, near + room * (1 + np.array(side)) / 2]
            )
            hidden = _shared(taken, box).sum() + np.prod(room) - _shared(inside[None], box).sum()
            if best is None or hidden < best[0] - 1:
                best = hidden, step, side, box
            if hidden < 1:
                break
        if best is None:
            continue
        _, step, side, box = best
        note.set(position=tuple(step * way for way in side), ha=_ALIGNS_X[side[0]], va=_ALIGNS_Y[side[1]])
        taken = np.vstack([taken, box])


def _boxes(centres: NDArray, half: float) -> NDArray:
    return np.hstack([centres - half, centres + half])


def _along(line: Line2D, point: float) -> NDArray:
    """Small boxes along a line's path."""
    path = line.get_transform().transform(line.get_xydata())
    pieces = [np.linspace(a, b, max(2, int(np.hypot(*(b - a)) / (2 * point)))) for a, b in pairwise(path)]
    return _boxes(np.vstack([path, *pieces]), point)


def _shared(boxes: NDArray, box: NDArray) -> NDArray:
    """Area that each of ``boxes`` (left, bottom, right, top) has in common with ``box``."""
    sides = np.minimum(boxes[:, 2:], box[2:]) - np.maximum(boxes[:, :2], box[:2])
    return np.prod(sides.clip(min=0), axis=1)
