"""The intake's list of bad inputs, C01 to C62: each as a real file, with its outcome.

The survey's cases, C63 to C68, are in tests/survey/test_reading.py.
"""

import csv
import datetime as dt
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook
from openpyxl.workbook.protection import WorkbookProtection

from kepu_eval.evaluation import evaluate
from kepu_eval.plan import load_plan
from kepu_eval.returns import layout, read_round
from kepu_eval.returns.layout import EVENTS, EVIDENCE, FIRST_ROW, HEADER_ROW, NUMBERS, SCHOOLS, TASKS
from tests.returns.conftest import EVENT, PLAN, ROUND, cover, event_row, years

FILES = Path(__file__).parent / "files"
THREE = {"y2021": 380, "y2022": 310, "y2023": 520}


def read(folder, plan=PLAN):
    return read_round(folder, plan, ROUND)


def told(returns, code, severity):
    """The one finding of a rule; a defect is told exactly once."""
    rows = returns.findings[returns.findings["code"].eq(code) & returns.findings["severity"].eq(severity)]
    assert len(rows) == 1, returns.findings[["code", "severity", "message"]].to_string()
    return rows.iloc[0]


def value(returns, indicator="Q08", period="2023"):
    rows = returns.observations
    return rows[rows["indicator"].eq(indicator) & rows["period"].eq(period)].iloc[0]


def one_cell(send, raw, indicator="Q08", unit="区农牧局"):
    return read(send(unit, {**years(indicator, **THREE), **years(indicator, y2023=raw)}))


def rewrite(path, change):
    """Change the parts of a workbook's archive: ``change(name, data) -> data``."""
    parts = {}
    with zipfile.ZipFile(path) as archive:
        parts = {name: change(name, archive.read(name)) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


# --- 文件


def test_c01_a_biff_workbook_is_read_with_a_note(tmp_path):
    shutil.copy(FILES / "libreoffice.xls", tmp_path / "区农牧局.xls")
    returns = read(tmp_path)
    assert "已按xls读取" in told(returns, "C01", "note")["message"]
    assert value(returns)["value"] == 520


@pytest.mark.parametrize(("encoding", "words"), [("gb18030", "GBK制表符"), ("utf-16", "UTF-16制表符")])
def test_c02_text_named_xls_is_read_as_text(tmp_path, encoding, words):
    head = [
        "活动编号",
        "日期",
        "活动名称",
        "地点",
        "参与人次",
        "任务号",
        "关联指标",
        "主办单位",
        "协办单位",
        "佐证编号",
    ]
    rows = [head, ["EV001", "2023-05-20", "培训班", "某镇", "60", "6", "Q08", "区农牧局", "", "P01"]]
    (tmp_path / "区农牧局.xls").write_bytes("\n".join("\t".join(row) for row in rows).encode(encoding))
    returns = read(tmp_path)
    assert words in told(returns, "C02", "note")["message"]
    assert returns.events[["participants", "title"]].to_numpy().tolist() == [[60, "培训班"]]


def test_c03_a_web_page_named_xls_is_not_guessed(tmp_path):
    (tmp_path / "区农牧局.xls").write_bytes(b"<html><table><tr><td>520</td></tr></table></html>")
    assert "请用Excel或WPS打开后另存为xlsx" in told(read(tmp_path), "C03", "question")["remedy"]


def test_c04_the_wrong_used_range_hides_nothing(send):
    folder = send("区农牧局", years("Q08", **THREE))

    def shrink(name, data):
        if not name.startswith("xl/worksheets/sheet2"):
            return data
        start = data.index(b"<dimension")
        return data[:start] + b'<dimension ref="A1:A1"/>' + data[data.index(b"/>", start) + 2 :]

    rewrite(folder / "区农牧局.xlsx", shrink)
    returns = read(folder)
    assert "已重算使用范围" in told(returns, "C04", "note")["message"]
    assert value(returns)["value"] == 520


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_c05_a_csv_is_read_whatever_its_encoding(tmp_path, encoding):
    with (tmp_path / "区农牧局.csv").open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([list(EVENT), [str(v) for v in EVENT.values()]])
    returns = read(tmp_path)
    assert returns.events["participants"].tolist() == [60]
    assert not set(returns.findings["code"]) & {"C02", "C00"}


def test_c06_an_encrypted_workbook_is_refused(tmp_path):
    shutil.copy(FILES / "encrypted.xlsx", tmp_path / "区农牧局.xlsx")
    returns = read(tmp_path)
    assert "请解除密码后重报" in told(returns, "C06", "rejected")["remedy"]
    assert returns.submissions.query("unit_name == '区农牧局'")["status"].tolist() == ["无法读取"]


def test_c06_protection_without_a_password_does_no_harm(send):
    def protect(book):
        book.security = WorkbookProtection(lockStructure=True)

    assert value(read(send("区农牧局", years("Q08", **THREE), spoil=protect)))["value"] == 520


@pytest.mark.parametrize("name", ["~$区农牧局.xlsx", "区农牧局.et"])
def test_c07_lock_files_and_wps_files_are_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"anything")
    assert name in told(read(tmp_path), "C07", "rejected")["message"]


