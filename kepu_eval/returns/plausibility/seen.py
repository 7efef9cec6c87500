"""What the plausibility checks look at: one round's rows with what stands beside them, and how they ask."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from kepu_eval.plan import BASELINE, STOCK, Plan, Round, labels_over
from kepu_eval.returns.checks import COUNTED, Series
from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.layout import OPERATING, SELF_RATINGS, YES_NO
from kepu_eval.returns.model import Returns, Submission
from kepu_eval.returns.text_grammar import CLAUSE

_HAN = re.compile(r"[一-鿿]+")
_ROW = re.compile(r"\d+$")
_CITY = re.compile(r"[在于]((?![全我本该各])[一-鿿]{1,2}[^集超城夜门早]市)(?![级直民场政容委府])")
_VISIT = re.compile(r"学习|交流|考察|观摩|参观|取经|联合|联办|共同|会同|来自|参赛|比赛|对口|援")


@dataclass(frozen=True)
class Seen:
    """One round's rows before the checks.

    ``notes``: what stands in 说明 beside the figures of a row (cell and text), by unit, sheet and row; ``unread``: units and
    sheets some of whose rows could not be read; ``asked``: unit, sheet and cell of what is asked about already; ``before``:
    what the last round had accepted, by series and period; ``stated``: its statements, by unit and commitment.
    """

    plan: Plan
    round: Round
    parts: Mapping[str, list[dict]]
    notes: Mapping[tuple[str, str, int], tuple[str, str]]
    unread: frozenset[tuple[str, str]]
    asked: frozenset[tuple[str, str, str]]
    before: Mapping[Series, Mapping[str, float]]
    stated: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def over(self) -> frozenset[str]:
        """Labels of the periods that are over, with the two that are none."""
        return labels_over(self.plan, self.round.as_of, "year") | {STOCK, BASELINE}

    @cached_property
    def roles(self) -> dict[tuple[str, str], str | None]:
        """Whether a measure is a ratio's numerator or denominator, by indicator and measure."""
        return {(i.id, m.id): m.role for i in self.plan.indicators for m in i.measures}

    @cached_property
    def of_entities(self) -> tuple[str, ...]:
        """Indicators that are reported school by school, street by street."""
        return tuple(indicator.id for indicator in self.plan.indicators if indicator.entities)

    @cached_property
    def items(self) -> dict[str, int | None]:
        """Numbers of the plan's commitments and indicators, with the task of each."""
        commitments = {item.id.upper(): task.number for task in self.plan.tasks for item in task.commitments}
        return commitments | {indicator.id.upper(): indicator.task for indicator in self.plan.indicators}

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the units by id."""
        return {unit.id: unit.name for unit in self.plan.units}

    @cached_property
    def events(self) -> Mapping[str, list[dict]]:
        """Rows of the list of activities by unit."""
        found: dict[str, list[dict]] = defaultdict(list)
        for row in self.parts["events"]:
            found[row["unit"]].append(row)
        return found

    def series(self, *, entities: bool) -> Iterator[list[dict]]:
        """Counted figures of each unit, indicator, measure and entity in order of time; of units only periods that are over."""
        grouped: dict[tuple, list[dict]] = defaultdict(list)
        for row in self.parts["observations"]:
            if (
                row["state"] in COUNTED
                and bool(row["entity"]) is entities
                and (entities or row["period"] in self.over)
            ):
                grouped[row["unit"], row["indicator"], row["measure"], row["entity"]].append(row)
        for rows in grouped.values():
            yield sorted(rows, key=lambda row: (row["period"] != BASELINE, row["period"]))

    @property
    def activities(self) -> list[dict]:
        """Activities that are counted and have a title."""
        return [row for row in self.parts["events"] if row["state"] == "accepted" and row["title"]]

    @cached_property
    def words(self) -> str:
        """What the plan says of its tasks: a city that it names is its own."""
        return " ".join(f"{task.title} {item.text}" for task in self.plan.tasks for item in task.commitments)

    def elsewhere(self, text: str) -> str:
        """The neighbouring district, or the other city, that a text says something was done in.

        None where it was visited or a partner.
        """
        for clause in CLAUSE.split(text):
            named = [name for name in self.plan.meta.neighbours if name in clause]
            named += [name for name in _CITY.findall(clause) if name[:-1] not in self.words]
            if named and not _VISIT.search(clause):
                return named[0]
        return ""

    def figures(self, unit: str, indicator: str) -> list[dict]:
        """Counted yearly figures that a unit reports for an indicator with one series."""
        return [
            row
            for row in self._single.get((unit, indicator), ())
            if row["state"] in COUNTED and row["period"].isdigit()
        ]

    def note(self, row: Mapping[str, str]) -> tuple[str, str]:
        """Cell and text of 说明 beside a figure; both empty where there is none."""
        return self.notes.get((row["unit"], row["sheet"], row_number(row["cell"])), ("", ""))

    def whole(self, unit: str, indicator: str, *, summed: bool) -> float | None:
        """All that a unit reports for an indicator: the sum, or the last level; ``None`` where a figure is not known."""
        rows = [row for row in self._single.get((unit, indicator), ()) if row["period"].isdigit()]
        if not rows or any(row["state"] not in COUNTED for row in rows if row["period"] in self.over):
            return None
        known = [row["value"] for row in rows if row["state"] in COUNTED]
        return sum(known) if summed else known[-1] if known else None

    @cached_property
    def _single(self) -> dict[tuple[str, str], list[dict]]:
        found: dict[tuple[str, str], list[dict]] = defaultdict(list)
        for row in sorted(self.parts["observations"], key=lambda row: row["period"]):
            if row["measure"] == "value" and not row["entity"]:
                found[row["unit"], row["indicator"]].append(row)
        return found


def seen_of(
    plan: Plan,
    rnd: Round,
    parts: Mapping[str, list[dict]],
    used: Sequence[Submission],
    told: Sequence[Mapping[str, str]],
    last: Returns | None,
) -> Seen:
    """What the checks look at, of the submissions that count and what has been found in them so far."""
    notes = {
        (s.unit, row["sheet"], row_number(row["cell"])): (row["cell"], str(row["value"]))
        for s in used
        for row in s.cells
        if row["field"] == "说明"
    }
    unread = frozenset((row["unit"], row["sheet"]) for row in told if row["code"] in ("C60", "C15", "C99"))
    asked = frozenset(
        (row["unit"], row["sheet"], row["cell"])
        for row in told
        if row["severity"] in ("question", "rejected")
    )
    before = accepted_of(last, plan)
    stated = {(r["unit"], r["commitment"]): r for r in last.statuses.to_dict("records")} if last else {}
    return Seen(plan, rnd, parts, notes, unread, asked, before, stated)


def accepted_of(returns: Returns | None, plan: Plan) -> dict[Series, dict[str, float]]:
    """Figures of a round that counted, of periods that were over then, by series and period."""
    found: dict[Series, dict[str, float]] = {}
    if returns is None:
        return found
    over = labels_over(plan, plan.round(returns.round_id).as_of, "year") | {BASELINE}
    rows = returns.observations
    for row in rows[rows["state"].isin(COUNTED) & rows["period"].isin(over)].itertuples():
        found.setdefault((row.unit, row.indicator, row.measure, row.entity), {})[row.period] = row.value
    return found


LONG = 12
"""Characters from which on nobody writes the same text twice by chance."""
OUTLYING = 3.5
"""Modified z-score from which on a figure is unlike its peers' (Iglewicz and Hoaglin 1993, How to Detect and Handle
Outliers; NIST/SEMATECH e-Handbook 1.3.5.17)."""
SPREAD = 0.2
"""Log-ratio that figures of peers differ by anyway; peers that agree to the last digit would make outliers of all others."""


def robust_scores(values: Sequence[float]) -> list[float]:
    """Modified z-scores of positive figures on the log scale: 0.6745 · (ln(x + ½) − median) ÷ MAD (Iglewicz and Hoaglin 1993).

    The median absolute deviation is at least :data:`SPREAD`.
    """
    logs = np.log(np.asarray(values, dtype=float) + 0.5)
    middle = np.median(logs) if len(logs) else 0.0
    spread = max(float(np.median(np.abs(logs - middle))) if len(logs) else 0.0, SPREAD)
    return [float(score) for score in 0.6745 * (logs - middle) / spread]


def row_number(cell: str) -> int:
    """Number of the row of an address; 0 where there is none."""
    found = _ROW.search(cell)
    return int(found[0]) if found else 0


def _at(cell: str, told: str) -> str:
    """A message with its cell in front: H8：2022年填“有”, but N8=42 and 第6行与…."""
    return f"{cell}{'' if told[0] in '=等' or cell.endswith('行') else '：'}{told}"


def ask_status(
    seen: Seen, findings: Findings, code: str, row: dict, key: str | Sequence[str], told: str, remedy: str,
    candidates: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """Ask about one cell of a statement, or once about several, unless there is a question about it already."""
    keys = [key] if isinstance(key, str) else key
    open_ = {name: cell for name in keys if (cell := row["cells"].get(name, ""))}
    place = (row["unit"], row["sheet"])
    asked = [f for f in findings.rows if (f["unit"], f["sheet"]) == place] if open_ else []
    taken = {cell for f in asked for cell in (f["cell"], *(p for p, *_ in f["fields"]))}
    open_ = {n: c for n, c in open_.items() if c not in taken and (*place, c) not in seen.asked}
    if not open_:
        return
    values = {n: row["done_by_year"].get(n[5:]) if n.startswith("year:") else row[n] for n in open_}
    about = {name: f"{row['commitment']}·{name}" for name in open_}
    fields = tuple((cell, about[name], as_found(values[name])) for name, cell in open_.items())
    last = [*open_][-1]
    findings.add(code, "question", _at("、".join(open_.values()), told), remedy, unit=row["unit"], file=row["file"],
                 sheet=row["sheet"], cell=open_[last], item=about[last], value=values[last],
                 affects=(row["commitment"],), candidates=candidates, fields=fields if len(fields) > 1 else ())  # fmt: skip


def pairs(text: str) -> set[str]:
    """Pairs of neighbouring Chinese characters of a text, by which texts are told apart."""
    return {run[n : n + 2] for run in _HAN.findall(text) for n in range(len(run) - 1)}


def cells_of(rows: Sequence[dict], key: str) -> str:
    """Cells of one column of statements, as a message about several lists them."""
    return "、".join(row["cells"].get(key, "") for row in rows)


def choices_of(key: str) -> tuple[str, ...]:
    """Words that may stand in a cell of a statement; none for numbers and texts."""
    return {"year": YES_NO, "operating": OPERATING, "self_rating": SELF_RATINGS}.get(
        key.partition(":")[0], ()
    )


def asked_about(findings: Findings) -> Callable[[dict, str], bool]:
    """Whether there is a question about a cell of an event already, of those that there are now."""
    asked = {(found["unit"], found["sheet"], found["cell"]) for found in findings.rows}
    return lambda row, key: (row["unit"], row["sheet"], row["cells"].get(key, "")) in asked


def ask_event(
    findings: Findings,
    code: str,
    row: dict,
    key: str,
    told: str,
    remedy: str,
    candidates: tuple[str, ...] = (),
) -> None:
    """Ask about one cell of an event, or about its row (``key`` empty)."""
    cell = row["cells"].get(key, "") if key else f"第{row['row']}行"
    value = row[key or "title"]
    findings.add(code, "question", _at(cell, told), remedy, unit=row["unit"], file=row["file"], sheet=row["sheet"],
                 cell=cell, item="·".join(filter(None, (row["number"], row["title"], key))),
                 value="" if value is None or value != value else value,
                 affects=(row["indicator"],) if row["indicator"] else (), candidates=candidates)  # fmt: skip
