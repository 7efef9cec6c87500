"""The next plan drafted from this one: identity stays, finals become baselines, people decide in a table."""

import csv
import io

import pytest
import yaml

from kepu_eval.plan import PlanError, load_plan
from kepu_eval.plan.carrying import COLUMNS, CarryError, Choice, Final, carry, read_choices, table_bytes
from kepu_eval.plan.importing.draft import yaml_text
from tests.test_second_plan import PLAN as SECOND

PLAN = load_plan()
FINALS = {
    item.id: Final(float(n), "%" if item.id == "Q02" else item.unit, f"期末{n}", "达到", f"证据{n}", "沿用")
    for n, item in enumerate(PLAN.indicators, 1) if item.id != "Q09"
}  # fmt: skip


def loaded(content, tmp_path):
    file = tmp_path / "next.yaml"
    file.write_text(yaml_text(content), encoding="utf-8")
    return load_plan(file)


def decided(plan, **other):
    choices = {item.key or item.name: Choice("沿用") for item in plan.indicators}
    return choices | other


def test_the_first_draft_keeps_everything_and_can_not_be_used_before_people_decide(tmp_path):
    content, told = carry(PLAN, FINALS, (2026, 2030))
    assert {item.fate for item in told} == {"待定"}
    with pytest.raises(PlanError, match="待确认"):
        loaded(content, tmp_path)


def test_identity_stays_and_the_final_is_the_baseline(tmp_path):
    content, _ = carry(PLAN, FINALS, (2026, 2030), decided(PLAN))
    following = loaded(content, tmp_path)
    assert {(unit.id, unit.name) for unit in following.units} == {(unit.id, unit.name) for unit in PLAN.units}
    assert [(i.id, i.key) for i in following.indicators] == [(i.id, i.key) for i in PLAN.indicators]
    q08 = following.indicator("Q08")
    assert (q08.baseline.year, q08.baseline.value, q08.horizon.year) == (2025, FINALS["Q08"].value, 2030)
    assert following.indicator("Q02").baseline.unit == "%"
    assert following.indicator("Q09").baseline is None  # not known at the end is not zero at the start
    assert (following.meta.title, following.meta.first_year, following.meta.last_year) == (
        "昆都仑区全民科学素质行动规划纲要实施方案（2026—2030年）", 2026, 2030)  # fmt: skip
    assert [t.year for level in following.meta.superior for t in level.targets] == [2035]
    assert not following.phases
    assert not following.ambiguities


def test_changed_dropped_and_new():
    choices = decided(PLAN, **{"高素质农牧民培训人次": Choice("调整", target=3000.0), "科普信息员注册人数": Choice("停用"),
                               "科普场馆数": Choice("新设", name="科普场馆数", target=5.0)})  # fmt: skip
    content, told = carry(PLAN, FINALS, (2026, 2030), choices)
    fates = {item.key: item.fate for item in told}
    assert (fates["高素质农牧民培训人次"], fates["科普信息员注册人数"], fates["科普场馆数"]) == (
        "调整",
        "停用",
        "新设",
    )
    kept = {item["id"]: item for item in content["indicators"]}
    assert kept["Q08"]["target"] == 3000
    assert "Q10" not in kept
    assert not [c for t in content["tasks"] for c in t["commitments"] if c.get("indicator") == "Q10"]
    assert "待填" in kept["N01"]["to_confirm"]


def test_a_unit_that_was_renamed_keeps_its_id(tmp_path):
    content = yaml.safe_load(yaml_text(SECOND.model_dump(mode="json", exclude_defaults=True)))
    content["history"] = [
        {"date": "2028-03-01", "what": "renamed", "units": ["D5"], "name": "旗林草和生态局"}
    ]
    file = tmp_path / "renamed.yaml"
    file.write_text(yaml_text(content), encoding="utf-8")
    plan = load_plan(file)
    following = loaded(carry(plan, {}, (2031, 2035), decided(plan))[0], tmp_path)
    unit = following.unit("D5")
    assert (unit.name, "旗林草局" in unit.aliases) == ("旗林草和生态局", True)
    assert {i.key for i in following.indicators} == {
        i.name for i in plan.indicators
    }  # no key before: the name from now on


def test_the_table_reads_back_what_people_decided():
    rows = list(csv.DictReader(io.StringIO(table_bytes(PLAN, FINALS).decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [row["共用名"] for row in rows] == [item.key for item in PLAN.indicators]
    assert rows[8]["期末"] == "没有期末结果"
    rows[0] |= {"处理": "调整", "新目标": "1,800", "新措辞": "超过"}
    rows[1] |= {"处理": "停用"}
    text = io.StringIO(newline="")
    out = csv.DictWriter(text, COLUMNS)
    out.writeheader()
    out.writerows(rows)
    for encoding in ("utf-8-sig", "gb18030"):
        found = read_choices("结转表.csv", text.getvalue().encode(encoding))
        assert found == {
            rows[0]["共用名"]: Choice("调整", rows[0]["指标"], 1800.0, "超过"),
            rows[1]["共用名"]: Choice("停用", rows[1]["指标"]),
        }


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("甲,,,,,,,留着,,", "第2行的处理“留着”应为"),
        ("甲,,,,,,,调整,,", "请填新目标"),
        ("甲,,,,,,,调整,很多,", "第2行的新目标“很多”不是数字"),
    ],
)
def test_a_decision_that_can_not_be_followed_is_named_with_its_line(line, told):
    with pytest.raises(CarryError, match=told):
        read_choices("结转表.csv", f"{','.join(COLUMNS)}\n{line}\n".encode())


def test_a_decision_about_nothing_is_refused():
    with pytest.raises(CarryError, match="不是本期方案的指标"):
        carry(PLAN, FINALS, (2026, 2030), {"没有": Choice("停用")})
