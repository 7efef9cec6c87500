"""The reports end to end: papermill, files, and figures recomputed by hand from the raw cells with openpyxl."""

import json
import re
import shutil
import unicodedata
import zipfile
from pathlib import Path

import docx
import nbformat
import openpyxl
import papermill
import pytest
from click.testing import CliRunner

from kepu_eval.cli import main
from kepu_eval.plan import load_plan
from kepu_eval.report import ParameterError, given, open_case, open_final, sections
from kepu_eval.report.blocks import merged_facts
from kepu_eval.report.document import read_document
from kepu_eval.report.literals import literal_numbers
from kepu_eval.runner import ReportError, run_report
from tests.runner.notebooks import assert_runs_the_same_again

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "example"
MIDTERM, FINAL = EXAMPLE / "2023-midterm", EXAMPLE / "2025-final"
SCHOOLS_COUNTED = ("小学", "初中", "高中", "中职")


@pytest.fixture(scope="module")
def midterm(tmp_path_factory):
    return run_report("midterm", tmp_path_factory.mktemp("midterm"), {})


@pytest.fixture(scope="module")
def final(tmp_path_factory):
    return run_report("final", tmp_path_factory.mktemp("final"), {})


def raw_rows(file, sheet):
    """Rows below the template's header as {title: value}, straight from the workbook."""
    page = openpyxl.load_workbook(file, data_only=True)[sheet]
    head = [cell.value for cell in page[4]]
    return [
        dict(zip(head, (c.value for c in row), strict=True))
        for row in page.iter_rows(min_row=6)
        if row[0].value is not None
    ]


def plain(value):
    """A number as a person reads it off the cell: full-width digits, thousands marks and units taken away."""
    if value is None or isinstance(value, int | float):
        return value
    text = unicodedata.normalize("NFKC", str(value)).replace(",", "")
    return float(re.sub(r"(人次|人)$", "", text))


def yearly(folder, unit, indicator, years):
    row = next(r for r in raw_rows(folder / f"{unit}.xlsx", "指标数据") if r["指标号"] == indicator)
    return [row[f"{year}年"] for year in years]


def indicator_table(files):
    page = openpyxl.load_workbook(files["xlsx"])["量化指标一览"]
    head = [cell.value for cell in page[3]]
    return {
        row[0]: dict(zip(head, row, strict=True))
        for row in page.iter_rows(min_row=4, values_only=True)
        if row[1]
    }


def reported_twice(folder, lead, indicator, year):
    """Participants of trainings that the lead lists as held with a partner, who lists them too (C60 rows are unread)."""
    rows = raw_rows(folder / f"{lead}.xlsx", "活动台账")
    return sum(
        row["参与人次"]
        for row in rows
        if row["关联指标"] == indicator
        and row["协办单位"]
        and row["日期"].year == year
        and "1380013" not in str(row["地点"])
    )


def teacher_training(folder, years):
    """What the lead and the one contributor report for each year, joint trainings once."""
    both = [yearly(folder, unit, "Q06", years) for unit in ("区教育局", "区科协")]
    return [
        plain(lead) + (plain(other) or 0) - reported_twice(folder, "区教育局", "Q06", year)
        for year, lead, other in zip(years, *both, strict=True)
    ]


def names_of(folder):
    """Proper names with digits in them: schools and indicators."""
    schools = {row["学校名称"] for row in raw_rows(folder / "区教育局.xlsx", "学校明细")}
    return schools | {indicator.name for indicator in load_plan().indicators}


