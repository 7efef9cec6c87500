"""The letter to units whose return is not there, cannot be read, or came late."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from kepu_eval.files import write_whole
from kepu_eval.plan import Plan
from kepu_eval.report.archives import canonical_zip
from kepu_eval.report.blocks import SIMULATED, Cell, Column, Cover, Prose, Table, prose, table
from kepu_eval.report.open_items import without_personal_data
from kepu_eval.report.word import Letter, letter_file
from kepu_eval.report.wording import chinese_date, listed
from kepu_eval.rows import Row

_MISSING, _LATE = ("未报送", "无法读取"), ("迟报",)
_COLUMNS = (
    Column(title="序号", align="center", width=13),
    Column(title="单位", width=36),
    Column(title="情况", width=42),
    Column(title="牵头任务（任务号、名称）", width=65),
)


def write_reminder(
    roster: pd.DataFrame,
    plan: Plan,
    round_id: str,
    path: str | Path,
    *,
    organisation: str = "",
    simulated: bool = False,
) -> None:
    """Write 催报单.docx: units that have not reported readably, then late ones, each with the tasks it leads.

    ``roster`` as :func:`kepu_eval.returns.roster` gives it. When every unit has reported in time the letter says
    so. Raises ``PermissionError`` (in Chinese) when the file is open in another program.
    """
    rnd = plan.round(round_id)
    missing, late = (roster[roster["status"].isin(wanted)] for wanted in (_MISSING, _LATE))
    cover = Cover(
        title=f"关于催报{rnd.name}填报表的函",
        organisation=organisation,
        notice=SIMULATED if simulated else "",
    )
    due = chinese_date(rnd.due)
    letter = Letter(cover, to="各有关单位", body=list(_body(plan, rnd.name, due, missing, late)))
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, canonical_zip(letter_file(letter)))


def _body(
    plan: Plan, round_name: str, due: str, missing: pd.DataFrame, late: pd.DataFrame
) -> Iterator[Prose | Table]:
    yield prose("{name}填报表的报送期限为{due}。感谢各单位对本项工作的支持。", name=round_name, due=due)
    if missing.empty and late.empty:
        yield prose("各单位均已按时报送，无需催报。")
    if not missing.empty:
        leads = sum(len(tasks) for tasks in missing["leads"])
        blocked = f"；其牵头的{leads}项任务因此暂缺牵头单位的自查材料，不能完整评估" if leads else ""
        yield prose(
            "截至目前，尚有{units}个单位未报送或报送的文件无法读取{blocked}。请下列单位尽快报送；"
            "如有困难，请及时告知，我们将协助办理。",
            units=str(len(missing)),
            blocked=blocked,
        )
        yield _table("missing", f"未报送或无法读取的单位（{len(missing)}个）", plan, missing)
    if not late.empty:
        yield prose(
            "下列{units}个单位的填报表在期限之后收到，已纳入评估，无需再报；今后请按期报送。",
            units=str(len(late)),
        )
        yield _table("late", f"迟报的单位（{len(late)}个）", plan, late)
    yield prose("特此函达。")


def _table(name: str, title: str, plan: Plan, units: pd.DataFrame) -> Table:
    rows = [
        [Cell(text=text) for text in (str(number), row.unit_name, _situation(row), _led(plan, row))]
        for number, row in enumerate(units.itertuples(), 1)
    ]
    return table(name, title, _COLUMNS, rows)


def _situation(row: Row) -> str:
    if row.status in _LATE:
        return f"{row.status}（{row.received}）"
    files = listed(without_personal_data(file) for file in row.files)
    if row.status == "未报送" and files:
        return f"{row.status}（收到的{files}不是本轮填报表）"
    return f"{row.status}：{files}" if files else row.status


def _led(plan: Plan, row: Row) -> str:
    if row.leads:
        return "\n".join(f"{number}. {plan.task(number).title}" for number in row.leads)
    return f"（无牵头任务，责任任务{len(plan.duties(row.unit))}项）"
