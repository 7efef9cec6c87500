"""The list of schools: the same one told twice, a total among them, a name that says another type."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import combinations

from rapidfuzz import fuzz

from kepu_eval.returns.cells import han_number, tidy
from kepu_eval.returns.checks import COUNTED
from kepu_eval.returns.findings import Findings, as_found, row_place
from kepu_eval.returns.plausibility.seen import Seen, ask_status
from kepu_eval.returns.text_figures import text_figures

PUPILS = 100
"""Two schools of that many pupils do not have the same enrolment year after year."""
_ALIKE, _SAME_FIGURES, _SUMS = 80, 0.8, 0.8
_KINDS = (("小学", "小"), ("中学", "中"), ("初中", "初"), ("高中", "高"), ("学校", ""), ("幼儿园", "幼"))
_HAN, _DIGITS = re.compile(r"[一二两三四五六七八九十百]+"), re.compile(r"\d+")
_BRANCH = re.compile(r"[(\[]?(?:[东西南北中新老总本]|[一-鿿]{0,4})(?:校区|分校|分园|园区|校部|本部)[)\]]?")
_ALL_SCHOOLS = re.compile(r"(?:全[区旗县市]|所有|辖区)[^,，。;；\d]{0,8}?(\d+)\s*所")
_KIND, _EVERY = (
    re.compile(r"(\d+)\s*所(幼儿园|小学|初中|高中|中职)"),
    re.compile(r"全[区旗县市](?!级)|所有|全部"),
)
_TYPES = {"幼儿园": ("幼儿园",), "小学": ("小学",), "初中": ("初中", "初级中学"), "高中": ("高中", "高级中学"),
          "中职": ("中职", "职业", "技工", "技校", "职教", "中专")}  # fmt: skip


def check_twice(seen: Seen, findings: Findings) -> None:
    """Ask about two rows of schools that are one: the same figures, or nearly so under a name that is a short form (X18)."""
    profiles: dict[tuple[str, str], dict[tuple, float]] = defaultdict(dict)
    for row in seen.parts["observations"]:
        if row["entity"] and row["state"] in COUNTED:
            profiles[row["unit"], row["entity"]][row["indicator"], row["measure"], row["period"]] = row[
                "value"
            ]
    short = {key: _short(key[1], seen.plan.meta.district) for key in profiles}
    places = {(row["unit"], row["entity"]): row for row in seen.parts["schools"] if not row["asked"]}
    told: set[tuple[str, str]] = set()
    wholes = {measured for measured, role in seen.roles.items() if role == "denominator"}
    for one, other in combinations(profiles, 2):
        if one[0] != other[0] or other in told or other not in places or one not in places:
            continue
        same = _same_figures(profiles[one], profiles[other])
        if _is_branch(short[one], short[other]) or _same_pupils(profiles[one], profiles[other], wholes):
            told.add(other)
            what = "疑为同一学校的校区" if _is_branch(short[one], short[other]) else "各学年在校生数相同"
            _ask_school(seen, one, other, places, findings, what)
            continue
        alike = short[one] == short[other] or (
            _DIGITS.findall(short[one]) == _DIGITS.findall(short[other])
            and fuzz.partial_ratio(short[one], short[other]) >= _ALIKE
        )
        if same == 1 or (alike and same >= _SAME_FIGURES):
            told.add(other)
            _ask_school(seen, one, other, places, findings, "各数相同，疑为同一学校")


def _same_figures(one: dict[tuple, float], other: dict[tuple, float]) -> float:
    """Share of the figures that two schools have alike; 0 where there are too few, or none that tells schools apart."""
    both = one.keys() & other.keys()
    if len(both) < 6 or max(one[key] for key in both) < 50:
        return 0.0
    return sum(one[key] == other[key] for key in both) / len(both)


def _short(name: str, district: str) -> str:
    """A school's name without city, district and 第, its numerals as digits, its kind by one character."""
    text = tidy(name).replace(" ", "").replace("第", "")
    for word in (district, district[0] + district[-1]):
        text = text.replace(word, "")
    text = re.sub(r"^[一-鿿]{2}市", "", text)
    for long, brief in _KINDS:
        text = text.replace(long, brief)
    text = _HAN.sub(lambda found: str(han_number(found[0])), text)
    return _DIGITS.sub(lambda found: str(int(found[0])), text)


def _ask_school(
    seen: Seen,
    one: tuple[str, str],
    other: tuple[str, str],
    places: dict[tuple[str, str], dict],
    findings: Findings,
    what: str,
) -> None:
    row, first = places[other], places[one]
    told = f"第{row['row']}行“{other[1]}”与第{first['row']}行“{one[1]}”{what}"
    _hold_school(seen, row, told, "请确认；同一学校只列一行", findings)


