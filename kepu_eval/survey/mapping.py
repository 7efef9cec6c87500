"""The mapping file of a survey (变量对照表): what its columns mean, as typed data.

One small YAML beside the data makes any survey file readable; docs/调查数据探索.md describes it for researchers.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path, PureWindowsPath
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.given_replicates import GivenKind
from kepu_eval.survey.outcome import ALL
from kepu_eval.survey.structure import Lonely
from kepu_eval.yaml_problems import bytes_of, fields, validated

NAME = "survey.yaml"
LITERACY = "具备科学素质"
_LITERACY_AGES = (18, 69)
_EXAMPLE = "docs/调查数据探索.md 中的样例"

Optional = Annotated[str | None, BeforeValidator(lambda value: value or None)]
"""A column name; left empty it is as good as not given."""


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Columns(_Record):
    """Columns of the respondents' file by what they are.

    ``weight``, ``stratum``, ``psu``, ``fpc``, ``ssu``, ``fpc2``: the sample's design, as
    :class:`~kepu_eval.survey.SurveyDesign` takes it. ``score``: 0–100 points; without it the score is computed from the
    answers (``items`` of the mapping), unless the outcome has a column of its own.
    """

    id: Optional = None
    score: Optional = None
    weight: Optional = None
    stratum: Optional = None
    psu: Optional = None
    fpc: Optional = None
    ssu: Optional = None
    fpc2: Optional = None
    age: Optional = None


class Grouping(_Record):
    """A column by which results are broken down.

    ``bins``: whole-number limits that turn a number into groups, the lower one included (``[18, 30, 70]``: 18—29,
    30—69). ``order``: the categories in the order readers expect. At most one of the two.
    """

    column: str
    bins: tuple[int, ...] | None = None
    unit: str = ""
    order: tuple[str, ...] | None = None

    @field_validator("bins")
    @classmethod
    def _rising(cls, bins: tuple[int, ...] | None) -> tuple[int, ...] | None:
        if bins is not None and (len(bins) < 3 or any(a >= b for a, b in pairwise(bins))):
            raise ValueError(
                f"分界应为从小到大的至少三个整数，现为“{list(bins)}”；如 [18, 30, 40, 50, 60, 70]"
            )
        return bins

    @property
    def names(self) -> list[str]:
        """Names of the groups that ``bins`` make: ``18—29岁``."""
        return [f"{low}—{high - 1}{self.unit}" for low, high in pairwise(self.bins or ())]


class Focus(_Record):
    """A group of people looked at on its own, against everybody else: who has one of ``values``, or is ``at_least``.

    Unlike groupings these may overlap (an old farmer is both).
    """

    column: str
    values: tuple[str | int, ...] | None = None
    at_least: float | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> Focus:
        if (self.values is None) == (self.at_least is None):
            raise ValueError("values（取值）与 at_least（下限）须写一个且只写一个")
        return self


class Outcome(_Record):
    """What the survey is about: the share of ``population`` who have one of ``values`` in ``column``, or ``at_least``.

    Without ``column`` it is the score at the threshold: scientific literacy. ``target``: percent, if it has one.
    """

    name: str = LITERACY
    population: str = ""
    column: Optional = None
    values: tuple[str | int | float, ...] | None = None
    at_least: float | None = None
    target: float | None = Field(default=None, gt=0, lt=100)

    @model_validator(mode="after")
    def _one_rule(self) -> Outcome:
        if self.column is None:
            if self.values is not None or self.at_least is not None or self.name != LITERACY:
                raise ValueError("缺少 column；写明结果变量所在的列")
        elif (self.values is None) == (self.at_least is None):
            raise ValueError("values（取值）与 at_least（下限）须写一个且只写一个")
        elif self.name == LITERACY:
            raise ValueError("缺少 name；写明结果的名称，如 投票")
        return self

    @property
    def literacy(self) -> bool:
        """Whether it is scientific literacy, by a score: only then are its targets and published rates comparable."""
        return self.column is None

    @property
    def of_whom(self) -> str:
        """The population in words."""
        return self.population or ("公民" if self.literacy else "调查对象")

    @property
    def title(self) -> str:
        """``公民具备科学素质的比例``."""
        return f"{self.of_whom}{self.name}的比例"


class ReplicateWeights(_Record):
    """Replicate weights in the file: ``columns`` by name, or all that fit a name with ``*``; see ``with_replicates``."""

    columns: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(min_length=1)
    kind: GivenKind = "other"
    scale: float | None = Field(default=None, gt=0)
    rscales: float | tuple[float, ...] = 1.0
    fay: float = Field(default=0.0, ge=0, lt=1)
    mse: bool = False
    combined: bool = True
    df: float | None = Field(default=None, gt=0)


class Areas(_Record):
    """The column of respondents' areas (streets, towns), and the file of what is known of each: see ``areas.py``."""

    column: str
    file: str


