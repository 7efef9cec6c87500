"""Workbooks as units send them: template → fill → read, with one defect at a time."""

import datetime as dt
import shutil
import zipfile

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from kepu_eval.errors import KepuError
from kepu_eval.evaluation import evaluate
from kepu_eval.returns import layout, read_round, write_template
from tests.returns.conftest import EVENT, PLAN, ROUND, cover, event_row, years


def read(folder):
    return read_round(folder, PLAN, ROUND)


def codes(returns, severity=None):
    rows = returns.findings
    return set(rows.loc[rows["severity"].eq(severity), "code"] if severity else rows["code"])


def number(returns, indicator, period, unit="区农牧局"):
    rows = returns.observations
    hit = rows[
        rows["indicator"].eq(indicator) & rows["period"].eq(period) & rows["unit"].eq(PLAN.unit(unit).id)
    ]
    return hit.iloc[0]


YEARS = {
    (layout.NUMBERS, "Q08", f"{year}年"): value for year, value in ((2021, 380), (2022, 310), (2023, 520))
}


def test_every_unit_has_a_template_of_its_own_duties(tmp_path):
    unit = PLAN.unit("区教育局")
    write_template(PLAN, unit, ROUND, tmp_path / "t.xlsx")
    book = load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == [
        *(layout.COVER, layout.SELF_CHECK, layout.NUMBERS, layout.TASKS, layout.EVENTS, layout.EVIDENCE),
        layout.SCHOOLS,
        layout.HIDDEN,
    ]
    assert book[layout.HIDDEN].sheet_state == "veryHidden"
    page = book[layout.TASKS]
    tasks = {
        row[0].value for row in page.iter_rows(min_row=layout.FIRST_ROW) if isinstance(row[0].value, int)
    }
    assert tasks == {task.number for task, _ in PLAN.duties(unit)}
    assert page.data_validations.dataValidation
    assert page.protection.sheet


def test_an_untouched_template_counts_nothing(send):
    returns = read(send("区农牧局"))
    assert returns.observations["value"].isna().all()
    assert returns.events.empty
    assert "C30" in codes(returns, "rejected")


def test_each_value_knows_its_cell(send):
    folder = send("区农牧局", YEARS)
    row = number(read(folder), "Q08", "2022")
    page = load_workbook(folder / row["file"])[row["sheet"]]
    assert page[row["cell"]].value == row["value"] == 310
    assert row["state"] == "accepted"


@pytest.mark.parametrize(
    ("raw", "state", "code"),
    [("约300人次", "question", "C20"), ("３００", "note", "C23"), ("300人", "question", "C26"), ("#REF!", "rejected", "C18"),
     (312.5, "rejected", "C33"), (dt.date(2023, 4, 1), "rejected", "C39"), (None, "rejected", "C30"), ("300+50", "question", "C38")],
)  # fmt: skip
def test_a_defect_is_told_with_file_sheet_cell_value_and_remedy(send, raw, state, code):
    returns = read(send("区农牧局", {**YEARS, (layout.NUMBERS, "Q08", "2023年"): raw}))
    assert number(returns, "Q08", "2023")["state"] == state
    told = returns.findings[
        returns.findings["code"].eq(code) & returns.findings["affects"].map(lambda a: "Q08" in a)
    ].iloc[0]
    assert (told["file"], told["sheet"]) == ("区农牧局.xlsx", layout.NUMBERS)
    assert told["cell"] in told["message"]
    assert told["remedy"] or state == "note"
    if isinstance(raw, str):
        assert told["value"] == raw
        assert raw in told["message"]


def test_running_totals_in_yearly_columns_are_asked_about_and_not_converted(send):
    changes = {(layout.NUMBERS, "Q08", f"{y}年"): v for y, v in ((2021, 380), (2022, 690), (2023, 1210))}
    returns = read(send("区农牧局", changes))
    assert "X05" in codes(returns, "question")
    rows = returns.observations[returns.observations["indicator"].eq("Q08")]
    assert rows.loc[rows["period"].isin(["2021", "2022", "2023"]), "value"].isna().all()


def test_a_jump_of_ten_times_is_asked_about(send):
    changes = {**YEARS, (layout.NUMBERS, "Q08", "2021年"): 210, (layout.NUMBERS, "Q08", "2022年"): 2100}
    assert "C40" in codes(read(send("区农牧局", changes)), "question")


