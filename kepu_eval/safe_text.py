"""Text that came from outside: tidied for comparing, made safe for a spreadsheet cell or an XML document."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Characters that XML 1.0 forbids, and those that turn the direction of text and so make it read as something else.
_FORBIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def plain_text(value: object) -> object:
    """A string without characters that XML forbids or that turn its direction; other values unchanged.

    Whoever writes it into a workbook must also store it as text, so that ``=HYPERLINK(…)`` stays text.
    """
    return _FORBIDDEN.sub("", value) if isinstance(value, str) else value


INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b-\x1f]")


def as_written(raw: object) -> str:
    """Text as a person wrote it, with its full-width punctuation, without invisible characters and outer spaces."""
    return "" if raw is None else INVISIBLE.sub("", str(raw)).strip()


_SPACE = re.compile(r"\s+")


def tidy(raw: object) -> str:
    """Text without invisible characters, full-width forms and superfluous spaces."""
    return "" if raw is None else _tidied(str(raw))


@lru_cache(maxsize=8192)  # labels and units repeat in every workbook of a round
def _tidied(text: str) -> str:
    return _SPACE.sub(" ", INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).strip()
