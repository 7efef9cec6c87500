"""A figure that may stand in a report: its value, how it was computed, and the cells that it came from."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from pydantic import BaseModel, ConfigDict, field_validator

Number = int | float
_DIGITS = 10


class Frozen(BaseModel):
    """A record that does not change and has no fields but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Frozen):
    """A cell that a figure came from, or a file as a whole (``sheet`` and ``cell`` empty).

    ``round`` and ``sha256``: the round the file was sent for, and what it was when it was read; files of two rounds
    often have the same name. ``raw``: the cell's text as found, empty for a cell left blank. ``what``: what the cell
    says, wherever it stands (unit, indicator, measure, period, entity). ``decision``: the evaluator's answer that made
    of it what was counted.
    """

    file: str
    sheet: str = ""
    cell: str = ""
    raw: str = ""
    what: str = ""
    round: str = ""
    sha256: str = ""
    decision: str = ""


class Fact(Frozen):
    """A figure that may stand in a report: value, unit, how it was computed and from which cells.

    ``id`` is unique in a report (``Q08.value``). ``value`` is not rounded for readers, that happens once, in ``text``;
    it keeps ten significant digits, because what lies beyond them differs from run to run where sums are formed in
    parallel, and the same inputs must give the same report.
    A missing value is shown as ``missing``, never as zero.

    ``parts``: ids of the Facts it was made of, those that decide first; ``sources``: cells that it was made of itself. A
    rating is a Fact, too. Facts that no sentence shows stand in the report's :class:`Lineage`.
    """

    id: str
    value: Number | str | None
    unit: str = ""
    digits: int = 0
    label: str = ""
    formula: str = ""
    parts: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    missing: str = "数据不足"

    @field_validator("value")
    @classmethod
    def _reproducible(cls, value: Number | str | None) -> Number | str | None:
        return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value

    @property
    def text(self) -> str:
        """The figure as readers see it, with its unit."""
        return self.missing if self.value is None else f"{self.number}{self.unit}"

    @property
    def number(self) -> str:
        """The figure without its unit."""
        if self.value is None:
            return self.missing
        return self.value if isinstance(self.value, str) else rounded(self.value, self.digits)


def rounded(value: Number, digits: int = 0) -> str:
    """Round half away from zero, as Chinese statistics do (四舍五入): ``89.95`` to one digit is ``90.0``."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return f"{exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