class TestMidterm:
    def test_every_number_in_the_prose_is_a_fact(self, midterm):
        assert literal_numbers(read_document(nbformat.read(midterm["ipynb"], 4)), names_of(MIDTERM)) == []

    def test_all_files_are_there_and_nothing_half_written(self, midterm):
        folder = midterm["manifest"].parent
        stem = "midterm_self_assessment"
        assert sorted(p.name for p in folder.iterdir()) == sorted(
            ["manifest.json", *(f"{stem}.{kind}" for kind in ("ipynb", "html", "docx", "pdf", "xlsx"))]
        )

    def test_yearly_training_is_what_the_raw_cells_say(self, midterm):
        years = teacher_training(MIDTERM, (2021, 2022, 2023))
        met = sum(value >= 300 for value in years)
        row = indicator_table(midterm)["Q06"]
        assert row["现值"] == min(years)
        assert row["判定"] == f"未逐年达标（{met}/3年）"
        assert row["评级"] == "滞后"  # 2/3 lies between 0.6 and 0.9

    def test_farmers_training_is_the_sum_over_units_less_what_two_report(self, midterm):
        years = (2021, 2022, 2023)
        lead = sum(plain(v) for v in yearly(MIDTERM, "区农牧局", "Q08", years))
        others = (
            sum(  # the one vague cell (“约…人次”) was answered in the decisions workbook with its own number
                float(re.sub(r"\D", "", str(v))) if isinstance(v, str) else v or 0
                for unit in ("区妇联", "区科协")
                for v in yearly(MIDTERM, unit, "Q08", years)
            )
        )
        twice = sum(reported_twice(MIDTERM, "区农牧局", "Q08", year) for year in years)
        assert indicator_table(midterm)["Q08"]["现值"] == lead + others - twice

    def test_school_lectures_are_counted_school_by_school(self, midterm):
        schools = [
            r for r in raw_rows(MIDTERM / "区教育局.xlsx", "学校明细") if r["学校类型"] in SCHOOLS_COUNTED
        ]
        terms = [f"{y}{t} 讲座次数" for y in (2021, 2022, 2023) for t in "春秋"][
            :-1
        ]  # autumn 2023 is not over
        values = [plain(school[term]) for school in schools for term in terms]
        met = sum(value is not None and value >= 4 for value in values)
        row = indicator_table(midterm)["Q02"]
        assert row["现值"] == pytest.approx(met / len(values) * 100)
        assert f"{len(values)}个校学期中{met}个达标" in row["判定"]

    def test_teachers_are_counted_as_covered_schools(self, midterm):
        schools = [
            r for r in raw_rows(MIDTERM / "区教育局.xlsx", "学校明细") if r["学校类型"] in SCHOOLS_COUNTED
        ]
        covered = sum(school["科技教师数"] >= 1 for school in schools)
        assert indicator_table(midterm)["Q05"]["现值"] == pytest.approx(covered / len(schools) * 100)

    def test_participation_is_pooled_and_the_weakest_year_decides(self, midterm):
        schools = [
            r for r in raw_rows(MIDTERM / "区教育局.xlsx", "学校明细") if r["学校类型"] in SCHOOLS_COUNTED
        ]
        rates = []
        for year in ("2021—2022学年", "2022—2023学年"):
            pairs = [(plain(s[f"{year} 参与学生数"]), plain(s[f"{year} 在校生数"])) for s in schools]
            used = [(part, whole) for part, whole in pairs if part is not None and part <= whole]
            rates.append(sum(p for p, _ in used) / sum(w for _, w in used) * 100)
        assert indicator_table(midterm)["Q03"]["现值"] == pytest.approx(min(rates))

    def test_the_stock_is_the_last_year_end_and_no_sum(self, midterm):
        row = indicator_table(midterm)["Q10"]
        assert row["现值"] == plain(yearly(MIDTERM, "区科协", "Q10", (2023,))[0])
        assert row["完成率或达标率"] == pytest.approx(row["现值"] / 25000 * 100)

    def test_the_word_file_says_the_same_as_the_workbook(self, midterm):
        text = "\n".join(p.text for p in docx.Document(midterm["docx"]).paragraphs)
        value = indicator_table(midterm)["Q10"]["现值"]
        assert f"目标为25000人，年末数{value:.0f}人" in text
        assert "印发" in text
        assert "2023年11月28日" in text
        assert "报送率95.8%" in text  # 23 of 24 units
        assert "未报送1个（区商务局）" in text

    def test_the_master_table_has_31_rows(self, midterm):
        page = openpyxl.load_workbook(midterm["xlsx"])["31项任务总表"]
        numbers = [row[0] for row in page.iter_rows(min_row=4, values_only=True) if isinstance(row[0], int)]
        assert numbers == list(range(1, 32))

    def test_every_traced_cell_holds_the_value_that_is_shown(self, midterm):
        annex = openpyxl.load_workbook(midterm["xlsx"])
        books, known = {}, set()
        for file, sheet, cell, raw, _ in annex["来源单元格"].iter_rows(min_row=4, values_only=True):
            known.add((file, sheet, cell))
            if cell and file.endswith(".xlsx"):
                if file not in books:
                    books[file] = openpyxl.load_workbook(MIDTERM / file, data_only=True)
                assert str(books[file][sheet][cell].value) == raw
        head = [cell.value for cell in annex["追溯表"][3]]
        traced = 0
        for values in annex["追溯表"].iter_rows(min_row=4, values_only=True):
            row = dict(zip(head, values, strict=True))
            for span in (row["单元格"] or "").split("、") if row["来源文件"] in books else ():
                left, top, right, bottom = openpyxl.utils.range_boundaries(span)
                for column in range(left, right + 1):
                    for line in range(top, bottom + 1):
                        address = f"{openpyxl.utils.get_column_letter(column)}{line}"
                        assert (row["来源文件"], row["工作表"], address) in known
                        traced += 1
        assert traced > 1000

    def test_simulated_data_say_so_on_their_face(self, midterm):
        assert "示例数据" in midterm["html"].read_text(encoding="utf-8")
        assert json.loads(midterm["manifest"].read_text(encoding="utf-8"))["notice"] == "示例数据"

    def test_the_manifest_names_inputs_with_their_hashes(self, midterm):
        listing = json.loads(midterm["manifest"].read_text(encoding="utf-8"))
        inputs = {row["path"]: row["sha256"] for row in listing["inputs"]}
        assert len(inputs["区教育局.xlsx"]) == 64
        assert "kundulun-2021-2025.yaml" in inputs
        assert len(inputs["survey-2023/responses.csv"]) == 64
        assert listing["parameters"]["as_of"] == "2023-12-31"

    def test_trace_and_verify_at_the_terminal(self, midterm):
        run = CliRunner()
        traced = run.invoke(main, ["trace", str(midterm["manifest"].parent), "Q10.value"])
        assert traced.exit_code == 0
        assert "区科协.xlsx" in traced.output
        unknown = run.invoke(main, ["trace", str(midterm["manifest"].parent), "Q10.nothing"])
        assert unknown.exit_code == 2
        verified = run.invoke(main, ["verify", str(midterm["manifest"].parent)])
        assert verified.exit_code == 0, verified.output

    def test_verify_lists_a_figure_that_was_changed(self, midterm, tmp_path):
        listing = json.loads(midterm["manifest"].read_text(encoding="utf-8"))
        fact = next(f for f in listing["facts"] if f["id"] == "Q10.value")
        fact["value"], fact["text"] = 15000, "15000人"
        (tmp_path / "manifest.json").write_text(json.dumps(listing), encoding="utf-8")
        result = CliRunner().invoke(main, ["verify", str(tmp_path)])
        assert result.exit_code == 1
        assert "“Q10.value”由15000人变为" in result.output

    def test_verify_sees_an_edited_report_and_a_lineage_that_leads_elsewhere(self, midterm, tmp_path):
        document = midterm["docx"].read_bytes()
        (tmp_path / midterm["docx"].name).write_bytes(document[:-1] + bytes([document[-1] ^ 1]))
        listing = json.loads(midterm["manifest"].read_text(encoding="utf-8"))
        fact = next(f for f in listing["facts"] if f["id"] == "Q10.value")
        fact["sources"][0]["cell"] = "Z99"
        (tmp_path / "manifest.json").write_text(json.dumps(listing), encoding="utf-8")
        result = CliRunner().invoke(main, ["verify", str(tmp_path)])
        assert result.exit_code == 1
        assert "“Q10.value”的名称、算法或来源单元格与重新计算的不同" in result.output
        assert f"报告文件“{midterm['docx'].name}”与清单不符" in result.output


