"""Who is in the sample, and who did not answer what."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kepu_eval.report.blocks import Block, Blocks, Cell, Cover, Fact, prose, table
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
    )
    return Blocks([title, inputs(study.parameters, survey_inputs(surveys))])


def profile(study: Study) -> Blocks:
    """Size and design of the sample, and its composition, unweighted beside weighted."""
    return Blocks([*_sample(study), _composition(study)])


def _sample(study: Study) -> Iterator[Block]:
    survey, facts = study.survey, study.facts
    yield prose(
        "{label}于{published}发布，工具为“{instrument}”。数据文件共{received}，用于估计的有{used}；"
        + ("误差用数据所附的{replicates}计算，自由度{df}。" if isinstance(study.design, Replicates)
           else "抽样分{strata}，最先抽取的有{psus}；误差按这一抽样设计计算，自由度{df}。"),
        label=survey.label,
        published=chinese_date(survey.published),
        instrument=survey.instrument or "未注明",
        received=facts.count("样本.记录", survey.received, "数据文件记录数", unit="条"),
        used=facts.count(
            "样本.有效", int(survey.data[LITERATE].notna().sum()), facts.answered, *facts.design_columns
        ),
        **_selection(study),
    )  # fmt: skip
    for note in survey.notes:
        yield prose(note.replace("{", "{{").replace("}", "}}") + "。", role="note")


def _selection(study: Study) -> dict[str, Fact]:
    """How the sample was drawn: strata, units and degrees of freedom, or the replicate weights that stand for them."""
    facts, design, columns = study.facts, study.design, study.survey.mapping.columns
    if isinstance(design, Replicates):
        given = study.survey.mapping.replicates.columns
        return {
            "replicates": facts.count("样本.重复权数", design.change.shape[1], "重复权数组数", *given, unit="组重复权数"),
            "df": facts.number("样本.自由度", design.df, "自由度", "重复权数的秩−1，或数据说明给出的", *given),
        }  # fmt: skip
    stage = design.stages[0]
    return {
        "strata": facts.count("样本.层", len(stage.size), "层数", columns.stratum, unit="层"),
        "psus": facts.count("样本.单位", len(stage.group), "初级抽样单位数", columns.psu, unit="个初级抽样单位"),
        "df": facts.number("样本.自由度", design.df, "设计自由度", "初级抽样单位数−层数", columns.stratum, columns.psu),
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


def missingness(study: Study) -> Blocks:
    """What is missing by variable, and who leaves answers out most."""
    survey, facts = study.survey, study.facts
    data, key = survey.data, survey.key
    wanted = {"得分" if survey.score else survey.outcome.name: survey.score or LITERATE, **study.domains}
    rows = []
    for title, column in wanted.items():
        absent = int(data[column].isna().sum())
        rows.append([title, *_missing(study, f"缺失.{title}", absent, len(data), title, column)])
    blocks: list[Block] = []
    if key:
        blank = data[key.names].isna() | data[key.names].eq("")
        cells = int(blank.to_numpy().sum())
        rows.append(
            ["各题作答", *_missing(study, "缺失.题目", cells, blank.size, "各题作答", *key.names, unit="格")]
        )
        broken = int((blank.mean(axis=1) > 0.5).sum())
        some = int(blank.any(axis=1).sum())
        blocks.append(
            prose(
                "{some}的答卷有空题，其中{broken}空题过半；空题按“{rule}”处理。",
                some=facts.percent("缺失.有空题", some / len(data), "有空题的答卷比例", "有空题的人数÷样本", *key.names),
                broken=facts.count("缺失.空题过半", broken, "空题过半的人数", *key.names) if broken >= SMALLEST_GROUP or not broken
                else "不足三十人",
                rule="不得分" if key.missing == "zero" else "不计总分",
            )
        )  # fmt: skip
    listing = table(
        "missing",
        "缺失情况",
        "变量^1.4 | 缺失数> | 缺失率>",
        rows,
        note="缺失不按零处理：缺结果的不进分子分母，缺分组的不进该分组。",
    )  # fmt: skip
    return Blocks([listing, *blocks])


def _missing(
    study: Study, fact_id: str, absent: int, whole: int, label: str, *columns: str, unit: str = "条"
) -> list:
    facts = study.facts
    return [
        facts.count(f"{fact_id}.n", absent, f"{label}缺失数", *columns, unit=unit),
        facts.percent(f"{fact_id}.率", absent / whole, f"{label}缺失率", "缺失数÷应答数", *columns),
    ]
