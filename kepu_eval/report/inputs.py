"""What a report was computed from: parameters, files with their hashes, versions."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kepu_eval import __version__
from kepu_eval.plan import Plan
from kepu_eval.report.blocks import InputFile, Inputs, Lineage
from kepu_eval.report.hashing import file_hash
from kepu_eval.returns import Returns
from kepu_eval.survey import Survey, published_by

if TYPE_CHECKING:
    from kepu_eval.report.case import Case

_LIBRARIES = ("pandas", "numpy", "matplotlib", "openpyxl", "papermill", "nbconvert")


def inputs_of(case: Case) -> Inputs:
    """Of an evaluation: its plan, the units' workbooks and what else was read."""
    rounds = [case] if case.midterm is None else [case, case.midterm]
    files = [plan_input(case.plan), *(file for each in rounds for file in round_inputs(each.returns))]
    files += [file for each in rounds for file in other_inputs(each.files)]
    rates = published_by(case.as_of).attrs
    files.append(InputFile(role="对照数据", path=rates["file"], sha256=rates["sha256"]))
    return inputs(case.parameters, [*dict.fromkeys(files), *survey_inputs(case.surveys)])


def lineage_of(case: Case, *, needed: bool = False) -> list[Lineage]:
    """What the Facts of a case are made of; of a final, those of its mid-term as well. ``needed``: see :class:`Lineage`."""
    found = [each.facts.lineage for each in (case, case.midterm) if each is not None]
    return [block.model_copy(update={"needed": needed}) for block in found]


def plan_input(plan: Plan) -> InputFile:
    """A plan's file."""
    return InputFile(role="方案", path=plan.source, sha256=plan.sha256)


def round_inputs(returns: Returns) -> Iterator[InputFile]:
    """The units' files of one round."""
    for row in returns.submissions.itertuples():
        if row.file:
            yield InputFile(role="单位填报表", path=row.file, sha256=row.sha256, round=returns.round_id)


def other_inputs(files: Iterable[tuple[str, Path]]) -> Iterator[InputFile]:
    """Other files by role."""
    for role, path in files:
        yield InputFile(role=role, path=path.name, sha256=file_hash(path))


def survey_inputs(surveys: Iterable[Survey]) -> Iterator[InputFile]:
    """Every file of surveys, named with its folder: rounds keep the same file names."""
    for survey in surveys:
        for path in survey.files:
            yield InputFile(role="调查数据", path=survey.name_of(path), sha256=file_hash(path))


def inputs(parameters: Mapping[str, Any], files: Iterable[InputFile]) -> Inputs:
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
