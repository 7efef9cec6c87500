"""The survey's cases of the list of bad inputs, C63 to C68, each as a real file."""

import math
import re
import sys

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


def write(data, path, encoding="utf-8"):
    """The data as a file of the kind its name says; education as labelled codes where the format has labels."""
    kind = path.suffix
    if kind == ".csv":
        data.to_csv(path, index=False, encoding=encoding)
    elif kind in (".xlsx", ".ods"):
        data.to_excel(path, index=False, sheet_name="数据")
    elif kind == ".parquet":
        pytest.importorskip("pyarrow")
        data.to_parquet(path)
    else:
        pyreadstat = pytest.importorskip("pyreadstat")
        names = {1: "小学及以下", 2: "初中及以上"}
        coded = data.assign(education=data["education"].map({name: code for code, name in names.items()}))
        save = pyreadstat.write_dta if kind == ".dta" else pyreadstat.write_sav
        save(coded, path, variable_value_labels={"education": names, "score": {99: "满意"}})


@pytest.fixture
def survey(tmp_path):
    """Write a survey and read it."""

    def read(data, columns=COLUMNS, name="responses.csv", encoding="utf-8", **more):
        write(data, tmp_path / name, encoding)
        about = {"label": "测试", "published": "2023-11-15", "file": name, "threshold": 70, "columns": columns,
                 "groups": {"教育程度": "education"}} | more  # fmt: skip
        (tmp_path / "survey.yaml").write_text(yaml.safe_dump(about, allow_unicode=True), encoding="utf-8")
        return read_survey(tmp_path)

    read.folder = tmp_path
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


FILES = [("r.csv", "utf-8"), ("r.csv", "utf-8-sig"), ("r.csv", "gb18030"), ("r.xlsx", ""), ("r.sav", ""),
         ("r.zsav", ""), ("r.dta", ""), ("r.parquet", "")]  # fmt: skip


@pytest.mark.parametrize(("name", "encoding"), FILES)
def test_every_kind_of_file_gives_the_same_estimates(survey, name, encoding):
    data = respondents()
    data.loc[[5, 50], "score"] = np.nan
    found = survey(data, name=name, encoding=encoding or "utf-8")
    assert found.received == len(found.data) == 80
    assert set(found.data["education"]) == {"小学及以下", "初中及以上"}
    expected = (data["score"].dropna() >= 70).mean()  # equal weights
    assert found.design.proportion("literate")["estimate"].iloc[0] == pytest.approx(expected, rel=1e-12)
    by = found.design.proportion("literate", by="education").set_index("group")["n"]
    assert by.to_dict() == {"小学及以下": 13, "初中及以上": 65}


def test_labels_of_a_statistical_file_are_categories_in_the_order_of_their_codes(survey):
    found = survey(respondents(), name="r.sav")
    assert list(found.data["education"].cat.categories) == ["小学及以下", "初中及以上"]
    assert found.data["score"].max() <= 100  # a label on one value does not make a number a category
    named = survey(respondents(), name="r.sav", labels={"education": {1: "小学", 2: "初中以上"}})
    assert list(named.data["education"].cat.categories) == ["小学", "初中以上"]


def test_codes_get_the_names_the_mapping_gives_them(survey):
    data = respondents().assign(sex=[1, 2] * 39 + [3, np.nan])
    found = survey(data, groups={"性别": "sex"}, labels={"sex": {1: "男", 2: "女"}})
    assert found.data["sex"].value_counts(sort=False).to_dict() == {"男": 39, "女": 39, "3": 1}
    assert found.data["sex"].isna().sum() == 1


@pytest.mark.parametrize("order", [None, ["2", "10", "1"]])
def test_codes_beside_missing_values_stay_whole_numbers(survey, order):
    data = respondents()
    data["education"] = [1, 2, 10, None] * 20
    group = {"column": "education"} | ({"order": order} if order else {})
    found = survey(data, groups={"教育程度": group})
    assert found.design.proportion("literate", by="education")["group"].tolist() == (
        order or ["1", "2", "10"]
    )