def test_c08_two_files_of_a_unit_are_compared(send):
    send("区农牧局", years("Q08", **THREE))
    folder = send("区农牧局", years("Q08", **{**THREE, "y2023": 600}), name="区农牧局（最终版2）.xlsx")
    returns = read(folder)
    asked = told(returns, "C08", "question")
    cell = value(returns)["cell"]
    assert f"{NUMBERS}{cell}" in asked["message"]
    assert set(asked["candidates"]) == {"区农牧局.xlsx", "区农牧局（最终版2）.xlsx"}
    assert pd.isna(value(returns)["value"])
    assert value(returns, period="2022")["value"] == 310


def test_c09_file_name_and_content_disagree(send):
    asked = told(read(send("区农牧局", name="区妇联.xlsx")), "C09", "question")
    assert "区妇联" in asked["message"]
    assert "区农牧局" in asked["message"]


# --- 表结构


def test_c10_a_merged_task_number_counts_for_its_rows(send):
    def merge(book):
        page = book[TASKS]
        page.merge_cells(start_row=FIRST_ROW, end_row=FIRST_ROW + 1, start_column=1, end_column=1)

    returns = read(send("区农牧局", spoil=merge))
    assert "A6:A7合并，任务号均取" in told(returns, "C10", "note")["message"]
    assert len(returns.statuses) == len(read(send("区农牧局")).statuses)


def test_c11_titles_above_the_header_do_no_harm(send):
    def insert(book):
        book[EVENTS].insert_rows(1, 2)

    assert len(read(send("区农牧局", event_row(), spoil=insert)).events) == 1


def test_c12_a_renamed_column_is_a_candidate_and_counts_nothing(send):
    def rename(book):
        page = book[NUMBERS]
        next(c for c in page[HEADER_ROW] if c.value == "2023年").value = "2023年完成情况"

    returns = read(send("区农牧局", years("Q08", **THREE), spoil=rename))
    assert "列名“2023年完成情况”是否对应“2023年”" in told(returns, "C12", "question")["message"]
    row = value(returns)
    assert (row["state"], row["candidate"]) == ("question", 520)
    assert value(returns, period="2022")["value"] == 310


def test_c13_columns_in_another_order_are_read_by_name(send):
    def swap(book):
        page = book[EVENTS]
        for row in range(HEADER_ROW, FIRST_ROW + 1):
            one, two = page.cell(row, 3), page.cell(row, 4)
            one.value, two.value = two.value, one.value

    returns = read(send("区农牧局", event_row(), spoil=swap))
    told(returns, "C13", "note")
    assert returns.events[["title", "place"]].to_numpy().tolist() == [["培训班", "某镇"]]


def test_c14_data_in_another_sheet_is_found(send):
    def rename(book):
        book[EVENTS].title = "Sheet2"

    returns = read(send("区农牧局", event_row(), spoil=rename))
    assert "Sheet2" in told(returns, "C14", "note")["message"]
    assert len(returns.events) == 1


def test_c15_a_hidden_row_is_asked_about(send):
    def hide(book):
        book[EVENTS].row_dimensions[FIRST_ROW].hidden = True

    returns = read(send("区农牧局", event_row(), spoil=hide))
    assert told(returns, "C15", "question")["cell"] == "第6行"
    assert returns.events["state"].tolist() == ["question"]


def test_c15_a_hidden_column_is_asked_about(send):
    def hide(book):
        book[NUMBERS].column_dimensions["I"].hidden = True

    returns = read(send("区农牧局", years("Q08", **THREE), spoil=hide))
    assert told(returns, "C15", "question")["cell"] == "I列"
    assert (value(returns)["cell"][0], value(returns)["state"]) == ("I", "question")


