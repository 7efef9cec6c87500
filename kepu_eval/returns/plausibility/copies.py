"""The same thing told twice: a unit's return that is another's, a school under two names, evidence under two numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import combinations

from rapidfuzz import fuzz

from kepu_eval.returns.cells import han_number, tidy
from kepu_eval.returns.checks import COUNTED
from kepu_eval.returns.findings import Findings, as_found, row_place
from kepu_eval.returns.plausibility.seen import Seen

WORDS, SHARE, LONG = 4, 0.5, 12
"""Statements (of twelve characters and more) that two units must have word for word, and which share of the fewer."""
ROWS = 3
_ALIKE, _SAME_FIGURES = 80, 0.8
_KINDS = (("小学", "小"), ("中学", "中"), ("初中", "初"), ("高中", "高"), ("学校", ""), ("幼儿园", "幼"))
_HAN, _DIGITS = re.compile(r"[一二两三四五六七八九十百]+"), re.compile(r"\d+")


def check_units(seen: Seen, findings: Findings) -> None:
    """Ask a unit whose statements, activities or figures are another's, in whole or in part (X24)."""
    told = {
        name: _by_unit(seen, how)
        for name, how in (("进展说明", _texts), ("活动", _events), ("指标数据", _numbers))
    }
    order = {unit.id: place for place, unit in enumerate(seen.plan.units)}
    for one, other in combinations(seen.names, 2):
        same = {name: of[one] & of[other] for name, of in told.items() if one in of and other in of}
        parts = [
            f"{name}{len(both)}处" for name, both in same.items()
            if len(both) >= (WORDS if name == "进展说明" else ROWS)
            and len(both) >= SHARE * min(len(told[name][one]), len(told[name][other]))
        ]  # fmt: skip
        if parts:
            _ask_copy(seen, one, other, parts, findings, order)


def _by_unit(seen: Seen, how) -> dict[str, set]:  # noqa: ANN001 - one of the three below
    found: dict[str, set] = defaultdict(set)
    for unit, what in how(seen):
        found[unit].add(what)
    return found


def _texts(seen: Seen):  # noqa: ANN202 - unit and what it says of a commitment
    for row in seen.parts["statuses"]:
        if len(row["progress"]) >= LONG and _DIGITS.search(row["progress"]):
            yield row["unit"], (row["commitment"], row["progress"])


def _events(seen: Seen):  # noqa: ANN202 - unit and an activity
    for row in seen.parts["events"]:
        if row["title"] and row["date"] and not row["co_organisers"]:
            yield row["unit"], (row["date"], tidy(row["title"]), as_found(row["participants"]))


def _numbers(seen: Seen):  # noqa: ANN202 - unit and a figure of a year
    for row in seen.parts["observations"]:
        if row["state"] in COUNTED and row["value"] > ROWS and not row["entity"]:
            yield row["unit"], (row["indicator"], row["measure"], row["period"], row["value"])


def _ask_copy(
    seen: Seen, one: str, other: str, parts: list[str], findings: Findings, order: dict[str, int]
) -> None:
    """Ask the one that names the other as organiser or comes later in the plan; what is a copy cannot be told from a source."""
    named = [row["unit"] for row in seen.parts["events"] if row["unit"] in (one, other)
             and row["organiser"] == seen.names[other if row["unit"] == one else one]]  # fmt: skip
    copier = max((one, other), key=lambda unit: (named.count(unit), order[unit]))
    source = one if copier == other else other
    row = next(
        r for name in ("statuses", "observations", "events") for r in seen.parts[name] if r["unit"] == copier
    )
    findings.add("X24", "question", f"与{seen.names[source]}所报相同：{'、'.join(parts)}，是否误用了对方的填报表？",
                 "请核对，按本单位实际填报；确为合办的请说明", unit=copier, file=row["file"], sheet=row["sheet"],
                 cell=seen.names[source], item=f"与{seen.names[source]}雷同", value="、".join(parts))  # fmt: skip


