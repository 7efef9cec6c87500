"""PDF files in the layout of GB/T 9704–2012, through typst: no LaTeX, no browser, no network."""

from kepu_eval.report.pdf.body import PdfError, heading_pages, pdf_file

__all__ = ["PdfError", "heading_pages", "pdf_file"]
