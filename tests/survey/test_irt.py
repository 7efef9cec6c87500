"""Item response models against R 4.2.2 with ltm 1.2 (reference.csv).

R's optimiser stops a little before the optimum, so a row's tolerance is how far R is from it: what shows that is its
log-likelihood, which is never above ours, while at R's own coefficients our figures are R's to rounding. That nothing
else parts the two is shown by R's own steps (as_r_stops.py), which end at its figures.
"""

import numpy as np
import pandas as pd
import pytest

from kepu_eval.survey import SurveyError, fit_items
from kepu_eval.survey.irt import ItemResponses
from tests.survey import as_r_stops
from tests.survey.answers import HERE

LSAT = pd.read_csv(HERE / "data" / "LSAT.csv")
ROWS = pd.read_csv(HERE / "reference.csv", keep_default_na=False).query("design == 'LSAT'")
FITS = {"ltm rasch1": "rasch", "ltm rasch": "rasch_free", "ltm 2pl": "2pl"}
TOLERANCE = {"ltm rasch1": 2e-6, "ltm rasch": 1e-6, "ltm 2pl": 1e-3}  # coefficients, relative
SHORTFALL = {"ltm rasch1": 1e-9, "ltm rasch": 1e-9, "ltm 2pl": 1e-5}  # of R's log-likelihood


def rows(func, stat):  # noqa: ARG001 - the query names them
    found = ROWS.query("func == @func and stat == @stat")
    return found["variable"].tolist(), found["value"].astype(float).to_numpy()


def patterns(names):
    return pd.DataFrame([[int(digit) for digit in name] for name in names], columns=LSAT.columns)


def as_r_left_it(func):
    names, difficulty = rows(func, "Dffclt")
    items = pd.DataFrame({"item": names, "difficulty": difficulty, "discrimination": rows(func, "Dscrmn")[1]})
    return ItemResponses(items, float(rows(func, "logLik")[1][0]), 0, len(LSAT))


@pytest.fixture(scope="module", params=FITS)
def fitted(request):
    return request.param, fit_items(LSAT, FITS[request.param])


def test_at_rs_coefficients_likelihood_and_scores_are_rs(fitted):
    theirs = as_r_left_it(fitted[0])
    assert theirs.log_likelihoods(LSAT).sum() == pytest.approx(theirs.log_likelihood, rel=1e-13)
    names, theta = rows(fitted[0], "theta")
    np.testing.assert_allclose(theirs.eap(patterns(names))["theta"], theta, rtol=1e-10)


def test_the_likelihood_is_at_least_as_high_as_rs(fitted):
    func, model = fitted
    (theirs,) = rows(func, "logLik")[1]
    assert -1e-9 <= model.log_likelihood - theirs <= SHORTFALL[func]


def test_coefficients_are_rs_as_far_as_r_went(fitted):
    func, model = fitted
    np.testing.assert_allclose(model.items["difficulty"], rows(func, "Dffclt")[1], rtol=TOLERANCE[func])
    np.testing.assert_allclose(model.items["discrimination"], rows(func, "Dscrmn")[1], rtol=TOLERANCE[func])


def test_rs_own_steps_end_at_its_coefficients_and_scores(fitted):
    func, _ = fitted
    difficulty, discrimination = as_r_stops.item_response(LSAT, func)
    np.testing.assert_allclose(difficulty, rows(func, "Dffclt")[1], rtol=1e-6)
    np.testing.assert_allclose(discrimination, rows(func, "Dscrmn")[1], rtol=1e-6)
    items = pd.DataFrame({"item": LSAT.columns, "difficulty": difficulty, "discrimination": discrimination})
    names, theta = rows(func, "theta")
    stopped = ItemResponses(items, np.nan, 0, len(LSAT))
    np.testing.assert_allclose(stopped.eap(patterns(names))["theta"], theta, rtol=1e-6)
    assert stopped.log_likelihoods(LSAT).sum() == pytest.approx(rows(func, "logLik")[1][0], rel=1e-12)


