"""The ledger as a file: opening it, one transaction at a time, what its storage may say, backing up, checking.

Only its owner can read it. Every error of the storage is raised as :class:`LedgerError`, in Chinese, with what to do.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self

import pandas as pd

from kepu_eval.errors import KepuError, reason
from kepu_eval.returns.ledger_schema import MIGRATIONS

_WAIT_SECONDS = 60
_OWNER_ALONE = 0o600
_RESTORE = "请用最近的备份恢复（kepu-eval ledger backup 所存），没有备份时换一个文件名重新收表"
_BUSY = "正被另一个程序写入", "请等它结束后重试"
_LOCKED_UP = "不能写入", "请检查文件和所在文件夹的写入权限"
# What is wrong and what to do, by SQLite's result code (https://www.sqlite.org/rescode.html); the low byte says what an
# extended code is about.
_TOLD = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_FULL: ("所在的磁盘已满，这次没有写入，台账仍是原来的内容", "请清理磁盘后重试"),
    sqlite3.SQLITE_NOTADB: ("不是台账文件或已损坏", _RESTORE),
    sqlite3.SQLITE_CORRUPT: ("有损坏的页，不能读出", _RESTORE),
    sqlite3.SQLITE_READONLY: _LOCKED_UP,
    sqlite3.SQLITE_PERM: _LOCKED_UP,
    sqlite3.SQLITE_CANTOPEN: ("打不开", "请检查路径，以及所在文件夹的权限"),
    sqlite3.SQLITE_IOERR: ("读写磁盘出错，这次没有写入", "请检查磁盘是否已满或断开（台账不要放在网络盘和U盘上）后重试"),
    sqlite3.SQLITE_TOOBIG: ("不能存入过长的内容", "请检查填报表中的超长文字"),
}  # fmt: skip


class LedgerError(KepuError):
    """The ledger cannot be used; the message says what to do, in Chinese."""


class LedgerFile:
    """An open ledger file; use it in a ``with`` statement.

    Raises :class:`LedgerError` when the file is none of ours, damaged, or written by a newer version.
    """

    def __init__(self, path: str | Path, *, must_exist: bool = True) -> None:
        self.path = Path(path)
        if must_exist and not self.path.is_file():
            raise LedgerError(
                f"找不到台账“{self.path}”", hint="请先收表：kepu-eval collect 填报表文件夹 --round 轮次"
            )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _own(self.path)
        except OSError as error:
            raise LedgerError(
                f"不能建立台账“{self.path}”（{reason(error)}）", hint="请检查路径和写入权限"
            ) from error
        with explained(self.path):
            self._db = sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None)
        try:
            with explained(self.path):
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")
                self._db.execute("PRAGMA foreign_keys = ON")
                migrate(self._db)
        except LedgerError:
            self.close()  # or Windows would not let the file be moved away
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: everything in it is kept, or nothing. A second writer waits for the first."""
        with self._transaction("BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything that is read inside is of one instant, whatever another program writes meanwhile."""
        if self._db.in_transaction:
            yield
            return
        with self._transaction("BEGIN"):
            yield

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        self.query(begin)
        try:
            yield
            self.query("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # a full disk ends the transaction by itself
                with suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
            raise

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple]:
        """Rows of a query."""
        with explained(self.path):
            return self._db.execute(sql, parameters).fetchall()

    def read(self, sql: str, parameters: Sequence[object] = ()) -> pd.DataFrame:
        """A query's result."""
        with explained(self.path):
            cursor = self._db.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description]
            return pd.DataFrame.from_records(cursor.fetchall(), columns=names, coerce_float=True)

    def insert(self, table: str, rows: Sequence[dict]) -> None:
        """Add rows with the same columns to a table."""
        if rows:
            names = list(rows[0])
            self.insert_values(table, names, ([row[name] for name in names] for row in rows))

    def insert_values(
        self,
        table: str,
        names: Sequence[str],
        rows: Iterable[Sequence[object]],
        counted_from: int | None = None,
    ) -> None:
        """Add rows of values, in the order of ``names``, to a table; the first of them may be a number counted from another."""
        places = ["?"] * len(names)
        if counted_from is not None:
            places[0] = f"? + {counted_from:d}"
        sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(places)})"
        with explained(self.path):
            self._db.executemany(sql, rows)


def _own(path: Path) -> None:
    """Make the file one that only its owner can read; what SQLite writes beside it gets the same permissions."""
    os.close(os.open(path, os.O_CREAT | os.O_RDONLY, _OWNER_ALONE))
    if path.stat().st_mode & 0o077:
        with suppress(OSError):  # of another owner, or on a medium that cannot be written
            path.chmod(_OWNER_ALONE)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Raise errors of the storage as :class:`LedgerError`."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        other = f"无法使用（{error}）", "请检查路径和写入权限，或运行 kepu-eval ledger check"
        problem, hint = _TOLD.get(code, other)
        raise LedgerError(problem, place=f"台账“{path.name}”", hint=hint) from error


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
                f"台账由更新的版本写成（结构版本{version}，本程序为{len(migrations)}）",
                hint="请升级kepu_eval",
            )
        for statements in migrations[version:]:
            for statement in statements:
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {len(migrations)}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _version(db: sqlite3.Connection) -> int:
    return db.execute("PRAGMA user_version").fetchone()[0]


def back_up(path: Path, target: Path) -> None:
    """Copy a ledger, as it is at this instant, into one file, while others may go on using it.

    Raises :class:`LedgerError` for a damaged ledger, whose copy would be of no use, and where ``target`` is there
    already; half a copy is never left behind.
    """
    if target.exists():
        raise LedgerError(f"“{target}”已经存在", hint="请换一个文件名")
    problems = problems_of(path)
    if problems:
        raise LedgerError("\n".join(problems))
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        _own(part)
        with explained(path), closing(sqlite3.connect(path)) as db, closing(sqlite3.connect(part)) as copy:
            db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        part.replace(target)
    except OSError as error:
        raise LedgerError(
            f"备份没有写成（{reason(error)}）", hint=f"请检查“{target.parent}”的空间和写入权限"
        ) from error
    finally:
        part.unlink(missing_ok=True)


def problems_of(path: Path) -> list[str]:
    """What is wrong with a ledger, in Chinese, with what to do; nothing when it is sound.

    Looked at: every page, references between tables, and whether tables and the triggers that keep them append-only
    are as this version made them.
    """
    with LedgerFile(path) as ledger:
        try:
            pages = ledger.query("PRAGMA integrity_check(20)")
            broken = ledger.query("PRAGMA foreign_key_check")
        except LedgerError as error:
            return [str(error)]
        changed = sorted(_structure(ledger.query(_STRUCTURE)) ^ _made())
    found = []
    if pages != [("ok",)]:
        found.append(f"台账“{path.name}”有损坏的页或索引（查出{len(pages)}处以上）；{_RESTORE}")
    if broken:
        found.append(f"台账“{path.name}”有{len(broken)}行指向不存在的记录，被其他程序改动过；{_RESTORE}")
    if changed:
        names = "、".join(sorted({name for name, _ in changed})[:5])
        found.append(f"台账“{path.name}”的结构被改动过（{names}），“只增不改”不再有保证；{_RESTORE}")
    return found


_STRUCTURE = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"


def _structure(rows: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(name, " ".join(sql.split())) for name, sql in rows}


def _made() -> set[tuple[str, str]]:
    """Tables, views and triggers of a new ledger."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db)
        return _structure(db.execute(_STRUCTURE))
