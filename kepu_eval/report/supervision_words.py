"""What the technical volume's words may name of supervision: the mid-term's items, the ledger of rectification, spot checks, evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from kepu_eval.evaluation import Rating
from kepu_eval.report.blocks import Fact
from kepu_eval.report.fact import Source
from kepu_eval.report.ratings import task_id
from kepu_eval.returns.attachments import NOT_PRESENT
from kepu_eval.supervision import Item
from kepu_eval.supervision.evidence import NOT_LISTED, PRESENT, evidence_catalogue
from kepu_eval.supervision.rectification import State
from kepu_eval.supervision.verification import PARTLY as PARTLY_UPHELD
from kepu_eval.supervision.verification import REFUTED, UNVERIFIABLE, UPHELD, upheld

if TYPE_CHECKING:
    from kepu_eval.report.case import Case

_CLOSING = (Rating.DONE, Rating.NEARLY_DONE)


def counted(
    case: Case, name: str, value: int, label: str, sources: tuple[Source, ...] = (), unit: str = "项"
) -> Fact:
    """A count with the cells behind it; with none, it is the plan's file that lays down what is counted."""
    return case.facts.count(name, value, label, unit, sources=sources or case.facts.planned(label))


def by_state(case: Case, name: str, rows: pd.DataFrame, states: Sequence[str], **known: Any) -> list[dict]:
    """How many stand in each of the states that there are."""
    counts = rows["state"].value_counts()
    return [{"状态": str(state), "项数": counted(case, f"{name}.{state}", int(counts[state]), f"{state}的{name}", **known)}
            for state in states if state in counts]  # fmt: skip


def settled(midterm: Case | None, final: Case) -> list[tuple[Item, str, str]]:
    """The mid-term's items to put right, how what they are about is rated in the final, and whether that closes them.

    Empty without a mid-term, and where the ledger itself follows its items.
    """
    if midterm is None or final.rectification["carried"].any():
        return []
    indicators = final.evaluation.indicators.set_index("indicator")["rating"]
    tasks = final.evaluation.tasks.set_index("number")["rating"]
    rated = [(i, indicators[i.indicator] if i.indicator else tasks[i.task]) for i in midterm.to_rectify]
    return [
        (item, now, "已达到销号条件，待复核人签注" if now in _CLOSING else "未达到销号条件")
        for item, now in rated
    ]


def midterm_words(case: Case) -> dict[str, Any]:
    """Of a final: the mid-term's items and how many may be closed, where the ledger does not follow them."""
    items, facts = settled(case.midterm, case), case.facts
    if case.midterm is None or not items:
        return {"有": False}
    before = case.midterm.facts.named(*dict.fromkeys(task_id(item.task) for item, _, _ in items))
    done = sum(now in _CLOSING for _, now, _ in items)
    return {
        "有": True,
        "合计": facts.count("整改.中期", len(items), "中期列入整改的事项", parts=before),
        "达到条件": facts.count("整改.达到条件", done, "达到销号条件的事项", parts=before),
    }


def ledger_words(case: Case) -> dict[str, Any]:
    """Items of the ledger by state; only ``有`` where there are none."""
    items = case.rectification
    if items.empty:
        return {"有": False}
    kept: dict[str, Any] = {"sources": case.files_of("督查台账", "台账", what="整改事项")}
    overdue = items[~items["settled"] & items["due"].ne("") & items["due"].lt(case.as_of.isoformat())]
    return {
        "有": True,
        "合计": counted(case, "整改台账.合计", len(items), "整改事项", **kept),
        "转来": counted(case, "整改台账.带来", int(items["carried"].sum()), "以前轮次转来的整改事项", **kept),
        "逾期": counted(case, "整改台账.逾期", len(overdue), "逾期未销号的整改事项", **kept),
        "状态": by_state(case, "整改台账", items, list(State), **kept),
    }


def spot_check_words(case: Case) -> dict[str, Any]:
    """What was drawn, checked and found."""
    rows = case.spot_checks
    kept: dict[str, Any] = {"sources": case.files_of("督查台账", "台账", what="抽查记录")}
    words: dict[str, Any] = {"样本": counted(case, "抽查.样本", len(rows), "抽查事项", **kept)}
    if rows.empty:
        return words | {"总体": "", "属实率下界": "", "属实率上界": ""}
    whole, counts = upheld(rows, case.plan.rating.confidence).iloc[-1], rows["result"].value_counts()
    words["总体"] = counted(case, "抽查.总体", int(whole["claims"]), "可供抽查的填报事项", **kept)
    for result in (UPHELD, PARTLY_UPHELD, REFUTED, UNVERIFIABLE, ""):
        name = result or "未核查"
        words[name] = counted(
            case, f"抽查.{name}", int(counts.get(result, 0)), f"抽查{result or '尚未核查'}", **kept
        )
    for name, key, label in (
        ("属实率下界", "low", "属实率，未定按不属实"),
        ("属实率上界", "high", "属实率，未定按属实"),
    ):
        value = None if pd.isna(whole[key]) else float(whole[key]) * 100
        words[name] = Fact(id=f"抽查.属实率.全部.{key}", value=value, unit="%", digits=1, label=f"{label}（全部）",
                           formula="按抽样概率加权估计，有限总体区间", missing="—", **kept)  # fmt: skip
    return words


def evidence_words(case: Case) -> dict[str, Any]:
    """How much evidence is listed, and how much of it is there."""
    rows = evidence_catalogue(case.returns)
    listed = rows[rows["file_state"].ne(NOT_LISTED)]
    kinds = {
        "合计": (listed, "佐证目录所列佐证"),
        "支撑多项": (listed[listed["claims"].map(len).gt(1)], "支撑两项以上承诺或活动的佐证"),
        "同名同号": (listed[listed["same_reference_as"].map(len).gt(0)], "名称和文号相同的佐证"),
        "未列入目录": (rows[rows["file_state"].eq(NOT_LISTED)], "引用了而目录中没有的佐证"),
        "附件可用": (listed[listed["file_state"].eq(PRESENT)], "附件可用的佐证"),
        "附件不可用": (rows[rows["file_state"].isin(NOT_PRESENT)], "附件缺失或打不开的佐证"),
        "同一文件": (listed[listed["same_file_as"].map(len).gt(0)], "附件内容相同的佐证"),
    }
    return {name: _pieces(case, f"佐证.{name}", *found) for name, found in kinds.items()} | {
        "有附件": bool(listed["file_state"].isin([PRESENT, *NOT_PRESENT]).any()),
        "需核对": any(len(found) for name, (found, _) in kinds.items() if name not in ("合计", "附件可用")),
    }


def _pieces(case: Case, name: str, rows: pd.DataFrame, label: str) -> Fact:
    """How many pieces of evidence: from their lines in the catalogues, else from all that was sent."""
    cells = case.facts.sources.rows(rows[rows["file"].ne("")])
    parts = () if cells else case.facts.submissions(rows["unit"])
    return case.facts.count(name, len(rows), label, "件", parts=parts, sources=cells)
