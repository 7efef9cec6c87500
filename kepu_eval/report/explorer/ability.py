"""Item response: how hard each question is and how sharply it tells people apart, on one scale of ability."""

from __future__ import annotations

from typing import Any

import numpy as np

from kepu_eval.report.blocks import Blocks, table
from kepu_eval.report.explorer.study import Study, reason
from kepu_eval.report.figures import information_curve

_ABILITY = np.linspace(-3, 3, 121)
_HOW = "两参数logistic模型，边际极大似然（Gauss–Hermite 21点）"
_COLUMNS = (
    ("difficulty", "难度", "难度：有一半把握答对的能力"),
    ("se_difficulty", "难度标准误", "观测信息阵"),
    ("discrimination", "区分度", "难度处答对概率曲线的陡度"),
    ("se_discrimination", "区分度标准误", "观测信息阵"),
)


def ability_words(study: Study) -> dict[str, Any]:
    """How well the two models fit and where the test measures best; ``不能``: why there is no model, where there are answers."""
    if not isinstance(study.item_models, tuple):
        return {"有": False, "不能": reason(study.item_models)}
    model, simple = study.item_models
    facts, information = study.facts, model.information(_ABILITY)
    best, used = float(_ABILITY[information.argmax()]), facts.design_columns
    return {
        "有": True,
        "AIC": facts.number("反应.AIC", model.aic, "两参数模型AIC", _HOW, *used, digits=1),
        "AIC_Rasch": facts.number("反应.AIC.Rasch", simple.aic, "Rasch模型AIC", "Rasch模型，边际极大似然", *used, digits=1),
        "最准": facts.number("反应.最准", best, "信息量最大处的能力", _HOW, *used, digits=2),
        "误差": facts.number("反应.误差", information.max() ** -0.5, "最小测量标准误", "1÷√信息量", *used, digits=2),
    }  # fmt: skip


def item_response(study: Study) -> Blocks:
    """The items' parameters and the information of the test; nothing without item answers."""
    if not isinstance(study.item_models, tuple):
        return Blocks([])
    model, facts = study.item_models[0], study.facts
    rows = [
        [row["item"], *(
            facts.number(f"反应.{row['item']}.{name}", row[name], f"{row['item']}·{label}", f"{_HOW}；{how}", row["item"], digits=2)
            for name, label, how in _COLUMNS
        )]
        for row in model.items.to_dict("records")
    ]  # fmt: skip
    listing = table(
        "item-response", "题目反应模型的参数", "题号^ | 难度> | 难度标准误> | 区分度> | 区分度标准误>", rows,
        note="模型不加权：说的是题目，不是人群。答“不知道”按未答对，空题按未作答。",
    )  # fmt: skip
    return Blocks(
        [listing, information_curve(_ABILITY, model.information(_ABILITY), model.items, study.notice)]
    )