def _hold_school(seen: Seen, row: dict, told: str, remedy: str, findings: Findings) -> None:
    """Ask about a school's row as a whole: none of its figures counts until that is answered (X18)."""
    findings.add("X18", "question", told, remedy, **row_place(row, "entity"), item=row["entity"],
                 affects=seen.of_entities)  # fmt: skip
    asked = ("X18", f"第{row['row']}行")
    row["asked"] = (*row["asked"], asked)
    for figure in seen.parts["observations"]:
        if (figure["unit"], figure["entity"]) == (row["unit"], row["entity"]) and figure["state"] in COUNTED:
            figure["asked"] = (*figure["asked"], asked)
            figure["state"], figure["candidate"], figure["value"] = "question", figure["value"], float("nan")


def _is_branch(one: str, other: str) -> bool:
    """Whether of two names one is the other with a campus behind it."""
    brief, long = sorted((one, other), key=len)
    return len(brief) >= 3 and long.startswith(brief) and bool(_BRANCH.fullmatch(long[len(brief) :]))


def _same_pupils(one: dict[tuple, float], other: dict[tuple, float], wholes: set[tuple[str, str]]) -> bool:
    """Whether two schools have the same enrolment in every year, which is no chance."""
    both = [key for key in one.keys() & other.keys() if key[:2] in wholes]
    return len(both) >= 2 and all(one[key] == other[key] >= PUPILS for key in both)


def check_totals(seen: Seen, findings: Findings) -> None:
    """Ask about a row among the schools that is the sum of the others (X18): a total that is not called one."""
    by_unit: dict[str, dict[str, dict[tuple, float]]] = defaultdict(lambda: defaultdict(dict))
    for row in seen.parts["observations"]:
        if row["entity"] and row["state"] in (*COUNTED, "question") and row["raw"]:
            value = row["value"] if row["state"] in COUNTED else row["candidate"]
            by_unit[row["unit"]][row["entity"]][row["indicator"], row["measure"], row["period"]] = value
    places = {(row["unit"], row["entity"]): row for row in seen.parts["schools"] if not row["asked"]}
    for unit, schools in by_unit.items():
        sums: dict[tuple, float] = defaultdict(float)
        for figures in schools.values():
            for key, value in figures.items():
                sums[key] += value
        for name, figures in schools.items():
            told = [2 * value == sums[key] for key, value in figures.items() if value > 0]
            if (
                len(schools) > 3
                and len(told) >= 3
                and sum(told) >= _SUMS * len(told)
                and (unit, name) in places
            ):
                row = places[unit, name]
                what = f"第{row['row']}行“{name}”各数恰为其他各行之和，疑为合计行"
                _hold_school(seen, row, what, "合计不列入明细，请删除该行", findings)


def check_told(seen: Seen, findings: Findings) -> None:
    """Ask about a statement that tells of more schools, or pupils, than the unit's own list has (X33)."""
    listed: dict[str, set[str]] = defaultdict(set)
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in seen.parts["schools"]:
        listed[row["unit"]].add(row["entity"])
        kinds[row["unit"], row["type"]].add(row["entity"])
    pupils: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in seen.parts["observations"]:
        if row["state"] in COUNTED and seen.roles.get((row["indicator"], row["measure"])) == "denominator":
            pupils[row["unit"]][row["period"]] += row["value"]
    for row in seen.parts["statuses"]:
        known, most = len(listed[row["unit"]]), max(pupils[row["unit"]].values(), default=0.0)
        found = _ALL_SCHOOLS.search(row["progress"])
        heads = (
            [
                f
                for f in text_figures(row["progress"])
                if f.unit == "人" and re.search("学生|在校生", f.clause)
            ]
            if most
            else []
        )
        every = _KIND.findall(row["progress"]) if known and _EVERY.search(row["progress"]) else []
        more = [(n, kind) for n, kind in every if int(n) > len(kinds[row["unit"], kind])]
        told = (
            f"写“{more[0][0]}所{more[0][1]}”，学校明细列了{len(kinds[row['unit'], more[0][1]])}所"
            if more
            else ""
        )
        if known and found and int(found[1]) > known:
            told = f"写“{found[0]}”，学校明细列了{known}所"
        elif any(figure.number > most for figure in heads):
            told = f"写“{as_found(row['progress'])}”，学校明细中在校生合计最多{as_found(most)}人"
        if told:
            ask_status(seen, findings, "X33", row, "progress", told, "请核对，数字不一致的更正其中一处")


def check_types(seen: Seen, findings: Findings) -> None:
    """Ask about a school whose name says another kind than its type (X28)."""
    for row in seen.parts["schools"]:
        named = {kind for kind, words in _TYPES.items() if any(word in row["entity"] for word in words)}
        if len(named) == 1 and row["type"] in _TYPES and row["type"] not in named:
            place = row_place(row, "entity")
            told = f"{place['cell']}“{row['entity']}”的类型填“{row['type']}”，校名像是{named.pop()}"
            findings.add("X28", "question", told, "请核对学校类型", **place, item=row["entity"],
                         affects=seen.of_entities)  # fmt: skip
