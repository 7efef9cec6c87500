"""Plan files that cannot be used are refused with file, path and fix."""

import pytest
import yaml

from kepu_eval.plan import PlanError, load_plan
from kepu_eval.plan.schema import schema_text
from kepu_eval.resources import resource

SHIPPED = resource("plan/kundulun-2021-2025.yaml")


@pytest.fixture
def broken(tmp_path):
    """Write the shipped plan with one change; returns the problems found."""

    def problems(change) -> str:
        data = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
        change(data)
        file = tmp_path / "plan.yaml"
        file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        with pytest.raises(PlanError) as caught:
            load_plan(file)
        return str(caught.value)

    return problems


def test_a_missing_field_is_named_with_its_path(broken):
    message = broken(lambda data: data["tasks"][5].pop("title"))
    assert "plan.yaml：tasks[6].title：缺少此项" in message


def test_a_misspelt_field_is_named(broken):
    message = broken(lambda data: data["units"][0].update(alias=["x"]))
    assert "units[1].alias" in message
    assert "不认识的字段" in message


def test_an_unknown_unit_names_the_task_and_the_table_to_mend(broken):
    message = broken(lambda data: data["tasks"][0]["lead"].update(unit="区气象局"))
    assert "tasks[1].lead.unit：“区气象局”不在units中" in message


def test_every_problem_is_listed_at_once(broken):
    def change(data):
        data["tasks"][0]["programme"] = "P99"
        data["indicators"][1]["target"] = None

    message = broken(change)
    assert "P99" in message
    assert "indicators.Q02.target" in message


def test_two_units_with_one_alias_are_refused(broken):
    message = broken(lambda data: data["units"][1]["aliases"].append("教育局"))
    assert "“教育局”出现2次" in message


def test_bands_out_of_order_are_refused(broken):
    message = broken(lambda data: data["rating"]["midterm_pace"].reverse())
    assert "rating.midterm_pace" in message


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d["goals"][0]["tasks"].append(99), "goals.G1.tasks：“99”不在tasks中"),
        (lambda d: d["goals"][1]["indicators"].append("Q99"), "goals.G2.indicators：“Q99”不在indicators中"),
        (lambda d: d["phases"][0].update(end=2020), "phases.PH1.end：早于 start"),
        (
            lambda d: d["phases"][0]["duties"][0].update(by="2024-01-31"),
            "phases.PH1.duties.PH1.1.by：不在本阶段",
        ),
        (lambda d: d["phases"][0]["duties"][1].update(id="PH1.1"), "“PH1.1”出现2次"),
        (lambda d: d["phases"][1]["duties"][0].update(id="M01"), "“M01”出现2次"),
        (lambda d: d["mechanisms"][6].update(owner="各部门"), "mechanisms.M07.owner：“各部门”不在"),
        (lambda d: d["mechanisms"][6].pop("owner"), "mechanisms.M07.owner：分单位的机制须写明"),
    ],
)
def test_goals_phases_and_mechanisms_name_only_what_the_plan_has(broken, change, told):
    assert told in broken(change)


def test_a_duty_may_be_a_mere_text(tmp_path):
    data = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    data["phases"][0]["duties"] = ["起草方案", "动员宣传"]
    (tmp_path / "p.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    duties = load_plan(tmp_path / "p.yaml").phases[0].duties
    assert [(d.id, d.text, d.known_from) for d in duties] == [
        ("PH1.1", "起草方案", "office"),
        ("PH1.2", "动员宣传", "office"),
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"meta: [", "不是有效的YAML"), (b"\xff\xfe\x00", "UTF-8"), (b"- 1\n", "字段: 值")],
)
def test_what_is_no_plan_at_all_is_refused_in_chinese(tmp_path, content, told):
    file = tmp_path / "坏方案.yaml"
    file.write_bytes(content)
    with pytest.raises(PlanError, match=told):
        load_plan(file)


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(PlanError, match="没有这个方案"):
        load_plan(tmp_path / "没有这个方案.yaml")


def test_the_committed_schema_is_the_models():
    committed = SHIPPED.with_name("plan.schema.json")
    assert committed.read_text(encoding="utf-8") == schema_text()
