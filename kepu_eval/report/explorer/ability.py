"""Item response: how hard each question is and how sharply it tells people apart, on one scale of ability."""

from __future__ import annotations

import numpy as np

from kepu_eval.report.blocks import Blocks, Column, prose, table
from kepu_eval.report.explorer.study import Study
from kepu_eval.report.figures import information_curve
from kepu_eval.survey import SurveyError, fit_items, marked
from kepu_eval.survey.scoring import MISSING, RIGHT

_ABILITY = np.linspace(-3, 3, 121)
_HOW = "两参数logistic模型，边际极大似然（Gauss–Hermite 21点）"
_COLUMNS = (
    ("difficulty", "难度", "难度：有一半把握答对的能力"),
    ("se_difficulty", "难度标准误", "观测信息阵"),
    ("discrimination", "区分度", "难度处答对概率曲线的陡度"),
    ("se_discrimination", "区分度标准误", "观测信息阵"),
)


def item_response(study: Study) -> Blocks:
    """Two-parameter logistic model beside Rasch's, and where the test measures well; nothing without item answers."""
    key = study.survey.key
    if key is None or study.survey.mapping.columns.score:
        return Blocks([])
    marks = marked(study.survey.data, key)
    right = (marks == RIGHT).astype(float).where(marks != MISSING)
    try:
        model, simple = fit_items(right, "2pl"), fit_items(right, "rasch")
    except SurveyError as error:
        return Blocks([prose(f"{error}。")])
    facts, information = study.facts, model.information(_ABILITY)
    best = float(_ABILITY[information.argmax()])
    told = prose(
        "把能力和题目难度放在同一把尺上（能力均值为零、标准差为一）。各题区分度可以不同的模型（两参数模型），与数据不合的程度（AIC，小者较合）为{aic}；"
        "各题区分度相同的模型（Rasch模型）为{rasch}。全卷在能力{best}处测得最准，误差的大小（测量标准误）为{error}。",
        aic=facts.number("反应.AIC", model.aic, "两参数模型AIC", _HOW, *facts.design_columns, digits=1),
        rasch=facts.number("反应.AIC.Rasch", simple.aic, "Rasch模型AIC", "Rasch模型，边际极大似然", *facts.design_columns, digits=1),
        best=facts.number("反应.最准", best, "信息量最大处的能力", _HOW, *facts.design_columns, digits=2),
        error=facts.number("反应.误差", information.max() ** -0.5, "最小测量标准误", "1÷√信息量", *facts.design_columns, digits=2),
    )  # fmt: skip
    rows = [
        [row["item"], *(
            facts.number(f"反应.{row['item']}.{name}", row[name], f"{row['item']}·{label}", f"{_HOW}；{how}", row["item"], digits=2)
            for name, label, how in _COLUMNS
        )]
        for row in model.items.to_dict("records")
    ]  # fmt: skip
    listing = table(
        "item-response", "题目反应模型的参数",
        [Column(title="题号", align="center"), *(Column(title=label, align="right") for _, label, _ in _COLUMNS)], rows,
        note="模型不加权：说的是题目，不是人群。答“不知道”按未答对，空题按未作答。",
    )  # fmt: skip
    return Blocks([told, listing, information_curve(_ABILITY, information, model.items, study.notice)])
