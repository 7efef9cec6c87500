"""Which open question to settle first: the one whose answer could change most ratings, by their worst and best case."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from kepu_eval.evaluation.model import Evaluation
from kepu_eval.plan import Plan, Unit
from kepu_eval.returns import NOTHING_READABLE, Returns, layout

QUESTION_COLUMNS = ("finding", "unit", "ratings", "changed")
CALL_COLUMNS = ("unit", "unit_name", "silent", "questions", "rejected", "ratings", "changed", "first")
_OPEN = ("question", "rejected")


def rank_questions(plan: Plan, evaluation: Evaluation) -> pd.DataFrame:
    """One row an open question or rejection, those first whose answer could change most ratings.

    ``changed``: ids of the indicators, commitments and tasks that it touches and whose worst and best case differ;
    ``ratings``: how many they are. A question about a whole file or sheet touches all that the unit answers for.
    """
    ratings = _Doubtful(plan, evaluation)
    findings = evaluation.findings
    rows = []
    for row in findings[findings["severity"].isin(_OPEN) & findings["answer"].eq("")].to_dict("records"):
        changed = ratings.of(row["affects"] or _scope(plan, row))
        rows.append((row["finding"], row["unit"], len(changed), changed))
    frame = pd.DataFrame(rows, columns=list(QUESTION_COLUMNS))
    return frame.sort_values("ratings", ascending=False, kind="stable", ignore_index=True)


def next_calls(plan: Plan, returns: Returns, evaluation: Evaluation) -> pd.DataFrame:
    """One row a unit that owes an answer or its return, the call first that could change most ratings.

    ``silent``: nothing readable came from it; ``questions`` and ``rejected``: what is open; ``first``: the number of
    its finding that could change most, ``None`` for a silent unit. Units whose answers could change no rating come last.
    """
    ranked, ratings = rank_questions(plan, evaluation), _Doubtful(plan, evaluation)
    standing = returns.standing
    rows = []
    for unit in plan.units:
        own = ranked[ranked["unit"].eq(unit.id)]
        silent = standing.get(unit.id, "未报送") in NOTHING_READABLE
        if own.empty and not silent:
            continue
        changed = set(own["changed"].explode().dropna())
        if silent:
            changed |= set(ratings.of(_duties(plan, unit)))
        kinds = returns.findings.set_index("finding")["severity"].reindex(own["finding"])
        asked, refused = (int(kinds.eq(kind).sum()) for kind in _OPEN)
        first = None if own.empty else int(own["finding"].iloc[0])
        rows.append((unit.id, unit.name, silent, asked, refused, len(changed), tuple(sorted(changed)), first))
    frame = pd.DataFrame(rows, columns=list(CALL_COLUMNS))
    return frame.sort_values("ratings", ascending=False, kind="stable", ignore_index=True)


class _Doubtful:
    """Ratings that are not firm, and what they are made of."""

    def __init__(self, plan: Plan, evaluation: Evaluation) -> None:
        frames = ((evaluation.indicators, "indicator"), (evaluation.commitments, "commitment"))
        self._open = {
            name
            for frame, key in frames
            for name in frame.loc[frame["rating_low"].ne(frame["rating_high"]), key]
        }
        tasks = evaluation.tasks
        by_number = {task.number: task.id for task in plan.tasks}
        self._open |= {
            by_number[n] for n in tasks.loc[tasks["rating_low"].ne(tasks["rating_high"]), "number"]
        }
        self._above = {i.id: by_number[i.task] for i in plan.indicators if i.task is not None}
        self._above |= {c.id: by_number[c.task] for c in plan.commitments}
        self._judged_by: dict[str, list[str]] = {}
        for commitment in plan.commitments:
            if commitment.indicator:
                self._judged_by.setdefault(commitment.indicator, []).append(commitment.id)

    def of(self, affects: Iterable[str]) -> tuple[str, ...]:
        """Those that hang on the given indicators, commitments and tasks: themselves and what is above them."""
        touched = {name for target in affects for name in (target, *self._judged_by.get(target, ()))}
        touched |= {self._above[name] for name in touched if name in self._above}
        return tuple(sorted(touched & self._open))


def _scope(plan: Plan, finding: dict) -> list[str]:
    """What a question about a whole file, sheet or row may touch."""
    names = (finding["unit"], *finding["candidates"])
    units = [unit for unit in plan.units if unit.id in names or unit.name in names]
    duties = [name for unit in units for name in _duties(plan, unit)]
    indicators = {i.id for i in plan.indicators}
    if finding["sheet"] in (layout.NUMBERS, layout.SCHOOLS):
        return [name for name in duties if name in indicators]
    if finding["sheet"] == layout.TASKS:
        return [name for name in duties if name not in indicators]
    return [] if finding["sheet"] in (layout.EVENTS, layout.EVIDENCE) else duties


def _duties(plan: Plan, unit: Unit) -> list[str]:
    """Indicators and commitments of the tasks in which a unit takes part."""
    tasks = {task.number for task, _ in plan.duties(unit)}
    return [
        *(i.id for i in plan.indicators if i.task in tasks),
        *(c.id for c in plan.commitments if c.task in tasks),
    ]