def test_a_part_above_its_total_is_sent_back(send):
    changes = {(layout.NUMBERS, "Q06", "2023年"): 30, (layout.NUMBERS, "Q07", "2023年"): 35}
    returns = read(send("区教育局", changes))
    assert number(returns, "Q07", "2023", "区教育局")["state"] == "rejected"
    assert "C36" in codes(returns)


def test_more_participants_than_pupils_are_sent_back(send):
    year = "2021—2022学年"
    changes = {
        (layout.SCHOOLS, "", "学校名称"): "甲校",
        (layout.SCHOOLS, "甲校", f"{year} 在校生数"): 200,
        (layout.SCHOOLS, "甲校", f"{year} 参与学生数"): 540,
    }
    returns = read(send("区教育局", changes))
    told = returns.findings.query("code == 'C35'").iloc[0]
    assert "270%" in told["message"]
    assert returns.schools["entity"].tolist() == ["甲校"]


def test_events_outside_the_window_or_after_the_as_of_date_are_not_counted(send):
    for date, code, state in (
        (dt.date(2020, 11, 2), "C44", "note"),
        (dt.date(2024, 3, 8), "C45", "rejected"),
    ):
        returns = read(send("区农牧局", event_row(**{**EVENT, "日期": date})))
        assert code in codes(returns)
        assert returns.events["state"].tolist() == [state]


def test_an_unknown_task_number_is_refused(send):
    assert "C50" in codes(read(send("区农牧局", event_row(**{**EVENT, "任务号": 32}))), "rejected")


def test_personal_data_is_refused_and_appears_nowhere(send):
    returns = read(send("区农牧局", event_row(**{**EVENT, "地点": "联系13800138000"})))
    assert "C60" in codes(returns, "rejected")
    assert returns.events.empty
    everything = pd.concat(
        [frame.astype(str).stack() for frame in (returns.findings, returns.observations, returns.events)]
    )
    assert not everything.str.contains("13800138000").any()


def test_a_total_row_is_left_out_and_checked(send):
    def spoil(book):
        page = book[layout.EVENTS]
        page.cell(layout.FIRST_ROW + 1, 1).value = "合计"
        page.cell(layout.FIRST_ROW + 1, 5).value = 99

    returns = read(send("区农牧局", event_row(**EVENT), spoil=spoil))
    assert len(returns.events) == 1
    assert {"C16", "C17"} <= codes(returns)


def test_hidden_rows_are_asked_about(send):
    def spoil(book):
        book[layout.EVENTS].row_dimensions[layout.FIRST_ROW].hidden = True

    returns = read(send("区农牧局", event_row(**EVENT), spoil=spoil))
    assert returns.events["state"].tolist() == ["question"]
    assert "C15" in codes(returns, "question")


def test_a_renamed_column_is_asked_about_and_a_moved_one_is_found(send):
    def rename(book):
        book[layout.EVENTS]["E4"].value = "2023年参与人次情况"

    assert "C12" in codes(read(send("区农牧局", event_row(**EVENT), spoil=rename)), "question")

    def swap(book):
        page = book[layout.EVENTS]
        for row in range(layout.HEADER_ROW, layout.FIRST_ROW + 1):
            page.cell(row, 3).value, page.cell(row, 4).value = (
                page.cell(row, 4).value,
                page.cell(row, 3).value,
            )

    returns = read(send("区农牧局", event_row(**EVENT), spoil=swap))
    assert returns.events["title"].tolist() == ["培训班"]
    assert "C13" in codes(returns, "note")


def test_titles_above_the_header_and_another_sheet_name_do_no_harm(send):
    def spoil(book):
        page = book[layout.EVENTS]
        page.insert_rows(1, 2)
        page.title = "Sheet2"

    returns = read(send("区农牧局", event_row(**EVENT), spoil=spoil))
    assert len(returns.events) == 1
    assert "C14" in codes(returns, "note")


def test_an_alias_is_recognised_and_said(send):
    returns = read(send("区农牧局", spoil=cover(layout.UNIT_FIELD, "区农牧业局")))
    assert "C47" in codes(returns, "note")
    assert returns.submissions.query("unit_name == '区农牧局'")["status"].tolist() == ["未注明日期"]


def test_an_unknown_unit_is_asked_about_with_candidates(send):
    returns = read(send("区农牧局", spoil=cover(layout.UNIT_FIELD, "区农牧中心")))
    told = returns.findings.query("code == 'C48'").iloc[0]
    assert "区农牧局" in told["message"]


