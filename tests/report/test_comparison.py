"""Two reports side by side: every cause of a difference by a hand-made manifest, and one cell changed for real."""

import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from kepu_eval.cli import main
from kepu_eval.report import open_final
from kepu_eval.report.comparison import ComparisonError, changed_files, compare
from kepu_eval.report.render_html import block_text
from kepu_eval.report.sections.changes import comparison_report, contributions, what_changed
from kepu_eval.returns import layout
from kepu_eval.runner import run_report
from kepu_eval.runner.verify import read_manifest
from tests.evaluation.builders import END, MIDTERM, PLAN, event, indicator, judged, observation, returns
from tests.report.notebook_words import told

EXAMPLE = Path(__file__).parents[2] / "data" / "example"


def cell(raw, at="E8", file="区农牧局.xlsx"):
    return {"file": file, "sheet": "指标数据", "cell": at, "raw": raw}


def fact(value, *sources, name="Q08.value", unit="人次", digits=0):
    return {"id": name, "value": value, "text": f"{value}{unit}", "label": "培训人次", "sources": list(sources),
            "unit": unit, "digits": digits}  # fmt: skip


def manifest(*facts, plan="p1", survey="s1", returned="r1", version="1", **parameters):
    files = (
        ("方案", "方案.yaml", plan),
        ("调查数据", "survey/responses.csv", survey),
        ("单位填报表", "区农牧局.xlsx", returned),
    )
    return {
        "title": "报告", "notice": "示例数据", "notebook": "midterm_self_assessment.ipynb", "facts": list(facts),
        "parameters": {"as_of": "2023-12-31", **parameters}, "versions": {"kepu_eval": version},
        "inputs": [{"role": role, "path": path, "sha256": sha} for role, path, sha in files],
    }  # fmt: skip


def causes(before, after):
    (change,) = compare(before, after).changed
    return [(cause.kind, cause.text) for cause in change.causes]


def test_a_changed_cell_is_named_with_its_text_before_and_after():
    told = causes(manifest(fact(380, cell("380"))), manifest(fact(410, cell("410")), returned="r2"))
    assert told == [("单元格", "区农牧局.xlsx 指标数据 E8由380变为410")]


def test_new_cells_and_cells_that_no_longer_count_are_causes():
    before, after = fact(380, cell("380")), fact(300, cell("300", at="F8"))
    (kind, text), *_ = causes(manifest(before), manifest(after))
    assert kind == "单元格"
    assert text == "区农牧局.xlsx 指标数据 E8（380）不再计入；区农牧局.xlsx 指标数据 F8（300）新计入"


def test_cells_that_only_moved_are_no_cause_and_a_change_among_them_is_found():
    """A template whose columns shift by one: what the cells say is matched, not where they stand."""
    years = ("2021", "2022", "2023")
    before = [cell(raw, f"{at}8") | {"what": year} for raw, at, year in zip(("380", "310", "520"), "EFG", years, strict=True)]  # fmt: skip
    after = [cell(raw, f"{at}8") | {"what": year} for raw, at, year in zip(("380", "330", "520"), "FGH", years, strict=True)]  # fmt: skip
    told = causes(manifest(fact(1210, *before)), manifest(fact(1230, *after)))
    assert told == [("单元格", "区农牧局.xlsx 指标数据 G8（原在F8）由310变为330")]


def test_cells_of_a_report_that_does_not_say_what_they_are_are_matched_by_place():
    told = causes(manifest(fact(380, cell("380"))), manifest(fact(410, cell("410") | {"what": "2023"})))
    assert told == [("单元格", "区农牧局.xlsx 指标数据 E8由380变为410")]


def test_a_rule_is_a_cause_beside_a_cell():
    told = causes(manifest(fact(380, cell("380"))), manifest(fact(410, cell("410")), as_of="2024-12-31"))
    assert [kind for kind, _ in told] == ["单元格", "规则"]
    assert told[1][1] == "“基准日”由2023-12-31变为2024-12-31"


def test_a_changed_plan_is_a_rule():
    assert causes(manifest(fact(1)), manifest(fact(2), plan="p2")) == [("规则", "方案.yaml有变")]


def test_a_survey_is_a_cause_of_figures_without_changed_cells():
    source = {"file": "survey/responses.csv"}
    told = causes(manifest(fact(12.1, source)), manifest(fact(13.4, source), survey="s2", returned="r2"))
    assert told == [("其他输入", "survey/responses.csv有变")]


def test_a_count_over_all_returns_has_the_changed_workbooks_behind_it():
    assert causes(manifest(fact(3)), manifest(fact(4), returned="r2")) == [("其他输入", "区农牧局.xlsx有变")]


def test_versions_come_last_and_no_cause_is_said_to_be_none():
    assert causes(manifest(fact(3)), manifest(fact(4), version="2")) == [("版本", "“kepu_eval”由1变为2")]
    assert causes(manifest(fact(3)), manifest(fact(4))) == [("没有找到原因", "")]


