"""The weights: how unequal they are, and what raking to the census did to them."""

from __future__ import annotations

from typing import Any

from kepu_eval.report.blocks import Block, Blocks, CellValue, table
from kepu_eval.report.explorer.study import Study
from kepu_eval.report.figures import weight_spread
from kepu_eval.survey import weight_diagnostics
from kepu_eval.survey.reading import LITERATE, raked_variable

_DIAGNOSTICS = (
    ("effective_n", "有效样本量", "(Σw)²÷Σw²（Kish）", {"unit": "人"}),
    ("deff", "加权设计效应", "样本量÷有效样本量", {"digits": 2}),
    ("cv", "变异系数", "权数标准差÷均值", {"digits": 2}),
    ("largest", "最大权数÷均值", "最大权数÷平均权数", {"digits": 2}),
    ("smallest", "最小权数÷均值", "最小权数÷平均权数", {"digits": 2}),
    ("spread", "最大÷最小", "最大权数÷最小权数", {"digits": 1}),
    ("share_above_3_medians", "超过中位数3倍的占比", "权数超过中位数3倍的人数÷样本量", {"unit": "%", "digits": 1}),
)  # fmt: skip


def weights(study: Study) -> Blocks:
    """Diagnostics before and after raking, and each margin before and after."""
    before = study.survey.design
    if before is None or not study.design.calibrations:
        return Blocks([_diagnostics(study)])
    return Blocks([_diagnostics(study), _margins(study),
                   weight_spread(before.weights, study.design.weights, study.notice)])  # fmt: skip


def _diagnostics(study: Study) -> Block:
    after = weight_diagnostics(study.design)
    before = weight_diagnostics(study.survey.design or study.design)
    column = study.survey.mapping.columns.weight
    rows: list[list[CellValue]] = []
    for name, label, formula, look in _DIAGNOSTICS:
        scale = 100 if look.get("unit") == "%" else 1
        pair = [("设计", before), *([("校准", after)] if study.design.calibrations else [])]
        cells = [
            study.facts.number(
                f"权数.{which}.{label}",
                getattr(found, name) * scale,
                f"{which}权数·{label}",
                formula,
                column,
                **look,
            )
            for which, found in pair
        ]
        rows.append([label, *cells])
    return table(
        "weights",
        "权数诊断",
        "指标<1.6 | 设计权数>" + (" | 校准后权数>" if study.design.calibrations else ""),
        rows,
        note="权数越不相等，误差越大：有效样本量是误差与之相当的等权样本的人数，加权设计效应是方差为等权样本的几倍。",
    )


def weight_words(study: Study) -> dict[str, Any]:
    """How raking converged and what it did to the share; only ``已校准`` where no margins were given."""
    before = study.survey.design
    if before is None or not study.design.calibrations:
        return {"已校准": False}
    done, facts = study.design.calibrations[-1], study.facts
    plain = before.proportion(LITERATE, confidence=study.confidence).iloc[0]
    column = study.survey.mapping.columns.weight
    return {
        "已校准": True,
        "迭代": facts.count("校准.迭代", done.iterations, "校准迭代次数", column, unit="次", formula="牛顿法迭代"),
        "比值下限": facts.number("校准.比值下限", done.ratio.min(), "新旧权数之比·最小", "校准权数÷设计权数", column, digits=2),
        "比值上限": facts.number("校准.比值上限", done.ratio.max(), "新旧权数之比·最大", "校准权数÷设计权数", column, digits=2),
        "触限": facts.count("校准.触限", done.bounded, "触及上限的人数", column),
        "校准前": facts.percent("校准.前", plain["estimate"], "校准前的比例", "加权估计（设计权数）", *facts.design_columns),
        "校准后": facts.percent("校准.后", study.overall["estimate"], "校准后的比例", f"加权估计（{facts.weighting}）", *facts.design_columns),
    }  # fmt: skip


def _margins(study: Study) -> Block:
    titles = {column: title for title, column in study.survey.groups.items()}
    facts, rows = study.facts, []
    for row in study.design.calibrations[-1].fit.itertuples():
        title = titles[raked_variable(row.variable)]
        rows.append([title, row.category, *(
            facts.number(f"边际.{title}.{row.category}.{name}", round(value), f"{title}“{row.category}”{label}", how, row.variable, unit="人")
            for name, label, how, value in (("总体", "总体人数", "边际文件", row.population), ("前", "校准前加权人数", "设计权数之和", row.before),
                                            ("后", "校准后加权人数", "校准权数之和", row.after))
        )])  # fmt: skip
    return table("margins", "总体边际与加权人数", "变量^ | 类别^1.4 | 总体人数> | 校准前> | 校准后>", rows)
