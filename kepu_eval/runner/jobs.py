"""A report to be made, as it travels from who wants it to the process that makes it: plain JSON, and nothing heavy."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from kepu_eval.errors import KepuError
from kepu_eval.runner.limits import TIME_LIMIT


class ReportError(KepuError):
    """A report that could not be made; the message is Chinese and ends with what the notebook said.

    ``details`` is the traceback as text, empty where there is none.
    """

    def __init__(self, message: str, details: str = "", *, place: str = "", hint: str = "") -> None:
        super().__init__(message, place=place, hint=hint)
        self.details = details


@dataclass(frozen=True)
class Job:
    """One notebook to run and to export into a folder, with the surroundings of who asked.

    ``replace``: the folder's earlier set of files is not kept.
    """

    notebook: str
    output: str
    parameters: Mapping[str, Any]
    formats: tuple[str, ...]
    time_limit: float = TIME_LIMIT
    replace: bool = False
    folder: str = field(default_factory=os.getcwd)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def to_json(self) -> str:
        """The job on one line; ``TypeError`` when a parameter is no plain value."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Job:
        """The job that a line holds."""
        values = json.loads(line)
        return cls(**{**values, "formats": tuple(values["formats"])})