def test_another_commit_of_the_program_is_a_version():
    before, after = manifest(fact(3)) | {"commit": "a1"}, manifest(fact(4)) | {"commit": "b2"}
    assert causes(before, after) == [("版本", "“提交”由a1变为b2")]


def test_a_workbook_stands_behind_a_figure_whose_own_cells_are_the_same():
    """Such as a total from which a counterpart's activity was taken off."""
    told = causes(manifest(fact(380, cell("380"))), manifest(fact(370, cell("380")), returned="r2"))
    assert told == [("其他输入", "区农牧局.xlsx有变")]


def test_the_same_plan_at_another_place_is_no_other_plan():
    other = manifest(fact(2))
    other["inputs"][0]["path"] = "别处.yaml"
    assert len(compare(manifest(fact(1)), other).changed) == 1


def moved(report, role, path):
    files = [item | {"path": path} if item["role"] == role else item for item in report["inputs"]]
    return report | {"inputs": files}


@pytest.mark.parametrize("role", ["方案", "调查数据", "单位填报表"])
def test_a_file_that_only_moved_is_not_changed(role):
    found = compare(manifest(fact(1)), moved(manifest(fact(1)), role, "别处/文件"))
    assert (found.rules, found.inputs) == ((), ())


def test_a_new_file_at_the_place_of_one_that_moved_is_a_change():
    assert changed_files({"a": "1"}, {"a": "2", "b": "1"}) == ["a有变"]
    assert changed_files({"a": "1", "b": "2"}, {"a": "2"}) == ["a有变"]
    assert changed_files({"a": "1", "b": "2"}, {"b": "3", "c": "4"}) == ["a不再使用", "b有变", "c新增"]


def test_figures_that_one_report_alone_has_stand_apart():
    found = compare(manifest(fact(1), fact(2, name="A")), manifest(fact(1), fact(3, name="B")))
    assert (found.same, found.changed) == (1, ())
    assert [f["id"] for f in (*found.only_before, *found.only_after)] == ["A", "B"]


def test_reports_of_different_plans_are_refused():
    other = manifest(fact(1), plan="p2")
    other["inputs"][0]["path"] = "别处.yaml"
    with pytest.raises(ComparisonError, match="方案不同"):
        compare(manifest(fact(1)), other)


@pytest.mark.parametrize(
    ("before", "after", "unit", "digits", "moved"),
    [
        (380, 410, "人次", 0, "+30人次"),
        (97.25, 94.5, "%", 1, "-2.8个百分点"),
        (94.51, 94.52, "%", 1, "+0.01个百分点"),
        (None, 94.5, "%", 1, ""),
    ],
)
def test_differences_carry_sign_and_unit_and_are_no_finer_than_the_figure(before, after, unit, digits, moved):
    earlier, later = (fact(value, unit=unit, digits=digits) for value in (before, after))
    (change,) = compare(manifest(earlier), manifest(later)).changed
    assert change.moved == moved


@pytest.mark.slow
def test_one_cell_changed_for_real_is_found_behind_every_figure_that_hangs_on_it(tmp_path):
    folder = tmp_path / "2023-midterm"
    shutil.copytree(EXAMPLE / "2023-midterm", folder)
    parameters = {"returns": str(folder)}
    run_report("midterm", tmp_path / "a", parameters, ())
    book = load_workbook(folder / "区农牧局.xlsx")
    page = book[layout.NUMBERS]
    row = [c.value for c in page["A"]].index("Q08") + 1
    column = [c.value for c in page[layout.HEADER_ROW]].index("2022年") + 1
    before = page.cell(row, column).value
    page.cell(row, column).value = before + 10
    where = page.cell(row, column).coordinate
    book.save(folder / "区农牧局.xlsx")
    run_report("midterm", tmp_path / "b", parameters, ())
    found = compare(*(read_manifest(tmp_path / name) for name in "ab"))
    value = next(change for change in found.changed if change.fact == "Q08.value")
    assert value.difference == 10
    assert value.causes[0].text == f"区农牧局.xlsx 指标数据 {where}由{before}变为{before + 10}"
    traced = [change for change in found.changed if any(c.kind == "单元格" for c in change.causes)]
    assert all(where in change.causes[0].text for change in traced)
    assert not any(cause.kind == "没有找到原因" for change in found.changed for cause in change.causes)
    assert where in "\n".join(map(block_text, comparison_report(found)))

    result = CliRunner().invoke(
        main, ["compare", str(tmp_path / "a"), str(tmp_path / "b"), "--out", str(tmp_path / "c")]
    )
    assert result.exit_code == 0, result.output
    assert f"{where}由{before}变为{before + 10}" in result.output
    assert {path.suffix for path in (tmp_path / "c").iterdir()} == {".html", ".docx", ".xlsx"}


