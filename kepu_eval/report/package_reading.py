"""Reading a result package that somebody else handed in: bounded, checked against itself, its tables one at a time."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kepu_eval.errors import KepuError
from kepu_eval.report.blocks import Fact
from kepu_eval.report.fact import Source
from kepu_eval.report.package_schema import IDENTITY, SCHEMA
from kepu_eval.report.package_seal import MANIFEST, VERSION, chain
from kepu_eval.safe_text import plain_text

SUFFIX = ".zip"
JOINED = ("indicators", "periods", "tasks", "units", "questions")
"""Tables that a roll-up of districts joins."""
_ELSEWHERE = "（结果包不含原值，见区县的文件）"
_MOST_FILES, _MOST_BYTES, _MOST_UNPACKED, _MOST_ROWS = 20, 64 * 2**20, 128 * 2**20, 200_000
_READ: Mapping[str, Callable[[str], object]] = {
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
}


class PackageError(KepuError):
    """A file that is no usable result package; the message is Chinese and names the file and the place."""


@dataclass(frozen=True)
class Package:
    """An open package: its manifest, and its tables when they are asked for. ``sha256`` is the file's own."""

    path: Path
    sha256: str
    manifest: Mapping[str, Any]

    @property
    def identity(self) -> Mapping[str, str | int]:
        """Whose results these are."""
        return self.manifest["identity"]

    @property
    def seal(self) -> str:
        """The last link of its chain."""
        return str(self.manifest["seal"])

    def rows(self, table: str) -> list[dict]:
        """A table's rows, its values in the schema's types; :class:`PackageError` names the line that cannot be read."""
        return list(_rows(self.path, table, self.files[f"{table}.csv"]))

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Its files; :class:`PackageError` for an archive that is damaged, encrypted or unpacks to too much."""
        return _unpacked(self.path)

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """Its Facts by id, with parts and places, as far as it tells."""
        places: dict[str, list[Source]] = {}
        for row in self.rows("sources"):
            fact = row.pop("fact")
            places.setdefault(fact, []).append(
                Source(raw=_ELSEWHERE, **{name: value or "" for name, value in row.items()})
            )
        return {
            row["id"]: Fact(
                id=row["id"], label=row["label"], formula=row["formula"], value=row["text"], parts=tuple(filter(None, row["parts"].split("|"))),
                sources=tuple(places.get(row["id"], ())),
            )
            for row in self.rows("facts")
        }  # fmt: skip

    def problems(self) -> list[str]:
        """Chinese lines for everything in it that is not as it was when it was made; empty for a whole package."""
        listed = self.manifest["files"]
        lines = [f"“{name}”与清单不符：打包后被改动过" for name, sha256 in listed.items()
                 if hashlib.sha256(self.files.get(name, b"")).hexdigest() != sha256]  # fmt: skip
        lines += [f"“{name}”不在清单里" for name in self.files if name not in (*listed, MANIFEST)]
        if self.manifest["chain"] != (links := chain(self.manifest)) or self.seal != links[-1]["link"]:
            lines.append("指纹链与清单不符：清单被改动过")
        return lines or list(self._contradictions())

    def _contradictions(self) -> Iterator[str]:
        """Values of indicators that are not those of their Facts."""
        shown = {row["id"]: row["value"] for row in self.rows("facts")}
        for row in self.rows("indicators"):
            for side in ("value", "low", "high"):
                if shown.get(f"{row['id']}.{side}", row[side]) != row[side]:
                    yield f"indicators.csv的{row['id']}.{side}与facts.csv不一致：打包后被改动过"


def read_package(path: Path) -> Package:
    """Open a package without reading its tables; :class:`PackageError` for anything else."""
    if not path.is_file():
        raise PackageError(f"找不到结果包“{path}”", hint="请检查路径")
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(_part(path, archive, MANIFEST))
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, RecursionError) as error:
        if isinstance(error, PackageError):
            raise
        raise PackageError(
            "不是结果包，或已损坏",
            place=f"“{path.name}”",
            hint="请由区县用 kepu-eval report … --package 重新生成",
        ) from error
    if problem := _unfit(manifest):
        raise PackageError(f"“{path.name}”的清单{problem}", hint="请由区县重新生成")
    return Package(path, sha256, manifest)


def reduced(task: tuple[str, str, str]) -> dict[str, Any]:
    """One package by path, district and seal told, as plain values: its identity and tables, or why it can't be used."""
    path, name, seal = Path(task[0]), task[1], task[2]
    try:
        package = read_package(path)
        if problems := package.problems():
            return {"reason": problems[0]}
        if package.identity["district"] != name:
            return {"reason": f"是“{package.identity['district']}”的结果包，不是“{name}”的"}
        if seal and seal != package.seal:
            return {"reason": "封签与表中所列不符"}
        tables = {table: [tuple(row.values()) for row in package.rows(table)] for table in JOINED}
    except PackageError as error:
        return {"reason": str(error)}
    return {
        "identity": dict(package.identity), "sha256": package.sha256, "simulated": bool(package.manifest["notice"]), "tables": tables,
    }  # fmt: skip


