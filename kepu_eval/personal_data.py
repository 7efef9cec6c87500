"""Identity and mobile numbers: recognised so that they can be refused, never stored, never shown."""

from __future__ import annotations

import datetime as dt
import re

from kepu_eval.safe_text import tidy

WITHHELD = "（含个人信息，已略去）"
_ID = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dXx])"
)
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def personal_data(raw: object) -> str:
    """What kind of personal data a cell holds: ``身份证号``, ``手机号码`` or nothing.

    An identity number needs a valid check digit (GB 11643–1999), so that long serial numbers are not mistaken.
    """
    if isinstance(raw, bool | dt.date | dt.time | dt.timedelta) or raw is None:
        return ""
    text = f"{raw:.0f}" if isinstance(raw, float) and raw.is_integer() else tidy(raw)
    text = text.replace(" ", "").replace("-", "") if not isinstance(raw, float) else text
    if any(_valid_id(match) for match in _ID.findall(text)):
        return "身份证号"
    return "手机号码" if _MOBILE.search(text) else ""


def _valid_id(number: str) -> bool:
    check = sum(int(d) * w for d, w in zip(number[:17], _WEIGHTS, strict=True)) % 11
    return number[17].upper() == "10X98765432"[check]


def masked(text: str) -> str:
    """The text without identity and mobile numbers: what may be stored and shown of a file name or a heading."""
    shown = _MOBILE.sub(WITHHELD, _ID.sub(lambda m: WITHHELD if _valid_id(m[0]) else m[0], text))
    return WITHHELD if personal_data(shown) else shown  # written with spaces or in full-width digits
