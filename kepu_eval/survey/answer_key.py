"""The key of a questionnaire: which answers are right, which dimension an item measures, what counts as literate."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from kepu_eval.safe_text import tidy
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.tables import read_table, titled
from kepu_eval.yaml_problems import bytes_of, fields, validated

WEIGHTS = {"知识": 40.0, "方法": 20.0, "精神与思想": 20.0, "应用能力": 20.0}
"""Points of the dimensions in the national survey of 2024; see docs/公民科学素质测评.md for the source."""

_TITLES = {
    "item": "题号",
    "dimension": "维度",
    "correct": "正确答案",
    "dont_know": "不知道",
    "points": "分值",
}
_OPTIONAL = ("dont_know", "points")
_REFERENCE = "docs/公民科学素质测评.md"
_SEPARATOR = re.compile(r"[、;；,，]")


def code(value: object) -> str:
    """An answer code as text: ``1``, ``1.0`` and ``"１"`` are the same answer; a missing one is empty."""
    if value is None or (isinstance(value, float) and (value != value or value.is_integer())):
        return "" if value is None or value != value else str(int(value))
    return tidy(value)


def _codes(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list | tuple) else _SEPARATOR.split(code(value))
    return tuple(filter(None, map(code, given)))


Text = Annotated[str, BeforeValidator(code)]


class Item(BaseModel):
    """A question: ``correct`` lists the codes that count as right (any of them); ``dont_know`` is empty if not offered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: Text = Field(min_length=1)
    dimension: Text = Field(min_length=1)
    correct: Annotated[tuple[str, ...], BeforeValidator(_codes)] = Field(min_length=1)
    dont_know: Text = ""
    points: float = Field(default=1.0, gt=0)


class AnswerKey(BaseModel):
    """An instrument: items, points of each dimension (100 in all), threshold (inclusive), rule for missing answers.

    ``missing``: ``zero`` scores an item left blank like a wrong one (a respondent who answered nothing has no score
    under either rule); ``incomplete`` gives no score to a respondent who left any item blank.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    instrument: str = Field(min_length=1)
    items: tuple[Item, ...] = Field(min_length=1)
    weights: dict[str, float] = Field(default=WEIGHTS)
    threshold: float = Field(default=70.0, gt=0, le=100)
    missing: Literal["zero", "incomplete"] = "zero"

    @property
    def names(self) -> list[str]:
        """The items' columns in the data."""
        return [item.item for item in self.items]


def read_key(file: str | Path) -> AnswerKey:
    """Read a key from .yaml (fields as :class:`AnswerKey`) or from a table: 题号、维度、正确答案、不知道、分值.

    A table states the items only; the instrument is named after the file and the rest is as by default (change it
    with ``key.model_copy(update=…)``). Several right answers are separated by 、. Raises :class:`SurveyError` with
    every problem: fields, repeated items, dimensions without items or weights, weights that do not add to 100.
    """
    file = Path(file)
    if file.suffix.lower() in (".yaml", ".yml"):
        data = fields(file, bytes_of(file, "题目表", SurveyError), SurveyError, _REFERENCE)
    else:
        data = _from_table(file)
    key = validated(AnswerKey, data, file, SurveyError, _REFERENCE)
    if problems := list(_inconsistencies(key)):
        raise SurveyError("\n".join(problems), place=file.name)
    return key


def _from_table(file: Path) -> dict[str, object]:
    rows = titled(read_table(file), _TITLES, file, _OPTIONAL).to_dict("records")
    items = [{name: value for name, value in row.items() if not pd.isna(value)} for row in rows]
    return {"instrument": file.stem, "items": items}


def _inconsistencies(key: AnswerKey):  # noqa: ANN202 - lines of text
    for name, count in Counter(key.names).items():
        if count > 1:
            yield f"题目“{name}”出现{count}次；请只保留一处"
    for item in key.items:
        if item.dont_know in item.correct:
            yield f"题目“{item.item}”的“不知道”代码“{item.dont_know}”同时是正确答案；请核对"
    used = {item.dimension for item in key.items}
    for name in sorted(used - set(key.weights)):
        yield f"维度“{name}”没有分值；请在 weights 中补上，或核对题目的维度（现有：{'、'.join(key.weights)}）"
    for name, weight in key.weights.items():
        if weight <= 0:
            yield f"维度“{name}”的分值为{weight:g}，应大于0；请修改 weights"
        elif name not in used:
            yield f"维度“{name}”没有题目；请补充题目，或从 weights 中删去并调整其余分值"
    total = sum(key.weights.values())
    if abs(total - 100) > 1e-9:
        yield f"各维度分值合计为{total:g}，应为100；请修改 weights"
