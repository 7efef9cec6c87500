"""Following a figure back to its cells, and recomputing a report from its inputs."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from kepu_eval.resources import project_path, resource
from kepu_eval.runner.jobs import ReportError
from kepu_eval.runner.own_copy import own_copy
from kepu_eval.runner.report import FORMATS, FURTHER, execute, file_name, files_of, kind_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from kepu_eval.report.lineage import LineageGraph

_WORDS = ("cover", "heading", "prose", "volume")
_MOST_PACKAGES = 3


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
        raise ReportError(lacking, hint="请给出 kepu-eval report 生成的报告文件夹")
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ReportError("不是有效的清单文件", place=f"“{file}”", hint="请重新生成报告") from error


def _folder(report: str | Path) -> Path:
    path = Path(report)
    return path if path.is_dir() else path.parent


def is_package(report: str | Path) -> bool:
    """Whether a result package was given rather than a report."""
    from kepu_eval.report.package_reading import SUFFIX

    return Path(report).suffix.lower() == SUFFIX


def package_problems(path: Path, ledger: Path | None = None) -> tuple[str, list[str]]:
    """A package's seal, and what in it is not as it was made; with ``ledger``, whether that still leads to what it names."""
    from kepu_eval.report.package_reading import read_package

    package = read_package(path)
    problems = package.problems()
    told = package.manifest["ledger"]
    if ledger and not told:
        problems.append("结果包不是由台账生成的，不能与台账核对；请核对清单所列各填报表的指纹")
    elif ledger:
        from kepu_eval.returns import Ledger

        with Ledger(ledger) as book:
            now = book.head(told.get("submissions"), told.get("imports"))
        if now["version"] != told.get("version"):
            problems.append("台账的版本与出结果包时不同，不能核对；请由台账重新生成结果包")
        elif now != told:
            problems.append("台账与出结果包时不同：所据的报送或答复已不是原来的内容，或不是同一台账")
    return package.seal, problems


def trace(report: str | Path, wanted: str) -> tuple[str, ...]:
    """What the Fact ``wanted`` of a report was made of, in Chinese lines; :class:`ReportError` names similar ids."""
    from kepu_eval.report.lineage import LineageGraph
    from kepu_eval.report.package_reading import read_package

    graph = (
        LineageGraph(read_package(Path(report)).facts)
        if is_package(report)
        else LineageGraph.of(read_manifest(report))
    )
    if wanted not in graph.facts:
        near = get_close_matches(wanted, graph.facts, n=8, cutoff=0.4)
        hint = f"；相近的有：{'、'.join(near)}" if near else ""
        raise ReportError(f"报告中没有数据项“{wanted}”{hint}")
    lines = list(graph.explained(wanted))
    return (*lines, *([] if is_package(report) else _in_packages(read_manifest(report), graph, wanted)))


def _in_packages(manifest: dict, graph: LineageGraph, wanted: str) -> Iterator[str]:
    """Of districts rolled up, or of the plan before: what packages tell further, as far as they lie where they lay."""
    from kepu_eval.report.lineage import LineageGraph
    from kepu_eval.report.package_reading import PackageError, read_package

    given = manifest["parameters"]
    folder = project_path(str(given.get("districts") or given.get("earlier") or "")).parent
    cells = [cell for cell in graph.cells(wanted) if is_package(cell.file) and cell.cell]
    for cell in cells[:_MOST_PACKAGES]:
        try:
            package = read_package(folder / cell.file)
        except PackageError as error:
            yield f"结果包：{error}"
            continue
        if package.sha256 != cell.sha256:
            yield f"结果包：{cell.file}在出报告后换过，不再往下追"
        elif cell.cell in (facts := package.facts):
            yield f"结果包：{cell.file}"
            yield from (f"　{line}" for line in LineageGraph(facts).explained(cell.cell))
    if len(cells) > _MOST_PACKAGES:
        yield f"另有{len(cells) - _MOST_PACKAGES}个区县的数，请逐个追：kepu-eval trace 结果包.zip 数据项"


def verify(report: str | Path) -> Verification:
    """Make the report again; compare every Fact with its lineage, every input, and the bytes of every file.

    Files are made anew from the report's notebook, and the notebook by running it: who rewrites a file and its hash in
    the manifest is found all the same. Where inputs or versions are others by now, the notebook's words are compared.
    """
    from kepu_eval.parameters import notebook_parameters
    from kepu_eval.report.comparison import differences

    before = read_manifest(report)
    notebook = resource(f"notebooks/{before['notebook']}")
    if before.get("own_words"):
        notebook = own_copy(kind_of(before["notebook"]) or "", before["parameters"]) or notebook
    known = notebook_parameters(notebook)  # a case has more than its notebook offers
    parameters = {name: value for name, value in before["parameters"].items() if name in known}
    executed = execute(notebook, parameters)
    _, after = files_of(executed, notebook.stem, ())
    inputs = differences(_hashes(before, plan=False), _hashes(after, plan=False), "输入文件")
    rules = differences(_hashes(before, plan=True), _hashes(after, plan=True), "方案文件")
    versions = differences(before["versions"], after["versions"], "版本")
    facts, exact = (
        differences(_facts(before, field), _facts(after, field), "数据项") for field in ("text", "value")
    )
    facts = facts or exact or _lineage(before, after)
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
    import nbformat

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
    with _drawn_on(report):
        again = _made_again(kept, stem, listed)
    if again is None or _compared(nbformat.read(kept, 4), exact=exact) != _compared(executed, exact=exact):
        return (f"报告文件“{kept.name}”与重新运行的不同：文件和清单都被改动过",)
    return tuple(
        f"报告文件“{path.name}”与重新生成的不同：文件和清单都被改动过"
        for path in there
        if path.name in again and again[path.name] != path.read_bytes()
    )


@contextmanager
def _drawn_on(report: dict) -> Iterator[None]:
    """The letterhead and the template for slides on which the report was made, for a while."""
    from kepu_eval.report.exporters.docx import LETTERHEAD
    from kepu_eval.report.exporters.meeting import TEMPLATE

    theirs = {LETTERHEAD: str(report.get("letterhead", "")), TEMPLATE: str(report.get("slides", ""))}
    before = {name: os.environ.get(name, "") for name in theirs}
    os.environ.update(theirs)
    try:
        yield
    finally:
        os.environ.update(before)


def _made_again(notebook: Path, stem: str, names: Iterable[str]) -> dict[str, bytes] | None:
    """Files by name, made from the notebook that stands in the report's folder; ``None`` when it is none any more."""
    import nbformat

    known = {**{name: f".{name}" for name in FORMATS}, **{name: end for name, (end, _) in FURTHER.items()}}
    formats = tuple(name for name, end in known.items() if any(file.endswith(end) for file in names))
    try:
        made, _ = files_of(nbformat.read(notebook, as_version=4), stem, formats)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return {file_name(stem, name): body for name, body in made.items()}


def _compared(notebook: NotebookNode, *, exact: bool) -> list[object]:
    """What two runs of a notebook must have in common: everything but how the parameters got in, or only the words."""
    import nbformat

    from kepu_eval.report.blocks import MIME

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


def _facts(manifest: dict, field: str) -> dict:
    return {fact["id"]: fact[field] for fact in manifest["facts"]}


def _hashes(report: dict, *, plan: bool) -> dict[str, str]:
    """Hashes by path: of the plan's file, or of all others."""
    return {
        "/".join(filter(None, (f.get("round", ""), f["path"]))): f["sha256"]
        for f in report["inputs"]
        if (f["role"] == "方案") == plan
    }
