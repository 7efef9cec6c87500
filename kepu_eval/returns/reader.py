"""Reading returns. One bad file never stops the rest; what cannot be read is named and left out."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from kepu_eval.errors import KepuError, reason
from kepu_eval.personal_data import WITHHELD, masked
from kepu_eval.plan import Plan, Unit
from kepu_eval.returns import layout, unit_sheets
from kepu_eval.returns.assembling import assemble
from kepu_eval.returns.attachments import FOLDER, attachment_hashes, check_listed
from kepu_eval.returns.days import parse_date
from kepu_eval.returns.decisions import Decisions
from kepu_eval.returns.event_rows import read_events
from kepu_eval.returns.evidence_rows import read_evidence
from kepu_eval.returns.finding_tables import find, holds, tell_lacking
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.gathering import gather
from kepu_eval.returns.identity import Declared, foreign, identify, tell_days
from kepu_eval.returns.layout import Sheet
from kepu_eval.returns.model import SET_ASIDE, Returns, Submission
from kepu_eval.returns.names import UnitNames
from kepu_eval.returns.participants import check_participants
from kepu_eval.returns.roll import read_roll
from kepu_eval.returns.rows import read_numbers, read_statuses
from kepu_eval.returns.school_rows import read_schools
from kepu_eval.returns.sent import Sent
from kepu_eval.returns.slips import is_slip, read_slip, slip_of
from kepu_eval.returns.succession import standing
from kepu_eval.safe_text import plain_text
from kepu_eval.spreadsheets.addresses import column_letters
from kepu_eval.spreadsheets.opening import content_of, open_book, side_by_side
from kepu_eval.spreadsheets.unreadable import UnreadableError
from kepu_eval.spreadsheets.workbook import Book
from kepu_eval.yaml_files import read_yaml

MAX_ROWS = 5_000  # of a table: what is compared row with row takes seconds then, not minutes
_LISTED = 8
READER_VERSION = 12  # raise it when the same bytes read differently, so that a collect reads them again
ON_TIME, LATE, UNDATED, UNREADABLE = "按时", "迟报", "未注明日期", "无法读取"
_OURS = {".yaml", ".yml", ".md", ".txt"}
_LEFT_BEHIND = ("~$", "~WR", ".")
_JUNK = {".tmp", ".temp", ".db", ".ini", ".lnk", ".part", ".partial", ".crdownload", ".download", ".lock"}
_NOT_SHEETS = {
    ".doc", ".docx", ".wps", ".pdf", ".ofd", ".ppt", ".pptx", ".zip", ".rar", ".7z", ".jpg", ".jpeg", ".png", ".bmp",
    ".gif", ".tif", ".tiff", ".heic", ".mp4", ".mov", ".mp3", ".html", ".htm", ".msg", ".eml", ".url",
}  # fmt: skip
_READERS: dict[str, Callable] = {
    layout.NUMBERS: read_numbers,
    layout.TASKS: read_statuses,
    layout.EVENTS: read_events,
    layout.EVIDENCE: read_evidence,
}


def read_round(
    folder: str | Path,
    plan: Plan,
    round_id: str,
    *,
    decisions: Decisions | None = None,
    progress: Callable[[Iterable], Iterable] | None = None,
) -> Returns:
    """Read every file of a folder as returns of one round.

    ``decisions``: the evaluator's answers to earlier questions. ``progress`` wraps the list of files (such as
    tqdm). Units that sent nothing readable are in ``submissions`` as 未报送. Raises
    :class:`~kepu_eval.errors.KepuError` when the folder does not exist; never because of what is in it.
    """
    decisions = decisions or Decisions.none()
    reader = RoundReader(plan, round_id, decisions)
    files = files_of(Path(folder))
    paths = progress(files) if progress else files
    submissions = [reader.interpret(*found) for found in side_by_side(reader.opened, paths)]
    submissions += [reader.left_behind(path) for path in _left_behind(Path(folder))]
    simulated, roll = is_simulated(Path(folder)), read_roll(Path(folder))
    return assemble(plan, round_id, submissions, decisions, simulated=simulated, roll=roll)


def files_of(folder: Path) -> list[Path]:
    """Files of a folder that may be returns, in order of their names."""
    if not folder.is_dir():
        raise KepuError(f"找不到填报表文件夹“{folder}”", hint="请检查路径")
    return sorted(
        p for p in folder.iterdir() if p.is_file() and p.suffix.lower() not in _OURS and not _junk(p)
    )


def junk_of(folder: Path) -> list[str]:
    """Names of files that programs and systems leave behind (lock files, downloads cut short): nobody sent them."""
    return [masked(p.name) for p in _left_behind(folder)]


def _left_behind(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_file() and _junk(p) and p.name[0] != ".")


def _junk(path: Path) -> bool:
    return path.name.startswith(_LEFT_BEHIND) or path.suffix.lower() in _JUNK


def folders_passed_over(folder: Path) -> list[str]:
    """Folders inside it that hold files other than evidence: nothing in them is read."""
    inside = (p for p in sorted(folder.iterdir()) if p.is_dir() and p.name != FOLDER and p.name[0] != ".")
    return [masked(p.name) for p in inside if any(item.is_file() for item in p.rglob("*"))]


def is_simulated(folder: Path) -> bool:
    """Whether the folder's ``round.yaml`` says that its files are simulated."""
    marker = folder / "round.yaml"
    if not marker.is_file():
        return False
    about = read_yaml(marker)
    return isinstance(about, dict) and about.get("simulated") is True


