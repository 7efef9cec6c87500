"""What a report was computed from: parameters, files with their hashes, versions."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from kepu_eval import __version__
from kepu_eval.plan import Plan
from kepu_eval.report.blocks import InputFile, Inputs
from kepu_eval.report.case import Case
from kepu_eval.report.hashing import file_hash

_LIBRARIES = ("pandas", "numpy", "matplotlib", "openpyxl", "papermill", "nbconvert")


def inputs_of(case: Case) -> Inputs:
    """Parameters as given, every file read (by role, with SHA-256), versions of the library and its main parts."""
    returned = case.returns.submissions.query("file != ''")
    sent = [(row.file, row.sha256) for row in returned.itertuples()]
    return inputs_from(case.plan, case.parameters, sent, case.files)


def inputs_from(
    plan: Plan,
    parameters: Mapping[str, object],
    returned: Iterable[tuple[str, str]],
    files: Iterable[tuple[str, Path]],
) -> Inputs:
    """Inputs of a report: ``returned`` are the units' files with their hashes, ``files`` others by role."""
    return Inputs(
        parameters={name: _plain(value) for name, value in parameters.items()},
        files=(
            InputFile(role="方案", path=plan.source, sha256=plan.sha256),
            *(InputFile(role="单位填报表", path=path, sha256=sha256) for path, sha256 in returned),
            *(InputFile(role=role, path=path.name, sha256=file_hash(path)) for role, path in files),
        ),
        versions={
            "kepu_eval": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in _LIBRARIES},
        },
    )


def _plain(value: object) -> str | int | float | bool | None:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
