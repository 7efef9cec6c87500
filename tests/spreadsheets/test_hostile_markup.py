"""Workbooks whose XML is unusual or made to do harm: read as calamine reads them, or refused, in linear time."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from kepu_eval.spreadsheets.opening import open_book
from kepu_eval.spreadsheets.plain_sheet import is_plain
from kepu_eval.spreadsheets.unreadable import UnreadableError
from kepu_eval.spreadsheets.workbook import read_book

NAME = Path("区农牧局.xlsx")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(sheet, **others):
    """Bytes of a workbook with one sheet of that XML; other parts by name, with ``__`` for ``/``."""
    book = Workbook()
    book.active.title = "表"
    stream = io.BytesIO()
    book.save(stream)
    given = {name.replace("__", "/") + ".xml": text for name, text in others.items()}
    given["xl/worksheets/sheet1.xml"] = sheet
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in good.namelist():
            made.writestr(name, given.pop(name, good.read(name)))
        for name, text in given.items():
            made.writestr(name, text)
    return out.getvalue()


def sheet(rows, before="", after=""):
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def grid(xml):
    return read_book(NAME, workbook(xml)).sheets["表"]


THREE = [[1.0, 2.0, 3.0]]


def test_only_tags_are_looked_at_for_unusual_writing():
    said = "<f>IF('指标数据'!A1='表'!B1, 1 = 1, 2)</f><v>1</v>"
    assert is_plain(sheet(f'<row r="1"><c r="A1">{said}</c></row>').encode())
    assert not is_plain(sheet(f"<row r='1'><c r=\"A1\">{said}</c></row>").encode())


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c></row>',
        "<row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row>",
        '<row><c r="A1"><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c><c r='B1'><v>2</v></c><c r='C1'><v>3</v></c></row>",
        '<row r = "1"><c r = "A1" ><v>1</v></c><c\nr="B1"><v>2</v></c><c s="0" r="C1"><v>3</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><!-- <c r="XFD1"/> --><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c></row>',
    ],
    ids=["usual", "no addresses", "one address", "single quotes", "spaces", "comment"],
)
def test_cells_stand_where_their_writer_put_them(rows):
    assert grid(sheet(rows)).rows == THREE


def test_an_empty_cell_without_an_address_takes_its_place():
    assert grid(sheet('<row><c s="0"/><c><v>2</v></c></row>')).rows[0][-1] == 2
    assert grid(sheet('<row><c s="0"/><c><v>2</v></c></row>')).rows[0][:-1] == [""]


def test_a_prefix_is_nothing_but_a_prefix():
    xml = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c r="B2" t="inlineStr"><x:is><x:t>甲</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>'
    assert grid(xml).rows[1][1] == "甲"


@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#FIELD!", "#REF!", "#某种新错误"])
def test_an_error_that_is_new_takes_nothing_along(error):
    rows = f'<row r="1"><c r="A1" t="e"><f>A9#</f><v>{error}</v></c><c r="B1"><v>2</v></c></row>'
    assert grid(sheet(rows)).rows == [[error, 2.0]]


@pytest.mark.parametrize(
    "xml",
    [
        sheet("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"),
        sheet('<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>'),
        sheet('<row r="1048576"><c s="0" r="XFD1048576"><v>1</v></c></row>'),
        sheet(
            '<row r="1048575"></row><row><c r="XFC9"><v>1</v></c></row><row><c r="A1048000"><v>1</v></c></row>'
        ),
    ],
    ids=["single quotes", "small letters", "after another attribute", "two cells"],
)
def test_a_cell_in_a_far_corner_is_refused_however_it_is_written(xml):
    with pytest.raises(UnreadableError, match="过大"):
        grid(xml)


LONG = 60_000


@pytest.mark.parametrize(
    "xml",
    [
        sheet('<row r="1">' + '<c r="A1">' * LONG),
        sheet('<row r="1"><c ' + 'r="A1" ' * LONG),
        sheet('<row r="1"><c r="' * LONG),
        sheet("<row " * LONG + "<c " * LONG),
        sheet('<row r="1"><c r="A1"><f>' + "<f " * LONG),
        sheet("", before="<cols>" + '<col hidden="' * LONG),
        sheet('<row r="1"><c r="A1" t="e">' + "<v>" * LONG),
        sheet(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"=" * LONG}</t></is></c></row>'),
        "<" * LONG,
        sheet("<x>" * LONG),
    ],
    ids=[
        "cells",
        "attributes",
        "quotes",
        "starts",
        "formulas",
        "columns",
        "errors",
        "text",
        "brackets",
        "depth",
    ],
)
def test_markup_that_leads_nowhere_is_walked_once(xml):
    """Each took minutes to hours with patterns that look back; now it ends long before the limit on time."""
    told = ""
    try:
        open_book(NAME, workbook(xml))
    except UnreadableError as error:
        told = error.message
    assert "上限" not in told


def test_markup_of_styles_is_walked_once():
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs>' + "<cellXfs " * LONG
    with pytest.raises(UnreadableError):
        read_book(NAME, workbook(sheet(""), xl__styles=styles))


def test_more_markup_than_any_return_has_is_refused_before_it_is_walked():
    with pytest.raises(UnreadableError, match="过大"):
        grid(sheet("<row>" + "<c><v>1</v></c>" * 250_000 + "</row>"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_a_document_type_is_refused_in_any_encoding(encoding):
    xml = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "1">]>' + sheet(
        "<row><c><v>&a;</v></c></row>"
    )
    with pytest.raises(UnreadableError, match="XML声明"):
        read_book(NAME, workbook(xml.encode(encoding)))


def changed(tmp_path, change):
    book = Workbook()
    book.active.title = "表"
    book.active.append([1, 25])
    change(book.active)
    book.save(tmp_path / NAME)
    return read_book(NAME, (tmp_path / NAME).read_bytes())


def test_words_of_a_number_format_are_told(tmp_path):
    def formats(page):
        page["A1"].number_format, page["B1"].number_format = "0.0%", '0"万"'
        page["C1"], page["D1"] = 250_000, 3
        page["C1"].number_format, page["D1"].number_format = '0.0,"万"', "#,##0"

    found = changed(tmp_path, formats).sheets["表"]
    assert found.worded == {"B1": "#万"}
    assert found.percent == {"A1"}


def test_hidden_rows_and_columns_are_told(tmp_path):
    def hide(page):
        page.row_dimensions[1].hidden = page.column_dimensions["B"].hidden = True

    found = changed(tmp_path, hide).sheets["表"]
    assert (found.hidden_rows, found.hidden_columns) == ({1}, {2})


def test_personal_data_in_a_comment_is_told_with_its_cell(tmp_path):
    from openpyxl.comments import Comment

    def remark(page):
        page["B1"].comment = Comment("联系 139.0000.0000", "x")

    book = changed(tmp_path, remark)
    ((code, told),) = book.notes
    assert code == "C60"
    assert "“表”B1的批注疑含手机号码" in told
    assert "139" not in told


def test_a_sheet_named_after_a_telephone_loses_its_name(tmp_path):
    def rename(page):
        page.title = "名单139-0000-0000"

    book = changed(tmp_path, rename)
    assert not any("0000" in name for name in book.sheets)
    assert book.notes[0][0] == "C60"


def test_both_ways_of_reading_a_sheet_agree():
    """A sheet as the usual programs write it, and rewritten by the walker because of a comment, gives the same grid."""
    content, out = Path("tests/returns/files/libreoffice.xlsx").read_bytes(), io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in good.namelist():
            made.writestr(name, good.read(name).replace(b"<sheetData", b"<!-- --><sheetData"))
    assert read_book(NAME, out.getvalue()) == read_book(NAME, content)


def test_columns_hidden_over_and_over_are_hidden_once():
    cols = "<cols>" + '<col min="1" max="16384" hidden="1"/>' * 5000 + "</cols>"
    hidden = grid(sheet('<row r="1"><c r="A1"><v>1</v></c></row>', before=cols)).hidden_columns
    assert hidden == frozenset(range(1, 16_385))


def test_one_part_under_thousands_of_names_is_refused():
    names = "".join(f'<sheet name="s{n}" sheetId="{n + 9}" r:id="rId1"/>' for n in range(3000))
    stream = io.BytesIO(workbook(sheet('<row r="1"><c r="A1"><v>1</v></c></row>')))
    with zipfile.ZipFile(stream) as good:
        book = good.read("xl/workbook.xml").replace(b"</sheets>", names.encode() + b"</sheets>")
    with pytest.raises(UnreadableError, match="过大"):
        read_book(NAME, workbook(sheet(""), xl__workbook=book))
