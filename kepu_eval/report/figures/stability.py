"""How often each indicator gets which class when readings, thresholds or missing data vary."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from kepu_eval.report.blocks import Chart
from kepu_eval.report.figures.style import bare, chart, drawing, fill, on_a_page, tone_patch
from kepu_eval.report.palette import INK, TONES, tone_of

_ROW_MM = 8.5
_SHORT = {"达到序时": "达到", "基本达到序时": "基本达到", "正在推进": "推进"}
_NAMED, _COUNTED = 0.2, 0.09  # shares from which a segment has room for its class, for its percentage


def class_stability(panels: dict[str, pd.DataFrame], names: dict[str, str], notice: str = "") -> Chart:
    """Stacked bars, a row an indicator and a panel a way of varying: share of the settings by class.

    ``panels``: by title, frames of :func:`~kepu_eval.evaluation.stability.class_shares`; ``names``: by item.
    """
    first = next(iter(panels.values())).set_index("item").loc[list(names)]
    drawn, note = on_a_page(list(-first["same"]), 22, _ROW_MM)
    items = [list(names)[row] for row in drawn]
    with drawing(22 + _ROW_MM * len(items)) as figure:
        seen: dict[str, None] = {}
        for place, (title, frame) in enumerate(panels.items(), 1):
            axes = figure.add_subplot(1, len(panels), place)
            axes.set_title(title)
            for row in frame.set_index("item").loc[items].iterrows():
                seen |= dict.fromkeys(_bar(axes, len(items) - 1 - items.index(row[0]), row[1]))
            axes.set_xlim(0, 1)
            axes.set_ylim(-0.6, len(items) - 0.4)
            axes.set_xticks([0, 0.5, 0.9, 1], ["0", "50%", "90%", ""])
            axes.axvline(0.9, color=INK, linewidth=0.8, linestyle="--", zorder=4)
            labels = [names[item] for item in reversed(items)] if place == 1 else [""] * len(items)
            axes.set_yticks(range(len(items)), labels)
            bare(axes)
        keys = list(dict.fromkeys(tone_of(name) for name in seen))
        figure.legend(handles=[tone_patch(key, f"{TONES[key].symbol} {TONES[key].label}") for key in TONES if key in keys],
                      loc="outside lower center", ncols=len(keys))  # fmt: skip
        return chart(figure, "class-stability", "量化指标评级的稳定程度", _told(panels, names), notice,
                     f"每条为一个指标，各段为评为该级的设定所占比例；“达到”“基本达到”指序时进度；虚线为九成。{note}")  # fmt: skip


def _classes(row: pd.Series) -> dict[str, float]:
    rest = row.drop(["rating", "same", "standing"])
    return {name: float(share) for name, share in rest.items() if share > 0}


def _bar(axes: Axes, y: int, row: pd.Series) -> list[str]:
    left, classes = 0.0, _classes(row)
    for name, share in classes.items():
        tone = TONES[tone_of(name) or "unknown"]
        axes.barh(y, share, left=left, height=0.78, **fill(tone.name))
        percent = _percent(share)
        text = (
            f"{_SHORT.get(name, name)}\n{percent}"
            if share >= _NAMED
            else percent
            if share >= _COUNTED
            else ""
        )
        box = {"facecolor": tone.strong, "edgecolor": "none", "pad": 0.6} if tone.hatch else None
        axes.text(left + share / 2, y, text, ha="center", va="center", fontsize=6.2, color=tone.on_strong,
                  linespacing=1.05, bbox=box if text else None, zorder=5)  # fmt: skip
        left += share
    return list(classes)


def _percent(share: float) -> str:
    """Whole per cent, but never 0 or 100 for what is neither."""
    return f"{min(max(round(share * 100), 1), 99) if share < 1 else 100}%"


def _told(panels: dict[str, pd.DataFrame], names: dict[str, str]) -> str:
    return "。".join(
        f"{title}："
        + "；".join(
            f"{names[item]}" + "、".join(f"{name}{_percent(share)}" for name, share in _classes(row).items())
            for item, row in frame.set_index("item").iterrows()
        )
        for title, frame in panels.items()
    )
