"""Reading returns. One bad file never stops the rest; what cannot be read is named and left out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from openpyxl.utils import get_column_letter
from rapidfuzz import fuzz, process

from kepu_eval.personal_data import WITHHELD, masked
from kepu_eval.plan import Plan, Unit
from kepu_eval.returns import layout
from kepu_eval.returns.assembling import assemble
from kepu_eval.returns.attachments import FOLDER, attachment_hashes, check_listed
from kepu_eval.returns.cells import parse_date, simplified, tidy
from kepu_eval.returns.decisions import Decisions
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.layout import Sheet
from kepu_eval.returns.model import Returns, Submission
from kepu_eval.returns.participants import check_participants
from kepu_eval.returns.roll import read_roll
from kepu_eval.returns.rows import read_events, read_evidence, read_numbers, read_schools, read_statuses
from kepu_eval.returns.sent import Sent
from kepu_eval.returns.succession import standing
from kepu_eval.returns.tables import find
from kepu_eval.returns.unreadable import UnreadableError
from kepu_eval.returns.workbook import Book, open_book

READER_VERSION = 5  # raise it when the same bytes read differently, so that a collect reads them again
ON_TIME, LATE, UNDATED, UNREADABLE = "按时", "迟报", "未注明日期", "无法读取"
_OURS = {".yaml", ".yml", ".md", ".txt"}
_READERS: dict[str, Callable] = {
    layout.NUMBERS: read_numbers,
    layout.TASKS: read_statuses,
    layout.EVENTS: read_events,
    layout.EVIDENCE: read_evidence,
    layout.SCHOOLS: read_schools,
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
    tqdm). Units that sent nothing readable are in ``submissions`` as 未报送. Raises ``FileNotFoundError`` when the
    folder does not exist; never because of what is in it.
    """
    decisions = decisions or Decisions.none()
    reader = RoundReader(plan, round_id, decisions)
    files = files_of(Path(folder))
    submissions = [reader.read(path) for path in (progress(files) if progress else files)]
    simulated, roll = is_simulated(Path(folder)), read_roll(Path(folder))
    return assemble(plan, round_id, submissions, decisions, simulated=simulated, roll=roll)


def files_of(folder: Path) -> list[Path]:
    """Files of a folder that may be returns, in order of their names."""
    if not folder.is_dir():
        raise FileNotFoundError(f"找不到填报表文件夹“{folder}”，请检查路径")
    return sorted(
        p for p in folder.iterdir() if p.is_file() and p.suffix.lower() not in _OURS and p.name[0] != "."
    )


def folders_passed_over(folder: Path) -> list[str]:
    """Folders inside it that hold files other than evidence: nothing in them is read."""
    inside = (p for p in sorted(folder.iterdir()) if p.is_dir() and p.name != FOLDER and p.name[0] != ".")
    return [masked(p.name) for p in inside if any(item.is_file() for item in p.rglob("*"))]


def is_simulated(folder: Path) -> bool:
    """Whether the folder's ``round.yaml`` says that its files are simulated."""
    marker = folder / "round.yaml"
    if not marker.is_file():
        return False
    about = yaml.safe_load(marker.read_text(encoding="utf-8"))
    return isinstance(about, dict) and about.get("simulated") is True


@dataclass(frozen=True)
class Content:
    """A file as found: its name without personal data, its bytes, their SHA-256, or why they cannot be had."""

    file: str
    data: bytes
    sha256: str
    problem: str = ""


