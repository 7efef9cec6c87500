"""Personal data: recognised however it is written, so that it can be refused, never stored, never shown.

One normaliser for every entrance (compatibility forms, any script's digits, Chinese ones among them, no invisible
characters, anything between groups of digits), and on what it gives one rule a kind. What looks alike stays: amounts,
dates, document numbers, codes. ``benchmarks/personal_data.py`` measures recall and false refusals.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

WITHHELD = "（含个人信息，已略去）"
ID, MOBILE, CARD, PASSPORT, EMAIL = "身份证号", "手机号码", "银行卡号", "护照号", "电子邮箱"

_CHINESE = {"0": "〇零○", "1": "一壹幺", "2": "二贰貳", "3": "三叁參", "4": "四肆", "5": "五伍", "6": "六陆陸", "7": "七柒",
            "8": "八捌", "9": "九玖"}  # fmt: skip
_TO_DIGITS = str.maketrans({character: digit for digit, those in _CHINESE.items() for character in those})
_IN_CHINESE = "".join(_CHINESE.values())
_LOOKS_LIKE_X = "×ХхΧχ✕"
_BETWEEN = (
    r"[\W_]{0,6}"  # spaces, dashes, dots, brackets … between two digits, but neither a letter nor a character
)
_APART = re.compile(r"[\W_]+")
# Seven digits (a passport has them) with little between them, or what an e-mail address has: a quick look at every cell.
_QUICK = re.compile(
    rf"(?:[\d{_IN_CHINESE}][\W_]{{0,8}}){{7}}|@|[(\[【]\s?at?\s?[)\]】]|\sat\s|[#☆★◎]|艾特", re.IGNORECASE
)
_SHORTEST, _REPEATED = 6, 200  # a@b.cn; text as long as that is hardly met twice


@dataclass(frozen=True)
class _Number:
    """Digits as found: without what is between them, in which groups, and what stands around them; each when asked for."""

    found: re.Match[str]

    @property
    def written(self) -> str:
        return self.found["number"]

    @cached_property
    def digits(self) -> str:
        return _APART.sub("", self.written).upper()

    @cached_property
    def groups(self) -> tuple[int, ...]:
        return tuple(map(len, _APART.split(self.written)))

    @property
    def before(self) -> str:
        return self.found.string[max(self.found.start() - 16, 0) : self.found.start()]

    @property
    def after(self) -> str:
        return self.found.string[self.found.end() : self.found.end() + 8]

    @property
    def one_by_one(self) -> bool:
        return set(self.groups) == {1}


def personal_data(raw: object) -> str:
    """What kind of personal data a cell holds: ``身份证号``, ``手机号码``, ``银行卡号``, ``护照号``, ``电子邮箱`` or nothing."""
    if isinstance(raw, bool | dt.date | dt.time | dt.timedelta) or raw is None:
        return ""
    if isinstance(raw, int | float):
        return _kind_of_number(raw)
    text = str(raw)
    return _kind_of_text(text) if may_be_personal(text) else ""


@lru_cache(maxsize=1024)  # days and our own guidance stand in every workbook
def _kind_of_text(text: str) -> str:
    return next((kind for _, _, kind in _found(text)), "")


@lru_cache(maxsize=1024)
def masked(text: str) -> str:
    """The text without personal data: what may be stored and shown of a file name or a heading."""
    if not may_be_personal(text):
        return text
    shown, last = "", 0
    for start, end, _ in sorted(_found(text)):
        if start >= last:
            shown, last = f"{shown}{text[last:start]}{WITHHELD}", end
    shown += text[last:]
    return WITHHELD if personal_data(shown) else shown


def may_be_personal(text: str) -> bool:
    """A quick look that passes over most text; everything that :func:`personal_data` finds is among the rest."""
    if len(text) < _SHORTEST:
        return False
    return _seen(text) if len(text) < _REPEATED else _looks(text)


def _looks(text: str) -> bool:
    return _QUICK.search(text if text.isascii() else unicodedata.normalize("NFKC", text)) is not None


_seen = lru_cache(maxsize=16_384)(_looks)  # labels and messages are the same in every workbook


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    """Start and end in the text, and kind, of all personal data in it."""
    if _SCIENTIFIC.fullmatch(text):
        kind = _kind_of_number(float(text))
        yield from ((0, len(text), kind),) if kind else ()
    plain, places = _normalised(text)
    in_digits = plain.translate(_TO_DIGITS)
    for start, end, kind in (*_numbers(plain), *_letters(plain)):
        yield places[start], places[end - 1] + 1, kind
    for start, end, kind in _numbers(in_digits) if in_digits != plain else ():
        if (
            in_digits[start:end] != plain[start:end]
        ):  # the others have been found, or stand next to a Chinese digit
            yield places[start], places[end - 1] + 1, kind


def _normalised(text: str) -> tuple[str, list[int]]:
    """The text in plain characters, and where in the text each of them comes from."""
    characters, places = [], []
    for place, character in enumerate(text):
        for plain in character if character.isascii() else _plain(character):
            characters.append(plain)
            places.append(place)
    return "".join(characters), places


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character in _LOOKS_LIKE_X:
        return "X"
    told = (
        c
        for c in unicodedata.normalize("NFKC", character)
        if unicodedata.category(c) not in ("Mn", "Me", "Cf")
    )
    return "".join(str(unicodedata.digit(c, c)) for c in told)


# --- numbers


# A hundred figures of one or two digits in a row are a sum or a column; trying each of thousands takes minutes.
_FIGURES = re.compile(r"(?:(?<!\d)\d{1,2}[\W_]{1,6}){100,}+")


def _numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Personal numbers that begin and end with a whole group of digits."""
    last, text = 0, _FIGURES.sub(lambda figures: " " * len(figures[0]), text)
    for begin in re.finditer(r"(?<!\d)\d", text):
        if begin.start() < last:
            continue
        for kind, pattern, is_one in _RULES:
            found = pattern.match(text, begin.start())
            if found and is_one(_Number(found)):
                last = found.end()
                yield begin.start(), last, kind
                break


