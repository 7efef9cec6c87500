"""The explorer's sections on the example survey: figures by hand, small groups kept back, parameters refused."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kepu_eval.report import ParameterError, explorer
from kepu_eval.report.blocks import merged_facts
from kepu_eval.report.survey_gaps import focus_differences, group_differences
from kepu_eval.survey import SMALLEST_GROUP, SurveyError
from tests.report.notebook_words import paragraphs
from tests.report.notebook_words import told as told_of

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "data" / "example" / "survey-2025"
SECTIONS = (
    "profile",
    "missingness",
    "weights",
    "items",
    "item_response",
    "level",
    "gaps",
    "small_areas",
    "trend",
    "planning",
    "borrowed",
)


def study(**more):
    return explorer.open_study({"survey": str(FOLDER), "as_of": "2025-12-31", "replicates": 100} | more)


@pytest.fixture(scope="module")
def opened():
    return study(previous=str(FOLDER.with_name("survey-2023")))


@pytest.fixture(scope="module")
def blocks(opened):
    made = {name: list(getattr(explorer, name)(opened)) for name in SECTIONS}
    return made | {"words": paragraphs("survey", opened, "{{")}


def facts(blocks):
    return merged_facts(block for section in blocks.values() for block in section)


def answers():
    return pd.read_csv(FOLDER / "responses.csv"), pd.read_csv(FOLDER / "items.csv")


def literate(data, key):
    """Score 40/20/20/20 by share of right answers in each dimension, computed afresh."""
    weights = {"知识": 40, "方法": 20, "精神与思想": 20, "应用能力": 20}
    score = 0
    for name, items in key.groupby("dimension"):
        right = data[items["item"]].to_numpy() == items["correct"].to_numpy()
        score = score + right.mean(axis=1) * weights[name]
    return np.round(score, 9) >= 70


def test_the_share_is_that_of_the_raked_weights(opened, blocks):
    data, key = answers()
    share = np.average(literate(data, key), weights=opened.design.weights)
    assert facts(blocks)["估计.全体.estimate"].value == pytest.approx(share * 100, rel=1e-9)
    plain = np.average(literate(data, key), weights=data["weight"])
    assert facts(blocks)["校准.前"].value == pytest.approx(plain * 100, rel=1e-9)


def test_raked_weights_meet_the_census(opened):
    margins = pd.read_csv(FOLDER / "margins.csv").set_index(["variable", "category"])["population"]
    data = opened.design.data.assign(w=opened.design.weights)
    for title in ("性别", "年龄", "教育程度", "城乡"):
        sums = data.groupby(opened.survey.groups[title], observed=True)["w"].sum()
        for category, total in sums.items():
            assert total == pytest.approx(margins[title, category], rel=1e-9)


def test_a_gap_is_the_difference_of_its_two_shares(opened):
    rows = group_differences(opened.design, opened.domains, 0.95)
    assert np.allclose(rows["estimate"], rows["share"] - rows["base_share"])
    assert (rows["ci_low"] < rows["estimate"]).all()
    assert set(rows.query("title == '性别'")["group"]) == {"女"}


def test_focus_groups_stand_against_everybody_else(opened):
    rows = focus_differences(opened.design, opened.survey.focus, 0.95).set_index("group")
    data, key = answers()
    old, who = data["age"] >= 60, literate(data, key)
    w = opened.design.weights
    gap = np.average(who[old], weights=w[old]) - np.average(who[~old], weights=w[~old])
    assert rows.loc["老年人", "estimate"] == pytest.approx(gap * 100, rel=1e-9)
    assert "领导干部和公务员" not in rows.index  # too few respondents


def test_small_groups_are_nowhere(opened, blocks):
    small = opened.survey.data["occupation"].value_counts().loc["领导干部和公务员"]
    assert small < SMALLEST_GROUP
    told = facts(blocks)
    assert not [name for name in told if "领导干部和公务员" in name]
    hidden = [
        row
        for block in blocks["level"]
        if block.kind == "table"
        for row in block.rows
        if row[2].text == "不单列"
    ]
    assert {row[1].text for row in hidden} > {
        "领导干部和公务员"
    }  # and another, or the total would give it away


def test_a_share_of_zero_has_neither_error_nor_a_gap(blocks):
    told = facts(blocks)
    assert told["估计.教育程度.小学及以下.estimate"].value == 0
    assert told["估计.教育程度.小学及以下.se"].text == "—"
    assert told["估计.教育程度.小学及以下.ci_low"].text == "—"
    assert not [name for name in told if name.startswith("差距.") and "小学及以下" in told[name].label]


def test_every_figure_names_its_file_columns_and_formula(blocks):
    for fact in facts(blocks).values():
        assert fact.formula, fact.id
        assert fact.label, fact.id
    share = facts(blocks)["估计.城乡.农牧区.estimate"]
    assert share.sources[0].file == "survey-2025/responses.csv"
    assert share.sources[0].cell == "列 q01…q24、weight、stratum、community、residence"


def test_no_respondent_and_no_community_is_in_the_outputs(blocks):
    shown = [block.compact("png") for section in blocks.values() for block in section]
    text = json.dumps(shown, ensure_ascii=False)
    data, _ = answers()
    assert not [name for column in ("id", "community") for name in data[column].unique() if name in text]


def test_only_rates_published_by_the_as_of_date_are_shown():
    told = facts({"trend": explorer.trend(study(as_of="2023-12-31"))})
    assert {name for name in told if name.startswith("对照.")} == {
        f"对照.全国.{year}" for year in (2015, 2020, 2022)
    }


def test_rounds_of_other_thresholds_are_not_compared(tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    for file in FOLDER.with_name("survey-2023").iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    mapping = other / "survey.yaml"
    mapping.write_text(
        mapping.read_text(encoding="utf-8").replace("threshold: 70", "threshold: 60"), encoding="utf-8"
    )
    opened = study(previous=str(other))
    assert "不可比" in told_of("survey", opened, "变化.")
    assert "2023年10" not in next(iter(explorer.trend(opened))).alt  # nor drawn as one line


def changed(folder, file, change, mapping=lambda text: text):
    """The example in another folder with one file's frame, and the mapping's text, changed."""
    for path in FOLDER.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    change(pd.read_csv(folder / file)).to_csv(folder / file, index=False)
    text = (folder / "survey.yaml").read_text(encoding="utf-8")
    (folder / "survey.yaml").write_text(mapping(text), encoding="utf-8")
    return study(survey=str(folder))


def test_an_areas_figures_come_from_its_respondents(opened, blocks):
    data, key = answers()
    street = data["street"] == "城区A第2街道"
    told = facts(blocks)
    share = np.average(literate(data, key)[street], weights=opened.design.weights[street])
    assert told["街镇.城区A第2街道.direct"].value == pytest.approx(share * 100, rel=1e-9)
    assert told["街镇.城区A第2街道.n"].value == street.sum()
    assert (
        told["街镇.城区A第2街道.eblup"].value < share * 100
    )  # drawn towards what the schooling of its people predicts
    assert told["街镇.城区A第2街道.rmse"].value < told["街镇.城区A第2街道.se"].value
    assert told["街镇.城区A第2街道.direct"].sources[0].cell.endswith("、street")


def test_an_area_too_small_is_fitted_but_not_shown(tmp_path):
    def fewer(data):
        some = data["street"] == "城区A第2街道"
        return data[~some | (some.cumsum() <= 20)]

    opened = changed(tmp_path, "responses.csv", fewer)
    assert "15个地区有样本" in told_of("survey", opened, "街镇.")
    shown = explorer.small_areas(opened)
    told = facts({"areas": shown})
    assert not [name for name in told if "城区A第2街道" in name]
    assert len([name for name in told if name.endswith(".eblup")]) == 13  # another hides it from subtraction
    assert [block.note for block in shown if block.kind == "table"][-1].endswith("共2个不单列。")


def test_areas_without_a_sample_or_covariates_are_told_of(tmp_path):
    more = changed(
        tmp_path, "areas.csv", lambda frame: pd.concat([frame, frame.iloc[:1].assign(area="新街道")])
    )
    assert "没有样本、不作估计的地区：新街道。" in told_of("survey", more, "街镇.")
    fewer = changed(tmp_path, "areas.csv", lambda frame: frame.iloc[1:])
    assert list(explorer.small_areas(fewer)) == []
    assert (
        told_of("survey", fewer, "街镇.")
        == "地区城区A第1街道没有协变量，请在地区协变量文件中补充，名称与调查数据一致。"
    )


def test_without_areas_nothing_is_modelled(tmp_path):
    def without(text):
        return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("areas:"))

    opened = changed(tmp_path, "areas.csv", lambda frame: frame, without)
    assert list(explorer.small_areas(opened)) == []
    assert told_of("survey", opened, "街镇.") == "变量对照表没有写明地区及其协变量（areas），不作小区域估计。"


def test_codes_of_areas_have_the_names_of_the_mapping(tmp_path):
    streets = list(pd.read_csv(FOLDER / "areas.csv")["area"])
    labels = "".join(f"{k}: {name}, " for k, name in enumerate(streets))
    opened = changed(
        tmp_path, "responses.csv",
        lambda data: data.assign(street=data["street"].map(streets.index)),
        lambda text: text + f"labels:\n  street: {{{labels}}}\n",
    )  # fmt: skip
    told = facts({"areas": explorer.small_areas(opened)})
    assert {f"街镇.{name}.eblup" for name in streets} <= set(told)


def test_a_faulty_file_of_areas_stops_the_study(tmp_path):
    with pytest.raises(
        SurveyError, match=r"“areas\.csv”列“大专及以上比例”第2行（城区A第1街道）为“很高”，应填数字"
    ):
        changed(tmp_path, "areas.csv", lambda frame: frame.assign(大专及以上比例="很高"))


def test_the_questions_stand_on_one_scale(blocks):
    told = facts(blocks)
    data, key = answers()
    easy, hard = (f"反应.{name}.difficulty" for name in (
        (data[key["item"]] == key.set_index("item")["correct"]).mean().agg(["idxmax", "idxmin"])))  # fmt: skip
    difficulties = {
        name: fact.value for name, fact in told.items() if name.endswith(".difficulty") and "反应" in name
    }
    assert min(difficulties, key=difficulties.get) == easy
    assert difficulties[hard] > np.median(list(difficulties.values()))
    assert told["反应.AIC"].value < told["反应.AIC.Rasch"].value


def test_without_item_answers_there_is_no_item_response(tmp_path):
    def scored(text):
        return text.replace("age: age}", "age: age, score: q01}")

    opened = changed(tmp_path, "responses.csv", lambda data: data, scored)
    assert list(explorer.item_response(opened)) == []
    assert told_of("survey", opened, "反应.") == ""


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"domain": ["性别"]}, "不认识的参数：domain"),
        ({"domains": ["民族"]}, "domains：变量对照表中没有分组“民族”，可选：性别、年龄"),
        ({"survey": "没有这里"}, "survey：找不到“没有这里”"),
        ({"target": 0.0}, "target：应在0与100之间"),
        ({"as_of": "年底"}, "as_of：“年底”不是日期"),
    ],
)
def test_parameters_that_cannot_be_used_are_refused(more, told):
    with pytest.raises(ParameterError, match=told):
        study(**more)


def test_without_weights_nothing_is_inferred(tmp_path):
    for file in FOLDER.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    mapping = tmp_path / "survey.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("weight: weight, ", ""), encoding="utf-8")
    with pytest.raises(ParameterError, match="没有权重，只能描述样本"):
        explorer.open_study({"survey": str(tmp_path)})


def test_an_assumed_share_below_the_target_cannot_be_planned_for():
    opened = study(assumed=14.0)
    assert "再大的样本也不能确认达到" in told_of("survey", opened, "规划.八成把握")
    assert list(explorer.planning(opened)) == []


def test_the_menu_redraws_the_chosen_grouping_and_papermill_sees_none(opened, monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert explorer.choose_group(opened, True) is None
    assert explorer.choose_table(opened, True) is None
    monkeypatch.setenv("JPY_SESSION_NAME", "notebook")
    assert explorer.choose_group(opened, False) is None
    assert len(explorer.choose_table(opened, True).children) == 3
    box = explorer.choose_group(opened, True)
    menu, _ = box.children
    assert list(menu.options) == ["性别", "年龄", "城乡", "教育程度", "职业"]
    menu.value = "城乡"


def test_a_two_way_table_hides_small_groups_and_a_wrong_title_is_told(opened):
    table = explorer.two_way(opened, "性别", "职业")
    assert list(table.index) == ["男", "女"]
    small = opened.design.proportion("literate", by=["sex", "occupation"]).query(f"n < {SMALLEST_GROUP}")
    assert all(np.isnan(table.loc[row.sex, row.occupation]) for row in small.itertuples())
    assert "没有分组“民族”" in explorer.attempt(explorer.two_way, opened, "性别", "民族")


def test_the_bootstrap_is_calibrated_anew_in_every_replicate(opened, blocks):
    again = opened.design.replicates("bootstrap", 100, opened.seed, recalibrate=True).proportion("literate")
    assert facts(blocks)["估计.全体.重复法"].value == pytest.approx(again["se"].item() * 100, rel=1e-9)
