"""The manifest beside a report: what it was computed from, and every figure in it with its lineage."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Mapping
from pathlib import Path

from kepu_eval.report.document import Document

VERSION = 1


def manifest(document: Document, notebook: str, files: Mapping[str, bytes]) -> dict:
    """Manifest of a report: notebook, parameters, input files with SHA-256, versions, git commit, output files, Facts."""
    inputs = document.inputs.model_dump(mode="json") if document.inputs else {}
    return {
        "manifest": VERSION,
        "title": document.cover.title,
        "notice": document.cover.notice,
        "notebook": notebook,
        "own_words": document.own,
        "parameters": inputs.get("parameters", {}),
        "inputs": inputs.get("files", []),
        "versions": inputs.get("versions", {}),
        "commit": git_commit(),
        "files": {name: hashlib.sha256(body).hexdigest() for name, body in files.items()},
        "results": {} if document.results is None else document.results.model_dump(mode="json"),
        "facts": [{**fact.model_dump(mode="json"), "text": fact.text} for fact in document.facts.values()],
    }


def git_commit() -> str:
    """Commit of the checkout the library runs from; empty outside one."""
    here = Path(__file__).parent
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=here, capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return found.stdout.strip()
