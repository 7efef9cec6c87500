"""The unit's workbook: what it prevents, what it counts while it is filled in, what it prints, and that it is read back."""

import datetime as dt
import re
import shutil
import subprocess
import zipfile

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openxml_audit import OpenXmlValidator

from kepu_eval.returns import layout, read_round, unit_sheets, write_template
from tests.returns.conftest import PLAN, ROUND

OFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed here")
UNIT = "区教育局"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    file = tmp_path_factory.mktemp("template") / f"{UNIT}.xlsx"
    before = {
        ("U01", "Q06", "value", ""): {"2021": 344.0, "2022": 174.0},
        ("U02", "Q06", "value", ""): {"2021": 30.0},
    }
    write_template(PLAN, PLAN.unit(UNIT), ROUND, file, before)
    return file


@pytest.fixture(scope="module")
def book(path):
    return load_workbook(path)


def rules_of(page, cell):
    return [rule for rule in page.data_validations.dataValidation if cell in rule.sqref]


def at(page, title):
    return [c.value for c in page[layout.HEADER_ROW]].index(title) + 1


@pytest.mark.parametrize(
    ("sheet", "title", "kind"),
    [
        (layout.NUMBERS, "2023年", "custom"),
        (layout.TASKS, "2023年", "list"),
        (layout.TASKS, "自评", "list"),
        (layout.TASKS, "进展说明", "textLength"),
        (layout.EVENTS, "日期", "date"),
        (layout.EVENTS, "参与人次", "custom"),
        (layout.EVENTS, "任务号", "list"),
        (layout.EVIDENCE, "类型", "list"),
        (layout.SCHOOLS, "学校类型", "list"),
        (layout.SCHOOLS, "2023春 讲座次数", "custom"),
    ],
)
def test_every_kind_of_cell_has_a_rule_with_a_message(book, sheet, title, kind):
    page = book[sheet]
    (rule,) = rules_of(page, page.cell(layout.FIRST_ROW, at(page, title)).coordinate)
    assert (rule.type, rule.showErrorMessage) == (kind, True)
    assert re.search("[\u4e00-\u9fff]", rule.error)


def test_lists_can_be_continued_far_below_what_is_lined(book):
    for name in (layout.EVENTS, layout.EVIDENCE, layout.SCHOOLS):
        page = book[name]
        assert page.protection.sheet
        assert not page.column_dimensions["A"].protection.locked
        title = "学校类型" if name == layout.SCHOOLS else "佐证编号"
        cell = f"{get_column_letter(at(page, title))}900"
        assert rules_of(page, cell)


def test_required_cells_are_marked_and_others_are_not(book):
    page = book[layout.NUMBERS]
    titles = [c.value for c in page[layout.HEADER_ROW]]
    lead, helps = (page.cell(row, titles.index("2023年") + 1).fill.fgColor.rgb for row in (6, 8))
    assert (lead, helps) == ("00FFF2CC", "00000000")


def test_head_and_signatures_stand_where_forms_have_them(book):
    texts = [str(c.value) for row in book[layout.NUMBERS].iter_rows() for c in row if c.value]
    head = texts[1]
    assert all(word in head for word in ("表号：", "制表机关：", f"填报单位：{UNIT}", "报送期限："))
    assert all(word in texts[-1] for word in ("单位负责人", "审核人", "填报人", "盖章")), texts[-1]
    cover = [c.value for c in book[layout.COVER]["A"]]
    assert {"填报单位", "单位负责人", "审核人", "填报人", "报送日期", "制表机关"} <= set(cover)


def test_no_working_note_of_the_plan_is_shown_to_clerks(book):
    shown = "".join(str(c.value) for page in book for row in page.iter_rows() for c in row if c.value)
    assert not re.search("正文区级|清单市级|仅正文|仅清单", shown)


def test_what_the_unit_reported_in_the_last_round_stands_beside_its_rows_locked(book):
    page = book[layout.NUMBERS]
    reference = page.cell(
        layout.FIRST_ROW, len(unit_sheets.sheets(PLAN, PLAN.unit(UNIT), ROUND)[0].columns) + 1
    )
    assert reference.value == "2021年 344；2022年 174"
    assert reference.protection.locked


def test_an_empty_template_says_nothing_but_that_it_is_empty(path, tmp_path):
    shutil.copy(path, tmp_path)
    returns = read_round(tmp_path, PLAN, ROUND)
    assert set(returns.findings["code"]) <= {"C30", "C31"}


def test_formulas_use_only_what_the_three_programs_share(path):
    with zipfile.ZipFile(path) as archive:
        xml = "".join(archive.read(n).decode() for n in archive.namelist() if "worksheets/" in n)
    formulas = re.findall(r"<f>(.*?)</f>", xml)
    assert formulas
    used = {name for formula in formulas for name in re.findall(r"([A-Z][A-Z.]+)\(", formula)}
    assert used <= {
        "IF",
        "SUM",
        "COUNT",
        "COUNTBLANK",
        "COUNTIF",
        "COUNTIFS",
        "SUMPRODUCT",
        "ISNUMBER",
        "ISTEXT",
        "DATE",
    }
    assert max(map(len, formulas)) < 8192  # Excel's limit
    assert 't="array"' not in xml


