"""The report as PDF files with the same layout as the Word files, for archiving and e-mail."""

from __future__ import annotations

from kepu_eval.report.document import Document
from kepu_eval.report.exporters.base import DocumentExporter, volume
from kepu_eval.report.glyphs import note, stand_ins
from kepu_eval.report.pdf import pdf_file


class PdfExporter(DocumentExporter):
    """``jupyter nbconvert --to kepu_pdf``: the report to be signed."""

    export_from_notebook = "评估报告（PDF）"
    output_mimetype = "application/pdf"
    file_extension = ".pdf"
    place = 0

    def render(self, document: Document) -> bytes:
        """The PDF file's bytes; at its end, the characters for which □ stands."""
        bound, remark = volume(document, self.place)
        rare = note(stand_ins((item.block for item in bound.items), document.facts.values()))
        return pdf_file(bound, remark + rare)


class PdfVolumeExporter(PdfExporter):
    """``jupyter nbconvert --to kepu_pdf_volume``: what is bound apart from the report."""

    export_from_notebook = "技术附册（PDF）"
    place = 1
