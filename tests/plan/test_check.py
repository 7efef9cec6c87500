"""`plan check` names everything that cannot be judged, in one go, and never advises to turn a target round."""

import re

import pytest
import yaml

from kepu_eval.plan import PlanError, load_plan
from kepu_eval.resources import resource

SHIPPED = resource("plan/kundulun-2021-2025.yaml").read_text(encoding="utf-8")


def problems(folder, change):
    data = yaml.safe_load(SHIPPED)
    change(data)
    file = folder / "plan.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    try:
        load_plan(file)
    except PlanError as error:
        return error.problems
    return []


def of(number, **changes):
    def change(data):
        next(i for i in data["indicators"] if i["id"] == number).update(changes)

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (of("Q01", target=0.15), "indicators.Q01.target：百分数写百分号前的数（15%写15），现为0.15"),
        (of("Q01", target=300), "indicators.Q01.target：300%超过100%"),
        (of("Q08", target=-2000), "indicators.Q08.target：-2000是负数"),
        (of("Q08", target=0), "indicators.Q08.target：目标值为0，任何数都算达到"),
        (of("Q01", owner="区气象局"), "indicators.Q01.owner：“区气象局”不是units、groups中的名称"),
        (of("Q11", target=5), "indicators.Q11.target：trend类只看逐年增减，5会被忽略"),
        (of("Q08", operator="rank"), "indicators.Q08.operator：cumulative类目前不能判定“rank”（进入前几位）"),
        (of("Q10", operator="rank", target=3.5), "indicators.Q10.target：名次须为整数，现为3.5"),
        (of("Q10", horizon="2060-12-31"), "indicators.Q10.horizon：2060年不在2021—2045年内"),
        (of("Q08", shares=[{"unit": "区农牧局", "target": 1500}]), "indicators.Q08.shares：各单位分担之和1500不等于目标2000"),
        (of("Q08", shares=[{"unit": "区气象局", "target": 2000}]), "indicators.Q08.shares：“区气象局”不牵头、也不负责任务6"),
        (of("Q06", reference={"name": "全国平均"}), "indicators.Q06.reference：annual类目前不能与参照值比较判定"),
        (of("Q10", measures=[{"id": "a", "name": "分子", "unit": "人", "role": "numerator"}]), "indicators.Q10.measures：须有一项 role 为 numerator、一项为 denominator"),
        (of("Q02", entities="街道/镇"), "indicators.Q02.entities：“街道/镇”"),
        (of("Q10", operator="range", target_high=20000), "indicators.Q10.target_high：区间的上限须大于下限25000"),
        (of("Q10", target_high=30000), "indicators.Q10.target_high：比较方式不是range"),
        (of("Q10", kind="rate_of_change"), "indicators.Q10.baseline：按变化率判定须写明不为0的基期值"),
        (of("Q10", milestones=[{"year": 2025, "target": 1}]), "indicators.Q10.milestones：年份应由早到晚、早于到期年2025"),
        (of("Q06", milestones=[{"year": 2023, "target": 1}]), "indicators.Q06.milestones：annual类目前不能按里程碑判定"),
        (of("Q06", period="semester"), "indicators.Q06.period：annual类目前不能按“semester”判定"),
        (of("Q10", to_confirm="类型由原文猜出"), "indicators.Q10：待确认（类型由原文猜出）"),
        (of("Q01", survey={"outcome": "健康素养水平", "group": "城乡"}), "indicators.Q01.survey：group（分组）与 value（类别）须同时写"),
        (of("Q07", of_which="Q07"), "indicators.Q07.of_which：“Q07”不在其他indicators中"),
        (lambda d: d["units"][1].update(id="U01"), "units、groups 的编号（id）：“U01”出现2次"),
        (lambda d: d["rounds"][0].update(as_of="2031-12-31", due="2032-01-01"), "rounds.2023-midterm.as_of：2031-12-31不在规划期2021—2025年内"),
        (lambda d: d["rounds"][0].update(due="2023-01-01"), "rounds.2023-midterm.due：报送期限2023-01-01早于基准日2023-12-31"),
        (lambda d: d["tasks"][0]["lead"].update(unit="各街道办事处、镇"), "tasks[1].lead.unit：“各街道办事处、镇”是统称，不能牵头"),
        (lambda d: d.update(history=[{"date": "2024-01-01", "what": "merged", "units": ["U03", "U77"], "into": ["U99"]}]),
         "history[1]：“U77”不在units（写编号）中"),
        (lambda d: d.update(history=[{"date": "2024-01-01", "what": "lead", "units": ["U03"], "into": ["U02"], "task": 77}]),
         "history[1].task：“77”不在tasks中"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_or_judged_is_refused(tmp_path, change, told):
    found = problems(tmp_path, change)
    assert any(told in line for line in found), found
    assert not any(re.search("改为：?“?>=", line) for line in found)


def test_types_and_the_rest_are_listed_together(tmp_path):
    def change(data):
        data["meta"]["office"] = None
        data["rounds"][1]["as_of"] = "明年"
        data["indicators"][1].pop("unit")
        data["units"][1]["id"] = "U01"
        data["indicators"][0]["target"] = 0.15
        data["tasks"][3]["lead"]["unit"] = "区气象局"
        data["tasks"][4]["titel"] = "x"

    found = "\n".join(problems(tmp_path, change))
    for told in ("meta.office", "rounds[2].as_of", "indicators[2].unit", "“U01”出现2次", "indicators.Q01.target",
                 "tasks[4].lead.unit：“区气象局”", "tasks[5].titel"):  # fmt: skip
        assert told in found
    assert "2000-01-01" not in found
    assert "待填" not in found


@pytest.mark.parametrize(
    "change",
    [
        of("Q01", operator=">"), of("Q01", operator=">", target=None, reference={"name": "全国平均", "values": {2025: 14}}),
        of("Q08", operator="<="), of("Q06", period="month"), of("Q06", period="two_years", operator="range", target_high=99999),
        of("Q10", operator="rank", target=3), of("Q10", horizon="2035-12-31", milestones=[{"year": 2025, "target": 1}, {"year": 2027, "target": 2}]),
        of("Q10", unit="%", target=60, measures=[{"id": "a", "name": "甲", "unit": "人", "role": "numerator"}, {"id": "b", "name": "乙", "unit": "人", "role": "denominator"}]),
        of("Q10", binding="约束性"),
    ],
)  # fmt: skip
def test_what_plans_ask_for_can_be_written(tmp_path, change):
    assert problems(tmp_path, change) == []


def test_a_share_below_one_percent_and_a_ceiling_of_zero_can_be_meant(tmp_path):
    assert problems(tmp_path, of("Q10", unit="%", target=0.5, operator="<=")) == []
    assert problems(tmp_path, of("Q10", unit="%", target=0.15, decimals=2)) == []
    assert problems(tmp_path, of("Q10", unit="起", target=0, operator="<=")) == []
