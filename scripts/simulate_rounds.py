"""Write the two example rounds: filled workbooks of a made-up district, defects included.

    python scripts/simulate_rounds.py            # data/example/2023-midterm and data/example/2025-final

Every file is written from the template that units receive, filled from ``simulate_district.py`` with one seed,
then spoiled the way real returns are (``DEFECTS``; the codes are those of the intake's rules).
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from simulate_district import District, Event, figures, simulate
from simulated_attachments import attach
from simulated_texts import Writer

from kepu_eval.plan import BASELINE, STOCK, Commitment, Plan, Round, Stage, Unit, begun, load_plan
from kepu_eval.returns import Returns, export_decisions, layout, read_round, unit_sheets, write_template
from kepu_eval.returns.attachments import FOLDER
from kepu_eval.returns.cells import NOTHING_HERE
from kepu_eval.returns.decision_book import MECHANISMS, QUESTIONS
from kepu_eval.returns.decisions import SAME
from kepu_eval.returns.office_record import record_sheets
from kepu_eval.returns.unit_sheets import measure_id

SEED = 20231128
OUTPUT = Path(__file__).parent.parent / "data" / "example"
MISSING = {"2023-midterm": {"区商务局"}, "2025-final": {"区工商联"}}
ATTACHED = {"区应急局", "区委老干局", "区总工会"}  # units that sent some of their evidence along
LATE = {"2023-midterm": {"区工信局": 5, "区民政局": 12}, "2025-final": {"区发改委": 3}}
# What keeps units back, and what they mean to do about it: four kinds each, which simulated_texts.yaml words for each unit.
OBSTACLES, MEASURES = 4, 4
_OFFICE_KNOWS = {"PH1.2"}
_UNRECORDED = {Stage.MIDTERM: 0.25, Stage.FINAL: 0.0}  # share of the units of which the office knows nothing
_WITHOUT = {Stage.MIDTERM: 0.15, Stage.FINAL: 0.1}  # share of them that have no plan of their own

Sheet = tuple[Worksheet, layout.Sheet]


def main() -> None:
    """Write both rounds."""
    plan = load_plan()
    district = simulate(plan, SEED)
    for rnd in (item for item in plan.rounds if item.stage is not Stage.DISPATCH):
        write_round(plan, district, rnd, OUTPUT / rnd.id)
        write_decisions(plan, district, rnd, OUTPUT / f"{rnd.id}-decisions.xlsx")


def write_round(plan: Plan, district: District, rnd: Round, folder: Path) -> None:
    """Write one folder of returns, replacing what was there."""
    for unit, book, path in filled(plan, district, rnd, folder, MISSING[rnd.id]):
        for spoil in DEFECTS.get((rnd.id, unit.name), ()):
            spoil(book)
        if unit.name in ATTACHED:
            attach(book[layout.EVIDENCE], folder / FOLDER / unit.name)
        book.save(path)
    mark_simulated(folder, "simulate_rounds.py")
    write_roll(folder, district)


def filled(
    plan: Plan, district: District, rnd: Round, folder: Path, missing: set[str]
) -> Iterator[tuple[Unit, Workbook, Path]]:
    """Each unit's template, filled but for the ``missing`` ones, and where it goes; the folder begins anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for unit in plan.units:
        if unit.name not in missing:
            path = folder / f"{unit.name}.xlsx"
            write_template(plan, unit, rnd.id, path)
            book = load_workbook(path)
            fill(book, plan, unit, rnd, district)
            yield unit, book, path


def mark_simulated(folder: Path, script: str) -> None:
    """Say in the folder's round.yaml that its files are simulated, and by what."""
    (folder / "round.yaml").write_text(
        f"# 示例数据：由 scripts/{script} 按固定种子模拟生成，不是真实填报。\nsimulated: true\nseed: {SEED}\n",
        encoding="utf-8",
    )


def write_roll(folder: Path, district: District) -> None:
    """Write the roll of schools that the office hands out with a round."""
    lines = [
        f"  - {{name: {school.name}, type: {school.type}, rural: {str(school.rural).lower()}}}"
        for school in district.schools
    ]
    told = "# 示例数据：学校名册，由 scripts/simulate_rounds.py 模拟生成。逐校明细须与它一致，缺的学校会被问到。\n"
    (folder / "名册.yaml").write_text(f"{told}schools:\n" + "\n".join(lines) + "\n", encoding="utf-8")