def _pattern(head: str, more: int, tail: str = "", prefix: str = "") -> re.Pattern[str]:
    """``head``, ``more`` digits and ``tail`` with anything between them, up to the end of a group."""
    between = _BETWEEN.join(("", tail)) if tail else ""
    return re.compile(rf"{prefix}(?P<number>{head}(?:{_BETWEEN}\d){{{more}}}{between})(?!\d)")


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SERIALS_SINCE = 2021  # with a wrong check digit, a birthday since then is the date in a serial number
_CODE_BEFORE = re.compile(
    r"(?:(?<!证)编号|代码|文号|单号|档案号?|凭证号?|发票号?码?|批号|流水号?|序列号|备案号?|合同号?|账号编码|项目号|登记号|许可证号?)\D{0,3}$"
)
_LETTERS_BEFORE = re.compile(r"([A-Za-z]+)[-_#.]?$")
_CONTACT = {"t", "tel", "tele", "phone", "mobile", "mob", "mp", "m", "cell", "call", "wx", "vx", "v", "weixin", "wechat", "qq"}  # fmt: skip
_UNIT_AFTER = re.compile(
    r"\s?(?:\.(?!0(?!\d))\d{1,2}(?!\d)|[万亿]?元|人次|人数|场次|平方|公里|千瓦|[万亿亩份册吨度]|[人次个户件套台条篇场](?![\u4e00-\u9fff]))"
)

_DECIMAL = re.compile(r"\d+\.\d+")


def _is_code(number: _Number) -> bool:
    """Whether what stands before digits says that they are a code: letters that name no telephone, or a word."""
    letters = _LETTERS_BEFORE.search(number.before)
    return bool((letters and letters[1].lower() not in _CONTACT) or _CODE_BEFORE.search(number.before))


