"""The level: the share of literate citizens with its uncertainty computed two ways, by group, against the target."""

from __future__ import annotations

import pandas as pd

from kepu_eval.report.blocks import Blocks, Column, Fact, prose, table
from kepu_eval.report.explorer.profile import HIDDEN
from kepu_eval.report.explorer.study import Study
from kepu_eval.report.figures import group_shares
from kepu_eval.survey import SMALLEST_GROUP, verdict
from kepu_eval.survey.reading import LITERATE, share_with_missing_as_zero
from kepu_eval.survey.target import MEANING


def level(study: Study) -> Blocks:
    """Overall and by group: estimate, interval, standard errors by linearisation and by the bootstrap, deff, n."""
    facts, overall = study.facts, study.overall
    replicates = study.design.replicates("bootstrap", study.replicates, study.seed)
    again = replicates.proportion(LITERATE, confidence=study.confidence).iloc[0]
    figures = facts.estimates("估计.全体", overall, "全体")
    boot = _bootstrap(study, "估计.全体", "全体", again["se"])
    told = prose(
        "全体公民具备科学素质的比例为{estimate}，{confidence}置信区间{ci_low}至{ci_high}，样本量{n}；"
        "方差为同样人数简单随机抽样的{deff}倍（设计效应），自由度{df}。"
        "抽样误差的大小（标准误）用两种算法：按公式（泰勒线性化）为{se}，按{times}反复重抽的样本（Rao–Wu自助法）为{boot}；"
        "两者相近，说明区间可靠，相差大时先核对数据中层、抽样单位和权数各列。",
        confidence=confidence_fact(study),
        times=facts.count("估计.重复次数", study.replicates, "自助重复次数", unit="组", formula=f"种子{study.seed}"),
        boot=boot,
        **figures,
    )  # fmt: skip
    rows = [["全体", "全体", *_cells(figures, boot)]]
    shown = []
    for title, column in study.domains.items():
        estimates = study.by(column)
        errors = replicates.proportion(LITERATE, by=column)["se"]
        for (_, row), se in zip(estimates.iterrows(), errors, strict=True):
            name, id_ = row["group"], f"估计.{title}.{row['group']}"
            if row["suppressed"]:
                rows.append([title, name, *[HIDDEN] * 7])
                continue
            if pd.isna(row["ci_low"]):  # a share of exactly 0 or 1 shows no error of its own
                row, se = row.copy(), float("nan")
                row["se"] = se
            used = facts.estimates(id_, row, name, column)
            rows.append([title, name, *_cells(used, _bootstrap(study, id_, name, se, column))])
            if not pd.isna(row["ci_low"]):
                shown.append(
                    {
                        "title": title,
                        "group": name,
                        **{k: row[k] * 100 for k in ("estimate", "ci_low", "ci_high")},
                    }
                )
    heads = ("比例", "标准误", "重复法标准误", "置信下限", "置信上限", "设计效应", "样本量")
    listing = table(
        "estimates",
        "公民具备科学素质的比例：全体和分人群",
        [Column(title="分组", align="center", width=0.9), Column(title="人群", align="center", width=1.5), *(Column(title=h, align="right") for h in heads)],
        rows,
        note=f"标准误按公式（泰勒线性化），重复法标准误按反复重抽的样本（自助法）；置信区间为logit法，不会超出零至百分之百。样本量不足{SMALLEST_GROUP}的人群不单列，必要时另有一类一并不列，以免由全体推算；比例为零或百分之百的没有区间。",
    )  # fmt: skip
    chart = group_shares(pd.DataFrame(shown), overall["estimate"] * 100, study.target * 100, study.notice)
    return Blocks([told, *_missing_as_zero(study), listing, chart] if shown else [told, listing])


def verdict_on_target(study: Study) -> Blocks:
    """One of four verdicts against the target, and what it means."""
    row = study.overall
    found = verdict(row["estimate"], row["ci_low"], row["ci_high"], study.target)
    figures = study.facts.estimates("估计.全体", row, "全体")
    return Blocks([
        prose("对照目标{target}：估计值{estimate}，置信区间{low}至{high}，判定为“{verdict}”——{meaning}。",
              target=target_fact(study), estimate=figures["estimate"], low=figures["ci_low"], high=figures["ci_high"],
              verdict=found, meaning=MEANING[found])
    ])  # fmt: skip


def target_fact(study: Study) -> Fact:
    """The target, as given."""
    return Fact(
        id="目标", value=study.target * 100, unit="%", digits=1, label="目标", formula="笔记本参数 target"
    )


def confidence_fact(study: Study) -> Fact:
    """The confidence level, as given."""
    return Fact(
        id="置信水平",
        value=round(study.confidence * 100, 6),
        unit="%",
        label="置信水平",
        formula="笔记本参数 confidence",
    )


def _bootstrap(study: Study, id_: str, name: str, se: float, *columns: str) -> Fact:
    how = f"Rao–Wu自助法，{study.replicates}组重复权数，种子{study.seed}"
    fact = study.facts.percent(
        f"{id_}.重复法", se, f"{name}·重复法标准误", how, *study.facts.design_columns, *columns
    )
    return fact.model_copy(update={"digits": 2})


def _cells(figures: dict[str, Fact], boot: Fact) -> list[Fact]:
    return [
        figures["estimate"],
        figures["se"],
        boot,
        *(figures[k] for k in ("ci_low", "ci_high", "deff", "n")),
    ]


def _missing_as_zero(study: Study):  # noqa: ANN202 - blocks
    if study.survey.data[LITERATE].isna().any():
        row = share_with_missing_as_zero(study.survey).iloc[0]
        share = study.facts.percent(
            "估计.缺答计零",
            row["estimate"],
            "缺答按0分计的比例",
            "缺答按不具备计（设计权数）",
            *study.facts.design_columns,
        )
        yield prose("缺答者按不具备科学素质计时，比例为{share}（设计权数），供对照。", share=share)