class TestFinal:
    def test_every_number_in_the_prose_is_a_fact(self, final):
        assert literal_numbers(read_document(nbformat.read(final["ipynb"], 4)), names_of(FINAL)) == []

    def test_final_rules_and_decisions(self, final):
        rows = indicator_table(final)
        years = teacher_training(FINAL, range(2021, 2026))
        met = sum(v >= 300 for v in years)
        assert rows["Q06"]["评级"] == ("基本完成" if met == 4 and sum(years) >= 1500 else "未完成")
        assert rows["Q10"]["现值"] > 0  # “2.5万” was settled by the decisions workbook
        assert {row["评级"] for row in rows.values()} <= {
            "完成",
            "基本完成",
            "未完成",
            "未启动",
            "数据不足",
        }

    def test_mid_term_stands_beside_final(self, final, midterm):
        page = openpyxl.load_workbook(final["xlsx"])["量化指标中期与期末对照"]
        rows = {row[0]: row for row in page.iter_rows(min_row=4, values_only=True)}
        before = indicator_table(midterm)["Q10"]["现值"]
        assert rows["“科普中国”APP科普信息员注册人数"][1] == before

    def test_small_groups_are_not_shown(self, final):
        page = openpyxl.load_workbook(final["xlsx"])["分人群公民具备科学素质的比例"]
        sizes = [row[5] for row in page.iter_rows(min_row=4, values_only=True) if row[5] is not None]
        assert all(size == "不单列" or size >= 30 for size in sizes)

    def test_no_respondent_shows_in_any_file(self, final):
        lines = (EXAMPLE / "survey-2025" / "responses.csv").read_text(encoding="utf-8").splitlines()[1:]
        ids = {line.split(",")[0] for line in lines}
        assert len(ids) > 100
        for kind in ("ipynb", "html", "docx", "xlsx"):
            content = final[kind].read_bytes()
            if zipfile.is_zipfile(final[kind]):
                with zipfile.ZipFile(final[kind]) as parts:
                    content = b"".join(parts.read(name) for name in parts.namelist() if name.endswith(".xml"))
            assert not ids & set(re.findall(r"\b[A-Z]\d{5}\b", content.decode("utf-8"))), kind


