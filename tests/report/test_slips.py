"""What goes back to units: complete, readable, harmless, and the same every time."""

import datetime as dt
import re
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from kepu_eval.files import write_whole
from kepu_eval.plan import load_plan
from kepu_eval.report.reminders import write_reminder
from kepu_eval.report.slips import write_slips
from kepu_eval.returns import frame, read_round, roster

PLAN = load_plan()
ROUND = "2023-midterm"
OFFICE = "某区全民科学素质工作领导小组办公室"
PHONE, PERSON = "13812345678", "11010519491231002X"  # the latter is the example of GB 11643
HEAD_ROW = 3


@pytest.fixture(scope="module")
def example():
    return read_round("data/example/2023-midterm", PLAN, ROUND)


def finding(unit="区教育局", code="C30", severity="rejected", **changes):
    return {"code": code, "severity": severity, "unit": PLAN.unit(unit).id if unit else "", "file": f"{unit or '来件'}.xlsx",
           "sheet": "指标数据", "cell": "D6", "value": "", "message": "D6必填未填", "remedy": "请填写", "affects": (),
           "candidates": (), "answer": ""} | changes  # fmt: skip


@pytest.fixture
def told(example):
    """The example round with other findings (and, if given, other files)."""

    def returns(*rows, files=None):
        numbered = [{"finding": number, **row} for number, row in enumerate(rows)]
        changed = {"findings": frame("findings", numbered)}
        if files:
            changed["submissions"] = frame("submissions", files)
        return replace(example, **changed)

    return returns


def words(path):
    """All text of a letter, tables included, without invisible break marks."""
    document = docx.Document(path)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells).replace("\u200b", "")


def letter_rows(path):
    return [
        [cell.text.replace("\u200b", "") for cell in row.cells]
        for table in docx.Document(path).tables
        for row in table.rows[1:]
    ]


def sheet_rows(path):
    page = load_workbook(path).active
    titles = [cell.value for cell in page[HEAD_ROW]]
    return [
        dict(zip(titles, (c.value for c in row), strict=True)) for row in page.iter_rows(min_row=HEAD_ROW + 1)
    ]


def cells_in(text):
    """Cells that a text names, ranges expanded."""
    cells = set()
    for part in re.findall(r"[A-Z]{1,3}\d+(?::[A-Z]{1,3}\d+)?", text):
        left, top, right, bottom = range_boundaries(part)
        cells |= {
            f"{get_column_letter(c)}{r}" for r in range(top, bottom + 1) for c in range(left, right + 1)
        }
    return cells


def test_every_open_finding_of_the_example_is_in_its_units_letter_and_workbook(example, tmp_path):
    write_slips(example, PLAN, tmp_path)
    wanted = example.findings[example.findings["severity"].isin(["question", "rejected"])]
    assert len(wanted) == 9
    for row in wanted.itertuples():
        name = next(unit.name for unit in PLAN.units if unit.id == row.unit)
        places = {(r["工作表"], r["单元格"]) for r in sheet_rows(tmp_path / f"退回单-{name}.xlsx")}
        assert (row.sheet, row.cell) in places
        assert any(
            row.sheet in place and row.cell in cells_in(place)
            for _, place, *_ in letter_rows(tmp_path / f"退回单-{name}.docx")
        )


def test_only_units_with_something_open_get_a_slip(example, tmp_path):
    paths = write_slips(example, PLAN, tmp_path)
    units = [unit.name for unit in PLAN.units if unit.id in {"U01", "U07", "U09", "U11", "U13", "U19", "U24"}]
    assert [path.name for path in paths] == [f"退回单-{n}{s}" for n in units for s in (".docx", ".xlsx")]
    assert sorted(tmp_path.iterdir()) == sorted(paths)


def test_answered_questions_and_notes_are_left_out(told, tmp_path):
    returns = told(
        finding(severity="question", cell="H6", message="H6是概数", answer="按原数"),
        finding(severity="note", cell="H7", message="H7已取整"),
        finding(severity="question", cell="H8", message="H8是概数"),
        finding("区妇联", severity="question", cell="H9", message="H9是概数", answer="300"),
    )
    paths = write_slips(returns, PLAN, tmp_path)
    assert [path.name for path in paths] == ["退回单-区教育局.docx", "退回单-区教育局.xlsx"]
    assert [row["单元格"] for row in sheet_rows(paths[1])] == ["H8"]
    assert cells_in(words(paths[0])) == {"H8"}


