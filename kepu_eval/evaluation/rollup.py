"""From indicators and commitments to tasks, programmes and units.

The rule for tasks stands once, on arrays of classes (settings × items): a report is the case of one setting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from kepu_eval.evaluation.classes import EXCEPTED, UNKNOWN, Ratings, code, codes, in_classes, labels
from kepu_eval.evaluation.commitments import agrees, middle_self_rating
from kepu_eval.evaluation.model import BANDS, NOT_RATED, Rating, band, display
from kepu_eval.evaluation.settings import MILLION, Settings, own_setting
from kepu_eval.plan import Band, Plan, Stage, Task
from kepu_eval.returns import NOTHING_READABLE, Returns

ON_COURSE = {
    Rating.DONE,
    Rating.NEARLY_DONE,
    Rating.ON_SCHEDULE,
    Rating.NEARLY_ON_SCHEDULE,
    Rating.UNDER_WAY,
}
_MORE_THAN_UNDER_WAY = ON_COURSE - {Rating.UNDER_WAY}


def spared(settings: Settings) -> Ratings:
    """已批准例外 in every setting."""
    return Ratings(*(np.full(len(settings), EXCEPTED, dtype=np.int8) for _ in Ratings._fields))


def roll_up(items: Sequence[Ratings], stage: Stage, settings: Settings, *, quantitative: bool) -> Ratings:
    """A task by setting, from its items: the worst of its indicators, or a share of commitments.

    Both rules are monotone in every item, so that the items' worst and best cases bound the task's; where the two
    differ it is unknown, however much of it is reported (worked example E11). A task of excepted items only is
    excepted; an excepted item among others takes no part.
    """
    if not items:
        return Ratings(*(np.full(len(settings), UNKNOWN, dtype=np.int8) for _ in Ratings._fields))
    _, lows, highs = (np.stack(side, axis=1) for side in zip(*items, strict=True))
    low, high = (combine(columns, stage, settings, quantitative=quantitative) for columns in (lows, highs))
    found = Ratings(np.where(low == high, low, np.int8(UNKNOWN)), low, high)
    excepted = (lows == EXCEPTED).all(axis=1)
    return Ratings(*(np.where(excepted, np.int8(EXCEPTED), side) for side in found))


def combine(columns: np.ndarray, stage: Stage, settings: Settings, *, quantitative: bool) -> np.ndarray:
    """Class of a task in each setting, from the codes of its items (settings × items); items below 0 take no part."""
    if quantitative:
        worst = columns.max(axis=1)
        return np.where(worst < 0, UNKNOWN, worst).astype(np.int8)
    return _share_of(columns, stage, settings)


def _share_of(columns: np.ndarray, stage: Stage, settings: Settings) -> np.ndarray:
    """The share of commitments that are on course, banded like everything that is due in every period.

    Commitments that are only 正在推进 count as on course, but make the task no more than 正在推进 itself.
    """
    known = (columns >= 0).sum(axis=1)

    def having(*ratings: Rating) -> np.ndarray:
        return in_classes(columns, ratings).sum(axis=1)

    if stage is Stage.FINAL:
        good = having(Rating.DONE, Rating.NEARLY_DONE)
        result = _banded(good, known, settings.base.final_attainment, settings, "final_attainment")
        result[(result == code(Rating.DONE)) & (having(Rating.NEARLY_DONE) > 0)] = code(Rating.NEARLY_DONE)
    else:
        going, ahead = (
            _banded(having(*classes), known, settings.base.midterm_pace, settings, "midterm_pace")
            for classes in (ON_COURSE, _MORE_THAN_UNDER_WAY)
        )
        result = np.minimum(ahead, np.maximum(going, np.int8(code(Rating.UNDER_WAY))))
        result[having(Rating.DONE) == known] = code(Rating.DONE)
    result[having(Rating.NOT_STARTED) == known] = code(Rating.NOT_STARTED)
    result[known == 0] = UNKNOWN
    return result


def _banded(
    part: np.ndarray, whole: np.ndarray, bands: tuple[Band, ...], settings: Settings, name: str
) -> np.ndarray:
    """Class of the highest band that ``part/whole`` reaches, in whole numbers throughout."""
    floors = settings.thresholds[:, settings.columns[name]]
    reached = (part * MILLION)[:, None] >= floors * whole[:, None]
    return codes(band.label for band in bands)[reached.argmax(axis=1)]


def task_ratings(
    plan: Plan,
    stage: Stage,
    settings: Settings,
    indicators: Mapping[str, Ratings],
    commitments: Mapping[str, Ratings],
    excepted: frozenset[str],
) -> dict[int, Ratings]:
    """Ratings of every task from those of its indicators or, without any, of its commitments."""
    result = {}
    for task in plan.tasks:
        numbers = [indicators[i.id] for i in plan.indicators if i.task == task.number]
        items = numbers or [commitments[c.id] for c in task.commitments if c.indicator is None]
        result[task.number] = (
            spared(settings)
            if task.id in excepted
            else roll_up(items, stage, settings, quantitative=bool(numbers))
        )
    return result


def judge_tasks(
    plan: Plan,
    indicators: pd.DataFrame,
    commitments: pd.DataFrame,
    stage: Stage,
    excepted: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """One row a task, rated by :func:`task_ratings`.

    ``rating`` is given only where worst (``rating_low``) and best case (``rating_high``) agree; ``rating_reported`` is
    what the reported items alone would give. ``statements``: what the commitments of a task with indicators say.
    A task of excepted indicators only, or one that is itself among ``excepted`` (ids such as ``T06``), is 已批准例外.
    """
    settings = own_setting(plan, plan.switch_defaults())
    found = task_ratings(
        plan,
        stage,
        settings,
        ratings_of(indicators, "indicator"),
        ratings_of(commitments, "commitment"),
        excepted,
    )
    numbers, words = _by_task(indicators), _by_task(commitments)
    rows = []
    for task in plan.tasks:
        rated = tuple(Rating(str(labels(side)[0])) for side in found[task.number])
        rows.append(_task(task, numbers[task.number], words[task.number], rated, stage, settings))
    return pd.DataFrame(rows)


def _by_task(items: pd.DataFrame) -> Mapping[int, list[dict]]:
    rows: dict[int, list[dict]] = defaultdict(list)
    for row in items.to_dict("records"):
        if not pd.isna(row["task"]):
            rows[int(row["task"])].append(row)
    return rows


def ratings_of(frame: pd.DataFrame, key: str) -> dict[str, Ratings]:
    """By id, the codes of a frame's ratings, as of one setting."""
    sides = [codes(frame[side]) for side in ("rating", "rating_low", "rating_high")]
    return {
        name: Ratings(*(side[place : place + 1] for side in sides)) for place, name in enumerate(frame[key])
    }