def test_scores_are_rs_as_far_as_r_went(fitted):
    func, model = fitted
    names, theta = rows(func, "theta")
    np.testing.assert_allclose(model.eap(patterns(names))["theta"], theta, atol=TOLERANCE[func])


def test_no_step_from_the_optimum_goes_up(fitted):
    _, model = fitted
    for column in ("difficulty", "discrimination"):
        for k in range(len(LSAT.columns)):
            if column == "discrimination" and model.parameters < 10:
                continue  # it is shared or fixed
            for step in (-1e-3, 1e-3):
                moved = model.items.copy()
                moved.loc[k, column] += step
                beside = ItemResponses(moved, np.nan, 0, 0).log_likelihoods(LSAT).sum()
                assert beside < model.log_likelihood


def test_standard_errors_are_those_of_the_curvature_of_the_log_likelihood():
    """With discrimination 1: the inverse of minus the matrix of second differences in the five difficulties."""
    model, step = fit_items(LSAT, "rasch"), 1e-3

    def value(shift):
        moved = model.items.assign(difficulty=model.items["difficulty"] + shift)
        return ItemResponses(moved, np.nan, 0, 0).log_likelihoods(LSAT).sum()

    unit = np.eye(5) * step
    curvature = [
        [(value(a + b) - value(a - b) - value(b - a) + value(-a - b)) / (4 * step**2) for b in unit]
        for a in unit
    ]
    expected = np.sqrt(np.diag(np.linalg.inv(-np.array(curvature))))
    assert model.items["se_difficulty"].to_numpy() == pytest.approx(expected, rel=1e-4)
    assert model.items["se_discrimination"].eq(0).all()


def test_parameters_that_made_the_answers_are_found_again():
    random = np.random.default_rng(20251231)
    theta, b, a = random.normal(size=3000), np.linspace(-1.5, 1.5, 8), np.linspace(0.6, 1.8, 8)
    right = random.random((3000, 8)) < 1 / (1 + np.exp(-a * (theta[:, None] - b)))
    answers = pd.DataFrame(right.astype(float)).where(random.random((3000, 8)) > 0.1)  # a tenth was not asked
    model = fit_items(answers, "2pl")
    for column, true in (("difficulty", b), ("discrimination", a)):
        assert (np.abs(model.items[column] - true) / model.items[f"se_{column}"]).max() < 3.5
    eap = model.eap(answers)
    assert np.corrcoef(eap["theta"], theta)[0, 1] > 0.7
    assert eap["theta"].var() + (eap["sd"] ** 2).mean() == pytest.approx(1, abs=0.05)


def test_information_is_the_curvature_of_the_answers_probability():
    """Two items at θ = 0, by hand: a²P(1 − P) with a = 1, b = 0: 1/4; with a = 2, b = ½: 4·p(1 − p), p = 1/(1 + e)."""
    items = pd.DataFrame({"item": ["a", "b"], "difficulty": [0.0, 0.5], "discrimination": [1.0, 2.0]})
    p = 1 / (1 + np.e)
    assert ItemResponses(items, np.nan, 0, 0).information(np.zeros(1)) == pytest.approx(
        [0.25 + 4 * p * (1 - p)]
    )


def test_who_answered_nothing_has_no_ability():
    model = fit_items(LSAT, "rasch")
    row = pd.DataFrame([[np.nan] * 5, [1] * 5], columns=LSAT.columns)
    assert model.eap(row)["theta"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("answers", "model", "message"),
    [
        (LSAT, "3pl", "没有题目反应模型“3pl”"),
        (LSAT.iloc[:, :2], "2pl", "题目太少"),
        (LSAT * 2, "rasch", "只接受答对1、未答对0和缺失"),
        (LSAT.assign(**{"Item 1": 1}), "rasch", "题目“Item 1”全部答对或全部未答对"),
        (pd.DataFrame({"a": [1, 0, 1, 0], "b": [1, 0, 1, 0], "c": [1, 0, 1, 0]}), "2pl", "没有找到极大值"),
    ],
)
def test_what_has_no_estimate_is_refused(answers, model, message):
    with pytest.raises(SurveyError, match=message):
        fit_items(answers, model)
