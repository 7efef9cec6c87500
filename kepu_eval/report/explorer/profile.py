"""Who is in the sample, and who did not answer what."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kepu_eval.report.blocks import Block, Blocks, Cell, Cover, Fact, table
from kepu_eval.report.explorer.study import Study
from kepu_eval.report.inputs import inputs, survey_inputs
from kepu_eval.report.wording import chinese_date
from kepu_eval.survey import SMALLEST_GROUP, Replicates, suppressed
from kepu_eval.survey.reading import LITERATE

HIDDEN = Cell(text="不单列")


def cover(study: Study) -> Blocks:
    """Title block, and the machine-readable list of inputs."""
    survey = study.survey
    surveys = (survey, *((study.previous.survey,) if study.previous else ()))
    title = Cover(
        title=f"{survey.label}数据分析报告",
        organisation=study.organisation,
        date=study.report_date,
        notice=study.notice,
        contents=False,
        signed=True,
    )
    return Blocks([title, inputs(study.parameters, survey_inputs(surveys))])


def profile(study: Study) -> Blocks:
    """The composition of the sample, unweighted beside weighted."""
    return Blocks([_composition(study)])


def sample_words(study: Study) -> dict[str, Any]:
    """Size and design of the sample; ``附权数``: whether replicate weights of the file stand for the design."""
    survey, facts = study.survey, study.facts
    used = int(survey.data[LITERATE].notna().sum())
    return {
        "名称": survey.label, "发布日": chinese_date(survey.published), "工具": survey.instrument or "未注明", "说明": survey.notes,
        "记录": facts.count("样本.记录", survey.received, "数据文件记录数", unit="条"),
        "有效": facts.count("样本.有效", used, facts.answered, *facts.design_columns),
        "附权数": isinstance(study.design, Replicates), **_selection(study),
    }  # fmt: skip


def _selection(study: Study) -> dict[str, Fact]:
    """How the sample was drawn: strata, units and degrees of freedom, or the replicate weights that stand for them."""
    facts, design, columns = study.facts, study.design, study.survey.mapping.columns
    if isinstance(design, Replicates):
        told = study.survey.mapping.replicates
        given = told.columns if told else ()
        return {
            "重复权数": facts.count("样本.重复权数", design.change.shape[1], "重复权数组数", *given, unit="组重复权数"),
            "自由度": facts.number("样本.自由度", design.df, "自由度", "重复权数的秩−1，或数据说明给出的", *given),
        }  # fmt: skip
    stage = design.stages[0]
    return {
        "层": facts.count("样本.层", len(stage.size), "层数", columns.stratum, unit="层"),
        "单位": facts.count("样本.单位", len(stage.group), "初级抽样单位数", columns.psu, unit="个初级抽样单位"),
        "自由度": facts.number("样本.自由度", design.df, "设计自由度", "初级抽样单位数−层数", columns.stratum, columns.psu),
    }  # fmt: skip


def _composition(study: Study) -> Block:
    facts, data, rows = study.facts, study.survey.data, []
    for title, column in study.domains.items():
        sizes = data[column].value_counts(sort=False)
        sizes = sizes if isinstance(data[column].dtype, pd.CategoricalDtype) else sizes.sort_index()
        hidden = suppressed(sizes)
        weighted = study.design.weights, study.design.domains(column)
        shares = pd.Series(weighted[1].sums(weighted[0]) / weighted[0].sum(), index=list(weighted[1].names))
        for name, n in sizes.items():
            figures = [HIDDEN] * 3 if hidden[name] else [
                facts.count(f"构成.{title}.{name}.n", n, f"{title}“{name}”人数", column),
                facts.percent(f"构成.{title}.{name}.样本", n / len(data), f"{title}“{name}”占样本", "人数÷样本", column),
                facts.percent(f"构成.{title}.{name}.加权", shares[str(name)], f"{title}“{name}”加权占比",
                              f"权数之和÷全部权数（{facts.weighting}）", column, *facts.design_columns),
            ]  # fmt: skip
            rows.append([title, str(name), *figures])
    return table(
        "composition",
        "样本构成",
        "分组^0.8 | 人群^1.4 | 样本量> | 占样本> | 加权占比>",
        rows,
        note=f"加权占比与占样本相差大的人群，是抽样和答卷情况不同造成的。样本量不足{SMALLEST_GROUP}的不单列，"
        "必要时另有一类一并不列，以免被推算。",
    )


def missing_words(study: Study) -> dict[str, Any]:
    """How many respondents left questions blank; only ``有题目`` where there are no item answers."""
    data, key, facts = study.survey.data, study.survey.key, study.facts
    if not key:
        return {"有题目": False}
    blank = _blank(study)
    some, broken = int(blank.any(axis=1).sum()), int((blank.mean(axis=1) > 0.5).sum())
    return {
        "有题目": True, "空题不得分": key.missing == "zero", "过半不单列": 0 < broken < SMALLEST_GROUP,
        "有空题": facts.percent("缺失.有空题", some / len(data), "有空题的答卷比例", "有空题的人数÷样本", *key.names),
        "空题过半": "" if 0 < broken < SMALLEST_GROUP else facts.count("缺失.空题过半", broken, "空题过半的人数", *key.names),
    }  # fmt: skip


def _blank(study: Study) -> pd.DataFrame:
    key = study.survey.key
    answers = study.survey.data[key.names if key else []]
    return answers.isna() | answers.eq("")


def missingness(study: Study) -> Blocks:
    """What is missing by variable."""
    survey, data, key = study.survey, study.survey.data, study.survey.key
    wanted = {"得分" if survey.score else survey.outcome.name: survey.score or LITERATE, **study.domains}
    rows = []
    for title, column in wanted.items():
        absent = int(data[column].isna().sum())
        rows.append([title, *_missing(study, f"缺失.{title}", absent, len(data), title, column)])
    if key:
        blank = _blank(study)
        cells = int(blank.to_numpy().sum())
        rows.append(
            ["各题作答", *_missing(study, "缺失.题目", cells, blank.size, "各题作答", *key.names, unit="格")]
        )
    listing = table(
        "missing",
        "缺失情况",
        "变量^1.4 | 缺失数> | 缺失率>",
        rows,
        note="缺失不按零处理：缺结果的不进分子分母，缺分组的不进该分组。",
    )  # fmt: skip
    return Blocks([listing])


def _missing(
    study: Study, fact_id: str, absent: int, whole: int, label: str, *columns: str, unit: str = "条"
) -> list:
    facts = study.facts
    return [
        facts.count(f"{fact_id}.n", absent, f"{label}缺失数", *columns, unit=unit),
        facts.percent(f"{fact_id}.率", absent / whole, f"{label}缺失率", "缺失数÷应答数", *columns),
    ]
