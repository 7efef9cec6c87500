"""The questions: how hard they are, how well they discriminate, how often people say they do not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kepu_eval.report.blocks import Block, Blocks, CellValue, Fact, table
from kepu_eval.report.explorer.study import Study
from kepu_eval.report.figures import item_answers, item_map
from kepu_eval.survey import AnswerKey
from kepu_eval.survey.reading import AT_THRESHOLD, DIMENSION, SCORE

_COLUMNS = (
    ("difficulty", "答对率", {"unit": "%", "digits": 1}, "加权答对人数÷作答人数"),
    ("item_rest", "区分度", {"digits": 2}, "与其余题目得分的相关"),
    ("alpha_if_deleted", "删后信度", {"digits": 2}, "删去本题后的克朗巴赫α"),
    ("dont_know", "不知道", {"unit": "%", "digits": 1}, "答“不知道”的加权比例"),
    ("missing", "空题", {"unit": "%", "digits": 1}, "空题的加权比例"),
)


def items(study: Study) -> Blocks:
    """Dimensions and the analysis of every item; nothing where there are none."""
    facts, key = study.facts, _analysed(study)
    if key is None:
        return Blocks([])
    weight, found = study.design.weight, study.items
    rows = []
    for row in found.to_dict("records"):
        name = row["item"]
        figures = [
            facts.number(
                f"题目.{name}.{field}",
                row[field] * (100 if look.get("unit") else 1),
                f"{name}·{label}",
                how,
                name,
                weight,
                **look,
            )
            for field, label, look, how in _COLUMNS
        ]
        rows.append([name, row["dimension"], *figures])
    listing = table(
        "items", "题目分析", "题号^ | 维度^1.4 | 答对率> | 区分度> | 删后信度> | 不知道> | 空题>", rows,
        note="区分度低于0.2的题目宜复核。题目分析说的是题目，不是人群；空题率高的题先查问卷和录入。",
    )  # fmt: skip
    return Blocks(
        [*_dimensions(study, key), listing, item_map(found, study.notice), item_answers(found, study.notice)]
    )


def item_words(study: Study) -> dict[str, Any]:
    """Number of items, reliability and mean; ``可分析``: whether there are item answers that make the outcome."""
    key = _analysed(study)
    if key is None:
        return {"可分析": False}
    facts, used = study.facts, study.facts.design_columns
    return {
        "可分析": True,
        "题数": facts.count("题目.题数", len(key.items), "题目数", unit="道题"),
        "信度": facts.number("题目.α", study.items.attrs["alpha"], "克朗巴赫α", "k/(k−1)·(1−Σ题方差÷总分方差)", *used, digits=2),
        "恰达标": facts.count("题目.恰达标", int(study.survey.data[AT_THRESHOLD].sum()), "得分恰为达标线的人数", *used),
        **_mean(study),
    }  # fmt: skip


def _analysed(study: Study) -> AnswerKey | None:
    """The key of the items whose answers make the outcome; ``None`` where there are none."""
    return study.survey.key if study.outcome.literacy else None


def _mean(study: Study) -> dict[str, Fact]:
    row = study.design.mean(study.survey.score or SCORE, confidence=study.confidence).iloc[0]
    facts, used = study.facts, study.facts.design_columns
    return {
        "均值": facts.number("得分.均值", row["estimate"], "平均得分", "加权均值", *used, unit="分", digits=1),
        "标准误": facts.number("得分.标准误", row["se"], "平均得分·标准误", "泰勒线性化，按层和初级抽样单位", *used, unit="分", digits=2),
    }  # fmt: skip


def _dimensions(study: Study, key: AnswerKey) -> Iterator[Block]:
    facts = study.facts
    rows: list[list[CellValue]] = []
    for name, points in key.weights.items():
        if DIMENSION + name not in study.survey.data:
            return  # the score was given, not computed
        row = study.design.mean(DIMENSION + name, confidence=study.confidence).iloc[0]
        rows.append([name, *(
            facts.number(f"维度.{name}.{part}", value, f"{name}·{label}", how, *facts.design_columns, digits=digits, unit=unit)
            for part, label, how, value, digits, unit in (
                ("满分", "满分", "题目表", points, 0, "分"), ("均值", "平均得分", "加权均值", row["estimate"], 1, "分"),
                ("得分率", "得分率", "平均得分÷满分", row["estimate"] / points * 100, 1, "%"),
                ("low", "置信下限", "t分布（设计自由度）", row["ci_low"], 1, "分"), ("high", "置信上限", "t分布（设计自由度）", row["ci_high"], 1, "分"))
        )])  # fmt: skip
    yield table(
        "dimensions",
        "各维度得分",
        "维度^1.4 | 满分> | 平均得分> | 得分率> | 置信下限> | 置信上限>",
        rows,
    )
