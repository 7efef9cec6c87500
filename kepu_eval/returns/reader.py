"""Reading a folder of returns. One bad file never stops the rest; what cannot be read is named and left out."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import yaml
from rapidfuzz import fuzz, process

from kepu_eval.plan import Plan, Round, Unit
from kepu_eval.returns import layout
from kepu_eval.returns.cells import parse_date, tidy
from kepu_eval.returns.checks import check
from kepu_eval.returns.decisions import Decisions, apply_decisions
from kepu_eval.returns.duplicates import mark_duplicates
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.model import Returns, frame
from kepu_eval.returns.rows import Sent, read_events, read_evidence, read_numbers, read_schools, read_statuses
from kepu_eval.returns.tables import find
from kepu_eval.returns.workbook import Book, UnreadableError, open_book

ON_TIME, LATE, ABSENT, UNREADABLE, DOUBLE = "按时", "迟报", "未报送", "无法读取", "重复待确认"
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
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"找不到填报表文件夹“{folder}”，请检查路径")
    rnd = plan.round(round_id)
    findings = Findings()
    files = sorted(
        p for p in folder.iterdir() if p.is_file() and p.suffix.lower() not in _OURS and p.name[0] != "."
    )
    submissions, sent = [], []
    for path in progress(files) if progress else files:
        row, content = _read_file(path, plan, rnd, findings)
        submissions.append(row)
        sent += [content] if content else []
    sent = _one_each(sent, submissions, plan, findings)
    known = {row["unit"] for row in submissions if row["unit"]}
    submissions += [
        {
            "unit": unit.id,
            "unit_name": unit.name,
            "file": "",
            "sha256": "",
            "received": "",
            "status": ABSENT,
            "note": "",
        }
        for unit in plan.units
        if unit.id not in known
    ]
    return _assemble(
        plan, rnd, _simulated(folder), submissions, sent, findings, decisions or Decisions.none()
    )


def _simulated(folder: Path) -> bool:
    marker = folder / "round.yaml"
    if not marker.is_file():
        return False
    about = yaml.safe_load(marker.read_text(encoding="utf-8"))
    return isinstance(about, dict) and about.get("simulated") is True


def _read_file(path: Path, plan: Plan, rnd: Round, findings: Findings) -> tuple[dict, Sent | None]:
    """A submissions row and, when the file could be read, its content."""
    content = path.read_bytes()
    row = {"unit": "", "unit_name": "", "file": path.name, "sha256": hashlib.sha256(content).hexdigest(),
           "received": "", "status": UNREADABLE, "note": ""}  # fmt: skip
    named = _unit_in(path.stem, plan)
    try:
        book = open_book(path, content)
    except UnreadableError as error:
        findings.add(error.code, error.severity, error.message, error.remedy, unit=named.id if named else "",
                     file=path.name)  # fmt: skip
        return {**row, "unit": named.id if named else "", "unit_name": named.name if named else "",
                "note": error.message}, None  # fmt: skip
    unit = _identify(path, book, plan, named, findings)
    if unit is None:
        return {**row, "note": "不能确定是哪个单位"}, None
    for code, message in book.notes:
        findings.add(code, "note", message, unit=unit.id, file=path.name)
    if not _same_round(book, plan, rnd, unit, path, findings):
        return {**row, "unit": unit.id, "unit_name": unit.name, "note": "轮次不符"}, None
    received = _received(book)
    late = bool(received) and received > rnd.due.isoformat()
    row |= {
        "unit": unit.id,
        "unit_name": unit.name,
        "received": received,
        "status": LATE if late else ON_TIME,
    }
    sent = Sent(plan=plan, round=rnd, unit=unit, file=path.name, sha256=row["sha256"], findings=findings)
    for described in layout.sheets(plan, unit, rnd.id):
        table = find(book, described, sent.place, findings)
        if table is not None:
            _READERS[described.name](sent, table)
    return row, sent


def _unit_in(text: str, plan: Plan) -> Unit | None:
    """The unit whose name or alias is longest in a text such as a file name."""
    text = tidy(text).replace(" ", "")
    names = {name: unit for unit in plan.units for name in (unit.name, *unit.aliases)}
    found = max((name for name in names if name in text), key=len, default=None)
    return names[found] if found else None


def _beside(book: Book, label: str) -> tuple[object, str]:
    """Value to the right of a label on the cover sheet, and its address."""
    grid = next((g for name, g in book.sheets.items() if tidy(name) == layout.COVER), None)
    for number, values in enumerate(grid.rows if grid else []):
        for column, value in enumerate(values[:-1]):
            if tidy(value) == label:
                return values[column + 1], grid.address(number, column + 1)
    return None, ""


def _hidden(book: Book) -> dict[str, str]:
    grid = book.sheets.get(layout.HIDDEN)
    return {tidy(row[0]): tidy(row[1]) for row in grid.rows if len(row) > 1} if grid else {}


def _identify(path: Path, book: Book, plan: Plan, named: Unit | None, findings: Findings) -> Unit | None:
    """The unit a workbook is from: what its cover says, else its hidden sheet, else its file name."""
    value, cell = _beside(book, layout.UNIT_FIELD)
    written = tidy(value).replace(" ", "")
    place = {"file": path.name, "sheet": layout.COVER, "cell": cell, "value": value}
    by_name = {name: unit for unit in plan.units for name in (unit.name, *unit.aliases)}
    unit = by_name.get(written)
    if unit is None and written:
        near = [
            name
            for name, score, _ in process.extract(written, list(by_name), scorer=fuzz.ratio, limit=3)
            if score > 50
        ]
        hint = f"是否为{'、'.join(near)}？" if near else ""
        findings.add(
            "C48", "question", f"{cell}“{written}”不在单位名册中，{hint}", "请填写方案中的单位名称", **place
        )
        return None
    if unit is None:
        hidden = _hidden(book).get("unit_id", "")
        unit = next((u for u in plan.units if u.id == hidden), named)
        if unit is None:
            findings.add(
                "C48", "question", f"“{path.name}”没有写明填报单位", "请在填表说明中填写单位名称", **place
            )
        return unit
    if written != unit.name:
        findings.add("C47", "note", f"{cell}“{written}”识别为{unit.name}", unit=unit.id, **place)
    if named is not None and named != unit:
        findings.add("C09", "question", f"文件名为{named.name}，{cell}为{unit.name}，以表内为准，请确认", "请改正文件名或表内单位",
                     unit=unit.id, **place)  # fmt: skip
    if isinstance(value, str) and ("\n" in value or "\t" in value):
        findings.add("C61", "note", f"{cell}含换行或制表符，已清洗", unit=unit.id, **place)
    return unit


def _same_round(book: Book, plan: Plan, rnd: Round, unit: Unit, path: Path, findings: Findings) -> bool:
    told = _hidden(book).get("round", rnd.id)
    if told == rnd.id:
        return True
    name = next((r.name for r in plan.rounds if r.id == told), told)
    findings.add("X04", "rejected", f"“{path.name}”是“{name}”的填报表，不是“{rnd.name}”的", "请用本轮模板重报",
                 unit=unit.id, file=path.name)  # fmt: skip
    return False


def _received(book: Book) -> str:
    parsed = parse_date(_beside(book, layout.DATE_FIELD)[0])
    return parsed.value.isoformat() if parsed.counted else ""


def _one_each(sent: list[Sent], submissions: list[dict], plan: Plan, findings: Findings) -> list[Sent]:
    """Of several files of one unit, take what they agree on; where they differ nothing is counted until answered."""
    by_unit: dict[str, list[Sent]] = defaultdict(list)
    for content in sent:
        by_unit[content.unit.id].append(content)
    kept = []
    for unit, several in by_unit.items():
        first, *others = several
        kept.append(first)
        for other in others:
            if other.sha256 != first.sha256:
                cells = _differing(first, other)
                name = next(u.name for u in plan.units if u.id == unit)
                listed = "、".join(cells[:8]) + ("等" if len(cells) > 8 else "")
                findings.add("C08", "question", f"{name}提交2份：“{first.file}”“{other.file}”，差异格：{listed or '无'}",
                             "请确认以哪份为准，另一份移出文件夹", unit=unit, file=other.file)  # fmt: skip
            for row in submissions:
                if row["file"] == other.file:
                    row["status"] = DOUBLE
    return kept


def _differing(first: Sent, other: Sent) -> list[str]:
    """Cells whose numbers differ between two files; in the first they become questions."""
    key = ("indicator", "measure", "period", "entity")
    theirs = {tuple(row[k] for k in key): row["raw"] for row in other.observations}
    cells = []
    for row in first.observations:
        told = theirs.get(tuple(row[k] for k in key))
        if told is not None and told != row["raw"]:
            cells.append(f"{row['sheet']}{row['cell']}")
            row["state"], row["value"] = "question", float("nan")
    return cells


def _assemble(plan: Plan, rnd: Round, simulated: bool, submissions: list[dict], sent: list[Sent],
              findings: Findings, decisions: Decisions) -> Returns:  # fmt: skip
    order = {unit.id: place for place, unit in enumerate(plan.units)}
    sent = sorted(sent, key=lambda s: (order[s.unit.id], s.file))
    parts = {
        name: [row for s in sent for row in getattr(s, name)]
        for name in ("observations", "schools", "statuses", "events", "evidence")
    }
    for name, number in (("observations", "obs"), ("statuses", "status"), ("events", "event")):
        parts[name] = [{number: n, **row} for n, row in enumerate(parts[name])]
    check(plan, parts, findings)
    events = mark_duplicates(frame("events", parts["events"]), plan, findings, decisions)
    told = sorted(findings.rows, key=lambda row: order.get(row["unit"], len(order)))
    returns = Returns(
        round_id=rnd.id,
        simulated=simulated,
        submissions=frame(
            "submissions", sorted(submissions, key=lambda r: (order.get(r["unit"], len(order)), r["file"]))
        ),
        observations=frame("observations", parts["observations"]),
        schools=frame("schools", parts["schools"]),
        statuses=frame("statuses", parts["statuses"]),
        events=events,
        evidence=frame("evidence", parts["evidence"]),
        findings=frame("findings", [{"finding": n, **row} for n, row in enumerate(told)]),
    )
    return apply_decisions(returns, decisions)
