"""The scorecard as a workbook for the office itself: points, bounds and ranks, and the cells behind every point."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd

from kepu_eval.evaluation.scheme import FULL
from kepu_eval.evaluation.scorecard import Scorecard
from kepu_eval.plan import Plan, Round
from kepu_eval.report.cell_ranges import ranges
from kepu_eval.report.sheets import PLAIN, SheetBook, row_height
from kepu_eval.returns import Returns

INTERNAL = "内部使用"
_DIGITS = 2
_DETAIL_WIDTHS = (18, 10, 8, 28, 13, 13, 48, 64)
_CENTRED, _POINTS = PLAIN._replace(align="center"), PLAIN._replace(num_format="0.00")


def scorecard_book(card: Scorecard, plan: Plan, rnd: Round, returns: Returns, notice: str = "") -> bytes:
    """The workbook's bytes: 评分表, 计分明细, 计分办法. The columns for the self score and its review stay empty."""
    title = f"{rnd.name}·{card.scheme.title}"
    book = SheetBook(title, "kepu-eval", "　".join(filter(None, (INTERNAL, notice))))
    _scores(book, card, title)
    _details(book, card, plan, returns)
    _method(book, card)
    return book.content()


def _scores(book: SheetBook, card: Scorecard, title: str) -> None:
    parts = card.scheme.parts
    sheet = book.sheet("评分表", title, [
        "单位", *(f"{part.name}（{part.points:g}分）" for part in parts), "参评分值", "复核分下限", "复核分上限",
        "同类名次区间", "全部名次区间", "自评分", "复核说明",
    ])  # fmt: skip
    for row in card.units.to_dict("records"):
        points = [span(row[f"{part.id}_low"], row[f"{part.id}_high"]) for part in parts]
        ranks = [rank_span(row, among) for among in ("peer_", "")]
        values = [row["name"], *points, row["full"], *(_rounded(row[s]) for s in ("low", "high")), *ranks, None, None]  # fmt: skip
        looks = [PLAIN, *[_CENTRED] * (len(parts) + 1), _POINTS, _POINTS, _CENTRED, _CENTRED, PLAIN, PLAIN]
        sheet.row += 1
        for column, (value, look) in enumerate(zip(values, looks, strict=True)):
            sheet.put(column, value, look)
    sheet.note(
        f"名次只给区间：由缺失数据的最不利、最有利取值得出。“不涉及”的部分不计，其余折算成{FULL}分；参评部分不同的单位可比性有限，"
        f"以同类名次（参评部分相同）为准。自评分与复核分相差超过{card.scheme.explain_above:g}分的，须在“复核说明”写明理由。"
    )
    sheet.finish([18, *(13 for _ in parts), 9, 11, 11, 13, 13, 9, 24])


def _details(book: SheetBook, card: Scorecard, plan: Plan, returns: Returns) -> None:
    names = {part.id: part.name for part in card.scheme.parts}
    sheet = book.sheet(
        "计分明细",
        "每一项得分的来历",
        ["单位", "部分", "事项", "名称", "得分比例下限", "得分比例上限", "依据", "来源单元格"],
    )
    places = _places(returns)
    for row in card.items.itertuples():
        told = [plan.unit(row.unit).name, names[row.part], row.item, row.name, round(row.low, 4), round(row.high, 4),
                row.basis, _sources(places, row.observations, row.statuses)]  # fmt: skip
        sheet.add(told, row_height(told, _DETAIL_WIDTHS))
    sheet.note("部分得分＝该部分分值×各项得分比例的平均。")
    sheet.finish([*_DETAIL_WIDTHS[:-1], 72])  # wider than the heights reckon with: long addresses break early


def _method(book: SheetBook, card: Scorecard) -> None:
    sheet = book.sheet("计分办法", "计分办法", ["项目", "规定"])
    told = {"indicators": "牵头任务的量化指标：达成率（累计类、存量类对照基准日应达），每项封顶100%，各项平均",
            "tasks": "牵头任务：按评级折算，各项平均",
            "mechanisms": "各单位自己应建立的机制：有为满分，无不得分，没有记录按0至满分；一个单位都没有记录的不计",
            "evidence": "有可用佐证的陈述占全部陈述的比例", "timeliness": f"按时计满分，迟报计{card.scheme.late_share:g}"}  # fmt: skip
    for part in card.scheme.parts:
        sheet.add([f"{part.name}（{part.points:g}分）", told[part.id]])
    for rating, share in card.scheme.rating_shares.items():
        sheet.add([f"任务评级“{rating}”", f"得分比例{share:g}"])
    sheet.add(["缺失数据", "不作零分：按最不利、最有利两种取值分别计分，得出上下限和名次区间"])
    sheet.add(["不计的事项", "已批准例外、不定级和未到期的指标与任务"])
    sheet.add(["说明", "方案没有规定评分，本办法由使用单位确定；结果只供内部排序，不进入对外报告"])
    sheet.finish([28, 80])


def span(low: float, high: float) -> str:
    """Points from worst to best case; 不涉及 where a part does not concern the unit."""
    if pd.isna(low):
        return "不涉及"
    one, other = (f"{_rounded(value):.{_DIGITS}f}" for value in (low, high))
    return one if one == other else f"{one}—{other}"


def rank_span(row: dict, among: str = "") -> str:
    """Best and worst rank of a row of ``Scorecard.units``, among all or (``peer_``) among its peers."""
    best, worst = row[f"{among}best"], row[f"{among}worst"]
    if pd.isna(best):
        return "不排名"
    return f"{best}" if best == worst else f"{best}—{worst}"


def _rounded(value: float) -> float | None:
    return None if pd.isna(value) else round(value, _DIGITS)


def _places(returns: Returns) -> dict[tuple[str, int], tuple[str, str, str]]:
    cells = {
        ("observation", row.obs): (row.file, row.sheet, row.cell) for row in returns.observations.itertuples()
    }
    rows = {
        ("status", row.status): (row.file, row.sheet, f"第{row.row}行")
        for row in returns.statuses.itertuples()
    }
    return cells | rows


def _sources(places: dict, observations: Iterable[int], statuses: Iterable[int]) -> str:
    """``区科协.xlsx［指标数据］D6:F6；…``."""
    by_sheet = defaultdict(list)
    for kind, numbers in (("observation", observations), ("status", statuses)):
        for number in numbers:
            file, sheet, cell = places[kind, number]
            by_sheet[file, sheet].append(cell)
    return "；".join(f"{file}［{sheet}］{ranges(cells)}" for (file, sheet), cells in by_sheet.items())
