"""Gauges of all indicators, and the years of one."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from kepu_eval.evaluation import display
from kepu_eval.plan import Indicator, Plan, TargetKind, time_share
from kepu_eval.report.blocks import Chart
from kepu_eval.report.figures.style import (
    bare,
    chart,
    drawing,
    fill,
    missing,
    number,
    on_a_page,
    tone_patch,
    worst_first,
)
from kepu_eval.report.palette import ACCENT, INK, MUTED, NEUTRAL, PAPER, TONES, tone_of

_ROW_MM, _MOST = 11.0, 118


def indicator_gauges(indicators: pd.DataFrame, plan: Plan, notice: str = "") -> Chart:
    """One bar an indicator: the percentage that the table prints (of its two ``operands``), target, expected by now, bounds.

    Words at the right give value, goal and rating. Bounds and expected value stand where they are on the same scale,
    not beside a count of years. A value that is not known has no bar.
    """
    stated = indicators[indicators["goal"].notna()]
    drawn, note = on_a_page(worst_first(stated["rating"]), 18, _ROW_MM)
    rows = stated.iloc[drawn].to_dict("records")
    with drawing(18 + _ROW_MM * len(rows)) as figure:
        axes = figure.add_subplot()
        for place, row in enumerate(rows):
            _gauge(axes, len(rows) - 1 - place, row)
        axes.set_xlim(0, 185)
        axes.set_ylim(-0.7, len(rows) - 0.3)
        axes.set_yticks(range(len(rows)), [plan.indicator(r["indicator"]).short_name for r in reversed(rows)])
        axes.set_xticks([0, 25, 50, 75, 100], ["0", "25%", "50%", "75%", "100%"])
        bare(axes)
        figure.legend(
            handles=[
                Line2D([], [], color=INK, linewidth=1.2, label="目标"),
                Line2D([], [], color=ACCENT, linewidth=1.2, linestyle="--", label="序时应达"),
                Line2D([], [], color=MUTED, linewidth=1, marker="|", label="缺失数据的上下界"),
                tone_patch("unknown", "数据不足"),
            ],
            loc="outside lower center", ncols=4,
        )  # fmt: skip
        alt = "量化指标现值与目标：" + "；".join(_told(row) for row in rows)
        return chart(figure, "indicator-gauges", "量化指标完成比例", alt, notice, note)


def drawn_percent(row: dict) -> float | None:
    """How long an indicator's bar is: its operands' percentage, else its value on its own scale."""
    if row["operands"] and row["operands"][1]:
        return row["operands"][0] / row["operands"][1] * 100
    scale = _per_unit(row)
    return None if scale is None or missing(row["value"]) else row["value"] * scale


def _per_unit(row: dict) -> float | None:
    """Percent on the chart for one unit of the indicator's value; ``None`` where the bar counts something else."""
    own = 1.0 if row["value_unit"] == "%" else 100 / row["goal"] if row["goal"] else None
    if own is None or not row["operands"] or not row["operands"][1] or missing(row["value"]):
        return own
    share = row["operands"][0] / row["operands"][1] * 100
    return own if math.isclose(row["value"] * own, share, abs_tol=1e-6) else None


def _gauge(axes: Axes, y: int, row: dict) -> None:
    percent, scale, tone = drawn_percent(row), _per_unit(row), tone_of(row["rating"]) or "unknown"
    axes.barh(y, 100, height=0.62, color="#EEF1F4", zorder=0)
    goal = 100 if scale is None else row["goal"] * scale
    axes.plot([goal] * 2, [y - 0.38, y + 0.38], color=INK, linewidth=1.2)
    low, high = (
        None if scale is None or missing(row[side]) else row[side] * scale for side in ("low", "high")
    )
    if percent is not None and not missing(row["value"]):
        axes.barh(y, min(percent, _MOST), height=0.36, **fill(tone))
    elif low is not None:
        axes.barh(y, min(low, _MOST), height=0.36, **fill("unknown"))
    if low is not None and high is not None and high > low:
        axes.plot([low, min(high, _MOST)], [y, y], color=MUTED, linewidth=1, marker="|")
    if scale is not None and not missing(row["expected"]) and row["expected"] < row["goal"]:
        axes.plot(
            [row["expected"] * scale] * 2, [y - 0.38, y + 0.38], color=ACCENT, linewidth=1.2, linestyle="--"
        )
    value = "—" if missing(row["value"]) else f"{number(row['value'])}{row['value_unit']}"
    axes.text(
        121,
        y + 0.17,
        f"{value} / {number(row['goal'])}{row['value_unit']}（{row['value_label'] or '—'}）",
        va="center",
        fontsize=7,
    )
    axes.text(
        121,
        y - 0.22,
        f"{TONES[tone].symbol} {display(row['rating'])}",
        va="center",
        fontsize=7.5,
    )


