"""The files of one round put together: which file of a unit counts, checks across files, answers, frames."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from kepu_eval.errors import KepuError
from kepu_eval.plan import Plan, Round
from kepu_eval.returns.attachments import check_attachments
from kepu_eval.returns.cells import tidy
from kepu_eval.returns.checks import Series, check, tell_impossible
from kepu_eval.returns.claims import check_blanks, check_evidence, check_statements
from kepu_eval.returns.decisions import SWITCHABLE, SWITCHED_OFF, Decisions, Key
from kepu_eval.returns.differences import differences
from kepu_eval.returns.duplicates import mark_duplicates
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.model import NO_RETURN, PARTS, Returns, Submission, frame
from kepu_eval.returns.plausibility import check_plausibility, seen_of
from kepu_eval.returns.roll import check_roll, on_roll
from kepu_eval.returns.settling import (
    close,
    settle_events,
    settle_observations,
    settle_rows,
    settle_schools,
    settle_statuses,
    settle_words,
)
from kepu_eval.returns.succession import Standing, handed_on, recognised, standing
from kepu_eval.returns.versions import in_force
from kepu_eval.safe_text import name_key

ABSENT, DOUBLE = "未报送", "重复待确认"
_LISTED = 8
_VALUE_KEY = ("indicator", "measure", "period", "entity")


def assemble(
    plan: Plan,
    round_id: str,
    submissions: Sequence[Submission],
    decisions: Decisions,
    *,
    simulated: bool, roll: Sequence[dict] = (), earlier: Mapping[Series, Mapping[str, float]] | None = None,
    last: Returns | None = None,
) -> Returns:  # fmt: skip
    """Returns of one round from its files, with ``decisions`` applied. Pure: the submissions stay as they are.

    ``roll``: rows entity, type and rural of the schools that must be there (:mod:`~kepu_eval.returns.roll`);
    ``earlier``: what the returns filed that these superseded, by series and year; ``last``: the last round before.
    """
    rnd, whole, submissions = plan.round(round_id), plan, _one_spelling(submissions, on_roll(plan, roll))
    submissions, decisions, now = recognised(submissions, decisions, standing(plan, rnd.as_of))
    plan, decisions = now.everybody, _with_checks_of(whole, decisions)
    order = {unit.id: place for place, unit in enumerate(plan.units)}
    findings = Findings([dict(row) for s in submissions for row in s.findings])
    used, doubles = _one_each(submissions, plan, findings, decisions)
    used = sorted(used, key=lambda s: (order.get(s.unit, len(order)), s.file))
    parts = {name: [dict(row) for s in used for row in s.parts[name]] for name in PARTS}
    _disagreeing(parts, used, doubles)
    closed = _settle(parts, findings, decisions, plan, rnd)
    across = _checked(plan, rnd, parts, earlier)
    check_roll(plan, parts, {s.unit for s in used}, roll, across)
    check_attachments(parts["evidence"], across)
    check_plausibility(seen_of(plan, rnd, parts, used, [*findings.rows, *across.rows], last), across)
    closed |= close(across, decisions)
    settle_events(parts["events"], closed, Findings([*findings.rows, *across.rows]), plan, rnd)
    events = _marked(_numbered("events", "event", parts["events"]), plan, across, decisions)
    _settle_rest(parts, closed)
    tell_impossible(plan, parts["observations"], across, decisions.off)
    handed_on(parts, [*findings.rows, *across.rows], whole, now)
    events["unit"] = [now.heirs.get(unit, unit) for unit in events["unit"]]
    told = sorted([*findings.rows, *across.rows], key=lambda row: order.get(row["unit"], len(order)))
    told += _switched_off(decisions)
    return Returns(
        round_id=rnd.id,
        simulated=simulated,
        submissions=frame("submissions", _roll(now, submissions, doubles, order)),
        observations=_numbered("observations", "obs", parts["observations"]),
        schools=frame("schools", parts["schools"]),
        statuses=_numbered("statuses", "status", parts["statuses"]),
        events=events,
        evidence=frame("evidence", parts["evidence"]),
        findings=_numbered("findings", "finding", told),
        proposals=frame("proposals", _of_units(submissions, "proposals")),
        cells=frame("cells", _of_units(used, "cells")),
    )


def _settle_rest(parts: dict[str, list[dict]], closed: Mapping[Key, str]) -> None:
    """Figures, words and schools as the answers leave them."""
    settle_observations(parts["observations"], closed)
    settle_words(parts["statuses"], closed)
    parts["schools"] = settle_schools(parts["schools"], closed)


def _checked(plan: Plan, rnd: Round, parts: dict[str, list[dict]], earlier: Mapping | None) -> Findings:
    """What is asked of each unit's rows by themselves, and against what it said earlier."""
    found = Findings()
    check(plan, parts, found, earlier)
    check_statements(plan, parts["statuses"], found)
    check_blanks(plan, rnd, parts["observations"], found)
    check_evidence(plan, parts, found)
    return found


