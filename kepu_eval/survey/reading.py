"""Reading a survey: a mapping file (``survey.yaml``) and the respondents' file it names, checked and prepared."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pandas as pd

from kepu_eval.survey.answer_key import AnswerKey, read_key
from kepu_eval.survey.checking import numbers, refuse_personal_data, rows
from kepu_eval.survey.design import SurveyDesign
from kepu_eval.survey.disclosure import SMALLEST_GROUP
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.formats import Labels, read_responses
from kepu_eval.survey.grouping import focused, grouped, labelled, named_areas, names_of
from kepu_eval.survey.mapping import Mapping, Outcome, read_mapping
from kepu_eval.survey.margins import read_margins
from kepu_eval.survey.outcome import ALL, achieved, without_missing
from kepu_eval.survey.replicates import Replicates
from kepu_eval.survey.scoring import LITERATE, scored

SCORE = "score"
DIMENSION = "维度."
AT_THRESHOLD = "at_threshold"
_NUMERIC = ("score", "weight", "fpc", "fpc2", "age")
_KEYS = ("id", "stratum", "psu", "ssu")
_CALIBRATED = "校准."
UNKNOWN = "未知"


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
    def outcome(self) -> Outcome:
        """What the survey is about."""
        return self.mapping.outcome

    @property
    def score(self) -> str | None:
        """Column of the score, 0–100; ``None`` where the outcome has a column of its own."""
        return (self.mapping.columns.score or SCORE) if self.outcome.literacy else None

    @property
    def answered(self) -> tuple[str, ...]:
        """Columns that the outcome comes from: its own, the score, or the first and the last of the answers."""
        if own := self.outcome.column or self.mapping.columns.score:
            return (own,)
        assert self.key is not None  # who has neither has answers
        return (f"{self.key.names[0]}…{self.key.names[-1]}",)

    @property
    def margins_file(self) -> Path | None:
        """Census margins, where the mapping names them."""
        return _beside(self.mapping_file, self.mapping.margins, "margins")

    @property
    def areas_file(self) -> Path | None:
        """Covariates of areas, where the mapping names them."""
        areas = self.mapping.areas
        return _beside(self.mapping_file, areas.file if areas else None, "areas.file")

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
    keys = [name for key in _KEYS if (name := getattr(columns, key))]
    keys += [mapping.areas.column] if mapping.areas else []
    data, labels = read_responses(file, mapping.sheet, keys)
    received = len(data)
    data = _checked(data, mapping, labels, file)
    data, notes = _prepared(data, mapping)
    data, key = _scored(data, mapping_file, mapping, labels, file)
    data, focus = focused(data, mapping, labels, file)
    data, groups, beyond = grouped(data, mapping, labels, file)
    data = named_areas(data, mapping, labels)
    used = {
        *columns.model_dump().values(),
        mapping.outcome.column,
        *groups.values(),
        *(key.names if key else ()),
    }
    data = labelled(data, mapping, labels, used)
    return Survey(
        mapping, mapping_file, file, data, _design(data, mapping), groups, focus, received, key,
        (*notes, *beyond, *_told(data, mapping)),
    )  # fmt: skip


def _checked(data: pd.DataFrame, mapping: Mapping, labels: Labels, file: Path) -> pd.DataFrame:
    """The data with declared missing codes blank and numbers where numbers are due; :class:`SurveyError` for the rest."""
    columns, outcome = mapping.columns, mapping.outcome.column
    grouping = [g.column for g in mapping.groups.values()] + [f.column for f in mapping.focus.values()]
    areas = [mapping.areas.column] if mapping.areas else []
    named = [name for name in mapping.missing if name != ALL]
    wanted = [*columns.model_dump().values(), outcome, *grouping, *areas, *named]
    lost = list(dict.fromkeys(name for name in wanted if name and name not in data))
    if lost:
        raise SurveyError(
            f"缺少列：{'、'.join(lost)}",
            place=f"“{file.name}”",
            hint="请检查变量对照表的 columns、outcome、groups、areas 和 missing",
        )
    refuse_personal_data(data, file)
    design = {
        columns.id,
        columns.weight,
        columns.stratum,
        columns.psu,
        columns.fpc,
        columns.ssu,
        columns.fpc2,
    }
    answers = [name for name in data.columns if name not in design and name not in areas]
    data = without_missing(data, mapping.missing, answers, labels)
    numeric = [name for key in _NUMERIC if (name := getattr(columns, key))]
    data = data.assign(**{name: numbers(data[name], file) for name in numeric})
    if columns.score and mapping.outcome.literacy:
        _refuse_scores(data[columns.score], file)
    return data


def _design(data: pd.DataFrame, mapping: Mapping) -> SurveyDesign | None:
    columns = mapping.columns
    if columns.weight is None:
        return None
    return SurveyDesign(
        data, columns.weight, columns.stratum, columns.psu, columns.fpc, columns.ssu, columns.fpc2,
        nest=mapping.nest, lonely=mapping.lonely,
    )  # fmt: skip


def _told(data: pd.DataFrame, mapping: Mapping) -> list[str]:
    """What is to be said of missing answers and missing weights."""
    notes, absent = [], data[LITERATE].isna()
    if absent.any():
        counted = "按0分计" if mapping.outcome.literacy else f"按不属于“{mapping.outcome.name}”计"
        notes.append(
            f"缺答率{absent.mean():.1%}（{int(absent.sum())}例），请确认缺答规则：本次剔除缺答；{counted}另见对照估计"
        )
    if mapping.columns.weight is None:
        notes.append(f"无权重：仅描述样本，不判{mapping.outcome.title}是否达标，请补充权重列")
    return notes


def replicated(survey: Survey, design: SurveyDesign) -> SurveyDesign | Replicates:
    """The design with the replicate weights that the mapping names; without any, itself."""
    about = survey.mapping.replicates
    if about is None:
        return design
    columns = [name for given in about.columns for name in survey.data.columns if fnmatchcase(name, given)]
    if not columns:
        raise SurveyError(
            f"没有重复权数列“{'、'.join(about.columns)}”",
            place=f"“{survey.file.name}”",
            hint="请检查 replicates.columns",
        )
    return design.with_replicates(
        columns, about.scale, about.rscales, kind=about.kind, fay=about.fay, mse=about.mse,
        combined=about.combined, df=about.df,
    )  # fmt: skip


def small_groups(survey: Survey, minimum: int = SMALLEST_GROUP) -> list[str]:
    """Groups with fewer respondents than can be shown alone, each with what is to be said of it."""
    told = []
    for title, column in survey.groups.items():
        sizes = survey.data.loc[survey.data[LITERATE].notna(), column].value_counts(sort=False)
        told += [f"{title}“{name}”n={n}，不单列" for name, n in sizes.items() if n < minimum]
    return told


def calibrated(survey: Survey, margins: Path | None = None) -> SurveyDesign | Replicates | None:
    """The survey's design, raked to census margins where there are any (``margins``, or those the mapping names).

    Its replicates where the file has replicate weights, each raked anew. Margins name variables by the titles of the
    mapping's groups. Respondents whose category is missing keep their weighted share, the margin is scaled to the rest.
    Raises :class:`SurveyError` for a title without a group and where raking fails; ``None`` without weights.
    """
    file = margins or survey.margins_file
    if survey.design is None:
        return None
    if file is None:
        return replicated(survey, survey.design)
    known = read_margins(file)
    unknown = [title for title in known if title not in survey.groups]
    if unknown:
        raise SurveyError(
            f"“{file.name}”的 variable“{'、'.join(unknown)}”不在变量对照表的 groups 中",
            hint=f"现有：{'、'.join(survey.groups)}",
        )
    design, aims = _with_unknown(survey.design, {survey.groups[t]: m for t, m in known.items()})
    return replicated(survey, design).rake(aims, trim=survey.mapping.trim)


def raked_variable(column: str) -> str:
    """The column of the groups that a calibration's variable stands for."""
    return column.removeprefix(_CALIBRATED)


