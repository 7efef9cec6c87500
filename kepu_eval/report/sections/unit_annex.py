"""A unit's own report: the lists that stand whole in its workbook, however short its pages are."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kepu_eval.number_text import number_text
from kepu_eval.report.blocks import Block, Blocks, table
from kepu_eval.report.sections.unit_data import OPEN_COLUMNS, STATES, open_rows
from kepu_eval.report.sections.unit_work import NEXT_COLUMNS, problems_told
from kepu_eval.report.unit_case import UnitCase
from kepu_eval.report.wording import listed, rating_cell


def unit_annex(own: UnitCase) -> Blocks:
    """Commitments, figures, evidence, open items and next steps, row by row (workbook only)."""
    return Blocks([_commitments(own), *_sent(own)])


def _commitments(own: UnitCase) -> Block:
    mine = own.answered.set_index("commitment")
    judged = own.case.evaluation.commitments
    rows = []
    for row in judged[judged["task"].isin(list(own.tasks))].itertuples():
        told = mine.loc[row.commitment] if row.commitment in mine.index else None
        said: list[str | None] = [None] * 6
        if told is not None:
            said = [told[key] or None for key in ("self_rating", "progress", "problem", "next_step")]
            said += [listed(told["evidence"]) or None, f"{told['sheet']}第{told['row']}行"]
        rows.append(
            [row.commitment, row.text, own.tasks[row.task], rating_cell(row.rating), row.reason, *said]
        )
    return table(
        "unit-commitments",
        "本单位承诺逐项对照",
        ["承诺号", "承诺", "身份", "评定", "评定依据", "自评", "进展", "问题", "下一步", "佐证", "位置"],
        rows,
        annex=True,
    )


def _sent(own: UnitCase) -> Iterator[Block]:
    figures = own.own("observations")
    if len(figures):
        words = {"accepted": "采用", "note": "规范后采用", **STATES}
        yield table(
            "unit-observations",
            "本单位上报数据明细",
            ["学校", "指标", "项目", "期间", "数值", "处理", "原值", "工作表", "单元格"],
            [
                [r.entity or None, r.indicator, r.measure, r.period, None if pd.isna(r.value) else number_text(r.value),
                 words[r.state], r.raw or None, r.sheet, r.cell]
                for r in figures.itertuples()
            ],
            annex=True,
        )  # fmt: skip
    claims, known = own.claims, set(own.own("evidence")["evidence"])
    if claims or known:
        yield table(
            "unit-evidence",
            "佐证使用情况",
            ["佐证编号", "是否列入目录", "用于"],
            [
                [number, "是" if number in known else "否", listed(claims.get(number, ())) or None]
                for number in sorted({*claims, *known})
            ],
            annex=True,
        )
    if rows := open_rows(own):
        yield table("unit-open-all", "须更正和请确认的全部内容", OPEN_COLUMNS, rows, annex=True)
    if problems := problems_told(own):
        yield table("unit-next-all", "存在问题和下一步措施全表", NEXT_COLUMNS, problems, annex=True)