def test_ages_become_groups_with_the_lower_limit_included(survey):
    data = respondents()
    data["age"] = [18, 29, 30, 69] * 20
    found = survey(data, groups={"年龄": {"column": "age", "bins": [18, 30, 70], "unit": "岁"}})
    assert found.data[found.groups["年龄"]].value_counts(sort=False).to_dict() == {
        "18—29岁": 40,
        "30—69岁": 40,
    }


def test_categories_stand_in_the_order_given_and_others_are_named(survey):
    order = ["初中及以上", "小学及以下"]
    found = survey(respondents(), groups={"教育": {"column": "education", "order": order}})
    assert list(found.data["education"].cat.categories) == order
    with pytest.raises(SurveyError, match=r"列“education”有对照表 order 之外的取值：小学及以下"):
        survey(respondents(), groups={"教育": {"column": "education", "order": ["初中及以上"]}})


def test_focus_groups_may_overlap_and_take_codes_or_their_names(survey):
    data = respondents().assign(age=[60] * 20 + [30] * 60)
    focus = {
        "老年人": {"column": "age", "at_least": 60},
        "低学历": {"column": "education", "values": ["小学及以下"]},
    }
    for name in ("r.csv", "r.sav"):
        found = survey(data, name=name, focus=focus)
        members = {title: int((found.data[column] == "是").sum()) for title, column in found.focus.items()}
        assert members == {"老年人": 20, "低学历": 14}
    with pytest.raises(SurveyError, match=r"focus.官员 在“r.csv”中没有任何人"):
        survey(data, name="r.csv", focus={"官员": {"column": "education", "values": ["公务员"]}})


def test_a_sheet_is_read_by_its_name(survey):
    assert len(survey(respondents(), name="r.xlsx", sheet="数据").data) == 80
    with pytest.raises(SurveyError, match="没有工作表“表2”，现有：数据"):
        survey(respondents(), name="r.xlsx", sheet="表2")


@pytest.mark.parametrize("name", ["r.xlsx", "r.xls", "r.ods", "r.sav", "r.dta", "r.parquet", "r.csv"])
def test_a_damaged_file_gets_one_message(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x00\xff damaged")
    about = {"label": "测试", "published": "2023-11-15", "file": name, "columns": {"score": "score"}}
    (tmp_path / "survey.yaml").write_text(yaml.safe_dump(about, allow_unicode=True), encoding="utf-8")
    with pytest.raises(SurveyError, match=f"“{name}”"):
        read_survey(tmp_path)


def test_without_the_optional_package_it_says_what_to_install(survey, monkeypatch):
    for name, package in (("r.sav", "pyreadstat"), ("r.parquet", "pyarrow")):
        survey(respondents(), name=name)
        with monkeypatch.context() as without:
            without.setitem(sys.modules, package, None)
            with pytest.raises(SurveyError, match=f"pip install {package}"):
                read_survey(survey.folder)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"columns": {"weight": "weight"}}, "columns.score：缺少得分列"),
        ({"published": "去年"}, "survey.yaml：published：不是日期，现为“去年”；写成 2023-12-31 的形式"),
        ({"wieght": "w"}, "survey.yaml：wieght：不认识的字段"),
        ({"groups": {"年龄": {"column": "age", "bins": [30, 18]}}}, "groups.年龄.bins：分界应为从小到大"),
        ({"focus": {"老": {"column": "age"}}}, "focus.老：values（取值）与 at_least"),
        ({"lonely": "drop"}, "lonely：取值不在允许范围"),
        ({"file": "没有.csv"}, "找不到调查数据“没有.csv”"),
        ({"file": "r.doc"}, "“r.doc”的格式不支持"),
        ({"columns": {**COLUMNS, "weight": "w", "psu": "p"}}, "缺少列：w、p，请检查变量对照表"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_where_and_what_to_do(survey, more, told):
    with pytest.raises(SurveyError, match=re.escape(told)):
        survey(respondents(), **more)


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
