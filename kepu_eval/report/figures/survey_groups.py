"""Charts of a survey's groups: shares with intervals, and gaps as dumbbells."""

from __future__ import annotations

import pandas as pd
from matplotlib.lines import Line2D

from kepu_eval.report.blocks import Chart
from kepu_eval.report.figures.style import LABEL, bare, chart, drawing, number
from kepu_eval.report.palette import ACCENT, INK, MUTED, NEUTRAL, PAPER
from kepu_eval.rows import Row


def group_shares(
    groups: pd.DataFrame,
    overall: float,
    target: float | None,
    notice: str,
    title: str,
) -> Chart:
    """Shares (percent) with intervals by group, the share of all and the target, if there is one, as lines.

    ``groups``: title, group, estimate, ci_low, ci_high, one row a group that may be shown, in order.
    """
    places = _places(groups["title"])
    with drawing(20 + 5.6 * -min(places)) as figure:
        axes = figure.add_subplot()
        axes.axvline(overall, color=ACCENT, linewidth=0.9, linestyle="--")
        aim = [] if target is None else [Line2D([], [], color=INK, label=f"目标 {number(target)}%")]
        if target is not None:
            axes.axvline(target, color=INK, linewidth=1.1)
        for place, row in zip(places, groups.itertuples(), strict=True):
            axes.plot(
                [row.ci_low, row.ci_high], [place, place], color=ACCENT, linewidth=1.6, solid_capstyle="butt"
            )
            axes.plot(row.estimate, place, "o", color=ACCENT, markersize=4.5)
            axes.annotate(f"{number(row.estimate)}%", (row.estimate, place), (0, 3.5), textcoords="offset points",
                          ha="center", fontsize=6.5, bbox=LABEL, zorder=1.5)  # fmt: skip
        _titles(axes, groups["title"], places)
        axes.set_yticks(places, groups["group"])
        axes.set_ylim(min(places) - 0.8, 0.2)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%")
        bare(axes, "bottom")
        figure.legend(handles=[
            Line2D([], [], color=ACCENT, marker="o", label="估计值及置信区间"),
            Line2D([], [], color=ACCENT, linestyle="--", label=f"全体 {number(overall)}%"),
            *aim,
        ], loc="outside lower center", ncols=3)  # fmt: skip
        told = "；".join(f"{row.group}{number(row.estimate)}%" for row in groups.itertuples())
        return chart(figure, "survey-groups", f"分人群{title}", f"全体{number(overall)}%；{told}", notice)


def group_gaps_chart(gaps: pd.DataFrame, notice: str = "", id: str = "survey-gaps") -> Chart:  # noqa: A002
    """Dumbbells: each group (filled) beside the one it is compared with (hollow), the difference written out.

    ``gaps``: title, group, base (names), share, base_share (percent), estimate, ci_low, ci_high (points).
    """
    places = _places(gaps["title"])
    with drawing(20 + 5.2 * -min(places)) as figure:
        axes = figure.add_subplot()
        right = max(gaps["share"].max(), gaps["base_share"].max())
        for place, row in zip(places, gaps.itertuples(), strict=True):
            axes.plot([row.base_share, row.share], [place, place], color=NEUTRAL, linewidth=2)
            axes.plot(row.base_share, place, "o", color=ACCENT, markerfacecolor=PAPER, markersize=5)
            axes.plot(row.share, place, "o", color=ACCENT, markersize=5)
            axes.text(right * 1.06, place, told_gap(row), va="center", fontsize=7)
        _titles(axes, gaps["title"], places)
        axes.set_yticks(places, [f"{row.group} 比 {row.base}" for row in gaps.itertuples()])
        axes.set_ylim(min(places) - 0.8, 0.2)
        axes.set_xlim(0, right * 1.75)
        ticks = [tick for tick in axes.get_xticks() if tick <= right * 1.05]
        axes.set_xticks(ticks, [f"{tick:g}%" for tick in ticks])
        bare(axes)
        axes.grid(axis="x")
        figure.legend(handles=[
            Line2D([], [], color=ACCENT, marker="o", linestyle="", label="所列人群"),
            Line2D([], [], color=ACCENT, marker="o", markerfacecolor=PAPER, linestyle="", label="对照人群"),
        ], loc="outside lower center", ncols=2)  # fmt: skip
        told = "；".join(f"{row.group}比{row.base}{told_gap(row)}" for row in gaps.itertuples())
        return chart(
            figure,
            id,
            "人群差距",
            told,
            notice,
            "差值后方括号内为置信区间；区间含0的差距不能排除是抽样误差。",
        )


def told_gap(row: Row) -> str:
    """``高3.8个百分点 [0.5, 7.1]``."""
    word = "高" if row.estimate > 0 else "低"
    return f"{word}{number(abs(row.estimate))}个百分点 [{number(row.ci_low)}, {number(row.ci_high)}]"


def _places(titles: pd.Series) -> list[float]:
    """Heights of the rows from the top down, with room for a heading where a grouping begins."""
    places, last, y = [], None, 0.0
    for title in titles:
        y -= 1.0 if title == last else 1.7
        places.append(y)
        last = title
    return places


def _titles(axes, titles: pd.Series, places: list[float]) -> None:  # noqa: ANN001
    """Names of the groupings above their groups."""
    for title, place in zip(titles, places, strict=True):
        if places[list(titles).index(title)] == place:
            axes.text(0, place + 0.75, title, transform=axes.get_yaxis_transform(), fontsize=7.5, color=MUTED,
                      ha="right", va="center")  # fmt: skip
