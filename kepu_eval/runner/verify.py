"""Following a figure back to its cells, and recomputing a report from its inputs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from kepu_eval.resources import resource
from kepu_eval.runner.jobs import ReportError
from kepu_eval.runner.parameters import notebook_parameters
from kepu_eval.runner.report import execute


@dataclass(frozen=True)
class Verification:
    """Outcome of recomputing a report: lines that say what differs, empty when everything agrees."""

    inputs: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    facts: tuple[str, ...] = field(default=())

    @property
    def agrees(self) -> bool:
        """Whether every figure was found again."""
        return not self.facts


def read_manifest(report: str | Path) -> dict:
    """Manifest of a report given its folder, its manifest or any of its files; :class:`ReportError` when absent."""
    path = Path(report)
    file = (
        path if path.name == "manifest.json" else (path if path.is_dir() else path.parent) / "manifest.json"
    )
    if not file.exists():
        lacking = (
            f"“{path}”中没有清单 manifest.json" if path.is_dir() else f"找不到“{path}”或其清单 manifest.json"
        )
        raise ReportError(f"{lacking}，请给出 kepu-eval report 生成的报告文件夹")
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ReportError(f"“{file}”不是有效的清单文件，请重新生成报告") from error


def trace(report: str | Path, wanted: str) -> dict:
    """The Fact ``wanted`` of a report, as its manifest holds it; :class:`ReportError` names similar ids."""
    facts = {fact["id"]: fact for fact in read_manifest(report)["facts"]}
    if wanted not in facts:
        near = [name for name in facts if wanted.split(".")[0] in name][:8]
        hint = f"；相近的有：{'、'.join(near)}" if near else ""
        raise ReportError(f"报告中没有数据项“{wanted}”{hint}")
    return facts[wanted]


def verify(report: str | Path) -> Verification:
    """Run the report's notebook again with its parameters and compare every Fact and every input."""
    from kepu_eval.report.comparison import differences
    from kepu_eval.report.document import read_document
    from kepu_eval.report.manifest import manifest

    before = read_manifest(report)
    notebook = resource(f"notebooks/{before['notebook']}")
    known = notebook_parameters(notebook)  # a case has more than its notebook offers
    parameters = {name: _value(name, value) for name, value in before["parameters"].items() if name in known}
    after = manifest(read_document(execute(notebook, parameters)), notebook.name, {})
    both = (before, after)
    inputs = differences(*(_hashes(m, plan=False) for m in both), "输入文件")
    rules = differences(*(_hashes(m, plan=True) for m in both), "方案文件")
    versions = differences(*(m["versions"] for m in both), "版本")
    facts, exact = (
        differences(*({fact["id"]: fact[field] for fact in m["facts"]} for m in both), "数据项")
        for field in ("text", "value")
    )
    return Verification(inputs, rules, versions, facts or exact)


def _hashes(report: dict, *, plan: bool) -> dict[str, str]:
    """Hashes by path: of the plan's file, or of all others."""
    return {f["path"]: f["sha256"] for f in report["inputs"] if (f["role"] == "方案") == plan}


def _value(name: str, value: object) -> object:
    return json.loads(value) if name in ("switches", "domains") and isinstance(value, str) else value