def write_decisions(plan: Plan, district: District, rnd: Round, path: Path) -> None:
    """Write the evaluator's answers to some of the round's questions, and the office's record of the mechanisms."""
    returns = read_round(OUTPUT / rnd.id, plan, rnd.id)
    export_decisions(returns, plan, path)
    book = load_workbook(path)
    questions = book[QUESTIONS]
    titles = {c.value: c.column for c in questions[1]}
    for row in range(2, questions.max_row + 1):
        code, found = (questions.cell(row, titles[name]).value for name in ("规则", "原值"))
        answer = _answer(district, rnd, code, found)
        if answer is not None:
            questions.cell(row, titles["答复"]).value = answer
            questions.cell(row, titles["答复人"]).value = "示例评估员"
            questions.cell(row, titles["答复日期"]).value = (rnd.due + dt.timedelta(days=7)).isoformat()
    mechanisms = book[MECHANISMS]
    unrecorded = {"M04", "M10"} if rnd.stage == "midterm" else set()
    for row in range(2, mechanisms.max_row + 1):
        number = mechanisms.cell(row, 1).value
        if number in unrecorded:
            continue
        mechanisms.cell(row, 3).value = "无" if number == "M12" and rnd.stage == "midterm" else "有"
        mechanisms.cell(row, 4).value = (
            f"示例文件〔{rnd.as_of.year}〕{row}号" if mechanisms.cell(row, 3).value == "有" else None
        )
    _record(book, plan, returns, rnd)
    book.properties.created = book.properties.modified = dt.datetime(2000, 1, 1)
    book.save(path)


def _record(book: Workbook, plan: Plan, returns: Returns, rnd: Round) -> None:
    """What the office knows of the phases that have begun, and of the units that wrote science into their own plans."""
    begun = {phase.name for phase in plan.phases if phase.begins <= rnd.as_of}
    for sheet in record_sheets(plan):
        page, first = book[sheet.name], len(sheet.labels) + 1
        for row, ((item, unit), labels) in enumerate(sheet.rows.items(), 2):
            chance = np.random.default_rng([SEED, rnd.as_of.year, row, first]).random()
            known = unit not in returns.silent if unit else item in _OFFICE_KNOWS and labels[1] in begun
            if not known or (unit and chance < _UNRECORDED[rnd.stage]):
                continue
            state = "无" if unit and chance > 1 - _WITHOUT[rnd.stage] else "有"
            page.cell(row, first).value = state
            page.cell(row, first + 1).value = (
                f"示例文件〔{rnd.as_of.year}〕{100 + row}号" if state == "有" else None
            )


def _answer(district: District, rnd: Round, code: str, found: str) -> object:
    """What the evaluator found out on asking; ``None`` leaves the question open."""
    if code == "C54":
        return SAME
    if code == "C20":
        return int("".join(c for c in found if c.isdigit()))
    return district.informants[rnd.as_of.year] if code == "C22" else None


def fill(book: Workbook, plan: Plan, unit: Unit, rnd: Round, district: District) -> None:
    """Fill a unit's template with what the district did by the round's as-of date."""
    rng = np.random.default_rng([SEED, rnd.as_of.year, plan.units.index(unit) + 1])
    parts = {sheet.name: (book[sheet.name], sheet) for sheet in unit_sheets.sheets(plan, unit, rnd.id)}
    _cover(book[layout.COVER], unit, rnd, rng)
    events = [event for event in district.events[unit.name] if event.date <= rnd.as_of]
    writer = Writer(plan, unit, rnd, figures(district, rnd))
    claimed = _tasks(parts[layout.TASKS], writer, district, rng)
    counted = _numbers(parts[layout.NUMBERS], plan, rnd, district, events)
    _events(parts[layout.EVENTS], unit, events)
    _evidence(parts[layout.EVIDENCE], writer, [*counted, *claimed])
    _lists_of_participants(parts[layout.EVIDENCE], len(counted) + len(claimed), events)
    if layout.SCHOOLS in parts:
        _schools(parts[layout.SCHOOLS], plan, rnd, district)


