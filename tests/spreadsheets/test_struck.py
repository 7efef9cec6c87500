"""Text that is crossed out: which cells hold it, by style, in shared texts and inline."""

import pytest

from kepu_eval.spreadsheets.struck import struck_cells, struck_styles, struck_texts

STYLES = b"""<styleSheet><fonts><font><sz val="11"/></font><font><strike/></font><font><strike val="0"/></font></fonts>
<cellStyleXfs><xf fontId="1"/></cellStyleXfs><cellXfs><xf fontId="0"/><xf fontId="1"/><xf fontId="2"/></cellXfs>
<dxfs><dxf><font><strike/></font></dxf></dxfs></styleSheet>"""
TEXTS = b"<sst><si><t>a</t></si><si><r><rPr><strike/></rPr><t>250</t></r><r><t>255</t></r></si></sst>"


def test_of_styles_only_cells_fonts_count():
    assert struck_styles(STYLES) == {b"1"}
    assert struck_styles(None) == struck_styles(b"<styleSheet/>") == frozenset()


def test_of_shared_texts_one_part_is_enough():
    assert struck_texts(TEXTS) == {b"1"}


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (b'<c r="H6" s="1"><v>255</v></c>', {"H6"}),
        (b'<c r="H6" s="2"><v>255</v></c>', set()),
        (b'<c r="H6" s="1"/><c r="I6"><v>1</v></c>', set()),  # nothing in it
        (b'<c r="H6" t="s"><v>1</v></c>', {"H6"}),
        (b'<c r="H6"><v>1</v></c>', set()),  # a number, not the number of a text
        (b'<c r="H6" t="inlineStr"><is><r><rPr><strike/></rPr><t>250</t></r></is></c>', {"H6"}),
    ],
)
def test_cells_of_a_sheet(cell, found):
    xml = b"<sheetData><row>" + cell + b"</row></sheetData>"
    assert struck_cells(xml, struck_styles(STYLES), struck_texts(TEXTS)) == found
