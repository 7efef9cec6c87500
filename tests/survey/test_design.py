"""Estimates against R 4.2.2 with survey 4.5 on a synthetic citizens' survey; and data that support none."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kepu_eval.survey import SurveyDesign, SurveyError, published_by, read_survey

HERE = Path(__file__).parent / "reference"
CIVIC = pd.read_csv(HERE / "data" / "civic.csv")
REFERENCE = pd.to_numeric(
    pd.read_csv(HERE / "civic_reference.csv", keep_default_na=False).set_index(
        ["func", "args", "variable", "domain", "stat"]
    )["value"],
    errors="coerce",  # R writes NA and NaN for what it does not give
)
DOMAINS = [("sex", "F"), ("sex", "M"), ("urban", "rural"), ("urban", "urban"), ("age", "18-29"), ("age", "60-69"),
           ("occ", "farmer"), ("occ", "cadre")]  # fmt: skip


@pytest.fixture
def design():
    return SurveyDesign(CIVIC, "w", "stratum", "psu")


def test_the_overall_share_is_that_of_r(design):
    row = design.proportion("literate").iloc[0]
    for name, stat in (("estimate", "est"), ("se", "se"), ("deff", "deff_replace")):
        assert row[name] == pytest.approx(REFERENCE["svymean", "", "literate", "all", stat], rel=1e-8)
    assert row["df"] == 35


def test_the_interval_is_that_of_rs_logit_method(design):
    row = design.proportion("literate").iloc[0]
    for name, stat in (("ci_low", "lcl"), ("ci_high", "ucl")):
        assert row[name] == pytest.approx(
            REFERENCE["svyciprop", "method=logit", "literate", "all", stat], rel=1e-8
        )


@pytest.mark.parametrize(("by", "group"), DOMAINS)
def test_domains_keep_the_whole_design(design, by, group):
    row = design.proportion("literate", by=by).set_index("group").loc[group]
    assert row["estimate"] == pytest.approx(REFERENCE["svyby", by, "literate", group, "est"], rel=1e-8)
    assert row["se"] == pytest.approx(REFERENCE["svyby", by, "literate", group, "se"], rel=1e-8)


def test_psus_numbered_afresh_in_each_stratum_give_the_same(design):
    reused = SurveyDesign(CIVIC, "w", "stratum", "psu_reused")
    assert reused.proportion("literate")["se"].iloc[0] == pytest.approx(
        design.proportion("literate")["se"].iloc[0]
    )


def test_the_order_of_rows_does_not_matter(design):
    shuffled = SurveyDesign(CIVIC.sample(frac=1, random_state=1), "w", "stratum", "psu")
    pd.testing.assert_frame_equal(
        shuffled.proportion("literate", by="sex"), design.proportion("literate", by="sex")
    )


def test_a_share_of_none_or_all_has_no_interval_instead_of_a_point(design):
    for name, share in (("zero", 0.0), ("one", 1.0)):
        row = design.proportion(name).iloc[0]
        assert row["estimate"] == share
        assert np.isnan(row["ci_low"])
        assert np.isnan(row["ci_high"])


def test_an_empty_domain_is_missing_and_not_zero():
    data = CIVIC.assign(literate=CIVIC["literate"].where(CIVIC["sex"] == "M"))
    row = (
        SurveyDesign(data, "w", "stratum", "psu").proportion("literate", by="sex").set_index("group").loc["F"]
    )
    assert row["n"] == 0
    assert np.isnan(row["estimate"])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"w": -1.0}, "981个权重为零或负数"),
        ({"w": np.nan}, "w”有981个缺失值"),
        ({"stratum": None}, "stratum”有981个缺失值"),
    ],
)
def test_impossible_designs_are_refused_in_chinese(change, told):
    with pytest.raises(SurveyError, match=told):
        SurveyDesign(CIVIC.assign(**change), "w", "stratum", "psu")


def test_a_stratum_with_one_psu_is_refused():
    first = CIVIC[CIVIC["psu"] == CIVIC["psu"].iloc[0]]
    rest = CIVIC[CIVIC["stratum"] != CIVIC["stratum"].iloc[0]]
    with pytest.raises(SurveyError, match="S01只有一个初级抽样单位"):
        SurveyDesign(pd.concat([first, rest]), "w", "stratum", "psu")


def test_only_what_was_published_by_the_date_is_shown():
    rates = published_by(dt.date(2023, 12, 31))
    assert rates["rate"].tolist() == [6.20, 10.56, 12.93]
    assert published_by(dt.date(2025, 12, 31))["rate"].iloc[-1] == 15.37


def survey(folder, data, **about):
    text = {"label": "甲调查", "published": "2023-10-01", "file": "r.csv",
            "columns": {"score": "score", "weight": "w", "stratum": "s", "psu": "p", "age": "age", "id": "id"}}  # fmt: skip
    import yaml

    (folder / "survey.yaml").write_text(yaml.safe_dump(text | about, allow_unicode=True), encoding="utf-8")
    data.to_csv(folder / "r.csv", index=False)
    return folder


PEOPLE = pd.DataFrame(
    {"id": range(8), "age": [15, 20, 30, 40, 50, 60, 70, 75], "score": [80, 70, 69.9, 90, 10, 20, 80, 80.0],
     "w": 1.0, "s": "a", "p": [1, 1, 1, 2, 2, 2, 1, 2]}
)  # fmt: skip


def test_ages_outside_the_population_are_left_out_and_counted(tmp_path):
    found = read_survey(survey(tmp_path, PEOPLE))
    assert len(found.data) == 5
    assert found.notes == ("剔除年龄不符3例",)
    assert found.data["literate"].tolist() == [1, 0, 1, 0, 0]  # 70 counts, 69.9 does not


def test_repeated_respondents_are_counted_once(tmp_path):
    found = read_survey(survey(tmp_path, pd.concat([PEOPLE, PEOPLE.iloc[1:2]])))
    assert "去重1例" in found.notes


def test_scores_out_of_range_are_refused_with_their_row(tmp_path):
    with pytest.raises(SurveyError, match="第3行（170）得分越界"):
        read_survey(survey(tmp_path, PEOPLE.assign(score=[80, 170, 0, 0, 0, 0, 0, 0])))


def test_without_weights_the_sample_is_only_described(tmp_path):
    columns = {"score": "score", "stratum": "s", "psu": "p"}
    assert read_survey(survey(tmp_path, PEOPLE, columns=columns)).design is None
