"""Names and texts drawn from all of Unicode, from the unit's cell to the four formats, in this process.

``python -m benchmarks.rare_characters [--texts 5000] [--workbooks 20] [--seed N]``: texts become reports (Word, HTML, PDF)
and are read back; names of schools are written into returns and read. Printed are the reports without a file, the texts
that Word and HTML do not hold as they were, □ in a PDF that nothing lists, and names altered. Exit code 1 for any.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import secrets
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import docx
import nbformat
from openpyxl import load_workbook
from openpyxl.utils.exceptions import IllegalCharacterError

from kepu_eval.plan import load_plan
from kepu_eval.report.blocks import Cover, Fact, Prose, Span
from kepu_eval.report.fact import Source
from kepu_eval.report.glyphs import STAND_IN, drawn, lost, with_symbols
from kepu_eval.resources import project_path
from kepu_eval.returns import layout, read_round
from kepu_eval.runner.report import files_of
from kepu_eval.safe_text import name_written, plain_text

_RANGES = [
    (0x20, 0x7F), (0xA0, 0x2FF), (0x600, 0x6FF), (0xF00, 0xFFF), (0x1800, 0x18AF), (0x2000, 0x2BFF), (0x2E80, 0x33FF),
    (0x3400, 0x9FFF), (0xA000, 0xA4CF), (0xAC00, 0xD7A3), (0xE000, 0xF8FF), (0xF900, 0xFAFF), (0xFE00, 0xFFEF),
    (0x1F000, 0x1FAFF), (0x20000, 0x323AF), (0xE0100, 0xE01EF), (0xF0000, 0xF00FF), (0x00, 0x1F),
]  # fmt: skip
_COMMON = "区县科普活动培训教育学校示范讲座小学"
_PER_REPORT = 250


def text(rng: random.Random) -> str:
    """Chinese words with some characters of any block between them."""
    picked = [rng.choice(_COMMON) for _ in range(rng.randrange(4, 30))]
    for _ in range(rng.randrange(1, 6)):
        picked.insert(rng.randrange(len(picked)), chr(rng.randint(*rng.choice(_RANGES))))
    return "".join(picked)


def report(texts: list[str]) -> nbformat.NotebookNode:
    """An executed notebook with one paragraph a text, each from a cell of its own."""
    cells = [_shown(Cover(title="报告", signed=True))]
    for number, words in enumerate(texts):
        source = Source(file="甲.xlsx", sheet="任务自查", cell=f"N{number}", raw=words)
        fact = Fact(id=f"语句.{number}", value=words, sources=(source,))
        cells.append(_shown(Prose(spans=(Span(text=words, fact=fact.id),), facts=(fact,))))
    return nbformat.v4.new_notebook(cells=cells)


def _shown(block: Cover | Prose) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("display_data", data=block._repr_mimebundle_())
    return nbformat.v4.new_code_cell("x", outputs=[output])


def faults(texts: list[str]) -> Iterator[str]:
    """What went wrong with a report of these texts."""
    made, listing = files_of(report(texts), "报告", ("docx", "html", "pdf"))
    yield from (f"{name}: {why}" for name, why in listing["failed"].items())
    if {"docx", "html"} - set(made):
        return
    paragraphs = {_spaced(p.text) for p in docx.Document(io.BytesIO(made["docx"])).paragraphs}
    page = _spaced(unescape(made["html"].decode("utf-8")))
    listed = {line.partition("（")[0] for line in listing["stand_ins"]}
    for words in texts:
        kept = _spaced(plain_text(words))
        if kept not in paragraphs:
            yield f"Word: {words!r}"
        if _spaced(with_symbols(plain_text(words))) not in page:
            yield f"HTML: {words!r}"
        rare = [f"U+{ord(character):04X}" for character in lost(words)]
        if set(rare) - listed or drawn(words).count(STAND_IN) < len(rare):
            yield f"not listed: {rare}"


def _spaced(words: str) -> str:
    """Words without what separates them: formats write line ends and tabs each in their own way."""
    return re.sub(r"[\s\x85\u2028\u2029]+", "", words)


def altered_names(rng: random.Random, workbooks: int) -> Iterator[tuple[int, str]]:
    """Of workbooks with names of schools drawn anew: how many, and those that are not read as they were written."""
    plan, source = load_plan(), project_path("data/example/2023-midterm/区教育局.xlsx")
    for _ in range(workbooks):
        with tempfile.TemporaryDirectory() as name:
            book = load_workbook(source)
            page, written = book[layout.SCHOOLS], []
            for row in range(layout.FIRST_ROW, page.max_row + 1):
                if page.cell(row, 1).value:
                    words = text(rng)
                    try:
                        page.cell(row, 1).value = words
                    except IllegalCharacterError:
                        continue
                    written.append(words)
            book.save(Path(name) / "区教育局.xlsx")
            found = read_round(Path(name), plan, "2023-midterm").schools["entity"]
            there = {unicodedata.normalize("NFC", entity) for entity in found}
            yield len(written), ""
            yield from ((0, w) for w in written if unicodedata.normalize("NFC", name_written(w)) not in there)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--texts", type=int, default=5000)
    parser.add_argument("--workbooks", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    rng, wrong, names = random.Random(seed), 0, 0
    for _ in range(0, options.texts, _PER_REPORT):
        for fault in faults([text(rng) for _ in range(_PER_REPORT)]):
            wrong += 1
            print(fault)
    for number, name in altered_names(rng, options.workbooks):
        names += number
        if name:
            wrong += 1
            print(f"altered: {name!r}")
    print(
        f"seed {seed}: {options.texts} texts, {names} names in {options.workbooks} workbooks, {wrong} wrong"
    )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
