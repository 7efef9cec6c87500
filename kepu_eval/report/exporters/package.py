"""The executed notebook as a result package."""

from __future__ import annotations

from kepu_eval.report.document import Document
from kepu_eval.report.exporters.base import DocumentExporter
from kepu_eval.report.package import package


class PackageExporter(DocumentExporter):
    """Results for other tools and for the level above, as one zip of csv tables."""

    file_extension = ".zip"
    export_from_notebook = "结果包"
    output_mimetype = "application/zip"

    def render(self, document: Document) -> bytes:
        """The zip's bytes."""
        return package(document)
