"""One plan with every kind of target that was once refused goes from its template to the workbook that recomputes it."""

import inspect
import io

import openpyxl
import pytest
import yaml
from openpyxl import load_workbook

from kepu_eval.plan import load_plan
from kepu_eval.report import open_case, open_dispatch, open_unit, sections
from kepu_eval.report.calculation import calculation
from kepu_eval.report.sections.forecast import forecast
from kepu_eval.report.sections.indicators import indicator_details, indicator_overview
from kepu_eval.resources import resource
from kepu_eval.returns import layout, unit_sheets
from kepu_eval.returns.template import write_template
from tests.report.test_recalculation import workbook

LEAD, OTHER, ROUND, QUARTER = "区科协", "区卫健委", "2023-midterm", "2024-Q1"
COMMON = {"task": 1, "unit": "个", "period": "year", "horizon": "2025-12-31", "operator": ">="}
PAIR = [{"id": "part", "name": "参加人数", "unit": "人", "role": "numerator"},
        {"id": "whole", "name": "总人数", "unit": "人", "role": "denominator", "by": OTHER}]  # fmt: skip
EACH = {"entities": "街道", "measures": [{"id": "points", "name": "站点数", "unit": "个"}]}
TARGETS = {
    "K1": {"kind": "cumulative", "operator": "<=", "target": 300},
    "K2": {"kind": "annual", "operator": "<=", "target": 60, "binding": "约束性"},
    "K3": {"kind": "annual", "operator": "range", "target": 30, "target_high": 60},
    "K4": {"kind": "annual", "period": "month", "target": 30},
    "K5": {"kind": "annual", "period": "two_years", "target": 30},
    "K6": {"kind": "cumulative", "target": 200, "shares": [{"unit": LEAD, "target": 120}, {"unit": OTHER, "target": 80}]},
    "K7": {"kind": "stock_at_horizon", "operator": "rank", "target": 45, "unit": "位"},
    "K8": {"kind": "stock_at_horizon", "operator": ">", "target": None, "reference": {"name": "全国平均", "values": {2023: 39}}},
    "K9": {"kind": "stock_at_horizon", "unit": "%", "target": 80, "measures": PAIR},
    "K10": {"kind": "stock_at_horizon", "target": 60, "horizon": "2035-12-31", "milestones": [{"year": 2025, "target": 50}]},
    "K11": {"kind": "every_entity", "period": None, "target": 1} | EACH,
    "K12": {"kind": "per_entity_per_period", "period": "half_year", "target": 1} | EACH
    | {"measures": [{"id": "visits", "name": "活动数", "unit": "次"}]},
}  # fmt: skip
RATINGS = {"K1": "达到序时", "K2": "达到序时", "K3": "达到序时", "K4": "达到序时", "K5": "达到序时", "K6": "达到序时", "K7": "达到序时",
           "K8": "达到序时", "K9": "达到序时", "K10": "严重滞后", "K11": "完成", "K12": "达到序时"}  # fmt: skip
"""区科协 says 40 (sums 40, 41, 42), 区卫健委 16 (16, 17, 18) and 50 of its own series, streets 3: what each kind makes of it by hand."""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the plan, which is about saving water, and its two units' templates filled in, a folder a round."""
    folder = tmp_path_factory.mktemp("targets")
    data = yaml.safe_load(resource("plan/kundulun-2021-2025.yaml").read_text(encoding="utf-8"))
    names = {"name": "指标", "short_name": "指标"}
    data["meta"] |= {
        "title": "示例县节水行动实施方案（2021—2025年）",
        "district": "示例县",
        "office": "示例县节水办公室",
        "superior": [],
    }
    data["indicators"] = [{"id": n, **names, **COMMON, **said} for n, said in TARGETS.items()]
    data["units"] = [unit for unit in data["units"] if unit["name"] in (LEAD, OTHER)]
    data["programmes"] = [{"id": "P01", "type": "行动", "name": "节水行动"}]
    first = {
        "number": 1,
        "programme": "P01",
        "title": "节约用水",
        "lead": {"unit": LEAD},
        "responsible": [OTHER],
    }
    first["commitments"] = [{"id": f"T01.{n:02d}", "text": k, "type": "quant", "source": "list", "indicator": k}
                            for n, k in enumerate(TARGETS, 1)]  # fmt: skip
    for part in ("groups", "goals", "phases", "mechanisms", "switches", "ambiguities", "non_targets"):
        data[part] = []
    data["checks_off"] = {"X39": "各行填的是同样的数"}
    data["tasks"] = [first]
    file = folder / "plan.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    plan = load_plan(file)
    for name in (ROUND, QUARTER):
        (folder / name).mkdir()
        for unit in plan.units:
            _filled(plan, unit, folder / name, name)
    return folder


