"""Reading and checking a plan file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import ValidationError

from kepu_eval.errors import KepuError
from kepu_eval.plan.check import inconsistencies, patched
from kepu_eval.plan.models import Plan
from kepu_eval.resources import resource
from kepu_eval.yaml_problems import bytes_of, fields, model_problem

DEFAULT_PLAN = "plan/kundulun-2021-2025.yaml"


class PlanError(KepuError):
    """A plan file that cannot be used; of several problems, each line names file, path inside the file and fix."""


def load_plan(path: str | Path | None = None) -> Plan:
    """Read a plan file (by default the shipped one) and check it as a whole.

    Raises :class:`PlanError` listing every problem with file, path inside the file and what to do.
    """
    file = Path(path) if path else resource(DEFAULT_PLAN)
    data, content = _read(file)
    try:
        plan = Plan.model_validate(data)
    except ValidationError as error:
        lines = [model_problem(item, "plan.schema.json") for item in error.errors()]
        raise PlanError("\n".join([*lines, *patched(data)]), place=file.name) from error
    if problems := list(inconsistencies(plan)):
        raise PlanError("\n".join(problems), place=file.name)
    plan._sha256 = hashlib.sha256(content).hexdigest()
    plan._source = file.name
    return plan


def read_yaml(path: Path) -> dict:
    """Content of a plan file or draft as plain data, unchecked; :class:`PlanError` when it is no such file."""
    return _read(path)[0]


def _read(file: Path) -> tuple[dict, bytes]:
    content = bytes_of(file, "方案文件", PlanError)
    return fields(file, content, PlanError, "已有方案文件"), content