def put(sheet: Sheet, row: int, key: str, value: object) -> None:
    """Write into a data row (counted from 0) of a sheet, by column key."""
    worksheet, described = sheet
    column = 1 + [c.key for c in described.columns].index(key)
    worksheet.cell(layout.FIRST_ROW + row, column).value = value


def _cover(worksheet: Worksheet, unit: Unit, rnd: Round, rng: np.random.Generator) -> None:
    late = LATE.get(rnd.id, {}).get(unit.name)
    received = (
        rnd.due + dt.timedelta(days=late) if late else rnd.due - dt.timedelta(days=int(rng.integers(0, 8)))
    )
    write_beside(worksheet, layout.DATE_FIELD, received)
    write_beside(worksheet, layout.PERSON_FIELD, "示例填报人")


def write_beside(worksheet: Worksheet, label: str, value: object) -> None:
    """Write into the cell to the right of the one that holds ``label``."""
    for row in worksheet.iter_rows():
        for cell in row:
            if cell.value == label:
                worksheet.cell(cell.row, cell.column + 1).value = value
                return
    raise KeyError(label)


def _numbers(
    sheet: Sheet, plan: Plan, rnd: Round, district: District, events: list[Event]
) -> list[tuple[str, str]]:
    """Fill 指标数据; returns (evidence number, indicator) pairs. A contributor with nothing to report says 无此项."""
    claimed: list[tuple[str, str]] = []
    levels = {"Q10": district.informants, "registered": district.registered, "spread": district.spread}
    for order, row in enumerate(sheet[1].rows):
        indicator = plan.indicator(str(row.labels["indicator"]))
        measure = measure_id(indicator, str(row.labels["measure"]))
        level = levels.get(indicator.id) or levels.get(measure)
        required, told = row.labels["duty"] == layout.REQUIRED, 0
        for period in begun(plan, "year", rnd.as_of):
            held = [
                e.participants for e in events if e.indicator == indicator.id and e.date.year == period.year
            ]
            if level is not None:
                value = level[period.year] if required else None
            elif indicator.of_which:
                value = district.rural_training[period.year] if required else None
            else:
                value = sum(held) if held or required else None
            if value is None and not required and indicator.kind.summed:
                value = NOTHING_HERE
            put(sheet, order, f"year:{period.label}", value)
            told += bool(held)
        if level is not None and required:
            put(sheet, order, BASELINE, level[plan.meta.first_year - 1])
        if required or told:
            put(sheet, order, "evidence", f"P{order + 1:02d}")
            claimed.append((f"P{order + 1:02d}", indicator.id))
    return claimed


def _tasks(
    sheet: Sheet, writer: Writer, district: District, rng: np.random.Generator
) -> list[tuple[str, str]]:
    """Fill 任务自查; returns (evidence number, commitment) pairs that the unit claims."""
    plan, rnd = writer.plan, writer.round
    claimed: list[tuple[str, str]] = []
    for order, row in enumerate(sheet[1].rows):
        commitment = plan.commitment(str(row.labels["commitment"]))
        leads = row.labels["role"] == "牵头"
        if not leads and rng.random() < 0.55:  # responsible units answer for what they took part in
            continue
        answers, done = _answers(plan, rnd, district, commitment)
        for key, value in answers.items():
            put(sheet, order, key, value)
        _self_report(sheet, order, writer, rng, done, answers)
        if (
            "evidence" in row.open
            and done > 0
            and commitment.id not in district.without_evidence.get(rnd.stage, ())
        ):
            number = f"P{20 + len(claimed):02d}"
            put(sheet, order, "evidence", number)
            claimed.append((number, commitment.id))
    return claimed


def _answers(
    plan: Plan, rnd: Round, district: District, commitment: Commitment
) -> tuple[dict[str, object], float]:
    """Answers to one commitment, and how far it was kept (0 … 1)."""
    over = [p for p in begun(plan, "year", rnd.as_of) if p.over(rnd.as_of)]
    rule = plan.commitment_types[commitment.type].rule
    if rule == "each_year":
        kept = {p.label: district.years_done[commitment.id][p.year] for p in over}
        return {f"year:{label}": "有" if ok else "无" for label, ok in kept.items()}, sum(
            kept.values()
        ) / len(kept)
    if rule == "in_operation":
        since = district.operating_since[commitment.id]
        running = since is not None and since <= rnd.as_of.year
        return {"operating": "已运行" if running else "未运行"}, float(running)
    if rule == "growing":
        sizes = district.team_sizes[commitment.id]
        before, now = sizes[plan.meta.first_year - 1], sizes[rnd.as_of.year]
        return {"baseline_size": before, "current_size": now}, float(now > before)
    return {}, 1.0


