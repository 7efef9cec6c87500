"""The report as Word files in the manner of official documents: the report itself, and its technical volume."""

from __future__ import annotations

from kepu_eval.report.document import Document
from kepu_eval.report.exporters.base import DocumentExporter, canonical_zip, volume
from kepu_eval.report.homecoming.baseline import baseline
from kepu_eval.report.pdf import heading_pages
from kepu_eval.report.word import word_file


class DocxExporter(DocumentExporter):
    """``jupyter nbconvert --to kepu_docx``: the report to be signed."""

    export_from_notebook = "评估报告（Word）"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    file_extension = ".docx"
    place = 0

    def render(self, document: Document) -> bytes:
        """The Word file's bytes."""
        bound, remark = volume(document, self.place)
        pages = heading_pages(bound, remark) if bound.cover.contents else {}
        return canonical_zip(word_file(bound, remark, f"{baseline(document).run}/{self.place}", pages))


class DocxVolumeExporter(DocxExporter):
    """``jupyter nbconvert --to kepu_docx_volume``: what is bound apart from the report."""

    export_from_notebook = "技术附册（Word）"
    place = 1
