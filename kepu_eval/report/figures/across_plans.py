"""Lines over several plans: figures joined within a segment, a gap where the definition changes, targets as marks."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from kepu_eval.report.across_plans import BASE, TARGET, Line, in_words
from kepu_eval.report.blocks import Chart
from kepu_eval.report.figures.style import bare, chart, drawing, number, paged
from kepu_eval.report.palette import ACCENT, INK, MUTED, PAPER
from kepu_eval.rows import Row

_PANEL_MM, _CROWDED, _A_PAGE, _NEAR = 52.0, 5, 6, 8
_HALO = [withStroke(linewidth=2, foreground=PAPER)]  # numbers stay legible where a line runs through them


def across_plans(found: Sequence[Line], notice: str = "") -> list[Chart]:
    """One panel a key, two a row, as many charts as pages are needed; keys without a figure or a target are left out."""
    drawn = [line for line in found if len(line.points)]
    return [_page(notice, *page) for page in paged(drawn, _A_PAGE)]


def _page(notice: str, found: Sequence[Line], id_end: str, title_end: str) -> Chart:
    rows = -(-len(found) // 2)
    with drawing(14 + _PANEL_MM * rows) as figure:
        grid = figure.subplots(rows, 2, squeeze=False).flatten()
        for axes, line in zip(grid, found, strict=False):
            _panel(axes, line)
        for axes in grid[len(found) :]:
            axes.set_axis_off()
        figure.legend(
            handles=[
                Line2D([], [], color=INK, marker="o", markersize=4, label="结果（竖线为上下界）"),
                Line2D([], [], color=INK, marker="o", markersize=4, markerfacecolor="white", linestyle="", label="基期"),
                Line2D([], [], color=ACCENT, marker="D", markersize=4, linestyle="", label="目标"),
                Line2D([], [], color=MUTED, linestyle=":", label="口径改变，前后不连线"),
            ],
            loc="outside lower center", ncols=4,
        )  # fmt: skip
        told = "；".join(f"{line.name}：{in_words(line)}" for line in found)
        return chart(figure, f"across-plans{id_end}", f"跨规划期的变化{title_end}", told, notice)


def _panel(axes: Axes, line: Line) -> None:
    points = line.points[line.points["what"].ne(TARGET)]
    targets = line.points[line.points["what"].eq(TARGET)]
    top = line.points[["value", "high"]].max().max()
    for _, mine in points.groupby("segment"):
        axes.plot(mine["year"], mine["value"], color=INK, linewidth=1.2, zorder=2)
    for row in points.itertuples():
        if row.low < row.high:
            axes.plot([row.year] * 2, [row.low, row.high], color=MUTED, linewidth=2.2, zorder=1)
        axes.plot(
            row.year,
            row.value,
            marker="o",
            markersize=4,
            color=INK,
            markerfacecolor="white" if row.what == BASE else INK,
            zorder=3,
        )
        near = (targets["value"] - row.value).abs() < top / _NEAR
        beside = bool((near & targets["year"].eq(row.year)).any())  # its target stands where its number would
        _label(axes, row, (-6, -3) if beside else (0, 5), "right" if beside else "center", INK)
    axes.plot(
        targets["year"], targets["value"], marker="D", markersize=4, color=ACCENT, linestyle="", zorder=3
    )
    for row in targets.drop_duplicates(["year", "value"]).itertuples():
        _label(axes, row, (6, -3), "left", ACCENT)
    for year in line.breaks:
        axes.axvline(year - 0.5, color=MUTED, linestyle=":", linewidth=1)
    years = line.points["year"]
    if len(years):
        axes.set_xlim(years.min() - 1.4, years.max() + 1.6)
        axes.set_xticks(
            sorted(set(years)),
            [str(year) for year in sorted(set(years))],
            rotation=45 if years.nunique() > _CROWDED else 0,
        )
        axes.set_ylim(0, 1.2 * top or 1)
    axes.set_title(f"{line.name}（{line.unit}）")
    bare(axes, "bottom")
    axes.grid(visible=True, axis="y")


def _label(axes: Axes, row: Row, offset: tuple[float, float], side: str, colour: str) -> None:
    axes.annotate(
        number(row.value), (row.year, row.value), offset, textcoords="offset points", fontsize=7, ha=side, color=colour,
        path_effects=_HALO,
    )  # fmt: skip
