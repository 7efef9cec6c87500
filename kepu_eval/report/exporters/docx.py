"""The report as Word files in the manner of official documents: the report itself, and its technical volume."""

from __future__ import annotations

import os
from pathlib import Path

from traitlets import Unicode, default

from kepu_eval.report.archives import canonical_zip
from kepu_eval.report.document import Document
from kepu_eval.report.exporters.base import DocumentExporter, volume
from kepu_eval.report.homecoming.baseline import baseline
from kepu_eval.report.pdf import heading_pages
from kepu_eval.report.word import word_file
from kepu_eval.report.word.letterhead import LetterheadError

LETTERHEAD = "KEPU_LETTERHEAD"
"""Names, in the surroundings of a run, an office's letterhead."""


class DocxExporter(DocumentExporter):
    """``jupyter nbconvert --to kepu_docx``: the report to be signed."""

    export_from_notebook = "评估报告（Word）"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    file_extension = ".docx"
    place = 0
    letterhead = Unicode(help="红头文件（.docx），报告写在其中“{{正文}}”处").tag(config=True)

    @default("letterhead")
    def _letterhead(self) -> str:
        return os.environ.get(LETTERHEAD, "")

    def render(self, document: Document) -> bytes:
        """The Word file's bytes."""
        bound, remark = volume(document, self.place)
        pages = heading_pages(bound, remark) if bound.cover.contents else {}
        run, head = f"{baseline(document).run}/{self.place}", self.letterhead if self.place == 0 else ""
        content = None
        if head:
            try:
                content = Path(head).read_bytes()
            except OSError as error:
                raise LetterheadError(f"找不到红头文件“{head}”") from error
        return canonical_zip(word_file(bound, remark, run, pages, content))


class DocxVolumeExporter(DocxExporter):
    """``jupyter nbconvert --to kepu_docx_volume``: what is bound apart from the report."""

    export_from_notebook = "技术附册（Word）"
    place = 1
