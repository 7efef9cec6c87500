"""Cells of one round as sources of figures: each with its round, the file's hash, its text and the decision on it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from kepu_eval.report.fact import Source
from kepu_eval.returns import Decisions, Returns
from kepu_eval.rows import Row

DECIDING = ("operating", "baseline_size", "current_size", "evidence")
_CELL = re.compile(r"[A-Z]{1,3}[1-9]\d*")
_PEOPLE = "参与人次"
Place = tuple[str, str, str]


@dataclass(frozen=True)
class RoundSources:
    """Sources of one round; ``decisions`` are those that its returns were read with."""

    returns: Returns
    decisions: Decisions

    def observations(self, numbers: Iterable[int]) -> tuple[Source, ...]:
        """Cells of observations, by their ids."""
        return tuple(self._observed[number] for number in numbers)

    def open_observations(self, indicator: str, period: str = "", measure: str = "") -> tuple[Source, ...]:
        """Cells of an indicator (of one period, one measure) that are blank, in question or refused."""
        return tuple(
            cell
            for when, what, cell in self._open.get(indicator, ())
            if period in ("", when) and measure in ("", what)
        )

    def statement(self, status: int) -> Iterator[Source]:
        """Filled cells of one unit's statement on a commitment: what decides it, else what it says at all."""
        row = self._statements[status]
        wanted = (*(key for key in row["cells"] if key.startswith("year:")), *DECIDING)
        found = [self._filled(row, row["cells"].get(key, "")) for key in wanted]
        if not any(found):
            found = [self._filled(row, cell) for cell in row["cells"].values()]
        yield from filter(None, found)

    def findings(self, rows: pd.DataFrame) -> tuple[Source, ...]:
        """Cells that findings are about; the file, where there is no single cell or its text must not be kept."""
        return tuple(dict.fromkeys(self._found(row) for row in rows.to_dict("records") if row["file"]))

    def submissions(self, rows: pd.DataFrame) -> tuple[Source, ...]:
        """Files as a whole, of rows of ``returns.submissions``; a unit without a file has none."""
        return tuple(
            self._source(row.file, what=f"{row.unit_name}填报表", decision=self._decided.get((row.file, "", ""), ""))
            for row in rows.itertuples()
            if row.file
        )  # fmt: skip

    def rows(self, rows: pd.DataFrame, field: str = "") -> tuple[Source, ...]:
        """A cell for each row of a part such as ``evidence``: the first one filled, or that of the column ``field``."""
        return tuple(dict.fromkeys(filter(None, (self._first(row, field) for row in rows.itertuples()))))

    def participants(self, indicator: str) -> tuple[Source, ...]:
        """Participants of an indicator's activities that several units report: what is taken off a sum hangs on them."""
        events = self.returns.events
        mine = events[events["indicator"].eq(indicator) & events["group"].ne("")]
        return self.rows(mine, _PEOPLE)

    def placed(self, source: Source) -> Source | None:
        """A place named by file, sheet and cell, with what is known of it; ``None`` for no file of this round."""
        if source.file not in self._hashes:
            return None
        raw = self._raw.get((source.file, source.sheet, source.cell), source.raw)
        return self._source(source.file, source.sheet, source.cell, raw, what=source.what)

    @cached_property
    def _hashes(self) -> dict[str, str]:
        rows = self.returns.submissions
        return dict(zip(rows["file"], rows["sha256"], strict=True))

    @cached_property
    def _observed(self) -> dict[int, Source]:
        return {
            row.obs: self._source(
                row.file,
                row.sheet,
                row.cell,
                row.raw,
                what="|".join((row.unit, row.indicator, row.measure, row.period, row.entity)),
                sha256=row.sha256,
            )
            for row in self.returns.observations.itertuples()
        }

    @cached_property
    def _open(self) -> dict[str, list[tuple[str, str, Source]]]:
        """By indicator: period, measure and cell of what is not counted."""
        rows = self.returns.observations
        rows = rows[~rows["state"].isin(["accepted", "note"])]
        found = defaultdict(list)
        columns = (rows[name] for name in ("indicator", "period", "measure", "obs"))
        for indicator, period, measure, number in zip(*columns, strict=True):
            found[indicator].append((period, measure, self._observed[number]))
        return found

    @cached_property
    def _statements(self) -> dict[int, dict]:
        return {row["status"]: row for row in self.returns.statuses.to_dict("records")}

    @cached_property
    def _raw(self) -> dict[Place, str]:
        rows = self.returns.cells
        return dict(
            zip(zip(rows["file"], rows["sheet"], rows["cell"], strict=True), rows["value"], strict=True)
        )

    @cached_property
    def _by_row(self) -> dict[tuple[str, str, int], list[tuple[str, str]]]:
        """(file, sheet, row) → (cell, title of its column) of its filled cells."""
        found = defaultdict(list)
        for row in self.returns.cells.itertuples():
            if number := re.search(r"\d+$", row.cell):
                found[row.file, row.sheet, int(number[0])].append((row.cell, row.field))
        return found

    @cached_property
    def _decided(self) -> dict[Place, str]:
        """Answers by the cell they are about, with rule, person and day; several on one cell are joined."""
        found = defaultdict(list)
        answered = self.returns.findings[self.returns.findings["answer"].ne("")]
        for row in answered.to_dict("records"):
            decision = self.decisions.about(row)
            who = "，".join(filter(None, (decision.by, decision.on))) if decision else ""
            cell = row["cell"] if _CELL.fullmatch(row["cell"]) else ""
            found[row["file"], row["sheet"], cell].append(
                f"{row['answer']}（{row['code']}{'，' if who else ''}{who}）"
            )
        return {place: "；".join(dict.fromkeys(told)) for place, told in found.items()}

    def _source(self, file: str, sheet: str = "", cell: str = "", raw: str = "", **more: str) -> Source:
        known = {
            "round": self.returns.round_id,
            "sha256": self._hashes.get(file, ""),
            "decision": self._decided.get((file, sheet, cell), "") if cell else "",
        }
        return Source(file=file, sheet=sheet, cell=cell, raw=raw, **(known | more))

    def _filled(self, row: dict, cell: str) -> Source | None:
        raw = self._raw.get((row["file"], row["sheet"], cell))
        return (
            None
            if raw is None
            else self._source(row["file"], row["sheet"], cell, raw, what=row["commitment"])
        )

    def _found(self, row: dict) -> Source:
        what = f"{row['code']} {row['cell']}".strip()
        raw = self._known(row["file"], row["sheet"], row["cell"])
        if raw is None:
            return self._source(row["file"], row["sheet"], what=what)
        return self._source(row["file"], row["sheet"], row["cell"], raw, what=what)

    def _known(self, file: str, sheet: str, cell: str) -> str | None:
        """Text of a cell as found; ``None`` for what is no single cell and for what was withheld."""
        return self._raw.get((file, sheet, cell)) if _CELL.fullmatch(cell) else None

    def _first(self, row: Row, field: str = "") -> Source | None:
        """The first filled cell of a row (in the column of that title, if one is given)."""
        for cell, title in self._by_row.get((row.file, row.sheet, int(row.row)), ()):
            if not field or title == field:
                return self._source(row.file, row.sheet, cell, self._raw[row.file, row.sheet, cell])
        return None
