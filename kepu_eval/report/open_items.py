"""What a unit has to mend or to confirm: its open findings as a person reads them, equal ones told once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from kepu_eval.personal_data import personal_data
from kepu_eval.report.cell_ranges import ranges
from kepu_eval.returns.decisions import fields_of

REJECTED, QUESTION = "须更正", "请确认"
_KINDS = {"rejected": REJECTED, "question": QUESTION}
_LOWERS = (
    "X09",
    "X11",
)  # notes that take evidence away and with it a rating: they are to be mended like rejections
_BREAK = "\u200b"  # lets a long list of cells break between them and nowhere else
_ROW, _STARTS_A_CLAUSE = re.compile(r"第\d+行"), re.compile(r"(?!的)[一-鿿]")


@dataclass(frozen=True)
class OpenItem:
    """One thing to mend or to confirm; ``place`` is a cell, a row, or empty for a whole sheet or file.

    ``cells``: cell and value of each that is asked about, where there are several.
    """

    kind: str
    file: str
    sheet: str
    place: str
    value: str
    problem: str
    remedy: str
    cells: tuple[tuple[str, str], ...] = ()

    @property
    def fields(self) -> tuple[OpenItem, ...]:
        """The item once for each cell that it asks about."""
        return tuple(replace(self, place=cell, value=value, cells=()) for cell, value in self.cells) or (
            self,
        )


def open_items(findings: pd.DataFrame, effects: Mapping[int, int] | None = None) -> list[OpenItem]:
    """Findings that wait for a correction or an answer: rejections first, of each kind those that change most.

    ``effects``: how many ratings the answer could change, by number of the finding; else as they were met.
    """
    effects = effects or {}
    is_open = (findings["severity"].isin(list(_KINDS)) | findings["code"].isin(_LOWERS)) & findings[
        "answer"
    ].eq("")
    items = [
        OpenItem(
            kind=_KINDS.get(row.severity, REJECTED),
            file=without_personal_data(row.file),
            sheet=without_personal_data(row.sheet),
            place=_place(row.cell, row.message),
            value=without_personal_data(row.value),
            problem=without_personal_data(_problem(row.cell, row.value, row.message)),
            remedy=without_personal_data(row.remedy),
            cells=tuple(
                (field["cell"], without_personal_data(field["value"])) for field in fields_of(row._asdict())
            )
            if isinstance(row.fields, tuple) and row.fields
            else (),
        )
        for row in sorted(findings[is_open].itertuples(), key=lambda row: -effects.get(row.finding, 0))
    ]
    return sorted(items, key=lambda item: item.kind != REJECTED)


def without_personal_data(text: str) -> str:
    """Text for a document that leaves the office: never personal data, wherever it stood."""
    kind = personal_data(text)
    return f"（疑含{kind}，已略去）" if kind else text


def _place(cell: str, message: str) -> str:
    """Cell or row that a finding is about; findings about a row name it in their message."""
    row = _ROW.match(message)
    return cell or (row[0] if row else "")


def _problem(cell: str, value: str, message: str) -> str:
    """The message without cell, row and value at its head: they have their own columns, and equal problems group."""
    row = _ROW.match(message)
    place = row[0] if row and (cell in ("", row[0]) or _digits(cell) == _digits(row[0])) else cell
    rest = message.removeprefix(place).removeprefix(f"“{value}”")
    if rest.startswith("：") and rest != message:
        return rest[1:]
    return rest if _STARTS_A_CLAUSE.match(rest) else message


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def grouped(items: Iterable[OpenItem], *, with_file: bool) -> Iterator[tuple[str, OpenItem]]:
    """Items that differ only in their cell as one, with all their places."""
    groups: dict[tuple[str, ...], list[OpenItem]] = {}
    for item in items:
        key = (item.file, item.sheet, item.value, item.problem, item.remedy)
        groups.setdefault(key, []).append(item)
    for same in groups.values():
        first = same[0]
        where = f"{first.sheet}　{ranges(part.place for item in same for part in item.fields).replace('、', '、' + _BREAK)}".strip()
        if not any(item.place for item in same):
            where = f"{first.sheet}（整表）" if first.sheet else "整份文件"
        yield (f"“{first.file}”\n{where}" if with_file else where), first