def _self_report(
    sheet: Sheet,
    order: int,
    writer: Writer,
    rng: np.random.Generator,
    done: float,
    answers: dict[str, object],
) -> None:
    """Words and self-rating of one row; self-ratings lean to the good side."""
    row = sheet[1].rows[order]
    commitment, role = writer.plan.commitment(str(row.labels["commitment"])), str(row.labels["role"])
    years = [int(key.removeprefix("year:")) for key, answer in answers.items() if answer == "有"]
    put(sheet, order, "progress", writer.progress(commitment, role, done, years))
    if "self_rating" not in row.open:
        return
    best = "完成" if writer.round.stage == "final" else "正在推进"
    rating = best if done == 1 else "正在推进" if done >= 0.5 else "滞后" if done > 0 else "未启动"
    if rng.random() < 0.15 and done > 0:  # boasting, yet not of what the same row says was never done
        rating = "完成"
    put(sheet, order, "self_rating", rating)
    if done < 1:
        put(sheet, order, "problem", writer.problem(commitment, role, int(rng.choice(OBSTACLES))))
        put(sheet, order, "next_step", writer.next_step(commitment, role, int(rng.choice(MEASURES))))
    elif role == "牵头" and _is_first(sheet, order) and (told := writer.short(commitment)):
        for key, text in zip(("problem", "next_step"), told, strict=True):
            put(sheet, order, key, text)


def _is_first(sheet: Sheet, order: int) -> bool:
    """Whether a row is the first of its task."""
    rows = sheet[1].rows
    return order == 0 or rows[order - 1].labels["task"] != rows[order].labels["task"]


def _events(sheet: Sheet, unit: Unit, events: list[Event]) -> None:
    for order, event in enumerate(events):
        row = {
            "number": f"EV{order + 1:03d}",
            "date": event.date,
            "title": event.title,
            "place": event.place,
            "participants": event.participants,
            "task": event.task,
            "indicator": event.indicator or None,
            "organiser": unit.name,
            "co_organisers": "、".join(event.co_organisers) or None,
            "evidence": _number_of_list(order),
        }
        for key, value in row.items():
            put(sheet, order, key, value)


def _evidence(sheet: Sheet, writer: Writer, claimed: list[tuple[str, str]]) -> None:
    for order, (number, claim) in enumerate(claimed):
        kind = layout.EVIDENCE_TYPES[order % len(layout.EVIDENCE_TYPES)]
        row = {"evidence": number, "type": kind, "commitments": claim}
        for key, value in (row | writer.evidence(number, order, kind, claim)).items():
            put(sheet, order, key, value)


def _number_of_list(order: int) -> str:
    """Number of the list of participants of a unit's activity, above all those of what it claims."""
    return f"P{201 + order}"


def _lists_of_participants(sheet: Sheet, first: int, events: list[Event]) -> None:
    """Every activity's list of participants, below the other evidence; it holds names, so it is not sent."""
    for order, event in enumerate(events):
        day = event.date
        row = {
            "evidence": _number_of_list(order),
            "title": f"{event.title}签到表（姓名隐去）（示例）",
            "type": "签到或名册",
            "reference": f"{day.year}年{day.month}月{day.day}日",
            "commitments": event.indicator or event.commitment,
            "note": "名册留存备查",
        }
        for key, value in row.items():
            put(sheet, first + order, key, value)


def _schools(sheet: Sheet, plan: Plan, rnd: Round, district: District) -> None:
    for order, school in enumerate(district.schools):
        put(sheet, order, "entity", school.name)
        put(sheet, order, "type", school.type)
        put(sheet, order, "rural", "是" if school.rural else "否")
        put(sheet, order, f"teachers:{STOCK}", school.teachers)
        for term in begun(plan, "semester", rnd.as_of):
            under_way = (
                1.0 if term.over(rnd.as_of) else 0.7
            )  # a term that is not over has had fewer lectures so far
            put(sheet, order, f"lectures:{term.label}", int(school.lectures[term.label] * under_way))
            put(sheet, order, f"study_trips:{term.label}", school.study_trips[term.label])
        for year in begun(plan, "school_year", rnd.as_of):
            put(sheet, order, f"enrolment:{year.label}", school.enrolment[year.label])
            if year.over(rnd.as_of):
                put(sheet, order, f"participants:{year.label}", school.participants[year.label])


