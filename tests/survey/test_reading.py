"""The survey's cases of the list of bad inputs, C63 to C68, each as a real file."""

import math

import numpy as np
import pandas as pd
import pytest
import yaml

from kepu_eval.survey import SurveyError, read_survey, share_with_missing_as_zero, small_groups

COLUMNS = {"id": "id", "score": "score", "weight": "weight", "stratum": "stratum", "psu": "psu", "age": "age"}


def respondents(n=80):
    rng = np.random.default_rng(5)
    return pd.DataFrame({
        "id": [f"R{k:03d}" for k in range(n)], "stratum": np.repeat(["城", "乡"], n // 2), "psu": np.arange(n) // 10,
        "weight": 100.0, "age": rng.integers(18, 70, n), "score": rng.integers(30, 100, n).astype(float),
        "education": ["小学及以下"] * 14 + ["初中及以上"] * (n - 14),
    })  # fmt: skip


@pytest.fixture
def survey(tmp_path):
    """Write a survey and read it."""

    def read(data, columns=COLUMNS, name="responses.csv", encoding="utf-8"):
        if name.endswith(".csv"):
            data.to_csv(tmp_path / name, index=False, encoding=encoding)
        else:
            data.to_excel(tmp_path / name, index=False)
        about = {"label": "测试", "published": "2023-11-15", "file": name, "threshold": 70, "columns": columns,
                 "groups": {"教育程度": "education"}}  # fmt: skip
        (tmp_path / "survey.yaml").write_text(yaml.safe_dump(about, allow_unicode=True), encoding="utf-8")
        return read_survey(tmp_path)

    return read


def test_c63_ages_outside_18_to_69_are_left_out_and_counted(survey):
    data = respondents()
    data.loc[[3, 9], "age"] = [15, 75]
    found = survey(data)
    assert len(found.data) == 78
    assert "剔除年龄不符2例" in found.notes


def test_c64_without_weights_the_sample_is_described_only(survey):
    found = survey(respondents(), {**COLUMNS, "weight": ""})
    assert found.design is None
    assert any("无权重：仅描述样本" in note for note in found.notes)
    with pytest.raises(SurveyError, match="无权重"):
        share_with_missing_as_zero(found)


def test_c65_scores_out_of_range_are_refused_with_their_rows(survey):
    data = respondents()
    data.loc[[4, 7], "score"] = [101, -3]
    with pytest.raises(SurveyError, match=r"“responses.csv”第6行（101.0）、第9行（-3.0）得分越界"):
        survey(data)


def test_c66_missing_answers_are_told_and_computed_both_ways(survey):
    data = respondents()
    data["score"] = 80.0
    data.loc[:39, "score"] = 50.0
    data.loc[[0, 1, 40, 41], "score"] = np.nan
    found = survey(data)
    assert any(note.startswith("缺答率5.0%（4例），请确认缺答规则") for note in found.notes)
    dropped = found.design.proportion("literate")["estimate"].iloc[0]
    as_zero = share_with_missing_as_zero(found)["estimate"].iloc[0]
    assert math.isclose(dropped, 38 / 76)
    assert math.isclose(as_zero, 38 / 80)


def test_c67_repeated_respondents_count_once(survey):
    data = respondents()
    found = survey(pd.concat([data, data.head(3)]))
    assert len(found.data) == 80
    assert "去重3例" in found.notes


def test_c68_small_groups_are_not_shown_alone(survey):
    data = respondents()
    data["age"] = 40
    assert small_groups(survey(data)) == ["教育程度“小学及以下”n=14，不单列"]


@pytest.mark.parametrize(
    ("name", "encoding"), [("r.csv", "utf-8"), ("r.csv", "utf-8-sig"), ("r.csv", "gb18030"), ("r.xlsx", "")]
)
def test_a_survey_is_read_from_csv_of_any_encoding_and_from_excel(survey, name, encoding):
    found = survey(respondents(), name=name, encoding=encoding or "utf-8")
    assert len(found.data) == 80
    assert set(found.data["education"]) == {"小学及以下", "初中及以上"}


def test_a_score_that_is_no_number_is_named(survey):
    data = respondents().astype({"score": object})
    data.loc[2, "score"] = "八十"
    with pytest.raises(SurveyError, match=r"列“score”第4行（八十）不是数字"):
        survey(data)


def test_personal_data_is_refused_without_being_repeated(survey):
    data = respondents().assign(phone="13800138000")
    with pytest.raises(SurveyError, match="列“phone”疑含手机号码") as refusal:
        survey(data)
    assert "138" not in str(refusal.value)
