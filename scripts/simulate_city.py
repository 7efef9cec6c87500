"""Write the result packages of ten made-up districts from a seed (示例数据), and the table that lists them.

    python scripts/simulate_city.py          # data/example/city-2023/

The packages are written as an evaluation would, without evaluating: own plans with own ids and task lists, two districts
that count otherwise, one with open questions, one that sent nothing. Benchmarks ask for more districts.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from kepu_eval.report.package import packed
from kepu_eval.report.package_schema import IDENTITY
from kepu_eval.report.results import frame

SEED = 20231231
FOLDER = Path(__file__).parents[1] / "data/example/city-2023"
NAMES = (
    "东河示例区",
    "青山示例区",
    "石拐示例区",
    "白云示例区",
    "九原示例区",
    "土右示例旗",
    "固阳示例县",
    "达茂示例旗",
    "滨河示例区",
    "稀土示例区",
)
OTHER_DEFINITION, OTHER_UNIT, SILENT, ASKED = NAMES[3], NAMES[6], NAMES[8], NAMES[5]
WEIGHT = "18—69岁常住人口"
YEARS, AS_OF = (2021, 2022, 2023), "2023-12-31"
LITERACY, FARMERS, TEACHERS, STEWARDS, PUPILS = (
    "公民具备科学素质比例", "高素质农牧民培训人次", "科技教师培训人次", "科普信息员注册人数", "在校学生科普活动参与率",
)  # fmt: skip
KINDS = {
    LITERACY: ("level_at_horizon", "%", "%", 15), FARMERS: ("cumulative", "人次", "人次", 1500), TEACHERS: ("annual", "人次", "人次", 220),
    STEWARDS: ("stock_at_horizon", "人", "人", 20000), PUPILS: ("pooled_ratio", "%", "%", 90),
}  # fmt: skip
TASKS = ("农牧民培训", "校园科普", "科普信息员", "银龄科普")


def district(name: str, rng: np.random.Generator) -> dict[str, list[dict]]:
    """Rows of one district's tables; ids and numbers of tasks are its own."""
    prefix = chr(65 + int(rng.integers(0, 26)))
    farmers, teachers = rng.integers(150, 450, 3), rng.integers(180, 320, 3)
    stewards = np.cumsum(rng.integers(2000, 6000, 3))
    pupils = int(rng.integers(4000, 30000))
    joined, estimate = int(pupils * rng.uniform(0.82, 0.97)), float(round(rng.uniform(7, 16), 2))
    half = float(round(rng.uniform(1, 2), 2))
    values = {
        LITERACY: (estimate, estimate - half, estimate + half), FARMERS: (int(farmers.sum()),) * 3, TEACHERS: (int(teachers.min()),) * 3,
        STEWARDS: (int(stewards[-1]),) * 3, PUPILS: (joined / pupils * 100,) * 3,
    }  # fmt: skip
    indicators = [
        _indicator(f"{prefix}{n}", key, values[key], joined, pupils) for n, key in enumerate(KINDS, 1)
    ]
    yearly = {FARMERS: farmers, TEACHERS: teachers, STEWARDS: stewards}
    periods = [
        {"id": row["id"], "key": row["key"], "measure": "value", "period": str(year), "year": year, "value": int(value), "low": int(value),
         "high": int(value), "status": "—", "fact": f"{row['id']}.{year}"}
        for row in indicators if row["key"] in yearly for year, value in zip(YEARS, yearly[row["key"]], strict=True)
    ]  # fmt: skip
    own = int(rng.integers(0, 3))  # tasks that no other plan has stand first and move the others' numbers
    titles = [("", f"{name}自定任务{n}") for n in range(1, own + 1)] + [(key, f"{key}工作") for key in TASKS]
    tasks = [{"number": n, "key": key, "title": title, "programme": "X1", "lead": "牵头单位", **_rated(rng)} for n, (key, title) in enumerate(titles, 1)]  # fmt: skip
    units = [{"unit": f"D{n:02d}", "name": f"单位{n}", "status": "按时" if rng.random() < 0.9 else "未报送", "questions": 0, "rejected": 0}
             for n in range(1, int(rng.integers(12, 26)))]  # fmt: skip
    for unit in units:
        unit["submitted"] = unit["status"] == "按时"
    return {
        "indicators": indicators,
        "periods": periods,
        "targets": [],
        "tasks": tasks,
        "units": units,
        "questions": [],
    }


def _indicator(id: str, key: str, values: tuple[float, float, float], joined: int, pupils: int) -> dict:  # noqa: A002
    kind, unit, value_unit, target = KINDS[key]
    rating = (
        "达到序时" if values[0] >= target * (1 if kind in ("annual", "pooled_ratio") else 0.6) else "滞后"
    )
    operands = {"part": joined, "whole": pupils} if key == PUPILS else {}
    return {
        "id": id, "key": key, "name": key, "kind": kind, "unit": unit, "value_unit": value_unit, "operator": ">=", "target": target,
        "horizon": "2025-12-31", "since": "", "definition": "", "value_label": "", "value": values[0], "low": values[1], "high": values[2], **operands,
        "rating": rating, "rating_low": rating, "rating_high": rating, "questions": 0,
    }  # fmt: skip


