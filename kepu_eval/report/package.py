"""A result package: one zip with a report's results as csv, described for other tools, and no word of what units sent.

It holds ``manifest.json`` (whose results, from which inputs), ``datapackage.json`` (Frictionless Tabular Data Package,
https://specs.frictionlessdata.io/tabular-data-package/) and one csv a table of :data:`~kepu_eval.report.package_schema.SCHEMA`. The
manifest ends with a chain: each link hashes the one before it and the next part, the last is the package's seal. Texts that a
spreadsheet would take for a formula, or for a number without its zeros, begin with a tab.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from kepu_eval.errors import KepuError
from kepu_eval.report.blocks import Fact, Frame
from kepu_eval.report.document import Document
from kepu_eval.report.manifest import git_commit
from kepu_eval.report.narrative import AS_SAID
from kepu_eval.report.package_schema import SCHEMA
from kepu_eval.report.package_seal import DESCRIPTION, MANIFEST, VERSION, canonical, chain, sha256_of
from kepu_eval.report.results import frame
from kepu_eval.safe_text import plain_text

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MISREAD = re.compile(r"[=+\-@\t\r]|0\d|\d{12}")


class NoResultsError(KepuError):
    """A report without results of an evaluation was to be packed; the message is Chinese."""


def package(document: Document) -> bytes:
    """The package of an evaluation report; the same report gives the same bytes.

    Raises :class:`NoResultsError` for a document of another kind.
    """
    if document.results is None or document.inputs is None:
        raise NoResultsError("这份报告没有评估结果可以打包：结果包只由中期、总结评估报告生成")
    frames = [*document.results.frames, *_facts(document.facts.values())]
    head = {
        "package": VERSION,
        "title": document.cover.title,
        "notice": document.cover.notice,
        "identity": document.results.identity,
        "ledger": document.results.ledger,
        "switches": document.inputs.parameters.get("switches", ""),
        "inputs": [file.model_dump(mode="json") for file in document.inputs.files],
        "versions": document.inputs.versions,
        "commit": git_commit(),
    }
    return packed(head, frames)


def packed(head: Mapping[str, Any], frames: Iterable[Frame]) -> bytes:
    """Head and tables as a package, with its description and chain."""
    tables = {f"{table.name}.csv": csv_bytes(table) for table in frames}
    files = {DESCRIPTION: canonical(described(head, tables))} | tables
    listing = {**head, "files": {name: sha256_of(body) for name, body in files.items()}}
    links = chain(listing)
    listing |= {"chain": links, "seal": links[-1]["link"]}
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in {MANIFEST: canonical(listing), **files}.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(entry, body)
    return result.getvalue()


def described(head: Mapping[str, Any], tables: Mapping[str, bytes]) -> dict[str, Any]:
    """The Frictionless description of the tables."""
    identity = head["identity"]
    return {
        "profile": "tabular-data-package",
        "name": f"kepu-{identity['round']}".lower(),
        "title": f"{head['title']}{'（' + head['notice'] + '）' if head['notice'] else ''}",
        "resources": [
            {
                "profile": "tabular-data-resource", "name": name.removesuffix(".csv"), "path": name, "format": "csv",
                "mediatype": "text/csv", "encoding": "utf-8-sig", "bytes": len(body), "hash": f"sha256:{sha256_of(body)}",
                "schema": {
                    "fields": [{"name": field, "type": kind, "description": meaning}
                               for field, (kind, meaning) in SCHEMA[name.removesuffix(".csv")].items()],
                    "missingValues": [""],
                },
            }
            for name, body in tables.items()
        ],
    }  # fmt: skip


def csv_bytes(table: Frame) -> bytes:
    """A table as csv that Excel opens as it is: with a byte order mark, its lines ended as Windows does."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(SCHEMA[table.name])
    rows.writerows([_written(value) for value in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def _written(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return "" if value is None else value
    value = str(plain_text(value))
    return f"\t{value}" if _MISREAD.match(value) else value


def _facts(facts: Iterable[Fact]) -> list[Frame]:
    """Facts and the places they came from; neither units' own words nor what stands in a cell."""
    told = [fact for fact in facts if fact.formula != AS_SAID]
    kept = {fact.id for fact in told}
    return [
        frame("facts", [
            {**fact.model_dump(), "value": None if isinstance(fact.value, str) else fact.value, "text": fact.text,
             "parts": "|".join(part for part in fact.parts if part in kept)} for fact in told
        ]),
        frame("sources", [{**source.model_dump(), "fact": fact.id} for fact in told for source in fact.sources]),
    ]  # fmt: skip
