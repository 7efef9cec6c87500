"""What each run printed, kept in the work folder: Word files come back weeks later, when newer runs stand in their place."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import nbformat

from kepu_eval.files import write_whole
from kepu_eval.report.document import read_document
from kepu_eval.report.homecoming.baseline import Baseline, baseline
from kepu_eval.runner.own_copy import work_folder

_KEPT = "已印各稿"


def keep_baseline(printed: Baseline) -> None:
    """Keep a run's baseline; where the folder cannot be written, the executed notebook beside the report has to do."""
    file = _file(printed.run)
    with suppress(OSError):
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, gzip.compress(printed.model_dump_json().encode("utf-8"), mtime=0))


def find_baseline(run: str, folders: Iterable[Path]) -> Baseline | None:
    """The baseline of a run, or that of the executed notebook in ``folders`` which printed the same; ``None`` without."""
    file = _file(run)
    if run and file.is_file():
        return Baseline.model_validate_json(gzip.decompress(file.read_bytes()))
    return next((found for found in _executed(folders) if found.run == run), None)


def newest_baseline(folders: Iterable[Path]) -> Baseline | None:
    """The baseline of the first executed notebook in ``folders``."""
    return next(_executed(folders), None)


def _file(run: str) -> Path:
    return work_folder() / _KEPT / f"{run if run.isalnum() else ''}.json.gz"


def _executed(folders: Iterable[Path]) -> Iterator[Baseline]:
    for folder in dict.fromkeys(folders):
        for path in sorted(folder.glob("*.ipynb")):
            with suppress(ValueError, OSError, KeyError):
                found = baseline(read_document(nbformat.read(path, as_version=4), folder), path.name)
                if found.paragraphs and any(p.kind not in ("fixed", "table") for p in found.paragraphs):
                    yield found