def _rated(rng: np.random.Generator) -> dict[str, str]:
    return dict.fromkeys(
        ("rating", "rating_low", "rating_high"),
        str(rng.choice(["完成", "达到序时", "正在推进", "滞后"], p=(0.2, 0.4, 0.25, 0.15))),
    )


def asks(tables: dict[str, list[dict]]) -> None:
    """One year of the farmers' training is in question: the total is between what is certain and no bound."""
    row = next(row for row in tables["indicators"] if row["key"] == FARMERS)
    last = next(p for p in tables["periods"] if p["key"] == FARMERS and p["year"] == YEARS[-1])
    row |= {"low": row["value"] - last["value"], "value": None, "high": row["value"] + 80, "rating": "数据不足", "rating_low": "滞后",
            "rating_high": "达到序时", "questions": 1}  # fmt: skip
    last |= {"value": None, "low": 0, "high": last["high"] + 80, "status": "待核"}
    tables["units"][0]["questions"] = 1
    tables["questions"] = [{"finding": 1, "unit": tables["units"][0]["unit"], "severity": "question", "code": "C20", "file": "单位1.xlsx",
                            "sheet": "量化指标", "cell": "F6", "affects": row["id"]}]  # fmt: skip


def differs(name: str, tables: dict[str, list[dict]]) -> None:
    """The two districts that count otherwise: teachers by another definition, stewards in 万人."""
    for row in tables["indicators"]:
        if name == OTHER_DEFINITION and row["key"] == TEACHERS:
            row |= {"since": "2022-01-01", "definition": "只计16学时以上的培训"}
        if name == OTHER_UNIT and row["key"] == STEWARDS:
            row |= {
                "unit": "万人",
                "value_unit": "万人",
                **{side: row[side] / 10000 for side in ("value", "low", "high", "target")},
            }


def facts(tables: dict[str, list[dict]]) -> dict[str, list[dict]]:
    """Facts of the indicators, each with a cell, as a report has them."""
    told, sources = [], []
    for row in tables["indicators"]:
        for side in ("value", "low", "high"):
            fact, shown = (
                f"{row['id']}.{side}",
                "数据不足" if row[side] is None else f"{row[side]:g}{row['value_unit']}",
            )
            told.append({"id": fact, "label": row["name"], "value": row[side], "text": shown, "unit": row["value_unit"], "formula": "各单位上报数汇总", "parts": ""})  # fmt: skip
            sources.append({"fact": fact, "file": "单位1.xlsx", "round": "2023-midterm", "sheet": "量化指标", "cell": "F6", "what": row["key"],
                            "decision": "", "sha256": "0" * 64})  # fmt: skip
    return {"facts": told, "sources": sources}


def written(name: str, tables: dict[str, list[dict]], as_of: str = AS_OF) -> bytes:
    """The package of a district."""
    told = (
        f"{name}科学素质行动实施方案",
        f"{name}〔2022〕1号",
        "",
        name,
        f"{name}科协",
        2021,
        2025,
        "2023-midterm",
        "2023年中期",
        "midterm",
        as_of,
    )
    head = {"package": 1, "title": f"{name}中期自查评估报告", "notice": "示例数据", "identity": dict(zip(IDENTITY, told, strict=True)), "ledger": {},
            "switches": "", "inputs": [{"role": "单位填报表", "path": "单位1.xlsx", "sha256": "0" * 64, "round": "2023-midterm"}],
            "versions": {}, "commit": ""}  # fmt: skip
    return packed(head, [frame(table, rows) for table, rows in (tables | facts(tables)).items()])


def simulated(names: tuple[str, ...], seed: int) -> dict[str, dict[str, list[dict]]]:
    """Tables of these districts, before the exceptions."""
    return {name: district(name, np.random.default_rng([seed, place])) for place, name in enumerate(names)}


def listing(weights: dict[str, int], packages: dict[str, str]) -> bytes:
    """The table of districts as csv that Excel opens."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(["区县", "结果包", WEIGHT])
    rows.writerows([name, packages.get(name, ""), weight] for name, weight in weights.items())
    return text.getvalue().encode("utf-8-sig")


def weights(names: tuple[str, ...], seed: int) -> dict[str, int]:
    """Made-up populations."""
    return dict(
        zip(names, np.random.default_rng(seed).integers(30_000, 500_000, len(names)).tolist(), strict=True)
    )


def main() -> None:
    """Write nine packages and the table of ten districts."""
    every = simulated(NAMES, SEED)
    asks(every[ASKED])
    (FOLDER / "packages").mkdir(parents=True, exist_ok=True)
    packages = {name: f"packages/{name}.zip" for name in NAMES if name != SILENT}
    for name, file in packages.items():
        differs(name, every[name])
        (FOLDER / file).write_bytes(written(name, every[name]))
    (FOLDER / "districts.csv").write_bytes(listing(weights(NAMES, SEED), packages))


if __name__ == "__main__":
    main()