def total_row(number):
    def spoil(book):
        page = book[EVENTS]
        page.cell(FIRST_ROW + 1, 1).value, page.cell(FIRST_ROW + 1, 5).value = "合 计", number

    return spoil


def test_c16_a_total_is_not_an_event(send):
    returns = read(send("区农牧局", event_row(), spoil=total_row(60)))
    assert told(returns, "C16", "note")["message"] == "第7行为合计行，未计入"
    assert len(returns.events) == 1
    assert "C17" not in set(returns.findings["code"])


def test_c17_a_total_that_does_not_add_up_is_asked_about(send):
    asked = told(read(send("区农牧局", event_row(), spoil=total_row(99))), "C17", "question")
    assert asked["message"] == "E7合计99，各行之和60"
    assert asked["candidates"] == ("60",)


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A", "#VALUE!"])
def test_c18_an_error_value_is_refused(send, error):
    row = value(one_cell(send, error))
    assert (row["state"], row["raw"]) == ("rejected", error)


def test_c18_a_formula_that_was_never_computed_is_refused(send):
    returns = one_cell(send, "=SUM(G6:H6)")
    assert value(returns)["state"] == "rejected"
    assert "#未计算" in told(returns, "C18", "rejected")["message"]


def test_c19_a_formula_into_another_workbook_is_asked_about(send):
    folder = send("区农牧局", {**years("Q08", **THREE), **years("Q08", y2023="=[1]Sheet1!A1")})

    def cache(_, data):
        return data.replace(b"<f>[1]Sheet1!A1</f><v></v>", b"<f>[1]Sheet1!A1</f><v>520</v>").replace(
            b"<f>[1]Sheet1!A1</f><v />", b"<f>[1]Sheet1!A1</f><v>520</v>"
        )

    rewrite(folder / "区农牧局.xlsx", cache)
    returns = read(folder)
    assert "请粘贴为数值" in told(returns, "C19", "question")["remedy"]
    assert (value(returns)["state"], value(returns)["candidate"]) == ("question", 520)


# --- 数值

CELLS = [
    ("c20", "约300人次", "question", None, 300),
    ("c20", "300-350", "question", None, None),
    ("c21", "300余人", "question", None, 300),
    ("c21", "300多人", "question", None, 300),
    ("c22", "2.5万", "note", 25000, 25000),
    ("c23", "３００", "note", 300, 300),
    ("c24", "1,200", "note", 1200, 1200),
    ("c24", "1，200", "note", 1200, 1200),
    ("c25", "300人次", "note", 300, 300),
    ("c26", "300人", "question", None, 300),
    ("c27", "一百来人", "question", None, None),
    ("c28", "/", "question", None, None),
    ("c28", "无", "question", None, None),
    ("c29", "-", "question", None, None),
    ("c30", None, "rejected", None, None),
    ("c33", 312.5, "rejected", None, None),
    ("c37", "520 \u200b", "note", 520, 520),
    ("c38", "300+50", "question", None, 350),
    ("c39", dt.date(2023, 4, 1), "rejected", None, None),
]


@pytest.mark.parametrize(("code", "raw", "state", "counted", "candidate"), CELLS)
def test_c20_to_c39_one_cell(send, code, raw, state, counted, candidate):
    changes = {**years("Q08", **THREE), **years("Q08", y2021=2650, y2022=2600, y2023=raw)}
    returns = read(send("区农牧局", changes))
    row = value(returns)
    assert row["state"] == state
    assert row["value"] == counted if counted is not None else pd.isna(row["value"])
    assert row["candidate"] == candidate if candidate is not None else pd.isna(row["candidate"])
    mine = returns.findings["code"].eq(code.upper()) & returns.findings["affects"].map(
        lambda ids: "Q08" in ids
    )
    found = returns.findings[mine & returns.findings["cell"].eq(row["cell"])]
    assert found["severity"].tolist() == [state]
    assert row["cell"] in found["message"].iloc[0]
    if isinstance(raw, str) and "\u200b" not in raw:
        assert raw in found["message"].iloc[0]


def test_c22_a_rounded_figure_on_the_target_is_asked_about(send):
    changes = {(NUMBERS, "Q10", f"{y}年"): v for y, v in ((2021, 8000), (2022, 9000), (2023, "2.5万"))}
    asked = told(read(send("区科协", changes)), "C22", "question")
    assert asked["candidates"] == ("25000",)


def test_c31_an_optional_blank_is_missing_and_no_zero(send):
    row = value(read(send("区科协")), "Q08")
    assert (row["state"], row["required"]) == ("missing", False)
    assert pd.isna(row["value"])