def _told(row: dict) -> str:
    value = "数据不足" if missing(row["value"]) else f"{number(row['value'])}{row['value_unit']}"
    return f"{row['name']}{value}，评为{row['rating']}"


def yearly_bars(periods: pd.DataFrame, plan: Plan, indicator: Indicator, notice: str = "") -> Chart:
    """Years of one indicator as bars with its target: annual target line, or running total against the even path.

    Years without a countable figure have no bar and say so. Indicators of several series get a panel each.
    """
    measures = [(m.id, m.name, m.unit) for m in indicator.measures] or [
        ("value", indicator.name, indicator.unit)
    ]
    with drawing(62) as figure:
        for place, (measure, name, unit) in enumerate(measures, 1):
            axes = figure.add_subplot(1, len(measures), place)
            _panel(axes, periods[periods["measure"].eq(measure)].to_dict("records"), plan, indicator, unit)
            axes.set_title(f"{name}（{unit}）")
        told = "；".join(
            f"{r['period']}{'年' if r['period'].isdigit() else ''}{'数据不足' if missing(r['value']) else number(r['value'])}"
            for r in periods.to_dict("records")
        )
        return chart(
            figure, f"{indicator.id}-years", f"{indicator.name}逐年情况", f"{indicator.name}：{told}", notice
        )


def _panel(axes: Axes, rows: list[dict], plan: Plan, indicator: Indicator, unit: str) -> None:
    labels = [row["period"] for row in rows]
    heights = [0.0 if missing(row["value"]) else float(row["value"]) for row in rows]
    even = [
        float(indicator.target or 0) * float(time_share(plan, dt.date(int(label), 12, 31), indicator.horizon))
        for label in labels
        if label.isdigit()
    ]
    lines = _lines(axes, heights, rows, even, indicator, unit)
    top = max([*heights, *lines, 1.0])
    for x, (row, height) in enumerate(zip(rows, heights, strict=True)):
        if missing(row["value"]):
            axes.text(x, top * 0.04, "数据不足", ha="center", fontsize=7, color=MUTED, rotation=90)
            continue
        tone = {"达标": "done", "未达标": "late", "待核": "unknown", "退回": "unknown"}.get(row["status"], "")
        look = TONES[tone] if tone else None
        axes.bar(x, height, width=0.55, zorder=1, **(fill(tone) if tone else {"color": NEUTRAL}))
        inside = height > top * 0.12
        axes.text(x, height / 2 if inside else height, number(height), ha="center", va="center" if inside else "bottom",
                  fontsize=8, color=(look.on_strong if look else PAPER) if inside else INK, zorder=3)  # fmt: skip
    named = [f"{label}年" if label.isdigit() else label for label in labels]
    axes.set_xticks(
        range(len(labels)),
        named if len(named) < 7 else [n if not i % (len(named) // 5) else "" for i, n in enumerate(named)],
    )
    axes.set_xlim(-0.6, len(labels) - 0.4)
    axes.set_ylim(0, top * 1.28)
    axes.set_yticks([])
    bare(axes, "bottom")
    if lines:
        axes.legend(loc="upper left", ncols=2)


def _lines(
    axes: Axes, heights: list[float], rows: list[dict], even: list[float], indicator: Indicator, unit: str
) -> list[float]:
    """Target line, even path or running total of a panel, labelled for the legend; returns their heights."""
    x = range(len(rows))
    if indicator.kind is TargetKind.ANNUAL:
        target = indicator.aim
        axes.axhline(
            target,
            color=INK,
            linewidth=1.2,
            zorder=2,
            label=f"每{'年' if rows and rows[0]['period'].isdigit() else '期'}目标 {number(target)}{unit}",
        )
        return [target]
    if indicator.kind not in (TargetKind.CUMULATIVE, TargetKind.STOCK_AT_HORIZON):
        return []
    told = f"序时应达（末年 {number(even[-1])}{unit}）" if even else "序时应达"
    axes.plot(x, even, color=ACCENT, linestyle="--", linewidth=1.2, marker=".", zorder=2, label=told)
    if indicator.kind is TargetKind.STOCK_AT_HORIZON:
        return even
    points: list[float] = []
    for height, row in zip(heights, rows, strict=True):
        if missing(row["value"]):
            break  # the running total ends where a year is not known
        points.append(height + (points[-1] if points else 0.0))
    axes.plot(
        x[: len(points)],
        points,
        color=INK,
        marker="o",
        markersize=3,
        linewidth=1,
        zorder=2,
        label="各单位相加累计",
    )
    for place, point in enumerate(points[1:], 1):
        axes.annotate(
            number(point), (place, point), (0, 4), textcoords="offset points", ha="center", fontsize=7.5
        )
    return [*even, *points]
