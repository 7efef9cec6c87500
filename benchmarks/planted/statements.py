"""Defects in 任务自查: answers, self-ratings, sizes and words that contradict each other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.planted.pages import YEARS, Pages, Planted
from kepu_eval.returns import layout


def statement(fits: Callable[[dict], bool], change: Callable[[dict, np.random.Generator], dict], what: str):
    def spoil(pages: Pages, rng: np.random.Generator) -> Planted | None:
        titles, chosen = pages.titles(layout.TASKS), []
        for row in pages.rows(layout.TASKS):
            told = {title: pages.cell(layout.TASKS, row, title).value for title in titles}
            if told["自评"] and fits(told):
                chosen.append((row, told))
        if not chosen:
            return None
        row, told = chosen[int(rng.integers(len(chosen)))]
        for title, value in change(told, rng).items():
            pages.cell(layout.TASKS, row, title).value = value
        return pages.planted(f"{what} {change(told, np.random.default_rng(0))}", {layout.TASKS: row})

    return spoil


def in_text(text: str) -> Callable:
    """Such a text in 进展说明 of a commitment that is answered 有 throughout."""
    return statement(all_say("有"), lambda told, rng: {"进展说明": text}, "文字")


def yearly(told: dict) -> bool:
    return told["2023年"] in ("有", "无")


def all_say(word: str) -> Callable[[dict], bool]:
    return lambda told: all(told[year] == word for year in YEARS)


def pick(*texts: str) -> Callable[[np.random.Generator], str]:
    return lambda rng: str(rng.choice(texts))


NOTHING = pick(
    "未开展。",
    "尚未开展，正在与有关单位沟通。",
    "因人员变动，此项工作没有开展。",
    "暂未开展",
    "受场地限制尚未启动。",
)
HELD = pick(
    "{y}年举办讲座3期，参加180人。", "{y}年5月在社区开展宣传活动2场，120人次参加。", "{y}年共组织培训4次。"
)
