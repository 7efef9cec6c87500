"""Where every indicator stands against its expected path at a quarter's end."""

from __future__ import annotations

import pandas as pd
from matplotlib.lines import Line2D

from kepu_eval.evaluation.dispatch import NOT_DUE
from kepu_eval.plan import Plan
from kepu_eval.report.blocks import Chart
from kepu_eval.report.figures.style import bare, chart, drawing, fill, missing, number, on_a_page, worst_first
from kepu_eval.report.palette import ACCENT, TONES, tone_of

_ROW_MM = 8.0
_WIDEST = 150.0


def position_paths(indicators: pd.DataFrame, plan: Plan, notice: str = "") -> Chart:
    """One bar an indicator that is due: value as per cent of what is expected by now, with the words beside it.

    Bars longer than the scale are cut there; what is not known has no bar. Indicators not due are left out and named.
    """
    arrived = indicators[indicators["position"].ne(NOT_DUE)]
    drawn, left_out = on_a_page(worst_first(arrived["position"]), 22, _ROW_MM)
    due = arrived.iloc[drawn].to_dict("records")
    later = [
        plan.indicator(r["item"]).name_in_text
        for r in indicators.to_dict("records")
        if r["position"] == NOT_DUE
    ]
    with drawing(22 + _ROW_MM * max(len(due), 1)) as figure:
        axes = figure.add_subplot()
        for place, row in enumerate(due):
            y, tone = len(due) - 1 - place, tone_of(row["position"])
            axes.barh(y, 100, height=0.66, color="#EEF1F4", zorder=0)
            if not missing(row["share"]):
                axes.barh(y, min(row["share"] * 100, _WIDEST), height=0.4, **fill(tone))
            axes.text(
                _WIDEST + 4,
                y,
                f"{TONES[tone].symbol} {row['position']}　{_told(row)}",
                va="center",
                fontsize=7,
            )
        axes.axvline(100, color=ACCENT, linewidth=1.2, linestyle="--")
        axes.set_xlim(0, 265)
        axes.set_ylim(-0.7, max(len(due), 1) - 0.3)
        axes.set_yticks(range(len(due)), [plan.indicator(r["item"]).short_name for r in reversed(due)])
        axes.set_xticks([0, 50, 100, 150], ["0", "50%", "应达", "150%"])
        bare(axes)
        figure.legend(
            handles=[
                Line2D([], [], color=ACCENT, linewidth=1.2, linestyle="--", label="本季末应达（=100%）")
            ],
            loc="outside lower center",
        )
        alt = "现值与本季末应达之比：" + "；".join(f"{r['name']}{_told(r)}，{r['position']}" for r in due)
        note = left_out + (f"未到期：{'、'.join(later)}。" if later else "")
        return chart(figure, "position-paths", _message(arrived.to_dict("records")), alt, notice, note)  # fmt: skip


def _message(due: list[dict]) -> str:
    short = sum(not missing(row["share"]) and row["share"] < 1 for row in due)
    unknown = sum(missing(row["share"]) for row in due)
    rest = f"，{unknown}项数据不足" if unknown else ""
    return f"已到期的{len(due)}项量化指标中{short}项低于本季末应达{rest}"


def _told(row: dict) -> str:
    if missing(row["value"]):
        return f"数据不足 / {number(row['expected'])}{row['unit']}"
    return f"{number(row['value'])} / {number(row['expected'])}{row['unit']}"