def converted(source, kind, folder):
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run([OFFICE, "--headless", profile, "--convert-to", kind, "--outdir", str(folder), str(source)],
                   check=True, capture_output=True, timeout=240)  # fmt: skip
    return folder / f"{source.stem}.{kind}"


def fill(path, target):
    book = load_workbook(path)

    def put(sheet, row, title, value):
        page = book[sheet]
        page.cell(row, at(page, title)).value = value

    for year, whole, part, level in (
        ("2021年", 300, 20, 7901),
        ("2022年", 310, 330, 7000),
        ("2023年", "约320", None, None),
    ):
        for row, value in ((6, whole), (7, part), (8, level)):
            put(layout.NUMBERS, row, year, value)
        put(layout.TASKS, 6, year, "无")
    put(layout.TASKS, 6, "自评", "完成")
    for row, (day, people, task) in enumerate(
        ((dt.date(2023, 5, 1), None, 1), (dt.date(2024, 5, 1), 0, 1), (dt.date(2023, 5, 1), 60, None)), 6
    ):
        for title, value in (
            ("活动编号", f"EV{row}"),
            ("活动名称", "讲座"),
            ("日期", day),
            ("参与人次", people),
            ("任务号", task),
        ):
            put(layout.EVENTS, row, title, value)
    for row, title in ((6, "通知"), (7, "签到表")):
        put(layout.EVIDENCE, row, "佐证编号", "P01")
        put(layout.EVIDENCE, row, "名称", title)
    for title, value in (
        ("学校名称", "甲校"),
        ("学校类型", "小学"),
        ("是否农村牧区", "否"),
        ("2021—2022学年 在校生数", 300),
        ("2021—2022学年 参与学生数", 310),
    ):
        put(layout.SCHOOLS, 6, title, value)
    book.save(target)


@needs_office
def test_a_validator_finds_nothing_that_a_program_would_have_to_repair(path):
    """What it finds are openpyxl's own ways, which every program reads: texts in the cells, the order within a font."""
    known = re.compile(r"inline-string|fonts\[1\]/font\[\d+\]: Unexpected element")
    assert [str(e) for e in OpenXmlValidator().validate(path).errors if not known.search(str(e))] == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Print area")  # openpyxl knows no whole columns; programs do
def test_a_filled_workbook_counts_its_own_gaps_and_reads_the_same_from_every_format(path, tmp_path):
    source = tmp_path / f"{UNIT}.xlsx"
    fill(path, source)
    found = {}
    for kind in ("xlsx", "ods", "xls"):
        folder = tmp_path / kind
        folder.mkdir()
        file = converted(source, kind, folder)
        shutil.rmtree(folder / "profile")
        if kind == "xlsx":
            page = load_workbook(file, data_only=True)[layout.SELF_CHECK]
            counted = {(row[0].value, row[1].value): row[2].value for row in page.iter_rows(min_row=5)}
            assert "处需要补填或核对" in page["A3"].value
        returns = read_round(folder, PLAN, ROUND)
        findings = returns.findings.query("code != 'C01'")[["code", "sheet", "cell", "message"]]
        found[kind] = (
            returns.observations[["indicator", "period", "raw", "state"]].to_csv(),
            findings.to_csv(index=False),
        )
    assert found["xlsx"] == found["ods"] == found["xls"]
    expected = {
        (layout.NUMBERS, "必填未填"): 1,
        (layout.NUMBERS, "填的不是数字"): 1,
        (layout.NUMBERS, "其中大于总数"): 1,
        (layout.NUMBERS, "今年少于去年（年末数）"): 1,
        (layout.TASKS, "自评完成，各年却都填“无”"): 1,
        (layout.EVENTS, "日期晚于数据截止日"): 1,
        (layout.EVENTS, "参与人次未填或为0"): 2,
        (layout.EVENTS, "没有填任务号"): 1,
        (layout.EVENTS, "同一天、同一名称列了两次"): 2,
        (layout.EVIDENCE, "编号重复"): 2,
        (layout.SCHOOLS, "参与学生数大于在校生数"): 1,
    }
    assert {key: counted[key] for key in expected} == expected


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("round_id", [ROUND, "2025-final"])
def test_it_prints_on_at_most_six_pages(round_id, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    source = tmp_path / "template.xlsx"
    write_template(PLAN, PLAN.unit(UNIT), round_id, source)
    pages = pypdf.PdfReader(converted(source, "pdf", tmp_path)).pages
    assert len(pages) <= 6
    sizes = []
    for page in pages:
        page.extract_text(
            visitor_text=lambda text, cm, tm, _, size: (
                text.strip() and sizes.append(abs(size * tm[3] * cm[3]))
            )
        )
    assert min(sizes) >= 8.95