def cell(sheet: str, first_column_value: str, title: str, value: object) -> Callable[[Workbook], None]:
    """Defect: overwrite one cell, found by its row's first column and its column's title."""

    def spoil(book: Workbook) -> None:
        worksheet = book[sheet]
        titles = [c.value for c in worksheet[layout.HEADER_ROW]]
        row = next(c.row for c in worksheet["A"][layout.FIRST_ROW - 1 :] if c.value == first_column_value)
        target = worksheet.cell(row, titles.index(title) + 1)
        target.value = value(target.value) if callable(value) else value

    return spoil


def cover(label: str, value: object) -> Callable[[Workbook], None]:
    """Defect: another value beside a label of the cover sheet."""
    return lambda book: write_beside(book[layout.COVER], label, value)


def total_row(book: Workbook) -> None:
    """Defect C16: a total under the list of activities."""
    worksheet = book[layout.EVENTS]
    titles = [c.value for c in worksheet[layout.HEADER_ROW]]
    last = max(c.row for c in worksheet["A"] if c.value)
    column = titles.index("参与人次") + 1
    total = sum(worksheet.cell(row, column).value or 0 for row in range(layout.FIRST_ROW, last + 1))
    worksheet.cell(last + 1, 1).value = "合计"
    worksheet.cell(last + 1, column).value = total


def full_width(value: object) -> str:
    """``342`` as ``３４２``."""
    return str(value).translate({ord("0") + n: chr(0xFF10 + n) for n in range(10)})


SCHOOL_YEAR = "2022—2023学年"
DEFECTS: dict[tuple[str, str], tuple[Callable[[Workbook], None], ...]] = {
    ("2023-midterm", "区教育局"): (
        cell(layout.NUMBERS, "Q06", "2023年", full_width),  # C23
        cell(layout.NUMBERS, "Q07", "2021年", lambda n: f"{n}人次"),  # C25
        cell(layout.SCHOOLS, "示例小学14", f"{SCHOOL_YEAR} 参与学生数", lambda n: n * 3),  # C35
        cell(layout.SCHOOLS, "示例初中07", "2023春 讲座次数", None),  # C30
        cell(layout.SCHOOLS, "示例高中02", "2022春 研学次数", "/"),  # C28
    ),
    ("2023-midterm", "区妇联"): (cell(layout.NUMBERS, "Q08", "2022年", lambda n: f"约{n}人次"),),  # C20
    ("2023-midterm", "区科协"): (cell(layout.NUMBERS, "Q10", "2022年", lambda n: f"{n:,}"),),  # C24
    ("2023-midterm", "区卫健委"): (cover(layout.UNIT_FIELD, "区卫健局"),),  # C47
    ("2023-midterm", "区总工会"): (cell(layout.EVENTS, "EV002", "日期", "2023.6.31"),),  # no such day
    ("2023-midterm", "区科技局"): (total_row,),  # C16
    ("2023-midterm", "区应急局"): (cell(layout.EVENTS, "EV001", "日期", dt.date(2024, 3, 8)),),  # C45
    ("2023-midterm", "区委宣传部"): (cell(layout.TASKS, 22, "佐证编号", "见附件"),),  # C57
    ("2023-midterm", "区委组织部"): (cell(layout.EVENTS, "EV001", "参与人次", "300余人"),),  # C21
    ("2023-midterm", "区农牧局"): (cell(layout.EVENTS, "EV003", "地点", "联系电话13800138000"),),  # C60
    ("2025-final", "区教育局"): (cell(layout.NUMBERS, "Q06", "2025年", lambda n: f"{n}人次"),),  # C25
    ("2025-final", "区科协"): (cell(layout.NUMBERS, "Q10", "2025年", "2.5万"),),  # C22, on the target itself
    ("2025-final", "区农牧局"): (cell(layout.NUMBERS, "Q08", "2024年", full_width),),  # C23
}

if __name__ == "__main__":
    main()