def _marked(events: pd.DataFrame, plan: Plan, across: Findings, decisions: Decisions) -> pd.DataFrame:
    """Events with those told twice marked, and asked about, unless that check is switched off."""
    if "C54" in decisions.off:
        return events
    twice = Findings()
    events = mark_duplicates(events, plan, twice, decisions)
    close(twice, decisions)
    across.rows += twice.rows
    return events


def _numbered(name: str, number: str, rows: Iterable[dict]) -> pd.DataFrame:
    return frame(name, [{number: n, **row} for n, row in enumerate(rows)])


def _of_units(submissions: Iterable[Submission], what: str) -> list[dict]:
    """Rows that submissions hold beside their tables, with unit and file."""
    return [{"unit": s.unit, "file": s.file, **row} for s in submissions for row in getattr(s, what)]


def _one_spelling(submissions: Sequence[Submission], known: Callable[[str], str]) -> list[Submission]:
    """Submissions in which a school has one name: the roll's, else as it was first written, whatever its width elsewhere."""
    first: dict[str, str] = {}
    spelt_in = []
    for submission in submissions:
        names = list(dict.fromkeys(row["entity"] for row in submission.parts.get("schools", ())))
        told = Counter(map(known, names))
        spelt = {}
        for name in names:
            other = known(name) if told[known(name)] == 1 else name
            spelt[name] = first.setdefault(name_key(other), other)
        spelt_in.append(spelt)
    return [
        replace(s, parts={n: [{**r, "entity": spelt.get(r["entity"], r["entity"])} for r in rows]
                          if n in ("schools", "observations") else rows for n, rows in s.parts.items()})
        if any(name != other for name, other in spelt.items()) else s
        for s, spelt in zip(submissions, spelt_in, strict=True)
    ]  # fmt: skip


def _settle(
    parts: dict[str, list[dict]], findings: Findings, decisions: Decisions, plan: Plan, rnd: Round
) -> dict[Key, str]:
    closed = close(findings, decisions)
    settle_observations(parts["observations"], closed)
    settle_events(parts["events"], closed, findings, plan, rnd)
    parts["statuses"] = settle_statuses(parts["statuses"], closed, findings)
    parts["schools"] = settle_schools(parts["schools"], closed)
    parts["evidence"] = settle_rows(parts["evidence"], closed)
    return closed


def _one_each(
    submissions: Sequence[Submission], plan: Plan, findings: Findings, decisions: Decisions
) -> tuple[list[Submission], dict[str, list[Submission]]]:
    """The file that counts of every unit, and by unit the others whose differences are still open (C08)."""
    by_unit: dict[str, list[Submission]] = defaultdict(list)
    for submission in submissions:
        if not submission.note:
            by_unit[submission.unit].append(submission)
    used, doubles = [], {}
    for unit, several in by_unit.items():
        distinct = list({s.sha256: s for s in reversed(several)}.values())[::-1]
        whole = _without_partial(distinct, findings)
        counted, waiting = _chosen(whole, plan, findings, decisions)
        used.append(counted)
        if waiting:
            doubles[unit] = waiting
    # An old round's file, a scan or an archive beside the return is nothing to send back.
    for row in findings.rows:
        if row["code"] in ("X04", "C07") and row["unit"] in by_unit:
            row["severity"] = "info"
    kept = {id(s) for s in used} | {id(s) for several in doubles.values() for s in several}
    out = {(s.unit, s.file) for several in by_unit.values() for s in several if id(s) not in kept}
    findings.rows = [r for r in findings.rows if (r["unit"], r["file"]) not in out or r["code"] == "C08"]
    return used, doubles


def _chosen(
    whole: list[Submission], plan: Plan, findings: Findings, decisions: Decisions
) -> tuple[Submission, list[Submission]]:
    """The one of a unit's returns that counts, and those that differ from it until it is answered which does (C08)."""
    first, *others = whole
    cells = list(dict.fromkeys(cell for other in others for cell in _differing(first, other)))
    if not cells:  # saved again, or under another name
        return whole[-1], []
    files = [s.file for s in whole]
    latest = in_force(whole)
    if latest is not None:
        counted, why = latest
        gone = "、".join(f"“{s.file}”" for s in whole if s is not counted)
        told = f"{gone}由“{counted.file}”替代：{why}"
        findings.add("C08", "note", told, unit=counted.unit, file=counted.file)
        return counted, []
    listed = "、".join(cells[:_LISTED]) + ("等" if len(cells) > _LISTED else "")
    name = next(u.name for u in plan.units if u.id == first.unit)
    told = f"{name}提交{len(files)}份：{'、'.join(f'“{f}”' for f in files)}，差异格：{listed}"
    findings.add("C08", "question", told, "请确认以哪份为准", unit=first.unit, file=first.file, value="、".join(files),
                 item=" ".join(s.sha256[:8] for s in whole), candidates=tuple(files))  # fmt: skip
    answer = decisions.about(findings.rows[-1])
    chosen = next((s for s in whole if answer and tidy(s.file) == answer.answer), None)
    return chosen or first, [] if chosen else others


