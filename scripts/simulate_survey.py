"""Write the two example surveys and the frame they were drawn from: a made-up district, from a seed.

    python scripts/simulate_survey.py [FOLDER]     # by default data/example

A population of 450,000 adults in 150 communities is made up; its margins are the "census". In each stratum
communities are drawn with probability proportional to size and persons within them at random. Some do not answer,
the old and the less educated more often, so that the design weights alone overstate the district. Answers follow a
two-parameter logistic model of a person's ability by education, age, sex and residence. Nothing here is observed.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20231128
OUTPUT = Path(__file__).parent.parent / "data" / "example"
STREETS = {"城区A": 5, "城区B": 4, "城区C": 4, "农牧区": 2}
STRATA = {"城区A": (160_000, 45, 0.30), "城区B": (140_000, 40, 0.0), "城区C": (120_000, 35, -0.20), "农牧区": (30_000, 30, -0.9)}  # fmt: skip
"""Adults of 18–69, communities, and how educated they are (shift on the logit scale)."""
PSUS, PERSONS = 14, 36
AGES, AGE_SHARES = (18, 30, 40, 50, 60, 70), (0.19, 0.22, 0.20, 0.22, 0.17)
EDUCATION = ("小学及以下", "初中", "高中（中专）", "大专", "本科及以上")
EDUCATION_LIMITS = (-2.0, -0.35, 0.65, 1.65)
EDUCATION_EFFECT = np.array([-0.75, -0.40, 0.0, 0.30, 0.58])
OCCUPATIONS = (
    "产业工人",
    "农牧民",
    "商业服务业人员",
    "专业技术人员",
    "领导干部和公务员",
    "离退休人员",
    "其他",
)
ITEMS = {"知识": 8, "方法": 5, "精神与思想": 5, "应用能力": 6}
DONT_KNOW = 9
ROUNDS = {
    "survey-2023": {"year": 2023, "published": "2023-11-15", "ability": -0.66},
    "survey-2025": {"year": 2025, "published": "2025-12-10", "ability": -0.44},
}


def main(output: Path = OUTPUT) -> None:
    """Write everything below ``output``."""
    people = population(np.random.default_rng([SEED, 0]))
    listing = people.groupby(["stratum", "community"], sort=False).size().reset_index(name="population")
    output.mkdir(parents=True, exist_ok=True)
    frame(listing).to_csv(output / "communities.csv", index=False, lineterminator="\n")
    for order, (name, about) in enumerate(ROUNDS.items(), 1):
        folder = output / name
        folder.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng([SEED, order])
        respondents(rng, people, listing, about["ability"]).to_csv(
            folder / "responses.csv", index=False, lineterminator="\n"
        )
        margins(people).to_csv(folder / "margins.csv", index=False, lineterminator="\n")
        areas(people).to_csv(folder / "areas.csv", index=False, lineterminator="\n")
        key().to_csv(folder / "items.csv", index=False, lineterminator="\n")
        (folder / "survey.yaml").write_text(describe(about), encoding="utf-8", newline="\n")


def population(rng: np.random.Generator) -> pd.DataFrame:
    """Every adult of the district: stratum, street, community, its own effect, sex, age, education, occupation."""
    parts = []
    for stratum, (adults, communities, educated) in STRATA.items():
        sizes = rng.dirichlet(np.full(communities, 8.0))
        home = np.sort(rng.choice(communities, adults, p=sizes))
        band = rng.choice(len(AGE_SHARES), adults, p=AGE_SHARES)
        age = rng.integers(np.array(AGES)[band], np.array(AGES)[band + 1])
        schooling = rng.logistic(educated - 0.035 * (age - 42))
        parts.append(
            pd.DataFrame(
                {
                    "stratum": stratum,
                    "street": [street(stratum, k) for k in home],
                    "community": [f"{stratum}第{k + 1:02d}{'嘎查村' if stratum == '农牧区' else '社区'}" for k in home],
                    "local": rng.normal(0, 0.16, communities)[home],
                    "sex": rng.choice(["男", "女"], adults, p=[0.505, 0.495]),
                    "residence": "农牧区" if stratum == "农牧区" else "城区",
                    "age": age,
                    "education": np.searchsorted(EDUCATION_LIMITS, schooling),
                }
            )
        )  # fmt: skip
    people = pd.concat(parts, ignore_index=True)
    return people.assign(occupation=occupations(rng, people))


def street(stratum: str, community: int) -> str:
    """The street (or town) a community of a stratum belongs to: equal runs of the numbered communities."""
    number = community * STREETS[stratum] // STRATA[stratum][1] + 1
    return f"{stratum}第{number}{'镇' if stratum == '农牧区' else '街道'}"


def frame(listing: pd.DataFrame) -> pd.DataFrame:
    """The list of communities as a sampling frame, with the titles that ``kepu-eval`` reads."""
    numbers = [f"S{number:03d}" for number in range(1, len(listing) + 1)]
    return pd.DataFrame(
        {
            "层": listing["stratum"],
            "编号": numbers,
            "名称": listing["community"],
            "规模": listing["population"],
        }
    )


def occupations(rng: np.random.Generator, people: pd.DataFrame) -> np.ndarray:
    """What people do, by education, age and residence."""
    schooled = people["education"].to_numpy() >= 3
    shares = np.where(
        schooled[:, None], [0.18, 0.0, 0.27, 0.33, 0.05, 0.0, 0.17], [0.34, 0.02, 0.40, 0.03, 0.0, 0.0, 0.21]
    )
    herders = (people["residence"] == "农牧区").to_numpy() & ~schooled
    shares[herders] = [0.10, 0.68, 0.10, 0.01, 0.0, 0.0, 0.11]
    drawn = (rng.random((len(people), 1)) > np.cumsum(shares, axis=1)[:, :-1]).sum(axis=1)
    retired = (people["age"] >= 58) & (drawn != OCCUPATIONS.index("农牧民"))
    return np.array(OCCUPATIONS)[np.where(retired, OCCUPATIONS.index("离退休人员"), drawn)]


def respondents(
    rng: np.random.Generator, people: pd.DataFrame, listing: pd.DataFrame, ability: float
) -> pd.DataFrame:
    """Those of one sample who answered, with design weights that restore each community's share of its stratum."""
    chosen = []
    for stratum, group in listing.groupby("stratum", sort=False):
        size = group["population"].to_numpy()
        cumulated, step = np.cumsum(size), size.sum() / PSUS
        for community in group["community"].iloc[
            np.searchsorted(cumulated, step * (rng.random() + np.arange(PSUS)))
        ]:
            members = np.flatnonzero(people["community"] == community)
            drawn = people.iloc[rng.choice(members, PERSONS, replace=False)]
            answering = 0.62 + 0.075 * drawn["education"] - 0.006 * (drawn["age"] - 40)
            drawn = drawn[rng.random(PERSONS) < answering.clip(0.2, 0.97)]
            chosen.append(drawn.assign(weight=round(STRATA[stratum][0] / PSUS / len(drawn), 4)))
    sample = pd.concat(chosen, ignore_index=True)
    theta = (
        ability + sample["local"] + EDUCATION_EFFECT[sample["education"]] - 0.011 * (sample["age"] - 42)
        + np.where(sample["sex"] == "男", 0.07, -0.07) - np.where(sample["residence"] == "农牧区", 0.15, 0)
        + rng.normal(0, 0.55, len(sample))
    )  # fmt: skip
    sample["education"] = np.array(EDUCATION)[sample["education"]]
    sample.insert(0, "id", [f"R{number:05d}" for number in range(1, len(sample) + 1)])
    columns = [
        "id",
        "stratum",
        "street",
        "community",
        "weight",
        "sex",
        "residence",
        "age",
        "education",
        "occupation",
    ]
    return pd.concat([sample[columns], answers(rng, theta.to_numpy())], axis=1)


