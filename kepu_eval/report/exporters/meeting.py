"""The meeting's files: slides, and the leader's one-page brief in Word."""

from __future__ import annotations

import os
from pathlib import Path

from traitlets import Unicode, default

from kepu_eval.report.archives import canonical_zip
from kepu_eval.report.document import Document
from kepu_eval.report.exporters.base import DocumentExporter
from kepu_eval.report.exporters.docx import DocxExporter
from kepu_eval.report.meeting import MeetingError, brief_of, slides_of
from kepu_eval.report.word.brief import brief_file

TEMPLATE = "KEPU_SLIDES"
"""Names, in the surroundings of a run, an office's own template for slides."""


class PptxExporter(DocumentExporter):
    """``jupyter nbconvert --to kepu_pptx``: slides of the cells tagged ``slide-1``, ``slide-2`` and so on."""

    export_from_notebook = "会议幻灯片"
    output_mimetype = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    file_extension = ".pptx"
    template = Unicode(help="本单位的幻灯片模板（.pptx）").tag(config=True)

    @default("template")
    def _template(self) -> str:
        return os.environ.get(TEMPLATE, "")

    def render(self, document: Document) -> bytes:
        """The slides' bytes; :class:`MeetingError` where no cell is meant for them or the template cannot be used."""
        from kepu_eval.report.slides import slides_file  # python-pptx is for those who want slides

        content = None
        if self.template:
            try:
                content = Path(self.template).read_bytes()
            except OSError as error:
                raise MeetingError(f"找不到幻灯片模板“{self.template}”") from error
        return canonical_zip(slides_file(document.cover, slides_of(document), content))


class BriefExporter(DocumentExporter):
    """``jupyter nbconvert --to kepu_brief``: one page of the cells tagged ``brief``."""

    export_from_notebook = "领导简报（Word）"
    output_mimetype = DocxExporter.output_mimetype
    file_extension = ".docx"

    def render(self, document: Document) -> bytes:
        """The Word file's bytes; :class:`MeetingError` where no cell is meant for the brief."""
        return canonical_zip(brief_file(document.cover, brief_of(document)))
