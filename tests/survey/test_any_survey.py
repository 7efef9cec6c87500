"""A survey of something else: its outcome, codes that are no answers, stages, replicate weights, names as written."""

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from kepu_eval.report import explorer, open_case
from kepu_eval.report.survey_file import district_survey
from kepu_eval.survey import SurveyError, calibrated, read_frame, read_survey, regression
from tests.report.notebook_words import told as told_of
from tests.survey.answers import HERE

YAML = """\
label: 某国选民调查（虚构）
published: 2022-02-10
file: {file}
missing: [-2, -9]
outcome: {{name: 投票, population: 选民, column: voted, values: [1]}}
columns: {{id: id, weight: wt, stratum: stratum, psu: psu, age: age}}
groups:
  性别: sex
  年龄: {{column: age, bins: [18, 30, 60, 90], unit: 岁}}
"""


def people(n=600):
    rng = np.random.default_rng(7)
    psu = np.arange(n) % 20
    return pd.DataFrame(
        {
            "id": [f"{k:04d}" for k in range(n)],
            "wt": rng.uniform(1, 3, n).round(3),
            "stratum": [f"{k % 4:02d}" for k in psu],
            "psu": [f"{k:03d}" for k in psu],
            "age": rng.integers(18, 95, n),
            "sex": np.where(np.arange(n) < 3, "-9. Refused", np.where(rng.random(n) < 0.5, "1. Male", "2. Female")),
            "voted": rng.choice([1, 0, -2], n, p=[0.6, 0.3, 0.1]),
        }
    )  # fmt: skip


def written(folder, frame, text=YAML, name="responses.csv"):
    frame.to_csv(folder / name, index=False)
    (folder / "survey.yaml").write_text(text.format(file=name), encoding="utf-8")
    return folder


def test_codes_that_are_no_answers_are_missing_and_no_group(tmp_path):
    frame = people()
    survey = read_survey(written(tmp_path, frame))
    found = survey.design.proportion("literate", by="sex")
    assert list(found["group"]) == ["1. Male", "2. Female"]
    assert found["no_group"].eq(3).all()
    assert survey.data["literate"].isna().sum() == (frame["voted"] == -2).sum()
    assert not explorer.open_study({"survey": str(tmp_path)}).by("sex")["suppressed"].any()


def test_codes_may_be_those_of_one_column(tmp_path):
    text = YAML.replace("missing: [-2, -9]", 'missing: {{voted: [-2], sex: ["-9. Refused"]}}')
    frame = people().assign(age=lambda d: d["age"].where(d.index != 0, 99))
    survey = read_survey(written(tmp_path, frame, text))
    assert survey.data["literate"].isna().sum() == (frame["voted"] == -2).sum()
    assert survey.data["age"].max() == 99


def test_names_stay_as_they_are_written(tmp_path):
    survey = read_survey(written(tmp_path, people()))
    assert survey.data["id"].iloc[5] == "0005"
    assert sorted(survey.data["stratum"].unique()) == ["00", "01", "02", "03"]


def test_people_outside_the_bins_are_told(tmp_path):
    frame = people()
    survey = read_survey(written(tmp_path, frame))
    beyond = int((frame["age"] >= 90).sum())
    assert f"年龄在分组界限之外{beyond}例" in "".join(survey.notes)


def test_an_age_that_is_not_known_is_not_an_age_out_of_range(tmp_path):
    frame = people().assign(age=lambda d: d["age"].where(d.index % 9 > 0))
    text = YAML.replace("outcome", "ages: [18, 80]\noutcome")
    survey = read_survey(written(tmp_path, frame, text))
    unknown, outside = int(frame["age"].isna().sum()), int((frame["age"] > 80).sum())
    assert f"年龄缺失{unknown}例" in "".join(survey.notes)
    assert f"剔除年龄不符{outside}例" in survey.notes
    assert len(survey.data) == len(frame) - outside


def test_an_unknown_category_keeps_its_share_when_raking(tmp_path):
    frame = people()
    text = YAML.replace("groups:", "margins: margins.csv\ngroups:")
    (tmp_path / "margins.csv").write_text("variable,category,population\n性别,1. Male,480\n性别,2. Female,520\n", encoding="utf-8")  # fmt: skip
    survey = read_survey(written(tmp_path, frame, text))
    weights = pd.Series(calibrated(survey).weights).groupby(survey.data["sex"].fillna("?").to_numpy()).sum()
    share = frame.loc[frame["sex"].str.startswith("-9"), "wt"].sum() / frame["wt"].sum()
    assert weights["?"] == pytest.approx(1000 * share)
    assert weights["1. Male"] == pytest.approx(480 * (1 - share))


