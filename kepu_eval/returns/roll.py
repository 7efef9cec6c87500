"""The roll: schools that a return must list. One that is on it and not in the return is asked about, never forgotten.

It comes from what the office handed out with the round (``名册.yaml`` in the folder) and, in a ledger, from what was
reported before: nobody may comply by leaving out those that do not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from kepu_eval.errors import KepuError
from kepu_eval.personal_data import masked
from kepu_eval.plan import Plan
from kepu_eval.plan.targets import SCHOOLS as SCHOOL_ROSTER
from kepu_eval.returns.decisions import GONE
from kepu_eval.returns.findings import Findings, row_place
from kepu_eval.returns.layout import RURAL, SCHOOLS
from kepu_eval.returns.unit_sheets import led_rosters
from kepu_eval.safe_text import name_key
from kepu_eval.yaml_files import read_yaml

FILE = "名册.yaml"


def read_roll(folder: Path) -> list[dict]:
    """Rows entity, type and rural of the folder's roll; none where there is no such file.

    ``KepuError`` in Chinese when it cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return []
    try:
        listed = read_yaml(path)["schools"]
        return [
            {"entity": masked(str(s["name"])), "type": str(s.get("type") or ""), "rural": s.get("rural")}
            for s in listed
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise KepuError(
            f"“{path}”不是学校名册：应为 schools: 下每校一行 {{name: 校名, type: 类型, rural: true或false}}"
        ) from error


def on_roll(plan: Plan, roll: Sequence[dict]) -> Callable[[str], str]:
    """The roll's spelling of a school's name, whatever number or district stands before it (3.昆区某小学); else the name."""
    district = plan.meta.district
    before = re.compile(
        rf"(?:[(]?\d{{1,3}}[.、)])?(?:.{{0,12}}{re.escape(district)}|{re.escape(district[0] + district[-1])})?"
    )

    def key(name: str) -> str:
        text = name_key(name).replace(" ", "")
        return before.sub("", text, count=1) or text

    told: dict[str, set[str]] = defaultdict(set)
    for row in roll:
        told[key(row["entity"])].add(row["entity"])
    listed = {row["entity"] for row in roll}

    def known(name: str) -> str:
        found = told.get(key(name), set())
        return next(iter(found)) if len(found) == 1 and name not in listed else name

    return known


def check_roll(
    plan: Plan, parts: Mapping[str, list[dict]], read: Iterable[str], roll: Sequence[dict], findings: Findings
) -> None:
    """Ask about schools of the roll that the lead's return does not list (X13), and keep them on as unknown.

    ``read``: ids of the units whose return could be read; without the lead's, everything is unknown anyway.
    """
    lead = next((unit for unit in plan.units if SCHOOL_ROSTER in led_rosters(plan, unit)), None)
    if lead is None or lead.id not in set(read):
        return
    _differing(plan, parts["schools"], lead.id, roll, findings)
    known = {_plain(row["entity"]) for row in parts["schools"]}
    for row in roll:
        name = row["entity"]
        if _plain(name) in known:
            continue
        known.add(_plain(name))
        findings.add("X13", "question", f"名册中的“{name}”不在本次学校明细中，计为缺报", "请补报；已撤并的请告知",
                     unit=lead.id, sheet=SCHOOLS, cell=name, value=name, candidates=(GONE,),
                     affects=tuple(i.id for i in plan.indicators if i.roster == SCHOOL_ROSTER))  # fmt: skip
        parts["schools"].append(
            {**row, "unit": lead.id, "file": "", "sheet": SCHOOLS, "row": 0, "asked": (("X13", name),)}
        )


def _differing(
    plan: Plan, schools: Sequence[dict], lead: str, roll: Sequence[dict], findings: Findings
) -> None:
    """Ask about schools whose type, or whether they are rural, is not the roll's, or that it does not have (X28)."""
    listed = {_plain(row["entity"]): row for row in roll if not row.get("earlier")}  # what was handed out
    affects = tuple(i.id for i in plan.indicators if i.roster == SCHOOL_ROSTER)
    for row in schools if listed else ():
        known, told = listed.get(_plain(row["entity"])), ""
        if row["unit"] != lead or row["sheet"] != SCHOOLS or row["asked"]:
            continue
        if known is None:
            told = "不在名册中"
        elif row["type"] and known["type"] and row["type"] != known["type"]:
            told = f"的类型填“{row['type']}”，名册为“{known['type']}”"
        elif None not in (row["rural"], known["rural"]) and row["rural"] != known["rural"]:
            told = f"是否{plan.meta.rural}填“{RURAL[not row['rural']]}”，名册为“{RURAL[not known['rural']]}”"
        if told:
            place = row_place(row, "entity")
            findings.add("X28", "question", f"{place['cell']}“{row['entity']}”{told}", "请核对；新设、更名的学校请告知",
                         **place, item=row["entity"], affects=affects)  # fmt: skip


def _plain(name: str) -> str:
    return name_key(name).replace(" ", "")