def _missing(value: object) -> object:
    return value if isinstance(value, dict) or value is None else {ALL: value}


def _grouping(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class Mapping(_Record):
    """A mapping file. Paths in it are relative to its folder.

    ``published`` decides from which as-of date on the survey may be used; ``year`` is that of the fieldwork, by
    default of publication. ``instrument`` names the questionnaire:
    rates of different instruments or thresholds are never joined. ``items``: the key of the questionnaire, for
    scoring and item analysis; ``margins``: census margins for raking, by titles of ``groups``;
    ``areas``: streets or towns and their covariates, for small-area estimates; ``trim``: no weight above so many
    medians of the design weights. ``labels``: names of codes by column. ``ages``: the target population's, both
    included; 18–69 of a survey of scientific literacy, else all. ``sheet``: of a workbook, its first by default.
    ``outcome``: what the survey is about. ``missing``: codes (or their names) that are no answers: a list for all answers (never
    for the columns of the design), or by column, ``*`` being all. ``nest``: PSUs are numbered afresh in every stratum.
    """

    label: str
    published: dt.date
    year: int | None = None
    file: str
    columns: Columns
    simulated: bool = False
    seed: int | None = None
    sheet: str | None = None
    instrument: str = ""
    threshold: float = Field(default=70, ge=0, le=100)
    ages: tuple[int, int] | None = None
    outcome: Outcome = Outcome()
    missing: Annotated[
        dict[str, Annotated[tuple[str | int | float, ...], BeforeValidator(_listed)]],
        BeforeValidator(_missing),
    ] = {}
    replicates: ReplicateWeights | None = None
    nest: bool = True
    groups: dict[str, Annotated[Grouping, BeforeValidator(_grouping)]] = {}
    focus: dict[str, Focus] = {}
    labels: dict[str, dict[int | str, str]] = {}
    lonely: Lonely = "fail"
    items: Optional = None
    margins: Optional = None
    areas: Areas | None = None
    trim: float | None = Field(default=None, gt=1)

    @property
    def age_limits(self) -> tuple[int, int] | None:
        """Youngest and oldest of the target population; ``None``: everyone."""
        return self.ages or (_LITERACY_AGES if self.outcome.literacy else None)


def read_mapping(path: str | Path) -> tuple[Path, Mapping]:
    """The mapping file of a survey, given itself or its folder (then ``survey.yaml``), and what it says.

    Raises :class:`SurveyError` with every problem, naming the file, the place in it and what to do.
    """
    path = Path(path)
    file = path / NAME if path.is_dir() else path
    if not file.is_file():
        raise SurveyError(f"找不到“{file}”", hint=f"调查文件夹中应有变量对照表 {NAME}")
    try:
        content = fields(file, bytes_of(file, "变量对照表", SurveyError), SurveyError, _EXAMPLE)
    except SurveyError as error:
        hint = f"{error.hint}（参数应指向变量对照表或其文件夹，而不是数据文件）"
        raise SurveyError(error.message, place=error.place, hint=hint) from error
    mapping = validated(Mapping, content, file, SurveyError, _EXAMPLE)
    beside = (mapping.file, mapping.items, mapping.margins, mapping.areas.file if mapping.areas else None)
    for name in filter(None, beside):
        if not _is_beside(name):
            raise SurveyError(
                f"“{name}”应是对照表所在文件夹里的文件，不能是其他位置",
                place=f"{file.name}",
                hint="请移到一起",
            )
    if not (mapping.columns.score or mapping.items or mapping.outcome.column):
        raise SurveyError(
            "columns.score：缺少得分列",
            place=f"{file.name}",
            hint="请写明得分列，或用 items 指明题目与答案文件，或用 outcome 写明结果变量",
        )
    return file, mapping


def _is_beside(name: str) -> bool:
    """Whether a file lies in the mapping's folder: what others wrote must not lead out of it, on any system."""
    parts = PureWindowsPath(name)
    return not (parts.drive or parts.root or ".." in parts.parts)
