"""The next period's plan, drafted from this one: what is kept keeps its identity, and its final is the new baseline.

A first draft keeps every indicator, each ``to_confirm``; the table beside it (结转表) is where people decide what is kept,
changed, dropped or new, and a second draft follows the table. Nothing is decided here.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kepu_eval.errors import KepuError
from kepu_eval.number_text import number_text
from kepu_eval.plan.importing.front import rounds_of
from kepu_eval.plan.models import Plan

KEEP, CHANGE, DROP, NEW = "沿用", "调整", "停用", "新设"
COLUMNS = ("共用名", "指标", "本期目标", "期末", "情况", "依据", "建议", "处理", "新目标", "新措辞")
HEAD = """\
# 由上一期方案结转的草稿（kepu-eval plan carry）。meta 的文号、印发日期、标题按正式文件改；承诺文字中的数字按新目标改。
# to_confirm 的指标在结转表中写明处理后再结转一次，或核对后删除该行；最后用 kepu-eval plan check 检查。
"""
_GONE = ("history", "phases", "ambiguities", "non_targets")
_OF_SOURCE = (
    "body_lines",
    "list_lines",
    "traps",
    "milestones",
    "clause",
    "line",
    "body_line",
    "list_line",
    "section",
    "since",
)
_YEARS = re.compile(r"20\d\d\s*年?\s*[-—–~至到]+\s*20\d\d")


class CarryError(KepuError):
    """A table of decisions that cannot be followed; the message is Chinese and names the line."""


@dataclass(frozen=True)
class Final:
    """What an indicator came to at the end: its value in ``unit`` (``None``: unknown), and what was found, in words.

    ``year``: of the value, where it is not the plan's last.
    """

    value: float | None
    unit: str
    shown: str
    found: str
    evidence: str
    advice: str
    year: int | None = None


@dataclass(frozen=True)
class Choice:
    """A decision of people on one indicator; ``target`` and ``wording`` where they change."""

    what: str
    name: str = ""
    target: float | None = None
    wording: str = ""


@dataclass(frozen=True)
class Carried:
    """What became of one indicator: its key and name, 沿用, 调整, 停用, 新设 or 待定, its old and new target, in words."""

    key: str
    name: str
    fate: str
    before: str
    after: str


def carry(
    plan: Plan,
    finals: Mapping[str, Final],
    years: tuple[int, int],
    choices: Mapping[str, Choice] | None = None,
) -> tuple[dict, list[Carried]]:
    """The next plan's content as plain data, and what became of every indicator.

    ``finals`` by indicator id. Units stand as on the old plan's last day, with their ids; keys stay, and an indicator without
    one gets its name as key. What belongs to the old document alone (phases, ambiguities, lines, milestones) is left out.
    Raises :class:`CarryError` for a choice about something that the plan does not have.
    """
    choices = dict(choices or {})
    last = plan.at(dt.date(plan.meta.last_year, 12, 31))
    content = last.model_dump(mode="json", exclude_defaults=True)
    for name in _GONE:
        content.pop(name, None)
    content["meta"] |= _meta(plan, years)
    content["rounds"] = rounds_of(years)
    content["switches"] = [{**item, "ambiguity": None} for item in content.get("switches", ())]
    kept, told = [], []
    for item in content["indicators"]:
        item["key"] = item.get("key") or item["name"]
        choice = choices.pop(item["key"], None)
        told.append(_decided(item, choice, finals.get(item["id"]), plan.meta.last_year, years[1]))
        if told[-1].fate != DROP:
            kept.append(item)
    for key, choice in choices.items():
        if choice.what != NEW:
            raise CarryError(f"结转表中的“{key}”不是本期方案的指标", hint=f"新增的请在“处理”填“{NEW}”")
        kept.append(_new(key, choice, years[1], {item["id"] for item in content["indicators"]}))
        told.append(
            Carried(
                key,
                choice.name or key,
                NEW,
                "",
                number_text(choice.target) if choice.target is not None else "待定",
            )
        )
    content["indicators"] = kept
    _without(content, {item.id for item in plan.indicators} - {item["id"] for item in kept})
    _of_no_document(content)
    return content, told


def _meta(plan: Plan, years: tuple[int, int]) -> dict[str, object]:
    """Title with the new years; targets of the plans above that are still to come."""
    above = [level.model_dump(mode="json", exclude_defaults=True) for level in plan.meta.superior]
    for level in above:
        level["targets"] = [item for item in level.get("targets", ()) if item["year"] >= years[0]]
    title = _YEARS.sub(f"{years[0]}—{years[1]}", plan.meta.title)
    return {
        "title": title,
        "doc_no": "（待填）",
        "issued": f"{years[0]}-01-01",
        "first_year": years[0],
        "last_year": years[1],
        "superior": above,
    }


def _decided(item: dict, choice: Choice | None, final: Final | None, last: int, horizon: int) -> Carried:
    """Bring one indicator into the next period, in place."""
    before = _wanted(item)
    if choice and choice.what == DROP:
        return Carried(item["key"], item["name"], DROP, before, "")
    item["horizon"] = f"{horizon}-12-31"
    item.pop("baseline", None)
    if final and final.value is not None:
        item["baseline"] = {
            "year": final.year or last,
            "value": final.value,
            "source": f"上一期总结评估：{final.evidence}",
        }
        if final.unit != item["unit"]:
            item["baseline"]["unit"] = final.unit
    if choice and choice.what == CHANGE and choice.target is not None:
        item["target"] = choice.target
        if choice.wording or any(
            map(str.isdigit, item.get("wording", ""))
        ):  # words with the old number in them don't stay
            item["wording"] = choice.wording
        return Carried(item["key"], item["name"], CHANGE, before, _wanted(item))
    if choice and choice.what == KEEP:
        return Carried(item["key"], item["name"], KEEP, before, before)
    why = "；".join(filter(None, [final.evidence, f"建议{final.advice}"])) if final else "没有期末结果"
    item["to_confirm"] = f"上一期目标{before}；{why}"
    return Carried(item["key"], item["name"], "待定", before, "待定")


def _wanted(item: Mapping) -> str:
    return (
        "逐年增长"
        if item.get("target") is None
        else f"{item['operator']} {number_text(item['target'])}{item['unit']}"
    )


def _new(key: str, choice: Choice, last: int, taken: set[str]) -> dict:
    """A skeleton of a new indicator, for people to complete."""
    number = next(name for n in range(1, 1000) if (name := f"N{n:02d}") not in taken)
    taken.add(number)
    return {
        "id": number, "key": key, "name": choice.name or key, "short_name": choice.name or key, "kind": "stock_at_horizon", "task": None,
        "unit": "项", "target": choice.target if choice.target is not None else 1.0, "operator": ">=", "wording": choice.wording, "period": "year",
        "horizon": f"{last}-12-31", "to_confirm": "新设指标：类型、单位、任务和目标待填",
    }  # fmt: skip


def _without(content: dict, gone: set[str]) -> None:
    """Take commitments and supports of dropped indicators out."""
    for task in content["tasks"]:
        task["commitments"] = [item for item in task["commitments"] if item.get("indicator") not in gone]
    left = {item["id"] for task in content["tasks"] for item in task["commitments"]}
    for goal in content.get("goals", ()):
        goal["indicators"] = [name for name in goal.get("indicators", ()) if name not in gone]
        goal["commitments"] = [name for name in goal.get("commitments", ()) if name in left]
    for item in content["indicators"]:
        if item.get("of_which") in gone:
            del item["of_which"]


def _of_no_document(content: dict) -> None:
    """Take out where things stood in the old document."""
    for part in ("programmes", "indicators", "tasks", "goals", "mechanisms", "units"):
        for item in content.get(part, ()):
            for name in _OF_SOURCE:
                item.pop(name, None)


def table_bytes(plan: Plan, finals: Mapping[str, Final]) -> bytes:
    """The table in which people decide, as csv that Excel opens; targets of the plans above that ours lacks stand last."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for item in plan.indicators:
        told = finals.get(item.id)
        shown = (told.shown, told.found, told.evidence, told.advice) if told else ("没有期末结果", "", "", "")
        rows.writerow([item.key or item.name, item.name, _wanted(item.model_dump()), *shown, "", "", ""])
    ours = {item.key for item in plan.indicators}
    for level in plan.meta.superior:
        for target in level.targets:
            if target.key not in ours and target.year > plan.meta.last_year:
                rows.writerow(
                    [
                        target.key,
                        target.key,
                        "",
                        "",
                        "本级未设",
                        f"{level.level}{target.year}年{target.wording}",
                        NEW,
                        "",
                        "",
                        "",
                    ]
                )
    return text.getvalue().encode("utf-8-sig")


