"""Reading a survey: a folder with ``survey.yaml`` and the respondents' file it names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from kepu_eval.survey.design import SurveyDesign, SurveyError

LITERATE = "literate"
_AGES = (18, 69)


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
    data = pd.read_csv(file)
    columns = about["columns"]
    missing = [name for name in columns.values() if name and name not in data]
    if missing:
        raise SurveyError(f"“{file.name}”缺少列：{'、'.join(missing)}，请检查 survey.yaml 的 columns")
    score = data[columns["score"]]
    wrong = data.index[(score < 0) | (score > 100)]
    if len(wrong):
        raise SurveyError(f"“{file.name}”第{wrong[0] + 2}行得分{score[wrong[0]]:g}越界，得分应在0—100之间")
    data, notes = _prepared(data, columns)
    threshold = float(about.get("threshold", 70))
    data = data.assign(
        **{LITERATE: (data[columns["score"]] >= threshold).where(data[columns["score"]].notna())}
    )
    data[LITERATE] = data[LITERATE].astype(float)
    weighted = bool(columns.get("weight"))
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
