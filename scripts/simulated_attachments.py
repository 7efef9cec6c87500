"""Files that the example's units send along as evidence: one page each that says that it is simulated."""

from __future__ import annotations

from pathlib import Path

from openpyxl.worksheet.worksheet import Worksheet

from kepu_eval.returns import layout

SENT = 8


def attach(catalogue: Worksheet, folder: Path) -> None:
    """Write the first :data:`SENT` files that a catalogue of evidence names, and say that the unit keeps the others."""
    folder.mkdir(parents=True)
    titles = [c.value for c in catalogue[layout.HEADER_ROW]]
    name, note = titles.index("文件名"), titles.index("说明")
    named = [row for row in catalogue.iter_rows(min_row=layout.FIRST_ROW) if row[name].value]
    for row in named[:SENT]:
        (folder / row[name].value).write_bytes(one_page(f"示例数据：{folder.name} {row[name].value}"))
    for row in named[SENT:]:
        row[name].value, row[note].value = None, "原件留存单位备查"


def one_page(title: str) -> bytes:
    """A PDF of one page without fonts of its own, its title in Chinese; the same text gives the same bytes."""
    shown = b"BT /F1 18 Tf 72 760 Td (SIMULATED EXAMPLE - NOT A REAL DOCUMENT) Tj ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Title<FEFF%s>>>" % title.encode("utf-16-be").hex().upper().encode(),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, part)
    listed = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(parts) + 1, listed)
    ending = b"trailer<</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(parts) + 1,
        len(body),
    )
    return body + table + ending
