"""Four formats of one executed report, beside nbconvert's own HTML and webpdf of the same notebook.

    python -m benchmarks.exports REPORT.ipynb [--rounds 3]

webpdf needs ``nbconvert[webpdf]`` and the browser that ``playwright install chromium`` fetches; neither is a
dependency of this project. Exporters run in turn in one process, so that both ways share its imports and its load;
the minimum of the rounds is compared. Ours read the notebook's blocks once for all formats, as ``kepu-eval report`` does.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbconvert.exporters import HTMLExporter, WebPDFExporter

from kepu_eval.report.document import read_document
from kepu_eval.report.exporters import DocxExporter, HtmlExporter, PdfExporter, XlsxExporter

OURS = {
    "kepu_docx": DocxExporter,
    "kepu_pdf": PdfExporter,
    "kepu_html": HtmlExporter,
    "kepu_xlsx": XlsxExporter,
}
PEERS = {"html": HTMLExporter, "webpdf": WebPDFExporter}


def seconds(work: Callable[[], object]) -> float:
    """Time of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peer(exporter: type, notebook: nbformat.NotebookNode) -> None:
    """One export by nbconvert's own exporter, made anew as nbconvert does."""
    made = exporter()
    if isinstance(made, WebPDFExporter):
        made.disable_sandbox = True  # a container has no user namespaces
    made.from_notebook_node(notebook)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    notebook = nbformat.read(given.notebook, 4)
    document = read_document(notebook)
    work = {name: lambda exporter=exporter: peer(exporter, notebook) for name, exporter in PEERS.items()}
    work["read"] = lambda: read_document(notebook)
    work |= {name: lambda exporter=exporter: exporter().render(document) for name, exporter in OURS.items()}
    best = {}
    for _ in range(given.rounds):
        for name, call in work.items():
            best[name] = min(seconds(call), best.get(name, float("inf")))
    for name, value in best.items():
        print(f"{name:10} {value:6.2f} s")
    ours, peers = sum(best[name] for name in ("read", *OURS)), sum(best[name] for name in PEERS)
    print(f"four formats {ours:.2f} s, html + webpdf {peers:.2f} s: {ours / peers:.2f} of its time")


if __name__ == "__main__":
    main()