@pytest.fixture(scope="module")
def case(place):
    """Its mid-term."""
    return open_case(
        "midterm", {"round_id": ROUND, "returns": str(place / ROUND), "plan": str(place / "plan.yaml")}
    )


def _filled(plan, unit, target, rnd):
    file = target / f"{unit.name}.xlsx"
    write_template(plan, unit, rnd, file)
    book = load_workbook(file)
    for sheet in unit_sheets.sheets(plan, unit, rnd):
        page, columns = book[sheet.name], {c.key: n for n, c in enumerate(sheet.columns, 1)}
        for number, row in enumerate(sheet.rows, layout.FIRST_ROW):
            numbers = [c.key for c in sheet.columns if c.kind == "number" and c.key in row.open and c.period]
            for more, key in enumerate(numbers):
                value = 40 if unit.name == LEAD else 50 if row.labels["measure"] == "总人数" else 16
                page.cell(number, columns[key]).value = value + more * (row.labels["measure"] == "当年完成数")
            if numbers:
                page.cell(number, columns["evidence"]).value = "P01"
        if sheet.name == "街道明细":
            for number, name in enumerate(("甲街道", "乙街道"), layout.FIRST_ROW):
                for column in sheet.columns:
                    page.cell(number, columns[column.key]).value = name if column.key == "entity" else 3
    page = book[layout.EVIDENCE]
    page.cell(layout.FIRST_ROW, 1).value, page.cell(layout.FIRST_ROW, 2).value = "P01", "统计表"
    cover = book[layout.COVER]
    for row in range(1, 14):
        if cover.cell(row, 1).value == layout.DATE_FIELD:
            cover.cell(row, 2).value = plan.round(rnd).due
    book.save(file)


def test_every_target_is_asked_for_read_and_judged(case):
    rows = case.evaluation.indicators.set_index("indicator")
    assert {name: rows.loc[name, "rating"] for name in TARGETS} == RATINGS, rows[
        ["verdict", "missing"]
    ].to_string()
    assert rows.loc["K9", "value"] == 80  # 40 of 50
    assert rows.loc["K4", "verdict"] == "每期达标（36/36期）"
    assert rows.loc["K11", "verdict"] == "2个街道中2个达标"


def test_the_report_tells_of_them(case):
    told = "\n".join(
        str(block) for part in (indicator_overview, indicator_details, forecast) for block in part(case)
    )
    assert "指标（约束性）" in told
    assert "进入前45位" in told


def test_the_workbook_recomputes_them(case):
    pages = openpyxl.load_workbook(io.BytesIO(workbook(case.facts)), data_only=True)
    sheet = pages["指标计算"]
    columns = {cell.value: place for place, cell in enumerate(sheet[3])}
    shown = {row[0]: row for row in sheet.iter_rows(min_row=4, values_only=True)}
    for row in case.evaluation.indicators.itertuples():
        assert shown[row.indicator][columns["现值"]] == pytest.approx(row.value)
    assert calculation(case.facts).indicators


def test_no_report_speaks_of_the_science_programme(place, case):
    """Every section of the evaluations, the unit's and the dispatch report, of a plan that is about something else."""
    given = {"returns": str(place / ROUND), "plan": str(place / "plan.yaml")}
    unit = open_unit({"round_id": ROUND, "unit": OTHER} | given)
    quarter = open_dispatch({"quarter": QUARTER, "returns": str(place), "plan": given["plan"]})
    told = []
    for name, section in inspect.getmembers(sections, inspect.isfunction):
        if name.startswith("city_"):  # of a roll-up, not of one plan's report
            continue
        if list(inspect.signature(section).parameters) in (["case"], ["own"]):
            of = unit if name.startswith("unit_") else quarter if name.startswith("dispatch_") else case
            told += [str(block) for block in section(of)]
    assert len(told) > 60
    assert not [text[:300] for text in told if "科学素质" in text]
