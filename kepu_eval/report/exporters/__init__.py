"""nbconvert exporters: the executed notebook as Word, PDF, HTML, Excel, slides, brief and result package."""

from kepu_eval.report.exporters.docx import DocxExporter, DocxVolumeExporter
from kepu_eval.report.exporters.html import HtmlExporter
from kepu_eval.report.exporters.meeting import BriefExporter, PptxExporter
from kepu_eval.report.exporters.package import PackageExporter
from kepu_eval.report.exporters.pdf import PdfExporter, PdfVolumeExporter
from kepu_eval.report.exporters.xlsx import XlsxExporter

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
