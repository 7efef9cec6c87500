"""What a calibrated design reproduces, what its standard errors are, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu_eval.survey import SurveyDesign, SurveyError, read_margins, weight_diagnostics
from tests.survey.answers import HERE, design
from tests.survey.answers_calibration import ANSWERS, calibrated

PEOPLE = pd.DataFrame(
    {
        "y": [1, 0, 1, 1, 0, 0, 1, 0],
        "w": [1.0, 2, 3, 4, 5, 6, 7, 8],
        "s": list("aaaabbbb"),
        "p": [1, 1, 2, 2, 1, 1, 2, 2],
        "g": list("xyxyxyxy"),
        "h": list("kkllkkll"),
    }
)
G, H = {"x": 30, "y": 20}, {"k": 26, "l": 24}


def sample(frame=PEOPLE, **options):
    return SurveyDesign(frame, "w", "s", "p", **options)


@pytest.mark.parametrize(
    ("column", "func"),
    [
        ("clus1_ps", "postStratify stype"),
        ("clus1_rake", "rake stype+sch.wide"),
        ("clus1_cal_linear", "calibrate linear stype+api99"),
        ("clus1_cal_raking", "calibrate raking stype+api99"),
        ("clus1_cal_logit", "calibrate logit stype+api99"),
        ("clus1_cal_linbound", "calibrate linear bounds .45-1.6"),
    ],
)
def test_calibrated_weights_are_those_of_r(column, func):
    assert func in ANSWERS
    known = pd.read_csv(HERE / "data" / "calibrated_weights_apiclus1.csv").set_index("snum")[column]
    found = calibrated(func)
    np.testing.assert_allclose(found.weights, known.loc[found.data["snum"]], rtol=1e-10)


def test_poststratified_weights_are_population_over_sample_by_hand():
    """x has weights 1 + 3 + 5 + 7 = 16, y 2 + 4 + 6 + 8 = 20: ratios 30/16 and 20/20."""
    found = sample().poststratify({"g": G})
    assert found.weights == pytest.approx(PEOPLE["w"] * PEOPLE["g"].map({"x": 30 / 16, "y": 1}))
    assert sample().weights.tolist() == PEOPLE["w"].tolist()


def test_cells_of_several_variables_are_joined():
    cells = {"x|k": 10, "x|l": 20, "y|k": 12, "y|l": 8}
    found = sample(PEOPLE.assign(one=1)).poststratify({"g|h": cells}).total("one", by=("g", "h"))
    assert dict(zip(found["group"], found["estimate"], strict=True)) == pytest.approx(cells)


def test_what_a_calibration_fixes_has_no_sampling_error_even_after_an_earlier_one():
    both = sample(PEOPLE.assign(one=1)).poststratify({"g": G}).rake({"h": H})
    found = both.total("one", by="h")
    assert found["estimate"].tolist() == pytest.approx([26, 24])
    assert found["se"].to_numpy() == pytest.approx([0, 0], abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(st.sampled_from("xy"), st.sampled_from("kl"), st.floats(0.1, 9)), min_size=12, max_size=40),
    share=st.tuples(st.floats(0.3, 0.7), st.floats(0.3, 0.7)),
)  # fmt: skip
def test_raking_reproduces_every_margin(rows, share):
    g, h, w = zip(*rows, *[(a, b, 1.0) for a in "xy" for b in "kl"], strict=True)
    frame = pd.DataFrame({"g": g, "h": h, "w": w, "one": 1})
    margins = {
        n: dict(zip(names, (100 * s, 100 * (1 - s)), strict=True))
        for n, names, s in zip("gh", ("xy", "kl"), share, strict=True)
    }
    raked = SurveyDesign(frame, "w").rake(margins)
    for name, margin in margins.items():
        found = raked.total("one", by=name)
        assert dict(zip(found["group"], found["estimate"], strict=True)) == pytest.approx(margin)
    assert raked.calibrations[-1].fit["after"].tolist() == pytest.approx(
        [v for margin in margins.values() for v in margin.values()]
    )


def test_raking_is_iterative_proportional_fitting():
    w = PEOPLE["w"].to_numpy()
    for _ in range(200):
        for name, margin in (("g", G), ("h", H)):
            w = w * PEOPLE[name].map(margin) / pd.Series(w).groupby(PEOPLE[name]).transform("sum")
    np.testing.assert_allclose(sample().rake({"g": G, "h": H}).weights, w, rtol=1e-9)


def test_bounds_and_trimming_hold_together_with_the_margins():
    civic = design("civic")
    sizes = civic.data.groupby("sex")[civic.weight].sum()
    target = {"F": sizes["F"] * 1.1, "M": sizes["M"] - 0.1 * sizes["F"]}
    bounded = civic.rake({"sex": target}, bounds=(0.8, 1.2), trim=2.5)
    done = bounded.calibrations[-1]
    assert done.ratio.min() >= 0.8
    assert done.ratio.max() <= 1.2
    assert bounded.weights.max() <= 2.5 * np.median(civic.weights) * (1 + 1e-9)
    assert done.fit["after"].to_numpy() == pytest.approx(done.fit["population"].to_numpy())
    assert done.bounded > 0


def test_bounded_raking_finds_the_ratios_that_made_the_margins():
    """Margins of ratios a_g·b_h cut off at the bounds: by the conditions of Kuhn and Tucker those are the nearest."""
    random = np.random.default_rng(20231128)
    people = pd.DataFrame(
        {
            "w": random.uniform(1, 5, 40),
            "g": random.choice(list("xyz"), 40),
            "h": random.choice(list("kl"), 40),
        }
    )
    ratio = people["g"].map({"x": 1.25, "y": 1.0, "z": 0.8}) * people["h"].map({"k": 1.1, "l": 0.9})
    made = people.assign(w=people["w"] * ratio.clip(0.8, 1.25))
    margins = {name: made.groupby(name)["w"].sum() for name in ("g", "h")}
    done = SurveyDesign(people, "w").rake(margins, bounds=(0.8, 1.25)).calibrations[-1]
    assert done.bounded == (~ratio.between(0.8, 1.25)).sum() > 0
    np.testing.assert_allclose(done.ratio, ratio.clip(0.8, 1.25), rtol=1e-9)


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        ({"g": G, "h": {"k": 26, "l": 25}}, "总体边际的合计不一致：“g”合计50，“h”合计51"),
        ({"g": {**G, "z": 1}}, "边际“g”的类别“z”在调查数据中没有受访者"),
        ({"g": {"x": 30}}, "调查数据“g”的类别“y”在总体边际中没有人数"),
        ({"g": {"x": 30, "y": 0}}, "边际“g”的类别“y”总体人数应大于0"),
        ({"nothing": G}, "缺少分组列“nothing”"),
        ({}, "没有可校准的总体边际"),
    ],
)
def test_margins_that_do_not_fit_are_refused(margins, message):
    with pytest.raises(SurveyError, match=message):
        sample().rake(margins)


def test_an_empty_cell_and_a_missing_value_are_refused():
    emptied = PEOPLE.assign(h=PEOPLE["h"].where(PEOPLE["g"] == "x", "k"))
    with pytest.raises(SurveyError, match=r"“y\|l”在调查数据中没有受访者"):
        sample(emptied).poststratify({"g|h": {"x|k": 1, "x|l": 1, "y|k": 1, "y|l": 1}})
    with pytest.raises(SurveyError, match="“g”有1个缺失值"):
        sample(PEOPLE.assign(g=[None, *PEOPLE["g"][1:]])).rake({"g": G})
    with pytest.raises(SurveyError, match="“y”有1个缺失值"):
        sample(PEOPLE.assign(y=[np.nan, *PEOPLE["y"][1:]])).calibrate(totals={"y": 20})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bounds": (0.9, 1.1)}, "校准没有收敛：“g”的“x”应为30"),
        ({"bounds": (1.1, 2)}, "0 ≤ 下限 < 1 < 上限"),
        ({"trim": 0.5}, "截断倍数"),
    ],
)
def test_bounds_that_cannot_hold_are_never_silent(options, message):
    with pytest.raises(SurveyError, match=message):
        sample().rake({"g": G}, **options)


def test_linear_calibration_that_makes_weights_negative_is_refused():
    with pytest.raises(SurveyError, match="权重为零或负数，请用 bounds"):
        sample().calibrate(totals={"y": 200, "w": 36})


def test_a_logit_calibration_needs_bounds_and_a_method_its_name():
    with pytest.raises(SurveyError, match="须给出权重比的上下限"):
        sample().calibrate({"g": G}, method="logit")
    with pytest.raises(SurveyError, match="没有校准方法“ipf”"):
        sample().calibrate({"g": G}, method="ipf")
    with pytest.raises(SurveyError, match="事后分层只用一个边际"):
        sample().poststratify({"g": G, "h": H})


def write(path, text):
    path.write_text(text, encoding="utf-8-sig")
    return path


def test_margins_are_read_from_csv_and_xlsx(tmp_path):
    text = "variable,category,population\ng,x,30\ng,y,20\ng|h,x|k, 10\n"
    path = write(tmp_path / "margins.csv", text)
    found = read_margins(path)
    assert found["g"].to_dict() == {"x": 30, "y": 20}
    assert found["g|h"].to_dict() == {"x|k": 10}
    pd.read_csv(path).to_excel(tmp_path / "margins.xlsx", index=False)
    again = read_margins(tmp_path / "margins.xlsx")
    assert {k: v.to_dict() for k, v in again.items()} == {k: v.to_dict() for k, v in found.items()}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("variable,category\ng,x\n", "缺少列：population"),
        ("variable,category,population\ng,x,多\n", "第2行population 应为大于0的数字：g，x，多"),
        ("variable,category,population\ng,x,1\ng,x,2\n", "第3行类别重复"),
        ("variable,category,population\ng,,1\n", "为空"),
        ("variable,category,population\n", "没有任何类别"),
    ],
)
def test_a_faulty_file_of_margins_is_refused_by_line(tmp_path, text, message):
    with pytest.raises(SurveyError, match=message):
        read_margins(write(tmp_path / "margins.csv", text))


def test_a_missing_or_unreadable_file_of_margins_is_named(tmp_path):
    with pytest.raises(SurveyError, match=r"找不到“.*no\.csv”"):
        read_margins(tmp_path / "no.csv")
    (tmp_path / "no.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(SurveyError, match="无法读取"):
        read_margins(tmp_path / "no.xlsx")


def test_weight_diagnostics_by_hand():
    """Weights 1, 1, 1, 5: Kish n = 8²/28 = 16/7; mean 2, median 1, one above 3 medians."""
    found = weight_diagnostics(SurveyDesign(pd.DataFrame({"w": [1, 1, 1, 5]}), "w"))
    assert found.effective_n == pytest.approx(16 / 7)
    assert found.deff == pytest.approx(7 / 4)
    assert found.cv == pytest.approx(np.std([1, 1, 1, 5]) / 2)
    assert (found.smallest, found.largest, found.spread) == (0.5, 2.5, 5)
    assert found.share_above_3_medians == 0.25
