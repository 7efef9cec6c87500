"""nbconvert exporters: the executed notebook as Word, PDF, HTML, Excel, slides, brief and result package.

Each is loaded when it is asked for: who wants one format does not wait for the others.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kepu_eval.report.exporters.docx import DocxExporter, DocxVolumeExporter
    from kepu_eval.report.exporters.html import HtmlExporter
    from kepu_eval.report.exporters.meeting import BriefExporter, PptxExporter
    from kepu_eval.report.exporters.package import PackageExporter
    from kepu_eval.report.exporters.pdf import PdfExporter, PdfVolumeExporter
    from kepu_eval.report.exporters.xlsx import XlsxExporter

_WHERE = {
    "BriefExporter": "meeting",
    "DocxExporter": "docx",
    "DocxVolumeExporter": "docx",
    "HtmlExporter": "html",
    "PackageExporter": "package",
    "PdfExporter": "pdf",
    "PdfVolumeExporter": "pdf",
    "PptxExporter": "meeting",
    "XlsxExporter": "xlsx",
}
__all__ = [
    "BriefExporter",
    "DocxExporter",
    "DocxVolumeExporter",
    "HtmlExporter",
    "PackageExporter",
    "PdfExporter",
    "PdfVolumeExporter",
    "PptxExporter",
    "XlsxExporter",
]


def __getattr__(name: str) -> object:
    if name in _WHERE:
        return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
