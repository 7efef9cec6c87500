"""What is refused with a sentence instead of being answered with NaN, another figure, or Python's own error."""

import numpy as np
import pandas as pd
import pytest

from kepu_eval.survey import SurveyDesign, SurveyError, correlation, fitted, regression, tabulate
from tests.survey.answers import HERE, data, design

CIVIC = data("civic")
JKN = pd.read_csv(HERE / "data" / "rep_civic_JKn.csv")
SCALES = pd.read_csv(HERE / "data" / "rep_civic_JKn_scales.csv")


def civic(**columns):
    return SurveyDesign(CIVIC.assign(**columns), "w", "stratum", "psu")


def stored(weights=JKN, **how):
    return design("civic").with_replicates(weights, SCALES["scale"][0], SCALES["rscales"], **how)


@pytest.mark.parametrize("confidence", [95, 0, 1, -0.5, float("nan"), "0.95"])
def test_a_confidence_level_lies_between_0_and_1(confidence):
    for work in (
        lambda: design("civic").mean("score", confidence=confidence),
        lambda: design("civic").proportion("literate", confidence=confidence, method="beta"),
        lambda: design("civic").contrast("score", "sex", confidence=confidence),
        lambda: design("civic").quantile("score", 0.5, confidence=confidence),
        lambda: regression(design("civic"), "score", ["sex"], confidence=confidence),
        lambda: correlation(design("civic"), "score", "w", confidence=confidence),
    ):
        with pytest.raises(SurveyError, match="置信水平应在0与1之间"):
            work()


@pytest.mark.parametrize(
    ("work", "told"),
    [
        (lambda: civic(w=CIVIC["w"].where(CIVIC.index != 3, np.inf)), "“w”第4条记录"),
        (lambda: civic(score=CIVIC["score"].where(CIVIC.index != 7, -np.inf)).mean("score"), "“score”第8条记录"),
        (lambda: SurveyDesign(pd.concat([CIVIC, CIVIC[["w"]]], axis=1), "w"), "重名的列“w”"),
        (lambda: design("civic").mean("score", by=[]), "没有给出分组列"),
        (lambda: design("civic").where(CIVIC["score"] > 1000), "没有任何受访者"),
        (lambda: design("civic").where([True, False]), "一一对应"),
        (lambda: design("civic").where(CIVIC["score"]), "真或假"),
        (lambda: design("civic").where((CIVIC["score"] > 0).sort_index(ascending=False)), "对不上"),
        (lambda: design("civic").where(CIVIC["sex"] == "F").rake({"sex": {"F": 1, "M": 1}}), "先校准"),
        (lambda: design("civic").calibrate(totals={"score": float("nan")}), "应为一个数"),
        (lambda: design("civic").rake({"sex": {"F": 1, "M": 1}}, trim=float("nan")), "trim"),
        (lambda: design("civic").ttest("score", float("nan")), "定值应为一个数"),
        (lambda: design("civic").quantile("score", 0.5, interval="replicates"), "须用重复权数"),
        (lambda: design("civic").quantile("score", 0.5, interval="beta"), "没有分位数区间"),
        (lambda: tabulate(design("civic"), "nothing"), "缺少分组列“nothing”"),
        (lambda: fitted(design("civic"), "score", ["sex:age"]), "须同时列入"),
        (lambda: fitted(design("civic"), "score", ["one*sex", "factor(one)"]), "不到两个有样本的类别"),
        (lambda: fitted(civic(score=-CIVIC["score"]), "score", ["sex"], "quasipoisson"), "有负数"),
        (lambda: fitted(civic(x=np.inf), "score", ["x"]), "无穷大"),
        (lambda: fitted(design("civic"), "score", ["sex"]).predict(pd.DataFrame({"sex": ["X"]})), "没有的类别“X”"),
        (lambda: fitted(design("civic"), "score", ["sex"]).predict(pd.DataFrame({"age": [1]})), "缺少列“sex”"),
    ],
)  # fmt: skip
def test_it_is_refused_with_a_sentence(work, told):
    with pytest.raises(SurveyError, match=told):
        work()


@pytest.mark.parametrize(
    ("weights", "how", "told"),
    [
        (JKN.div(CIVIC["w"], axis=0), {}, "看来是倍数"),
        (JKN, {"combined": False}, "看来是权数"),
        (JKN.sample(frac=1, random_state=1), {}, "对不上"),
        (JKN * 50, {}, "对不上"),
        (JKN.iloc[:, :1], {}, "至少要有两组"),
        (JKN.replace(0, np.inf), {}, "无穷大"),
        (JKN.astype(str).add("x"), {}, "非数字"),
        (["rep1", "rep2"], {}, "缺少重复权数列"),
        (JKN, {"df": 0}, "应大于0"),
        (JKN, {"kind": "jackknife"}, "没有重复权数类型"),
    ],
)
def test_replicates_that_do_not_fit_the_full_weights_are_refused(weights, how, told):
    with pytest.raises(SurveyError, match=told):
        stored(weights, **how)


def test_a_scale_comes_from_somewhere():
    with pytest.raises(SurveyError, match="请写明 scale"):
        design("civic").with_replicates(JKN)
    with pytest.raises(SurveyError, match="rscales"):
        design("civic").with_replicates(JKN, kind="JKn")
    with pytest.raises(SurveyError, match="rscales"):
        design("civic").with_replicates(JKN, 1.0, -1.0)


def test_cells_whose_names_collide_are_refused():
    crossed = civic(
        a=np.where(CIVIC["sex"] == "F", "x", "x|y"), b=np.where(CIVIC["urban"] == "urban", "y|z", "z")
    )
    with pytest.raises(SurveyError, match="两个类别都叫"):
        crossed.poststratify({"a|b": {"x|y|z": 700, "x|z": 900, "x|y|y|z": 800}})


def test_numbers_and_words_mixed_are_names():
    mixed = civic(g=[1 if sex == "F" else "二" for sex in CIVIC["sex"]])
    found = mixed.mean("score", by="g").set_index("group")["estimate"]
    known = design("civic").mean("score", by="sex").set_index("group")["estimate"]
    assert found["1"] == known["F"]
    assert found["二"] == known["M"]
