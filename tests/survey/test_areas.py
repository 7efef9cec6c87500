"""Small areas of a survey: the covariates' file, smoothed variances by hand, what is refused."""

import numpy as np
import pandas as pd
import pytest

from kepu_eval.survey import SurveyDesign, SurveyError, area_estimates, fay_herriot, read_areas


def write(path, text, encoding="utf-8"):
    path.write_text(text, encoding=encoding)
    return path


def people(areas=6, psus=3, persons=20):
    """In every PSU of area k a fixed number is literate: k + its place in the area."""
    rows = [
        {"area": f"A{k}", "psu": f"A{k}-{p}", "w": 10.0 + k, "y": int(i < k + p)}
        for k in range(areas)
        for p in range(psus)
        for i in range(persons)
    ]
    return pd.DataFrame(rows)


def covariates(areas=6):
    return pd.DataFrame({"area": [f"A{k}" for k in range(areas)], "x": np.arange(areas, dtype=float) ** 2})


def sample(data):
    return SurveyDesign(data, "w", psu="psu")


def test_variances_are_smoothed_to_one_constant_over_n():
    """Shares of PSUs k/20, (k+1)/20, (k+2)/20, equal weights in an area, 18 PSUs in one stratum: the deviations of an
    area's PSUs from its share are ∓1/20, so v = 18/17 · 2·(1/20)²/9 everywhere, and with equal n so is the smoothed.
    """
    found = area_estimates(sample(people()), "y", "area", covariates())
    v = 18 / 17 * 2 * (1 / 20) ** 2 / 9
    assert found.areas["se"].to_numpy() == pytest.approx(np.full(6, np.sqrt(v)), rel=1e-12)
    assert found.areas["direct"].tolist() == pytest.approx([(k + 1) / 20 for k in range(6)])
    assert found.areas["n"].tolist() == [60] * 6


def test_smoothing_keeps_the_sum_of_variances_and_gives_larger_areas_less():
    data = people()
    data = data[~((data["area"] == "A5") & data["psu"].str.endswith("-2"))]
    found = area_estimates(sample(data), "y", "area", covariates())
    direct = sample(data).proportion("y", by="area")
    assert (found.areas["se"] ** 2).sum() == pytest.approx((direct["se"] ** 2).sum(), rel=1e-12)
    assert np.ptp(found.areas["se"] ** 2 * found.areas["n"]) < 1e-15


def test_the_model_is_that_of_fay_and_herriot_on_the_smoothed_table():
    found = area_estimates(sample(people()), "y", "area", covariates())
    table = covariates().assign(direct=found.areas["direct"], se=found.areas["se"])
    again = fay_herriot(table, "direct", "se", ["x"], "area")
    pd.testing.assert_frame_equal(found.areas.drop(columns="n"), again.areas)


def test_areas_keep_the_order_of_the_file_and_one_without_respondents_is_left_out():
    more = pd.concat([covariates().iloc[::-1], pd.DataFrame({"area": ["B"], "x": [3.0]})])
    found = area_estimates(sample(people()), "y", "area", more)
    assert found.areas["area"].tolist() == ["A5", "A4", "A3", "A2", "A1", "A0"]


def test_an_area_of_one_psu_lends_no_variance_but_gets_one():
    data = people()
    data = data[(data["area"] != "A0") | data["psu"].str.endswith("-0")]
    direct = sample(data).proportion("y", by="area").set_index("group")
    found = area_estimates(sample(data), "y", "area", covariates()).areas.set_index("area")
    known = direct.drop("A0")
    constant = (known["se"] ** 2).sum() / (1 / known["n"]).sum()
    assert found.loc["A0", "se"] == pytest.approx(np.sqrt(constant / 20))


@pytest.mark.parametrize(
    ("data", "areas", "message"),
    [
        (people(), covariates(5), "地区A5没有协变量"),
        (people(psus=1), covariates(), "各地区都无法估计抽样方差"),
        (people(areas=3), covariates(3), "只有3个地区，2个系数至少需要4个地区"),
    ],
)
def test_what_has_no_estimate_is_refused(data, areas, message):
    with pytest.raises(SurveyError, match=message):
        area_estimates(sample(data), "y", "area", areas)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_covariates_are_read_in_the_encodings_they_come_in(tmp_path, encoding):
    file = write(tmp_path / "areas.csv", "area,大专比例\n前进道街道,30.5\n001,20\n", encoding)
    found = read_areas(file)
    assert found["area"].tolist() == ["前进道街道", "001"]
    assert found["大专比例"].tolist() == [30.5, 20.0]


def test_covariates_are_read_from_a_workbook(tmp_path):
    file = tmp_path / "areas.xlsx"
    pd.DataFrame({"area": ["甲", "乙"], "x": [1, 2.5]}).to_excel(file, index=False)
    assert read_areas(file)["x"].tolist() == [1.0, 2.5]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,x\n甲,1\n", "应有 area（地区名称）一列和至少一列协变量"),
        ("area\n甲\n", "至少一列协变量"),
        ("area,x\n甲,1\n甲,2\n", "第3行地区重复：甲，2"),
        ("area,x\n甲,1\n,2\n", "第3行地区名称为空"),
        ("area,x\n甲,1\n乙,约3成\n", "列“x”第3行（乙）为“约3成”，应填数字"),
        ("area,x\n甲,\n", "列“x”第2行（甲）为“”，应填数字"),
        ("area,x\n甲,inf\n", "应填数字"),
    ],
)
def test_a_faulty_file_is_refused_by_line(tmp_path, text, message):
    with pytest.raises(SurveyError, match=message):
        read_areas(write(tmp_path / "areas.csv", text))


def test_a_file_that_is_no_workbook_is_named(tmp_path):
    (tmp_path / "areas.xlsx").write_bytes(b"no workbook")
    with pytest.raises(SurveyError, match=r"“areas\.xlsx”无法读取"):
        read_areas(tmp_path / "areas.xlsx")
