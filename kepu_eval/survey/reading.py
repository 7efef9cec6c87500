"""Reading a survey: a mapping file (``survey.yaml``) and the respondents' file it names, checked and prepared."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from kepu_eval.survey.answer_key import AnswerKey, read_key
from kepu_eval.survey.checking import numbers, refuse_personal_data, rows
from kepu_eval.survey.design import SurveyDesign
from kepu_eval.survey.disclosure import SMALLEST_GROUP
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.formats import read_responses
from kepu_eval.survey.grouping import focused, grouped, named_areas
from kepu_eval.survey.mapping import Mapping, read_mapping
from kepu_eval.survey.margins import read_margins
from kepu_eval.survey.scoring import LITERATE, scored

SCORE = "score"
DIMENSION = "维度."
AT_THRESHOLD = "at_threshold"
_NUMERIC = ("score", "weight", "fpc", "age")


@dataclass(frozen=True)
class Survey:
    """A survey as read: respondents of the target ages with a ``literate`` column, and what is said about it.

    ``groups``: titles of the groupings and the columns that hold them, categories in their order. ``focus``: names of
    groups of people and their columns, with the categories 是 and 否. ``key``: the questionnaire's, where the mapping
    names one; a score computed by it stands in ``score``, points of a dimension in 维度.x. ``notes`` tell in Chinese what was left out. ``design`` is ``None`` without weights. ``received``: rows in the file before that.
    """

    mapping: Mapping
    mapping_file: Path
    file: Path
    data: pd.DataFrame
    design: SurveyDesign | None
    groups: dict[str, str]
    focus: dict[str, str]
    received: int
    key: AnswerKey | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def label(self) -> str:
        """Name of the survey."""
        return self.mapping.label

    @property
    def published(self) -> dt.date:
        """Day of publication."""
        return self.mapping.published

    @property
    def year(self) -> int:
        """Year of the fieldwork."""
        return self.mapping.year or self.published.year

    @property
    def threshold(self) -> float:
        """Score that counts as literate (inclusive)."""
        return self.mapping.threshold

    @property
    def instrument(self) -> str:
        """Name of the questionnaire: what may stand in one series."""
        return self.mapping.instrument or (self.key.instrument if self.key else "")

    @property
    def simulated(self) -> bool:
        """Whether the data are made up."""
        return self.mapping.simulated

    @property
    def score(self) -> str:
        """Column of the score, 0–100."""
        return self.mapping.columns.score or SCORE

    @property
    def margins_file(self) -> Path | None:
        """Census margins, where the mapping names them."""
        return _beside(self.mapping_file, self.mapping.margins, "margins")

    @property
    def areas_file(self) -> Path | None:
        """Covariates of areas, where the mapping names them."""
        areas = self.mapping.areas
        return _beside(self.mapping_file, areas and areas.file, "areas.file")

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file the survey consists of."""
        key = _beside(self.mapping_file, self.mapping.items, "items")
        return tuple(filter(None, (self.mapping_file, self.file, key, self.margins_file, self.areas_file)))

    def name_of(self, file: Path) -> str:
        """A file of the survey as reports name it: with its folder, because rounds keep the same file names."""
        return f"{self.mapping_file.resolve().parent.name}/{file.name}"


def read_survey(path: str | Path) -> Survey:
    """Read and prepare a survey, given its folder or mapping file; :class:`SurveyError` in Chinese when unusable.

    Without a weight column the survey is described only (``design`` is ``None``): an unweighted share must not
    stand for the district. Respondents outside the target ages and repeated ids are left out and counted.
    """
    mapping_file, mapping = read_mapping(path)
    file, columns = mapping_file.parent / mapping.file, mapping.columns
    data, labels = read_responses(file, mapping.sheet)
    received = len(data)
    grouping = (*mapping.groups.values(), *mapping.focus.values())
    areas = [mapping.areas.column] if mapping.areas else []
    wanted = [*columns.model_dump().values(), *(group.column for group in grouping), *areas]
    missing = list(dict.fromkeys(name for name in wanted if name and name not in data))
    if missing:
        raise SurveyError(
            f"“{file.name}”缺少列：{'、'.join(missing)}，请检查变量对照表的 columns、groups 和 areas"
        )
    refuse_personal_data(data, file)
    numeric = [name for key in _NUMERIC if (name := getattr(columns, key))]
    data = data.assign(**{name: numbers(data[name], file) for name in numeric})
    if columns.score:
        _refuse_scores(data[columns.score], file)
    data, notes = _prepared(data, mapping)
    data, key = _scored(data, mapping_file, mapping)
    score = data[columns.score or SCORE]
    data, focus = focused(data, mapping, labels, file)
    data, groups = grouped(data, mapping, labels, file)
    data = named_areas(data, mapping, labels)
    if score.isna().any():
        notes += (
            f"缺答率{score.isna().mean():.1%}（{int(score.isna().sum())}例），请确认缺答规则：本次剔除缺答；按0分计另见对照估计",
        )
    if columns.weight is None:
        design = None
        notes += ("无权重：仅描述样本，不判公民具备科学素质比例是否达标，请补充权重列",)
    else:
        design = SurveyDesign(
            data, columns.weight, columns.stratum, columns.psu, columns.fpc, lonely=mapping.lonely
        )
    return Survey(mapping, mapping_file, file, data, design, groups, focus, received, key, notes)


