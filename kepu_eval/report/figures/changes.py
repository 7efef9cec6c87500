"""How far each indicator came from one report to another."""

from __future__ import annotations

import pandas as pd
from matplotlib.lines import Line2D

from kepu_eval.report.blocks import Chart
from kepu_eval.report.figures.style import bare, chart, drawing, number, on_a_page
from kepu_eval.report.palette import ACCENT, INK, NEUTRAL, PAPER
from kepu_eval.rows import Row

_ROW_MM = 7.0
_WIDEST = 150.0


def share_changes(shares: pd.DataFrame, names: tuple[str, str], notice: str = "") -> Chart:
    """Dumbbells of the share of the target (percent): before (hollow) and after (filled), written out beside them.

    ``shares``: name, before, after, both known. Shares above the scale stand at its end.
    """
    drawn, note = on_a_page(list((shares["after"] - shares["before"]).abs()), 20, _ROW_MM)
    rows = list(shares.iloc[drawn].itertuples())
    with drawing(20 + _ROW_MM * max(len(rows), 1)) as figure:
        axes = figure.add_subplot()
        axes.axvline(100, color=INK, linewidth=1.1)
        for place, row in enumerate(reversed(rows)):
            ends = [min(value, _WIDEST) for value in (row.before, row.after)]
            axes.plot(ends, [place, place], color=NEUTRAL, linewidth=2)
            axes.plot(ends[0], place, "o", color=ACCENT, markerfacecolor=PAPER, markersize=5)
            axes.plot(ends[1], place, "o", color=ACCENT, markersize=5)
            axes.text(_WIDEST + 4, place, _told(row), va="center", fontsize=7)
        axes.set_yticks(range(len(rows)), [row.name for row in reversed(rows)])
        axes.set_ylim(-0.7, max(len(rows), 1) - 0.3)
        axes.set_xlim(0, _WIDEST + 62)
        axes.set_xticks([0, 50, 100, 150], ["0", "50%", "100%", "≥150%"])
        bare(axes, "bottom")
        figure.legend(handles=[
            Line2D([], [], color=ACCENT, marker="o", markerfacecolor=PAPER, linewidth=0, label=names[0]),
            Line2D([], [], color=ACCENT, marker="o", linewidth=0, label=names[1]),
            Line2D([], [], color=INK, linewidth=1.1, label="目标（=100%）"),
        ], loc="outside lower center", ncols=3)  # fmt: skip
        alt = f"各指标完成率或达标率由{names[0]}到{names[1]}：" + "；".join(
            f"{row.name}{_told(row)}" for row in rows
        )
        return chart(figure, "share-changes", "量化指标完成率（达标率）的变化", alt, notice, note)


def _told(row: Row) -> str:
    return f"{number(row.before)}% → {number(row.after)}%"
