"""Figures of the reports recomputed from the raw cells."""

import re

import nbformat
import pytest

from kepu_eval.report.document import read_document
from tests.reports.raw_cells import (
    FINAL,
    MIDTERM,
    SCHOOLS_COUNTED,
    indicator_table,
    plain,
    raw_rows,
    reported_twice,
    teacher_training,
    workbook,
    yearly,
)


class TestMidterm:
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
        assert row["完成比例"] == pytest.approx(row["现值"] / 25000 * 100)


class TestFinal:
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
        page = workbook(final["xlsx"])["量化指标中期与期末对照"]
        rows = {row[0]: row for row in page.iter_rows(min_row=4, values_only=True)}
        before = indicator_table(midterm)["Q10"]["现值"]
        assert rows["“科普中国”APP科普信息员注册人数"][1] == before


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
