"""Charts of an item analysis: difficulty against discrimination, and what was answered item by item."""

from __future__ import annotations

import pandas as pd
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from kepu_eval.report.blocks import Chart
from kepu_eval.report.figures.labels import label_points
from kepu_eval.report.figures.style import bare, chart, drawing, leave_room, number, on_a_page
from kepu_eval.report.palette import ACCENT, GRID, INK, MUTED, NEUTRAL, PAPER

_MARKERS = ("o", "s", "^", "D", "v", "P")
_ANSWERS = (("difficulty", "答对", ACCENT, ""), ("wrong", "答错", NEUTRAL, ""), ("dont_know", "不知道", GRID, "////"),
            ("blank", "缺答", PAPER, ""))  # fmt: skip
LOW_DISCRIMINATION = 0.2
"""Items below it are to be looked at: Ebel & Frisbie 1991, ch. 13 (0.20 marginal, below it poor)."""


def item_map(items: pd.DataFrame, notice: str = "") -> Chart:
    """Items of :func:`kepu_eval.survey.item_analysis` by share right (%) and discrimination, each with its name."""
    with drawing(95) as figure:
        axes = figure.add_subplot()
        groups = list(dict.fromkeys(items["dimension"]))
        marks = {name: _MARKERS[k % len(_MARKERS)] for k, name in enumerate(groups)}
        for row in items.itertuples():
            weak = not row.item_rest >= LOW_DISCRIMINATION
            place = (row.difficulty * 100, row.item_rest)
            axes.plot(*place, marks[row.dimension], color=ACCENT, markersize=5, markerfacecolor=PAPER if weak else ACCENT)  # fmt: skip
        line = axes.axhline(LOW_DISCRIMINATION, color=MUTED, linewidth=0.8, linestyle="--")
        axes.annotate(f"区分度 {LOW_DISCRIMINATION}", (1, LOW_DISCRIMINATION), (-2, 2), xycoords=("axes fraction", "data"),
                      textcoords="offset points", fontsize=7, ha="right", color=MUTED)  # fmt: skip
        axes.set_xlim(0, 100)
        axes.margins(y=0.15)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%")
        axes.set_xlabel("难度：答对的比例（越高越易）")
        axes.set_ylabel("区分度：与其余题目得分的相关")
        axes.grid(visible=True)
        keys = [Line2D([], [], color=ACCENT, marker=marks[name], linestyle="", label=name) for name in groups]
        keys.append(
            Line2D(
                [],
                [],
                color=ACCENT,
                marker="o",
                markerfacecolor=PAPER,
                linestyle="",
                label="区分度偏低，宜复核",
            )
        )
        figure.legend(handles=keys, loc="outside lower center", ncols=len(keys))
        leave_room(figure, notice)
        label_points(
            axes, [(row.difficulty * 100, row.item_rest, row.item, INK) for row in items.itertuples()], [line]
        )
        weak = items.loc[~(items["item_rest"] >= LOW_DISCRIMINATION), "item"]
        told = f"共{len(items)}题，难度{number(items['difficulty'].min() * 100)}%至{number(items['difficulty'].max() * 100)}%"
        told += (
            f"；区分度低于{LOW_DISCRIMINATION}：{'、'.join(weak)}"
            if len(weak)
            else f"；区分度均不低于{LOW_DISCRIMINATION}"
        )
        return chart(figure, "item-map", "题目的难度与区分度", told, notice)


def item_answers(items: pd.DataFrame, notice: str = "") -> Chart:
    """Share of right, wrong, don't know and missing answers (%) of each item, stacked, easiest first."""
    blank = (1 - items[["difficulty", "wrong", "dont_know"]].sum(axis=1)).clip(lower=0)
    shares = items.assign(blank=blank).sort_values("difficulty", kind="stable")
    drawn, note = on_a_page(list(-shares["difficulty"]), 22, 5.5)
    shares = shares.iloc[drawn].reset_index(drop=True)
    with drawing(22 + 5.5 * len(shares)) as figure:
        axes = figure.add_subplot()
        start = pd.Series(0.0, index=shares.index)
        for column, label, colour, hatch in _ANSWERS:
            width = shares[column] * 100
            axes.barh(shares.index, width, left=start, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.4, label=label, clip_on=False)  # fmt: skip
            start = start + width
        for place, share in shares["difficulty"].items():
            axes.annotate(f"{number(share * 100)}%", (0, place), (3, 0), textcoords="offset points", fontsize=7,
                          va="center", color=PAPER if share > 0.08 else INK)  # fmt: skip
        axes.set_yticks(shares.index, shares["item"])
        axes.set_xlim(0, 100)
        axes.set_ylim(-0.6, len(shares) - 0.4)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%")
        bare(axes, "bottom")
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=len(_ANSWERS))
        told = "；".join(f"{row.item}答对{number(row.difficulty * 100)}%、不知道{number(row.dont_know * 100)}%"
                        for row in shares[::-1].itertuples())  # fmt: skip
        return chart(figure, "item-answers", "各题的作答情况", told, notice, note)


def information_curve(ability: NDArray, information: NDArray, items: pd.DataFrame, notice: str = "") -> Chart:
    """Information of the test by ability, the items' difficulties as ticks below: where there are none it is blind.

    ``items``: those of :class:`kepu_eval.survey.ItemResponses`.
    """
    with drawing(62) as figure:
        axes = figure.add_subplot()
        axes.plot(ability, information, color=ACCENT, linewidth=1.8)
        inside = items["difficulty"].between(ability[0], ability[-1])
        axes.plot(
            items.loc[inside, "difficulty"],
            [0] * int(inside.sum()),
            "|",
            color=INK,
            markersize=9,
            clip_on=False,
        )
        axes.set_xlim(ability[0], ability[-1])
        axes.set_ylim(bottom=0)
        axes.set_xlabel("能力（均值为零，标准差为一）")
        axes.set_ylabel("信息量")
        axes.grid(visible=True)
        figure.legend(handles=[
            Line2D([], [], color=ACCENT, label="全卷信息量"),
            Line2D([], [], color=INK, marker="|", linestyle="", markersize=9, label="各题难度"),
        ], loc="outside lower center", ncols=2)  # fmt: skip
        top = int(information.argmax())
        told = f"能力{number(ability[top], 2)}处信息量最大，为{number(information[top], 2)}"
        return chart(figure, "item-information", "全卷信息量", told, notice)