def answers(rng: np.random.Generator, theta: np.ndarray) -> pd.DataFrame:
    """Answers 1–4, 9 for 不知道, blank where nothing was said; a few break the interview off."""
    questions = key()
    difficulty = np.random.default_rng(SEED).normal(-0.35, 0.75, len(questions))
    slope = np.random.default_rng(SEED + 1).uniform(0.9, 2.0, len(questions))
    known = rng.random((len(theta), len(questions))) < 1 / (
        1 + np.exp(-slope * (theta[:, None] - difficulty))
    )
    right = questions["correct"].to_numpy()
    wrong = (right - 1 + rng.integers(1, 4, known.shape)) % 4 + 1
    unsure = rng.random(known.shape) < 0.45 / (1 + np.exp(theta))[:, None] + 0.1
    given = np.where(known, right, np.where(unsure, DONT_KNOW, wrong)).astype(object)
    silent = rng.random(known.shape) < 0.004
    stops = np.where(
        rng.random(len(theta)) < 0.008, rng.integers(4, len(questions), len(theta)), len(questions)
    )
    given[silent | (np.arange(len(questions)) >= stops[:, None])] = None
    return pd.DataFrame(given, columns=questions["item"])


def key() -> pd.DataFrame:
    """The questionnaire's key: item, dimension, right answer, code of 不知道. Made up; the real items are not public."""
    dimensions = [name for name, count in ITEMS.items() for _ in range(count)]
    right = np.random.default_rng(SEED + 2).integers(1, 5, len(dimensions))
    names = [f"q{number:02d}" for number in range(1, len(dimensions) + 1)]
    return pd.DataFrame({"item": names, "dimension": dimensions, "correct": right, "dont_know": DONT_KNOW})


