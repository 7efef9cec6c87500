"""The questions: how hard they are, how well they discriminate, how often people say they do not know."""

from __future__ import annotations

from kepu_eval.report.blocks import Blocks, Column, prose, table
from kepu_eval.report.explorer.study import Study
from kepu_eval.report.figures import item_answers, item_map
from kepu_eval.survey import item_analysis
from kepu_eval.survey.reading import AT_THRESHOLD, DIMENSION

_COLUMNS = (
    ("difficulty", "答对率", {"unit": "%", "digits": 1}, "加权答对人数÷作答人数"),
    ("item_rest", "区分度", {"digits": 2}, "与其余题目得分的相关"),
    ("alpha_if_deleted", "删后信度", {"digits": 2}, "删去本题后的克朗巴赫α"),
    ("dont_know", "不知道", {"unit": "%", "digits": 1}, "答“不知道”的加权比例"),
    ("missing", "空题", {"unit": "%", "digits": 1}, "空题的加权比例"),
)


def items(study: Study) -> Blocks:
    """Reliability, dimensions and the analysis of every item; a plain statement where only scores were given."""
    survey, facts, key = study.survey, study.facts, study.survey.key
    if not survey.outcome.literacy:
        return Blocks([prose("结果变量取自数据中的一列，不由题目计分，不作题目分析。")])
    if key is None:
        return Blocks([prose("数据只有得分，没有逐题作答和题目表（items），不作题目分析。")])
    weight = study.design.weight
    found = item_analysis(study.design.data, key, weight)
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
    told = prose(
        "{count}，各题测量同一素质的一致程度（内部一致性信度，克朗巴赫α）为{alpha}。平均得分{mean}，抽样误差的大小（标准误）为{se}；得分恰为达标线的有{edge}，按“达到即计入”处理。",
        count=facts.count("题目.题数", len(key.items), "题目数", unit="道题"),
        alpha=facts.number("题目.α", found.attrs["alpha"], "克朗巴赫α", "k/(k−1)·(1−Σ题方差÷总分方差)", *facts.design_columns, digits=2),
        **_mean(study),
        edge=facts.count("题目.恰达标", int(survey.data[AT_THRESHOLD].sum()), "得分恰为达标线的人数", *facts.design_columns),
    )  # fmt: skip
    listing = table(
        "items", "题目分析", [Column(title="题号", align="center"), Column(title="维度", align="center", width=1.4),
                          *(Column(title=label, align="right") for _, label, _, _ in _COLUMNS)], rows,
        note="区分度低于0.2的题目宜复核。题目分析说的是题目，不是人群；空题率高的题先查问卷和录入。",
    )  # fmt: skip
    return Blocks(
        [told, *_dimensions(study), listing, item_map(found, study.notice), item_answers(found, study.notice)]
    )


def _mean(study: Study) -> dict:
    row = study.design.mean(study.survey.score, confidence=study.confidence).iloc[0]
    facts, used = study.facts, study.facts.design_columns
    return {
        "mean": facts.number("得分.均值", row["estimate"], "平均得分", "加权均值", *used, unit="分", digits=1),
        "se": facts.number("得分.标准误", row["se"], "平均得分·标准误", "泰勒线性化，按层和初级抽样单位", *used, unit="分", digits=2),
    }  # fmt: skip


def _dimensions(study: Study):  # noqa: ANN202 - blocks
    facts, rows = study.facts, []
    for name, points in study.survey.key.weights.items():
        if DIMENSION + name not in study.survey.data:
            return  # the score was given, not computed
        row = study.design.mean(DIMENSION + name, confidence=study.confidence).iloc[0]
        rows.append([name, *(
            facts.number(f"维度.{name}.{key}", value, f"{name}·{label}", how, *facts.design_columns, digits=digits, unit=unit)
            for key, label, how, value, digits, unit in (
                ("满分", "满分", "题目表", points, 0, "分"), ("均值", "平均得分", "加权均值", row["estimate"], 1, "分"),
                ("得分率", "得分率", "平均得分÷满分", row["estimate"] / points * 100, 1, "%"),
                ("low", "置信下限", "t分布（设计自由度）", row["ci_low"], 1, "分"), ("high", "置信上限", "t分布（设计自由度）", row["ci_high"], 1, "分"))
        )])  # fmt: skip
    heads = ("满分", "平均得分", "得分率", "置信下限", "置信上限")
    yield table(
        "dimensions",
        "各维度得分",
        [Column(title="维度", align="center", width=1.4), *(Column(title=h, align="right") for h in heads)],
        rows,
    )
