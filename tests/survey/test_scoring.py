"""Answers to points: the arithmetic by hand, the key as people write it, and what must never be mixed."""

import numpy as np
import pandas as pd
import pytest
import yaml

from kepu_eval.survey import SurveyError, marked, read_key, scored
from kepu_eval.survey.answer_key import AnswerKey
from kepu_eval.survey.scoring import at_threshold

ITEMS = [
    {"item": "k1", "dimension": "知识", "correct": "A", "dont_know": "9"},
    {"item": "k2", "dimension": "知识", "correct": ["B", "C"], "dont_know": "9", "points": 3},
    {"item": "m1", "dimension": "方法", "correct": 1, "dont_know": 9},
    {"item": "s1", "dimension": "精神与思想", "correct": 1},
    {"item": "a1", "dimension": "应用能力", "correct": 2},
]
KEY = AnswerKey(instrument="示例题本", items=ITEMS)
ANSWERS = pd.DataFrame(
    {
        "k1": ["A", "B", "9", None, None, "A"],
        "k2": ["C", "B", "9", "B", None, "X"],
        "m1": [1, 1.0, 9, "１", None, 1],
        "s1": [1, 1, 0, 1, None, 1],
        "a1": [2, 0, 2, 2, "", 2],
    }
)


def key_file(folder, name="key.yaml", **changes):
    file = folder / name
    file.write_text(
        yaml.safe_dump({"instrument": "题本", "items": ITEMS} | changes, allow_unicode=True), encoding="utf-8"
    )
    return file


def test_dimensions_are_weighted_by_the_share_of_their_points():
    found = scored(ANSWERS, KEY)
    # Knowledge is 40 points for 1 + 3 points of items: k1 alone 10, k2 alone 30; the other dimensions 20 an item.
    assert found["score"].tolist()[:4] == [100, 30 + 20 + 20, 20, 30 + 60]
    assert found.loc[5, "score"] == 10 + 60
    assert found.loc[1, ["知识", "方法", "精神与思想", "应用能力"]].tolist() == [30, 20, 20, 0]


def test_the_threshold_is_inclusive_and_those_exactly_on_it_are_counted_apart():
    found = scored(ANSWERS, KEY)
    assert found["literate"].tolist()[:4] == [1, 1, 0, 1]
    assert found["at_threshold"].tolist() == [False, True, False, False, False, True]
    assert at_threshold(found, KEY).startswith("得分恰为70分的2人")


def test_thirds_that_add_to_the_threshold_reach_it():
    """40 × 1/3 + 20 × 2/3 + … is 60 in the mind and 59.99999999999999 in binary."""
    items = [
        {"item": f"{d}{k}", "dimension": d, "correct": 1}
        for d in ("知识", "方法", "精神与思想", "应用能力")
        for k in range(3)
    ]
    key = AnswerKey(instrument="三题", items=items, threshold=60)
    right = {"知识": 1, "方法": 2, "精神与思想": 2, "应用能力": 3}  # 13.33 + 13.33 + 13.33 + 20
    row = {f"{d}{k}": int(k < n) for d, n in right.items() for k in range(3)}
    found = scored(pd.DataFrame([row]), key)
    assert found["at_threshold"].tolist() == [True]
    assert found["literate"].tolist() == [1.0]


def test_wrong_dont_know_and_missing_are_kept_apart():
    found = scored(ANSWERS, KEY)
    assert found[["right", "wrong", "dont_know", "missing"]].to_numpy().tolist() == [
        [5, 0, 0, 0], [3, 2, 0, 0], [1, 1, 3, 0], [4, 0, 0, 1], [0, 0, 0, 5], [4, 1, 0, 0],
    ]  # fmt: skip
    assert marked(ANSWERS, KEY).loc[2].tolist() == ["dont_know", "dont_know", "dont_know", "wrong", "right"]


def test_who_answered_nothing_has_no_score_and_a_blank_item_follows_the_rule():
    assert np.isnan(scored(ANSWERS, KEY).loc[4, ["score", "literate"]].to_numpy(dtype=float)).all()
    strict = scored(ANSWERS, KEY.model_copy(update={"missing": "incomplete"}))
    assert strict["score"].isna().tolist() == [False, False, False, True, True, False]
    assert strict.loc[3, "at_threshold"] == False  # noqa: E712 - numpy's own False


def test_an_item_that_the_data_lack_is_named():
    with pytest.raises(SurveyError, match="缺少题目：m1、a1，请核对题目表“示例题本”"):
        scored(ANSWERS.drop(columns=["m1", "a1"]), KEY)


def test_a_key_reads_the_same_from_yaml_csv_and_excel(tmp_path):
    table = pd.DataFrame(
        {
            "题号": [i["item"] for i in ITEMS],
            "维度": [i["dimension"] for i in ITEMS],
            "正确答案": ["A", "B、C", 1, 1, 2],
            "不知道": ["9", "9", 9, None, None],
            "分值": [1, 3, None, None, None],
        }
    )
    table.to_csv(tmp_path / "题本.csv", index=False, encoding="gb18030")
    table.to_excel(tmp_path / "题本.xlsx", index=False)
    keys = [read_key(tmp_path / "题本.csv"), read_key(tmp_path / "题本.xlsx"), read_key(key_file(tmp_path))]
    assert keys[0] == keys[1] == keys[2]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": {"知识": 40, "方法": 20, "精神与思想": 20, "应用能力": 10}}, "合计为90，应为100"),
        ({"weights": {"知识": 60, "方法": 20, "精神与思想": 20}}, "维度“应用能力”没有分值"),
        ({"items": ITEMS[:4]}, "维度“应用能力”没有题目"),
        ({"items": [*ITEMS, ITEMS[0]]}, "题目“k1”出现2次"),
        ({"items": [*ITEMS, {**ITEMS[0], "item": "k9", "dont_know": "A"}]}, "“不知道”代码“A”同时是正确答案"),
        ({"items": [*ITEMS, {"item": "k9", "dimension": "知识", "correct": []}]}, r"items\[6\]\.correct"),
        ({"threshold": 170}, "threshold"),
        ({"missing": "ignore"}, "missing"),
        ({"cutoff": 70}, "cutoff：不认识的字段"),
    ],
)
def test_a_key_that_cannot_be_right_is_refused_with_file_and_place(tmp_path, changes, message):
    with pytest.raises(SurveyError, match=message) as refusal:
        read_key(key_file(tmp_path, **changes))
    assert "key.yaml" in str(refusal.value)


def test_a_table_without_a_needed_column_is_refused(tmp_path):
    (tmp_path / "题本.csv").write_text("题号,维度\nk1,知识\n", encoding="utf-8")
    with pytest.raises(SurveyError, match=r"“题本\.csv”缺少列：正确答案"):
        read_key(tmp_path / "题本.csv")
