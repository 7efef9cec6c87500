"""A survey's estimate with its interval against the target, published rates beside it."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.lines import Line2D

from kepu_eval.report.blocks import Chart
from kepu_eval.report.figures.style import bare, chart, drawing, missing, number
from kepu_eval.report.palette import ACCENT, INK, NEUTRAL

OWN = "本地调查"


def survey_level(rows: Sequence[dict], target: float, title: str, notice: str = "") -> Chart:
    """Estimates (percent) as points with intervals, one a row; published higher-level rates are comparison only.

    Rows: label, estimate, ci_low, ci_high, published (ISO date or empty), kind (本地调查 or 对照).
    """
    with drawing(24 + 7 * len(rows)) as figure:
        axes = figure.add_subplot()
        for place, row in enumerate(rows):
            y, own = len(rows) - 1 - place, row["kind"] == OWN
            colour = ACCENT if own else NEUTRAL
            if not missing(row["ci_low"]):
                axes.plot(
                    [row["ci_low"], row["ci_high"]], [y, y], color=colour, linewidth=2, solid_capstyle="butt"
                )
            axes.plot(
                row["estimate"], y, marker="o" if own else "D", color=colour, markersize=6 if own else 4
            )
            axes.annotate(
                f"{number(row['estimate'], 2)}%",
                (row["estimate"], y),
                (0, 5),
                textcoords="offset points",
                ha="center",
                fontsize=7,
            )
        axes.axvline(target, color=INK, linewidth=1.2)
        axes.annotate(f"目标 {number(target)}%", (target, 1), (3, -2), xycoords=("data", "axes fraction"),
                      textcoords="offset points", fontsize=7.5, va="top")  # fmt: skip
        axes.set_yticks(range(len(rows)), [row["label"] for row in reversed(rows)])
        axes.set_ylim(-0.7, len(rows) - 0.1)
        axes.margins(x=0.12)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%")
        bare(axes, "bottom")
        figure.legend(
            handles=[Line2D([], [], color=ACCENT, marker="o", label="区级调查估计值及置信区间"),
                     Line2D([], [], color=NEUTRAL, marker="D", linestyle="", label="公开发布的上级数据（仅作对照）")],
            loc="outside lower center", ncols=2,
        )  # fmt: skip
        told = "；".join(f"{row['label']}{number(row['estimate'], 2)}%" for row in rows)
        return chart(figure, "survey-level", title, f"目标{number(target)}%；{told}", notice)
