"""Files made to do harm: they are refused with a message, or read as the text they are."""

import multiprocessing
import re
import struct
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kepu_eval.report.slips import write_slips
from kepu_eval.returns import Ledger, collect, export_decisions, layout, read_round, reader
from kepu_eval.returns.decision_book import QUESTIONS
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.layout import EVENTS, EVIDENCE, FIRST_ROW
from tests.returns.conftest import PLAN, ROUND, event_row, years
from tests.returns.reading import THREE, read, rewrite, told, value
from tests.returns.test_ledger import AT

MEGABYTE = 2**20


def add_part(path, name, content):
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(name, content)


def _read_within_limits(folder, answers):
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (1024 * MEGABYTE, 1024 * MEGABYTE))
    returns = read_round(folder, PLAN, ROUND)
    peak = _peak_megabytes()
    answers.put((list(zip(returns.findings["code"], returns.findings["severity"], strict=True)), peak))


def _peak_megabytes():
    """Of this process alone: what getrusage tells includes the one it was forked from."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8")) if status.is_file() else None
    return int(found[1]) // 1024 if found else 0


def read_within_limits(folder):
    """Codes and severities, and the peak memory in MB, of reading in a process of its own with 1 GB."""
    pytest.importorskip("resource", reason="limits are POSIX")
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    child = context.Process(target=_read_within_limits, args=(folder, answers))
    child.start()
    found = answers.get(timeout=900)  # a guard against a hang, not a measure
    child.join(10)
    return found


@pytest.mark.slow
def test_two_gigabytes_of_shared_strings_are_refused(send):
    folder = send("区农牧局", years("Q08", y2021=1))
    with (
        zipfile.ZipFile(folder / "区农牧局.xlsx", "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/../sharedStrings.xml", "w", force_zip64=True) as part,
    ):
        block = b"<si><t>" + b"0" * (4 * MEGABYTE) + b"</t></si>"
        for _ in range(512):
            part.write(block)
    codes, peak = read_within_limits(folder)
    assert ("C99", "rejected") in codes
    assert peak < 400


def test_a_part_that_lies_about_its_size_is_refused(send):
    path = send("区农牧局") / "区农牧局.xlsx"
    add_part(path, "xl/worksheets/sheet99.xml", b"0" * (80 * MEGABYTE))
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<L", 80 * MEGABYTE), struct.pack("<L", 1000)))
    codes = set(read(path.parent).findings["code"])
    assert codes & {"C99", "C00"}


@pytest.mark.slow
def test_a_million_styled_empty_rows_do_no_harm(send):
    folder = send("区农牧局", years("Q08", y2021=380))

    def pad(name, data):
        if name != "xl/worksheets/sheet4.xml":
            return data
        rows = b"".join(b'<row r="%d" s="1" customFormat="1" ht="15"/>' % n for n in range(300, 1_000_300))
        return data.replace(b"</sheetData>", rows + b"</sheetData>")

    rewrite(folder / "区农牧局.xlsx", pad)
    codes, peak = read_within_limits(folder)
    assert ("C99", "rejected") not in codes
    assert peak < 1000


def test_a_cell_in_the_last_corner_is_refused_before_it_is_laid_out(send):
    folder = send("区农牧局")

    def corner(name, data):
        cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        return data.replace(b"</sheetData>", cell) if name == "xl/worksheets/sheet2.xml" else data

    rewrite(folder / "区农牧局.xlsx", corner)
    assert "请删除多余的空白行列" in told(read(folder), "C99", "rejected")["remedy"]


@pytest.mark.parametrize("part", ["xl/worksheets/sheet2.xml", "xl/workbook.xml"])
def test_entities_are_never_expanded(send, part):
    folder = send("区农牧局")
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'

    def declare(name, data):
        return entities + data if name == part else data

    rewrite(folder / "区农牧局.xlsx", declare)
    assert "异常的XML声明" in told(read(folder), "C99", "rejected")["message"]


def test_an_ods_that_repeats_a_cell_a_billion_times_is_refused(tmp_path):
    source = Path(__file__).parent / "files" / "libreoffice.ods"
    path = tmp_path / "区农牧局.ods"
    path.write_bytes(source.read_bytes())

    def repeat(name, data):
        many = b'<table:table-row><table:table-cell table:number-columns-repeated="999999999" office:value-type="float" office:value="1"/></table:table-row></table:table>'
        return data.replace(b"</table:table>", many, 1) if name == "content.xml" else data

    rewrite(path, repeat)
    told(read(tmp_path), "C99", "rejected")


def test_macros_are_refused(send):
    folder = send("区农牧局")
    add_part(folder / "区农牧局.xlsx", "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    assert "含宏" in told(read(folder), "C99", "rejected")["message"]


def test_an_archive_of_ten_thousand_parts_is_refused(send):
    folder = send("区农牧局")
    with zipfile.ZipFile(folder / "区农牧局.xlsx", "a") as archive:
        for number in range(2100):
            archive.writestr(f"xl/media/{number}", b"")
    told(read(folder), "C99", "rejected")


@pytest.mark.parametrize(
    "name", ["../../outside.jpg", "/etc/hostname", "..\\..\\outside.jpg", "C:\\Windows\\win.ini"]
)
def test_a_path_in_a_cell_leads_nowhere(send, name):
    def listed(book):
        page = book[EVIDENCE]
        page.cell(FIRST_ROW, 1).value, page.cell(FIRST_ROW, 2).value, page.cell(FIRST_ROW, 5).value = (
            "P1",
            "照片",
            name,
        )

    folder = send("区农牧局", spoil=listed)
    (folder / "佐证" / "区农牧局").mkdir(parents=True)
    (folder / "outside.jpg").write_bytes(b"secret")
    assert read(folder).evidence["attachment"].tolist() == ["缺失"]


HARMFUL = [
    '=HYPERLINK("http://x","y")',
    "=1+1",
    "+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "a\x0bb\x1fc",
]


@pytest.mark.parametrize("text", HARMFUL)
def test_formula_text_and_markup_stay_text_wherever_they_go(send, tmp_path_factory, text):
    def spoil(book):
        cell = book[EVENTS].cell(FIRST_ROW, 5)  # a head-count: what is no number is quoted back to the unit
        cell.value = text.replace("\x0b", "").replace("\x1f", "")
        cell.data_type = "s"

    out = tmp_path_factory.mktemp("out")
    folder = send("区农牧局", event_row(), spoil=spoil)
    with Ledger(out / "l.sqlite", must_exist=False) as ledger:
        collect(folder, PLAN, ROUND, ledger, at=AT)
        returns = ledger.returns(PLAN, ROUND)
    export_decisions(returns, PLAN, out / "d.xlsx")
    write_slips(returns, PLAN, out / "slips")
    for path in (out / "d.xlsx", out / "slips" / "退回单-区农牧局.xlsx"):
        for page in load_workbook(path):
            assert not [cell.coordinate for row in page.iter_rows() for cell in row if cell.data_type == "f"]
    assert QUESTIONS in load_workbook(out / "d.xlsx").sheetnames


def test_a_stranger_in_the_cover_and_the_file_name_is_only_text(send):
    from tests.returns.conftest import cover

    folder = send("区农牧局", spoil=cover("填报单位", "../../<b>区农牧中心</b>"), name="..区.xlsx")
    assert read(folder).observations.empty


# --- what one file can cost the others: it is read in this process, once it could be opened


def test_a_table_with_too_many_rows_is_refused_and_the_others_are_read(send, monkeypatch):
    monkeypatch.setattr(reader, "MAX_ROWS", 104)

    def many(book):
        for row in range(FIRST_ROW, FIRST_ROW + 105):
            book[EVENTS].cell(row, 3).value = "讲座"

    returns = read(send("区农牧局", years("Q08", **THREE), spoil=many))
    assert "“活动台账”有105行，超过上限104行，未读取" in told(returns, "C99", "rejected")["message"]
    assert returns.events.empty
    assert value(returns)["value"] == 520


def test_texts_as_long_as_a_cell_can_hold_end_soon(send):
    """Each of them took minutes, or for ever, where a pattern looked back from every place in it."""

    def long(book):
        book[layout.COVER]["B3"].value = "(" * 32_000
        numbers, events = book[layout.NUMBERS], book[EVENTS]
        numbers["H6"].value, numbers["G6"].value = "。" * 16_000 + "x" + "。" * 16_000 + "x", None
        numbers["L6"].value, numbers["K6"].value = "abcd" * 8_000 + "！", "P1" + "-" * 32_000
        for row, text in ((6, "科" * 32_000), (7, "普" * 16_000 + "科" * 16_000)):
            for column, written in enumerate((f"E{row}", "2023-05-20", text, "（" * 32_000), 1):
                events.cell(row, column).value = written
        events["B8"].value = "2023年" + " " * 32_000 + "x"

    returns = read(send("区农牧局", spoil=long))
    assert returns.findings["message"].str.len().max() < 400


def test_a_message_is_no_longer_than_somebody_reads():
    findings = Findings()
    findings.add("C57", "question", "1+" * 20_000, item="2+" * 20_000)
    assert max(len(findings.rows[0][key]) for key in ("message", "item")) <= 2_000


def test_personal_data_down_a_column_is_told_once(send):
    def phones(book):
        for row in range(FIRST_ROW, FIRST_ROW + 10):
            book[EVENTS].cell(row, 3).value = f"联系1391234{row:04d}"

    message = told(read(send("区农牧局", spoil=phones)), "C60", "rejected")["message"]
    assert message == "C列疑含手机号码（C6、C7、C8、C9、C10、C11、C12、C13等10格），整行未读取"
