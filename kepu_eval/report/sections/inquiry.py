"""A special investigation (专题调研) in a report: the answers with n and intervals."""

from __future__ import annotations

import pandas as pd

from kepu_eval.report.blocks import Blocks, Cell, Fact, Table, table
from kepu_eval.report.case import Case
from kepu_eval.report.fact import Source
from kepu_eval.rows import Row
from kepu_eval.supervision.inquiry import SHARES, Answers, summarise


def inquiries(case: Case) -> Blocks:
    """A table of answers for every special investigation given with the case."""
    confidence, sources = case.plan.rating.confidence, case.files_of("专题调研")
    return Blocks(inquiry(answers, confidence, sources) for answers in case.inquiries)


def inquiry(answers: Answers, confidence: float = 0.95, sources: tuple[Source, ...] = ()) -> Table:
    """Every question and answer: how many, estimate and interval; from these files."""
    asked, rows = answers.questionnaire, summarise(answers, confidence)
    head = f"专题调研.{asked.title}"
    return table(
        f"inquiry-{asked.title}",
        asked.title,
        "题目<2.6 | 答案<2 | 应答>0.7 | 缺失>0.7 | 人（家）数>0.9 | 估计> | 区间下限> | 区间上限>",
        [_row(head, f"{number}", row, sources) for number, row in enumerate(rows.itertuples(), 1)],
        note=f"占比以回答该题者为分母；区间置信水平{confidence:.0%}（占比为Wilson区间，均值为t区间，已作有限总体校正）。缺失不作零处理。",
    )  # fmt: skip


def _row(head: str, number: str, row: Row, sources: tuple[Source, ...]) -> list:
    share = row.kind in SHARES

    def figure(name: str) -> Fact | None:
        value = getattr(row, name)
        if pd.isna(value):
            return None
        return Fact(id=f"{head}.{row.question}.{number}.{name}", value=float(value) * (100 if share else 1), digits=1,
                    unit="%" if share else "", label=f"{row.text}·{row.answer}", formula="占比" if share else "均值", sources=sources)  # fmt: skip

    count = Cell(text="—") if pd.isna(row.times) else Cell(text=f"{int(row.times)}", value=int(row.times))
    return [
        row.text,
        row.answer or None,
        row.n,
        row.missing,
        count,
        *(figure(k) for k in ("estimate", "ci_low", "ci_high")),
    ]
