"""The overview of many districts: its words, its tables, and the way from a figure to a district's cell."""

import json

import pytest

from kepu_eval.report import open_city, sections
from kepu_eval.report.blocks import merged_facts
from kepu_eval.report.document import Document
from kepu_eval.report.lineage import with_lineage
from kepu_eval.report.manifest import manifest
from kepu_eval.runner.verify import trace
from scripts import simulate_city as sim
from tests.in_process import report_of, table_of, text_of

FOLDER = "data/example/city-2023"


@pytest.fixture(scope="module")
def case():
    return open_city({"plan": f"{FOLDER}/plan.yaml", "districts": f"{FOLDER}/districts.csv"})


@pytest.fixture(scope="module")
def document(case):
    return report_of("city_overview", case)


def test_a_silent_district_is_bounds_and_said(document):
    text = text_of(document)
    assert f"应汇总10个区县，已报可用结果包9个，未报1个（{sim.SILENT}）" in text
    row = next(row for row in table_of(document, "city-indicators") if row["指标"] == sim.FARMERS)
    assert row["汇总值"] == "数据不足"
    assert row["界限"].startswith("不少于")
    assert row["有结果的区县"] == "9个"
    returns = table_of(document, "city-returns")
    assert returns[0] == {
        "区县": sim.SILENT,
        "结果包": "未报",
        **dict.fromkeys(("应报单位", "已报单位", "报送率", "待核", "退回"), "—"),
    }
    rates = [float(row["报送率"].rstrip("%")) for row in returns[1:]]
    assert rates == sorted(rates)
    assert next(row for row in returns if row["区县"] == sim.ASKED)["待核"] == "1项"


def test_ratings_by_district_and_task_with_who_says_nothing(document):
    rows = {row["区县"]: row for row in table_of(document, "city-task-matrix")}
    assert len(rows) == len(sim.NAMES)
    assert rows[sim.SILENT]["任务1"] == "未报"
    assert {row["原因"] for row in table_of(document, "city-unmatched")} >= {"没有共用任务名"}
    behind = [name for name, row in rows.items() if row["任务1"] == "▲ 滞后" or row["任务1"] == "滞后"]
    assert f"“高素质农牧民培训”{len(behind)}个" in text_of(document)


def test_the_first_page_names_whom_to_ask_first(document):
    text = text_of(document)
    assert f"{sim.SILENT}（未报，影响指标5项）" in text
    for name, why in ((sim.ASKED, "数据不足"), (sim.OTHER_UNIT, "单位、口径不同或没有此项")):
        assert f"{name}（{why}，影响指标1项）" in text


def test_every_figure_leads_to_districts_and_through_their_packages_to_a_cell(case, document, tmp_path):
    facts = with_lineage(merged_facts(document.blocks), [case.lineage])
    for fact in facts.values():
        assert fact.sources or (fact.parts and set(fact.parts) <= set(facts)), fact.id
    whole = Document(document.cover, document.blocks, case.inputs, facts)
    (tmp_path / "manifest.json").write_text(
        json.dumps(manifest(whole, "city_overview.ipynb", {}), ensure_ascii=False), encoding="utf-8"
    )
    told = "\n".join(trace(tmp_path, f"区县.{sim.ASKED}.{sim.FARMERS}.low"))
    assert f"结果包：packages/{sim.ASKED}.zip" in told
    assert "单位1.xlsx　量化指标　F6" in told
    told = "\n".join(trace(tmp_path, f"汇总.{sim.STEWARDS}.value"))
    assert f"区县.{sim.NAMES[0]}.{sim.STEWARDS}.value" in told
    assert "另有5个区县的数，请逐个追" in told


def test_the_city_s_target_stands_beside_the_sum_of_the_districts(case):
    item = next(item for item in case.words["指标"]["全部项"] if item["名称"] == sim.FARMERS)
    assert item["目标合计"].value == 9 * sim.KINDS[sim.FARMERS][3]
    assert item["目标"].value == 16000
    assert not item["目标不足"]  # a district's target is not known: nobody can say that the sum is too small


def test_of_many_districts_the_pages_show_who_returned_least_and_the_workbook_everybody(tmp_path):
    names = tuple(f"示例{n:02d}县" for n in range(45))
    (tmp_path / "t.csv").write_text(
        "区县,结果包\n" + "".join(f"{name},\n" for name in names), encoding="utf-8"
    )
    many = open_city({"plan": f"{FOLDER}/plan.yaml", "districts": str(tmp_path / "t.csv")})
    few, every = sections.city_returns(many)
    assert (len(few.rows), few.annex, len(every.rows), every.annex) == (20, False, 45, True)


def test_nobody_sent_anything(tmp_path):
    (tmp_path / "t.csv").write_text("区县,结果包\n一区,\n二区,\n", encoding="utf-8")
    empty = open_city({"plan": f"{FOLDER}/plan.yaml", "districts": str(tmp_path / "t.csv")})
    text = text_of(report_of("city_overview", empty))
    assert "已报可用结果包0个，未报2个（一区、二区）" in text
    assert all(
        row["汇总值"] == "数据不足" for row in table_of(report_of("city_overview", empty), "city-indicators")
    )
    assert not list(sections.city_districts(empty))
