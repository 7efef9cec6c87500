"""A scorecard's scheme: how many points for what. The plan sets none, so a scheme is the office's own and named."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from kepu_eval.errors import KepuError
from kepu_eval.evaluation.model import NOT_RATED, Rating
from kepu_eval.resources import resource
from kepu_eval.yaml_problems import bytes_of, fields, validated

EXAMPLE = "reference/scorecard-example.yaml"
FULL = 100
_RATED = tuple(rating.value for rating in Rating if rating not in NOT_RATED)

Share = Annotated[float, Field(ge=0, le=1)]


class SchemeError(KepuError):
    """A scheme that cannot be used; the message lists every problem in Chinese, with file, path and fix."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Record):
    """A part of the scorecard and its points."""

    id: Literal["indicators", "tasks", "mechanisms", "evidence", "timeliness"]
    name: str
    points: float = Field(gt=0)


class Scheme(_Record):
    """A scheme: parts that make 100 points, the share of a task's points that each rating earns (0 … 1).

    ``late_share``: of the points for a return in time, for one that came late. ``explain_above``: a difference of
    self score and review score beyond so many points is to be explained.
    """

    title: str
    parts: tuple[Part, ...]
    rating_shares: dict[str, Share]
    late_share: Share
    explain_above: float = Field(ge=0)

    @field_validator("parts")
    @classmethod
    def _make_a_hundred(cls, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        names = [part.id for part in parts]
        if len(set(names)) < len(names):
            raise ValueError("有重复的部分；每个 id 只写一次")
        if (total := sum(part.points for part in parts)) != FULL:
            raise ValueError(f"各部分分值合计为{total:g}，应为{FULL}；请修改 points")
        return parts

    @field_validator("rating_shares")
    @classmethod
    def _name_every_rating(cls, shares: dict[str, float]) -> dict[str, float]:
        if absent := [name for name in _RATED if name not in shares]:
            raise ValueError(f"缺少评级“{'、'.join(absent)}”；请补上")
        if unknown := [name for name in shares if name not in _RATED]:
            raise ValueError(f"不认识的评级“{'、'.join(unknown)}”；可用：{'、'.join(_RATED)}")
        return shares


def load_scheme(path: str | Path | None = None) -> Scheme:
    """Read a scheme (by default the shipped example); :class:`SchemeError` naming file, path inside it and fix."""
    file = Path(path) if path else resource(EXAMPLE)
    reference = Path(EXAMPLE).name
    data = fields(file, bytes_of(file, "评分办法", SchemeError), SchemeError, reference)
    return validated(Scheme, data, file, SchemeError, reference)
