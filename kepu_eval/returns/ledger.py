"""The ledger: one SQLite file of everything the units sent, which only grows.

Write-ahead log and one transaction a collect: a kill at any instant leaves the previous state, and a report can be
written while another collect runs. Open it with ``pandas.read_sql`` as you like; docs/台账.md describes the tables.
"""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from kepu_eval.plan import Plan
from kepu_eval.returns.assembling import assemble
from kepu_eval.returns.decisions import EXCEPTION_COLUMNS, MECHANISM_COLUMNS, WITHDRAWN, Decision, Decisions
from kepu_eval.returns.fingerprint import identities, refuse_unfit
from kepu_eval.returns.ledger_schema import MIGRATIONS
from kepu_eval.returns.model import PARTS, Returns, Submission

_WAIT_SECONDS = 60
_JSON = {"asked", "done_by_year", "evidence", "cells", "held", "commitments", "affects", "candidates"}
_REAL = {"value", "candidate", "baseline_size", "current_size", "quantity", "participants"}
_BOOLEAN = {"required", "rural"}
_DATE = {"date"}
_CLOCK = {"collected_at", "imported_at", "raised_at", "recorded_at", "drawn_at", "book"}
_TEXT_HERE = {("evidence", "evidence"), ("cells", "value"), ("findings", "value")}
_CARRIES_HASH = {"observations"}


class LedgerError(RuntimeError):
    """The ledger cannot be used; the message says what to do, in Chinese."""


