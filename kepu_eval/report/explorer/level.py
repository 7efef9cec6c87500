"""The level: the share with the outcome and its uncertainty, computed two ways, by group, against the target."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kepu_eval.report.blocks import Block, Blocks, Fact, table
from kepu_eval.report.explorer.profile import HIDDEN
from kepu_eval.report.explorer.study import Study, reason
from kepu_eval.report.figures import group_shares
from kepu_eval.survey import SMALLEST_GROUP, Replicates, SurveyError, verdict
from kepu_eval.survey.reading import LITERATE, share_with_missing_as_zero
from kepu_eval.survey.target import MEANING


def level(study: Study) -> Blocks:
    """Overall and by group: estimate, interval, standard errors by linearisation and by the bootstrap, deff, n."""
    again = study.again
    rows = [["全体", "全体", *_cells(overall_facts(study), _bootstrap(study, again, "估计.全体", "全体"))]]
    shown = []
    for title, column in study.domains.items():
        for (_, row), boot in zip(study.by(column).iterrows(), _errors(study, again, column), strict=True):
            cells, place = _group(study, again, title, column, row, boot)
            rows.append(cells)
            shown += place
    return Blocks([_listing(study, again, rows), *_chart(study, shown)])


def overall_facts(study: Study) -> dict[str, Fact]:
    """The share of everyone with its error, as Facts by the columns of the estimate."""
    return study.facts.estimates("估计.全体", study.overall, "全体")


def level_words(study: Study) -> dict[str, Any]:
    """The share of everyone and its error, by the formula and again by the bootstrap, if that can be; missing counted as 0."""
    figures, again = overall_facts(study), study.again
    checked = isinstance(again, Replicates)
    words = {
        "附权数": again is None,
        "复核": checked,
        "未复核原因": reason(again),
        "每组校准": bool(study.design.calibrations),
    }
    if checked:
        words["次数"] = study.facts.count(
            "估计.重复次数", study.replicates, "自助重复次数", unit="组", formula=f"种子{study.seed}"
        )
        words["重复法标准误"] = _bootstrap(study, again, "估计.全体", "全体")
    return words | {
        "估计值": figures["estimate"], "标准误": figures["se"], "区间下限": figures["ci_low"], "区间上限": figures["ci_high"],
        "样本量": figures["n"], "自由度": figures["df"], "设计效应": figures["deff"],
        "置信水平": confidence_fact(study), "缺答计零": _missing_as_zero(study),
    }  # fmt: skip


def _group(
    study: Study, again: Replicates | SurveyError | None, title: str, column: str, row: pd.Series, boot: float
) -> tuple[list, list[dict]]:
    """A group's row of the table and, if it has an interval, its place in the chart."""
    name, id_ = row["group"], f"估计.{title}.{row['group']}"
    if row["suppressed"]:
        return [title, name, *[HIDDEN] * len(_heads(again))], []
    known = not pd.isna(row["ci_low"])
    if not known:  # a share of exactly 0 or 1 shows no error of its own
        row, boot = row.copy(), float("nan")
        row["se"] = boot
    figures = study.facts.estimates(id_, row, name, column)
    cells = [title, name, *_cells(figures, _bootstrap(study, again, id_, name, boot, column))]
    place = {k: row[k] * 100 for k in ("estimate", "ci_low", "ci_high")}
    return cells, [{"title": title, "group": name, **place}] if known else []


def _heads(again: Replicates | SurveyError | None) -> list[str]:
    boot = ["重复法标准误"] if isinstance(again, Replicates) else []
    return ["比例", "标准误", *boot, "置信下限", "置信上限", "设计效应", "样本量"]


def _listing(study: Study, again: Replicates | SurveyError | None, rows: list[list]) -> Block:
    errors = "标准误按数据所附的重复权数" if again is None else "标准误按公式（泰勒线性化）"
    if isinstance(again, Replicates):
        errors += "，重复法标准误按反复重抽的样本（自助法）"
    return table(
        "estimates",
        f"{study.outcome.title}：全体和分人群",
        "分组^0.9 | 人群^1.5" + "".join(f" | {head}>" for head in _heads(again)),
        rows,
        note=f"{errors}；置信区间为logit法，不会超出零至百分之百。样本量不足{SMALLEST_GROUP}的人群不单列，必要时另有一类一并不列，以免由全体推算；比例为零或百分之百的没有区间。",
    )  # fmt: skip


def _chart(study: Study, shown: list[dict]) -> list[Block]:
    if not shown:
        return []
    target = None if study.target is None else study.target * 100
    overall = study.overall["estimate"] * 100
    return [group_shares(pd.DataFrame(shown), overall, target, study.notice, study.outcome.title)]


def verdict_words(study: Study) -> dict[str, Any]:
    """One of the four classes against the target, with what may be said of it; only ``有目标`` without one."""
    if study.target is None:
        return {"有目标": False}
    row = study.overall
    found = verdict(row["estimate"], row["ci_low"], row["ci_high"], study.target)
    return {"有目标": True, "目标": target_fact(study), "结论": found, "含义": MEANING[found]}


def target_fact(study: Study) -> Fact:
    """The target, as given; without a value where none is."""
    return Fact(
        id="目标",
        value=None if study.target is None else study.target * 100,
        unit="%",
        digits=1,
        label="目标",
        formula="变量对照表的 outcome.target 或笔记本参数 target",
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


def _errors(study: Study, again: Replicates | SurveyError | None, column: str | None = None) -> list[float]:
    """Bootstrap standard errors of the groups of a column; missing without replicates."""
    if not isinstance(again, Replicates):
        return [float("nan")] * len(study.design.domains(column))
    return list(again.proportion(LITERATE, by=column, confidence=study.confidence)["se"])


def _bootstrap(
    study: Study,
    again: Replicates | SurveyError | None,
    id_: str,
    name: str,
    se: float | None = None,
    *columns: str,
) -> Fact | None:
    if not isinstance(again, Replicates):
        return None
    how = f"Rao–Wu自助法，{study.replicates}组重复权数，种子{study.seed}"
    how += "，每组重新校准" if study.design.calibrations else ""
    se = _errors(study, again)[0] if se is None else se
    fact = study.facts.percent(
        f"{id_}.重复法", se, f"{name}·重复法标准误", how, *study.facts.design_columns, *columns
    )
    return fact.model_copy(update={"digits": 2})


def _cells(figures: dict[str, Fact], boot: Fact | None) -> list[Fact]:
    errors = [figures["se"]] if boot is None else [figures["se"], boot]
    return [figures["estimate"], *errors, *(figures[k] for k in ("ci_low", "ci_high", "deff", "n"))]


def _missing_as_zero(study: Study) -> Fact | str:
    """The share with those who gave no answer counted as without the outcome; empty where everybody answered."""
    if not study.survey.data[LITERATE].isna().any():
        return ""
    row = share_with_missing_as_zero(study.survey).iloc[0]
    how = "缺答按不具备计（设计权数）" if study.outcome.literacy else "缺答按没有计（设计权数）"
    return study.facts.percent(
        "估计.缺答计零", row["estimate"], "缺答计零的比例", how, *study.facts.design_columns
    )
