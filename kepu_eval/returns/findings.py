"""Messages about what was sent: always with file, sheet, cell, the value as found, and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from kepu_eval.number_text import number_text
from kepu_eval.personal_data import masked

_LONGEST, _LONGEST_MESSAGE = 80, 2_000


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
        item: str = "",
        value: object = None,
        affects: tuple[str, ...] = (),
        candidates: tuple[str, ...] = (),
        fields: tuple[tuple[str, str, str], ...] = (),
    ) -> None:
        """Add one message; ``severity`` is note, question, rejected or info.

        ``item`` names what the cell is about, wherever it stands; ``candidates`` are answers that offer themselves;
        ``fields``: cell, item and value of each cell that is asked about, where there are several: each has its own
        answer. Personal data is masked whatever it came in with.
        """
        self.rows.append(
            {"code": code, "severity": severity, "unit": unit, "file": masked(file), "sheet": masked(sheet), "cell": cell, "item": masked(item[:_LONGEST_MESSAGE]),
             "value": masked(as_found(value)), "message": masked(message[:_LONGEST_MESSAGE]), "remedy": masked(remedy), "affects": affects,
             "candidates": candidates, "answer": "",
             "fields": tuple((place, masked(about), masked(as_found(found))) for place, about, found in fields)}
        )  # fmt: skip


def row_place(row: dict, shown: str) -> dict:
    """Where a row as a whole stands, for :meth:`Findings.add`; the value is that of its field ``shown``."""
    return {
        "unit": row["unit"],
        "file": row["file"],
        "sheet": row["sheet"],
        "cell": f"第{row['row']}行",
        "value": row[shown],
    }


def as_found(value: object) -> str:
    """A cell's value as text for a message: whole numbers without a point, long text cut."""
    if value is None:
        return ""
    text = (
        number_text(value)
        if isinstance(value, float) and abs(value) < 1e15 and value.is_integer()
        else str(value)
    )
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
