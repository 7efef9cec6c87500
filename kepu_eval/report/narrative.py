"""What was done and learnt, as a report's words can name it: totals of activities, examples in the units' own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from kepu_eval.plan import LEAD
from kepu_eval.report.blocks import Fact, Table, table
from kepu_eval.report.fact import Source
from kepu_eval.report.ratings import task_id
from kepu_eval.report.selections import activity_totals
from kepu_eval.report.statements import (
    DONE,
    EXPERIENCE,
    FIELDS,
    PROBLEM,
    is_empty,
    ranked_statements,
    wanted_part,
)
from kepu_eval.report.words import WordsError
from kepu_eval.rows import Row

if TYPE_CHECKING:
    from kepu_eval.report.case import Case
    from kepu_eval.report.dispatch_case import DispatchCase

_KINDS, _PRACTICES, _CANDIDATES, _PROBLEMS = 2, 3, 15, 3
AS_SAID = "单位填报，只统一标点"
"""The formula of a Fact that is a unit's own words."""
BRIEF = 26
"""About how many characters of a cause or measure stand beside a figure."""


def achievements(case: Case) -> list[dict[str, Any]]:
    """One item a programme: 名称, 场次, 人次, 主要类别 and 例, its best example that contradicts no figure."""
    totals = activity_totals(case.returns, case.plan, case.as_of)
    of_task = {task.number: task.programme for task in case.plan.tasks}
    told = ranked_statements(case.returns, case.plan, DONE, as_of=case.as_of)
    told = told[~told["flagged"]].assign(
        programme=[of_task[task] for task in told.loc[~told["flagged"], "task"]]
    )
    items = []
    for programme in case.plan.programmes:
        examples = told[told["programme"].eq(programme.id)].head(1)
        items.append(
            {
                "名称": programme.name,
                **held(
                    case, totals[totals["programme"].eq(programme.id)], f"活动.{programme.id}", programme.name
                ),
                "例": [quoted(case, row, "做法") for row in examples.itertuples()],
            }
        )
    return items


def activities(case: Case) -> dict[str, Any]:
    """Sessions, participants and the main kinds of all activities."""
    return held(case, activity_totals(case.returns, case.plan, case.as_of), "活动.合计", "全部")


def held(case: Case, rows: pd.DataFrame, name: str, label: str) -> dict[str, Any]:
    """Totals of some rows of activities; 场次 and 人次 are empty where there are none."""
    events = case.returns.events
    cells = case.facts.sources.rows(
        events[events["event"].isin([n for part in rows["events"] for n in part])]
    )
    sessions, people = int(rows["sessions"].sum()), rows["participants"].sum(min_count=1)
    kinds = (
        rows.groupby("kind")["sessions"].sum().sort_values(ascending=False, kind="stable").head(_KINDS).index
    )
    counted: dict[str, Any] = {"formula": "活动台账去重后计数", "sources": cells}
    return {
        "场次": case.facts.count(f"{name}.场次", sessions, f"{label}·活动场次", "场", **counted) if sessions else "",
        "人次": "" if pd.isna(people) else case.facts.count(f"{name}.人次", int(people), f"{label}·参加人次", "人次", **counted),
        "主要类别": [kind for kind in kinds if kind != "其他"],
    }  # fmt: skip


def candidates(case: Case) -> dict[str, dict[str, Any]]:
    """Experience that units wrote of, the most telling first, by the number under which an evaluator chooses it."""
    told = ranked_statements(case.returns, case.plan, EXPERIENCE, as_of=case.as_of)
    told = told[~told["flagged"]].drop_duplicates("unit").head(_CANDIDATES)
    return {f"E{n}": quoted(case, row, "经验") for n, row in enumerate(told.itertuples(), 1)}


def chosen(case: Case) -> list[dict[str, Any]]:
    """The experience that the notebook's ``practices`` names, by default the first candidates.

    Raises :class:`~kepu_eval.report.words.WordsError` for a number that is no candidate's.
    """
    found = case.words["候选"]
    if unknown := [name for name in case.practices if name not in found]:
        raise WordsError(f"practices：没有候选“{unknown[0]}”", hint=f"可选：{'、'.join(found)}")
    return [found[name] for name in case.practices or list(found)[:_PRACTICES]]


