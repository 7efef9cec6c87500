"""Reading a survey: a folder with ``survey.yaml`` and the respondents' file it names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from kepu_eval.personal_data import masked, personal_data
from kepu_eval.survey.design import SurveyDesign, SurveyError
from kepu_eval.survey.disclosure import SMALLEST_GROUP
from kepu_eval.survey.tables import read_table

LITERATE = "literate"
_AGES = (18, 69)
_LISTED = 8


@dataclass(frozen=True)
class Survey:
    """A survey as read: respondents aged 18–69 with a ``literate`` column, and what is said about it.

    ``notes`` tell in Chinese what was left out; ``threshold`` is the score that counts as literate (inclusive).
    """

    label: str
    published: dt.date
    threshold: float
    data: pd.DataFrame
    design: SurveyDesign | None
    groups: dict[str, str]
    simulated: bool
    file: Path
    notes: tuple[str, ...] = field(default=())


def read_survey(folder: str | Path) -> Survey:
    """Read and prepare a survey; :class:`SurveyError` in Chinese when it cannot be used.

    Without a weight column the survey is described only (``design`` is ``None``): an unweighted share must not
    stand for the district. Respondents outside 18–69 and repeated ids are left out and counted.
    """
    folder = Path(folder)
    about = _about(folder / "survey.yaml")
    file = folder / about["file"]
    if not file.is_file():
        raise SurveyError(f"找不到调查数据“{file.name}”，请检查 survey.yaml 的 file")
    data = read_table(file)
    columns = about["columns"]
    missing = [name for name in columns.values() if name and name not in data]
    if missing:
        raise SurveyError(f"“{file.name}”缺少列：{'、'.join(missing)}，请检查 survey.yaml 的 columns")
    _refuse_personal_data(data, file)
    numeric = [columns[key] for key in ("score", "weight", "age") if columns.get(key)]
    data = data.assign(**{name: _numbers(data[name], file) for name in numeric})
    score = data[columns["score"]]
    wrong = data.index[(score < 0) | (score > 100)]
    if len(wrong):
        raise SurveyError(f"“{file.name}”{_rows(wrong, score)}得分越界，得分应在0—100之间，请核对后重报")
    data, notes = _prepared(data, columns)
    threshold = float(about.get("threshold", 70))
    score = data[columns["score"]]
    data = data.assign(**{LITERATE: (score >= threshold).where(score.notna()).astype(float)})
    if score.isna().any():
        notes += (
            f"缺答率{score.isna().mean():.1%}（{int(score.isna().sum())}例），请确认缺答规则：本次剔除缺答；按0分计另见对照估计",
        )
    weighted = bool(columns.get("weight"))
    if not weighted:
        notes += ("无权重：仅描述样本，不判公民具备科学素质比例是否达标，请补充权重列",)
    design = SurveyDesign(data, columns["weight"], columns["stratum"], columns["psu"]) if weighted else None
    return Survey(
        label=about["label"],
        published=dt.date.fromisoformat(str(about["published"])),
        threshold=threshold,
        data=data,
        design=design,
        groups=dict(about.get("groups", {})),
        simulated=about.get("simulated") is True,
        file=file,
        notes=notes,
    )


def small_groups(survey: Survey, minimum: int = SMALLEST_GROUP) -> list[str]:
    """Groups with fewer respondents than can be shown alone, each with what is to be said of it."""
    told = []
    for title, column in survey.groups.items():
        sizes = survey.data.loc[survey.data[LITERATE].notna(), column].value_counts(sort=False)
        told += [f"{title}“{name}”n={n}，不单列" for name, n in sizes.items() if n < minimum]
    return told


def share_with_missing_as_zero(survey: Survey) -> pd.DataFrame:
    """The literate share when a missing answer counts as not literate: the other of the two rules (C66).

    Columns as :meth:`SurveyDesign.proportion`; :class:`SurveyError` without weights.
    """
    if survey.design is None:
        raise SurveyError("无权重：仅描述样本，不作加权估计，请补充权重列")
    filled = replace(survey.design, data=survey.data.assign(**{LITERATE: survey.data[LITERATE].fillna(0.0)}))
    return filled.proportion(LITERATE)


def _refuse_personal_data(data: pd.DataFrame, file: Path) -> None:
    for name in data.columns:
        kinds = {kind for kind in map(personal_data, data[name]) if kind}
        if kinds:
            raise SurveyError(
                f"“{file.name}”列“{masked(str(name))}”疑含{'、'.join(sorted(kinds))}，请删除该列个人信息后重报"
            )


def _numbers(column: pd.Series, file: Path) -> pd.Series:
    """The column as numbers; blanks are missing, anything else that is no number is named."""
    numbers = pd.to_numeric(column, errors="coerce")
    wrong = column.index[numbers.isna() & column.notna() & column.astype(str).str.strip().ne("")]
    if len(wrong):
        raise SurveyError(f"“{file.name}”列“{column.name}”{_rows(wrong, column)}不是数字，请核对后重报")
    return numbers


def _rows(index: pd.Index, values: pd.Series) -> str:
    """Rows of the file as its reader counts them (the head is row 1), with what stands there."""
    shown = "、".join(f"第{n + 2}行（{values[n]}）" for n in index[:_LISTED])
    return shown + (f"等{len(index)}行" if len(index) > _LISTED else "")


def _about(file: Path) -> dict[str, Any]:
    try:
        about = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SurveyError(f"找不到“{file}”，调查文件夹中应有 survey.yaml") from error
    except yaml.YAMLError as error:
        raise SurveyError(f"“{file.name}”不是有效的YAML，请检查缩进和冒号") from error
    lost = [name for name in ("label", "published", "file", "columns") if name not in (about or {})]
    if lost:
        raise SurveyError(f"“{file.name}”缺少：{'、'.join(lost)}")
    return about


def _prepared(data: pd.DataFrame, columns: dict[str, str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    notes = []
    if columns.get("id"):
        repeated = data[columns["id"]].duplicated()
        if repeated.any():
            notes.append(f"去重{int(repeated.sum())}例")
        data = data[~repeated]
    if columns.get("age"):
        outside = ~data[columns["age"]].between(*_AGES)
        if outside.any():
            notes.append(f"剔除年龄不符{int(outside.sum())}例")
        data = data[~outside]
    return data.reset_index(drop=True), tuple(notes)
