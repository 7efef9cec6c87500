"""The report as a Word file in the manner of official documents."""

from __future__ import annotations

from kepu_eval.report.document import Document
from kepu_eval.report.exporters.base import DocumentExporter, canonical_zip
from kepu_eval.report.word import word_file


class DocxExporter(DocumentExporter):
    """``jupyter nbconvert --to kepu_docx``."""

    export_from_notebook = "评估报告（Word）"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    file_extension = ".docx"

    def render(self, document: Document) -> bytes:
        """The Word file's bytes."""
        return canonical_zip(word_file(document))
