"""The ledger: one SQLite file of everything the units sent, which only grows.

Write-ahead log and one transaction a collect: a kill at any instant leaves the previous state, and a report can be
written while another collect runs. Open it with ``pandas.read_sql`` as you like; docs/台账.md describes the tables.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import pandas as pd

from kepu_eval.plan import Plan
from kepu_eval.returns.assembling import assemble, missing_tables
from kepu_eval.returns.checks import Series
from kepu_eval.returns.fingerprint import identities, refuse_unfit
from kepu_eval.returns.ledger_decisions import DecisionLedger
from kepu_eval.returns.ledger_values import as_json, decoded, roll_rows, rows_of, stored
from kepu_eval.returns.model import NO_RETURN, PARTS, Returns, Submission
from kepu_eval.returns.plausibility import accepted_of

_CLOCK = {"collected_at", "imported_at", "raised_at", "recorded_at", "drawn_at", "book"}
_CARRIES_HASH = {"observations"}
_OF_SUBMISSION = (*PARTS, "cells", "findings", "proposals")
_OF_IMPORT = ("decisions", "switched_off", "mechanism_records", "exceptions", "office_records")


Prepared = dict[str, tuple[list[str], list[tuple]]]
"""Names of columns, and rows of values, by table; submissions are numbered from 0."""


class Ledger(DecisionLedger):
    """What the units sent, and what was decided about it, in a ledger file."""

    def state(self, round_id: str) -> tuple:
        """Changes whenever something is written about a round."""
        return (
            self.query("SELECT max(id) FROM imports WHERE round = ?", (round_id,)),
            self.query("SELECT id FROM current_submissions WHERE round = ?", (round_id,)),
        )

    def rounds(self) -> list[str]:
        """Rounds that have been collected."""
        return [row[0] for row in self.query("SELECT DISTINCT round FROM submissions ORDER BY round")]

    def begin_collect(self, round_id: str, folder: str, at: datetime, *, simulated: bool) -> int:
        """Record a collect that changes something; its number."""
        told = {
            "round": round_id,
            "folder": folder,
            "simulated": int(simulated),
            "collected_at": at.isoformat(timespec="seconds"),
        }
        self.insert("collects", [told])
        return self.query("SELECT max(id) FROM collects")[0][0]

    def current(self, round_id: str) -> list[dict]:
        """Heads of the submissions that count now: id, unit, file, sha256, plan_sha256, reader, note, status, folder."""
        columns = ("id", "unit", "file", "sha256", "plan_sha256", "reader", "note", "status", "folder")
        rows = self.query(
            f"""SELECT {", ".join("c.folder" if n == "folder" else f"s.{n}" for n in columns)}
                FROM current_submissions AS s JOIN collects AS c ON c.id = s.opened
                WHERE s.round = ? ORDER BY s.id""",
            (round_id,),
        )
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def asked_whose(self) -> set[int]:
        """Numbers of the submissions of which it was asked whose they are: a decision may have changed that."""
        return {
            row[0]
            for row in self.query(
                "SELECT DISTINCT submission FROM findings WHERE code IN ('C09', 'C48', 'C62')"
            )
        }

    def submission(self, number: int) -> Submission:
        """One submission as it was read."""
        columns = ("unit", "unit_name", "file", "sha256", "received", "status", "note")
        (row,) = self.query(f"SELECT {', '.join(columns)} FROM submissions WHERE id = ?", (number,))
        head = dict(zip(columns, row, strict=True))
        return Submission(
            **head,
            parts={name: self._rows(name, number, head) for name in PARTS},
            cells=self._rows("cells", number, {}),
            findings=[
                {**row, "unit": unit, "file": head["file"]}
                for row in self._rows("findings", number, {})
                for unit in (row.pop("unit_asked"),)
            ],
            proposals=self._rows("proposals", number, {}),
        )

    def _rows(self, table: str, number: int, head: dict) -> list[dict]:
        names = self._columns(table)
        rows = []
        for values in self.query(f"SELECT * FROM {table} WHERE submission = ? ORDER BY seq", (number,)):
            row = {
                n: decoded(table, n, v)
                for n, v in zip(names, values, strict=True)
                if n not in ("submission", "seq")
            }
            if head:
                row |= {"unit": head["unit"], "file": head["file"]}
            if table in _CARRIES_HASH:
                row["sha256"] = head["sha256"]
            if table == "events":
                row |= {"group": "", "main": True}
            rows.append(row)
        return rows

    def lacking(self, round_id: str) -> dict[int, frozenset[str]]:
        """Tables of the template that the submissions which count now lack, by the submission's number."""
        found: dict[int, list[dict]] = {}
        for number, sheet, severity, message in self.query(
            """SELECT f.submission, f.sheet, f.severity, f.message FROM findings AS f JOIN current_submissions AS s
               ON s.id = f.submission WHERE s.round = ? AND f.code = 'C12'""",
            (round_id,),
        ):
            told = {"code": "C12", "sheet": sheet, "severity": severity, "message": message}
            found.setdefault(number, []).append(told)
        return {number: missing_tables(rows) for number, rows in found.items()}

    def prepared(self, submissions: Sequence[Submission]) -> Prepared:
        """Submissions as the tables store them, so that :meth:`add` keeps others from the ledger only to write them."""
        laid: Prepared = {}
        for table in _OF_SUBMISSION:
            names = self._columns(table)[2:]
            rows = [
                (place, seq, *values)
                for place, submission in enumerate(submissions)
                for seq, values in enumerate(stored(table, names, rows_of(submission, table)))
            ]
            laid[table] = (["submission", "seq", *names], rows)
        return laid

    def add(
        self, collect: int, round_id: str, new: Sequence[Submission], laid: Prepared, plan_sha256: str, reader: int
    ) -> None:  # fmt: skip
        """Store submissions, ``laid`` ready, as current; each return supersedes its unit's last one that is closed."""
        before = dict(
            self.query(
                """SELECT unit, max(id) FROM submissions WHERE round = ? AND unit <> '' AND closed IS NOT NULL
                   AND status NOT IN (?, ?) GROUP BY unit""",
                (round_id, *NO_RETURN),
            )
        )
        first = (self.query("SELECT max(id) FROM submissions")[0][0] or 0) + 1
        self.insert("submissions", [
            {"id": number, "round": round_id, "unit": head.unit, "unit_name": head.unit_name, "file": head.file,
             "sha256": head.sha256, "plan_sha256": plan_sha256, "reader": reader, "received": head.received,
             "status": head.status, "note": head.note, "opened": collect,
              "supersedes": None if head.status in NO_RETURN else before.get(head.unit)}
            for number, head in enumerate(new, first)
        ])  # fmt: skip
        for table, (names, rows) in laid.items():
            self.insert_values(table, names, rows, first)

    def close_submission(self, number: int, collect: int) -> None:
        """From this collect on a submission no longer counts; it stays."""
        self.query("UPDATE submissions SET closed = ? WHERE id = ?", (collect, number))

    def _columns(self, table: str) -> list[str]:
        return [row[1] for row in self.query(f"PRAGMA table_info({table})")]

    def returns(self, plan: Plan, round_id: str) -> Returns:
        """The round as it stands now, with the decisions in force, and seen against the last round before it."""
        with self.reading():
            refuse_unfit(self.fingerprints(), plan)
            return self._assembled(plan, round_id, self._last(plan, round_id))

    def accepted_before(self, plan: Plan, round_id: str) -> dict[Series, dict[str, float]]:
        """Figures of the last round before this one that counted, of periods that were over then, by series and period."""
        return accepted_of(self._last(plan, round_id), plan)

    def _last(self, plan: Plan, round_id: str) -> Returns | None:
        """The last round before this one of which something was sent, seen by itself."""
        last = next((name for name in self._rounds_before(plan, round_id) if self.current(name)), None)
        return self._assembled(plan, last, None) if last else None

    @staticmethod
    def _rounds_before(plan: Plan, round_id: str) -> list[str]:
        """Ids of the plan's earlier rounds, the last first."""
        today = plan.round(round_id).as_of
        return [r.id for r in sorted(plan.rounds, key=lambda r: r.as_of, reverse=True) if r.as_of < today]

    def _assembled(self, plan: Plan, round_id: str, last: Returns | None) -> Returns:
        with self.reading():
            submissions = [self.submission(row["id"]) for row in self.current(round_id)]
            simulated = self.query(
                """SELECT max(c.simulated) FROM current_submissions AS s JOIN collects AS c ON c.id = s.opened
                   WHERE s.round = ?""",
                (round_id,),
            )[0][0]
            decisions, earlier = self.decisions(round_id), self._superseded_series(round_id)
            known = ({**row, "earlier": True} for row in self._schools_before(plan, round_id))
            roll = [*self.roll(round_id), *known]
        return assemble(
            plan,
            round_id,
            submissions,
            decisions,
            simulated=bool(simulated),
            earlier=earlier,
            roll=roll,
            last=last,
        )

    def roll(self, round_id: str) -> list[dict]:
        """The roll of schools handed out with the round, as it was collected last: rows entity, type and rural."""
        return roll_rows(
            self.query(
                """SELECT entity, type, rural FROM roll WHERE collect = (SELECT max(r.collect) FROM roll AS r
                   JOIN collects AS c ON c.id = r.collect WHERE c.round = ?) ORDER BY seq""",
                (round_id,),
            )
        )

    def keep_roll(self, collect: int, roll: Sequence[Mapping[str, object]]) -> None:
        """Store the roll that lay beside the returns of a collect."""
        self.insert("roll", [{"collect": collect, "seq": seq, **row} for seq, row in enumerate(roll)])

    def _schools_before(self, plan: Plan, round_id: str) -> list[dict]:
        """Schools that the superseded returns of this round listed, and those of the last round before it."""
        earlier = self._rounds_before(plan, round_id)
        sql = """SELECT DISTINCT t.entity, t.type, t.rural FROM schools AS t JOIN submissions AS s ON s.id = t.submission
                 WHERE s.round = ? AND s.note = '' AND {} ORDER BY t.rowid"""
        found = roll_rows(self.query(sql.format("s.closed IS NOT NULL"), (round_id,)))
        for name in earlier:
            last = roll_rows(self.query(sql.format("s.closed IS NULL"), (name,)))
            if last:
                return [*found, *last]
        return found

    def _superseded_series(self, round_id: str) -> dict[Series, dict[str, float]]:
        """What the returns filed that the present ones superseded, by series and period."""
        found: dict[Series, dict[str, float]] = {}
        for *series, period, value in self.query(
            """SELECT s.unit, o.indicator, o.measure, o.entity, o.period, o.value FROM current_submissions AS s
               JOIN observations AS o ON o.submission = s.supersedes WHERE s.round = ? AND o.value IS NOT NULL""",
            (round_id,),
        ):
            found.setdefault(tuple(series), {})[period] = value
        return found

    def fingerprints(self) -> list[dict]:
        """What identifies the plans that returns were collected by, in the order of their first use."""
        rows = self.query("SELECT district, first_year, last_year, identities FROM plans ORDER BY rowid")
        return [{"district": d, "years": (first, last), **json.loads(told)} for d, first, last, told in rows]

    def keep_fingerprint(self, plan: Plan) -> None:
        """Note by which plan is collected; raises :class:`~kepu_eval.returns.succession.UnfitError` when it is another one."""
        refuse_unfit(self.fingerprints(), plan, collecting=True)
        if not self.query("SELECT 1 FROM plans WHERE sha256 = ?", (plan.sha256,)):
            self.insert("plans", [{"sha256": plan.sha256, "district": plan.meta.district, "first_year": plan.meta.first_year,
                                   "last_year": plan.meta.last_year,
                                   "identities": json.dumps(identities(plan), ensure_ascii=False, sort_keys=True)}])  # fmt: skip

    def log(self, round_id: str | None = None) -> pd.DataFrame:
        """Every submission in the order of collecting, with what it superseded and when it ceased to count."""
        return self.read(
            """SELECT s.id AS 编号, s.round AS 轮次, s.unit_name AS 单位, s.file AS 文件, substr(s.sha256, 1, 12) AS 摘要,
                      s.received AS 报送日期, c.collected_at AS 入账时间, s.status AS 状态, s.supersedes AS 替代,
                      e.collected_at AS 失效时间
               FROM submissions AS s JOIN collects AS c ON c.id = s.opened LEFT JOIN collects AS e ON e.id = s.closed
               WHERE ? IS NULL OR s.round = ? ORDER BY s.id""",
            (round_id, round_id),
        )

    def history(self, round_id: str, unit: str) -> list[int]:
        """Numbers of a unit's readable submissions, oldest first."""
        rows = self.query(
            "SELECT id FROM submissions WHERE round = ? AND unit = ? AND note = '' ORDER BY id",
            (round_id, unit),
        )
        return [row[0] for row in rows]

    def dump(self) -> Iterator[str]:
        """Every row of every table as one line of JSON, in order; without the clock's times.

        Two ledgers with the same dump hold the same.
        """
        with self.reading():
            for (table,) in self.query(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            ):
                names = self._columns(table)
                for values in self.query(f"SELECT * FROM {table} ORDER BY 1, 2"):
                    row = {n: v for n, v in zip(names, values, strict=True) if n not in _CLOCK}
                    yield json.dumps({table: row}, ensure_ascii=False, sort_keys=True)

    def digest(self) -> str:
        """SHA-256 of the dump: what a report names as its input."""
        digest = hashlib.sha256()
        for line in self.dump():
            digest.update(line.encode() + b"\n")
        return digest.hexdigest()

    def head(self, submissions: int | None = None, imports: int | None = None) -> dict[str, str | int]:
        """SHA-256 over the first ``submissions`` and ``imports``, by default all: what a ledger that only grew still has.

        Which of them count now is left out, as that changes. ``version``: of the tables, whose columns it is over.
        """
        last = [
            self.query(f"SELECT coalesce(max(id), 0) FROM {table}")[0][0]
            for table in ("submissions", "imports")
        ]
        upto = [
            most if wanted is None else wanted
            for wanted, most in zip((submissions, imports), last, strict=True)
        ]
        heads = "SELECT id, round, unit, file, sha256, received, status FROM submissions WHERE id <= ? ORDER BY id"
        parts = [(heads, upto[0])]
        parts += [
            (f"SELECT * FROM {table} WHERE submission <= ? ORDER BY submission, seq", upto[0])
            for table in _OF_SUBMISSION
        ]
        parts += [
            (f"SELECT * FROM {table} WHERE import <= ? ORDER BY rowid", upto[1]) for table in _OF_IMPORT
        ]
        digest = hashlib.sha256()
        for statement, most in parts:
            for row in self.query(statement, (most,)):
                digest.update(as_json(row).encode() + b"\n")
        version = self.query("PRAGMA user_version")[0][0]
        return {"submissions": upto[0], "imports": upto[1], "version": version, "sha256": digest.hexdigest()}