class RoundReader:
    """Reads single files of one round; ``decisions`` may say whose file one without a known unit is."""

    def __init__(self, plan: Plan, round_id: str, decisions: Decisions | None = None) -> None:
        self.round = plan.round(round_id)
        self._standing = standing(plan, self.round.as_of)
        self.plan = self._standing.everybody
        self._decisions = decisions or Decisions.none()
        self._sheets: dict[str, tuple[Sheet, ...]] = {}
        self._names: Mapping[str, Unit] = {name: u for u in self.plan.units for name in (u.name, *u.aliases)}

    def sheets(self, unit: Unit) -> tuple[Sheet, ...]:
        """The unit's sheets in this round, described once however many files there are."""
        if unit.id not in self._sheets:
            self._sheets[unit.id] = layout.sheets(self._standing.asked_by(unit), unit, self.round.id)
        return self._sheets[unit.id]

    def read(self, path: Path) -> Submission:
        """One file's content, or why it cannot be read. Never raises for what is in the file."""
        return self.interpret(path, self.content(path))

    @staticmethod
    def content(path: Path) -> Content:
        """A file's bytes and their hash; where the system refuses them, the reason."""
        try:
            data, problem = path.read_bytes(), ""
        except OSError as error:
            data, problem = b"", error.strerror or str(error)
        return Content(masked(path.name), data, hashlib.sha256(data).hexdigest(), problem)

    def interpret(self, path: Path, content: Content) -> Submission:
        """What a file's bytes say."""
        findings = Findings()
        row = {"unit": "", "unit_name": "", "file": content.file, "sha256": content.sha256, "received": "",
               "status": UNREADABLE}  # fmt: skip
        named = self._unit_in(path.stem)
        if named:
            row |= {"unit": named.id, "unit_name": named.name}
        if content.problem:
            told = f"“{path.name}”打不开：{content.problem}"
            findings.add(
                "C00",
                "rejected",
                told,
                "请检查文件是否被占用或有无读取权限",
                unit=row["unit"],
                file=path.name,
            )
            return Submission(**row, note=masked(told), findings=findings.rows)
        try:
            book = open_book(path, content.data)
        except UnreadableError as error:
            findings.add(
                error.code, error.severity, error.message, error.remedy, unit=row["unit"], file=path.name
            )
            return Submission(**row, note=masked(error.message), findings=findings.rows)
        unit = self._identify(path, book, named, findings)
        if unit is None:
            row |= {"unit": "", "unit_name": ""}
            return Submission(**row, note="不能确定是哪个单位", findings=findings.rows)
        row |= {"unit": unit.id, "unit_name": unit.name}
        for code, message in book.notes:
            findings.add(code, "note", message, unit=unit.id, file=path.name)
        if not self._same_round(path, book, unit, findings):
            return Submission(**row, note="轮次不符", findings=findings.rows)
        received = _received(book)
        row |= {"received": received, "status": self._timeliness(received)}
        if row["status"] == UNDATED:
            findings.add("C31", "note", f"“{layout.DATE_FIELD}”没有填写具体日期，不能判断是否按时",
                         "请在填表说明中填写，如2024-01-15", unit=unit.id, file=path.name, sheet=layout.COVER)  # fmt: skip
        sent = Sent(self._standing.asked_by(unit), self.round, unit, row["file"], row["sha256"], findings)
        _tell_private(sent, book)
        for described in self.sheets(unit):
            table = find(book, described, sent.place, findings)
            if table is not None:
                _READERS[described.name](sent, table)
        check_participants(sent, book)
        check_listed(sent)
        attachment_hashes(sent, path.parent)
        return Submission(**row, note="", parts=sent.parts, cells=sent.cells, findings=findings.rows)

    def _timeliness(self, received: str) -> str:
        if not received:
            return UNDATED
        return LATE if received > self.round.due.isoformat() else ON_TIME

    def _unit_in(self, text: str) -> Unit | None:
        """The unit whose name or alias is longest in a text such as a file name."""
        text = tidy(text).replace(" ", "")
        found = max((name for name in self._names if name in text), key=len, default=None)
        return self._names[found] if found else None

    def _identify(self, path: Path, book: Book, named: Unit | None, findings: Findings) -> Unit | None:
        """The unit a workbook is from: what its cover says, else its hidden sheet, else its file name."""
        value, cell = _beside(book, layout.UNIT_FIELD)
        written = tidy(value).replace(" ", "")
        place = {"file": path.name, "sheet": layout.COVER, "cell": cell, "value": value}
        unit = self._names.get(written)
        if unit is None and written:
            return self._asked_unit(written, place, findings)
        if unit is None:
            hidden = _hidden(book).get("unit_id", "")
            unit = next((u for u in self.plan.units if u.id == hidden), named)
            return unit or self._asked_unit("", place, findings)
        if written != unit.name:
            findings.add("C47", "note", f"{cell}“{written}”识别为{unit.name}", unit=unit.id, **place)
        if named is not None and named != unit:
            findings.add("C09", "question", f"文件名为{named.name}，{cell}为{unit.name}，以表内为准，请确认", "请改正文件名或表内单位",
                         unit=unit.id, **place, candidates=("以表内为准",))  # fmt: skip
        if isinstance(value, str) and ("\n" in value or "\t" in value):
            findings.add("C61", "note", f"{cell}含换行或制表符，已清洗", unit=unit.id, **place)
        return unit

    def _asked_unit(self, written: str, place: dict, findings: Findings) -> Unit | None:
        """Ask whose file it is, with the likeliest units; the unit that a decision names, if there is one."""
        plain = simplified(written)
        alike = process.extract(plain, list(self._names), scorer=fuzz.ratio, limit=3)
        near = [plain] if plain in self._names else [name for name, score, _ in alike if score > 50]
        candidates = tuple(dict.fromkeys(self._names[name].name for name in near))
        code = "C62" if plain in self._names else "C48"
        hint = f"，是否为{'、'.join(candidates)}？" if candidates else ""
        told = (
            f"{place['cell']}“{written}”不在单位名册中{hint}"
            if written
            else f"“{place['file']}”没有写明填报单位"
        )
        findings.add(code, "question", told, "请填写方案中的单位名称", **place, candidates=candidates)
        asked = findings.rows[-1]
        answer = self._decisions.about(asked)
        if answer is None or answer.answer not in self._names:
            return None
        unit = self._names[answer.answer]
        asked["unit"] = unit.id
        return unit

    def _same_round(self, path: Path, book: Book, unit: Unit, findings: Findings) -> bool:
        written = tidy(_beside(book, layout.ROUND_FIELD)[0])
        cover = next((r.id for r in self.plan.rounds if r.name == written), self.round.id)
        told = _hidden(book).get("round", cover)
        if told == self.round.id:
            return True
        name = next((r.name for r in self.plan.rounds if r.id == told), told)
        findings.add("X04", "rejected", f"“{path.name}”是“{name}”的填报表，不是“{self.round.name}”的", "请用本轮模板重报",
                     unit=unit.id, file=path.name)  # fmt: skip
        return False


