"""Charts of a sample: its weights before and after raking, the sizes that would confirm a target, rounds in time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from kepu_eval.report.blocks import Chart
from kepu_eval.report.figures.labels import label_points
from kepu_eval.report.figures.style import LABEL, bare, chart, drawing, leave_room, number
from kepu_eval.report.palette import ACCENT, INK, MUTED, NEUTRAL


def weight_spread(before: NDArray, after: NDArray, notice: str = "") -> Chart:
    """Respondents by weight over the mean weight, before and after raking, in the same classes."""
    ratios = [before / before.mean(), after / after.mean()]
    edges = np.arange(0, np.ceil(max(r.max() for r in ratios) * 4) / 4 + 0.25, 0.25).tolist()
    with drawing(62) as figure:
        axes = figure.add_subplot()
        axes.hist(ratios[0], edges, histtype="step", color=NEUTRAL, linewidth=1.4, linestyle="--")
        axes.hist(ratios[1], edges, color=ACCENT, alpha=0.75)
        axes.set_xlabel("权数÷平均权数")
        axes.set_ylabel("人数")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        bare(axes, "bottom", "left")
        figure.legend(handles=[
            Line2D([], [], color=NEUTRAL, linestyle="--", label="设计权数"),
            Line2D([], [], color=ACCENT, linewidth=5, alpha=0.75, label="校准后权数"),
        ], loc="outside lower center", ncols=2)  # fmt: skip
        told = f"设计权数最大为平均的{number(ratios[0].max(), 2)}倍，校准后为{number(ratios[1].max(), 2)}倍"
        return chart(figure, "survey-weights", "权数分布", told, notice)


def size_curve(
    curve: pd.DataFrame, now: int, wanted: int, assumed: float, target: float, notice: str = ""
) -> Chart:
    """Half-width of the interval (left) and the chance to confirm the target (right) by sample size.

    ``curve``: as :func:`kepu_eval.survey.power_curve` gives it; ``now``: this sample; ``wanted``: for a chance of 80 %.
    """
    with drawing(70) as figure:
        left, right = figure.subplots(1, 2)
        for axes, column, title in (
            (left, "half_width", "置信区间半宽（个百分点）"),
            (right, "power", "确认达到目标的把握"),
        ):
            axes.plot(curve["n"], curve[column] * 100, color=ACCENT, linewidth=1.6)
            axes.axvline(now, color=MUTED, linewidth=0.9, linestyle="--")
            axes.set_xscale("log")
            axes.set_ylim(bottom=0)
            axes.set_title(title)
            axes.set_xlabel("样本量（完成答卷，人）")
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
            axes.xaxis.set_minor_formatter(lambda *_: "")
            axes.grid(visible=True)
            bare(axes, "bottom")
        left.axhline((assumed - target) * 100, color=INK, linewidth=0.9)
        left.annotate(f"假定值超过目标{number((assumed - target) * 100)}个百分点", (0, (assumed - target) * 100), (2, 3), xycoords=("axes fraction", "data"),
                      textcoords="offset points", ha="left", fontsize=7, bbox=LABEL)  # fmt: skip
        right.yaxis.set_major_formatter(lambda value, _: f"{value:g}%")
        right.set_ylim(0, 102)
        right.axhline(80, color=INK, linewidth=0.9)
        right.annotate(
            f"本次 {now}人",
            (now, 96),
            (-3, 0),
            textcoords="offset points",
            ha="right",
            fontsize=7,
            color=MUTED,
        )
        told = f"假定比例{number(assumed * 100)}%，目标{number(target * 100)}%；约{wanted}人时有八成把握确认"
        return chart(figure, "survey-size", "样本量与把握", told, notice)


def survey_trend(rows: Sequence[dict], target: float | None, notice: str, title: str) -> Chart:
    """Rates by year of survey; published ones with the day of publication, the district's rounds with intervals.

    Rows: area, year, estimate, ci_low, ci_high (percent; ``None`` without), published (ISO date), own (bool).
    """
    with drawing(82) as figure:
        axes = figure.add_subplot()
        areas = list(dict.fromkeys(row["area"] for row in rows))
        colours = {area: ACCENT if any(r["own"] for r in rows if r["area"] == area) else shade for area, shade in zip(areas, [INK, NEUTRAL, MUTED] * len(areas), strict=False)}  # fmt: skip
        lines = [] if target is None else [axes.axhline(target, color=INK, linewidth=0.9, linestyle="--")]
        for area in areas:
            points = sorted((row for row in rows if row["area"] == area), key=lambda row: row["year"])
            own = points[0]["own"]
            years, rates = [p["year"] for p in points], [p["estimate"] for p in points]
            lines += axes.plot(years, rates, color=colours[area], linewidth=1.4, linestyle="-" if own else ":",
                               marker="o" if own else "D", markersize=5 if own else 4, zorder=3)  # fmt: skip
            for point in points:
                if point["ci_low"] is not None:
                    lines += axes.plot(
                        [point["year"]] * 2, [point["ci_low"], point["ci_high"]], color=ACCENT, linewidth=1.6
                    )
        if target is not None:
            axes.annotate(f"目标 {number(target)}%", (0, target), (2, 3), xycoords=("axes fraction", "data"),
                          textcoords="offset points", fontsize=7)  # fmt: skip
        every = [row["year"] for row in rows]
        axes.set_xticks(
            range(min(every), max(every) + 1), [f"{year}年" for year in range(min(every), max(every) + 1)]
        )
        axes.set_xlim(min(every) - 1.2, max(every) + 0.9)
        axes.margins(y=0.25)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}%")
        axes.grid(axis="y")
        bare(axes, "bottom")
        figure.legend(handles=[
            Line2D([], [], color=colours[a], linestyle="-" if (own := any(r["own"] for r in rows if r["area"] == a)) else ":",
                   marker="o" if own else "D", label=a if own else f"{a}（公开发布，仅作对照）") for a in areas
        ], loc="outside lower center", ncols=len(areas))  # fmt: skip
        words = [(r["year"], r["estimate"], f"{number(r['estimate'], 1 if r['own'] else 2)}%", colours[r["area"]]) for r in rows]  # fmt: skip
        leave_room(figure, notice)
        label_points(axes, words, lines)
        told = "；".join(f"{r['area']}{r['year']}年{number(r['estimate'], 2)}%" for r in rows)
        return chart(
            figure,
            "survey-trend",
            f"{title}：历次调查与公开数据",
            told,
            notice,
            _published(rows),
        )


def _published(rows: Sequence[dict]) -> str:
    """When each figure was published, area by area."""
    days = {area: [f"{r['year']}年的{r['published']}" for r in rows if r["area"] == area] for area in dict.fromkeys(r["area"] for r in rows)}  # fmt: skip
    return "发布日期：" + "；".join(f"{area}{'、'.join(each)}" for area, each in days.items()) + "。"