def test_equal_defects_share_a_row_of_the_letter_and_keep_their_own_in_the_workbook(told, tmp_path):
    cells = [f"{column}{row}" for column in "DEF" for row in range(6, 20)] + ["H9"]
    document, workbook = write_slips(
        told(*(finding(cell=c, message=f"{c}必填未填") for c in cells)), PLAN, tmp_path
    )
    (row,) = letter_rows(document)
    assert row == ["1", "指标数据　D6:F19、H9", "（空）", "必填未填", "请填写"]
    assert [row["单元格"] for row in sheet_rows(workbook)] == cells
    assert f"{len(cells)}处须更正" in words(document)


def test_different_values_do_not_share_a_row(told, tmp_path):
    asked = [
        finding(severity="question", cell=c, value=v, message=f"{c}“{v}”是概数")
        for c, v in (("D6", "约300"), ("D7", "约400"), ("D8", "约300"))
    ]
    document, _ = write_slips(told(*asked), PLAN, tmp_path)
    assert [row[1:4] for row in letter_rows(document)] == [
        ["指标数据　D6、D8", "约300", "是概数"],
        ["指标数据　D7", "约400", "是概数"],
    ]


def test_rejections_come_before_questions_and_numbers_run_on(told, tmp_path):
    rows = finding(severity="question", cell="D7", message="D7是概数"), finding()
    document, workbook = write_slips(told(*rows), PLAN, tmp_path)
    assert [(row[0], row[3]) for row in letter_rows(document)] == [("1", "必填未填"), ("2", "是概数")]
    assert [(row["序号"], row["类别"]) for row in sheet_rows(workbook)] == [(1, "须更正"), (2, "请确认")]


@pytest.mark.parametrize(
    ("cell", "message", "place", "problem"),
    [
        ("", "第6行被隐藏且有数据，是否计入？", "第6行", "被隐藏且有数据，是否计入？"),
        ("B6", "第6行晚于数据截止日2023-12-31", "B6", "晚于数据截止日2023-12-31"),
        ("B16", "第6行晚于数据截止日2023-12-31", "B16", "第6行晚于数据截止日2023-12-31"),
        ("C7", "第7行的承诺“T99”不属于本单位", "C7", "第7行的承诺“T99”不属于本单位"),
        ("H6", "H6=1200，上年100", "H6", "H6=1200，上年100"),
        ("", "没有找到“任务自查”表", None, "没有找到“任务自查”表"),
    ],
)
def test_place_and_problem_read_as_a_sentence(told, tmp_path, cell, message, place, problem):
    _, workbook = write_slips(told(finding(cell=cell, message=message)), PLAN, tmp_path)
    (row,) = sheet_rows(workbook)
    assert (row["单元格"] or None, row["问题"]) == (place, problem)


def test_a_whole_file_or_sheet_is_named_as_such(told, tmp_path):
    rows = (
        finding(sheet="", cell="", code="C00", message="“区教育局.xlsx”已损坏"),
        finding(cell="", code="C12", message="缺少“单位”列"),
    )
    document, _ = write_slips(told(*rows), PLAN, tmp_path)
    assert [row[1:3] for row in letter_rows(document)] == [["整份文件", "—"], ["指标数据（整表）", "—"]]


def test_files_of_unknown_origin_go_into_one_slip(told, tmp_path):
    files = [
        {
            "unit": "",
            "unit_name": "",
            "file": f"来件{n}.xlsx",
            "sha256": str(n),
            "received": "",
            "status": "无法读取",
        }
        for n in (1, 2)
    ]
    rows = [finding("", file=f"来件{n}.xlsx", sheet="", cell="", message="没有写明填报单位") for n in (1, 2)]
    paths = write_slips(told(*rows, files=files), PLAN, tmp_path)
    assert [path.name for path in paths] == ["退回单-未识别文件.docx", "退回单-未识别文件.xlsx"]
    assert "各有关单位：" in words(paths[0])
    assert [row[1] for row in letter_rows(paths[0])] == ["“来件1.xlsx”\n整份文件", "“来件2.xlsx”\n整份文件"]


def test_the_letter_names_unit_file_office_and_date(example, tmp_path):
    document = write_slips(example, PLAN, tmp_path, issued=dt.date(2024, 1, 16), organisation=OFFICE)[0]
    text = [p.text for p in docx.Document(document).paragraphs]
    assert text[0] == "关于补正2023年中期自查评估填报表的函"
    assert "区教育局：" in text
    assert any("“区教育局.xlsx”收悉" in line and "2处须更正、1处请确认" in line for line in text)
    assert text[-2:] == [OFFICE, "2024年1月16日"]


