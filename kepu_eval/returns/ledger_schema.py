"""Tables of the ledger, and how an older file is brought up to date.

One tuple of statements a version; a published version is never edited, the next one changes what it made.
docs/台账.md describes the tables for people who open the file with pandas.
"""

from __future__ import annotations

_CONTENT = ("observations", "schools", "statuses", "events", "evidence", "cells", "findings")
_APPEND_ONLY = (*_CONTENT, "collects", "imports", "decisions", "switched_off", "mechanism_records")
_SUPERVISION = (
    "exceptions",
    "rectification_items",
    "rectification_events",
    "spot_checks",
    "spot_check_claims",
    "spot_check_results",
)


def _append_only(tables: tuple[str, ...]) -> tuple[str, ...]:
    """Triggers: nothing is ever overwritten or taken out."""
    return tuple(
        f"CREATE TRIGGER {table}_no_{word} BEFORE {word.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{told}'); END"
        for table in tables
        for word, told in (("update", "台账只增不改"), ("delete", "台账只增不删"))
    )


def _refusals() -> tuple[str, ...]:
    """Triggers of the first version: the above, and a submission can only be closed, once."""
    return (
        *_append_only(_APPEND_ONLY),
        "CREATE TRIGGER submissions_no_delete BEFORE DELETE ON submissions BEGIN SELECT RAISE(ABORT, '台账只增不删'); END",
        """CREATE TRIGGER submissions_only_close BEFORE UPDATE ON submissions
           WHEN OLD.closed IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.sha256 IS NOT OLD.sha256
                OR NEW.unit IS NOT OLD.unit OR NEW.file IS NOT OLD.file OR NEW.opened IS NOT OLD.opened
           BEGIN SELECT RAISE(ABORT, '台账只增不改'); END""",
    )


def _views() -> tuple[str, ...]:
    """``current_…``: rows of the submissions that count now, each with unit, file and the file's hash."""
    current = "CREATE VIEW current_submissions AS SELECT * FROM submissions WHERE closed IS NULL"
    return (
        current,
        *(
            f"""CREATE VIEW current_{table} AS
                SELECT s.round, s.unit, s.unit_name, s.file, s.sha256, t.*
                FROM {table} AS t JOIN submissions AS s ON s.id = t.submission WHERE s.closed IS NULL"""
            for table in _CONTENT
        ),
    )


MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE collects (
            id INTEGER PRIMARY KEY, round TEXT NOT NULL, folder TEXT NOT NULL, simulated INTEGER NOT NULL,
            collected_at TEXT NOT NULL)""",
        """CREATE TABLE submissions (
            id INTEGER PRIMARY KEY, round TEXT NOT NULL, unit TEXT NOT NULL, unit_name TEXT NOT NULL,
            file TEXT NOT NULL, sha256 TEXT NOT NULL, plan_sha256 TEXT NOT NULL, reader INTEGER NOT NULL,
            received TEXT NOT NULL, status TEXT NOT NULL, note TEXT NOT NULL,
            opened INTEGER NOT NULL REFERENCES collects (id), closed INTEGER REFERENCES collects (id),
            supersedes INTEGER REFERENCES submissions (id))""",
        "CREATE INDEX submissions_current ON submissions (round, unit) WHERE closed IS NULL",
        """CREATE TABLE observations (
            submission INTEGER NOT NULL REFERENCES submissions (id), seq INTEGER NOT NULL,
            indicator TEXT NOT NULL, measure TEXT NOT NULL, period TEXT NOT NULL, entity TEXT NOT NULL,
            value REAL, state TEXT NOT NULL, required INTEGER NOT NULL, raw TEXT NOT NULL, candidate REAL,
            asked TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL, PRIMARY KEY (submission, seq))""",
        """CREATE TABLE schools (
            submission INTEGER NOT NULL REFERENCES submissions (id), seq INTEGER NOT NULL,
            entity TEXT NOT NULL, type TEXT NOT NULL, rural INTEGER, asked TEXT NOT NULL,
            sheet TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (submission, seq))""",
        """CREATE TABLE statuses (
            submission INTEGER NOT NULL REFERENCES submissions (id), seq INTEGER NOT NULL,
            commitment TEXT NOT NULL, task INTEGER NOT NULL, role TEXT NOT NULL, done_by_year TEXT NOT NULL,
            operating TEXT, baseline_size REAL, current_size REAL, quantity REAL, progress TEXT NOT NULL,
            self_rating TEXT NOT NULL, evidence TEXT NOT NULL, problem TEXT NOT NULL, next_step TEXT NOT NULL,
            cells TEXT NOT NULL, asked TEXT NOT NULL, held TEXT NOT NULL,
            sheet TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (submission, seq))""",
        """CREATE TABLE events (
            submission INTEGER NOT NULL REFERENCES submissions (id), seq INTEGER NOT NULL,
            number TEXT NOT NULL, date TEXT, title TEXT NOT NULL, place TEXT NOT NULL, participants REAL,
            task INTEGER, indicator TEXT NOT NULL, organiser TEXT NOT NULL, co_organisers TEXT NOT NULL,
            evidence TEXT NOT NULL, state TEXT NOT NULL, cells TEXT NOT NULL, asked TEXT NOT NULL,
            sheet TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (submission, seq))""",
        """CREATE TABLE evidence (
            submission INTEGER NOT NULL REFERENCES submissions (id), seq INTEGER NOT NULL,
            evidence TEXT NOT NULL, title TEXT NOT NULL, type TEXT NOT NULL, reference TEXT NOT NULL,
            filename TEXT NOT NULL, commitments TEXT NOT NULL, note TEXT NOT NULL, attachment TEXT NOT NULL,
            asked TEXT NOT NULL, sheet TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (submission, seq))""",
        """CREATE TABLE cells (
            submission INTEGER NOT NULL REFERENCES submissions (id), seq INTEGER NOT NULL,
            sheet TEXT NOT NULL, cell TEXT NOT NULL, field TEXT NOT NULL, row_name TEXT NOT NULL,
            value TEXT NOT NULL, PRIMARY KEY (submission, seq))""",
        """CREATE TABLE findings (
            submission INTEGER NOT NULL REFERENCES submissions (id), seq INTEGER NOT NULL,
            code TEXT NOT NULL, severity TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL,
            value TEXT NOT NULL, message TEXT NOT NULL, remedy TEXT NOT NULL, affects TEXT NOT NULL,
            candidates TEXT NOT NULL, answer TEXT NOT NULL, unit_asked TEXT NOT NULL,
            PRIMARY KEY (submission, seq))""",
        """CREATE TABLE imports (
            id INTEGER PRIMARY KEY, round TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,
            imported_at TEXT NOT NULL)""",
        """CREATE TABLE decisions (
            import INTEGER NOT NULL REFERENCES imports (id), unit TEXT NOT NULL, sheet TEXT NOT NULL,
            cell TEXT NOT NULL, code TEXT NOT NULL, value TEXT NOT NULL, answer TEXT NOT NULL,
            answered_by TEXT NOT NULL, answered_on TEXT NOT NULL,
            PRIMARY KEY (import, unit, sheet, cell, code))""",
        """CREATE TABLE switched_off (
            import INTEGER NOT NULL REFERENCES imports (id), code TEXT NOT NULL, reason TEXT NOT NULL,
            PRIMARY KEY (import, code))""",
        """CREATE TABLE mechanism_records (
            import INTEGER NOT NULL REFERENCES imports (id), mechanism TEXT NOT NULL, state TEXT NOT NULL,
            basis TEXT NOT NULL, note TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL,
            PRIMARY KEY (import, mechanism))""",
        *_refusals(),
    ),
    _views(),
    (
        """CREATE TABLE exceptions (
            import INTEGER NOT NULL REFERENCES imports (id), target TEXT NOT NULL, reason TEXT NOT NULL,
            approver TEXT NOT NULL, document TEXT NOT NULL, valid_from TEXT NOT NULL, valid_until TEXT NOT NULL,
            file TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL, PRIMARY KEY (import, cell))""",
        """CREATE TABLE rectification_items (
            item TEXT PRIMARY KEY, round TEXT NOT NULL, task INTEGER NOT NULL, indicator TEXT NOT NULL,
            unit TEXT NOT NULL, rating TEXT NOT NULL, problem TEXT NOT NULL, condition TEXT NOT NULL, threshold REAL,
            threshold_unit TEXT NOT NULL, simulated INTEGER NOT NULL, raised_at TEXT NOT NULL)""",
        """CREATE TABLE rectification_events (
            id INTEGER PRIMARY KEY, item TEXT NOT NULL REFERENCES rectification_items (item), state TEXT NOT NULL,
            measure TEXT NOT NULL, due TEXT NOT NULL, reached TEXT NOT NULL, evidence TEXT NOT NULL,
            reviewer TEXT NOT NULL, note TEXT NOT NULL, evidence_sha256 TEXT NOT NULL, file TEXT NOT NULL,
            sheet TEXT NOT NULL, row INTEGER NOT NULL, book TEXT NOT NULL, recorded_at TEXT NOT NULL)""",
        """CREATE VIEW current_rectification AS
            SELECT i.*, e.id AS event, e.state, e.measure, e.due, e.reached, e.evidence, e.reviewer, e.note,
                   e.evidence_sha256, e.file, e.sheet, e.row, e.book, e.recorded_at
            FROM rectification_items AS i JOIN rectification_events AS e ON e.item = i.item
            WHERE e.id = (SELECT max(id) FROM rectification_events WHERE item = i.item)""",
        """CREATE TABLE spot_checks (
            draw TEXT PRIMARY KEY, round TEXT NOT NULL, seed INTEGER NOT NULL, n INTEGER NOT NULL,
            population INTEGER NOT NULL, simulated INTEGER NOT NULL, drawn_at TEXT NOT NULL)""",
        """CREATE TABLE spot_check_claims (
            draw TEXT NOT NULL REFERENCES spot_checks (draw), seq INTEGER NOT NULL, claim TEXT NOT NULL,
            programme TEXT NOT NULL, stratum TEXT NOT NULL, stratum_size INTEGER NOT NULL, probability REAL NOT NULL,
            series TEXT NOT NULL, series_total REAL, kind TEXT NOT NULL, unit TEXT NOT NULL, task INTEGER,
            text TEXT NOT NULL, value REAL, value_unit TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT NOT NULL,
            cell TEXT NOT NULL, PRIMARY KEY (draw, claim))""",
        """CREATE TABLE spot_check_results (
            id INTEGER PRIMARY KEY, draw TEXT NOT NULL, claim TEXT NOT NULL, result TEXT NOT NULL, verified REAL,
            checker TEXT NOT NULL, checked_on TEXT NOT NULL, note TEXT NOT NULL, file TEXT NOT NULL,
            sheet TEXT NOT NULL, cell TEXT NOT NULL, recorded_at TEXT NOT NULL,
            FOREIGN KEY (draw, claim) REFERENCES spot_check_claims (draw, claim))""",
        """CREATE VIEW current_spot_check_results AS
            SELECT c.*, r.result, r.verified, r.checker, r.checked_on, r.note
            FROM spot_check_claims AS c LEFT JOIN spot_check_results AS r
              ON r.id = (SELECT max(id) FROM spot_check_results WHERE draw = c.draw AND claim = c.claim)""",
        *_append_only(_SUPERVISION),
    ),
    (
        "ALTER TABLE findings ADD COLUMN item TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE decisions ADD COLUMN item TEXT NOT NULL DEFAULT ''",
    ),
    (
        "ALTER TABLE observations ADD COLUMN evidence TEXT NOT NULL DEFAULT '[]'",
        """CREATE TABLE roll (
            collect INTEGER NOT NULL REFERENCES collects (id), seq INTEGER NOT NULL, entity TEXT NOT NULL,
            type TEXT NOT NULL, rural INTEGER, PRIMARY KEY (collect, seq))""",
        *_append_only(("roll",)),
    ),
    (
        """CREATE TABLE office_records (
            import INTEGER NOT NULL REFERENCES imports (id), item TEXT NOT NULL, unit TEXT NOT NULL,
            state TEXT NOT NULL, basis TEXT NOT NULL, note TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT NOT NULL,
            cell TEXT NOT NULL, PRIMARY KEY (import, item, unit))""",
        *_append_only(("office_records",)),
    ),
    (
        "ALTER TABLE findings ADD COLUMN fields TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE decisions ADD COLUMN source TEXT NOT NULL DEFAULT ''",
        """CREATE TABLE proposals (
            submission INTEGER NOT NULL REFERENCES submissions (id), seq INTEGER NOT NULL, sheet TEXT NOT NULL,
            cell TEXT NOT NULL, value TEXT NOT NULL, proposed TEXT NOT NULL, note TEXT NOT NULL, handler TEXT NOT NULL,
            place TEXT NOT NULL, PRIMARY KEY (submission, seq))""",
        *_append_only(("proposals",)),
    ),
    (
        """CREATE TABLE plans (
            sha256 TEXT PRIMARY KEY, district TEXT NOT NULL, first_year INTEGER NOT NULL, last_year INTEGER NOT NULL,
            identities TEXT NOT NULL)""",
        *_append_only(("plans",)),
    ),
    (
        """CREATE TABLE reminders (
            round TEXT NOT NULL, due TEXT NOT NULL, unit TEXT NOT NULL, step TEXT NOT NULL, kind TEXT NOT NULL,
            drafted_on TEXT NOT NULL, PRIMARY KEY (round, due, unit, step))""",
        *_append_only(("reminders",)),
    ),
)