def _with_unknown(
    design: SurveyDesign, margins: dict[str, pd.Series]
) -> tuple[SurveyDesign, dict[str, pd.Series]]:
    """Design and margins where a variable with missing categories has one more, of the weighted share it has."""
    made, aims = {}, {}
    for column, margin in margins.items():
        domains = design.domains(column)
        absent = domains.code == len(domains)
        if not absent.any():
            aims[column] = margin
            continue
        share = design.weights[absent].sum() / design.weights.sum()
        made[_CALIBRATED + column] = np.array([*domains.names, UNKNOWN], dtype=object)[domains.code]
        unknown = pd.Series({UNKNOWN: margin.sum() * share})
        aims[_CALIBRATED + column] = pd.concat([margin * (1 - share), unknown])
    return (replace(design, data=design.data.assign(**made)) if made else design), aims


def share_with_missing_as_zero(survey: Survey) -> pd.DataFrame:
    """The literate share when a missing answer counts as not literate: the other of the two rules (C66).

    Columns as :meth:`SurveyDesign.proportion`; :class:`SurveyError` without weights.
    """
    if survey.design is None:
        raise SurveyError("无权重：仅描述样本，不作加权估计", hint="请补充权重列")
    filled = replace(survey.design, data=survey.data.assign(**{LITERATE: survey.data[LITERATE].fillna(0.0)}))
    return filled.proportion(LITERATE)


