"""A special investigation's questionnaire (专题调研): a small YAML of questions to units or to residents."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kepu_eval.supervision.errors import SupervisionError
from kepu_eval.yaml_problems import bytes_of, fields, validated

_REFERENCE = "docs/督查整改.md"


class Question(BaseModel):
    """One question. ``options`` for single and multiple choice; a scale runs from ``low`` to ``high`` in whole steps."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[A-Za-z]\w{0,15}$")
    text: str = Field(min_length=1)
    kind: Literal["single", "multiple", "scale", "number", "text"]
    options: tuple[str, ...] = ()
    low: int = 1
    high: int = 5
    unit: str = ""
    required: bool = True

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.kind in ("single", "multiple") and (
            len(self.options) < 2 or len(set(self.options)) < len(self.options)
        ):
            raise ValueError("单选、多选须有至少两个不重复的选项（options）")
        if any(mark in option for option in self.options for mark in ',"、;；'):
            raise ValueError("选项中不能有逗号、顿号、分号和引号")
        if self.kind == "scale" and self.low >= self.high:
            raise ValueError("量表的 low 应小于 high")
        return self

    @property
    def title(self) -> str:
        """The column's title in the form."""
        return f"{self.id} {self.text}{f'（{self.unit}）' if self.unit else ''}"

    @property
    def hint(self) -> str:
        """How to answer, for the form."""
        return {
            "single": "选一项",
            "multiple": f"可选几项，用顿号隔开：{'、'.join(self.options)}",
            "scale": f"填{self.low}—{self.high}的整数",
            "number": f"只填数字{f'（{self.unit}）' if self.unit else ''}",
            "text": "简要填写，不写个人信息",
        }[self.kind]


class Questionnaire(BaseModel):
    """Title, who is asked, and the questions. ``size`` is the number of residents of the population, if it is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    population: Literal["units", "residents"]
    size: int | None = Field(default=None, ge=1)
    simulated: bool = False
    questions: tuple[Question, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique(self) -> Self:
        ids = [question.id for question in self.questions]
        if len(set(ids)) < len(ids):
            raise ValueError("题号（id）重复")
        return self


def load_questionnaire(path: Path) -> Questionnaire:
    """Read and check a questionnaire; :class:`SupervisionError` names file, place and fix."""
    data = fields(path, bytes_of(path, "问卷", SupervisionError), SupervisionError, _REFERENCE)
    return validated(Questionnaire, data, path, SupervisionError, _REFERENCE)
