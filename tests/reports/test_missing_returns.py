"""Reports on a round of which returns are missing or damaged."""

import shutil

import pytest

from kepu_eval.report import open_case, open_final, sections
from kepu_eval.report.blocks import Blocks, merged_facts
from tests.report.notebook_words import told
from tests.reports.raw_cells import FINAL, MIDTERM, parameters

SECTIONS = ("open_data", "judgement", "literacy_level", "indicator_overview", "indicator_details", "programmes",
            "mechanisms", "problems", "measures", "outlook", "annexes")  # fmt: skip


def blocks_of(case):
    made = [getattr(sections, name)(case) for name in SECTIONS]
    return [b for part in made for b in (part if isinstance(part, Blocks) else [part])]


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
    text = told("midterm", case, "报送.无法读取")
    assert (
        "另有2个文件无法读取，已跳过：区科技局.xlsx、区妇联.xlsx" in text
        or "区妇联.xlsx、区科技局.xlsx" in text
    )
    assert case.evaluation.units.set_index("name").loc["区科技局", "status"] == "无法读取"


def test_with_half_of_the_units_missing_it_says_what_cannot_be_said(folder):
    for file in sorted(folder.glob("*.xlsx"))[::2]:
        file.unlink()
    case = open_case("midterm", parameters(folder))
    merged_facts(blocks_of(case))
    assert case.words["报送"]["已报"].value == 11
    assert "数据不足" in set(case.evaluation.tasks["rating"])


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
    unknown = [*case.evaluation.indicators.query("rating == '数据不足'")["indicator"]]
    assert unknown
    assert len(listing.rows) == len(unknown) + len(case.tasks("数据不足"))
    assert "不宜据此作总体评价" in told("final", case, "报送.应报")
    named = "".join(cell.text for row in listing.rows for cell in row)
    assert any(f"{name}未报送" in named for name in silent)
    # nothing that waits is counted as reached
    passed = case.tasks("完成", "基本完成")
    assert (passed["rating_low"].isin(["完成", "基本完成"])).all()


def test_the_final_without_mid_term_data_says_so():
    midterm, case = open_final({"round_id": "2025-final", "returns": str(FINAL), "as_of": "2025-12-31"})
    assert midterm is None
    assert not list(sections.midterm_and_final(midterm, case))
    assert "未提供中期" in told("final", case, "对照.有")
