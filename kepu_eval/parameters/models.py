"""One model of parameters for each of the reports' notebooks; every entrance goes through it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import PurePath
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, create_model, model_validator

from kepu_eval.errors import KepuError
from kepu_eval.parameters.values import (
    PARTS,
    Day,
    Flag,
    Mapped,
    Names,
    Path,
    Place,
    Text,
    flag,
    missing,
    number,
    plain,
)

_DATE = len("2023-12-31")
Model = TypeVar("Model", bound="Parameters")


class ParameterError(KepuError):
    """A parameter that is unknown or cannot be used; the message names it and says what to do, in Chinese."""


class Parameters(BaseModel):
    """Parameters of a notebook. ``EXAMPLE_ROUNDS``: with returns of one's own, the round is to be made out anew."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    OWN: ClassVar[str] = "returns"
    EXAMPLE_ROUNDS: ClassVar[bool] = False

    @model_validator(mode="before")
    @classmethod
    def _given(cls, values: Mapping[str, object]) -> dict[str, object]:
        """What is missing was not given."""
        return {
            name: value
            for name, value in values.items()
            if not missing(value) or name not in cls.model_fields
        }


def read_parameters(model: type[Model], values: Mapping[str, object]) -> Model:
    """The parameters; :class:`ParameterError` lists all that is wrong, on one line."""
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        raise ParameterError("；".join(_problems(model, error))) from None


def places(model: type[Parameters]) -> list[str]:
    """Names of those that name a file or a folder."""
    return [n for n, field in model.model_fields.items() if any(isinstance(m, Place) for m in field.metadata)]


def as_given(parameters: Parameters, names: Iterable[str]) -> dict[str, object]:
    """Those of the parameters that ``names`` holds, as plain values of JSON."""
    values = parameters.model_dump()
    return {name: values[name] for name in names if name in values}


class Evaluation(Parameters):
    """What mid-term, final and unit reports share."""

    round_id: Text = ""
    returns: Path
    as_of: Day = None
    plan: Path = ""
    survey: Path = ""
    decisions: Path = ""
    supervision: Path = ""
    inquiry: Path = ""
    scorecard: Path = ""
    practices: Names = ()
    switches: Mapped = {}
    organisation: Text = ""
    report_date: Day = None


class Midterm(Evaluation):
    """``midterm_self_assessment.ipynb``; ``earlier``: the package of the final of the plan before."""

    EXAMPLE_ROUNDS = True
    earlier: Path = ""


class Final(Evaluation):
    """``final_evaluation_2025.ipynb``: the mid-term beside it."""

    EXAMPLE_ROUNDS = True
    midterm_returns: Path = ""
    midterm_survey: Path = ""
    midterm_decisions: Path = ""
    earlier: Path = ""


class Unit(Evaluation):
    """``unit_self_check.ipynb``."""

    unit: Text


class Dispatch(Parameters):
    """``quarterly_dispatch.ipynb``."""

    quarter: Text
    returns: Path
    supervision: Path = ""
    plan: Path = ""
    switches: Mapped = {}
    organisation: Text = ""
    report_date: Day = None


_PERCENT = BeforeValidator(number(15.0, 0, 100))


class Explorer(Parameters):
    """``survey_explorer.ipynb``; ``target`` and ``assumed`` are percentages, ``confidence`` is a share."""

    OWN = "survey"
    survey: Path
    previous: Path = ""
    margins: Path = ""
    domains: Names = ()
    target: Annotated[float | None, _PERCENT] = None
    assumed: Annotated[float | None, _PERCENT] = None
    confidence: Annotated[float, BeforeValidator(number(0.95, 0, 1))] = 0.95
    replicates: Annotated[int, BeforeValidator(number(500, 2, 100_000, whole=True, open_ends=False))] = 500
    seed: Annotated[int, BeforeValidator(number(20231128, 0, 2**32 - 1, whole=True, open_ends=False))] = (
        20231128
    )
    as_of: Day = None
    interactive: Flag = False
    organisation: Text = ""
    report_date: Day = None


class City(Parameters):
    """``city_overview.ipynb``: the plan of the level above, and the table of its districts' packages."""

    OWN = "districts"
    plan: Path
    districts: Path
    as_of: Day = None
    cluster: Text = ""
    organisation: Text = ""
    report_date: Day = None


def model_of_defaults(defaults: Mapping[str, object]) -> type[Parameters]:
    """A model for a notebook of somebody's own: each parameter is of its default's kind."""
    fields: dict[str, Any] = {
        name: (_kind(value), value) for name, value in defaults.items() if not name.startswith("_")
    }
    return create_model("Own", __base__=Parameters, **fields)


def _kind(default: object) -> object:
    if default is None:
        return Annotated[object, BeforeValidator(_any)]
    return Text if isinstance(default, str) else Annotated[object, BeforeValidator(partial(_typed, default))]


def _any(value: object) -> object:
    """A value of no kind in particular, as JSON can have it."""
    return (
        str(value)[:_DATE]
        if isinstance(value, dt.date)
        else str(value)
        if isinstance(value, PurePath)
        else plain(value)
    )


def _typed(default: object, value: object) -> object:
    """A value in its default's type: a text is read as JSON; 是 and 否 are true and false, 、 parts the items of a list."""
    try:
        if isinstance(default, bool):
            return flag(value)
        if isinstance(default, list | tuple) and isinstance(value, str) and not value.strip().startswith("["):
            return [part for part in map(str.strip, PARTS.split(value)) if part]
        found = json.loads(value) if isinstance(value, str) else plain(value)
    except ValueError:
        found = None
    found = list(found) if isinstance(found, tuple) else found
    kind = int | float if isinstance(default, int | float) else type(default)
    if not isinstance(found, kind) or isinstance(found, bool):
        raise ValueError(f"“{value}”应写成 {json.dumps(default, ensure_ascii=False)} 这样的值")
    return found


def _problems(model: type[Parameters], error: ValidationError) -> list[str]:
    """What is wrong, in Chinese, unknown names first."""
    items = error.errors()
    unknown = sorted(str(item["loc"][0]) for item in items if item["type"] == "extra_forbidden")
    problems = []
    if unknown:
        problems.append(
            f"不认识的参数：{'、'.join(unknown)}。可用参数：{'、'.join(_in_order(model))}。请检查拼写；自己的变量请写在别的格里"
        )
    for item in items:
        name = str(item["loc"][0]) if item["loc"] else ""
        if item["type"] == "missing":
            problems.append(f"参数{name}：没有给出，请写明{_WANTED.get(name, '它的值')}")
        elif item["type"] == "value_error":
            problems.append(f"参数{name}：{item['ctx']['error']}")
        elif item["type"] != "extra_forbidden":
            problems.append(f"参数{name}：“{item['input']}”不能用作这个参数的值")
    return problems


_WANTED = {
    "returns": "填报表文件夹或台账",
    "survey": "调查文件夹或变量对照表",
    "unit": "单位名称或别名",
    "quarter": "季度，如 2024-Q3",
}


def _in_order(model: type[Parameters]) -> list[str]:
    """Names as a notebook lists them: what must be given first."""
    fields = model.model_fields
    return sorted(fields, key=lambda name: name != "unit")
