"""Ratings as Facts: each names what it was made of, the deciding parts first.

Ids: ``任务.05``, ``承诺.T05.01``, ``指标.Q05``, ``行动.P01``, ``单位.U01``, ``报送.U01`` (what a unit sent), ``机制.M01``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from kepu_eval.evaluation import Rating
from kepu_eval.evaluation.model import BANDS
from kepu_eval.plan import LEAD
from kepu_eval.report.blocks import Fact
from kepu_eval.report.fact import Source

if TYPE_CHECKING:
    from kepu_eval.report.factbook import FactBook

_WEAKEST_FIRST = (*reversed(list(Rating)[: list(Rating).index(Rating.UNKNOWN)]), *list(Rating)[list(Rating).index(Rating.UNKNOWN) :])  # fmt: skip
_BROKEN = ("未达标", "待核", "退回", "数据不足", "缺报")  # states of a period that decide against


def task_id(number: int) -> str:
    """Id of a task's rating."""
    return f"任务.{int(number):02d}"


def indicator_id(indicator: str) -> str:
    """Id of an indicator's rating."""
    return f"指标.{indicator}"


def commitment_id(commitment: str) -> str:
    """Id of a commitment's rating."""
    return f"承诺.{commitment}"


def programme_id(programme: str) -> str:
    """Id of a programme's standing."""
    return f"行动.{programme}"


def unit_id(unit: str) -> str:
    """Id of a unit's standing: how the tasks it leads are rated."""
    return f"单位.{unit}"


def submission_id(unit: str) -> str:
    """Id of what a unit sent."""
    return f"报送.{unit}"


def mechanism_id(mechanism: str) -> str:
    """Id of a mechanism's state."""
    return f"机制.{mechanism}"


def period_id(row: dict) -> str:
    """Id of a period's figure, of one row of ``indicator_periods``."""
    measure = "" if row["measure"] in ("", "value") else f".{row['measure']}"
    return f"{row['indicator']}{measure}.{row['period']}"


