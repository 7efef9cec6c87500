"""One report: a notebook run by papermill, then exported by its nbconvert exporters, then listed in a manifest."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat
import papermill
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from kepu_eval.report.document import read_document
from kepu_eval.report.exporters import DocxExporter, HtmlExporter, PdfExporter, XlsxExporter
from kepu_eval.report.files import write_whole
from kepu_eval.report.manifest import manifest
from kepu_eval.resources import resource

NOTEBOOKS = {
    "midterm": "midterm_self_assessment.ipynb",
    "final": "final_evaluation_2025.ipynb",
    "unit": "unit_self_check.ipynb",
    "dispatch": "quarterly_dispatch.ipynb",
    "survey": "survey_explorer.ipynb",
}
_EXPORTERS = {"html": HtmlExporter, "docx": DocxExporter, "pdf": PdfExporter, "xlsx": XlsxExporter}
FORMATS = tuple(_EXPORTERS)


class ReportError(RuntimeError):
    """A report that could not be made; the message is Chinese and ends with what the notebook said."""


def run_report(
    notebook: str | Path,
    output: str | Path,
    parameters: Mapping[str, object],
    formats: Sequence[str] = FORMATS,
    *,
    progress: bool = False,
) -> dict[str, Path]:
    """Run a notebook and write its report into the folder ``output``; returns the files by format.

    ``notebook`` is a path, or a name of :data:`NOTEBOOKS` for the shipped ones. The folder gets the executed notebook,
    one file a format and ``manifest.json``; each is moved into place only when whole. Raises
    :class:`ReportError` when the notebook fails; then nothing is written.
    """
    source = (
        resource(f"notebooks/{NOTEBOOKS[str(notebook)]}") if str(notebook) in NOTEBOOKS else Path(notebook)
    )
    executed = execute(source, parameters, progress=progress)
    return export(executed, Path(output), source.stem, formats)


def execute(notebook: Path, parameters: Mapping[str, object], *, progress: bool = False) -> NotebookNode:
    """Run a notebook; the result carries no timings, so that the same inputs give the same file."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            executed = papermill.execute_notebook(
                str(notebook), str(Path(folder) / notebook.name), dict(parameters),
                progress_bar=progress, extra_arguments=["--IPKernelApp.log_level=40"],
            )  # fmt: skip
        except PapermillExecutionError as error:
            raise ReportError(f"报告“{notebook.stem}”未能生成：{error.evalue}") from error
    for cell in executed.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    executed.metadata.pop("papermill", None)
    return executed


def export(
    executed: NotebookNode, output: Path, stem: str, formats: Sequence[str] = FORMATS
) -> dict[str, Path]:
    """Write an executed notebook and its exports into a folder; returns the files by format."""
    saved = nbformat.writes(executed)
    executed = nbformat.reads(
        saved, as_version=4
    )  # export what the file says, so that exporting it again is the same
    document = read_document(executed)
    contents = {"ipynb": saved.encode("utf-8")}
    for name in formats:
        body = _EXPORTERS[name]().render(document)
        contents[name] = body if isinstance(body, bytes) else body.encode("utf-8")
    listing = manifest(document, f"{stem}.ipynb", {f"{stem}.{name}": body for name, body in contents.items()})
    output.mkdir(parents=True, exist_ok=True)
    files = {name: output / f"{stem}.{name}" for name in contents}
    for name, body in contents.items():
        write_whole(files[name], body)
    files["manifest"] = output / "manifest.json"
    write_whole(files["manifest"], json.dumps(listing, ensure_ascii=False, indent=1).encode("utf-8"))
    return files
