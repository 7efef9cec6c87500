"""Counts of ratings: by programme, with bounds, and from mid-term to final."""

from __future__ import annotations

import pandas as pd

from kepu_eval.evaluation import band
from kepu_eval.evaluation.model import BANDS
from kepu_eval.report.blocks import Chart
from kepu_eval.report.figures.style import bare, chart, drawing, fill, tone_patch
from kepu_eval.report.palette import INK, MUTED, TONES, tone_of


def _used(frame: pd.DataFrame) -> list[str]:
    return [name for name in BANDS if name in frame and frame[name].sum() > 0]


def programme_ratings(programmes: pd.DataFrame, notice: str = "") -> Chart:
    """Tasks of each action and project by rating, as stacked bars with the counts in them."""
    used = _used(programmes)
    with drawing(20 + 8 * len(programmes)) as figure:
        axes = figure.add_subplot()
        for place, row in enumerate(programmes.to_dict("records")):
            y, left = len(programmes) - 1 - place, 0
            for name in used:
                if row[name]:
                    tone = TONES[tone_of(name)]
                    axes.barh(y, row[name], left=left, height=0.66, **fill(tone.name))
                    axes.text(left + row[name] / 2, y, f"{tone.symbol} {row[name]}", ha="center", va="center",
                              color=tone.on_strong, fontsize=7.5)  # fmt: skip
                left += row[name]
        axes.set_yticks(range(len(programmes)), list(reversed(programmes["name"])))
        axes.set_xlim(0, programmes["tasks"].max())
        axes.set_xticks([])
        bare(axes)
        figure.legend(handles=[tone_patch(tone_of(name), f"{TONES[tone_of(name)].symbol} {name}") for name in used],
                      loc="outside lower center", ncols=len(used))  # fmt: skip
        told = "；".join(
            f"{r['name']}" + "、".join(f"{name}{r[name]}项" for name in used if r[name])
            for r in programmes.to_dict("records")
        )
        return chart(figure, "programme-ratings", "各项行动和工程的任务评级", f"任务评级：{told}", notice)


def rating_bounds(tasks: pd.DataFrame, notice: str = "") -> Chart:
    """Tasks by rating now, and between the worst and the best case over what is missing."""
    now = tasks["band"].value_counts()
    worst, best = (tasks[side].map(band).value_counts() for side in ("rating_low", "rating_high"))
    used = [name for name in BANDS if name in now or name in worst or name in best]
    with drawing(58) as figure:
        axes = figure.add_subplot()
        for x, name in enumerate(used):
            value = int(now.get(name, 0))
            low, high = sorted((int(worst.get(name, 0)), int(best.get(name, 0))))
            axes.bar(x, value, width=0.5, **fill(tone_of(name)))
            axes.text(x, value, f"{value}", ha="center", va="bottom", fontsize=8)
            if low != high:
                axes.plot([x + 0.36] * 2, [low, high], color=INK, linewidth=1, marker="_", markersize=6)
                axes.text(x + 0.36, high, f" {low}—{high}", va="bottom", ha="center", fontsize=7, color=MUTED)
        axes.set_xticks(range(len(used)), [f"{TONES[tone_of(name)].symbol} {name}" for name in used])
        axes.set_ylim(0, max(now.max(), worst.max(), best.max()) * 1.2)
        axes.set_yticks([])
        bare(axes, "bottom")
        told = "、".join(f"{name}{int(now.get(name, 0))}项" for name in used)
        return chart(figure, "rating-bounds", "任务评级计数及缺失数据的上下界", f"任务评级：{told}", notice,
                     "竖线为缺报、待核数据按最不利和最有利取值时的计数。")  # fmt: skip


def midterm_final(midterm: pd.DataFrame, final: pd.DataFrame, notice: str = "") -> Chart:
    """How every task moved from its mid-term rating to its final one: rows and columns are ratings, counts in cells."""
    before, after = midterm.set_index("number")["band"], final.set_index("number")["band"]
    table = pd.crosstab(before, after)
    rows = [name for name in BANDS if name in table.index]
    columns = [name for name in BANDS if name in table.columns]
    with drawing(20 + 11 * len(rows)) as figure:
        axes = figure.add_subplot()
        for y, row in enumerate(reversed(rows)):
            for x, column in enumerate(columns):
                count = int(table.loc[row, column])
                if count:
                    tone = TONES[tone_of(column)]
                    axes.bar(x, 0.9, bottom=y - 0.45, width=0.9, **fill(tone.name))
                    axes.text(x, y, f"{count}", ha="center", va="center", fontsize=10, color=tone.on_strong)
        axes.set_xticks(range(len(columns)), [f"期末 {TONES[tone_of(n)].symbol} {n}" for n in columns])
        axes.set_yticks(range(len(rows)), [f"中期 {TONES[tone_of(n)].symbol} {n}" for n in reversed(rows)])
        axes.set_xlim(-0.6, len(columns) - 0.4)
        axes.set_ylim(-0.6, len(rows) - 0.4)
        bare(axes)
        told = "；".join(
            f"中期{r}、期末{c}的{int(table.loc[r, c])}项" for r in rows for c in columns if table.loc[r, c]
        )
        return chart(figure, "midterm-final", "任务评级从中期到期末的变化", told, notice)