def check_schools(seen: Seen, findings: Findings) -> None:
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
    for one, other in combinations(profiles, 2):
        if one[0] != other[0] or other in told or other not in places or one not in places:
            continue
        same = _same_figures(profiles[one], profiles[other])
        alike = short[one] == short[other] or (
            _DIGITS.findall(short[one]) == _DIGITS.findall(short[other])
            and fuzz.partial_ratio(short[one], short[other]) >= _ALIKE
        )
        if same == 1 or (alike and same >= _SAME_FIGURES):
            told.add(other)
            _ask_school(seen, one, other, places, findings)


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
) -> None:
    row, first = places[other], places[one]
    cell = f"第{row['row']}行"
    told = f"{cell}“{other[1]}”与第{first['row']}行“{one[1]}”各数相同，疑为同一学校"
    findings.add("X18", "question", told, "请确认；同一学校只列一行", **row_place(row, "entity"), item=other[1],
                 affects=tuple(i.id for i in seen.plan.indicators if i.entities))  # fmt: skip
    asked = ("X18", cell)
    row["asked"] = (*row["asked"], asked)
    for seen_row in seen.parts["observations"]:
        if (seen_row["unit"], seen_row["entity"]) == other and seen_row["state"] in COUNTED:
            seen_row["asked"] = (*seen_row["asked"], asked)
            seen_row["state"], seen_row["candidate"], seen_row["value"] = (
                "question",
                seen_row["value"],
                float("nan"),
            )


def check_evidence(seen: Seen, findings: Findings) -> None:
    """Ask about a number that the catalogue gives to two pieces, a piece under two numbers, a number cited elsewhere (X25)."""
    by_number: dict[tuple[str, str], dict] = {}
    by_piece: dict[tuple[str, ...], dict] = {}
    for row in seen.parts["evidence"]:
        number = (row["unit"], row["evidence"].upper())
        piece = (row["unit"], row["title"], row["reference"], row["filename"])
        first, same = by_number.setdefault(number, row), by_piece.setdefault(piece, row)
        told = ""
        if (
            row["evidence"]
            and first is not row
            and (first["title"], first["filename"]) != (row["title"], row["filename"])
        ):
            told = f"佐证编号{row['evidence']}与第{first['row']}行重复，两份材料不同（“{as_found(first['title'])}”）"
        elif row["title"] and same is not row and first is row:
            told = f"与第{same['row']}行{same['evidence']}是同一份材料（“{as_found(row['title'])}”）"
        if told:
            place = row_place(row, "evidence")
            findings.add(
                "X25",
                "question",
                f"{place['cell']}{told}",
                "请核对编号，一份材料一个编号",
                **place,
                item=row["evidence"],
            )
    _check_cited(seen, findings)


def _check_cited(seen: Seen, findings: Findings) -> None:
    """A number that statements of two tasks cite, while the catalogue has it for one of them only."""
    listed = {(row["unit"], row["evidence"]): row for row in seen.parts["evidence"] if row["commitments"]}
    for row in seen.parts["statuses"]:
        for number in row["evidence"]:
            piece = listed.get((row["unit"], number))
            if piece is None or any(
                _task(item) in (_task(row["commitment"]), "") for item in piece["commitments"]
            ):
                continue
            cell = row["cells"].get("evidence", "")
            told = f"{cell}引用{number}，佐证目录第{piece['row']}行写明{number}支撑{'、'.join(piece['commitments'])}"
            findings.add("X25", "question", told, "请核对编号；一份材料支撑几项的，在佐证目录中列全", unit=row["unit"], file=row["file"],
                         sheet=row["sheet"], cell=cell, item=f"{row['commitment']}·佐证编号",
                         value=number, affects=(row["commitment"],))  # fmt: skip


def _task(item: str) -> str:
    """The task of a commitment's number; of an indicator it is open."""
    return item.upper().partition(".")[0] if item.upper().startswith("T") else ""