def _is_amount(number: _Number) -> bool:
    """Whether digits are an amount: they have decimals, a unit follows, or they are decimals themselves."""
    if len(number.groups) > 1:
        return _DECIMAL.fullmatch(number.written) is not None
    return bool(_UNIT_AFTER.match(number.after) or re.search(r"(?<!\d)0\.$", number.before))


def _day(year: str, month_day: str) -> bool:
    try:
        dt.date(int(year), int(month_day[:2]), int(month_day[2:]))
    except ValueError:
        return False
    return True


def _is_id(number: _Number) -> bool:
    """GB 11643–1999. One with a wrong check digit is mistyped, unless it is a serial number or a credit code."""
    digits = number.digits
    born = int(digits[6:10])
    if not (1880 <= born < 2100 and _day(digits[6:10], digits[10:14])):
        return False
    groups = number.groups
    if len(groups) > 1 and not number.one_by_one and (len(groups) > 7 or groups[0] < 3 or digits[:2] == "20"):
        return False
    check = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=False)) % 11
    return digits[17] == "10X98765432"[check] or (born < _SERIALS_SINCE and not _is_credit_code(digits))


_CREDIT_WEIGHTS = tuple(3**n % 31 for n in range(17))
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def _is_credit_code(digits: str) -> bool:
    """GB 32100–2015 written in digits only: its own check digit and that of the organisation code inside it."""
    if not digits.isdigit() or digits[0] not in "159":
        return False
    body = (11 - sum(int(d) * w for d, w in zip(digits[8:16], _BODY_WEIGHTS, strict=True))) % 11
    whole = (31 - sum(int(d) * w for d, w in zip(digits, _CREDIT_WEIGHTS, strict=False))) % 31
    return int(digits[16]) == body and int(digits[17]) == whole


def _is_cut_id(number: _Number) -> bool:
    """An identity number that lost its last digit, or whose last one is a sign."""
    born = int(number.digits[6:10])
    if not (1900 <= born < _SERIALS_SINCE and _day(number.digits[6:10], number.digits[10:14])):
        return False
    return len(number.groups) == 1 and not _is_code(number) and not _is_amount(number)


def _is_old_id(number: _Number) -> bool:
    """The 15-digit number in use until 1999: whoever has one was born in the century before."""
    digits = number.digits
    if digits[6] < "3" or not _day(f"19{digits[6:8]}", digits[8:12]):
        return False
    groups = number.groups
    whole = len(groups) <= 4 and groups[0] >= 3 and digits[:2] != "20"
    return (whole or number.one_by_one) and not _is_code(number) and not _is_amount(number)


def _is_card(number: _Number) -> bool:
    """ISO/IEC 7812: an issuer's number that is in use, and Luhn's check digit."""
    whole = len(number.groups) <= 5 and number.groups[0] >= 4
    return _is_issued(number.digits) and (whole or number.one_by_one) and _luhn(number.digits)


def _is_issued(digits: str) -> bool:
    return digits.startswith(("6", "81", "9558")) or (
        len(digits) == 16 and digits.startswith(("4", "51", "52", "53", "54", "55", "35"))
    )


def _luhn(digits: str) -> bool:
    doubled = (divmod(2 * int(d), 10) for d in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(tens + ones for tens, ones in doubled)) % 10 == 0


_MOBILE_GROUPS = {(11,), (3, 4, 4), (3, 8)}
_LESS_USUAL_GROUPS = {(7, 4), (4, 3, 4), (4, 4, 3), (3, 3, 5), (5, 6), (3, 4, 2, 2), (3, 2, 2, 2, 2)}
_ENUMERATING = re.compile(r"[/、,，;；|]")  # between figures: 1500/200/1800


