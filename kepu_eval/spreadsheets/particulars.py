"""What calamine does not tell about a sheet, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass, field

UNCACHED = "#未计算"
BY_MONTH = "#年#月"
"""How a cell is shown whose format leaves out the day of the month: its day is the first whatever was meant."""


@dataclass(frozen=True)
class Particulars:
    """What is to be known of one sheet beside its values.

    ``errors`` by address (a formula never computed counts as one). ``size`` in rows and columns, zero when the sheet
    keeps within 10,000 rows and 702 columns. ``understated``: the sheet's own used range, which WPS may write as A1,
    leaves cells out. ``worded``: what is shown, by address, where a number format adds words to the number, which is # (#万, 约#).
    ``struck``: addresses of cells with text that is crossed out. ``comments``: their text by address.
    """

    size: tuple[int, int] = (0, 0)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    external: frozenset[str] = frozenset()
    percent: frozenset[str] = frozenset()
    struck: frozenset[str] = frozenset()
    worded: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    understated: bool = False