def test_c32_zero_is_zero(send):
    row = value(one_cell(send, 0))
    assert (row["state"], row["value"]) == ("accepted", 0)


@pytest.fixture(scope="module")
def percent_plan(tmp_path_factory):
    """The plan with the informants of Q10 asked for in percent."""
    source = Path("data/plan/kundulun-2021-2025.yaml").read_text(encoding="utf-8")
    start = source.index("id: Q10")
    changed = source[:start] + source[start:].replace("unit: 人", "unit: '%'", 1)
    path = tmp_path_factory.mktemp("plan") / "percent.yaml"
    path.write_text(changed, encoding="utf-8")
    plan = load_plan(path)
    assert plan.indicator("Q10").unit == "%"
    return plan


@pytest.mark.parametrize(
    ("values", "number_format", "states", "counted"),
    [
        ((0.5, 0.7, 0.9), "0%", ["note"] * 3, [50, 70, 90]),
        (("50%", "70%", "90%"), None, ["note"] * 3, [50, 70, 90]),
        ((50, 70, 0.9), None, ["accepted", "accepted", "question"], [50, 70, None]),
    ],
)
def test_c34_percent_and_fraction(percent_plan, tmp_path, values, number_format, states, counted):
    from openpyxl import load_workbook

    from kepu_eval.returns import write_template

    path = tmp_path / "区科协.xlsx"
    write_template(percent_plan, percent_plan.unit("区科协"), ROUND, path)
    book = load_workbook(path)
    page = book[NUMBERS]
    row = [c.value for c in page["A"]].index("Q10") + 1
    titles = [c.value for c in page[HEADER_ROW]]
    for year, number in zip((2021, 2022, 2023), values, strict=True):
        cell = page.cell(row, titles.index(f"{year}年") + 1)
        cell.value = number
        cell.number_format = number_format or cell.number_format
    book.save(path)
    returns = read(tmp_path, percent_plan)
    rows = [value(returns, "Q10", str(year)) for year in (2021, 2022, 2023)]
    assert [r["state"] for r in rows] == states
    assert [None if pd.isna(r["value"]) else r["value"] for r in rows] == counted
    if "question" in states:
        assert told(returns, "C34", "question")["candidates"] == ("90", "0.9")


def school(**values):
    changes = {(SCHOOLS, "", "学校名称"): "甲校", (SCHOOLS, "甲校", "学校类型"): "小学"}
    return changes | {(SCHOOLS, "甲校", title): number for title, number in values.items()}


def test_c35_more_participants_than_pupils(send):
    term = "2021—2022学年"
    returns = read(send("区教育局", school(**{f"{term} 在校生数": 200, f"{term} 参与学生数": 204})))
    assert "102%" in told(returns, "C35", "rejected")["message"]


def test_c36_a_part_above_its_whole(send):
    returns = read(send("区教育局", {**years("Q06", y2023=30), **years("Q07", y2023=35)}))
    message = told(returns, "C36", "rejected")["message"]
    assert "(35)大于" in message
    assert message.endswith("(30)")
    assert value(returns, "Q07")["state"] == "rejected"
    assert value(returns, "Q06")["value"] == 30


def test_c40_a_jump_of_ten_times(send):
    returns = read(send("区农牧局", years("Q08", y2021=215, y2022=210, y2023=2100)))
    asked = told(returns, "C40", "question")
    assert asked["message"].endswith("=2100，上年210")
    assert (value(returns)["state"], value(returns)["candidate"]) == ("question", 2100)


def test_c41_the_same_figure_every_year(send):
    returns = read(send("区农牧局", years("Q08", y2021=300, y2022=300, y2023=300)))
    asked = told(returns, "C41", "question")
    assert "2021—2023年均为300" in asked["message"]
    assert "请附名册" in asked["remedy"]


# --- 期间


@pytest.mark.parametrize("raw", ["2023年上半年", "暑期", "5月20日", "2023年5月20日至22日"])
def test_c42_not_a_day(send, raw):
    returns = read(send("区农牧局", event_row(日期=raw)))
    assert raw in told(returns, "C42", "question")["message"]
    assert returns.events["state"].tolist() == ["question"]


def test_c42_a_day_that_does_not_exist_is_refused(send):
    assert (
        "2023.6.31" in told(read(send("区农牧局", event_row(日期="2023.6.31"))), "C42", "rejected")["message"]
    )


