"""A chart of small areas: what the sample alone says of each, and what the model makes of it."""

from __future__ import annotations

import pandas as pd
from matplotlib.lines import Line2D

from kepu_eval.report.blocks import Chart
from kepu_eval.report.figures.style import bare, chart, drawing, number, on_a_page
from kepu_eval.report.palette import ACCENT, NEUTRAL, PAPER

_APART, _ROW_MM = 0.17, 7.0


def area_shares(areas: pd.DataFrame, z: float, notice: str = "") -> Chart:
    """Direct (hollow) and model estimates (filled) by area, each ± ``z`` times its error, in the frame's order.

    ``areas``: those of :class:`kepu_eval.survey.FayHerriot`, shares 0 … 1.
    """
    drawn, note = on_a_page(list(-areas["eblup"]), 20, _ROW_MM)
    areas = areas.iloc[drawn]
    with drawing(20 + _ROW_MM * len(areas)) as figure:
        axes = figure.add_subplot()
        for place, row in enumerate(areas.itertuples()):
            for value, error, colour, fill, side in (
                (row.direct, row.se, NEUTRAL, PAPER, -_APART),
                (row.eblup, row.rmse, ACCENT, ACCENT, _APART),
            ):
                ends = [max(value - z * error, 0) * 100, min(value + z * error, 1) * 100]
                axes.plot(ends, [place + side] * 2, color=colour, linewidth=1.5, solid_capstyle="butt")
                axes.plot(value * 100, place + side, "o", color=colour, markerfacecolor=fill, markersize=4.5)
        axes.set_yticks(range(len(areas)), areas["area"])
        axes.set_ylim(len(areas) - 0.4, -0.6)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%")
        bare(axes, "bottom")
        axes.grid(axis="x")
        figure.legend(handles=[
            Line2D([], [], color=NEUTRAL, marker="o", markerfacecolor=PAPER, label="直接估计"),
            Line2D([], [], color=ACCENT, marker="o", label="模型估计"),
        ], loc="outside lower center", ncols=2)  # fmt: skip
        told = "；".join(
            f"{row.area}直接{number(row.direct * 100)}%、模型{number(row.eblup * 100)}%"
            for row in areas.itertuples()
        )
        return chart(
            figure,
            "survey-areas",
            "各地区的直接估计与模型估计",
            told,
            notice,
            f"线段为估计值±{number(z, 2)}倍误差。{note}",
        )