def small_groups(survey: Survey, minimum: int = SMALLEST_GROUP) -> list[str]:
    """Groups with fewer respondents than can be shown alone, each with what is to be said of it."""
    told = []
    for title, column in survey.groups.items():
        sizes = survey.data.loc[survey.data[LITERATE].notna(), column].value_counts(sort=False)
        told += [f"{title}“{name}”n={n}，不单列" for name, n in sizes.items() if n < minimum]
    return told


def calibrated(survey: Survey, margins: Path | None = None) -> SurveyDesign | None:
    """The survey's design, raked to census margins where there are any (``margins``, or those the mapping names).

    Margins name variables by the titles of the mapping's groups. Raises :class:`SurveyError` for a title without a
    group and where raking fails; ``None`` without weights.
    """
    file = margins or survey.margins_file
    if survey.design is None or file is None:
        return survey.design
    known = read_margins(file)
    unknown = [title for title in known if title not in survey.groups]
    if unknown:
        raise SurveyError(
            f"“{file.name}”的 variable“{'、'.join(unknown)}”不在变量对照表的 groups 中，现有：{'、'.join(survey.groups)}"
        )
    return survey.design.rake({survey.groups[t]: m for t, m in known.items()}, trim=survey.mapping.trim)


def share_with_missing_as_zero(survey: Survey) -> pd.DataFrame:
    """The literate share when a missing answer counts as not literate: the other of the two rules (C66).

    Columns as :meth:`SurveyDesign.proportion`; :class:`SurveyError` without weights.
    """
    if survey.design is None:
        raise SurveyError("无权重：仅描述样本，不作加权估计，请补充权重列")
    filled = replace(survey.design, data=survey.data.assign(**{LITERATE: survey.data[LITERATE].fillna(0.0)}))
    return filled.proportion(LITERATE)


def _refuse_scores(score: pd.Series, file: Path) -> None:
    wrong = score.index[(score < 0) | (score > 100)]
    if len(wrong):
        raise SurveyError(f"“{file.name}”{rows(wrong, score, file)}得分越界，得分应在0—100之间，请核对后重报")


def _scored(
    data: pd.DataFrame, mapping_file: Path, mapping: Mapping
) -> tuple[pd.DataFrame, AnswerKey | None]:
    """The data with who is literate, by the score column or else by a score computed from the answers; and the key."""
    key_file = _beside(mapping_file, mapping.items, "items")
    key = None if key_file is None else read_key(key_file).model_copy(update={"threshold": mapping.threshold})
    if mapping.columns.score is None:
        points = scored(data, key)
        kept = points[[SCORE, LITERATE, AT_THRESHOLD]].join(points[list(key.weights)].add_prefix(DIMENSION))
        return data.drop(columns=[name for name in kept if name in data]).join(kept), key
    score = data[mapping.columns.score]
    literate = (score >= mapping.threshold).where(score.notna()).astype(float)
    return data.assign(**{LITERATE: literate, AT_THRESHOLD: score == mapping.threshold}), key


def _beside(mapping_file: Path, name: str | None, field_name: str) -> Path | None:
    """A file that the mapping names in a field, beside it; ``None`` where it names none."""
    if name is None:
        return None
    path = mapping_file.parent / name
    if not path.is_file():
        raise SurveyError(f"找不到“{name}”，请检查变量对照表的 {field_name}")
    return path


def _prepared(data: pd.DataFrame, mapping: Mapping) -> tuple[pd.DataFrame, tuple[str, ...]]:
    notes = []
    if mapping.columns.id:
        repeated = data[mapping.columns.id].duplicated()
        if repeated.any():
            notes.append(f"去重{int(repeated.sum())}例")
        data = data[~repeated]
    if mapping.columns.age:
        outside = ~data[mapping.columns.age].between(*mapping.ages)
        if outside.any():
            notes.append(f"剔除年龄不符{int(outside.sum())}例")
        data = data[~outside]
    return data.reset_index(drop=True), tuple(notes)
