"""Write the two example surveys: a made-up district's sample, drawn from a seed.

    python scripts/simulate_survey.py            # data/example/survey-2023 and data/example/survey-2025

The truth is a logistic model of scores by education, age, sex and residence; a stratified two-stage sample is
drawn from it (communities with equal chances in each stratum, persons within), some do not answer, and weights
restore the strata's population. Nothing here is observed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20231128
OUTPUT = Path(__file__).parent.parent / "data" / "example"
STRATA = {
    "城区A": (160_000, 0.36),
    "城区B": (140_000, 0.26),
    "城区C": (120_000, 0.20),
    "农牧区": (30_000, 0.08),
}
EDUCATION = ("小学及以下", "初中", "高中（中专）", "大专", "本科及以上")
EDUCATION_EFFECT = dict(zip(EDUCATION, (-16.0, -8.0, 0.0, 6.0, 12.0), strict=True))
PSUS, PERSONS = 14, 32
ROUNDS = {
    "survey-2023": {
        "label": "2023年昆都仑区公民科学素质抽样调查（示例）",
        "published": "2023-11-15",
        "centre": 54.0,
    },
    "survey-2025": {
        "label": "2025年昆都仑区公民科学素质抽样调查（示例）",
        "published": "2025-12-10",
        "centre": 56.0,
    },
}


def main() -> None:
    """Write both surveys."""
    for order, (name, about) in enumerate(ROUNDS.items()):
        folder = OUTPUT / name
        folder.mkdir(parents=True, exist_ok=True)
        sample(np.random.default_rng([SEED, order]), about["centre"]).to_csv(
            folder / "responses.csv", index=False
        )
        (folder / "survey.yaml").write_text(describe(about), encoding="utf-8")


def sample(rng: np.random.Generator, centre: float) -> pd.DataFrame:
    """Respondents of one survey."""
    rows = []
    for stratum, (population, graduates) in STRATA.items():
        for psu in range(1, PSUS + 1):
            local = rng.normal(0, 3)
            answered = int(rng.binomial(PERSONS, 0.86))
            weight = population / PSUS / answered
            rows += [
                respondent(rng, stratum, psu, round(weight, 4), centre + local, graduates)
                for _ in range(answered)
            ]
    frame = pd.DataFrame(rows)
    frame.insert(0, "id", [f"R{number:05d}" for number in range(1, len(frame) + 1)])
    return frame


def respondent(
    rng: np.random.Generator, stratum: str, psu: int, weight: float, centre: float, graduates: float
) -> dict:
    """One person's answers, as scored."""
    shares = np.array([0.12, 0.30, 0.26, 0.32 * (1 - graduates), 0.32 * graduates + 0.10 * graduates])
    education = str(rng.choice(EDUCATION, p=shares / shares.sum()))
    age = int(rng.integers(18, 70))
    sex = str(rng.choice(["男", "女"]))
    score = (
        centre
        + EDUCATION_EFFECT[education]
        - 0.18 * (age - 40)
        + (1.2 if sex == "男" else -1.2)
        + rng.normal(0, 11)
    )
    return {
        "stratum": stratum,
        "psu": psu,
        "weight": weight,
        "sex": sex,
        "residence": "农牧区" if stratum == "农牧区" else "城区",
        "age": age,
        "education": education,
        "score": round(float(np.clip(score, 0, 100)), 1),
    }


def describe(about: dict) -> str:
    """The survey's description file."""
    return f"""# 示例数据：由 scripts/simulate_survey.py 按固定种子模拟生成，不是真实调查。
label: {about["label"]}
published: {about["published"]}
simulated: true
seed: {SEED}
file: responses.csv
threshold: 70
columns: {{id: id, score: score, weight: weight, stratum: stratum, psu: psu, age: age}}
groups: {{性别: sex, 城乡: residence, 教育程度: education}}
"""


if __name__ == "__main__":
    main()
