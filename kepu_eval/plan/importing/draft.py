"""From what an import found to the draft of a plan file: units and groups, indicators, commitments, what is to fill."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import yaml

from kepu_eval.plan.importing.front import front_matter
from kepu_eval.plan.importing.model import DraftIndicator, DraftTask, Found, Question, RowFate
from kepu_eval.plan.importing.names import is_collective, same_core
from kepu_eval.plan.importing.numbers import Proposal, proposals
from kepu_eval.plan.importing.sentences import items, kind_of
from kepu_eval.plan.load import DEFAULT_PLAN
from kepu_eval.resources import resource

_EVERY_MEMBER = re.compile("成员单位$|^(各|有关|相关|全体)(有关|相关)?(责任)?(单位|部门)$")
_COMMON = ("calendar", "rating", "commitment_types")
_SCHOOLS = ["小学", "初中", "高中", "中职"]
_HEAD = """\
# 由责任清单导入的草稿。空着的（null、[]）待填；to_confirm 是猜出来、待确认的；写法见 docs/换一个地区.md。
# calendar、rating、commitment_types 照示例方案给出，可改。先用待确认表确认，再用 kepu-eval plan check 检查。
"""


@dataclass(frozen=True)
class Draft:
    """What was found, and the plan file's content as plain data for a person to complete."""

    found: Found
    content: dict

    @property
    def tasks(self) -> tuple[dict, ...]:
        """Rows of the list, resolved: number, title, programme, lead, joint, responsible (names), lead_cell, programme_cell."""
        return tuple(
            {"number": t.number, "title": t.title, "programme": t.programme, "programme_cell": t.programme_cell, "lead": t.lead,
             "lead_cell": t.lead_cell, "joint": tuple(t.joint), "responsible": tuple(t.responsible)}
            for t in self.found.tasks
        )  # fmt: skip

    @property
    def indicators(self) -> list[dict]:
        """Draft indicators, each with what is to confirm about it."""
        return self.content["indicators"]

    @property
    def questions(self) -> list[Question]:
        """Guesses and inheritances that a person confirms."""
        return self.found.questions

    @property
    def fates(self) -> list[RowFate]:
        """Every row of the source, once, with what became of it."""
        return self.found.fates

    @property
    def inheritances(self) -> list[str]:
        """A Chinese line for every cell that was taken from the row above."""
        return self.found.inheritances

    def yaml(self) -> str:
        """The plan file: what the list says, what plans have in common, and what is to fill, which is empty."""
        return as_yaml(self.content)


def as_yaml(content: dict) -> str:
    """Content of a draft as the text of a plan file."""
    return _HEAD + yaml_text(content)


def yaml_text(content: dict) -> str:
    """Plain data as YAML that people read."""
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)


def drafted(found: Found, paragraphs: Sequence[str]) -> Draft:
    """The draft of what was found; doubts that only show over the whole list are added to its questions."""
    names = [name for task in found.tasks for name in (task.lead, *task.joint, *task.responsible) if name]
    collective = [name for name in dict.fromkeys(names) if is_collective(name)]
    units = [name for name in dict.fromkeys(names) if name not in collective]
    _alike(found, units)
    programmes = list(dict.fromkeys(task.programme for task in found.tasks))
    ids = {name: f"P{order:02d}" for order, name in enumerate(programmes, 1)}
    meta, rounds, years = front_matter(paragraphs, found)
    maker = _Indicators(years[1])
    tasks = [_task(task, ids, maker) for task in found.tasks]
    for goal in found.goals:
        maker.add(goal, None)
    _leading_groups(found, collective)
    content = {
        "meta": meta,
        "rounds": rounds,
        **{name: _shipped()[name] for name in _COMMON},
        "programmes": [
            {"id": ids[name], "type": "行动" if name.endswith("行动") else "工程", "name": name}
            for name in programmes
        ],
        "units": [
            {
                "id": f"U{n:02d}",
                "name": name,
                "aliases": [a for a in found.aliases.get(name, []) if a not in units],
            }
            for n, name in enumerate(units, 1)
        ],
        "groups": [
            {"id": f"G{n:02d}", "name": name, "members": "all_units" if _EVERY_MEMBER.search(name) else []}
            for n, name in enumerate(collective, 1)
        ],
        "indicators": maker.made,
        "tasks": tasks,
    }
    for name in collective:
        found.questions.append(Question("统称", "", name, "统称没有列出成员，名单请按正式文件核对",
                                        "全部点名单位" if _EVERY_MEMBER.search(name) else "没有名单", f"groups.{name}",
                                        ("全部点名单位", "没有名单")))  # fmt: skip
    return Draft(found, content)


