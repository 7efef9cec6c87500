"""What was decided about a round, in the ledger: every answered workbook is kept, the last answer to a question counts."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from kepu_eval.personal_data import masked
from kepu_eval.returns.decisions import (
    EXCEPTION_COLUMNS,
    MECHANISM_COLUMNS,
    RECORD_COLUMNS,
    WITHDRAWN,
    Decision,
    Decisions,
)
from kepu_eval.returns.ledger_file import LedgerFile


class DecisionLedger(LedgerFile):
    """The decisions of a ledger file."""

    def keep_decisions(
        self, round_id: str, decisions: Decisions, file: str, sha256: str, at: datetime
    ) -> bool:
        """Store an answered workbook; ``False`` when it is the one stored last."""
        with self.writing():
            last = self.query(
                "SELECT sha256 FROM imports WHERE round = ? ORDER BY id DESC LIMIT 1", (round_id,)
            )
            if last == [(sha256,)]:
                return False
            self.insert("imports", [{"round": round_id, "file": masked(file), "sha256": sha256,
                                     "imported_at": at.isoformat(timespec="seconds")}])  # fmt: skip
            number = self.query("SELECT max(id) FROM imports")[0][0]
            self.insert("decisions", [
                {"import": number, **dict(zip(("unit", "sheet", "cell", "code"), key, strict=True)),
                 "value": d.value, "answer": d.answer, "answered_by": masked(d.by), "answered_on": d.on, "item": d.item,
                 "source": d.source}
                for key, d in decisions.answers.items()
            ])  # fmt: skip
            self.insert("switched_off", [
                {"import": number, "code": code, "reason": reason} for code, reason in decisions.off.items()
            ])  # fmt: skip
            for table, told in (
                ("mechanism_records", decisions.mechanisms),
                ("exceptions", decisions.exceptions),
                ("office_records", decisions.record),
            ):
                self.insert(table, [{"import": number, **row} for row in told.to_dict("records")])
        return True

    def decisions(self, round_id: str) -> Decisions:
        """Answers in force: of each question the last one; mechanisms, checks, exceptions as the last workbook had them."""
        answers = {}
        rows = self.query(
            """SELECT d.unit, d.sheet, d.cell, d.code, d.value, d.answer, d.answered_by, d.answered_on, d.item, d.source
               FROM decisions AS d JOIN imports AS i ON i.id = d.import WHERE i.round = ? ORDER BY i.id""",
            (round_id,),
        )
        for *key, value, answer, by, on, item, source in rows:
            answers[tuple(key)] = Decision(value, answer, by, on, item, source)
        answers = {key: decision for key, decision in answers.items() if decision.answer != WITHDRAWN}
        last = self.query("SELECT max(id) FROM imports WHERE round = ?", (round_id,))[0][0]
        off = dict(
            self.query("SELECT code, reason FROM switched_off WHERE import = ? ORDER BY code", (last,))
        )
        tables = (("mechanism_records", MECHANISM_COLUMNS), ("exceptions", EXCEPTION_COLUMNS),
                  ("office_records", RECORD_COLUMNS))  # fmt: skip
        mechanisms, exceptions, record = (self._last_told(table, columns, last) for table, columns in tables)
        return Decisions(answers, mechanisms, off, exceptions, record)

    def _last_told(self, table: str, columns: list[str], number: int | None) -> pd.DataFrame:
        sql = f"SELECT {', '.join(columns)} FROM {table} WHERE import = ? ORDER BY rowid"
        return pd.DataFrame(self.query(sql, (number,)), columns=columns)