SECTIONS = ("overview", "judgement", "literacy_level", "indicator_overview", "indicator_details", "programmes",
            "mechanisms", "problems", "rectification", "outlook", "annexes")  # fmt: skip


def blocks_of(case):
    return [block for name in SECTIONS for block in getattr(sections, name)(case)]


def parameters(folder, **more):
    return {"round_id": "2023-midterm", "returns": str(folder), "as_of": "2023-12-31"} | more


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(MIDTERM, tmp_path / "returns")
    return tmp_path / "returns"


def test_without_a_lead_units_workbook_the_report_is_still_made_and_bounds_widen(folder):
    before = open_case("midterm", parameters(folder)).evaluation.indicators.set_index("indicator")
    (folder / "区总工会.xlsx").unlink()
    case = open_case("midterm", parameters(folder))
    after = case.evaluation.indicators.set_index("indicator")
    assert before.loc["Q09", "rating"] == "滞后"
    assert (after.loc["Q09", "rating"], after.loc["Q09", "rating_low"], after.loc["Q09", "rating_high"]) == (
        "数据不足",
        "未启动",
        "完成",
    )
    assert after["value"].isna()["Q09"]
    facts = merged_facts(blocks_of(case))
    assert facts["Q09.value"].text == "数据不足"
    assert case.evaluation.units.set_index("name").loc["区总工会", "status"] == "未报送"


