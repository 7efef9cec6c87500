"""Text that came from outside, made safe to put into a spreadsheet cell or an XML document."""

from __future__ import annotations

import re

# Characters that XML 1.0 forbids.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def plain_text(value: object) -> object:
    """A string without characters that XML forbids; other values unchanged.

    Whoever writes it into a workbook must also store it as text, so that ``=HYPERLINK(…)`` stays text.
    """
    return _FORBIDDEN.sub("", value) if isinstance(value, str) else value
