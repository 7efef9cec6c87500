"""What is done already: each report's folder says from what it was made, by the hashes of everything that matters."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from kepu_eval.resources import project_path, resource
from kepu_eval.runner.batch.spec import Row
from kepu_eval.runner.publishing import RECORD, publish

_PACKAGE = Path(__file__).parents[2]
_SQLITE = b"SQLite format 3"


def fingerprint(row: Row, formats: Sequence[str]) -> str:
    """Hash of a report's notebook, parameters, files that they name, formats, and of the library that makes it."""
    given = {
        name: [value, _contents(value) if isinstance(value, str) and value else ""]
        for name, value in (dict(row.defaults) | dict(row.parameters)).items()
    }
    everything = [library(), _file(row.notebook), given, sorted(formats)]
    return hashlib.sha256(json.dumps(everything, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@cache
def library() -> str:
    """Hash of the library's code, of the data that come with it, and of the versions that it stands on."""
    files = [*_files(_PACKAGE), *_files(resource("plan")), *_files(resource("reference"))]
    try:
        names = sorted({requirement.split(";")[0].strip() for requirement in requires("kepu-eval") or ()})
    except PackageNotFoundError:  # run from a checkout that is not installed
        names = []
    versions = [sys.version]
    for name in names:
        distribution = name.partition(">")[0].partition("=")[0].partition("<")[0].strip()
        try:
            versions.append(f"{distribution} {version(distribution)}")
        except PackageNotFoundError:
            continue
    digest = hashlib.sha256("\n".join(versions).encode())
    for path in files:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def is_done(row: Row, wanted: str) -> bool:
    """Whether the report's folder was made from the same, and every file in it is still as it was made."""
    try:
        record = json.loads((row.output / RECORD).read_text(encoding="utf-8"))
        return record["fingerprint"] == wanted and all(
            _file(row.output / name) == digest for name, digest in record["files"].items()
        )
    except (OSError, ValueError, KeyError):
        return False


def keep(row: Row, made_from: str, files: Mapping[str, bytes]) -> dict[str, Path]:
    """Put a report's folder into place with all its files and its record, or not at all; what a person had changed."""
    hashes = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    record = json.dumps({"fingerprint": made_from, "files": hashes}, ensure_ascii=False, indent=1)
    return publish(row.output, {**files, RECORD: record.encode("utf-8")}, replace=True)


def _contents(value: str) -> str:
    """Hash of the file or of all files in the folder that a parameter names; empty when it names none."""
    try:
        path = project_path(value)
        if path.is_dir():
            listing = [[str(file.relative_to(path)), _file(file)] for file in _files(path)]
            return hashlib.sha256(json.dumps(listing).encode()).hexdigest()
        return _file(path) if path.is_file() else ""
    except (OSError, ValueError):  # a text that could not be a path
        return ""


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc" and not path.name.startswith((".", "~$")):
            yield path


def _file(path: Path) -> str:
    with path.open("rb") as stream:
        ledger = stream.read(len(_SQLITE)) == _SQLITE
    if ledger:  # its bytes change without what it holds
        from kepu_eval.report.hashing import file_hash

        return file_hash(path)
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
