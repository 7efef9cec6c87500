"""Units by tasks, and schools by terms."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from kepu_eval.plan import LEAD, Indicator, Plan
from kepu_eval.report.blocks import Chart
from kepu_eval.report.figures.style import (
    bare,
    chart,
    drawing,
    fill,
    inside,
    missing,
    number,
    on_a_page,
    square,
    tone_patch,
)
from kepu_eval.report.palette import GRID, INK, MUTED, PAPER, TONES, tone_of

_STATUS = {"达标": "done", "未达标": "late", "数据不足": "unknown", "待核": "unknown"}
_COLUMNS = 2


def unit_task_matrix(plan: Plan, tasks: pd.DataFrame, units: pd.DataFrame, notice: str = "") -> Chart:
    """Who leads (full cell) and shares (small square) which task, in the tone of the task's rating.

    Units that did not report have their name marked.
    """
    ratings = dict(zip(tasks["number"], tasks["band"], strict=True))
    submitted = dict(zip(units["name"], units["submitted"], strict=True))
    roles = plan.matrix()
    late = [number for number, rating in ratings.items() if tone_of(rating) == "late"]
    rows, note = on_a_page(list(roles[late].astype(bool).sum(axis=1)), 26, 5.2)
    roles = roles.iloc[rows]
    with drawing(26 + 5.2 * len(roles)) as figure:
        axes = figure.add_subplot()
        for y, (unit, row) in enumerate(reversed(list(roles.iterrows()))):
            for x, task in enumerate(row.index):
                if row[task]:
                    tone = tone_of(ratings[task]) or "unknown"
                    size = 0.9 if row[task] == LEAD else 0.34
                    square(axes, x, y, size, size, **fill(tone))
                    if row[task] == LEAD:
                        inside(axes, x, y, TONES[tone].symbol, fontsize=6, color=TONES[tone].on_strong)
            if not submitted.get(unit, False):
                axes.axhspan(
                    y - 0.48, y + 0.48, facecolor="none", edgecolor=MUTED, hatch="....", linewidth=0, zorder=0
                )
        names = [name if submitted.get(name, False) else f"{name}（未报送）" for name in roles.index]
        axes.set_yticks(range(len(names)), list(reversed(names)))
        axes.set_xticks(range(roles.shape[1]), [str(n) for n in roles.columns])
        axes.xaxis.tick_top()
        axes.tick_params(labelsize=6.5)
        axes.set_xlim(-0.6, roles.shape[1] - 0.4)
        axes.set_ylim(-0.6, len(names) - 0.4)
        axes.set_xticks([x + 0.5 for x in range(roles.shape[1] - 1)], minor=True)
        axes.set_yticks([y + 0.5 for y in range(len(names) - 1)], minor=True)
        axes.grid(which="minor", color=GRID, linewidth=0.4)
        axes.tick_params(which="minor", length=0)
        bare(axes)
        bands = list(dict.fromkeys(ratings.values()))
        figure.legend(handles=[tone_patch(tone_of(b) or "unknown", f"{TONES[tone_of(b) or 'unknown'].symbol} {b}") for b in bands],
                      loc="outside lower center", ncols=len(bands), title="大格牵头，小格责任；点纹为未报送单位")  # fmt: skip
        absent = "、".join(name for name in roles.index if not submitted.get(name, False)) or "无"
        return chart(figure, "unit-task-matrix", "单位与任务矩阵（横轴为任务号）",
                     f"{roles.shape[0]}个单位与{roles.shape[1]}项任务的牵头、责任关系和任务评级；未报送：{absent}", notice, note)  # fmt: skip


def school_semester_heatmap(rows: pd.DataFrame, indicator: Indicator, notice: str = "") -> Chart:
    """Schools by terms: the reported count in each cell, toned by whether it complies; terms that are not over apart."""
    periods = list(dict.fromkeys(rows["period"]))
    failing = ~rows["status"].isin(["达标", "未到期"])
    urgency = failing.groupby(rows["entity"], sort=False).sum()
    drawn, note = on_a_page(list(urgency), 24, 4.6, _COLUMNS, "工作簿的逐校表")
    schools = list(urgency.index[drawn])
    cells = {(r.entity, r.period): r for r in rows.itertuples()}
    share = math.ceil(len(schools) / _COLUMNS)
    with drawing(24 + 4.6 * share) as figure:
        for column in range(_COLUMNS):
            part = schools[column * share : (column + 1) * share]
            if part:
                _panel(figure.add_subplot(1, _COLUMNS, column + 1), part, periods, cells, share)
        figure.legend(
            handles=[tone_patch("done", "● 达标"), tone_patch("late", "▲ 未达标"), Patch(facecolor=TONES["none"].light, label="□ 未到期"),
                     tone_patch("unknown", "※ 缺报或待核")],
            loc="outside lower center", ncols=4,
        )  # fmt: skip
        counts = rows["status"].value_counts()
        told = "、".join(f"{name}{n}个" for name, n in counts.items())
        return chart(figure, f"{indicator.id}-heatmap", f"{indicator.name}：学校×学期", f"逐校逐学期共{len(rows)}个：{told}", notice,
                     f"格内为次数，每格目标不少于{number(indicator.aim)}{indicator.unit}。{note}")  # fmt: skip


def _panel(axes: Axes, schools: list[str], periods: list[str], cells: dict, rows: int) -> None:
    for y, school in enumerate(schools):
        for x, period in enumerate(periods):
            row = cells.get((school, period))
            tone = (
                "none"
                if row is not None and row.status == "未到期"
                else _STATUS.get(getattr(row, "status", ""), "unknown")
            )
            look = (
                fill(tone)
                if tone != "none"
                else {"facecolor": TONES["none"].light, "edgecolor": PAPER, "linewidth": 0.6}
            )
            square(axes, x, rows - 1 - y, 0.94, 0.92, **look)
            text = "" if row is None or missing(row.value) else number(row.value)
            colour = INK if tone in ("none", "unknown") else TONES[tone].on_strong
            inside(axes, x, rows - 1 - y, text or "缺", fontsize=6, color=colour)
    axes.set_xticks(range(len(periods)), [p[2:] for p in periods], fontsize=6.5)
    axes.xaxis.tick_top()
    axes.set_yticks([rows - 1 - y for y in range(len(schools))], schools, fontsize=6.5)
    axes.set_ylim(-0.6, rows - 0.4)
    axes.set_xlim(-0.55, len(periods) - 0.45)
    bare(axes)
