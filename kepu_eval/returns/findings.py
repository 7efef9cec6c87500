"""Messages about what was sent: always with file, sheet, cell, the value as found, and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from kepu_eval.returns.cells import Parsed

_LONGEST = 80


@dataclass
class Findings:
    """Collects findings in the order they are met; ids are given when the frame is made."""

    rows: list[dict] = field(default_factory=list)

    def add(
        self,
        code: str,
        severity: str,
        message: str,
        remedy: str = "",
        *,
        unit: str = "",
        file: str = "",
        sheet: str = "",
        cell: str = "",
        value: object = None,
        affects: tuple[str, ...] = (),
    ) -> None:
        """Add one message; ``severity`` is note, question, rejected or info."""
        self.rows.append(
            {"code": code, "severity": severity, "unit": unit, "file": file, "sheet": sheet, "cell": cell,
             "value": as_found(value), "message": message, "remedy": remedy, "affects": affects, "answer": ""}
        )  # fmt: skip

    def about(self, parsed: Parsed, place: dict, affects: tuple[str, ...] = ()) -> None:
        """Add what a cell's parsing says, if it says anything a unit should know."""
        if parsed.state == "accepted" or parsed.state == "missing":
            return
        value = place.get("value")
        shown = f"“{as_found(value)}”" if as_found(value) else ""
        self.add(parsed.code, parsed.state, f"{place['cell']}{shown}{parsed.message}", parsed.remedy,
                 **place, affects=affects)  # fmt: skip

    def numbered(self) -> list[dict]:
        """Rows with their ids."""
        return [{"finding": number, **row} for number, row in enumerate(self.rows)]


def as_found(value: object) -> str:
    """A cell's value as text for a message: whole numbers without a point, long text cut."""
    if value is None:
        return ""
    text = (
        f"{value:g}" if isinstance(value, float) and abs(value) < 1e15 and value.is_integer() else str(value)
    )
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
