"""One report: a notebook run by papermill, then exported by its nbconvert exporters, then listed in a manifest.

Everything heavy is imported by the process that makes the report (:mod:`kepu_eval.runner.warm` finds or starts it),
so who only asks for a report stays light.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kepu_eval.errors import reason
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
_TITLES = {
    "midterm_self_assessment": "中期自查评估报告",
    "final_evaluation_2025": "总结评估报告",
    "unit_self_check": "单位自查报告",
    "quarterly_dispatch": "季度调度通报",
    "survey_explorer": "调查数据分析",
    "city_overview": "各区县汇总",
}
"""What the files made of the shipped notebooks are called; those of others have their notebook's name."""
_EXPORTERS = {"html": "HtmlExporter", "docx": "DocxExporter", "pdf": "PdfExporter", "xlsx": "XlsxExporter"}
_VOLUMES = {"docx": "DocxVolumeExporter", "pdf": "PdfVolumeExporter"}
FORMATS = tuple(_EXPORTERS)
VOLUME, PACKAGE = "技术附册", "结果包.zip"
FURTHER = {
    "package": (PACKAGE, "PackageExporter"),
    "pptx": ("会议幻灯片.pptx", "PptxExporter"),
    "brief": ("领导简报.docx", "BriefExporter"),
}
"""Formats that are made when they are asked for: how the file's name ends, and its exporter."""
ASIDE = "另存："
"""Begins the name of a file that a person had changed, among those of a run."""


def run_report(
    notebook: str | Path,
    output: str | Path,
    parameters: Mapping[str, Any],
    formats: Sequence[str] = FORMATS,
    *,
    progress: bool = False,
    time_limit: float = TIME_LIMIT,
    replace: bool = False,
) -> dict[str, Path]:
    """Run a notebook and write its report into the folder ``output``; returns the files by format.

    ``notebook`` is a path, or the name of a shipped one (:data:`NOTEBOOKS`). It runs in a process of its own, for at
    most ``time_limit`` seconds. The folder gets the executed notebook, one file a format and ``manifest.json``, all in
    one move; what was there is kept under its date unless ``replace``, and a file that a person changed is moved aside:
    it stands among the files returned under ``另存：`` and its former name. A format that cannot be made is left out and
    named in the manifest (:func:`problems`). Raises :class:`ReportError` when a parameter cannot be used, which is said before
    anything runs, or when the notebook fails; then nothing is written.
    """
    from kepu_eval.runner import warm

    job = Job(
        str(source(notebook)),
        str(output),
        given_to(notebook, parameters),
        tuple(formats),
        time_limit,
        replace,
    )
    return {name: Path(file) for name, file in warm.run(job, progress=progress).items()}


def source(notebook: str | Path) -> Path:
    """Where a notebook is, given its name or path."""
    name = str(notebook)
    return resource(f"notebooks/{NOTEBOOKS[name]}") if name in NOTEBOOKS else Path(notebook)


def kind_of(notebook: str) -> str | None:
    """The kind of report whose shipped notebook has this file name; ``None`` for a notebook of somebody's own."""
    return next((kind for kind, name in NOTEBOOKS.items() if name == notebook), None)


