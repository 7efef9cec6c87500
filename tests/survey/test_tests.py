"""Tests of independence and regressions: what they refuse, and that missing answers stay in the design.

Their figures are compared with R's in test_reference.py and test_second_reference.py.
"""

import pytest

from kepu_eval.survey import SurveyDesign, SurveyError, independence, regression
from tests.survey.answers import design


def test_a_first_order_test_is_pearsons_over_the_mean_design_effect():
    first, second = (independence(design("civic"), "sex", "age", method) for method in ("Chisq", "F"))
    assert first.effects == second.effects
    assert second.statistic == pytest.approx(first.statistic / sum(first.effects))
    assert second.df1 <= first.df1


def test_respondents_without_an_answer_are_not_counted():
    found = independence(design("civic"), "literate_na", "sex")
    assert found.n == design("civic").data["literate_na"].notna().sum()


def test_a_regression_on_one_category_is_the_contrast_of_two_means():
    fitted = regression(design("civic"), "literate", ["sex"]).set_index("term").loc["sex=M"]
    known = design("civic").contrast("literate", "sex").iloc[0]
    assert fitted[["estimate", "se", "df"]].tolist() == pytest.approx(
        known[["estimate", "se", "df"]].tolist()
    )


def test_a_test_and_a_regression_refuse_what_they_cannot_answer():
    civic = design("civic")
    with pytest.raises(SurveyError, match="没有检验方法"):
        independence(civic, "sex", "urban", "lincom")
    with pytest.raises(SurveyError, match="至少有两个类别"):
        independence(civic, "sex", "one")
    with pytest.raises(SurveyError, match="没有回归类型"):
        regression(civic, "literate", ["sex"], "poisson")
    with pytest.raises(SurveyError, match="完全相关"):
        regression(civic, "literate", ["sex", "sex"])
    with pytest.raises(SurveyError, match="不能做逻辑回归"):
        regression(civic, "score", ["sex"], "quasibinomial")


def test_separation_is_reported_and_not_fitted():
    civic = design("civic")
    frame = civic.data.assign(y=(civic.data["sex"] == "F").astype(float))
    with pytest.raises(SurveyError, match="没有收敛"):
        regression(SurveyDesign(frame, "w", "stratum", "psu"), "y", ["sex"], "quasibinomial")
