"""A special investigation (专题调研) in a report: what was asked of whom, and the answers with n and intervals."""

from __future__ import annotations

import pandas as pd

from kepu_eval.report.blocks import Blocks, Cell, Fact, Source, prose, table
from kepu_eval.report.case import Case
from kepu_eval.supervision.inquiry import SHARES, Answers, summarise

_WHO = {"units": "单位", "residents": "居民"}


def inquiries(case: Case) -> Blocks:
    """Every special investigation given with the case."""
    if not case.inquiries:
        return Blocks([prose("本轮没有专题调研。")])
    confidence = case.plan.rating.confidence
    return Blocks(
        block
        for answers in case.inquiries
        for block in inquiry(answers, confidence, case.files_of("专题调研"))
    )


def inquiry(answers: Answers, confidence: float = 0.95, sources: tuple[Source, ...] = ()) -> Blocks:
    """How many answered, what their number means for the sampling error, and the table of answers; from these files."""
    asked, rows = answers.questionnaire, summarise(answers, confidence)
    n, whole = len(answers.rows), answers.population
    head = f"专题调研.{asked.title}"
    words = {"n": Fact(id=f"{head}.n", value=n, unit="份", label="回收问卷", formula="计数", sources=sources)}
    told = f"“{asked.title}”{'（示例数据）' * asked.simulated}以{_WHO[asked.population]}为对象，"
    if whole is not None:
        told += "应调研{whole}，"
        words["whole"] = Fact(
            id=f"{head}.whole", value=whole, unit="个", label="调研对象数", formula="名册", sources=sources
        )
    told += "回收{n}。"
    if whole is not None and n == whole:
        told += "全部作答，没有抽样误差，不列区间。"
    elif asked.population == "units":
        told += "未答的单位不是随机缺失的，只有未答与已答单位没有系统差异时，区间才成立。"
    else:
        told += "区间按简单随机样本计算；方便取样的问卷不能推断全体居民。"
    listing = table(
        f"inquiry-{asked.title}",
        asked.title,
        "题目<2.6 | 答案<2 | 应答>0.7 | 缺失>0.7 | 人（家）数>0.9 | 估计> | 区间下限> | 区间上限>",
        [_row(head, f"{number}", row, sources) for number, row in enumerate(rows.itertuples(), 1)],
        note=f"占比以回答该题者为分母；区间置信水平{confidence:.0%}（占比为Wilson区间，均值为t区间，已作有限总体校正）。缺失不作零处理。",
    )  # fmt: skip
    return Blocks([prose(told, **words), listing])


def _row(head: str, number: str, row: tuple, sources: tuple[Source, ...]) -> list:
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
