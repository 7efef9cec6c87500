"""What goes back to each unit: a letter that a person reads, and a workbook with one row a cell to mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

from kepu_eval.files import write_whole
from kepu_eval.plan import Plan, Round
from kepu_eval.report.archives import canonical_zip
from kepu_eval.report.blocks import SIMULATED, Cell, Column, Cover, Prose, prose, table
from kepu_eval.report.open_items import (
    QUESTION,
    REJECTED,
    OpenItem,
    grouped,
    open_items,
    without_personal_data,
)
from kepu_eval.report.sheets import SheetBook, row_height
from kepu_eval.report.word import Letter, letter_file
from kepu_eval.report.wording import chinese_date, listed
from kepu_eval.returns import Returns
from kepu_eval.returns.slips import HEADING, TITLES

_UNKNOWN = "未识别文件"
_LETTER_COLUMNS = (
    Column(title="序号", align="center", width=13),
    Column(title="位置（工作表、单元格）", width=37),
    Column(title="原填内容", width=28),
    Column(title="问题", width=40),
    Column(title="请这样处理", width=38),
)
_SHEET_COLUMNS = {
    "序号": 5, "类别": 8, "文件": 14, TITLES["sheet"]: 10, TITLES["cell"]: 8, TITLES["value"]: 16, "问题": 26,
    "请这样处理": 26, TITLES["proposed"]: 14, TITLES["note"]: 18, TITLES["handler"]: 9,
}  # fmt: skip


def write_slips(
    returns: Returns,
    plan: Plan,
    folder: str | Path,
    *,
    issued: dt.date | None = None,
    organisation: str = "",
    effects: Mapping[int, int] | None = None,
) -> list[Path]:
    """Write 退回单-<单位>.docx and .xlsx for every unit with something to mend or to confirm; returns the files.

    One letter a unit. ``effects``: how many ratings an answer could change, by number of the finding; what could change
    most stands first.
    Answered questions are left out. Findings about files of unknown origin go into one slip, 退回单-未识别文件.
    ``issued`` dates the letters; the round's due date is set as deadline only while it is not past by then.
    Raises ``PermissionError`` (in Chinese) when a slip is open in another program.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for unit in (*(unit.id for unit in plan.units), ""):
        slip = slip_of(returns, plan, unit, issued=issued, organisation=organisation, effects=effects)
        for name, content in slip.items():
            paths.append(folder / name)
            write_whole(paths[-1], content)
    return paths


def slip_of(
    returns: Returns,
    plan: Plan,
    unit: str,
    *,
    issued: dt.date | None = None,
    organisation: str = "",
    effects: Mapping[int, int] | None = None,
) -> dict[str, bytes]:
    """A unit's slip as files by name, letter and workbook (see :func:`write_slips`); none where nothing is open."""
    name = plan.unit(unit).name if unit else _UNKNOWN
    findings, rnd = returns.findings, plan.round(returns.round_id)
    items = open_items(findings[findings["unit"].eq(unit)], effects)
    if not items:
        return {}
    sent = returns.submissions.loc[returns.submissions["unit"].eq(unit), "file"]
    files = [without_personal_data(file) for file in sent if file]
    cover = Cover(
        title=f"关于补正{rnd.name}填报表的函",
        organisation=organisation,
        date=chinese_date(issued) if issued else "",
        notice=SIMULATED if returns.simulated else "",
    )
    return {
        f"退回单-{name}.docx": canonical_zip(letter_file(_letter(name, files, items, rnd, cover, issued))),
        f"退回单-{name}.xlsx": _workbook(name, items, rnd, cover),
    }


def _letter(
    name: str,
    files: Sequence[str],
    items: Sequence[OpenItem],
    rnd: Round,
    cover: Cover,
    issued: dt.date | None,
) -> Letter:
    numbers = count(1)
    with_file = len(files) > 1
    tables = []
    for kind in (REJECTED, QUESTION):
        rows = [
            (str(next(numbers)), where, _shown(item), item.problem, item.remedy)
            for where, item in grouped((i for i in items if i.kind == kind), with_file=with_file)
        ]
        if rows:
            title = f"{kind}的内容（{_how_many(items, kind)}处）"
            tables.append(table(kind, title, _LETTER_COLUMNS, [[Cell(text=t) for t in row] for row in rows]))
    return Letter(
        cover,
        to="各有关单位" if name == _UNKNOWN else name,
        body=[*_opening(name, files, items, rnd, issued), *tables, *_closing(name)],
    )


def _shown(item: OpenItem) -> str:
    if item.value:
        return item.value
    return "（空）" if item.place else "—"


def _how_many(items: Iterable[OpenItem], kind: str) -> int:
    return sum(item.kind == kind for item in items)


def _opening(
    name: str, files: Sequence[str], items: Sequence[OpenItem], rnd: Round, issued: dt.date | None
) -> Iterator[Prose]:
    received = listed(f"“{file}”" for file in files)
    counts = listed(
        f"{_how_many(items, kind)}处{kind}" for kind in (REJECTED, QUESTION) if _how_many(items, kind)
    )
    if name == _UNKNOWN:
        told = "收到填报文件{files}，但不能确定由哪个单位报送，内容尚未读取，共有{counts}。请对照下表认领本单位的文件。"
    else:
        told = "贵单位报送的{round}填报表{files}收悉，感谢对本项工作的支持。经核对，有{counts}，逐项列于下表，请予补正。"
    yield prose(told, files=received, counts=counts, round=rnd.name)
    if issued is None:
        deadline = "请收到本函后尽快补正，并重新报送。"
    elif issued <= rnd.due:
        deadline = f"请于{chinese_date(rnd.due)}（含当日）前补正，并重新报送。"
    else:
        deadline = f"本轮报送期限（{chinese_date(rnd.due)}）已过，请收到本函后尽快补正，并重新报送。"
    yield prose(deadline)


def _closing(name: str) -> Iterator[Prose]:
    yield prose(
        "更正、确认之前，须更正的内容和待确认的数字暂不计入评估，既不按零计算，也不视为完成；"
        "整行、整表或整份文件未能读取的，其中内容均未计入。其他已读取的内容照常使用。"
    )
    yield prose(
        "请重新报送整份填报表，除表中另有要求外，文件名不变。"
        "逐格清单见随函所附“{name}”，也可以只在其“更正后的值”栏逐格填写更正，连同清单报回；"
        "经核实无误、不需改动的，请在其“说明”栏写明依据，一并报送。",
        name=f"退回单-{name}.xlsx",
    )
    yield prose("特此函达。")


def _workbook(name: str, items: Sequence[OpenItem], rnd: Round, cover: Cover) -> bytes:
    book = SheetBook(cover.title, cover.organisation or "kepu_eval", cover.notice)
    sheet = book.sheet("补正清单", f"{rnd.name}{HEADING}：{name}", list(_SHEET_COLUMNS))
    cells = [cell for item in items for cell in item.fields]
    for number, item in enumerate(cells, 1):
        told = (number, item.kind, item.file, item.sheet, item.place, item.value, item.problem, item.remedy)
        sheet.add(
            (*told, *[None] * (len(_SHEET_COLUMNS) - len(told))), row_height(told, _SHEET_COLUMNS.values())
        )
    sheet.finish(list(_SHEET_COLUMNS.values()))
    return book.content()