class Ledger:
    """An open ledger; use it in a ``with`` statement.

    Raises :class:`LedgerError` when the file is none of ours, damaged, or written by a newer version.
    """

    def __init__(self, path: str | Path, *, must_exist: bool = True) -> None:
        self.path = Path(path)
        if must_exist and not self.path.is_file():
            raise LedgerError(
                f"找不到台账“{self.path}”，请先收表：kepu-eval collect 填报表文件夹 --round 轮次"
            )
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None)
        except sqlite3.DatabaseError as error:
            raise _explained(error, self.path) from error
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA foreign_keys = ON")
            migrate(self._db)
        except sqlite3.DatabaseError as error:
            self.close()  # or Windows would not let the file be moved away
            raise _explained(error, self.path) from error
        except LedgerError:
            self.close()
            raise

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: everything in it is kept, or nothing. A second writer waits for the first."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise _explained(error, self.path) from error
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def read(self, query: str, parameters: Sequence[object] = ()) -> pd.DataFrame:
        """A query's result."""
        return pd.read_sql_query(query, self._db, params=list(parameters))

    def rounds(self) -> list[str]:
        """Rounds that have been collected."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT round FROM submissions ORDER BY round")]

    def begin_collect(self, round_id: str, folder: str, at: datetime, *, simulated: bool) -> int:
        """Record a collect that changes something; its number."""
        cursor = self._db.execute(
            "INSERT INTO collects (round, folder, simulated, collected_at) VALUES (?, ?, ?, ?)",
            (round_id, folder, int(simulated), at.isoformat(timespec="seconds")),
        )
        return cursor.lastrowid

    def current(self, round_id: str) -> list[dict]:
        """Heads of the submissions that count now: id, unit, file, sha256, plan_sha256, reader, note."""
        columns = ("id", "unit", "file", "sha256", "plan_sha256", "reader", "note")
        rows = self._db.execute(
            f"SELECT {', '.join(columns)} FROM current_submissions WHERE round = ? ORDER BY id", (round_id,)
        )
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def submission(self, number: int) -> Submission:
        """One submission as it was read."""
        columns = ("unit", "unit_name", "file", "sha256", "received", "status", "note")
        row = self._db.execute(
            f"SELECT {', '.join(columns)} FROM submissions WHERE id = ?", (number,)
        ).fetchone()
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
        )

    def _rows(self, table: str, number: int, head: dict) -> list[dict]:
        cursor = self._db.execute(f"SELECT * FROM {table} WHERE submission = ? ORDER BY seq", (number,))
        names = [column[0] for column in cursor.description]
        rows = []
        for values in cursor:
            row = {
                n: _decoded(table, n, v)
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

    def add(self, collect: int, round_id: str, submission: Submission, plan_sha256: str, reader: int) -> int:
        """Store a submission as current; it supersedes the unit's last one that is closed. Its number."""
        before = self._db.execute(
            "SELECT max(id) FROM submissions WHERE round = ? AND unit = ? AND unit <> '' AND closed IS NOT NULL",
            (round_id, submission.unit),
        ).fetchone()[0]
        number = self.insert("submissions", [{
            "round": round_id, "unit": submission.unit, "unit_name": submission.unit_name, "file": submission.file,
            "sha256": submission.sha256, "plan_sha256": plan_sha256, "reader": reader, "received": submission.received,
            "status": submission.status, "note": submission.note, "opened": collect, "supersedes": before,
        }])  # fmt: skip
        tables = {**submission.parts, "cells": submission.cells}
        tables["findings"] = [{**row, "unit_asked": row["unit"]} for row in submission.findings]
        for table, rows in tables.items():
            known = self._columns(table)
            self.insert(table, [
                {"submission": number, "seq": seq, **{k: _encoded(table, k, v) for k, v in row.items() if k in known}}
                for seq, row in enumerate(rows)
            ])  # fmt: skip
        return number

    def close_submission(self, number: int, collect: int) -> None:
        """From this collect on a submission no longer counts; it stays."""
        self._db.execute("UPDATE submissions SET closed = ? WHERE id = ?", (collect, number))

    def _columns(self, table: str) -> set[str]:
        return {row[1] for row in self._db.execute(f"PRAGMA table_info({table})")}

    def insert(self, table: str, rows: list[dict]) -> int:
        """Add rows with the same columns to a table; the last one's number where it was a single one."""
        if not rows:
            return 0
        names = list(rows[0])
        marks = ", ".join("?" * len(names))
        cursor = self._db.cursor()
        sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
        if len(rows) == 1:
            return cursor.execute(sql, [rows[0][n] for n in names]).lastrowid
        cursor.executemany(sql, [[row[n] for n in names] for row in rows])
        return 0

    def keep_decisions(
        self, round_id: str, decisions: Decisions, file: str, sha256: str, at: datetime
    ) -> bool:
        """Store an answered workbook; ``False`` when it is the one stored last."""
        with self.writing():
            last = self._db.execute(
                "SELECT sha256 FROM imports WHERE round = ? ORDER BY id DESC LIMIT 1", (round_id,)
            ).fetchone()
            if last and last[0] == sha256:
                return False
            number = self.insert("imports", [{"round": round_id, "file": file, "sha256": sha256,
                                               "imported_at": at.isoformat(timespec="seconds")}])  # fmt: skip
            self.insert("decisions", [
                {"import": number, **dict(zip(("unit", "sheet", "cell", "code"), key, strict=True)),
                 "value": d.value, "answer": d.answer, "answered_by": d.by, "answered_on": d.on, "item": d.item}
                for key, d in decisions.answers.items()
            ])  # fmt: skip
            self.insert("switched_off", [
                {"import": number, "code": code, "reason": reason} for code, reason in decisions.off.items()
            ])  # fmt: skip
            for table, told in (
                ("mechanism_records", decisions.mechanisms),
                ("exceptions", decisions.exceptions),
            ):
                self.insert(table, [{"import": number, **row} for row in told.to_dict("records")])
        return True

    def decisions(self, round_id: str) -> Decisions:
        """Answers in force: of each question the last one; mechanisms, checks, exceptions as the last workbook had them."""
        answers = {}
        rows = self._db.execute(
            """SELECT d.unit, d.sheet, d.cell, d.code, d.value, d.answer, d.answered_by, d.answered_on, d.item
               FROM decisions AS d JOIN imports AS i ON i.id = d.import WHERE i.round = ? ORDER BY i.id""",
            (round_id,),
        )
        for *key, value, answer, by, on, item in rows:
            answers[tuple(key)] = Decision(value, answer, by, on, item)
        answers = {key: decision for key, decision in answers.items() if decision.answer != WITHDRAWN}
        last = self._db.execute("SELECT max(id) FROM imports WHERE round = ?", (round_id,)).fetchone()[0]
        off = dict(
            self._db.execute("SELECT code, reason FROM switched_off WHERE import = ? ORDER BY code", (last,))
        )
        tables = (("mechanism_records", MECHANISM_COLUMNS), ("exceptions", EXCEPTION_COLUMNS))
        mechanisms, exceptions = (self._last_told(table, columns, last) for table, columns in tables)
        return Decisions(answers, mechanisms, off, exceptions)

    def _last_told(self, table: str, columns: list[str], number: int | None) -> pd.DataFrame:
        sql = f"SELECT {', '.join(columns)} FROM {table} WHERE import = ? ORDER BY rowid"
        return pd.DataFrame(self._db.execute(sql, (number,)).fetchall(), columns=columns)

    def returns(self, plan: Plan, round_id: str) -> Returns:
        """The round as it stands now, with the decisions in force."""
        refuse_unfit(self.fingerprints(), plan)
        submissions = [self.submission(row["id"]) for row in self.current(round_id)]
        simulated = self._db.execute(
            """SELECT max(c.simulated) FROM current_submissions AS s JOIN collects AS c ON c.id = s.opened
               WHERE s.round = ?""",
            (round_id,),
        ).fetchone()[0]
        return assemble(plan, round_id, submissions, self.decisions(round_id), simulated=bool(simulated))

    def fingerprints(self) -> list[dict]:
        """What identifies the plans that returns were collected by, in the order of their first use."""
        rows = self._db.execute(
            "SELECT district, first_year, last_year, identities FROM plans ORDER BY rowid"
        )
        return [{"district": d, "years": (first, last), **json.loads(told)} for d, first, last, told in rows]

    def keep_fingerprint(self, plan: Plan) -> None:
        """Note by which plan is collected; raises :class:`~kepu_eval.returns.fingerprint.UnfitError` when it is another one."""
        refuse_unfit(self.fingerprints(), plan)
        known = self._db.execute("SELECT 1 FROM plans WHERE sha256 = ?", (plan.sha256,)).fetchone()
        if known is None:
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
        rows = self._db.execute(
            "SELECT id FROM submissions WHERE round = ? AND unit = ? AND note = '' ORDER BY id",
            (round_id, unit),
        )
        return [row[0] for row in rows]

    def dump(self) -> Iterator[str]:
        """Every row of every table as one line of JSON, in order; without the clock's times.

        Two ledgers with the same dump hold the same.
        """
        tables = [
            row[0]
            for row in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ]
        for table in tables:
            cursor = self._db.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
            names = [column[0] for column in cursor.description]
            for values in cursor:
                row = {n: v for n, v in zip(names, values, strict=True) if n not in _CLOCK}
                yield json.dumps({table: row}, ensure_ascii=False, sort_keys=True)

    def digest(self) -> str:
        """SHA-256 of the dump: what a report names as its input."""
        digest = hashlib.sha256()
        for line in self.dump():
            digest.update(line.encode() + b"\n")
        return digest.hexdigest()


