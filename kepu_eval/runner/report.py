"""One report: a notebook run by papermill, then exported by its nbconvert exporters, then listed in a manifest.

Everything heavy is imported by the process that makes the report (:mod:`kepu_eval.runner.warm` finds or starts it),
so who only asks for a report stays light.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kepu_eval.resources import resource
from kepu_eval.runner.jobs import Job, ReportError
from kepu_eval.runner.limits import TIME_LIMIT

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from papermill.engines import Engine

    from kepu_eval.report.blocks import Block
    from kepu_eval.report.document import Document

NOTEBOOKS = {
    "midterm": "midterm_self_assessment.ipynb",
    "final": "final_evaluation_2025.ipynb",
    "unit": "unit_self_check.ipynb",
    "dispatch": "quarterly_dispatch.ipynb",
    "survey": "survey_explorer.ipynb",
    "city": "city_overview.ipynb",
}
_EXPORTERS = {"html": "HtmlExporter", "docx": "DocxExporter", "pdf": "PdfExporter", "xlsx": "XlsxExporter"}
_VOLUMES = {"docx": "DocxVolumeExporter", "pdf": "PdfVolumeExporter"}
FORMATS = tuple(_EXPORTERS)
VOLUME, PACKAGE = "技术附册", "结果包.zip"


def run_report(
    notebook: str | Path,
    output: str | Path,
    parameters: Mapping[str, object],
    formats: Sequence[str] = FORMATS,
    *,
    progress: bool = False,
    time_limit: float = TIME_LIMIT,
) -> dict[str, Path]:
    """Run a notebook and write its report into the folder ``output``; returns the files by format.

    ``notebook`` is a path, or the name of a shipped one (:data:`NOTEBOOKS`). It runs in a process of its own, for at
    most ``time_limit`` seconds. The folder gets the executed notebook, one file a format and ``manifest.json``; each
    is moved into place only when whole. Raises :class:`ReportError` when a parameter cannot be used, which is said before
    anything runs, or when the notebook fails; then nothing is written.
    """
    from kepu_eval.runner import warm

    job = Job(str(source(notebook)), str(output), given_to(notebook, parameters), tuple(formats), time_limit)
    return {name: Path(file) for name, file in warm.run(job, progress=progress).items()}


def source(notebook: str | Path) -> Path:
    """Where a notebook is, given its name or path."""
    name = str(notebook)
    return resource(f"notebooks/{NOTEBOOKS[name]}") if name in NOTEBOOKS else Path(notebook)


def given_to(notebook: str | Path, parameters: Mapping[str, object]) -> dict[str, object]:
    """Parameters as the notebook takes them, whatever form they are in; :class:`ReportError` for what it would refuse."""
    from kepu_eval.parameters import ParameterError, prepared

    file = source(notebook)
    if not file.is_file():
        raise ReportError(f"找不到笔记本“{file}”")
    try:
        return prepared(file, parameters)
    except ParameterError as error:
        raise ReportError(f"报告“{file.stem}”未能生成：{error}") from error


def execute(notebook: Path, parameters: Mapping[str, object]) -> NotebookNode:
    """Run a notebook in a process of its own, without exporting it; :class:`ReportError` when it fails."""
    import nbformat

    with tempfile.TemporaryDirectory() as folder:
        return nbformat.read(run_report(notebook, folder, parameters, ())["ipynb"], as_version=4)


def make(job: Job, engine: type[Engine], told: Callable[[int, int], None]) -> dict[str, Path]:
    """Do a job in this process with an engine of papermill's; returns the files by format.

    ``told`` hears of cells done and all cells.
    """
    notebook, output = Path(job.notebook), Path(job.output)
    executed = run_cells(notebook, job, engine, told)
    try:
        return export(executed, output, notebook.stem, job.formats)
    except OSError as error:
        raise ReportError(f"报告“{notebook.stem}”无法写入“{output}”：{error.strerror or error}") from error


def run_cells(
    notebook: Path, job: Job, engine: type[Engine], told: Callable[[int, int], None]
) -> NotebookNode:
    """The executed notebook; it carries no timings, so that the same inputs give the same file."""
    import papermill
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    from kepu_eval.report.pictures import attach_pictures
    from kepu_eval.report.words import WORK_FOLDER

    papermill_engines.register(engine.__name__, engine)
    os.environ[WORK_FOLDER] = str(notebook.parent.absolute())
    try:
        executed = papermill.execute_notebook(
            str(notebook), None, dict(job.parameters), engine_name=engine.__name__, progress_bar=False,
            on_cell=told, time_limit=job.time_limit,
        )  # fmt: skip
    except PapermillExecutionError as error:
        raise ReportError(
            f"报告“{notebook.stem}”未能生成：{error.evalue}", "\n".join(error.traceback)
        ) from error
    attach_pictures(executed, notebook.parent)
    for cell in executed.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    executed.metadata.pop("papermill", None)
    return executed


def export(
    executed: NotebookNode, output: Path, stem: str, formats: Sequence[str] = FORMATS
) -> dict[str, Path]:
    """Write an executed notebook and its exports into a folder; returns the files by format."""
    import json

    import nbformat

    from kepu_eval.report.document import read_document
    from kepu_eval.report.files import write_whole
    from kepu_eval.report.homecoming.baseline import baseline
    from kepu_eval.report.manifest import manifest
    from kepu_eval.runner.baselines import keep_baseline

    saved = nbformat.writes(executed)
    executed = nbformat.reads(
        saved, as_version=4
    )  # export what the file says, so that exporting it again is the same
    document = read_document(executed)
    contents = {"ipynb": saved.encode("utf-8")} | _rendered(document, formats)
    files = {name: output / f"{stem}{'.' if name in ('ipynb', *FORMATS) else '_'}{name}" for name in contents}
    listing = manifest(document, f"{stem}.ipynb", {files[name].name: body for name, body in contents.items()})
    output.mkdir(parents=True, exist_ok=True)
    for name, body in contents.items():
        write_whole(files[name], body)
    if "docx" in formats:
        keep_baseline(baseline(document, f"{stem}.ipynb"))
    files["manifest"] = output / "manifest.json"
    write_whole(files["manifest"], json.dumps(listing, ensure_ascii=False, indent=1).encode("utf-8"))
    return files


def rendered(blocks: Sequence[Block], formats: Sequence[str]) -> dict[str, bytes]:
    """Blocks that come from no notebook, the cover first, in the reports' formats."""
    from kepu_eval.report.blocks import merged_facts
    from kepu_eval.report.document import Document

    cover, *rest = blocks
    return _rendered(Document(cover, tuple(rest), None, merged_facts(rest)), formats)


def _rendered(document: Document, formats: Sequence[str]) -> dict[str, bytes]:
    from kepu_eval.report import exporters

    wanted = {name: _EXPORTERS[name] for name in formats if name in _EXPORTERS}
    wanted |= {PACKAGE: "PackageExporter"} if "package" in formats else {}
    if len(document.volumes) > 1:
        wanted |= {f"{VOLUME}.{name}": _VOLUMES[name] for name in formats if name in _VOLUMES}
    bodies = {name: getattr(exporters, exporter)().render(document) for name, exporter in wanted.items()}
    return {name: body if isinstance(body, bytes) else body.encode("utf-8") for name, body in bodies.items()}