@dataclass(frozen=True)
class Content:
    """A file as found: its name without personal data, its bytes, their SHA-256, or why they cannot be had.

    ``book``: what the bytes hold, or why that cannot be told, once they were opened.
    """

    file: str
    data: bytes
    sha256: str
    problem: str = ""
    book: Book | UnreadableError | None = None


class RoundReader:
    """Reads single files of one round; ``decisions`` may say whose file one without a known unit is."""

    def __init__(self, plan: Plan, round_id: str, decisions: Decisions | None = None) -> None:
        self.round = plan.round(round_id)
        self._standing = standing(plan, self.round.as_of)
        self.plan = self._standing.everybody
        self.decisions = decisions or Decisions.none()
        self._sheets: dict[str, tuple[Sheet, ...]] = {}
        self._names = UnitNames(self.plan)

    def sheets(self, unit: Unit) -> tuple[Sheet, ...]:
        """The unit's sheets in this round, described once however many files there are."""
        if unit.id not in self._sheets:
            self._sheets[unit.id] = unit_sheets.sheets(self._standing.asked_by(unit), unit, self.round.id)
        return self._sheets[unit.id]

    def read(self, path: Path) -> Submission:
        """One file's content, or why it cannot be read. Never raises for what is in the file."""
        return self.interpret(path, self.opened(path))

    @staticmethod
    def left_behind(path: Path) -> Submission:
        """A file that a program left behind, named and not opened."""
        return _Head(masked(path.name), "", None).set_aside("C07", "是临时文件或系统文件", Findings())

    @staticmethod
    def content(path: Path) -> Content:
        """A file's bytes and their hash; where the system refuses them, the reason."""
        try:
            data, problem = content_of(path), ""
        except OSError as error:
            data, problem = b"", reason(error)
        return Content(masked(plain_text(path.name)), data, hashlib.sha256(data).hexdigest(), problem)

    def opened(self, path: Path, content: Content | None = None) -> Content:
        """A file's content, opened where it may be a workbook: what other processes do, several files at a time."""
        content = content or self.content(path)
        if content.problem or path.suffix.lower() in _NOT_SHEETS:
            return content
        try:
            return replace(content, book=open_book(_of_text(path), content.data))
        except UnreadableError as error:
            return replace(content, book=error)

    def interpret(self, path: Path, content: Content) -> Submission:
        """What a file's bytes say: a return, corrections that a unit wrote into our slip, or why it is neither."""
        path, content = _of_text(path), content if content.book else self.opened(path, content)
        findings = Findings()
        named = self._names.within(path.stem)
        head = _Head(content.file, content.sha256, named)
        if path.suffix.lower() in _NOT_SHEETS:
            return head.set_aside("C07", "不是表格文件", findings)
        if content.problem:
            told = f"“{path.name}”打不开：{content.problem}"
            return head.unreadable("C00", told, "请检查文件是否被占用或有无读取权限", findings)
        book = content.book
        if isinstance(book, UnreadableError):
            return head.unreadable(book.code, book.message, book.hint, findings, book.severity)
        assert book is not None  # opened, there was no problem
        declared = Declared(book)
        code, reason = foreign(declared, self.plan, self.round, self._names)
        if not code and is_slip(book) and not declared.hidden:
            of_round, _ = slip_of(book)
            if of_round == self.round.name:
                return read_slip(book, head.row, self._names)
            code, reason = "X04", f"是“{of_round}”的退回单，不是“{self.round.name}”的"
        if code:
            return head.set_aside(code, reason, findings, "请用本轮模板重报" if code == "X04" else "")
        if not self._has_tables(declared):
            if self._names.named(path.stem) is None:
                return head.set_aside("C07", "没有填报表的任何一张表，作附件留存", findings)
            if named is not None:
                for described in self.sheets(named):
                    tell_lacking(described, {"unit": named.id, "file": path.name}, findings)
            return Submission(**head.row, note="没有填报表的任何一张表", findings=findings.rows)
        unit = identify(declared, self._names, path.name, named, findings, self.decisions)
        if unit is None:
            return head.unknown(findings)
        return self._return(path, head.of(unit), declared, unit, findings)

    def _return(
        self, path: Path, row: dict, declared: Declared, unit: Unit, findings: Findings
    ) -> Submission:
        """Read the tables of a unit's return."""
        book = declared.book
        for code, message in book.notes:
            findings.add(code, "note", message, unit=unit.id, file=path.name)
        parsed = parse_date(declared.beside(layout.DATE_FIELD)[0])
        received = parsed.value.isoformat() if parsed.counted else ""
        row |= {"received": received, "status": self._timeliness(received)}
        if row["status"] == UNDATED:
            findings.add("C31", "note", f"“{layout.DATE_FIELD}”没有填写具体日期，不能判断是否按时",
                         "请在填表说明中填写，如2024-01-15", unit=unit.id, file=path.name, sheet=layout.COVER)  # fmt: skip
        tell_days(declared, self.round, received, unit, path.name, findings)
        sent = Sent(self._standing.asked_by(unit), self.round, unit, row["file"], row["sha256"], findings)
        _tell_private(sent, book)
        for described in self.sheets(unit):
            table = find(book, described, sent.place, findings)
            if table is not None and len(table.rows) > MAX_ROWS:
                findings.add("C99", "rejected", f"“{described.name}”有{len(table.rows)}行，超过上限{MAX_ROWS}行，未读取",
                             "请只填报本单位的内容", **sent.place, sheet=table.grid.name)  # fmt: skip
            elif table is not None:
                _READERS.get(described.name, read_schools)(sent, table)
                gather(sent, table)
        check_participants(sent, book)
        check_listed(sent)
        attachment_hashes(sent, path.parent)
        return Submission(**row, note="", parts=sent.parts, cells=sent.cells, findings=findings.rows)

    def _has_tables(self, declared: Declared) -> bool:
        """Whether one of the template's tables is there; in a file without cover and hidden sheet, under our own titles."""
        ours = bool(declared.hidden.get("unit_id")) or declared.has_cover
        grids = [grid for grid in declared.book.sheets.values() if grid.name != layout.HIDDEN]
        return any(holds(grid, kind, exactly=not ours) for grid in grids for kind in self._kinds)

    @cached_property
    def _kinds(self) -> tuple[Sheet, ...]:
        """Every kind of sheet that some unit's workbook has in this round."""
        described = {sheet.name: sheet for unit in self.plan.units for sheet in self.sheets(unit)}
        return tuple(described.values())

    def _timeliness(self, received: str) -> str:
        if not received:
            return UNDATED
        return LATE if received > self.round.due.isoformat() else ON_TIME