def test_file_name_and_content_that_disagree_are_asked_about(send):
    assert "C09" in codes(read(send("区农牧局", name="区妇联.xlsx")), "question")


def test_a_late_return_is_late(send):
    returns = read(send("区农牧局", spoil=cover(layout.DATE_FIELD, dt.date(2024, 2, 1))))
    assert returns.submissions.query("unit_name == '区农牧局'")["status"].tolist() == ["迟报"]


def test_an_event_that_names_no_indicator_of_the_plan_is_sent_back(send):
    returns = read(send("区农牧局", event_row(关联指标="Q88")))
    told = returns.findings.query("code == 'X03'").iloc[0]
    assert (told["severity"], told["cell"], told["value"]) == ("rejected", "G6", "Q88")
    assert read(send("区农牧局", event_row(关联指标="q08"))).events["indicator"].tolist() == ["Q08"]


def test_evidence_that_is_not_in_the_catalogue_is_named(send):
    returns = read(
        send(
            "区农牧局",
            {
                (layout.TASKS, "T05.01", "佐证编号"): "P01、P02",
                (layout.EVIDENCE, "", "佐证编号"): "P02",
                (layout.EVIDENCE, "", "名称"): "通知",
            },
        )
    )
    assert returns.findings.query("code == 'X09'")["message"].tolist() == [
        "佐证P01（任务自查P6）不在佐证目录中，不作为佐证"
    ]


def test_evidence_of_an_activity_is_in_the_catalogue(send):
    returns = read(
        send("区农牧局", {(layout.EVENTS, "", "佐证编号"): "P07", (layout.EVENTS, "", "活动名称"): "讲座"})
    )
    assert returns.findings.query("code == 'X09'")["message"].tolist() == [
        "佐证P07（活动台账J6）不在佐证目录中，不作为佐证"
    ]


@pytest.mark.parametrize(
    ("named", "listed"),
    [("p01", "P01"), ("P1", "P01"), ("佐证P01", "p-01"), ("P01-P03", "P02"), ("P01至P03、P07", "P07")],
)
def test_evidence_is_known_however_its_number_is_written(send, named, listed):
    cells = {(layout.TASKS, "T05.01", "佐证编号"): named, (layout.EVIDENCE, "", "佐证编号"): listed,
             (layout.EVIDENCE, "", "名称"): "通知"}  # fmt: skip
    returns = read(send("区农牧局", cells))
    (evidence,) = returns.statuses.query("commitment == 'T05.01'")["evidence"]
    assert listed in evidence


@pytest.mark.parametrize("written", [None, "2024年1月"])
def test_a_return_without_a_day_is_neither_in_time_nor_late(send, written):
    returns = read(send("区农牧局", spoil=cover(layout.DATE_FIELD, written)))
    assert returns.standing["U09"] == "未注明日期"
    assert "不能判断是否按时" in returns.findings.query("code == 'C31'")["message"].iloc[0]


def test_a_second_file_that_cannot_be_read_takes_nothing_from_the_first(send):
    folder = send("区妇联", {(layout.NUMBERS, "Q08", "2023年"): 60})
    (folder / "区妇联（补报）.xlsx").write_bytes(b"PK\x03\x04damaged")
    found = evaluate(PLAN, read(folder), PLAN.round(ROUND).as_of)
    assert found.units.set_index("name").loc["区妇联", "submitted"]
    missing = found.indicators.set_index("indicator").loc["Q08", "missing"]
    assert "区科协未报送" in missing
    assert "区妇联未报送" not in missing


def test_statements_on_which_two_files_of_a_unit_differ_wait_for_an_answer(send):
    done = [(layout.TASKS, "T05.01", "2023年"), (layout.TASKS, "T05.02", "2023年")]
    send("区农牧局", dict.fromkeys(done, "有"))
    folder = send("区农牧局", {done[0]: "无", done[1]: "有"}, name="区农牧局（最终版2）.xlsx")
    returns = read(folder)
    assert f"差异格：{layout.TASKS}I6" in returns.findings.query("code == 'C08'")["message"].iloc[0]
    said = {row.commitment: row.done_by_year for row in returns.statuses.itertuples()}
    assert "T05.01" not in said
    assert said["T05.02"]["2023"] == "有"


