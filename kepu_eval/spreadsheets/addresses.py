"""Cell addresses and 0-based positions (openpyxl has the same, but takes longer to import than a file to read)."""

from __future__ import annotations

import re
from functools import lru_cache

_ADDRESS = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,6})")


@lru_cache(maxsize=1024)
def column_letters(number: int) -> str:
    """Letters of a 1-based column: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Address of a 0-based position."""
    return f"{column_letters(column + 1)}{row + 1}"


def position(cell: str) -> tuple[int, int] | None:
    """0-based row and column of an address; ``None`` when it is none."""
    found = _ADDRESS.fullmatch(cell)
    if found is None:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1
