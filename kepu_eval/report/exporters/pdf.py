"""The report as a PDF file in the manner of official documents."""

from __future__ import annotations

from kepu_eval.report.document import Document
from kepu_eval.report.exporters.base import DocumentExporter
from kepu_eval.report.pdf import pdf_file


class PdfExporter(DocumentExporter):
    """``jupyter nbconvert --to kepu_pdf``."""

    export_from_notebook = "评估报告（PDF）"
    output_mimetype = "application/pdf"
    file_extension = ".pdf"

    def render(self, document: Document) -> bytes:
        """The PDF file's bytes."""
        return pdf_file(document)