def _of_text(path: Path) -> Path:
    """The path with a name that any text may hold."""
    return path.with_name(plain_text(path.name) or "_")


@dataclass(frozen=True)
class _Head:
    """A submission's first columns, before it is known what the file is."""

    file: str
    sha256: str
    named: Unit | None

    @property
    def row(self) -> dict:
        """As columns; the unit is the one that the file name names."""
        return self.of(self.named)

    def of(self, unit: Unit | None) -> dict:
        """As columns, with that unit."""
        return {"unit": unit.id if unit else "", "unit_name": unit.name if unit else "", "file": self.file,
                "sha256": self.sha256, "received": "", "status": UNREADABLE}  # fmt: skip

    def unreadable(
        self, code: str, told: str, remedy: str, findings: Findings, severity: str = "rejected"
    ) -> Submission:
        """A file of the named unit that cannot be read; it takes nothing away from what the unit sent before."""
        findings.add(code, severity, told, remedy, unit=self.row["unit"], file=self.file)
        return Submission(**self.row, note=masked(told), findings=findings.rows)

    def unknown(self, findings: Findings) -> Submission:
        """A file of which it is open whose it is."""
        return Submission(**self.of(None), note="不能确定是哪个单位", findings=findings.rows)

    def set_aside(self, code: str, reason: str, findings: Findings, remedy: str = "") -> Submission:
        """A file that is no return of this round: named, and otherwise left alone; sent back where there is a remedy."""
        row = self.row | {"status": SET_ASIDE}
        severity = "rejected" if remedy else "info"
        told = f"“{self.file}”{reason}，未作填报表读取"
        findings.add(code, severity, told, remedy, unit=row["unit"], file=self.file)
        return Submission(**row, note=masked(reason), findings=findings.rows)


def _tell_private(sent: Sent, book: Book) -> None:
    """Say where personal data stands, without the data (C60); the rows it stands in are not read."""
    for grid in book.sheets.values():
        columns: dict[tuple[int, str], list[str]] = defaultdict(list)
        for (row, column), kind in sorted(grid.private.items()):
            columns[column, kind].append(grid.address(row, column))
        for (column, kind), cells in columns.items():
            shown = "、".join(cells[:_LISTED]) + (f"等{len(cells)}格" if len(cells) > _LISTED else "")
            told = f"{column_letters(column + 1)}列疑含{kind}（{shown}），整行未读取"
            sent.findings.add("C60", "rejected", told, "请删除个人信息后重报", **sent.place, sheet=grid.name, cell=cells[0],
                              value=WITHHELD)  # fmt: skip