def margins(people: pd.DataFrame) -> pd.DataFrame:
    """Counts of the population by sex, age group, education and residence, named as in the mapping's groups."""
    groups = [f"{low}—{high - 1}岁" for low, high in pairwise(AGES)]
    columns = {
        "性别": pd.Categorical(people["sex"], ["男", "女"]),
        "年龄": pd.cut(people["age"], list(AGES), right=False, labels=groups),
        "教育程度": pd.Categorical.from_codes(people["education"], EDUCATION),
        "城乡": pd.Categorical(people["residence"], ["城区", "农牧区"]),
    }
    counted = {title: pd.Series(column).value_counts(sort=False) for title, column in columns.items()}
    rows = [(title, name, int(count)) for title, counts in counted.items() for name, count in counts.items()]
    return pd.DataFrame(rows, columns=["variable", "category", "population"])


def areas(people: pd.DataFrame) -> pd.DataFrame:
    """What a census says of each street: the share (%) of those with 大专 or more."""
    schooled = (people["education"] >= 3).groupby(people["street"], sort=False).mean() * 100
    return schooled.round(2).rename("大专及以上比例").rename_axis("area").reset_index()


def describe(about: dict) -> str:
    """The survey's mapping file."""
    return f"""# 示例数据：由 scripts/simulate_survey.py 按固定种子模拟生成，不是真实调查；题目、答案、人口数均为虚构。
label: {about["year"]}年昆都仑区公民科学素质抽样调查（示例）
published: {about["published"]}
year: {about["year"]}
simulated: true
seed: {SEED}
file: responses.csv
instrument: 示例卷
threshold: 70
outcome: {{target: 15}}   # 对照的目标（%）
columns: {{id: id, weight: weight, stratum: stratum, psu: community, age: age}}
items: items.csv        # 题目、维度、正确答案；得分由作答计算
margins: margins.csv    # 人口普查口径的边际人数，用于校准权数
areas: {{column: street, file: areas.csv}}    # 街镇的普查协变量，用于小区域估计
groups:
  性别: {{column: sex, order: [男, 女]}}
  年龄: {{column: age, bins: [18, 30, 40, 50, 60, 70], unit: 岁}}
  城乡: {{column: residence, order: [城区, 农牧区]}}
  教育程度: {{column: education, order: [小学及以下, 初中, 高中（中专）, 大专, 本科及以上]}}
  职业: {{column: occupation, order: [{", ".join(OCCUPATIONS)}]}}
focus:                  # 重点人群；青少年不在18—69周岁的调查范围内
  农民: {{column: occupation, values: [农牧民]}}
  产业工人: {{column: occupation, values: [产业工人]}}
  老年人: {{column: age, at_least: 60}}
  领导干部和公务员: {{column: occupation, values: [领导干部和公务员]}}
"""


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