def _shipped() -> dict:
    return yaml.safe_load(resource(DEFAULT_PLAN).read_text(encoding="utf-8"))


def _alike(found: Found, units: Sequence[str]) -> None:
    """Ask about names that may be one unit's: they are never joined by guess."""
    for order, name in enumerate(units):
        for other in units[order + 1 :]:
            if same_core(name, other):
                found.questions.append(Question("单位名称", "", f"{name}、{other}", "两个名称可能是同一单位", "不同单位",
                                                f"units.{other}", ("不同单位", f"同一单位：{name}")))  # fmt: skip
    for name, aliases in found.aliases.items():
        for alias in aliases:
            if alias in units:
                found.questions.append(Question("单位名称", "", f"{name}（{alias}）", "括号内的名称在别处单列为单位", "不同单位",
                                                f"units.{alias}", ("不同单位", f"同一单位：{name}")))  # fmt: skip


def _leading_groups(found: Found, collective: Sequence[str]) -> None:
    for task in found.tasks:
        if task.lead and task.lead in collective:
            found.ask(
                "牵头单位",
                task,
                task.lead,
                "牵头的是统称，须写明一个单位",
                task.lead,
                "leads",
                *task.responsible,
            )


def _task(task: DraftTask, ids: dict[str, str], maker: _Indicators) -> dict:
    number = f"T{task.number:02d}"
    lead = {"unit": task.lead, "cell": task.lead_cell} | ({"joint": task.joint} if task.joint else {})
    made = {
        "number": task.number,
        "programme": ids[task.programme],
        "title": task.title,
        "lead": lead,
        "programme_cell": task.programme_cell,
        "responsible": task.responsible,
        "commitments": [],
    }
    wordings = _commitments(task)
    figures = [*task.figures, *_figures(task)]
    for figure in figures:
        indicator = maker.add(figure, task.number)
        if indicator is not None:
            _link(wordings, figure.said.wording, indicator["id"])
    made["commitments"] = [{"id": f"{number}.{order:02d}", **item} for order, item in enumerate(wordings, 1)]
    return made


def _figures(task: DraftTask) -> list[DraftIndicator]:
    """Figures of a task's text; those that table columns give already are not taken from its title too."""
    texts = [*task.texts, *task.body] if task.figures else [task.title, *task.texts, *task.body]
    return [DraftIndicator(said) for text in texts for said in proposals(text)]


def _commitments(task: DraftTask) -> list[dict]:
    """Items of the list's text and of the notice's body; one that both have is said once."""
    listed = [item for text in task.texts for item in items(text)]
    body = [item for text in task.body for item in items(text)]
    made: list[dict] = []
    texts = [text for text, _ in listed]
    for text, parts in listed:
        both = any(_same(text, other) for other, _ in body)
        made.append(_item(text, parts, "both" if both else "list"))
    made += [
        _item(text, parts, "body") for text, parts in body if not any(_same(text, other) for other in texts)
    ]
    return made or [_item(task.title, (), "list")]


def _item(text: str, parts: Sequence[str], source: str) -> dict:
    kind = kind_of(text)
    return {"text": text, "type": kind, "source": source} | ({"parts": list(parts)} if parts else {})