@dataclass(frozen=True)
class Ratings:
    """All ratings of one evaluation."""

    book: FactBook

    def facts(self) -> Iterator[Fact]:
        """Programmes, units, tasks, indicators, commitments, mechanisms, submissions, and the two lists as a whole."""
        evaluation, book = self.book.evaluation, self.book
        yield book.count("任务.合计", len(evaluation.tasks), "任务数", parts=book.tasks(evaluation.tasks))
        yield book.count("指标.合计", len(evaluation.indicators), "指标数", parts=book.indicators(evaluation.indicators))  # fmt: skip
        for part, make in (
            ("programmes", self._programme),
            ("units", self._unit),
            ("tasks", self._task),
            ("indicators", self._indicator),
            ("commitments", self._commitment),
            ("mechanisms", self._mechanism),
            ("units", self._submission),
        ):
            yield from map(make, getattr(evaluation, part).to_dict("records"))

    def _rating(
        self, name: str, value: str, label: str, how: str,
        parts: Iterable[str] = (), sources: Iterable[Source] = (),
    ) -> Fact:  # fmt: skip
        """``parts`` without the book's mark."""
        named = self.book.named(*dict.fromkeys(parts))
        return Fact(id=f"{name}{self.book.mark}", value=value, label=label, formula=how, parts=named,
                    sources=tuple(dict.fromkeys(sources)))  # fmt: skip

    def _programme(self, row: dict) -> Fact:
        tasks = self.book.evaluation.tasks
        mine = tasks[tasks["programme"].eq(row["programme"])]
        return self._rating(programme_id(row["programme"]), _counted(row), row["name"], "所属任务按评级计数",
                            map(task_id, _weakest_first(mine)["number"]))  # fmt: skip

    def _unit(self, row: dict) -> Fact:
        tasks = self.book.evaluation.tasks
        led = tasks[tasks["lead"].eq(row["name"])]
        return self._rating(unit_id(row["unit"]), _counted(row) or "没有牵头任务", row["name"], "牵头任务按评级计数",
                            [*map(task_id, _weakest_first(led)["number"]), submission_id(row["unit"])])  # fmt: skip

    def _submission(self, row: dict) -> Fact:
        book = self.book
        sent = book.returns.submissions
        files = book.sources.submissions(sent[sent["unit"].eq(row["unit"])])
        return self._rating(submission_id(row["unit"]), row["status"], f"{row['name']}·填报表", "收到的填报表",
                            sources=files or book.planned(f"{row['name']}：应报，未收到填报表"))  # fmt: skip

    def _task(self, row: dict) -> Fact:
        evaluation = self.book.evaluation
        indicators, commitments = (
            _weakest_first(frame[frame["task"].eq(row["number"])])
            for frame in (evaluation.indicators, evaluation.commitments)
        )
        if row["quantitative"]:
            how = "取所属量化指标中最差的评级"
            parts = [
                *map(indicator_id, indicators["indicator"]),
                *map(commitment_id, commitments["commitment"]),
            ]
        else:
            how = f"按所属承诺中达到要求的占比定级（{_tally(commitments['rating'])}）"
            parts = list(map(commitment_id, commitments["commitment"]))
        return self._rating(task_id(row["number"]), row["display"], f"任务{row['number']}　{row['title']}",
                            how + _range(row), parts)  # fmt: skip

    def _indicator(self, row: dict) -> Fact:
        book, name = self.book, row["indicator"]
        periods = book.evaluation.indicator_periods
        mine = periods[periods["indicator"].eq(name)].to_dict("records")
        broken = [period_id(period) for period in mine if period["status"] in _BROKEN]
        failing = [f"{name}.未达标学校"] if book.failing(name) is not None else []
        bounds = [f"{name}.low", f"{name}.high"] if row["rating_low"] != row["rating_high"] else []
        target = [] if pd.isna(row["target"]) else [f"{name}.target"]
        parts = [*failing, *broken, f"{name}.value", *bounds, *target, *map(period_id, mine)]
        return self._rating(
            indicator_id(name), row["rating"], row["name"], row["verdict"] + _range(row), parts
        )

    def _commitment(self, row: dict) -> Fact:
        book = self.book
        name, indicator = commitment_id(row["commitment"]), row["indicator"]
        if isinstance(indicator, str):
            return self._rating(name, row["rating"], row["text"], row["reason"], [indicator_id(indicator)])
        lead = book.plan.lead(row["task"]).id
        said = self._said.get(row["commitment"], ())
        silent = [] if any(status["unit"] == lead for status in said) else [submission_id(lead)]
        cells = [source for status in said for source in book.sources.statement(status["status"])]
        if not cells:  # nobody filled anything: what was sent is all there is to show
            silent = [submission_id(unit) for unit in dict.fromkeys([lead, *(s["unit"] for s in said)])]
        return self._rating(name, row["rating"], row["text"], row["reason"] + _range(row), silent, cells)

    @cached_property
    def _said(self) -> dict[str, list[dict]]:
        """Units' statements by commitment, the lead's first."""
        found = defaultdict(list)
        for row in self.book.returns.statuses.to_dict("records"):
            found[row["commitment"]].append(row)
        return {name: sorted(rows, key=lambda row: row["role"] != LEAD) for name, rows in found.items()}

    def _mechanism(self, row: dict) -> Fact:
        recorded = self.book.decisions.mechanisms
        mine = recorded[recorded["mechanism"].eq(row["mechanism"])]
        cells = [
            self.book.file(r.file, row["text"], sheet=r.sheet, cell=r.cell, raw=r.state, round=self.book.returns.round_id)
            for r in mine.itertuples()
        ]  # fmt: skip
        return self._rating(mechanism_id(row["mechanism"]), row["state"], row["text"], row["basis"] or "办公室没有记录",
                            sources=cells or self.book.planned(f"{row['mechanism']}：没有记录"))  # fmt: skip


def _weakest_first(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values("rating", key=lambda ratings: ratings.map(_WEAKEST_FIRST.index), kind="stable")


def _range(row: dict) -> str:
    return "" if row["rating_low"] == row["rating_high"] else f"；最不利{row['rating_low']}，最有利{row['rating_high']}"  # fmt: skip


def _counted(row: dict) -> str:
    return "、".join(f"{name}{row[name]}" for name in BANDS if row[name])


def _tally(ratings: pd.Series) -> str:
    counts = ratings.value_counts()
    return "、".join(f"{name}{counts[name]}" for name in map(str, Rating) if name in counts)
