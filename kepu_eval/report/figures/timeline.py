"""Phases of the plan, its issue, and the date of the evaluation."""

from __future__ import annotations

import datetime as dt

from kepu_eval.plan import Plan
from kepu_eval.report.blocks import Chart
from kepu_eval.report.figures.style import bare, chart, drawing
from kepu_eval.report.palette import ACCENT, INK, TONES


def _years(date: dt.date) -> float:
    """A date as years with a fraction."""
    first = dt.date(date.year, 1, 1)
    return date.year + (date - first).days / (dt.date(date.year + 1, 1, 1) - first).days


def phase_timeline(plan: Plan, as_of: dt.date, notice: str = "") -> Chart:
    """Phases as bars on the years, with the day of issue and the as-of date."""
    meta = plan.meta
    with drawing(20 + 8 * len(plan.phases)) as figure:
        axes = figure.add_subplot()
        for place, phase in enumerate(plan.phases):
            y = len(plan.phases) - 1 - place
            axes.barh(y, phase.end + 1 - phase.start, left=phase.start, height=0.56, color=TONES["near"].light,
                      edgecolor=TONES["near"].strong, linewidth=0.8)  # fmt: skip
            axes.text(phase.start + 0.06, y, f"{phase.name}（{phase.start}—{phase.end}）" if phase.start != phase.end
                      else f"{phase.name}", va="center", fontsize=7.5,
                      zorder=4, bbox={"facecolor": TONES["near"].light, "edgecolor": "none", "pad": 0.8})  # fmt: skip
        for date, text, colour, side in (
            (meta.issued, "印发", INK, "right"),
            (as_of, "评估基准日", ACCENT, "left"),
        ):
            x = _years(date)
            axes.axvline(x, color=colour, linewidth=1.2, linestyle="-" if side == "left" else "--")
            axes.text(
                x,
                len(plan.phases) - 0.42,
                f"{text} {date.isoformat()} ",
                ha=side,
                fontsize=7,
                color=colour,
                va="bottom",
            )
        axes.set_xlim(meta.first_year, meta.last_year + 1)
        axes.set_ylim(-0.6, len(plan.phases) - 0.1)
        axes.set_xticks([year + 0.5 for year in meta.years], [f"{year}年" for year in meta.years])
        axes.set_xticks([float(year) for year in meta.years], minor=True)
        axes.grid(axis="x", which="minor")
        axes.tick_params(which="minor", length=0)
        axes.set_yticks([])
        bare(axes, "bottom")
        told = "、".join(f"{p.name}{p.start}—{p.end}年" for p in plan.phases)
        return chart(figure, "phase-timeline", "方案阶段与评估基准日",
                     f"{told}；{meta.issued.isoformat()}印发；评估基准日{as_of.isoformat()}", notice)  # fmt: skip