@pytest.mark.parametrize(
    ("issued", "sentence"),
    [
        (dt.date(2024, 1, 20), "请于2024年1月20日（含当日）前补正，并重新报送。"),
        (dt.date(2024, 1, 21), "本轮报送期限（2024年1月20日）已过，请收到本函后尽快补正，并重新报送。"),
        (None, "请收到本函后尽快补正，并重新报送。"),
    ],
)
def test_the_due_date_is_a_deadline_only_while_it_is_ahead(told, tmp_path, issued, sentence):
    document, _ = write_slips(told(finding()), PLAN, tmp_path, issued=issued)
    assert sentence in [p.text for p in docx.Document(document).paragraphs]


def test_simulated_data_is_marked_on_letter_and_workbook(example, tmp_path):
    for simulated in (True, False):
        folder = tmp_path / str(simulated)
        document, workbook, *_ = write_slips(replace(example, simulated=simulated), PLAN, folder)
        word, page = docx.Document(document), load_workbook(workbook).active
        assert ("（示例数据）" in words(document)) is simulated
        assert (word.sections[0].header.paragraphs[0].text == "示例数据") is simulated
        assert (page["A2"].value == "示例数据") is simulated


@pytest.mark.parametrize("value", ['=HYPERLINK("http://x","y")', "+1+1", "@SUM(1)", "-2"])
def test_formula_text_stays_text(told, tmp_path, value):
    row = finding(value=value, message=f"D6“{value}”无法读作数字", remedy=value)
    _, workbook = write_slips(told(row), PLAN, tmp_path)
    page = load_workbook(workbook).active
    cells = [cell for line in page.iter_rows(min_row=HEAD_ROW + 1) for cell in line if cell.value == value]
    assert len(cells) == 2
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_characters_that_xml_forbids_do_no_harm(told, tmp_path):
    document, workbook = write_slips(told(finding(value="3\x000\x0b0", message="D6有误")), PLAN, tmp_path)
    assert letter_rows(document)[0][2] == sheet_rows(workbook)[0]["原填内容"] == "300"


@pytest.mark.parametrize("secret", [PHONE, PERSON])
@pytest.mark.parametrize("field", ["value", "message", "remedy", "file", "sheet"])
def test_personal_data_is_never_in_a_slip(told, tmp_path, field, secret):
    returns = told(finding(**{field: f"张某{secret}"}))
    returns.submissions.loc[0, "file"] = f"{secret}.xlsx"
    document, workbook = write_slips(returns, PLAN, tmp_path)
    assert secret not in words(document) + str(sheet_rows(workbook))
    assert "已略去" in words(document)


def test_the_letters_table_repeats_its_head_and_splits_no_row(told, tmp_path):
    document, _ = write_slips(told(finding()), PLAN, tmp_path)
    (table,) = docx.Document(document).tables
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_the_workbook_prints_on_landscape_pages_and_leaves_room_for_answers(told, tmp_path):
    _, workbook = write_slips(told(finding()), PLAN, tmp_path)
    page = load_workbook(workbook).active
    assert page.freeze_panes == "A4"
    assert page.print_title_rows == "$3:$3"
    assert (page.page_setup.orientation, int(page.page_setup.paperSize)) == ("landscape", 9)
    (row,) = sheet_rows(workbook)
    assert [row[title] for title in ("更正后的值", "说明", "经办人")] == [None, None, None]


def test_the_same_returns_give_the_same_bytes(example, tmp_path):
    first, again = (write_slips(example, PLAN, tmp_path / name, organisation=OFFICE) for name in "ab")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in again]


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_says_why(tmp_path, monkeypatch):
    path = tmp_path / "退回单.docx"
    path.write_bytes(b"old")

    def refused(*_):
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.replace", refused)
    with pytest.raises(PermissionError, match=r"退回单\.docx.*请关闭后重试"):
        write_whole(path, b"new")
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"old"]