def migrate(db: sqlite3.Connection, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Bring a ledger's tables to the newest version, all steps or none.

    Raises :class:`LedgerError` for a ledger of a version that is not known here.
    """
    if _version(db) == len(migrations):
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        version = _version(db)  # another process may have migrated while this one waited
        if version > len(migrations):
            raise LedgerError(
                f"台账由更新的版本写成（结构版本{version}，本程序为{len(migrations)}），请升级kepu_eval"
            )
        for statements in migrations[version:]:
            for statement in statements:
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {len(migrations)}")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _version(db: sqlite3.Connection) -> int:
    return db.execute("PRAGMA user_version").fetchone()[0]


def _explained(error: sqlite3.DatabaseError, path: Path) -> LedgerError:
    if "locked" in str(error) or "busy" in str(error):
        return LedgerError(f"台账“{path.name}”正被另一个程序写入，请等它结束后重试")
    if "not a database" in str(error) or "malformed" in str(error):
        return LedgerError(f"“{path.name}”不是台账文件或已损坏，请恢复备份，或换一个文件名重新收表")
    return LedgerError(f"台账“{path.name}”无法使用：{error}。请检查路径和写入权限（台账不要放在网络盘上）")


def _encoded(table: str, name: str, value: object) -> object:
    if name in _JSON and (table, name) not in _TEXT_HERE:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float) and math.isnan(value):
        return None
    return value.isoformat() if isinstance(value, date) else value


def _decoded(table: str, name: str, value: object) -> object:
    if name in _JSON and (table, name) not in _TEXT_HERE:
        return _frozen(json.loads(value))
    if name in _REAL and (table, name) not in _TEXT_HERE:
        return math.nan if value is None else value
    if value is None:
        return None
    if name in _BOOLEAN:
        return bool(value)
    return date.fromisoformat(value) if name in _DATE else value


def _frozen(value: object) -> object:
    """JSON's lists as the tuples they were."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return {key: _frozen(item) for key, item in value.items()} if isinstance(value, dict) else value