def candidates_table(case: Case) -> Table:
    """All candidates for 经验做法 with their numbers and places, to choose from."""
    rows = [
        [name, item["单位"], item["任务"], item["原文"], item["出处"]]
        for name, item in case.words["候选"].items()
    ]
    return table("candidates", "经验做法候选（在参数 practices 中写编号）", "编号^0.5 | 单位<1 | 任务<1.6 | 单位自报<4 | 出处<1.4", rows)  # fmt: skip


def difficulties(case: Case) -> list[dict[str, Any]]:
    """Problems that units wrote of in so many words, one a unit."""
    told = ranked_statements(case.returns, case.plan, PROBLEM).drop_duplicates("unit").head(_PROBLEMS)
    return [quoted(case, row, "问题") for row in told.itertuples()]


def quoted(case: Case, row: Row, what: str) -> dict[str, Any]:
    """A statement as an item: 单位, 任务, 原文 (a Fact with its cell), 佐证 (how many pieces, empty without), 出处."""
    statements = case.returns.statuses
    said = statements[statements["unit"].eq(row.unit) & statements["commitment"].eq(row.commitment)]
    pieces = sum(len(listed) for listed in said["evidence"])
    place = Source(file=row.file, sheet=row.sheet, cell=row.cell)
    return {
        "单位": row.unit_name, "任务": case.plan.task(row.task).title,
        "原文": Fact(id=f"{what}.{row.commitment}.{row.unit}", value=in_print(row.text), label=f"{row.unit_name}自报·{what}",
                   formula=AS_SAID, sources=(case.facts.placed(place),)),
        "佐证": case.facts.count(f"{what}.{row.commitment}.{row.unit}.佐证", pieces, f"{row.unit_name}·所列佐证", "件",
                               sources=_cells(case, said, "evidence")) if pieces else "",
        "出处": f"{row.file} {row.sheet} {row.cell}",
    }  # fmt: skip


def reported(
    case: Case | DispatchCase, task: int, what: str, indicator: str = "", most: int = 0
) -> Fact | None:
    """What units say of a task (``CAUSE``, ``MEASURE``), the lead's own words first, as a Fact with its cell.

    ``most``: only the first clauses, of about so many characters.
    """
    column = FIELDS[what]
    rows = case.returns.statuses
    rows = rows[rows["task"].eq(task) & rows[column].fillna("").str.strip().ne("")]
    rows = rows.assign(said=[wanted_part(text, what) for text in rows[column]])
    rows = rows[rows["said"].ne("") & ~rows["said"].map(is_empty)]
    if indicator:
        of_indicator = {c.id for c in case.plan.task(task).commitments if c.indicator == indicator}
        own = rows[rows["commitment"].isin(of_indicator)]
        rows = own if len(own) else rows
    if rows.empty:
        return None
    leads = rows[rows["role"].eq(LEAD)]
    told = (leads if len(leads) else rows).head(1)
    text, name = in_print(str(told["said"].iloc[0])), f"{task_id(task)}.{indicator or '自报'}.{what}"
    return Fact(id=f"{name}.摘要" if most else name, value=brief(text, most) if most else text,
                label=f"{case.plan.task(task).title}·{what}（单位自报）", formula=AS_SAID,
                sources=_cells(case, told, column))  # fmt: skip


def _cells(case: Case | DispatchCase, statements: pd.DataFrame, column: str) -> tuple[Source, ...]:
    """The cells of one column in which these statements say anything."""
    return tuple(
        case.facts.placed(Source(file=row.file, sheet=row.sheet, cell=row.cells[column]))
        for row in statements.itertuples()
        if getattr(row, column)
    )


_FULL = dict(zip(",;:?!()", "，；：？！（）", strict=True)) | {"“": "‘", "”": "’"}
_HALF = re.compile(
    r"(?<=[\u4e00-\u9fff”’）])[,;:?!(]|[)](?=[\u4e00-\u9fff，。；]|$)|[,;:](?=[\u4e00-\u9fff“])|[“”]"
)


def in_print(text: str) -> str:
    """A unit's words as they are printed inside quotation marks: Chinese punctuation, inner quotation marks, no full stop."""
    return _HALF.sub(lambda found: _FULL[found[0]], text.strip()).rstrip("。；;. ")


def brief(text: str, most: int) -> str:
    """A text's first clauses, as many as fit into ``most`` characters, with 等 where something is left out."""
    if len(text) <= most:
        return text
    clauses = re.split(r"(?<=[，；])", text)
    kept = clauses[0]
    for clause in clauses[1:]:
        if len(kept) + len(clause) > most:
            break
        kept += clause
    return f"{kept.rstrip('，；')}等"
