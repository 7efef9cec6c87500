"""Following a figure back to its cells, and recomputing a report from its inputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from kepu_eval.parameters import notebook_parameters
from kepu_eval.report.blocks import MIME
from kepu_eval.resources import resource
from kepu_eval.runner.jobs import ReportError
from kepu_eval.runner.report import FORMATS, execute, file_name, files_of

_WORDS = ("cover", "heading", "prose", "volume")


@dataclass(frozen=True)
class Verification:
    """Outcome of recomputing a report: lines that say what differs, empty when everything agrees."""

    inputs: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether every figure was found again, and the report's files are as they were written."""
        return not self.facts and not self.files


def read_manifest(report: str | Path) -> dict:
    """Manifest of a report given its folder, its manifest or any of its files; :class:`ReportError` when absent."""
    path = Path(report)
    file = _folder(path) / "manifest.json"
    if not file.exists():
        lacking = (
            f"“{path}”中没有清单 manifest.json" if path.is_dir() else f"找不到“{path}”或其清单 manifest.json"
        )
        raise ReportError(f"{lacking}，请给出 kepu-eval report 生成的报告文件夹")
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ReportError(f"“{file}”不是有效的清单文件，请重新生成报告") from error


def _folder(report: str | Path) -> Path:
    path = Path(report)
    return path if path.is_dir() else path.parent


def trace(report: str | Path, wanted: str) -> tuple[str, ...]:
    """What the Fact ``wanted`` of a report was made of, in Chinese lines; :class:`ReportError` names similar ids."""
    from kepu_eval.report.lineage import LineageGraph

    graph = LineageGraph.of(read_manifest(report))
    if wanted not in graph.facts:
        near = get_close_matches(wanted, graph.facts, n=8, cutoff=0.4)
        hint = f"；相近的有：{'、'.join(near)}" if near else ""
        raise ReportError(f"报告中没有数据项“{wanted}”{hint}")
    return tuple(graph.explained(wanted))


def verify(report: str | Path) -> Verification:
    """Make the report again; compare every Fact with its lineage, every input, and the bytes of every file.

    Files are made anew from the report's notebook, and the notebook by running it: who rewrites a file and its hash in
    the manifest is found all the same. Where inputs or versions are others by now, the notebook's words are compared.
    """
    from kepu_eval.report.comparison import differences

    before = read_manifest(report)
    notebook = resource(f"notebooks/{before['notebook']}")
    known = notebook_parameters(notebook)  # a case has more than its notebook offers
    parameters = {name: value for name, value in before["parameters"].items() if name in known}
    executed = execute(notebook, parameters)
    _, after = files_of(executed, notebook.stem, ())
    both = (before, after)
    inputs = differences(*(_hashes(m, plan=False) for m in both), "输入文件")
    rules = differences(*(_hashes(m, plan=True) for m in both), "方案文件")
    versions = differences(*(m["versions"] for m in both), "版本")
    facts, exact = (
        differences(*({fact["id"]: fact[field] for fact in m["facts"]} for m in both), "数据项")
        for field in ("text", "value")
    )
    facts = facts or exact or _lineage(*both)
    same = not (inputs or rules or versions)
    files = _altered(_folder(report), before, executed, exact=same)
    return Verification(inputs, rules, versions, facts, files)


def _lineage(before: dict, after: dict) -> tuple[str, ...]:
    """Figures that agree, but are said to come from elsewhere or to be something else."""
    told = ({fact["id"]: fact for fact in report["facts"]} for report in (before, after))
    return tuple(
        f"数据项“{name}”的名称、算法或来源单元格与重新计算的不同"
        for (name, one), other in zip(*(facts.items() for facts in told), strict=True)
        if other != (name, one)
    )


def _altered(folder: Path, report: dict, executed: NotebookNode, *, exact: bool) -> tuple[str, ...]:
    """The report's files that are not what making them again gives, or that its manifest does not list as they are.

    ``executed``: the notebook run anew; with ``exact`` the report's must be the same throughout, else in its words.
    """
    listed, stem = report["files"], Path(report["notebook"]).stem
    ours = set(listed) | {file_name(stem, name) for name in ("ipynb", *FORMATS)}
    there = [path for path in sorted(folder.iterdir()) if path.name in ours]
    problems = [
        f"报告文件“{path.name}”与清单不符：生成后被改动过"
        for path in there
        if hashlib.sha256(path.read_bytes()).hexdigest() != listed.get(path.name)
    ]
    kept = folder / report["notebook"]
    if problems or not kept.is_file():
        return tuple(problems)
    again = _made_again(kept, stem, listed)
    if again is None or _compared(nbformat.read(kept, 4), exact=exact) != _compared(executed, exact=exact):
        return (f"报告文件“{kept.name}”与重新运行的不同：文件和清单都被改动过",)
    return tuple(
        f"报告文件“{path.name}”与重新生成的不同：文件和清单都被改动过"
        for path in there
        if path.name in again and again[path.name] != path.read_bytes()
    )


def _made_again(notebook: Path, stem: str, names: Iterable[str]) -> dict[str, bytes] | None:
    """Files by name, made from the notebook that stands in the report's folder; ``None`` when it is none any more."""
    formats = tuple(name for name in FORMATS if any(file.endswith(f".{name}") for file in names))
    try:
        made, _ = files_of(nbformat.read(notebook, as_version=4), stem, formats)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return {file_name(stem, name): body for name, body in made.items()}


def _compared(notebook: NotebookNode, *, exact: bool) -> list[object]:
    """What two runs of a notebook must have in common: everything but how the parameters got in, or only the words."""
    cells: list[object] = []
    for cell in json.loads(nbformat.writes(notebook))["cells"]:
        if "injected-parameters" in cell["metadata"].get("tags", []):
            continue
        outputs = cell.get("outputs", [])
        if not exact:
            shown = [output.get("data", {}).get(MIME, {}) for output in outputs]
            cells.append([cell["cell_type"], [block for block in shown if block.get("kind") in _WORDS]])
            continue
        for output in outputs:
            output.pop("execution_count", None)
            output.get("metadata", {}).get(MIME, {}).pop("parameters", None)
        cells.append({name: value for name, value in cell.items() if name != "execution_count"})
    return cells


def _hashes(report: dict, *, plan: bool) -> dict[str, str]:
    """Hashes by path: of the plan's file, or of all others."""
    return {
        "/".join(filter(None, (f.get("round", ""), f["path"]))): f["sha256"]
        for f in report["inputs"]
        if (f["role"] == "方案") == plan
    }