@pytest.mark.parametrize("raw", ["2022—2023学年", "2022-2023"])
def test_c43_a_school_year_is_not_split(send, raw):
    assert raw in told(read(send("区农牧局", event_row(日期=raw))), "C43", "question")["message"]


def test_c44_an_event_before_the_plan_is_kept_aside(send):
    returns = read(send("区农牧局", event_row(日期=dt.date(2020, 11, 2))))
    told(returns, "C44", "note")
    assert returns.events["state"].tolist() == ["note"]


def test_c45_an_event_after_the_as_of_date_is_refused(send):
    returns = read(send("区农牧局", event_row(日期=dt.date(2024, 3, 8))))
    assert "2023-12-31" in told(returns, "C45", "rejected")["message"]
    assert returns.events["state"].tolist() == ["rejected"]


def test_c46_a_stock_that_shrinks_has_to_be_explained(send):
    changes = {(NUMBERS, "Q10", f"{y}年"): v for y, v in ((2021, 8500), (2022, 9000), (2023, 8800))}
    returns = read(send("区科协", changes))
    assert "较上期减少200" in told(returns, "C46", "question")["message"]
    assert value(returns, "Q10")["state"] == "question"


# --- 单位任务


def test_c47_an_alias_is_recognised(send):
    assert (
        "识别为区农牧局"
        in told(read(send("区农牧局", spoil=cover("填报单位", "区农牧业局"))), "C47", "note")["message"]
    )


def test_c48_an_unknown_unit_is_asked_about_with_candidates(send):
    returns = read(send("区农牧局", spoil=cover("填报单位", "区农牧中心")))
    assert "区农牧局" in told(returns, "C48", "question")["candidates"]
    assert returns.observations.empty


def test_c49_another_units_task_is_asked_about(send):
    other = next(c.id for c in PLAN.task(4).commitments)

    def add(book):
        page = book[TASKS]
        row = page.max_row + 1
        page.cell(row, 1).value, page.cell(row, 3).value = 4, other

    asked = told(read(send("区妇联", spoil=add)), "C49", "question")
    assert other in asked["message"]
    assert PLAN.lead(4).name in asked["message"]


@pytest.mark.parametrize("number", [32, "7-2", "六"])
def test_c50_a_task_that_does_not_exist(send, number):
    assert (
        f"任务号“{number}”不存在"
        in told(read(send("区农牧局", event_row(任务号=number))), "C50", "rejected")["message"]
    )


def judged(returns):
    return evaluate(PLAN, returns, dt.date(2023, 12, 31), stage="midterm")


def test_c51_a_silent_lead_is_named(send):
    rows = judged(read(send("区科协"))).findings.query("code == 'C51'")
    assert any("任务6牵头区农牧局未报" in message for message in rows["message"])


def test_c52_a_lead_that_reports_again_counts_once(send):
    def again(book):
        page = book[NUMBERS]
        first = [c.value for c in page["A"]].index("Q08") + 1
        row = page.max_row + 1
        for column in range(1, page.max_column + 1):
            page.cell(row, column).value = page.cell(first, column).value

    returns = read(send("区农牧局", years("Q08", **THREE), spoil=again))
    assert "两次填报" in told(returns, "C52", "note")["message"]
    assert returns.observations.query("indicator == 'Q08' and period == '2023'")["value"].tolist() == [520]


def test_c53_the_share_of_members_that_reported_is_told(send):
    send("区农牧局")
    send("区教育局")
    findings = judged(read(send("区妇联"))).findings
    assert "任务28报送3/24" in set(findings.query("code == 'C53'")["message"])


# --- 重复


def shared_event(send, participants):
    common = {"活动名称": "2023年高素质农牧民培训班", "关联指标": "Q08", "地点": "某镇文化站"}
    send("区农牧局", event_row(**common))
    return read(send("区科协", event_row(**{**common, "参与人次": participants})))


def test_c54_differing_numbers_are_asked_about_and_the_larger_not_taken(send):
    returns = shared_event(send, 48)
    message = told(returns, "C54", "question")["message"]
    assert "60" in message
    assert "48" in message
    assert returns.events.set_index("unit")["main"].to_dict() == {"U02": False, "U09": True}


def test_c55_an_event_of_two_tasks_is_counted_once(send):
    returns = read(send("区农牧局", event_row(任务号="5、28")))
    assert told(returns, "C55", "note")["message"] == "活动EV001引用于任务5、28，次数和人次只计一次"
    assert returns.events["task"].tolist() == [5]


