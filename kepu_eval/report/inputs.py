"""What a report was computed from: parameters, files with their hashes, versions."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from kepu_eval import __version__
from kepu_eval.plan import Plan
from kepu_eval.report.blocks import InputFile, Inputs
from kepu_eval.report.hashing import file_hash
from kepu_eval.survey import Survey

if TYPE_CHECKING:
    from kepu_eval.report.case import Case

_LIBRARIES = ("pandas", "numpy", "matplotlib", "openpyxl", "papermill", "nbconvert")


def inputs_of(case: Case) -> Inputs:
    """Of an evaluation: its plan, the units' workbooks and what else was read."""
    returned = case.returns.submissions.query("file != ''")
    sent = [(row.file, row.sha256) for row in returned.itertuples()]
    files = [*evaluation_inputs(case.plan, sent, case.files), *survey_inputs(case.surveys)]
    return inputs(case.parameters, files)


def evaluation_inputs(
    plan: Plan, returned: Iterable[tuple[str, str]], files: Iterable[tuple[str, Path]]
) -> Iterator[InputFile]:
    """A plan's file, the units' files (``returned``: path and hash), and others by role."""
    yield InputFile(role="方案", path=plan.source, sha256=plan.sha256)
    for path, sha256 in returned:
        yield InputFile(role="单位填报表", path=path, sha256=sha256)
    for role, path in files:
        yield InputFile(role=role, path=path.name, sha256=file_hash(path))


def survey_inputs(surveys: Iterable[Survey]) -> Iterator[InputFile]:
    """Every file of surveys, named with its folder: rounds keep the same file names."""
    for survey in surveys:
        for path in survey.files:
            yield InputFile(role="调查数据", path=survey.name_of(path), sha256=file_hash(path))


def inputs(parameters: Mapping[str, object], files: Iterable[InputFile]) -> Inputs:
    """Parameters as given, every file read (by role, with SHA-256), versions of the library and its main parts."""
    return Inputs(
        parameters={name: _plain(value) for name, value in parameters.items()},
        files=tuple(files),
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
