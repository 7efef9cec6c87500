"""Final 2025 → carried plan → first round of 2026 → one line over both plans, as people would do it."""

import csv
import io
import shutil

import pytest
import yaml
from click.testing import CliRunner
from openpyxl import load_workbook

from kepu_eval.cli import main
from kepu_eval.plan import load_plan
from kepu_eval.report import case as cases
from kepu_eval.report import open_case, sections
from kepu_eval.report.across_plans import AcrossPlansError
from kepu_eval.report.document import Document
from kepu_eval.report.lineage import with_lineage
from kepu_eval.report.package import package
from kepu_eval.report.package_reading import read_package
from kepu_eval.resources import project_path
from kepu_eval.returns import layout, unit_sheets
from tests.report.notebook_words import told

FINAL = project_path("data/example/2025-final")
ROUND = {
    "id": "2026-first",
    "name": "2026年自查",
    "stage": "midterm",
    "as_of": "2026-12-31",
    "due": "2027-01-20",
}
TRAINED = 431


def kepu(*words, code=0):
    told = CliRunner().invoke(main, [str(word) for word in words])
    assert told.exit_code == code, told.output
    return told.output


def packed(case, path):
    cover, inputs, results, *lineage = sections.cover(case)
    path.write_bytes(package(Document(cover, (), inputs, with_lineage({}, lineage), None, results)))
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("next")


@pytest.fixture(scope="module")
def final(place):
    """The package of a final made from one unit's return, which is all that the test follows."""
    (place / "2025").mkdir()
    shutil.copy(FINAL / "区农牧局.xlsx", place / "2025")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cases, "SETTINGS", 100)
        return packed(
            open_case(
                "final",
                {
                    "round_id": "2025-final",
                    "returns": str(place / "2025"),
                    "survey": "data/example/survey-2025",
                },
            ),
            place / "期末.zip",
        )


@pytest.fixture(scope="module")
def following(place, final):
    """The next plan: drafted, decided on in the table, completed by hand, checked."""
    draft, table = place / "2026.yaml", place / "2026.结转表.csv"
    told = kepu(
        "plan", "carry", project_path("data/plan/kundulun-2021-2025.yaml"), "--final", final, "--out", draft
    )
    assert "11项待定" in told
    assert "待确认" in kepu("plan", "check", draft, code=2)
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig"), newline="")))
    for row in rows:
        row["处理"] = "停用" if row["共用名"] == "学校科普讲座次数" else "沿用"
    next(row for row in rows if row["共用名"] == "公民具备科学素质比例").update(
        {"处理": "调整", "新目标": "20"}
    )
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.DictWriter(file, rows[0])
        out.writeheader()
        out.writerows(rows)
    told = kepu(
        "plan",
        "carry",
        project_path("data/plan/kundulun-2021-2025.yaml"),
        "--final",
        final,
        "--out",
        draft,
        "--table",
        table,
    )
    assert "0项待定" in told
    assert "停用　学校科普讲座次数" in told
    content = yaml.safe_load(draft.read_text(encoding="utf-8"))
    content["meta"] |= {"doc_no": "昆府发〔2026〕1号", "issued": "2026-06-30"}
    content["rounds"].insert(0, ROUND)
    draft.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    kepu("plan", "check", draft)
    return draft


@pytest.fixture(scope="module")
def first(place, following):
    """The first round of 2026: a template, filled, collected, evaluated, packed."""
    plan = load_plan(following)
    kepu(
        "template", "--plan", following, "--round", ROUND["id"], "--unit", "区农牧局", "--out", place / "模板"
    )
    file = place / "模板" / "区农牧局.xlsx"
    book = load_workbook(file)
    sheet = next(
        s for s in unit_sheets.sheets(plan, plan.unit("区农牧局"), ROUND["id"]) if s.name == layout.NUMBERS
    )
    column = next(n for n, c in enumerate(sheet.columns, 1) if c.key == "year:2026")
    for number, line in enumerate(sheet.rows, layout.FIRST_ROW):
        if line.labels.get("indicator") == "Q08":
            book[sheet.name].cell(number, column).value = TRAINED
    book.save(file)
    (place / "来件").mkdir()
    shutil.move(file, place / "来件")
    kepu(
        "collect",
        place / "来件",
        "--plan",
        following,
        "--round",
        ROUND["id"],
        "--ledger",
        place / "2026.sqlite",
    )
    return open_case(
        "midterm", {"plan": str(following), "round_id": ROUND["id"], "returns": str(place / "2026.sqlite")}
    )