def test_what_units_brought_adds_up_to_the_change():
    midterm, final = open_final(
        {
            "round_id": "2025-final",
            "returns": str(EXAMPLE / "2025-final"),
            "midterm_returns": str(EXAMPLE / "2023-midterm"),
        }
    )
    for name in ("Q08", "Q09"):
        parts = contributions(midterm, final, name)
        values = [c.evaluation.indicators.set_index("indicator").loc[name, "value"] for c in (midterm, final)]
        assert parts["change"].sum() == values[1] - values[0]
        assert (parts["before"].sum(), parts["after"].sum()) == tuple(values)


YEARS = {"midterm": range(2021, 2024), "final": range(2021, 2026)}
PARTNERS = ("区教育局", "区妇联", "区科技局")
PEOPLE = st.integers(0, 3000)


@st.composite
def rounds(draw, stage):
    """A round's rows and evaluation: what the lead and others report of Q08, with trainings that two of them list."""
    rows = [observation("Q08", str(year), draw(PEOPLE)) for year in YEARS[stage]]
    for unit in draw(st.sets(st.sampled_from(PARTNERS))):
        rows += [observation("Q08", str(year), draw(PEOPLE), unit) for year in YEARS[stage]]
    events = []
    for number, people in enumerate(draw(st.lists(PEOPLE, max_size=3))):
        date = dt.date(draw(st.sampled_from(YEARS[stage])), 6, 1)
        events += [
            event(unit, people, date, group=f"#{number}", main=unit == "区农牧局")
            for unit in ("区农牧局", "区教育局")
        ]
    as_of = MIDTERM if stage == "midterm" else END
    return SimpleNamespace(
        plan=PLAN, returns=returns(rows), evaluation=judged(rows, as_of=as_of, stage=stage, events=events)
    )


@settings(max_examples=10, deadline=None)
@given(rounds("midterm"), rounds("final"))
def test_what_units_brought_adds_up_to_the_change_whatever_they_reported(midterm, final):
    parts = contributions(midterm, final, "Q08").set_index("unit")
    values = [indicator(case.evaluation, "Q08")["value"] for case in (midterm, final)]
    assert (parts["before"].sum(), parts["after"].sum()) == tuple(values)
    assert parts["change"].sum() == values[1] - values[0]
    for name in parts.index.drop("扣除重复"):
        own = [counted_of(case, name) for case in (midterm, final)]
        assert tuple(parts.loc[name, ["before", "after"]]) == tuple(own)


def counted_of(case, unit):
    rows = case.returns.observations
    return rows.loc[rows["unit"].eq(PLAN.unit(unit).id), "value"].sum()


def words(blocks):
    return "\n".join(map(block_text, blocks))


def test_without_the_mid_term_the_final_says_that_nothing_is_compared():
    assert not list(what_changed(None, final=None))
    _, final = open_final({"round_id": "2025-final", "returns": str(EXAMPLE / "2025-final")})
    assert "未提供中期自查评估的填报数据，不作对照。" in told("final", final, "对照.有")


def test_an_indicator_that_one_of_the_two_does_not_know_is_named_and_not_taken_apart():
    """Missing is never zero: a mid-term that lacks a year of the lead's has no total to subtract."""
    folder = {name: str(EXAMPLE / name) for name in ("2023-midterm", "2025-final")}
    midterm, final = open_final({"round_id": "2025-final", "returns": folder["2025-final"],
                                 "midterm_returns": folder["2023-midterm"]})  # fmt: skip
    shares = midterm.evaluation.indicators
    unknown = shares.assign(value=shares["value"].mask(shares["indicator"].eq("Q08")))
    midterm = replace(midterm, evaluation=replace(midterm.evaluation, indicators=unknown))
    blocks = list(what_changed(midterm, final))
    (listing,) = [block for block in blocks if block.kind == "table"]
    name = PLAN.indicator("Q08").name
    assert name not in {row[0].text for row in listing.rows}
    assert replace(final, midterm=midterm).words["对照"]["不分解"] == [name]


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_a_manifest_is_named_with_what_to_give_instead(tmp_path, there):
    good, other = tmp_path / "good", tmp_path / "other"
    good.mkdir()
    (good / "manifest.json").write_text(json.dumps(manifest(fact(1))), encoding="utf-8")
    if there:
        other.mkdir()
    for pair in ((good, other), (other, good)):
        result = CliRunner().invoke(main, ["compare", *map(str, pair)])
        assert result.exit_code == 2
        assert result.output.strip() == (NO_MANIFEST if there else NO_REPORT).format(other)


NO_MANIFEST = "“{}”中没有清单 manifest.json，请给出 kepu-eval report 生成的报告文件夹"
NO_REPORT = "找不到“{}”或其清单 manifest.json，请给出 kepu-eval report 生成的报告文件夹"
