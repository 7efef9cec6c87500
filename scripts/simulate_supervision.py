"""Write the example ledger of supervision: rectification after the mid-term, and a spot check of each round.

    python scripts/simulate_supervision.py            # data/example/supervision.sqlite

The items are those that the evaluation of the example rounds raises; what the made-up units did about them follows
from what they report at the end, and what the made-up checkers found is drawn from a seed. Nothing here happened.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
from simulated_texts import Writer

from kepu_eval.evaluation import Evaluation
from kepu_eval.report import open_final
from kepu_eval.report.case import Case
from kepu_eval.returns import Ledger
from kepu_eval.supervision.claims import claims
from kepu_eval.supervision.drawing import draw
from kepu_eval.supervision.records import Event, keep_events, keep_items
from kepu_eval.supervision.rectification import FULFILLED, Item, Standing, State, objections, raise_items
from kepu_eval.supervision.spot_check_book import Draw, Results, keep_draw, keep_results
from kepu_eval.supervision.verification import PARTLY, REFUTED, UNVERIFIABLE, UPHELD

SEED = 20231128
SAMPLE = 60
EXAMPLE = Path("data/example")
FILE = Path(__file__).parents[1] / EXAMPLE / "supervision.sqlite"
CHINA = dt.timezone(dt.timedelta(hours=8))
REVIEWER, CHECKER = "示例复核人", "示例核查人"
DUE = ("2024-12-31", "2024-09-30", "2024-06-30")
GOOD = ("完成", "基本完成")


def main() -> None:
    """Write the ledger anew."""
    midterm, final = open_final(
        {
            "round_id": "2025-final",
            "returns": str(EXAMPLE / "2025-final"),
            "survey": str(EXAMPLE / "survey-2025"),
            "decisions": str(EXAMPLE / "2025-final-decisions.xlsx"),
            "midterm_returns": str(EXAMPLE / "2023-midterm"),
            "midterm_survey": str(EXAMPLE / "survey-2023"),
            "midterm_decisions": str(EXAMPLE / "2023-midterm-decisions.xlsx"),
        }
    )
    FILE.unlink(missing_ok=True)
    with Ledger(FILE, must_exist=False) as ledger:
        check(ledger, midterm, at(2024, 1, 10))
        items = raise_items(midterm.evaluation, midterm.plan, midterm.round.id)
        keep_items(ledger, midterm.round.id, items, at(2024, 1, 31), simulated=True)
        for order, item in enumerate(items):
            writer = Writer(midterm.plan, midterm.plan.unit(item.unit), midterm.round, {})
            measure = writer.measure(midterm.plan.task(item.task), item.indicator, order % len(DUE))
            put_right(ledger, item, final.evaluation, measure, DUE[order % len(DUE)])
        check(ledger, final, at(2026, 1, 8))


def put_right(ledger: Ledger, item: Item, final: Evaluation, measure: str, due: str) -> None:
    """What became of an item: closed where the final reaches what was asked, still under way or reopened elsewhere."""
    reached = _reached(item, final)
    proof = f"{item.item}-整改报告.pdf"
    digest = hashlib.sha256(f"示例数据：{item.item} 整改报告".encode()).hexdigest()
    begun = Standing(State.IN_PROGRESS, measure, due)
    sent = Standing(State.SUBMITTED, measure, due, reached, (proof,))
    steps = [(at(2024, 2, 20), begun, "")]
    closed = Standing(State.CLOSED, measure, due, reached, (proof,), REVIEWER)
    if reached:
        steps.append((at(2024, 12, 16), sent, digest))
        if not list(objections(item, sent, closed, {proof: digest})):
            steps.append((at(2025, 1, 15), closed, digest))
        else:
            why = f"核查时为{reached}，未达到销号条件"
            again = Standing(State.REOPENED, measure, "2025-10-31", reached, (proof,), note=why)
            steps.append((at(2025, 1, 15), again, digest))
    before = Standing()
    for when, standing, sha in steps:
        wrong = list(objections(item, before, standing, {proof: digest}))
        assert not wrong, wrong
        with ledger.writing():
            keep_events(ledger, [Event(item.item, standing, (sha,) if sha else ())], when)
        before = standing


def _reached(item: Item, final: Evaluation) -> str:
    """What the unit claims at the end; empty where it has nothing to show."""
    if item.indicator:
        value = final.indicators.set_index("indicator").loc[item.indicator, "value"]
        periods = final.indicator_periods
        later = periods[
            periods["indicator"].eq(item.indicator) & periods["period"].str[:4].gt(item.round[:4])
        ]
        if item.condition == "growth":
            return FULFILLED if later["status"].eq("达标").all() else ""
        if item.condition == "later_periods":
            value = later["value"].min()
        return "" if pd.isna(value) else FULFILLED if item.threshold is None else f"{round(value, 1):g}"
    done = final.tasks.set_index("number").loc[item.task, "rating"] in GOOD
    return FULFILLED if done else ""


def check(ledger: Ledger, case: Case, when: dt.datetime) -> None:
    """Draw a spot check of a round and find something at most of its claims."""
    population = claims(case.plan, case.returns)
    seed = int(f"{when:%Y%m%d}")
    sample = Draw(case.round.id, seed, SAMPLE, len(population), True, draw(population, SAMPLE, seed))
    keep_draw(ledger, sample, when)
    rng = np.random.default_rng([SEED, seed])
    results = Results(sample.id)
    for order, claim in enumerate(sample.claims.itertuples()):
        found = str(rng.choice([UPHELD, PARTLY, REFUTED, UNVERIFIABLE], p=[0.86, 0.06, 0.04, 0.04]))
        if order % 30 == 29:
            continue  # not looked at yet
        verified = {UPHELD: claim.value, PARTLY: round(claim.value * 0.8), REFUTED: 0.0}.get(found, np.nan) \
            if not pd.isna(claim.value) else np.nan  # fmt: skip
        results.rows.append(
            {"claim": claim.claim, "result": found, "verified": None if pd.isna(verified) else float(verified),
             "checker": CHECKER, "checked_on": f"{when + dt.timedelta(days=10):%Y-%m-%d}", "note": "",
             "file": "抽查表.xlsx", "sheet": "抽查事项", "cell": f"J{order + 6}"}
        )  # fmt: skip
    keep_results(ledger, results, when + dt.timedelta(days=12))


def at(year: int, month: int, day: int) -> dt.datetime:
    """Nine in the morning of a day in China."""
    return dt.datetime(year, month, day, 9, tzinfo=CHINA)


if __name__ == "__main__":
    main()
