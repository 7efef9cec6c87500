"""A report's files take the place of the earlier ones in one move, and nothing that a person did to those is lost.

The new set is written beside the folder and flushed to the disk; then the two folders change names in one step. What was
there is kept under the date of its run, unless it is to be replaced. Files that a person changed, and those that are
nobody's of ours, go along into the new folder.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

import kepu_eval.files as whole_files  # not from kepu_eval: that asks the front door first, which loads pandas

MANIFEST, RECORD = "manifest.json", "batch.json"
"""What lists a folder's files with their hashes: a report's manifest, and a batch's record beside it."""
VERSIONS = "历次"
_UNFINISHED = ".staged"
_EXCHANGE, _HERE = 2, -100  # RENAME_EXCHANGE, AT_FDCWD
_STAMP = "%Y-%m-%d %H%M%S"


def publish(folder: Path, contents: Mapping[str, bytes], *, replace: bool = False) -> dict[str, Path]:
    """Put files into a folder, all or none; changed files of before by their names, with where each now is.

    ``contents``: bytes by file name, the manifest among them. With ``replace`` the earlier set is not kept. Raises
    ``OSError`` when the folder cannot be written; then it is as it was.
    """
    folder = folder.absolute().parent.resolve() / folder.absolute().name
    recover(folder)
    if all(whole_files.holds(folder / name, body) for name, body in contents.items()):
        return {}
    aside = dict(_moved_aside(folder, contents))
    if not _may_be_exchanged(folder):
        return _one_by_one(folder, contents, aside)
    staged = folder.with_name(f".{folder.name}.{os.getpid()}.new")
    shutil.rmtree(staged, ignore_errors=True)
    try:
        _stage(staged, folder, contents, aside)
        (staged / _UNFINISHED).unlink()
        if folder.exists():
            _exchange(staged, folder)
            _keep(staged, folder, replace=replace)
        else:
            staged.rename(folder)
        flush(folder.parent)
    finally:
        if (staged / _UNFINISHED).exists():
            shutil.rmtree(staged, ignore_errors=True)
    return {name: folder / new for name, new in aside.items()}


def recover(folder: Path) -> None:
    """Finish what a run that was cut off left beside a folder: the old set is kept, a half-written one goes."""
    for left in folder.parent.glob(f".{folder.name}.*.new*"):
        number = left.name.removeprefix(f".{folder.name}.").partition(".")[0]
        if not number.isdigit() or psutil.pid_exists(int(number)):
            continue
        if (left / _UNFINISHED).exists():
            shutil.rmtree(left, ignore_errors=True)
        elif not folder.exists():
            left.rename(folder)
        else:
            _keep(left, folder, replace=False)


def listed(folder: Path) -> dict[str, str]:
    """Hashes by name of the files that a folder's manifest and record list; empty where nothing can be read."""
    found: dict[str, str] = {}
    for name in (MANIFEST, RECORD):
        with suppress(OSError, ValueError, KeyError, TypeError):
            found |= json.loads((folder / name).read_text(encoding="utf-8"))["files"]
    return found


def flush(path: Path) -> None:
    """Have the system write a folder's entries to the disk, where it can."""
    with suppress(OSError):
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _moved_aside(folder: Path, contents: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Files that are in the way and are not as they were written, with the names that they get."""
    known = listed(folder)
    for name in sorted({*known, *contents} - {MANIFEST, RECORD}):
        path = folder / name
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != known.get(name):
            changed = dt.datetime.fromtimestamp(path.stat().st_mtime)
            yield name, f"{path.stem}（{changed:{_STAMP}}改动）{path.suffix}"


def _may_be_exchanged(folder: Path) -> bool:
    """Whether the folder is a report's own, or new: not one where a person works, or that holds other things alone."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        return True
    ours = not any(folder.iterdir()) or any((folder / name).is_file() for name in (MANIFEST, RECORD))
    return (
        ours
        and not folder.is_symlink()
        and not folder.is_mount()
        and not Path.cwd().is_relative_to(folder)
        and os.access(folder.parent, os.W_OK)
    )


def _stage(staged: Path, folder: Path, contents: Mapping[str, bytes], aside: Mapping[str, str]) -> None:
    """The whole new folder, with the files of a person's own."""
    try:
        staged.mkdir(parents=True)
    except FileNotFoundError as error:
        raise whole_files.too_long(staged) or error from error
    (staged / _UNFINISHED).touch()
    for name, body in contents.items():
        whole_files.write_whole(staged / name, body)
    known = listed(folder)
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name in aside:
            _along(path, staged / aside[path.name])
        elif path.is_file() and path.name not in {*contents, *known, MANIFEST, RECORD}:
            _along(path, staged / path.name)
    flush(staged)


def _along(path: Path, target: Path) -> None:
    """A file as it is in another place as well; where the system has no links, a copy."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copy2(path, target)


def _exchange(staged: Path, folder: Path) -> None:
    """The two folders change names: in one step on Linux, elsewhere in two, which :func:`recover` finishes."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            library = ctypes.CDLL(None, use_errno=True)
            if library.renameat2(_HERE, os.fsencode(staged), _HERE, os.fsencode(folder), _EXCHANGE) == 0:
                return
    before = staged.with_name(f"{staged.name}.before")
    try:
        whole_files.move(folder, before, folder)
        whole_files.move(staged, folder, folder)
    except OSError:
        if before.exists():
            before.rename(folder)
        shutil.rmtree(staged, ignore_errors=True)
        raise
    before.rename(staged)


def _keep(old: Path, folder: Path, *, replace: bool) -> None:
    """The set of before: a person's folders go along; the rest is kept under the date of its run, or goes."""
    for path in old.iterdir():
        if path.is_dir() and not (folder / path.name).exists():
            path.rename(folder / path.name)
    if replace or not (old / MANIFEST).is_file():
        shutil.rmtree(old, ignore_errors=True)
        return
    made = dt.datetime.fromtimestamp((old / MANIFEST).stat().st_mtime)
    versions = folder.with_name(f"{folder.name}-{VERSIONS}")
    versions.mkdir(exist_ok=True)
    number, target = 1, versions / f"{made:{_STAMP}}"
    while target.exists():
        number, target = number + 1, versions / f"{made:{_STAMP}}（{number}）"
    old.rename(target)


def _one_by_one(folder: Path, contents: Mapping[str, bytes], aside: Mapping[str, str]) -> dict[str, Path]:
    """Into a folder that must stay where it is: each file whole, the manifest last."""
    for name, new in aside.items():
        whole_files.move(folder / name, folder / new, folder / name)
    for name in sorted(contents, key=lambda name: name == MANIFEST):
        whole_files.write_whole(folder / name, contents[name])
    flush(folder)
    return {name: folder / new for name, new in aside.items()}