def test_damaged_files_are_named_on_page_one_and_skipped(folder):
    (folder / "区科技局.xlsx").write_text("不是表格", encoding="utf-8")
    (folder / "区妇联.xlsx").write_bytes((folder / "区妇联.xlsx").read_bytes()[:3000])
    case = open_case("midterm", parameters(folder))
    text = "".join(span.text for block in sections.overview(case) for span in getattr(block, "spans", ()))
    assert (
        "另有2个文件无法读取，已跳过：区科技局.xlsx、区妇联.xlsx" in text
        or "区妇联.xlsx、区科技局.xlsx" in text
    )
    assert case.evaluation.units.set_index("name").loc["区科技局", "status"] == "无法读取"


def test_with_half_of_the_units_missing_it_says_what_cannot_be_said(folder):
    for file in sorted(folder.glob("*.xlsx"))[::2]:
        file.unlink()
    case = open_case("midterm", parameters(folder))
    facts = merged_facts(blocks_of(case))
    assert facts["报送.已报"].value == 11
    assert "数据不足" in set(case.evaluation.tasks["rating"])


def test_every_switch_can_be_turned_from_the_notebook(folder):
    case = open_case("midterm", parameters(folder, switches={"stock_method": "gain"}))
    assert case.evaluation.indicators.set_index("indicator").loc["Q10", "rating"] == "滞后"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"as_off": "2023-12-31"}, "不认识的参数：as_off"),
        ({"as_of": "2023年底"}, "as_of：“2023年底”不是日期"),
        ({"round_id": "2024-x"}, "没有填报轮次“2024-x”"),
        ({"round_id": "2025-final"}, "不适用于本报告"),
        ({"returns": "没有这里"}, "returns：找不到"),
    ],
)
def test_parameters_that_cannot_be_used_are_refused_in_chinese(changes, told):
    with pytest.raises(ParameterError, match=told):
        open_case("midterm", parameters(MIDTERM) | changes)


def test_the_final_without_mid_term_data_says_so():
    midterm, case = open_final({"round_id": "2025-final", "returns": str(FINAL), "as_of": "2025-12-31"})
    assert midterm is None
    text = "".join(span.text for block in sections.midterm_and_final(midterm, case) for span in block.spans)
    assert "未提供中期" in text


def test_plain_papermill_runs_the_notebook_and_refuses_unknown_parameters(tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match="不认识的参数：as_off"):
        papermill.execute_notebook(
            str(ROOT / "notebooks" / "midterm_self_assessment.ipynb"), str(tmp_path / "out.ipynb"),
            {"as_off": "2023-12-31"}, progress_bar=False, cwd=str(tmp_path),
        )  # fmt: skip


def test_a_failed_report_leaves_nothing_behind(tmp_path):
    with pytest.raises(ReportError, match="returns：找不到"):
        run_report("midterm", tmp_path / "out", {"returns": "没有这里"})
    assert not (tmp_path / "out").exists()


def test_two_runs_give_the_same_bytes(midterm, tmp_path):
    from kepu_eval.runner import export

    again = export(nbformat.read(midterm["ipynb"], 4), tmp_path, "midterm_self_assessment")
    for kind in ("html", "docx", "xlsx"):
        assert again[kind].read_bytes() == midterm[kind].read_bytes()


def test_every_cell_gives_the_same_output_again(midterm):
    assert_runs_the_same_again(midterm["ipynb"])


def test_given_keeps_plain_values_and_leaves_the_shells_own():
    names = {
        "as_of": "2023-12-31",
        "switches": {},
        "_dh": [],
        "In": [],
        "Out": {},
        "case": object(),
        "open_case": open_case,
    }
    assert given(names) == {"as_of": "2023-12-31", "switches": {}}


