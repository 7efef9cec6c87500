"""Item analysis against figures printed by R's ltm, and by hand."""

import numpy as np
import pandas as pd
import pytest

from kepu_eval.survey import SurveyError, item_analysis
from kepu_eval.survey.answer_key import AnswerKey
from tests.survey.answers import HERE

LSAT = pd.read_csv(HERE / "data" / "LSAT.csv")


def key(names, **more):
    items = [{"item": name, "dimension": "知识", "correct": 1, "dont_know": 9} for name in names]
    return AnswerKey(instrument="题本", items=items, weights={"知识": 100}, **more)


def test_lsat_is_as_r_describes_it():
    """Rizopoulos (2006), J. Stat. Softw. 17(5), §3.1: descript(LSAT), four decimals."""
    found = item_analysis(LSAT, key(LSAT.columns))
    assert found["difficulty"].round(3).tolist() == [0.924, 0.709, 0.553, 0.763, 0.870]
    assert found["point_biserial"].round(4).tolist() == [0.3620, 0.5668, 0.6184, 0.5344, 0.4354]
    assert found["item_rest"].round(4).tolist() == [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]
    assert found.attrs["alpha"] == pytest.approx(0.2950, abs=5e-5)
    assert found["alpha_if_deleted"].round(4).tolist() == [0.2754, 0.2376, 0.2168, 0.2459, 0.2663]


def test_a_weight_of_two_counts_like_a_second_respondent():
    twice = pd.concat([LSAT, LSAT[:300]], ignore_index=True)
    weighted = LSAT.assign(w=np.where(LSAT.index < 300, 2.0, 1.0))
    plain, found = item_analysis(twice, key(LSAT.columns)), item_analysis(weighted, key(LSAT.columns), "w")
    columns = ["difficulty", "point_biserial", "item_rest", "upper_lower", "alpha_if_deleted"]
    np.testing.assert_allclose(found[columns], plain[columns], rtol=1e-12)


def test_upper_lower_by_hand():
    """10 respondents, 27 % are 2.7. Totals 2: two, 1: five, 0: three.

    Upper: both with 2 and 0.7 of the five with 1; item a: (2 + 0.7·3/5)/2.7. Lower: 2.7 of the three with 0: none right.
    """
    answers = pd.DataFrame({"a": [1, 1, 1, 1, 1, 0, 0, 0, 0, 0], "b": [1, 1, 0, 0, 0, 1, 1, 0, 0, 0]})
    found = item_analysis(answers, key("ab"))
    assert found["upper_lower"].tolist() == pytest.approx([(2 + 0.7 * 3 / 5) / 2.7, (2 + 0.7 * 2 / 5) / 2.7])
    shuffled = item_analysis(answers.sample(frac=1, random_state=1), key("ab"))
    assert shuffled["upper_lower"].tolist() == pytest.approx(found["upper_lower"].tolist())


def test_dont_know_and_missing_are_rates_of_their_own():
    answers = pd.DataFrame({"a": [1, 9, None, 0, None], "b": [1, 1, 0, 9, None], "w": [1, 2, 3, 4, 5]})
    found = item_analysis(answers, key("ab"), "w").set_index("item")  # the last respondent answered nothing
    assert found.loc["a", ["difficulty", "wrong", "dont_know", "missing"]].tolist() == [0.1, 0.4, 0.2, 0.3]
    strict = item_analysis(answers, key("ab", missing="incomplete"), "w").set_index("item")
    assert strict.loc["a", ["n", "missing"]].tolist() == [3, 0.3]
    assert strict.loc["a", "difficulty"] == pytest.approx(1 / 7)


def test_an_item_that_all_got_right_tells_nothing_apart():
    found = item_analysis(pd.DataFrame({"a": [1, 1, 1], "b": [1, 0, 1]}), key("ab"))
    assert found.loc[0, ["point_biserial", "item_rest"]].isna().all()


def test_what_cannot_be_analysed_is_refused():
    with pytest.raises(SurveyError, match="至少需要两道题"):
        item_analysis(pd.DataFrame({"a": [1, 0]}), key("a"))
    with pytest.raises(SurveyError, match="权重列“w”有缺失、零或负数"):
        item_analysis(LSAT.assign(w=0.0), key(LSAT.columns), "w")
