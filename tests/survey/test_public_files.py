"""Three public files that others made, each described in a few lines, against R; see public/public_files.R."""

import gzip
import shutil
from pathlib import Path

import pandas as pd
import pytest

from kepu_eval.report import explorer
from kepu_eval.survey import calibrated, read_survey
from tests.report.notebook_words import told as told_of

HERE = Path(__file__).parent / "public"
FIGURES = pd.read_csv(HERE / "figures.csv", dtype={"domain": str}, keep_default_na=False)
MAPPINGS = {
    "nhanes.zsav": """\
label: 美国营养与健康调查（NHANES 2009—2010）
published: 2011-09-01
file: nhanes.zsav
missing: {HI_CHOL: [-9]}
outcome: {name: 胆固醇偏高, population: 受检者, column: HI_CHOL, values: [high]}
columns: {id: SEQN, weight: WTMEC2YR, stratum: SDMVSTRA, psu: SDMVPSU}
groups: {族裔: race, 性别: RIAGENDR, 年龄段: AGE}
""",
    "yrbs.csv": """\
label: 美国青少年风险行为调查（YRBS）
published: 2016-06-10
file: yrbs.csv
outcome: {name: 选答案一, population: 高中生, column: qn8, values: [1]}
columns: {weight: weight, stratum: stratum, psu: psu}
groups: {层: stratum}
""",
    "schools.dta": """\
label: 加州学校（API 2000）
published: 2000-10-01
file: schools.dta
outcome: {name: 获奖, population: 学校, column: awards, values: [是, "Yes"]}
columns: {weight: pw, psu: dnum, fpc: fpc1, ssu: snum, fpc2: fpc2}
lonely: remove
groups: {类型: stype}
""",
}


@pytest.fixture(scope="module", params=MAPPINGS)
def folder(request, tmp_path_factory):
    found = tmp_path_factory.mktemp("public")
    if request.param == "yrbs.csv":
        with gzip.open(HERE / "yrbs.csv.gz") as packed, (found / "yrbs.csv").open("wb") as plain:
            shutil.copyfileobj(packed, plain)
    else:
        shutil.copy(HERE / request.param, found)
    (found / "survey.yaml").write_text(MAPPINGS[request.param], encoding="utf-8")
    assert len(MAPPINGS[request.param].splitlines()) <= 15
    return found


def test_figures_are_those_of_r_and_no_group_of_people_vanishes(folder):
    survey = read_survey(folder)
    design, title = calibrated(survey), next(iter(survey.groups))
    everyone = design.proportion("literate", method="xlogit")
    groups = design.proportion("literate", by=survey.groups[title], method="xlogit")
    found = pd.concat([everyone, groups]).set_index("group")
    known = FIGURES[FIGURES["file"] == survey.file.name].set_index("domain")
    assert len(known) >= 3
    for name, row in known.iterrows():
        for figure in ("n", "df", "estimate", "se", "ci_low", "ci_high"):
            assert found.loc[name, figure] == pytest.approx(row[figure], rel=1e-8), (name, figure)
    for column in survey.groups.values():
        parts = design.proportion("literate", by=column)
        assert parts["n"].sum() == everyone["n"].item()
        assert parts["no_group"].eq(0).all()


def test_the_report_speaks_of_the_outcome_alone(folder):
    study = explorer.open_study({"survey": str(folder), "replicates": 20})
    sections = ("cover", "profile", "missingness", "weights", "items", "level", "gaps", "small_areas", "trend", "planning", "borrowed")  # fmt: skip
    told = "".join(block.model_dump_json() for name in sections for block in getattr(explorer, name)(study))
    told += told_of("survey", study, "{")
    assert study.outcome.title in told
    assert "科学素质" not in told
    assert "不作判断" in told
