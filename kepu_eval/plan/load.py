"""Reading and checking a plan file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import ValidationError

from kepu_eval.plan.check import inconsistencies, patched
from kepu_eval.plan.models import Plan
from kepu_eval.resources import resource
from kepu_eval.yaml_files import YamlError, parse_yaml
from kepu_eval.yaml_problems import model_problem

DEFAULT_PLAN = "plan/kundulun-2021-2025.yaml"


class PlanError(ValueError):
    """A plan file that cannot be used; ``problems`` are Chinese lines naming file, path and fix."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def load_plan(path: str | Path | None = None) -> Plan:
    """Read a plan file (by default the shipped one) and check it as a whole.

    Raises :class:`PlanError` listing every problem with file, path inside the file and what to do.
    """
    file = Path(path) if path else resource(DEFAULT_PLAN)
    data, content = _read(file)
    try:
        plan = Plan.model_validate(data)
    except ValidationError as error:
        lines = [model_problem(file.name, item, "plan.schema.json") for item in error.errors()]
        raise PlanError([*lines, *(f"{file.name}：{more}" for more in patched(data))]) from error
    problems = [f"{file.name}：{problem}" for problem in inconsistencies(plan)]
    if problems:
        raise PlanError(problems)
    plan._sha256 = hashlib.sha256(content).hexdigest()
    plan._source = file.name
    return plan


def read_yaml(path: Path) -> dict:
    """Content of a plan file or draft as plain data, unchecked; :class:`PlanError` when it is no such file."""
    return _read(path)[0]


def _read(file: Path) -> tuple[dict, bytes]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise PlanError([f"{file}：无法读取方案文件（{error.strerror}）；请检查路径"]) from error
    try:
        data = parse_yaml(file.name, content)
    except YamlError as error:
        raise PlanError([str(error)]) from error
    if not isinstance(data, dict):
        raise PlanError([f"{file.name}：文件顶层应为“字段: 值”的形式；请对照已有方案文件"])
    return data, content