def test_two_different_files_of_one_unit_count_only_what_they_agree_on(send):
    send("区农牧局", YEARS)
    folder = send(
        "区农牧局", {**YEARS, (layout.NUMBERS, "Q08", "2023年"): 600}, name="区农牧局（最终版2）.xlsx"
    )
    returns = read(folder)
    told = returns.findings.query("code == 'C08'").iloc[0]
    assert "指标数据" in told["message"]
    assert number(returns, "Q08", "2022")["value"] == 310
    assert number(returns, "Q08", "2023")["state"] == "question"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("区妇联.xlsx", "只是文本，改了扩展名".encode(), "C00"),
        ("区妇联.xlsx", b"PK\x03\x04damaged", "C00"),
        ("区妇联.xls", b"<html><table><tr><td>1</td></tr></table></html>", "C03"),
        ("~$区妇联.xlsx", b"x", "C07"),
        ("区妇联.et", b"x", "C07"),
        ("区妇联.xlsx", b"", "C00"),
    ],
)
def test_one_bad_file_is_named_and_the_rest_goes_on(send, name, content, code):
    folder = send("区农牧局", YEARS)
    (folder / name).write_bytes(content)
    returns = read(folder)
    told = returns.findings[returns.findings["code"].eq(code)].iloc[0]
    assert told["file"] == name
    assert number(returns, "Q08", "2021")["value"] == 380
    assert "区妇联" in set(
        returns.submissions.loc[returns.submissions["status"].isin(["未报送", "无法读取"]), "unit_name"]
    )


def test_an_archive_that_unpacks_to_far_more_is_refused(send):
    folder = send("区农牧局")
    with zipfile.ZipFile(folder / "区妇联.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (70 * 2**20))
    assert "C99" in codes(read(folder), "rejected")


def test_a_return_of_another_round_is_refused(tmp_path):
    write_template(PLAN, PLAN.unit("区妇联"), "2025-final", tmp_path / "区妇联.xlsx")
    assert "X04" in codes(read(tmp_path), "rejected")


def test_a_folder_without_returns_reports_every_unit_as_absent(tmp_path):
    returns = read(tmp_path)
    assert returns.submissions["status"].tolist() == ["未报送"] * 24


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(KepuError, match="没有这里"):
        read(tmp_path / "没有这里")


def test_the_wrong_used_range_that_wps_writes_hides_nothing(send):
    folder = send("区农牧局", YEARS)
    path, other = folder / "区农牧局.xlsx", folder / "copy.zip"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        for item in source.namelist():
            data = source.read(item)
            if item.startswith("xl/worksheets/"):
                start = data.index(b"<dimension")
                data = data[:start] + b'<dimension ref="A1:A1"/>' + data[data.index(b"/>", start) + 2 :]
            target.writestr(item, data)
    shutil.move(other, path)
    assert number(read(folder), "Q08", "2023")["value"] == 520


def test_formulas_that_point_to_another_workbook_are_asked_about(send):
    returns = read(send("区农牧局", {**YEARS, (layout.NUMBERS, "Q08", "2023年"): "=[1]Sheet1!A1"}))
    assert number(returns, "Q08", "2023")["state"] in ("question", "rejected")
    assert pd.isna(number(returns, "Q08", "2023")["value"])


def test_a_workbook_with_none_of_our_sheets_says_so(tmp_path):
    book = Workbook()
    book.active["A1"].value = "随便"
    book.save(tmp_path / "区妇联.xlsx")
    assert "C12" in codes(read(tmp_path), "rejected")


@pytest.mark.parametrize(
    ("people", "asked"),
    [
        (99_999_999, True),
        (1_200_000, True),
        (888_888, True),
        (999_999, True),
        (80_000, False),
        (100_000, False),
    ],
)
def test_a_head_count_that_nobody_counted_is_asked_about(send, people, asked):
    returns = read(send("区农牧局", event_row(参与人次=people)))
    rows = returns.findings.query("code == 'X15'")
    assert rows["severity"].tolist() == ["question"] * asked
    assert returns.events["participants"].isna().tolist() == [asked]


def test_a_figure_that_fills_a_cell_is_asked_about(send):
    returns = read(send("区农牧局", years("Q08", y2021=380, y2022=310, y2023=999_999)))
    row = number(returns, "Q08", "2023")
    assert (row["state"], row["candidate"]) == ("question", 999_999)
