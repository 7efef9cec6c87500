"""The roll: schools that a return must list. One that is on it and not in the return is asked about, never forgotten.

It comes from what the office handed out with the round (``名册.yaml`` in the folder) and, in a ledger, from what was
reported before: nobody may comply by leaving out those that do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kepu_eval.personal_data import masked
from kepu_eval.plan import Plan
from kepu_eval.returns.decisions import GONE
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.layout import SCHOOL_ROSTER, SCHOOLS, led_rosters
from kepu_eval.safe_text import name_key
from kepu_eval.yaml_files import read_yaml

FILE = "名册.yaml"


def read_roll(folder: Path) -> list[dict]:
    """Rows entity, type and rural of the folder's roll; none where there is no such file.

    ``ValueError`` in Chinese when it cannot be read.
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
        raise ValueError(
            f"“{path}”不是学校名册：应为 schools: 下每校一行 {{name: 校名, type: 类型, rural: true或false}}"
        ) from error


def check_roll(
    plan: Plan, parts: Mapping[str, list[dict]], read: Iterable[str], roll: Sequence[dict], findings: Findings
) -> None:
    """Ask about schools of the roll that the lead's return does not list (X13), and keep them on as unknown.

    ``read``: ids of the units whose return could be read; without the lead's, everything is unknown anyway.
    """
    lead = next((unit for unit in plan.units if SCHOOL_ROSTER in led_rosters(plan, unit)), None)
    if lead is None or lead.id not in set(read):
        return
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


def _plain(name: str) -> str:
    return name_key(name).replace(" ", "")