def test_identity_and_finals_are_handed_over(final, following):
    plan, before = load_plan(following), load_plan()
    ended = {row["id"]: row for row in read_package(final).rows("indicators")}
    assert {unit.id for unit in plan.units} == {unit.id for unit in before.units}
    literacy = plan.indicator("Q01")
    assert (literacy.target, literacy.baseline.year, literacy.baseline.value) == (
        20,
        2025,
        ended["Q01"]["value"],
    )
    assert "Q02" not in {item.id for item in plan.indicators}


def test_the_first_round_is_evaluated_and_held_against_the_nation(first):
    period = first.evaluation.indicator_periods
    mine = period[period["indicator"].eq("Q08") & period["period"].eq("2026")]
    assert mine["low"].tolist() == [TRAINED]
    (row,) = first.words["对照上级项"][1:]
    assert (row["年份"], row["本级"].value, row["上级"]["国家"].value) == ("2035年", "未设", "达到25%")


def test_the_line_over_both_plans_is_told_drawn_and_explained(place, final, first):
    second = packed(first, place / "2026.zip")
    told = kepu("compare", final, second, "--out", place / "比对")
    line = next(line for line in told.splitlines() if line.startswith("公民具备科学素质比例："))
    assert "2025年14.33%" in line
    assert "目标：2025年达到15%、2025年国家超过15%、2030年达到20%、2035年国家达到25%" in line
    assert (
        "未连接　昆都仑区全民科学素质行动规划纲要实施方案（2021—2025年）　学校科普讲座次数：后一期没有这项指标"
        in told
    )
    assert {path.suffix for path in (place / "比对").iterdir()} == {".html", ".docx", ".xlsx"}
    assert "跨规划期的变化" in (place / "比对" / "跨期比对.html").read_text(encoding="utf-8")


def test_the_first_round_s_report_shows_the_line_where_its_readers_look(final, first):
    given = {
        "plan": first.parameters["plan"],
        "round_id": ROUND["id"],
        "returns": first.parameters["returns"],
    }
    case = open_case("midterm", given | {"earlier": str(final)})
    text = told("midterm", case, "跨期.有")
    assert "昆都仑区全民科学素质行动规划纲要实施方案（2021—2025年）" in text
    assert "公民具备科学素质比例：2025年14.33%" in text
    assert "线没有断开" in text
    chart, listing, alone = sections.across_plans(case)
    assert "公民具备科学素质比例：2025年14.33%" in chart.alt
    assert "学校科普讲座次数" in str(alone.rows)
    known = {fact.id for fact in (*listing.facts, *case.facts.lineage.facts)}
    assert all(fact.sources or (fact.parts and set(fact.parts) <= known) for fact in listing.facts)
    trained = {fact.id: fact for fact in listing.facts if "高素质农牧民培训人次" in fact.id}
    assert trained["跨期.高素质农牧民培训人次.2026.结果"].value == TRAINED
    (source,) = trained["跨期.高素质农牧民培训人次.2025.结果"].sources
    assert (source.file, source.sheet, source.cell) == (final.name, "facts.csv", "Q08.2025")
    assert source.sha256 == read_package(final).sha256
    assert not told("midterm", first, "跨期.有").strip()
    assert not sections.across_plans(first).blocks


def test_a_package_of_the_same_period_is_no_earlier_one(place, final):
    given = {"round_id": "2023-midterm", "returns": str(place / "2025"), "earlier": str(final)}
    with pytest.raises(AcrossPlansError, match="更早规划期"):
        open_case("midterm", given)


def test_a_carry_from_something_else_is_refused(place, first):
    midterm = packed(first, place / "不是期末.zip")
    told = kepu(
        "plan",
        "carry",
        project_path("data/plan/kundulun-2021-2025.yaml"),
        "--final",
        midterm,
        "--out",
        place / "x.yaml",
        code=2,
    )
    assert "不是昆都仑区全民科学素质行动规划纲要实施方案（2021—2025年）的" in told