def _refuse_scores(score: pd.Series, file: Path) -> None:
    wrong = score.index[(score < 0) | (score > 100)]
    if len(wrong):
        raise SurveyError(
            f"“{file.name}”{rows(wrong, score, file)}得分越界，得分应在0—100之间", hint="请核对后重报"
        )


def _scored(
    data: pd.DataFrame, mapping_file: Path, mapping: Mapping, labels: Labels, file: Path
) -> tuple[pd.DataFrame, AnswerKey | None]:
    """The data with who has the outcome: by its column, the score, or a score computed from the answers; and the key."""
    if mapping.outcome.column:
        found = achieved(data, mapping.outcome, names_of(mapping.outcome.column, mapping, labels), file)
        return data.assign(**{LITERATE: found, AT_THRESHOLD: False}), None
    key_file = _beside(mapping_file, mapping.items, "items")
    key = None if key_file is None else read_key(key_file).model_copy(update={"threshold": mapping.threshold})
    if mapping.columns.score is None:
        assert key is not None  # read_mapping refuses a survey with neither
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
        raise SurveyError(f"找不到“{name}”", hint=f"请检查变量对照表的 {field_name}")
    return path


def _prepared(data: pd.DataFrame, mapping: Mapping) -> tuple[pd.DataFrame, tuple[str, ...]]:
    notes = []
    if mapping.columns.id:
        repeated = data[mapping.columns.id].duplicated()
        if repeated.any():
            notes.append(f"去重{int(repeated.sum())}例")
        data = data[~repeated]
    if mapping.columns.age:
        age = data[mapping.columns.age]
        outside = pd.Series(False, index=age.index)
        if mapping.age_limits:
            outside = age.notna() & ~age.between(*mapping.age_limits)
        if outside.any():
            notes.append(f"剔除年龄不符{int(outside.sum())}例")
        if age.isna().any():
            notes.append(f"年龄缺失{int(age.isna().sum())}例，保留在总体中，不进年龄分组")
        data = data[~outside]
    if mapping.columns.weight and data[mapping.columns.weight].eq(0).any():
        unweighted = data[mapping.columns.weight].eq(0)
        notes.append(f"剔除权数为0的{int(unweighted.sum())}例")
        data = data[~unweighted]
    return data.reset_index(drop=True), tuple(notes)
