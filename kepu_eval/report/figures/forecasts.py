"""Forecasts to the horizon: what was reported as points, what is extrapolated dashed, its interval shaded."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from kepu_eval.report.blocks import Chart
from kepu_eval.report.figures.style import LABEL, bare, chart, drawing, number, paged
from kepu_eval.report.palette import ACCENT, INK, MUTED

_PANEL_MM, _A_PAGE = 58.0, 6
_ROOM = (
    1.9  # the axis ends at so many times the largest of points, forecast and target; wider intervals are cut
)


def forecast_paths(panels: Sequence[dict], notice: str = "") -> list[Chart]:
    """One panel an indicator, two a row, as many charts as pages are needed.

    Panels: name, unit, digits, target, points and line (frames: year, value). ``line`` also has low and high, and runs
    from the last point to the horizon.
    """
    return [_page(notice, *page) for page in paged(panels, _A_PAGE)]


def _page(notice: str, panels: Sequence[dict], id_end: str, title_end: str) -> Chart:
    rows = -(-len(panels) // 2)
    with drawing(14 + _PANEL_MM * rows) as figure:
        grid = figure.subplots(rows, 2, squeeze=False).flatten()
        cut = [_panel(axes, panel) for axes, panel in zip(grid, panels, strict=False)]
        for axes in grid[len(panels) :]:
            axes.set_axis_off()
        figure.legend(
            handles=[
                Line2D([], [], color=INK, marker="o", markersize=4, label="已有数据"),
                Line2D([], [], color=ACCENT, linestyle="--", label="推算（不是结果）"),
                Patch(facecolor=ACCENT, alpha=0.18, label="推算区间"),
                Line2D([], [], color=MUTED, linewidth=1.2, label="目标"),
            ],
            loc="outside lower center",
            ncols=4,
        )
        told = "；".join(
            f"{p['name']}推算{number(p['line']['value'].iloc[-1], p['digits'])}{p['unit']}，目标{number(p['target'])}{p['unit']}"
            for p in panels
        )
        note = "区间超出图幅的部分未画，全幅见表。" if any(cut) else ""
        title = f"到规划期末的推算（不是评估结果）{title_end}"
        return chart(figure, f"forecast-paths{id_end}", title, told, notice, note)


def _panel(axes: Axes, panel: dict) -> bool:
    """Draw one indicator; whether its interval was cut at the axis."""
    points, line, target = panel["points"], panel["line"], panel["target"]
    top = _ROOM * max(points["value"].max(), line["value"].max(), target)
    axes.fill_between(line["year"], line["low"], line["high"], color=ACCENT, alpha=0.18, linewidth=0)
    axes.plot(line["year"], line["value"], color=ACCENT, linestyle="--", linewidth=1.4)
    axes.plot(points["year"], points["value"], color=INK, marker="o", markersize=4, linewidth=1.2, zorder=3)
    axes.axhline(target, color=MUTED, linewidth=1.2)
    first, last = int(points["year"].min()), round(line["year"].iloc[-1])
    axes.annotate(f"目标 {number(target)}", (first, target), (0, 3), textcoords="offset points", fontsize=7,
                  color=MUTED, bbox=LABEL)  # fmt: skip
    for year, value in zip(points["year"], points["value"], strict=True):
        axes.annotate(number(value), (year, value), (0, -5), textcoords="offset points", fontsize=7, ha="center", va="top")  # fmt: skip
    end = line.iloc[-1]
    axes.annotate(f"推算 {number(end['value'], panel['digits'])}", (end["year"], end["value"]), (-3, 5), textcoords="offset points",
                  fontsize=7, ha="right", color=ACCENT, bbox=LABEL)  # fmt: skip
    axes.set_title(f"{panel['name']}（{panel['unit']}）")
    axes.set_xticks(range(first, last + 1), [f"{year}" for year in range(first, last + 1)])
    axes.set_xlim(first - 0.4, last + 0.3)
    axes.set_ylim(-0.12 * top, top)
    axes.set_yticks([tick for tick in axes.get_yticks() if 0 <= tick <= top])
    bare(axes, "bottom")
    axes.grid(visible=True, axis="y")
    return bool(line["high"].max() > top)
