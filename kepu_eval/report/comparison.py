"""Two reports of one plan, by their manifests: which figures differ, and what lies behind each difference.

What changed a figure is read off its lineage. Its own cells come first: values that differ, cells that are new, cells
that are gone. Changed rules (plan file, as-of date, round, switches, notebook) are named beside them, as both may have had
a part. Where no cell differs, inputs that are not traced cell by cell come in (survey, decisions, ledger; for counts
over all returns, the units' workbooks), and where nothing else does, versions of the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kepu_eval.errors import KepuError
from kepu_eval.report.fact import Source, rounded
from kepu_eval.report.lineage import LineageGraph

RULES = {
    "as_of": "基准日",
    "round_id": "轮次",
    "quarter": "季度",
    "unit": "单位",
    "switches": "口径开关",
    "domains": "分组",
    "confidence": "置信水平",
}
"""Parameters that are no input but decide how figures are made, with their names."""
CELLS, RULE, INPUT, VERSION, NONE = "单元格", "规则", "其他输入", "版本", "没有找到原因"
_RETURNED, _PLAN = "单位填报表", "方案"
_NAMED = 5
_BRIEF = 30


class ComparisonError(KepuError):
    """Reports that cannot be compared; the message says why, in Chinese."""


@dataclass(frozen=True)
class Cause:
    """One reason for a difference, of one of the kinds above; ``text`` names the cells, rules or files."""

    kind: str
    text: str

    @property
    def brief(self) -> str:
        """In a list of figures: cells in full; what stands behind many figures only where it is short."""
        return f"{self.kind} {self.text}" if self.kind == CELLS or len(self.text) <= _BRIEF else self.kind


@dataclass(frozen=True)
class Change:
    """A figure that differs: as shown before and after (empty where a report has none), and why."""

    fact: str
    label: str
    before: str
    after: str
    difference: float | None
    unit: str
    digits: int
    causes: tuple[Cause, ...]

    @property
    def moved(self) -> str:
        """The difference with its sign, in the figure's own digits and unit: of percentages, in percentage points."""
        if self.difference is None:
            return ""
        size = rounded(self.difference, self.digits)
        if not float(size):  # less than the figure shows
            size = f"{self.difference:.1g}"
        sign = "+" if self.difference > 0 else ""
        return f"{sign}{size}{'个百分点' if self.unit == '%' else self.unit}"


@dataclass(frozen=True)
class Comparison:
    """Two reports side by side. ``only_before`` and ``only_after``: figures that one of them alone has."""

    titles: tuple[str, str]
    notice: str
    same: int
    changed: tuple[Change, ...]
    only_before: tuple[dict, ...]
    only_after: tuple[dict, ...]
    rules: tuple[str, ...]
    inputs: tuple[str, ...]
    versions: tuple[str, ...]


def differences(before: Mapping, after: Mapping, what: str) -> tuple[str, ...]:
    """One line for each key whose value differs, is new or is gone."""
    lines = []
    for key in dict.fromkeys([*before, *after]):
        if key not in after:
            lines.append(f"{what}“{key}”已不存在（原为{before[key]}）")
        elif key not in before:
            lines.append(f"{what}“{key}”为新增（现为{after[key]}）")
        elif before[key] != after[key]:
            lines.append(f"{what}“{key}”由{before[key]}变为{after[key]}")
    return tuple(lines)


