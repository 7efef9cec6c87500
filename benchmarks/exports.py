"""Four formats of one executed report, beside nbconvert's own HTML and webpdf of the same notebook.

    python -m benchmarks.exports REPORT.ipynb [--rounds 3]

webpdf needs ``nbconvert[webpdf]`` and the browser that ``playwright install chromium`` fetches; neither is a
dependency of this project. Exporters run in turn in one process, so that both ways share its imports and its load;
the minimum of the rounds is compared.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbconvert.exporters import HTMLExporter, WebPDFExporter

from kepu_eval.report.exporters import DocxExporter, HtmlExporter, PdfExporter, XlsxExporter

OURS = {
    "kepu_docx": DocxExporter,
    "kepu_pdf": PdfExporter,
    "kepu_html": HtmlExporter,
    "kepu_xlsx": XlsxExporter,
}
PEERS = {"html": HTMLExporter, "webpdf": WebPDFExporter}


def seconds(exporter: Callable, notebook: nbformat.NotebookNode) -> float:
    """Time of one export, the exporter made anew as nbconvert does."""
    began = time.perf_counter()
    made = exporter()
    if isinstance(made, WebPDFExporter):
        made.disable_sandbox = True  # a container has no user namespaces
    made.from_notebook_node(notebook)
    return time.perf_counter() - began


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    notebook = nbformat.read(given.notebook, 4)
    best = {}
    for _ in range(given.rounds):
        for name, exporter in {**PEERS, **OURS}.items():
            best[name] = min(seconds(exporter, notebook), best.get(name, float("inf")))
    for name, value in best.items():
        print(f"{name:10} {value:6.2f} s")
    ours, peers = sum(best[name] for name in OURS), sum(best[name] for name in PEERS)
    print(f"four formats {ours:.2f} s, html + webpdf {peers:.2f} s: {ours / peers:.2f} of its time")


if __name__ == "__main__":
    main()
