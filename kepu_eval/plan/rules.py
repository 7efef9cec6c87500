"""What a plan file says of judging: thresholds, readings of the source, and how types of commitments are judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field


class Record(BaseModel):
    """A block of a plan file: fixed once read, and nothing in it that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other fields, and without what the record had worked out from the old ones."""
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy


class Band(Record):
    """A class label for ratios from ``at_least`` upwards."""

    at_least: float
    label: Literal["完成", "基本完成", "未完成", "达到序时", "基本达到序时", "正在推进", "滞后", "严重滞后"]


class AnnualNear(Record):
    """When an annual target that failed in some year may still count as basically met at the end."""

    share_of_periods: float
    total_of_target: float


class Escalation(Record):
    """What follows from so many misses in a row, or more, in the quarterly dispatch."""

    misses: int = Field(ge=1)
    label: str


class RectificationTerms(Record):
    """Months after the as-of date that are proposed for putting things right: for lacking data, and for the rest."""

    data: int = Field(default=3, ge=1)
    other: int = Field(default=6, ge=1)


class RatingRules(Record):
    """Thresholds, highest band first. The plan prescribes none; each can be changed in the plan file.

    ``evidence_gate``: a reported number counts for no more than 正在推进 while its row names no evidence, as a
    statement does.
    """

    midterm_pace: tuple[Band, ...]
    final_attainment: tuple[Band, ...]
    annual_near: AnnualNear
    escalation: tuple[Escalation, ...] = ()
    confidence: float = Field(gt=0.5, lt=1)
    evidence_gate: bool = True
    rectification: RectificationTerms = RectificationTerms()


class Switch(Record):
    """A reading of the source that changes a judgment; ``options`` are ids with the words readers see."""

    id: str
    ambiguity: str | None = None
    label: str
    options: dict[str, str]
    default: str


KINDERGARTEN = "幼儿园"
READINGS = {
    "pre_issue_years": ("count", "exclude"),
    "kindergartens": ("exclude", "count"),
    "towns_as_members": ("exclude", "count"),
    "stock_method": ("level", "gain"),
    "duplicates": ("deduplicated", "summed"),
    "optional_blanks": ("unknown", "none"),
}
"""Readings that the evaluation can make, by switch; the first holds in a plan that has no such switch."""


class CommitmentType(Record):
    """How commitments of one type are judged and which evidence is usual."""

    name: str
    rule: Literal["each_year", "in_operation", "growing", "indicator", "narrative"]
    judge: str
    evidence: tuple[str, ...]