def changed_files(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Files whose content is in one report alone, by path; one that only moved is no change."""
    gone = [path for path, sha256 in before.items() if sha256 not in after.values()]
    new = [path for path, sha256 in after.items() if sha256 not in before.values()]
    lines = []
    for path in dict.fromkeys([*gone, *new]):
        what = "有变" if path in before and path in after else "不再使用" if path in before else "新增"
        lines.append(f"{path}{what}")
    return lines


def compare(before: Mapping, after: Mapping) -> Comparison:
    """Compare two manifests, the earlier one first.

    Raises :class:`ComparisonError` when they are of different plans: figures of the same name would not be the same.
    """
    plans = [_of_role(report, _PLAN) for report in (before, after)]
    if (
        all(plans)
        and set(plans[0]).isdisjoint(plans[1])
        and set(plans[0].values()).isdisjoint(plans[1].values())
    ):
        raise ComparisonError(f"两份报告的方案不同（{'、'.join(plans[0])}；{'、'.join(plans[1])}），不能比对")
    rules = (*changed_files(*plans), *differences(_rules(before), _rules(after), ""))
    returned = changed_files(*(_of_role(report, _RETURNED) for report in (before, after)))
    others = changed_files(*(_others(report) for report in (before, after)))
    versions = differences(_versions(before), _versions(after), "")
    told = _Told(
        "；".join(rules), _listed(others, "个文件"), _listed(returned, "个文件"), "；".join(versions)
    )
    known = [{fact["id"]: fact for fact in report["facts"]} for report in (before, after)]
    graphs = [LineageGraph.of(report) for report in (before, after)]
    both = [name for name in known[0] if name in known[1]]
    changed = [
        _change(known[0][name], known[1][name], [_cells(graph, name) for graph in graphs], told)
        for name in both
        if _differ(known, name)
    ]
    return Comparison(
        titles=(before["title"], after["title"]),
        notice=before["notice"] or after["notice"],
        same=len(both) - len(changed),
        changed=tuple(changed),
        only_before=tuple(fact for name, fact in known[0].items() if name not in known[1]),
        only_after=tuple(fact for name, fact in known[1].items() if name not in known[0]),
        rules=rules,
        inputs=(*others, *returned),
        versions=versions,
    )


@dataclass(frozen=True)
class _Told:
    """What may stand behind any figure, in words; empty where nothing of it changed."""

    rules: str
    others: str
    returned: str
    versions: str


def _differ(known: list[dict], name: str) -> bool:
    return any(known[0][name][field] != known[1][name][field] for field in ("value", "text"))


def _cells(graph: LineageGraph, name: str) -> list[dict]:
    """Cells that a figure and its parts were made of."""
    return [source.model_dump() for source in graph.cells(name)]


def _change(before: Mapping, after: Mapping, sources: list[list[dict]], told: _Told) -> Change:
    causes = []
    cells = changed_cells(*sources)
    if cells:
        causes.append(Cause(CELLS, _listed(cells, "格")))
    if told.rules:
        causes.append(Cause(RULE, told.rules))
    if not cells:
        traced = any(sources)
        files = told.others if traced else "；".join(filter(None, (told.others, told.returned)))
        if files:
            causes.append(Cause(INPUT, files))
    if (
        not causes and told.returned
    ):  # cells that a figure hangs on without showing them, such as duplicates taken off
        causes.append(Cause(INPUT, told.returned))
    if not causes and told.versions:
        causes.append(Cause(VERSION, told.versions))
    numbers = [fact["value"] for fact in (before, after)]
    counted = all(isinstance(value, int | float) for value in numbers)
    return Change(
        fact=after["id"],
        label=after["label"],
        before=before["text"],
        after=after["text"],
        difference=numbers[1] - numbers[0] if counted else None,
        unit=after["unit"],
        digits=after["digits"],
        causes=tuple(causes) or (Cause(NONE, ""),),
    )


def changed_cells(before: Iterable[Mapping], after: Iterable[Mapping]) -> list[str]:
    """Each cell of a figure's lineage that differs, with its text before and after.

    Cells are matched by what they say, so that a template whose columns moved hides no change; by their place where a
    report does not hold that.
    """
    before, after = list(before), list(after)
    named = all(cell.get("what") for cell in (*before, *after))
    earlier, later = (
        {cell["what"] if named else _place(cell): cell for cell in cells} for cells in (before, after)
    )
    lines = []
    for key in dict.fromkeys([*earlier, *later]):
        if key not in later:
            lines.append(f"{_place(earlier[key])}（{_text(earlier[key])}）不再计入")
        elif key not in earlier:
            lines.append(f"{_place(later[key])}（{_text(later[key])}）新计入")
        elif _text(one := earlier[key]) != _text(other := later[key]):
            lines.append(f"{_place(other)}{_moved(one, other)}由{_text(one)}变为{_text(other)}")
    return lines


def _text(cell: Mapping) -> str:
    return cell.get("raw") or "空"


def _moved(one: Mapping, other: Mapping) -> str:
    """Where a cell stood before, as short as its sheet allows; nothing for one that stayed."""
    if _place(one) == _place(other):
        return ""
    near = all(one.get(part) == other.get(part) for part in ("file", "sheet"))
    return f"（原在{one['cell'] if near else _place(one)}）"


def _place(cell: Mapping) -> str:
    source = Source(**cell)
    return " ".join(filter(None, (source.file, source.sheet, source.cell)))


def _of_role(report: Mapping, role: str) -> dict[str, str]:
    return {item["path"]: item["sha256"] for item in report["inputs"] if item["role"] == role}


def _others(report: Mapping) -> dict[str, str]:
    return {
        item["path"]: item["sha256"] for item in report["inputs"] if item["role"] not in (_PLAN, _RETURNED)
    }


def _versions(report: Mapping) -> dict[str, str]:
    """Versions, and the commit where the program runs from a checkout."""
    return {**report["versions"], **({"提交": report["commit"]} if report.get("commit") else {})}


def _rules(report: Mapping) -> dict[str, str]:
    given = {RULES[name]: value for name, value in report["parameters"].items() if name in RULES}
    return {"笔记本": report["notebook"]} | {
        name: value for name, value in given.items() if value not in ("", None)
    }


def _listed(lines: list[str], counter: str) -> str:
    rest = f"；等{len(lines)}{counter}" if len(lines) > _NAMED else ""
    return "；".join(lines[:_NAMED]) + rest
