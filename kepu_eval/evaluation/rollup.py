"""From indicators and commitments to tasks, programmes and units."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import pandas as pd

from kepu_eval.evaluation.commitments import agrees, middle_self_rating
from kepu_eval.evaluation.model import BANDS, NOT_RATED, Rating, band, better, display, worst
from kepu_eval.evaluation.rating import banded
from kepu_eval.plan import Plan, RatingRules, Stage, Task
from kepu_eval.returns import NOTHING_READABLE, Returns

ON_COURSE = {
    Rating.DONE,
    Rating.NEARLY_DONE,
    Rating.ON_SCHEDULE,
    Rating.NEARLY_ON_SCHEDULE,
    Rating.UNDER_WAY,
}


def judge_tasks(
    plan: Plan,
    indicators: pd.DataFrame,
    commitments: pd.DataFrame,
    stage: Stage,
    spared: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """One row a task.

    With indicators, the worst of them decides (worked example E11: ``滞后＋数据不足×1``; all unknown: 数据不足).
    Without, the share of rated commitments that are on course is banded like everything due in every period; one
    that is only 正在推进 keeps the task from being more. Bounds take what is unknown at its worst and its best.
    What is known decides a shortfall; a better class that the unknown could still take away is 数据不足, with the
    class of what is known beside it, as what is missing is never a pass.

    An excepted indicator does not decide its task, which says so (``滞后＋含例外×1``); a task of excepted indicators only,
    or one that is itself among ``spared`` (ids such as ``T06``), is 已批准例外.
    """
    rows = []
    for task in plan.tasks:
        mine = commitments[commitments["task"].eq(task.number)]
        quantitative = indicators[indicators["task"].eq(task.number)]
        items = quantitative if len(quantitative) else mine[mine["indicator"].isna()]
        row = _task(plan, task, items, mine, tuple(quantitative["indicator"]), stage)
        rows.append(row | _SPARED if task.id in spared else row)
    return pd.DataFrame(rows)


_SPARED = {
    **dict.fromkeys(("rating", "band", "display", "rating_low", "rating_high"), str(Rating.EXCEPTED)),
    **{"note": "", "worst": "", "agrees": None},
}


def _task(
    plan: Plan,
    task: Task,
    items: pd.DataFrame,
    mine: pd.DataFrame,
    quantitative: tuple[str, ...],
    stage: Stage,
) -> dict:
    combine = _worst_of if quantitative else _share_of
    rated = [Rating(r) for r in items["rating"]]
    known = [r for r in rated if r not in NOT_RATED]
    unknown, spared = rated.count(Rating.UNKNOWN), rated.count(Rating.EXCEPTED)
    sides = ("rating", "rating_low", "rating_high", "rating_without_exception" if quantitative else "rating")
    of_known, low, high, own_rating = (combine(_bound(items, side), stage, plan.rating) for side in sides)
    if unknown and known and better(low, of_known):  # known as not begun, but what is unknown has begun
        of_known = low
    doubtful = unknown and known and of_known in ON_COURSE and better(of_known, low)
    rating = Rating.UNKNOWN if doubtful else of_known
    note = f"（已报部分{of_known}）" if doubtful else f"＋数据不足×{unknown}" if unknown and known else ""
    if not spared:
        own_rating = rating
    elif spared < len(rated):
        note += f"＋含例外×{spared}"
    else:
        rating = low = high = Rating.EXCEPTED
    own = middle_self_rating(list(mine["self_rating"]))
    return {
        "number": task.number,
        "title": task.title,
        "programme": task.programme,
        "lead": task.lead.unit,
        "rating": str(rating),
        "band": band(rating),
        "note": note,
        "display": display(rating) + note,
        "rating_low": str(low),
        "rating_high": str(high),
        "rating_without_exception": str(own_rating),
        "worst": _deciding(items, of_known, quantitative),
        "rated": len(known),
        "unknown": unknown,
        "self_rating": own,
        "agrees": agrees(rating, own),
        "evidence": int(mine["evidence"].sum()),
        "reporters": int(mine["reporters"].max()),
        "expected_reporters": int(mine["expected_reporters"].max()),
        "quantitative": quantitative,
    }


def _bound(items: pd.DataFrame, side: str) -> list[Rating]:
    return [Rating(r) for r in items[side] if r not in NOT_RATED]


def _worst_of(ratings: list[Rating], stage: Stage, rules: RatingRules) -> Rating:  # noqa: ARG001 - same form as below
    return worst(ratings) if ratings else Rating.UNKNOWN


def _share_of(ratings: list[Rating], stage: Stage, rules: RatingRules) -> Rating:
    if not ratings:
        return Rating.UNKNOWN
    if all(r is Rating.NOT_STARTED for r in ratings):
        return Rating.NOT_STARTED
    if stage is Stage.FINAL:
        done = sum(r in (Rating.DONE, Rating.NEARLY_DONE) for r in ratings)
        result = banded(Fraction(done, len(ratings)), rules.final_attainment)
        return Rating.NEARLY_DONE if result is Rating.DONE and Rating.NEARLY_DONE in ratings else result
    if all(r is Rating.DONE for r in ratings):
        return Rating.DONE
    result = banded(Fraction(sum(r in ON_COURSE for r in ratings), len(ratings)), rules.midterm_pace)
    return Rating.UNDER_WAY if band(result) == "正在推进" and Rating.UNDER_WAY in ratings else result


def _deciding(items: pd.DataFrame, rating: Rating, quantitative: tuple[str, ...]) -> str:
    """Id of the item that decides a task with indicators; empty when it is a share of commitments."""
    if not quantitative:
        return ""
    hit = items[items["rating"].eq(str(rating))]
    return str(hit["indicator"].iloc[0]) if len(hit) else ""


def judge_programmes(plan: Plan, tasks: pd.DataFrame) -> pd.DataFrame:
    """One row a programme: programme (id), name, tasks, and how many tasks stand in each band."""
    return pd.DataFrame(
        {
            "programme": programme.id,
            "name": programme.name,
            "tasks": int(tasks["programme"].eq(programme.id).sum()),
            **_count_bands(tasks.loc[tasks["programme"].eq(programme.id), "band"]),
        }
        for programme in plan.programmes
    )


def judge_units(plan: Plan, returns: Returns, tasks: pd.DataFrame) -> pd.DataFrame:
    """One row a unit: what it returned, what is open, and how the tasks it leads stand."""
    standing = returns.standing
    findings, evidence = returns.findings, returns.evidence
    unanswered = findings["severity"].eq("question") & findings["answer"].eq("")
    rows = []
    for unit in plan.units:
        status = standing.get(unit.id, "未报送")
        own = findings["unit"].eq(unit.id)
        led = tasks[tasks["lead"].eq(unit.name)]
        rows.append(
            {
                "unit": unit.id,
                "name": unit.name,
                "submitted": status not in NOTHING_READABLE,
                "status": status,
                "leads": len(led),
                "tasks": len(plan.duties(unit)),
                **_count_bands(led["band"]),
                "questions": int((own & unanswered).sum()),
                "rejected": int(
                    (own & findings["severity"].eq("rejected") & findings["answer"].eq("")).sum()
                ),
                "notes": int((own & findings["severity"].eq("note")).sum()),
                "evidence": int(evidence["unit"].eq(unit.id).sum()),
            }
        )
    return pd.DataFrame(rows)


def _count_bands(bands: Iterable[str]) -> dict[str, int]:
    bands = list(bands)
    return {name: bands.count(name) for name in BANDS}
