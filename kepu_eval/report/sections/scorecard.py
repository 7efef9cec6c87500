"""The scorecard inside a report: only where a notebook's parameter names a scheme, never by default."""

from __future__ import annotations

import pandas as pd

from kepu_eval.evaluation.scheme import FULL, load_scheme
from kepu_eval.evaluation.scorecard import Scorecard, score
from kepu_eval.parameters.basis import existing
from kepu_eval.report.blocks import Blocks, Fact, table
from kepu_eval.report.case import Case
from kepu_eval.report.scorecard_book import INTERNAL, rank_span
from kepu_eval.report.wording import listed


def scorecard(case: Case) -> Blocks:
    """Units' points with bounds and rank intervals under the case's scheme file; nothing without one.

    Raises ``ParameterError`` when there is no such file, ``SchemeError`` when it cannot be used.
    """
    if not case.scorecard:
        return Blocks([])
    scheme = load_scheme(existing(case.scorecard, "scorecard"))
    card = score(case.plan, case.returns, case.evaluation, scheme)
    return Blocks([
        table("scorecard", f"{card.scheme.title}：各单位得分和名次区间（{INTERNAL}）",
              "单位<1.6 | 得分下限> | 得分上限> | 同类名次^ | 全部名次^ | 不涉及的部分<2.2",
              [_row(case, card, row) for row in card.units.to_dict("records")],
              note=f"名次为区间。不涉及的部分不计，其余折算成{FULL}分；参评部分不同的单位可比性有限，以同类（参评部分相同）名次为准。"),
    ])  # fmt: skip


def _row(case: Case, card: Scorecard, row: dict) -> list[Fact | str]:
    items = card.items[card.items["unit"].eq(row["unit"])]
    sources = case.facts.cells(dict.fromkeys(number for part in items["observations"] for number in part))
    of_unit = case.facts.units([row["unit"]])
    formula = f"各部分得分之和÷{row['full']:g}×{FULL}"
    points = [
        Fact(id=f"考核.{row['unit']}.{side}", value=None if pd.isna(row[side]) else float(row[side]), unit="分", digits=2,
             label=f"{row['name']}·得分{label}", sources=sources, parts=of_unit, formula=formula)
        for side, label in (("low", "下限"), ("high", "上限"))
    ]  # fmt: skip
    ranks = [
        Fact(id=f"考核.{row['unit']}.{among}ranks", value=rank_span(row, among), label=f"{row['name']}·{label}名次区间",
             formula="最有利名次—最不利名次", parts=of_unit)
        for among, label in (("peer_", "同类"), ("", "全部"))
    ]  # fmt: skip
    without = [part.name for part in card.scheme.parts if pd.isna(row[f"{part.id}_low"])]
    return [row["name"], *points, *ranks, listed(without) or "—"]