def test_templates_come_from_the_command_line(tmp_path):
    result = CliRunner().invoke(
        main, ["template", "--round", "2023-midterm", "--unit", "区卫健局", "--out", str(tmp_path)]
    )
    assert result.exit_code == 0, result.output
    assert [p.name for p in tmp_path.iterdir()] == ["区卫健委.xlsx"]
    wrong = CliRunner().invoke(
        main, ["template", "--round", "2023-midterm", "--unit", "区气象局", "--out", str(tmp_path)]
    )
    assert wrong.exit_code == 2
    assert "没有单位“区气象局”" in wrong.output


def test_the_plan_is_checked_from_the_command_line(tmp_path):
    good = CliRunner().invoke(main, ["plan", "check"])
    assert "31项任务" in good.output
    (tmp_path / "p.yaml").write_text("meta: 1\n", encoding="utf-8")
    bad = CliRunner().invoke(main, ["plan", "check", str(tmp_path / "p.yaml")])
    assert bad.exit_code == 2
    assert "p.yaml：meta" in bad.output


@pytest.mark.parametrize("indicator", ["Q08", "Q09"])
def test_years_shown_beside_their_sum_add_up_or_the_report_says_why_not(midterm, indicator):
    document = read_document(nbformat.read(midterm["ipynb"], 4))
    years = [document.facts[f"{indicator}.{year}"].value for year in (2021, 2022, 2023)]
    whole = document.facts[f"{indicator}.value"]
    if sum(years) != whole.value:
        text = "".join(
            "".join(span.text for span in block.spans) for block in document.blocks if block.kind == "prose"
        )
        assert f"扣除疑似重复上报的活动后为{whole.text}" in text


def test_the_workbook_has_the_sheets_an_evaluator_looks_for(midterm):
    book = openpyxl.load_workbook(midterm["xlsx"])
    assert book["31项任务总表"].max_row >= 3 + 31
    wanted = {
        "量化指标一览",
        "指标各期情况",
        "逐校学校科普讲座",
        "单位报送情况",
        "待核问题",
        "追溯表",
        "来源单元格",
    }
    assert wanted <= set(book.sheetnames)
    facts = read_document(nbformat.read(midterm["ipynb"], 4)).facts
    rows = book["追溯表"].iter_rows(min_row=4, max_col=1, values_only=True)
    assert {row[0] for row in rows} == set(facts)


def test_the_workbook_draws_the_indicators_natively(midterm):
    with zipfile.ZipFile(midterm["xlsx"]) as archive:
        (chart,) = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
        content = archive.read(chart).decode("utf-8")
    assert "量化指标一览" in content
    assert '<c:dispBlanksAs val="gap"/>' in content or "dispBlanksAs" not in content


def test_with_half_of_the_units_missing_the_final_says_what_cannot_be_said(tmp_path):
    returns = tmp_path / "returns"
    shutil.copytree(FINAL, returns)
    silent = [path.stem for path in sorted(returns.glob("*.xlsx"))[::2]]
    for name in silent:
        (returns / f"{name}.xlsx").unlink()
    parameters = {"round_id": "2025-final", "returns": str(returns), "as_of": "2025-12-31"}
    case = open_case("final", parameters)
    blocks = list(sections.limits(case))
    listing = next(block for block in blocks if block.kind == "table")
    told = "".join(span.text for block in blocks if block.kind == "prose" for span in block.spans)
    unknown = [*case.evaluation.indicators.query("rating == '数据不足'")["indicator"]]
    assert unknown
    assert len(listing.rows) == len(unknown) + len(case.tasks("数据不足"))
    assert "不宜据此对全区作总体评价" in told
    named = "".join(cell.text for row in listing.rows for cell in row)
    assert any(f"{name}未报送" in named for name in silent)
    # nothing that waits is counted as reached
    passed = case.tasks("完成", "基本完成")
    assert (passed["rating_low"].isin(["完成", "基本完成"])).all()