def test_the_outcome_may_be_a_lower_limit_and_has_its_own_target(tmp_path):
    text = YAML.replace("column: voted, values: [1]", "column: age, at_least: 60, target: 40")
    survey = read_survey(written(tmp_path, people(), text))
    assert survey.data["literate"].mean() == pytest.approx((people()["age"] >= 60).mean())
    study = explorer.open_study({"survey": str(tmp_path), "replicates": 20})
    assert study.target == 0.4
    assert "对照目标40.0%" in told_of("survey", study, "判定.结论")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("name: 投票, ", "", "缺少 name"),
        ("values: [1]", "values: [1], at_least: 1", "写一个且只写一个"),
        ("column: voted, values: [1]", "target: 5", "缺少 column"),
        ("values: [1]", "values: [7]", "没有任何人"),
        ("[-2, -9]", "{{nothing: [1]}}", "缺少列：nothing"),
        ("column: voted", "column: vote", "缺少列：vote"),
    ],
)
def test_a_wrong_outcome_is_refused(tmp_path, old, new, told):
    with pytest.raises(SurveyError, match=told):
        read_survey(written(tmp_path, people(), YAML.replace(old, new)))


def test_labels_of_a_sav_are_categories_everywhere(tmp_path):
    frame = people().assign(
        sex=lambda d: d["sex"].str[:2].map({"1.": 1, "2.": 2, "-9": -9}), party=lambda d: d.index % 3 + 1
    )
    names = {"sex": {1: "男", 2: "女", -9: "拒答"}, "party": {1: "甲", 2: "乙", 3: "丙"}, "voted": {1: "投了", 0: "没投", -2: "不答"}}  # fmt: skip
    pyreadstat.write_sav(frame, str(tmp_path / "r.sav"), variable_value_labels=names)
    text = YAML.replace("[-2, -9]", "[不答, 拒答]").replace("values: [1]", "values: [投了]")
    (tmp_path / "survey.yaml").write_text(text.format(file="r.sav"), encoding="utf-8")
    survey = read_survey(tmp_path)
    assert list(survey.design.proportion("literate", by="sex")["group"]) == ["男", "女"]
    terms = regression(survey.design, "literate", ["party"], "quasibinomial")["term"]
    assert list(terms) == ["(Intercept)", "party=乙", "party=丙"]


def test_replicate_weights_of_the_file_stand_for_the_design(tmp_path):
    frame = pd.read_csv(HERE / "data" / "apiclus1.csv")
    weights = pd.read_csv(HERE / "data" / "rep_apiclus1_JK1.csv")
    weights.columns = [f"rw{k}" for k in range(weights.shape[1])]
    scales = pd.read_csv(HERE / "data" / "rep_apiclus1_JK1_scales.csv")
    text = """\
label: 学校
published: 2000-10-01
file: responses.csv
outcome: {{name: 达标, population: 学校, column: sch.wide, values: ["Yes"]}}
columns: {{weight: pw}}
replicates: {{columns: "rw*", kind: JK1, scale: SCALE}}
groups: {{类型: stype}}
""".replace("SCALE", str(scales["scale"][0]))
    written(tmp_path, frame.join(weights), text)
    study = explorer.open_study({"survey": str(tmp_path)})
    assert study.design.df == 14
    # R: svyciprop of the same replicates, third_reference.csv, clus1|file
    row = pd.read_csv(HERE / "third_reference.csv").query(
        "sample == 'clus1|file' and what == 'proportion' and domain == 'all' and stat == 'ci_low'"
    )
    found = study.design.proportion("literate", method="xlogit")["ci_low"].item()
    assert found == pytest.approx(row["value"].item(), rel=1e-8)
    told = told_of("survey", study, "{{") + "".join(
        block.model_dump_json() for block in explorer.level(study)
    )
    assert "数据所附的重复权数" in told
    assert "自助法" not in told


def test_a_sampling_frame_keeps_its_codes(tmp_path):
    frame = "层,编号,名称,规模\n城区,001,甲,100\n城区,1E5,乙,200\n城区,1,丙,300\n"
    (tmp_path / "frame.csv").write_text(frame, encoding="utf-8")
    assert list(read_frame(tmp_path / "frame.csv")["id"]) == ["001", "1E5", "1"]


def test_a_plan_is_not_judged_by_a_survey_of_something_else(tmp_path):
    _, result = district_survey(written(tmp_path, people()), 0.95)
    given = {"round_id": "2023-midterm", "returns": "data/example/2023-midterm", "survey": str(tmp_path)}
    assert result.outcome == "选民投票的比例"
    with pytest.raises(SurveyError, match="选民投票的比例”，《方案》以调查判定的是"):
        open_case("midterm", given)