class TestReminder:
    """催报单."""

    def letter(self, units, tmp_path, **options):
        path = tmp_path / "催报单.docx"
        write_reminder(units, PLAN, ROUND, path, **options)
        return path

    def test_missing_and_late_units_are_named_and_no_other(self, example, tmp_path):
        path = self.letter(roster(example, PLAN), tmp_path)
        assert [row[1:3] for row in letter_rows(path)] == [
            ["区商务局", "未报送"],
            ["区工信局", "迟报（2024-01-25）"],
            ["区民政局", "迟报（2024-02-01）"],
        ]

    def test_blocked_tasks_stand_with_number_and_title(self, example, tmp_path):
        units = roster(example, PLAN)
        units.loc[units["unit_name"].eq("区应急局"), "status"] = "无法读取"
        path = self.letter(units, tmp_path)
        assert [row[2:] for row in letter_rows(path) if row[1] == "区应急局"] == [
            ["无法读取：区应急局.xlsx", f"27. {PLAN.task(27).title}"]
        ]
        assert "其牵头的1项任务" in words(path)

    def test_a_file_name_with_personal_data_is_withheld(self, example, tmp_path):
        units = roster(example, PLAN)
        units.at[0, "status"], units.at[0, "files"] = "无法读取", (f"区教育局{PHONE}.xlsx",)
        text = words(self.letter(units, tmp_path))
        assert PHONE not in text
        assert "已略去" in text

    def test_the_closing_stays_with_the_last_table_and_the_date(self, example, tmp_path):
        self.letter(roster(example, PLAN), tmp_path)
        document = docx.Document(tmp_path / "催报单.docx")
        gap, closing, date = document.paragraphs[-3:]
        last_row = [cell.paragraphs[0] for cell in document.tables[-1].rows[-1].cells]
        assert closing.text == "特此函达。"
        assert all(part.paragraph_format.keep_with_next for part in (*last_row, gap, closing))
        assert not date.paragraph_format.keep_with_next

    def test_when_all_have_reported_it_says_so(self, example, tmp_path):
        text = words(self.letter(roster(example, PLAN).assign(status="按时"), tmp_path))
        assert "无需催报" in text
        assert "尚有" not in text

    def test_it_carries_office_and_mark(self, example, tmp_path):
        text = words(self.letter(roster(example, PLAN), tmp_path, organisation=OFFICE, simulated=True))
        assert OFFICE in text
        assert "（示例数据）" in text

    def test_the_same_roster_gives_the_same_bytes(self, example, tmp_path):
        units = roster(example, PLAN)
        assert (
            self.letter(units, tmp_path / "a").read_bytes() == self.letter(units, tmp_path / "b").read_bytes()
        )


def test_evidence_that_is_not_listed_goes_back_because_it_lowers_a_rating(told, tmp_path):
    lacking = finding(
        code="X09",
        severity="note",
        cell="",
        sheet="佐证目录",
        value="P09",
        message="佐证P09不在佐证目录中，不作为佐证",
    )
    _, workbook = write_slips(told(lacking), PLAN, tmp_path)
    assert [(row["类别"], row["工作表"], row["问题"]) for row in sheet_rows(workbook)] == [
        ("须更正", "佐证目录", "佐证P09不在佐证目录中，不作为佐证")
    ]


def test_a_question_about_three_cells_is_one_row_of_the_letter_and_three_of_the_workbook(told, tmp_path):
    fields = tuple(
        (f"{column}6", f"Q08·{year}", str(value))
        for column, year, value in zip("GHI", (2021, 2022, 2023), (200, 500, 1000), strict=True)
    )
    asked = finding(
        severity="question",
        code="X05",
        cell="I6",
        value="200、500、1000",
        message="各年为200、500、1000",
        fields=fields,
    )
    document, workbook = write_slips(told(asked), PLAN, tmp_path)
    assert len(letter_rows(document)) == 1
    assert [(row["单元格"], row["原填内容"]) for row in sheet_rows(workbook)] == [
        ("G6", "200"),
        ("H6", "500"),
        ("I6", "1000"),
    ]


def test_what_could_change_most_ratings_stands_first_of_its_kind(told, tmp_path):
    rows = [
        finding(
            severity="question", cell=cell, message=f"{cell}=420，活动台账中2023年合计{number}", value="420"
        )
        for cell, number in (("G6", 90), ("H7", 380), ("I8", 20))
    ]
    document, workbook = write_slips(
        told(*rows, finding(cell="D6")), PLAN, tmp_path, effects={0: 1, 1: 7, 2: 3, 3: 0}
    )
    assert [row["单元格"] for row in sheet_rows(workbook)] == ["D6", "H7", "I8", "G6"]
    first = letter_rows(document)[1]
    assert "H7" in first[1]
    assert all(number in "".join(first) for number in ("420", "380"))  # both sides
