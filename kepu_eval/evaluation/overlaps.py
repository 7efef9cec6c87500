"""How much comes off a sum because several units reported one activity, and how sure that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kepu_eval.evaluation.cells import Cell, CellState
from kepu_eval.evaluation.intervals import Interval
from kepu_eval.evaluation.rating import exact
from kepu_eval.returns import Overlap


@dataclass
class Removal:
    """What comes off one year. ``least`` is certain, ``most`` possible, ``told`` what the round itself suggests.

    ``by_unit``: the most by unit, of groups that nobody has decided; those figures are 疑似重复.
    """

    least: Fraction = Fraction()
    most: Fraction = Fraction()
    told: Fraction = Fraction()
    by_unit: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))

    @property
    def interval(self) -> Interval:
        """From the least to the most."""
        return Interval(self.least, self.most)


def removals(
    overlaps: Iterable[Overlap], cells: Mapping[tuple[str, str], Cell], order: Sequence[str]
) -> dict[str, Removal]:
    """By year, what comes off the sum of ``cells`` (by unit and year); ``order``: units, who reports first in front.

    Of each group one report stays: the first, in order, whose figure is large enough to hold the activity. The others
    come off, none by more than its figure. While a unit that may still take the place of the one that stays is not
    known, all of the group may come off, but none of it must.
    """
    taken = _Taken(cells)
    for overlap in overlaps:
        known = [m for m in overlap.members if m[:2] in cells and cells[m[:2]].known]
        if not known:
            continue
        large = next(
            (m for m in known if m[2] is not None and (cells[m[:2]].value or 0) >= exact(m[2])), None
        )
        kept = large or known[0]
        others = [m for m in known if m is not kept]
        doubted = any(m[2] is None for m in overlap.members) and len(overlap.members) > 1
        outranked = doubted or _outranked(kept, overlap, cells, order, sure=large is not None)
        for member in others:
            people = Fraction() if member[2] is None else exact(member[2])
            taken.add(member, "told", people)
            taken.add(member, "least", people if overlap.decided and not outranked else Fraction())
            taken.add(member, "most", None if member[2] is None else people)
        if outranked:
            taken.add(kept, "most", None if kept[2] is None else exact(kept[2]))
    return taken.by_year()


def _outranked(
    kept: tuple[str, str, float | None],
    overlap: Overlap,
    cells: Mapping[tuple[str, str], Cell],
    order: Sequence[str],
    *,
    sure: bool,
) -> bool:
    """Whether a unit whose figure is not known may turn out to be the one that reports the activity.

    One that ranks before it, or, where its own figure is too small to hold the activity (not ``sure``), any other.
    """
    unit, year, _ = kept
    before = order[: order.index(unit)] if sure and unit in order else order
    named = {member[0] for member in overlap.members}
    unread = [other for other in before if (other, year) in cells and not cells[other, year].known]
    return any(other in named or cells[other, year].state is CellState.SILENT for other in unread)


class _Taken:
    """Sums by unit and year, none above the unit's figure."""

    def __init__(self, cells: Mapping[tuple[str, str], Cell]) -> None:
        self.cells = cells
        self.amounts: dict[tuple[str, str], dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))

    def add(self, member: tuple[str, str, float | None], side: str, people: Fraction | None) -> None:
        place = member[:2]
        whole = self.cells[place].value or Fraction()
        amount = whole if people is None else people
        self.amounts[place][side] = min(self.amounts[place][side] + amount, whole)

    def by_year(self) -> dict[str, Removal]:
        found: dict[str, Removal] = defaultdict(Removal)
        for (unit, year), sides in self.amounts.items():
            removal = found[year]
            removal.least += sides["least"]
            removal.most += sides["most"]
            removal.told += sides["told"]
            if sides["most"] > sides["least"]:
                removal.by_unit[unit] += sides["most"] - sides["least"]
        return found