def given_to(notebook: str | Path, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as the notebook takes them, whatever form they are in; :class:`ReportError` for what it would refuse."""
    from kepu_eval.parameters import ParameterError, prepared

    file = source(notebook)
    if not file.is_file():
        raise ReportError(f"找不到笔记本“{file}”")
    try:
        return prepared(file, parameters)
    except ParameterError as error:
        raise ReportError(f"报告“{file.stem}”未能生成：{error}") from error


def execute(notebook: Path, parameters: Mapping[str, Any]) -> NotebookNode:
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
        return export(executed, output, notebook.stem, job.formats, replace=job.replace)
    except OSError as error:
        raise ReportError(f"报告“{notebook.stem}”无法写入“{output}”：{reason(error)}") from error


def run_cells(
    notebook: Path, job: Job, engine: type[Engine], told: Callable[[int, int], None]
) -> NotebookNode:
    """The executed notebook; it carries no timings, so that the same inputs give the same file."""
    import papermill
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import raise_for_execution_errors

    from kepu_eval.report.pictures import attach_pictures
    from kepu_eval.report.words import WORK_FOLDER

    name = engine.__name__
    papermill_engines.register(name, engine)
    os.environ[WORK_FOLDER] = str(notebook.parent.absolute())
    # Two steps: papermill's one ends by writing the whole notebook out once more, even where it has no file to write to.
    prepared = papermill.execute_notebook(
        str(notebook), None, dict(job.parameters), name, prepare_only=True, progress_bar=False
    )
    try:
        executed = papermill_engines.execute_notebook_with_engine(
            name, prepared, papermill_engines.nb_kernel_name(name, prepared), progress_bar=False,
            on_cell=told, time_limit=job.time_limit,
        )  # fmt: skip
        raise_for_execution_errors(executed, None)
    except PapermillExecutionError as error:
        raise ReportError(
            f"报告“{notebook.stem}”未能生成：{error.evalue}", "\n".join(error.traceback)
        ) from error
    attach_pictures(executed, notebook.parent)
    for cell in executed.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"  # papermill draws one anew each time
    executed.metadata.pop("papermill", None)
    return executed


def export(
    executed: NotebookNode,
    output: Path,
    stem: str,
    formats: Sequence[str] = FORMATS,
    *,
    replace: bool = False,
) -> dict[str, Path]:
    """Write an executed notebook and its exports into a folder; returns the files by format, as :func:`run_report`."""
    import json

    from kepu_eval.report.homecoming.baseline import baseline
    from kepu_eval.runner.baselines import keep_baseline
    from kepu_eval.runner.publishing import MANIFEST, publish

    saved, document = _saved(executed)
    contents, listing = _files_of(saved, document, stem, formats)
    listed = json.dumps(listing, ensure_ascii=False, indent=1).encode("utf-8")
    named = {file_name(stem, name): body for name, body in contents.items()} | {MANIFEST: listed}
    aside = publish(output, named, replace=replace)
    if "docx" in contents:
        keep_baseline(baseline(document, file_name(stem, "ipynb")))
    files = {name: output / file_name(stem, name) for name in contents} | {"manifest": output / MANIFEST}
    return files | {f"{ASIDE}{name}": path for name, path in aside.items()}


def files_of(
    executed: NotebookNode, stem: str, formats: Sequence[str]
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """A report's files by format, and its manifest. A format that fails is named there and takes no other along."""
    return _files_of(*_saved(executed), stem, formats)


def _saved(executed: NotebookNode) -> tuple[bytes, Document]:
    """A notebook's file, and the document in it: exported is what the file says, so exporting it again is the same."""
    import nbformat

    from kepu_eval.report.document import read_document

    saved = nbformat.writes(executed)
    return saved.encode("utf-8"), read_document(nbformat.reads(saved, as_version=4))


def _files_of(
    saved: bytes, document: Document, stem: str, formats: Sequence[str]
) -> tuple[dict[str, bytes], dict[str, Any]]:
    from kepu_eval.report.exporters.docx import LETTERHEAD
    from kepu_eval.report.exporters.meeting import TEMPLATE
    from kepu_eval.report.glyphs import stand_ins
    from kepu_eval.report.manifest import manifest

    bodies, failed = _rendered(document, formats)
    contents = {"ipynb": saved} | bodies
    named = {file_name(stem, name): body for name, body in contents.items()}
    listing = manifest(document, file_name(stem, "ipynb"), named)
    rare = stand_ins(document.blocks, document.facts.values())
    head = os.environ.get(LETTERHEAD, "") if "docx" in contents else ""
    template = os.environ.get(TEMPLATE, "") if FURTHER["pptx"][0] in contents else ""
    return contents, listing | {"failed": failed, "stand_ins": rare, "letterhead": head, "slides": template}


def file_name(stem: str, name: str) -> str:
    """Name of a report's file of some format, of the technical volume as well; the notebook keeps its own."""
    if name == "ipynb":
        return f"{stem}.ipynb"
    return f"{_TITLES.get(stem, stem)}{'.' if name in FORMATS else '_'}{name}"


def problems(listing: Mapping[str, Any]) -> list[str]:
    """What a report's manifest says went wrong with single formats, in Chinese; empty when all were made."""
    return [f"未生成{name}：{why}" for name, why in listing.get("failed", {}).items()]


def rendered(blocks: Sequence[Block], formats: Sequence[str]) -> dict[str, bytes]:
    """Blocks that come from no notebook, the cover first, in the reports' formats; :class:`ReportError` for one that fails."""
    from kepu_eval.report.blocks import Cover, merged_facts
    from kepu_eval.report.document import Document

    cover, *rest = blocks
    assert isinstance(cover, Cover)
    bodies, failed = _rendered(Document(cover, tuple(rest), None, merged_facts(rest)), formats)
    if failed:
        raise ReportError("；".join(problems({"failed": failed})))
    return bodies


def _rendered(document: Document, formats: Sequence[str]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Files by format, and of those that failed, why."""
    from kepu_eval.report import exporters

    wanted = {name: _EXPORTERS[name] for name in formats if name in _EXPORTERS}
    wanted |= dict(FURTHER[name] for name in formats if name in FURTHER)
    if len(document.volumes) > 1:
        wanted |= {f"{VOLUME}.{name}": _VOLUMES[name] for name in formats if name in _VOLUMES}
    bodies, failed = {}, {}
    for name, exporter in wanted.items():
        try:
            body = getattr(exporters, exporter)().render(document)
            bodies[name] = body if isinstance(body, bytes) else body.encode("utf-8")
        except Exception as error:  # whatever one format cannot bear, the others can
            failed[name] = " ".join(f"{error}".split()) or type(error).__name__
    return bodies, failed
