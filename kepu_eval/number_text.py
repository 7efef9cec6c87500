"""A number as text for people: in full, because ``1.23457e+06`` is another number than the one reported."""

from __future__ import annotations

from fractions import Fraction


def number_text(value: Fraction | float) -> str:
    """Whole numbers with all their digits and without a point, others to six digits."""
    number = float(value)
    return f"{int(number)}" if number.is_integer() else f"{number:g}"
