"""A case as one unit sees it: its tasks, what it sent, what is open with it and what it has to put right."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kepu_eval.plan import LEAD
from kepu_eval.report.open_items import OpenItem, grouped, open_items

if TYPE_CHECKING:
    import pandas as pd

    from kepu_eval.plan import Unit
    from kepu_eval.report.blocks import Fact
    from kepu_eval.report.case import Case
    from kepu_eval.report.vocabulary import Vocabulary
    from kepu_eval.supervision import Item

ITEMS_SHOWN, OPEN_SHOWN = 4, 3
"""How many of the items to put right, and of what is open, the pages show; the workbook has all."""


@dataclass(frozen=True)
class UnitCase:
    """A case as one unit sees it."""

    case: Case
    unit: Unit

    @cached_property
    def words(self) -> Vocabulary:
        """What the report's text may name: figures, names, lists."""
        from kepu_eval.report.unit_words import unit_vocabulary

        return unit_vocabulary(self)

    @property
    def proper_names(self) -> set[str]:
        """Names with digits in them, which a text may hold though they are no figures."""
        return self.case.proper_names

    @property
    def submitted(self) -> bool:
        """Whether the unit sent something that could be read."""
        units = self.case.evaluation.units.set_index("unit")
        return bool(units.loc[self.unit.id, "submitted"])

    @cached_property
    def tasks(self) -> dict[int, str]:
        """The unit's role, 牵头 or 责任, by task number."""
        return {task.number: role for task, role in self.case.plan.duties(self.unit)}

    @property
    def led(self) -> list[int]:
        """Numbers of the tasks that it leads."""
        return [number for number, role in self.tasks.items() if role == LEAD]

    def own(self, part: str) -> pd.DataFrame:
        """The unit's rows of one of the returns' frames, such as ``observations``."""
        rows = getattr(self.case.returns, part)
        return rows[rows["unit"].eq(self.unit.id)]

    def counted(self, name: str, value: int, label: str, unit: str = "项") -> Fact:
        """A count made in what the unit sent."""
        return self.case.facts.count(name, value, label, unit, parts=self.received)

    @cached_property
    def answered(self) -> pd.DataFrame:
        """Its statements on commitments that say anything at all; blank rows of the template do not."""
        rows = self.own("statuses")
        sizes = rows[["baseline_size", "current_size", "quantity"]].notna().any(axis=1)
        words = rows[["operating", "progress", "self_rating", "evidence", "problem"]].map(bool).any(axis=1)
        return rows[sizes | words | rows["done_by_year"].map(lambda years: any(years.values())).astype(bool)]

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Its own figures but those of schools: all that it had to send, and what it sent besides."""
        rows = self.own("observations")
        return rows[rows["entity"].eq("") & (rows["required"] | rows["state"].ne("missing"))]

    @cached_property
    def claims(self) -> dict[str, list[str]]:
        """Commitments and activities by the evidence number that they name."""
        uses: dict[str, list[str]] = {}
        for row in self.own("statuses").itertuples():
            for number in row.evidence:
                uses.setdefault(number, []).append(row.commitment)
        for row in self.own("events").itertuples():
            for number in row.evidence:
                uses.setdefault(number, []).append(f"活动{row.number}")
        return uses

    @cached_property
    def open_rows(self) -> list[tuple[str, OpenItem]]:
        """What is open with the unit, each with all its places; the same groups as in its slip."""
        return list(grouped(open_items(self.own("findings")), with_file=False))

    @property
    def received(self) -> tuple[str, ...]:
        """What the unit sent, as the part of Facts that are made of it."""
        return self.case.facts.submissions([self.unit.id])

    @cached_property
    def raised(self) -> list[Item]:
        """What this round's evaluation asks it to put right."""
        return [item for item in self.case.to_rectify if item.unit == self.unit.id]

    @property
    def items_shown(self) -> int:
        """How many of the items to put right the pages show; one less where they show what is open as well."""
        return ITEMS_SHOWN - bool(self.open_rows)

    @property
    def carried(self) -> pd.DataFrame:
        """What earlier rounds asked of it, is not settled in the ledger, and this round does not ask again."""
        rows = self.case.rectification
        again = {(item.task, item.indicator) for item in self.raised}
        rows = rows[rows["unit"].eq(self.unit.id) & ~rows["settled"].astype(bool)]
        return rows[[(row.task, row.indicator) not in again for row in rows.itertuples()]]
