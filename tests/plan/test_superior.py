"""Targets beside those of higher levels: number first, then wording; what was not read is never "not set"."""

import pytest
import yaml

from kepu_eval.plan import PlanError, load_plan
from kepu_eval.plan.superior import Demand, Relation, aligned, relation
from tests.test_second_plan import FILE

KEY = "公民具备科学素质比例"


@pytest.mark.parametrize(
    ("own", "above", "expected"),
    [
        ((">=", 15, "达到15%"), (">", 15, "超过15%"), "弱于"),  # the district and the nation
        ((">", 15, "超过15%"), (">=", 15, "达到15%"), "高于"),
        ((">=", 15, "15%以上"), (">=", 15, "不低于15%"), "一致"),
        ((">=", 16, "不低于16%"), (">", 15, "超过15%"), "高于"),
        ((">=", 14, "达到14%"), (">", 15, "超过15%"), "弱于"),
        ((">=", 15, "力争15%"), (">=", 15, "达到15%"), "弱于"),
        ((">=", 15, "达到15%，力争与全国同期持平"), (">=", 15, "达到15%"), "一致"),
        (("<=", 5, "不超过5%"), ("<=", 6, "不超过6%"), "高于"),  # of a ceiling the lower one asks for more
        (("<=", 5, "不超过5%"), ("<", 5, "低于5%"), "弱于"),
        ((">=", 15, "达到15%"), ("<=", 15, "不超过15%"), "不可比"),
        ((">=", 15, "达到15%"), ("rank", 3, "进入全省前三"), "不可比"),
    ],
)
def test_number_then_strictness_then_promise(own, above, expected):
    demands = [Demand(sign, value, "%", wording) for sign, value, wording in (own, above)]
    assert relation(*demands) == expected
    mirrored = {"高于": "弱于", "弱于": "高于"}
    assert relation(*reversed(demands)) == mirrored.get(expected, expected)


def test_another_unit_is_not_compared_and_nothing_is_not_zero():
    own = Demand(">=", 200, "人次", "累计200人次以上")
    assert relation(own, Demand(">=", 200, "人", "200人以上")) is Relation.INCOMPARABLE
    assert relation(own, None) is relation(None, own) is Relation.UNSET


def test_the_example_is_weaker_than_the_nation_and_does_not_know_region_and_city():
    first, second = aligned(load_plan())
    assert (first.key, first.year, first.own.wording, first.above["国家"].wording) == (
        KEY,
        2025,
        "达到15%",
        "超过15%",
    )
    assert first.relations == {"国家": "弱于", "自治区": "不可比", "市": "不可比"}
    assert first.above["自治区"] == first.above["市"] == "未取得原文"
    assert (second.year, second.own, second.above["国家"].wording, second.relations["国家"]) == (
        2035,
        None,
        "达到25%",
        "未设",
    )


@pytest.fixture
def write(tmp_path):
    def make(*superior, **keys):
        content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        content["meta"]["superior"] = list(superior)
        for item in content["indicators"]:
            item["key"] = keys.get(item["id"], "")
        file = tmp_path / "plan.yaml"
        file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return file

    return make


def level(name, *targets, **more):
    told = [{"key": key, "year": 2030, "operator": sign, "value": value, "wording": wording, "unit": unit}
            for key, sign, value, wording, unit in targets]  # fmt: skip
    return {"doc_no": f"{name}〔2026〕1号", "level": name, "targets": told, **more}


def test_a_second_plan_above_at_and_below_its_superior(write):
    city = level(
        "市", ("素质", ">=", 17, "达到17%", "%"), ("培训", ">=", 1200, "1,200人次以上", "人次"), ("小院", ">", 6, "超过6个", "个"),
        ("场馆", ">=", 3, "不少于3个", "个"), complete=True,
    )  # fmt: skip
    city["targets"][2]["year"] = 2028  # when ours is due
    plan = load_plan(write(city, level("自治区"), K1="素质", K2="培训", K3="学时", K4="小院"))
    rows = {row.key: row for row in aligned(plan)}
    assert {key: row.relations["市"] for key, row in rows.items()} == {
        "素质": "高于",
        "培训": "一致",
        "小院": "弱于",
        "场馆": "未设",
    }
    assert {row.relations["自治区"] for row in rows.values() if row.own} == {
        "不可比"
    }  # silent, and not said to be complete
    assert rows["场馆"].indicator is None
    only = load_plan(write(city, K1="素质", K3="学时"))
    assert {row.key: row.relations["市"] for row in aligned(only)}[
        "学时"
    ] == "未设"  # the city's numbers are all here


def test_a_superior_that_contradicts_itself_is_refused(write):
    wrong = level(
        "市", ("素质", ">=", 18, "超过18%", "%"), ("培训", ">=", 1200, "达到1300人次", "人次"), ("小院", ">", 6, "不超过6个", "个"),
    )  # fmt: skip
    with pytest.raises(PlanError) as told:
        load_plan(write(wrong, {**level("市"), "targets": [{"key": "素质", "year": 2035, "value": 20}]}))
    text = str(told.value)
    for said in ("“超过18%”应写作“>”，不是“>=”", "“达到1300人次”中没有数值1200", "“不超过6个”应写作“>=”", "层级“市”出现两次",
                 "value 与 operator 须同时填写"):  # fmt: skip
        assert said in text