def _same(one: str, other: str) -> bool:
    return one == other or one in other or other in one or SequenceMatcher(None, one, other).ratio() >= 0.8


def _link(wordings: list[dict], wording: str, indicator: str) -> None:
    """Make the item that holds a figure the commitment of its indicator, or add one."""
    for item in wordings:
        if "indicator" not in item and (item["text"] in wording or wording in item["text"]):
            item |= {"type": "quant", "indicator": indicator}
            item.pop("parts", None)
            return
    wordings.append({"text": wording, "type": "quant", "source": "list", "indicator": indicator})


class _Indicators:
    """Draft indicators with their numbers; the same figure said twice of a task is one."""

    def __init__(self, last_year: int | None) -> None:
        self.made: list[dict] = []
        self._last_year = last_year
        self._seen: set[tuple] = set()

    def add(self, figure: DraftIndicator, task: int | None) -> dict | None:
        """The plan file's entry of a proposal; ``None`` when the task has that figure already."""
        said = figure.said
        key = (
            task,
            said.kind if said.target is None else "",
            said.target,
            said.unit,
            said.name if said.target is None else said.name[-4:],
        )
        if key in self._seen or (
            said.target is not None and (task, "", said.target, said.unit) in self._seen
        ):
            return None
        self._seen |= {key, (task, "", said.target, said.unit)}
        year = said.year or self._last_year
        number = f"K{len(self.made) + 1}"
        entry: dict = {
            "id": number, "name": said.name, "short_name": said.name[:12], "kind": said.kind, "task": task, "unit": _unit_of(said.name, said.unit),
            "target": said.target, "operator": said.operator, "wording": said.wording,
        }  # fmt: skip
        if said.top is not None:
            entry["target_high"] = said.top
        if said.period:
            entry["period"] = said.period
        if steps := figure.milestones or said.milestones:
            entry["milestones"] = [{"year": when, "target": value} for when, value in steps]
        if said.reference:
            entry["reference"] = {"name": said.reference, "values": {}}
        if figure.baseline is not None:
            entry["baseline"] = {"year": figure.baseline[0], "value": figure.baseline[1]}
        if figure.binding:
            entry["binding"] = figure.binding
        entry |= _of_entities(number, said)
        entry["horizon"] = f"{year}-12-31" if year else None
        if task is None and said.kind != "level_at_horizon":
            entry["to_confirm"] = "正文提到而没有对应的任务，请填任务号或不保留"
            self.made.append(entry)
            return entry
        entry["to_confirm"] = said.doubt or "名称、类型、数值、比较方式、到期日由原文猜出，请确认"
        self.made.append(entry)
        return entry


def _unit_of(name: str, unit: str) -> str:
    """The unit said, or what the name lets expect."""
    return unit or ("%" if re.search("(率|比例|占比|比重)$", name) else "个")


def _of_entities(number: str, said: Proposal) -> dict:
    """What kinds that count entry by entry of a roster need besides."""
    kind, name, unit = said.kind, said.name, said.unit
    if kind == "pooled_ratio":
        return {"measures": [{"id": f"{number.lower()}_whole", "name": "总数", "unit": "人", "role": "denominator"},
                             {"id": f"{number.lower()}_part", "name": name[:20], "unit": "人", "role": "numerator"}],
                "entities": "schools", "entity_types": list(_SCHOOLS)}  # fmt: skip
    if kind == "rate_of_change":
        return {
            "measures": [
                {"id": f"{number.lower()}_level", "name": f"{name[:20]}年末数", "unit": _unit_of(name, "")}
            ]
        }
    if kind in ("per_entity_per_period", "every_entity"):
        counted = {"measures": [{"id": f"{number.lower()}_count", "name": name[:20], "unit": unit}]}
        schools = not said.entity or re.search("校|学$|班", said.entity)
        return counted | (
            {"entities": "schools", "entity_types": list(_SCHOOLS)} if schools else {"entities": said.entity}
        )
    return {}