def read_choices(name: str, content: bytes) -> dict[str, Choice]:
    """Decisions by key from a filled table (UTF-8 or GB18030); lines left open are left out. Raises :class:`CarryError`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    if not lines or not {"共用名", "处理", "新目标"} <= set(lines[0]):
        raise CarryError("不是结转表：第1行应有“共用名”“处理”“新目标”等列", place=f"“{name}”")
    return dict(_choices(name, lines))


def _choices(name: str, lines: Iterable[Mapping[str, str]]) -> Iterable[tuple[str, Choice]]:
    for number, line in enumerate(lines, 2):
        what, wanted = (line.get("处理") or "").strip(), (line.get("新目标") or "").replace(",", "").strip()
        if not what:
            continue
        if what not in (KEEP, CHANGE, DROP, NEW):
            raise CarryError(f"“{name}”第{number}行的处理“{what}”应为{KEEP}、{CHANGE}、{DROP}或{NEW}")
        try:
            target = float(wanted) if wanted else None
        except ValueError as error:
            raise CarryError(f"“{name}”第{number}行的新目标“{wanted}”不是数字") from error
        if what == CHANGE and target is None:
            raise CarryError(f"“{name}”第{number}行的处理是{CHANGE}", hint="请填新目标")
        yield (
            (line["共用名"] or "").strip(),
            Choice(what, (line.get("指标") or "").strip(), target, (line.get("新措辞") or "").strip()),
        )