def _is_mobile(number: _Number) -> bool:
    digits, groups = number.digits, number.groups
    less_usual = groups in _LESS_USUAL_GROUPS and not _ENUMERATING.search(number.written)
    if not (groups in _MOBILE_GROUPS or less_usual or number.one_by_one):
        return False
    if groups[0] == 4 and digits[:2] == "19":  # a year
        return False
    dated = (
        groups[0] == 3 and "2000" <= digits[3:7] < "2040" and _day(digits[3:7], digits[7:])
    )  # 135 2023-05-20
    figures = _ENUMERATING.search(number.written) and _UNIT_AFTER.match(number.after)  # 138，1234，5678人次
    return not dated and not figures and not _is_code(number) and not _is_amount(number)


_RULES: tuple[tuple[str, re.Pattern[str], Callable[[_Number], bool]], ...] = (
    (ID, _pattern("[1-9]", 16, tail="[0-9Xx]"), _is_id),
    (ID, _pattern("[1-9]", 16), _is_cut_id),
    *((CARD, _pattern("[3-9]", more), _is_card) for more in (18, 17, 16, 15)),
    (ID, _pattern("[1-9]", 14), _is_old_id),
    (MOBILE, _pattern(rf"1{_BETWEEN}[3-9]", 9, prefix="(?:(?:0{0,2}86)?0?|17951|12593)"), _is_mobile),
)
_SCIENTIFIC = re.compile(r"\s*\d\.\d{10,17}[eE]\+?1[0-8]\s*")


def _kind_of_number(raw: float) -> str:
    """A number typed as a number; from 16 digits on its last ones are lost, so no check digit is asked for."""
    if not math.isfinite(raw) or raw < 1e10 or raw >= 1e19 or raw != int(raw):
        return ""
    digits = str(int(raw))
    if len(digits) == 18 and "18" <= digits[6:8] <= "20" and _day(digits[6:10], digits[10:14]):
        return ID
    if len(digits) >= 16:
        return CARD if _is_issued(digits) else ""
    return next((kind for _, _, kind in _numbers(digits)), "")


# --- with letters

_PASSPORT = re.compile(
    r"(?<![0-9A-Za-z])(?P<letters>[EG]|E[A-HJ-NP-Z]|[DSP]E|MA|[A-Z]{1,2})[ -]?(?P<digits>\d{7,9}|\d{4} \d{4})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_USUAL_PASSPORT = re.compile(r"[EG]\d{8}|(?:E[A-HJ-NP-Z]|[DSP]E|MA)\d{7}")
_NAMED_PASSPORT = re.compile(r"护\s*照|通行证|回乡证|台胞证|passport", re.IGNORECASE)
_PROVIDER = "(?:163|126|139|189|qq|sina|sohu|gmail|outlook|hotmail|foxmail|yeah|aliyun)"
_AT, _DOT = (
    rf"\s{{0,2}}(?:@|[(\[【]\s?at?\s?[)\]】]|(?<=\s)at(?=\s)|(?:[#☆★◎]|艾特)(?=\s?{_PROVIDER}\W))\s{{0,2}}",
    r"(?:\s?[.。]\s?|\s?[(\[【]dot[)\]】]\s?|\sdot\s)",
)
_EMAIL = re.compile(
    rf"(?<![A-Za-z0-9])[A-Za-z0-9一-鿿][A-Za-z0-9._%+\-]{{0,63}}{_AT}[A-Za-z0-9][A-Za-z0-9\-]{{0,62}}"
    rf"(?:{_DOT}[A-Za-z0-9\-]{{1,62}}){{0,3}}{_DOT}[A-Za-z]{{2,24}}(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def _letters(text: str) -> Iterator[tuple[int, int, str]]:
    """Passports and e-mail addresses."""
    for found in _PASSPORT.finditer(text):
        number = (found["letters"] + found["digits"].replace(" ", "")).upper()
        named = _NAMED_PASSPORT.search(text, 0, found.start())
        # A year and a serial number make a code: EV2023001, G20230520.
        usual = _USUAL_PASSPORT.fullmatch(number) and not re.match(r"(?:19|20)\d\d", found["digits"])
        if named or usual:
            yield found.start(), found.end(), PASSPORT
    for found in _EMAIL.finditer(text):
        yield found.start(), found.end(), EMAIL