def test_c56_persons_are_told_from_attendances(send):
    def list_of_participants(book):
        page = book.create_sheet("参训人员")
        page.append(["指标号", "年份", "匿名编号"])
        for number in ("A1", "A2", "A3", "A1", "A2"):
            page.append(["Q08", 2023, number])

    returns = read(send("区农牧局", years("Q08", **THREE), spoil=list_of_participants))
    assert told(returns, "C56", "note")["message"] == "Q08名册5人次，去重3人，重复编号2个"


# --- 佐证


def first_commitment(unit):
    return next(c.id for t, _ in PLAN.duties(PLAN.unit(unit)) for c in t.commitments
                if PLAN.commitment_types[c.type].rule not in ("indicator", "narrative"))  # fmt: skip


def test_c57_evidence_without_a_number(send):
    commitment = first_commitment("区农牧局")
    returns = read(send("区农牧局", {(TASKS, commitment, "佐证编号"): "见附件"}))
    assert "佐证“见附件”没有编号" in told(returns, "C57", "question")["message"]
    assert returns.statuses.query("commitment == @commitment")["evidence"].tolist() == [()]


def test_c58_one_file_as_two_pieces_of_evidence(send):
    def listed(book):
        page = book[EVIDENCE]
        for row, (number, file) in enumerate((("P12", "a.jpg"), ("P19", "b.jpg")), FIRST_ROW):
            page.cell(row, 1).value, page.cell(row, 2).value, page.cell(row, 5).value = number, "照片", file

    folder = send("区农牧局", spoil=listed)
    place = folder / "佐证" / "区农牧局"
    place.mkdir(parents=True)
    (place / "a.jpg").write_bytes(b"\xff\xd8\xff the same picture")
    (place / "b.jpg").write_bytes(b"\xff\xd8\xff the same picture")
    assert "佐证P12与P19的附件内容相同" in told(read(folder), "C58", "question")["message"]


def test_c59_a_self_rating_above_what_the_figures_say_is_listed(send):
    task = PLAN.task(6)
    commitments = [c.id for c in task.commitments]
    ratings = {(TASKS, c, "自评"): "完成" for c in commitments}
    returns = read(send("区农牧局", {**years("Q08", y2021=100, y2022=120, y2023=130), **ratings}))
    result = judged(returns)
    row = result.tasks.set_index("number").loc[6]
    assert row["rating"] in ("滞后", "严重滞后")
    assert row["rating"] != row["self_rating"]
    assert "C59" in set(result.findings["code"])


@pytest.mark.parametrize(
    "private", ["11010519491231002X", "13800138000", "联系人 138 0013 8000", 13800138000]
)
def test_c60_personal_data_is_refused_and_kept_nowhere(send, private):
    returns = read(send("区农牧局", event_row(地点=private)))
    assert "疑含" in told(returns, "C60", "rejected")["message"]
    assert returns.events.empty
    digits = "".join(c for c in str(private) if c.isdigit())
    for frame in (returns.findings, returns.observations, returns.submissions, returns.statuses):
        assert not frame.astype(str).stack().str.replace(" ", "").str.contains(digits).any()


# --- 文本


@pytest.mark.parametrize("written", ["区农\n牧局", "区农牧局\t", "区 农牧局\n"])
def test_c61_line_breaks_in_a_units_name(send, written):
    returns = read(send("区农牧局", spoil=cover("填报单位", written)))
    assert "已清洗" in told(returns, "C61", "note")["message"]
    assert "未注明日期" in set(returns.submissions["status"])


def test_c62_traditional_characters_are_asked_about(send):
    returns = read(send("区农牧局", spoil=cover("填报单位", "團區委"), name="x.xlsx"))
    asked = told(returns, "C62", "question")
    assert asked["candidates"] == ("团区委",)
    assert "团区委" in asked["message"]


# --- the list itself


def test_every_case_from_c01_to_c62_is_here():
    import re

    source = Path(__file__).read_text(encoding="utf-8")
    named = {int(n) for n in re.findall(r"(?:def test_c|\(\"c)(\d\d)", source)}
    assert named >= set(range(1, 63))


def test_a_workbook_with_none_of_our_sheets_says_so(tmp_path):
    book = Workbook()
    book.active["A1"].value = "随便"
    book.save(tmp_path / "区妇联.xlsx")
    rows = read(tmp_path).findings.query("code == 'C12'")
    assert set(rows["sheet"]) == {s.name for s in layout.sheets(PLAN, PLAN.unit("区妇联"), ROUND)}