def _tell_private(sent: Sent, book: Book) -> None:
    """Say where personal data stands, without the data (C60); the rows it stands in are not read."""
    for grid in book.sheets.values():
        for (row, column), kind in grid.private.items():
            cell = grid.address(row, column)
            told = f"{get_column_letter(column + 1)}列疑含{kind}（{cell}），整行未读取"
            sent.findings.add("C60", "rejected", told, "请删除个人信息后重报", **sent.place, sheet=grid.name, cell=cell,
                              value=WITHHELD)  # fmt: skip


def _beside(book: Book, label: str) -> tuple[object, str]:
    """Value to the right of a label on the cover sheet, and its address; personal data is not given away."""
    grid = next((g for name, g in book.sheets.items() if tidy(name) == layout.COVER), None)
    for number, column, value in _cells(grid.rows if grid else []):
        if tidy(value) == label and column + 1 < len(grid.rows[number]):
            beside = grid.rows[number][column + 1]
            private = (number, column + 1) in grid.private
            return (WITHHELD if private else beside), grid.address(number, column + 1)
    return None, ""


def _cells(rows: list[list[object]]) -> Iterator[tuple[int, int, object]]:
    for number, values in enumerate(rows[:40]):
        for column, value in enumerate(values[:10]):
            if isinstance(value, str) and value:
                yield number, column, value


def _hidden(book: Book) -> dict[str, str]:
    grid = book.sheets.get(layout.HIDDEN)
    return {tidy(row[0]): tidy(row[1]) for row in grid.rows if len(row) > 1} if grid else {}


def _received(book: Book) -> str:
    parsed = parse_date(_beside(book, layout.DATE_FIELD)[0])
    return parsed.value.isoformat() if parsed.counted else ""