def _unfit(manifest: object) -> str:
    """Why a manifest can't be used; empty when it can."""
    if not isinstance(manifest, dict) or manifest.get("package") != VERSION:
        return f"不是第{VERSION}版"
    shapes = {
        "identity": dict,
        "files": dict,
        "inputs": list,
        "ledger": dict,
        "chain": list,
        "seal": str,
        "notice": str,
    }
    if wrong := [name for name, kind in shapes.items() if not isinstance(manifest.get(name), kind)]:
        return f"缺少{wrong[0]}"
    identity = manifest["identity"]
    if any(not isinstance(identity.get(name), int if name.endswith("_year") else str) for name in IDENTITY):
        return "没有写明方案、区县、轮次和基准日"
    if any(
        set(item) < {"role", "path", "sha256"} if isinstance(item, dict) else True
        for item in manifest["inputs"]
    ):
        return "的输入文件写法有误"
    if missing := [f"{name}.csv" for name in SCHEMA if f"{name}.csv" not in manifest["files"]]:
        return f"没有列出{missing[0]}"
    return ""


def _unpacked(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if len(names) > _MOST_FILES or len(set(names)) < len(names):
                raise PackageError("里的文件过多或重名，不是结果包", place=f"“{path.name}”")
            found, unpacked = {}, 0
            for name in names:
                found[name] = _part(path, archive, name)
                unpacked += len(found[name])
                if unpacked > _MOST_UNPACKED:
                    raise PackageError("展开后过大，不是结果包", place=f"“{path.name}”")
            return found
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise PackageError("已损坏或加密", place=f"“{path.name}”", hint="请重新生成") from error


def _part(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        body = part.read(_MOST_BYTES + 1)
    if len(body) > _MOST_BYTES:
        raise PackageError(f"“{path.name}”的{name}展开后过大，不是结果包")
    return body


def _rows(path: Path, table: str, body: bytes) -> Iterator[dict]:
    fields = SCHEMA[table]
    try:
        lines = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        if next(lines, None) != list(fields):
            raise PackageError(f"“{path.name}”的{table}.csv列名与规定不符", hint="请由区县重新生成")
        for number, line in enumerate(lines, 2):
            if number > _MOST_ROWS or len(line) != len(fields):
                raise PackageError(
                    f"“{path.name}”的{table}.csv第{number}行列数不对，或行数过多", hint="请由区县重新生成"
                )
            yield {name: _value(path, f"{table}.csv第{number}行{name}", kind, text)
                   for (name, (kind, _)), text in zip(fields.items(), line, strict=True)}  # fmt: skip
    except (UnicodeDecodeError, csv.Error) as error:
        raise PackageError(f"“{path.name}”的{table}.csv不能读出", hint="请由区县重新生成") from error


def _value(path: Path, place: str, kind: str, text: str) -> object:
    if kind == "string":
        return plain_text(text.removeprefix("\t"))
    if not text:
        return None
    try:
        value = _READ[kind](text)
    except (ValueError, KeyError) as error:
        raise PackageError(
            f"“{path.name}”的{place}：“{text[:40]}”不是规定的值", hint="请由区县重新生成"
        ) from error
    if isinstance(value, float) and not math.isfinite(value):
        raise PackageError(f"“{path.name}”的{place}：“{text[:40]}”不是有限的数", hint="请由区县重新生成")
    return value