def _task(
    task: Task,
    quantitative: list[dict],
    mine: list[dict],
    rated: tuple[Rating, ...],
    stage: Stage,
    settings: Settings,
) -> dict:
    rating, low, high = rated
    statements = [row for row in mine if pd.isna(row["indicator"])]
    items, numeric = quantitative or statements, bool(quantitative)
    ratings = [row["rating"] for row in items]
    reported = _rolled([row["rating_reported"] for row in items], stage, settings, quantitative=numeric)
    spared_items, own_rating = ratings.count(Rating.EXCEPTED), rating
    if spared_items or rating is Rating.EXCEPTED:
        without = [row["rating_without_exception" if numeric else "rating"] for row in items]
        own_rating = _rolled(without, stage, settings, quantitative=numeric)
    note = f"（{high}至{low}；已报部分{reported}）" * (
        rating is Rating.UNKNOWN and reported is not Rating.UNKNOWN
    )
    note += f"＋含例外×{spared_items}" * (0 < spared_items < len(items))
    own = middle_self_rating([row["self_rating"] for row in mine])
    said = _rolled([row["rating_reported"] for row in statements], stage, settings, quantitative=False)
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
        "rating_reported": str(reported),
        "rating_without_exception": str(own_rating),
        "statements": str(said),
        "worst": _deciding(quantitative, reported if rating is Rating.UNKNOWN else rating),
        "rated": sum(rating not in NOT_RATED for rating in ratings),
        "unknown": ratings.count(Rating.UNKNOWN),
        "self_rating": own,
        "agrees": _agrees(rating, said if numeric else rating, own),
        "evidence": sum(row["evidence"] for row in mine),
        "reporters": max(row["reporters"] for row in mine),
        "expected_reporters": max(row["expected_reporters"] for row in mine),
        "quantitative": tuple(row["indicator"] for row in quantitative),
    }


def _rolled(ratings: Iterable[str], stage: Stage, settings: Settings, *, quantitative: bool) -> Rating:
    """Class of a task from the classes of its items; what is not rated takes no part."""
    columns = codes(ratings)[None, :]
    if not columns.size:
        return Rating.UNKNOWN
    return Rating(str(labels(combine(columns, stage, settings, quantitative=quantitative))[0]))


def _agrees(rating: Rating, statements: Rating, self_rating: str) -> bool | None:
    """A self-rating agrees when it is of the class of the rule's and, beside indicators, of what the statements say.

    Statements that say 未启动 while the self-rating claims something contradict it, whatever the indicators are.
    """
    if statements is Rating.NOT_STARTED and self_rating not in ("", str(Rating.NOT_STARTED)):
        return False
    return agrees(rating, self_rating)


def _deciding(quantitative: list[dict], rating: Rating) -> str:
    """Id of the indicator that decides a task; empty when it is a share of commitments, or nothing is known."""
    if rating is Rating.UNKNOWN:
        return ""
    sides = ("rating", "rating_reported")
    return next((row["indicator"] for side in sides for row in quantitative if row[side] == rating), "")


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
    standing, findings = returns.standing, returns.findings
    counts = {
        "questions": returns.open_questions["unit"].value_counts(),
        "rejected": returns.open_rejections["unit"].value_counts(),
        "notes": findings.loc[findings["severity"].eq("note"), "unit"].value_counts(),
        "evidence": returns.evidence["unit"].value_counts(),
    }
    bands: dict[str, list[str]] = defaultdict(list)
    for lead, name in zip(tasks["lead"], tasks["band"], strict=True):
        bands[lead].append(name)
    rows = []
    for unit in plan.units:
        status = standing.get(unit.id, "未报送")
        rows.append(
            {
                "unit": unit.id,
                "name": unit.name,
                "submitted": status not in NOTHING_READABLE,
                "status": status,
                "leads": len(bands[unit.name]),
                "tasks": len(plan.duties(unit)),
                **_count_bands(bands[unit.name]),
                **{name: int(found.get(unit.id, 0)) for name, found in counts.items()},
            }
        )
    return pd.DataFrame(rows)


def _count_bands(bands: Iterable[str]) -> dict[str, int]:
    bands = list(bands)
    return {name: bands.count(name) for name in BANDS}