def missing_tables(findings: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """Tables of the template that a return lacks, by what was found in it."""
    return frozenset(
        row["sheet"]
        for row in findings
        if row["code"] == "C12" and row["severity"] == "rejected" and "没有找到" in row["message"]
    )


def _without_partial(submissions: list[Submission], findings: Findings) -> list[Submission]:
    """Without files that hold only some of the tables of a fuller one: a list sent along with the return."""
    lacking = {s.sha256: missing_tables(s.findings) for s in submissions}
    fuller = [s for s in submissions if not any(other < lacking[s.sha256] for other in lacking.values())]
    for part in submissions:
        if part not in fuller:
            findings.add("C07", "info", f"“{part.file}”只有填报表的一部分，作附件留存；以“{fuller[0].file}”为准",
                         unit=part.unit, file=fuller[0].file)  # fmt: skip
    return fuller


def _differing(first: Submission, other: Submission) -> list[str]:
    """Cells of which the two files say something else."""
    told = differences(first, other)
    cells = told["原单元格"].where(told["原单元格"].ne(""), told["现单元格"])
    return list(told["工作表"] + cells)


def _values(submission: Submission) -> dict[tuple, str]:
    return {tuple(row[k] for k in _VALUE_KEY): row["raw"] for row in submission.parts["observations"]}


def _disagreeing(
    parts: dict[str, list[dict]], used: list[Submission], doubles: dict[str, list[Submission]]
) -> None:
    """Where the files of one unit differ, nothing counts until it is answered which of them does."""
    for first in used:
        for other in doubles.get(first.unit, ()):
            numbers, told = _values(other), differences(first, other)
            statements = set(zip(told["工作表"], told["行"], strict=True))
            for row in parts["observations"]:
                key = tuple(row[k] for k in _VALUE_KEY)
                if row["unit"] == first.unit and numbers.get(key, row["raw"]) != row["raw"]:
                    row["state"], row["value"] = "question", float("nan")
                    row["asked"] = (*row["asked"], ("C08", ""))
            for row in parts["statuses"]:
                if row["unit"] == first.unit and (row["sheet"], row["commitment"]) in statements:
                    row["asked"] = (*row["asked"], ("C08", ""))
            known = {row["entity"] for row in parts["schools"]}
            parts["schools"] += [dict(row) for row in other.parts["schools"] if row["entity"] not in known]


def _roll(
    now: Standing,
    submissions: Sequence[Submission],
    doubles: dict[str, list[Submission]],
    order: dict[str, int],
) -> list[dict]:
    """One row a file, and one for every unit that sent none."""
    waiting = {id(s) for several in doubles.values() for s in several}
    rows = [
        {"unit": now.heirs.get(s.unit, s.unit), "unit_name": s.unit_name, "file": s.file, "sha256": s.sha256, "received": s.received,
         "status": DOUBLE if id(s) in waiting else s.status, "note": s.note}
        for s in submissions
    ]  # fmt: skip
    known = {row["unit"] for row in rows if row["status"] not in NO_RETURN}
    rows += [
        {
            "unit": unit.id,
            "unit_name": unit.name,
            "file": "",
            "sha256": "",
            "received": "",
            "status": ABSENT,
            "note": "",
        }
        for unit in now.plan.units
        if unit.id not in known
    ]
    return sorted(rows, key=lambda row: (order.get(row["unit"], len(order)), row["file"]))


def _with_checks_of(plan: Plan, decisions: Decisions) -> Decisions:
    """The decisions, with the checks that the plan switches off; ``KepuError`` where it names one that cannot be."""
    unknown = sorted(plan.checks_off.keys() - SWITCHABLE.keys())
    if unknown:
        raise KepuError(
            f"方案 checks_off 中的“{'、'.join(unknown)}”不是可以关闭的核对，可关闭的见复核意见表“核对设置”"
        )
    return replace(decisions, off={**plan.checks_off, **decisions.off}) if plan.checks_off else decisions


def _switched_off(decisions: Decisions) -> list[dict]:
    """One line for each check that is off, so that nobody mistakes silence for agreement."""
    findings = Findings()
    for code, reason in decisions.off.items():
        findings.add(code, "info", f"核对“{SWITCHABLE[code]}”已关闭：{reason}")
        findings.rows[-1]["answer"] = f"{SWITCHED_OFF}{reason}"
    return findings.rows
