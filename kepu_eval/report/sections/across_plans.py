"""Two periods joined: every key's line over both plans, and what stands in one of them alone; alone or in the later one's report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kepu_eval.number_text import number_text
from kepu_eval.report.across_plans import Line, Standing, in_words, lines
from kepu_eval.report.blocks import Block, Blocks, Cell, Cover, Fact, Table, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.earlier_period import earlier_lines, point
from kepu_eval.report.figures.across_plans import across_plans as charts
from kepu_eval.rows import Row


def across_plans(case: Case) -> Blocks:
    """The lines over the plan before and this one, drawn, and point by point in the workbook; nothing without a package of the plan before."""
    if case.earlier is None:
        return Blocks([])
    found, alone = earlier_lines(case)
    told = [*_points(found, lambda line, row: point(case, line, row), annex=True), *_alone(alone)]
    return Blocks([*charts(found, case.notice), *told])


def periods_report(before: Standing, after: Standing) -> list[Block]:
    """Cover, the lines in words, as figures and as a table; indicators that could not be joined."""
    found, alone = lines(before, after)
    notice = before.notice or after.notice
    return [
        Cover(title=f"{after.identity['district']}跨规划期比对", notice=notice, contents=False),
        prose("前一期为{before}，后一期为{after}。指标按共用指标名对应；口径、单位或类型改变的，线在改变的年份断开。",
              before=str(before.identity["plan"]), after=str(after.identity["plan"])),
        *(prose("{name}：{told}。", role="item", name=line.name, told=in_words(line)) for line in found),
        *charts(found, notice),
        *_points(found, lambda line, row: Cell(text=f"{number_text(round(row.value, 2))}{line.unit}", value=row.value)),
        *_alone(alone),
    ]  # fmt: skip


def _points(
    found: Sequence[Line], shown: Callable[[Line, Row], Fact | Cell], *, annex: bool = False
) -> list[Table]:
    """Every figure and target by key and year, those first that have a year."""
    rows = [
        [line.name, f"{p.year}年", f"{p.level}{p.what}", shown(line, p),
         None if p.low != p.low or p.low == p.high else f"{number_text(round(p.low, 2))}至{number_text(round(p.high, 2))}{line.unit}",
         line.breaks.get(p.year), p.plan]
        for line in found for p in line.points.itertuples()
    ]  # fmt: skip
    columns = "指标<2.4 | 年份^0.9 | 类别^ | 数值>1.2 | 区间>1.6 | 口径改变<1.6 | 规划期^1.3"
    return [table("across-points", "跨规划期逐年的数和目标", columns, rows, annex=annex)] if rows else []


def _alone(alone: Sequence[tuple[str, str, str]]) -> list[Table]:
    columns = "方案<2.4 | 指标<2 | 原因<1.6"
    return (
        [table("across-alone", "只在一期方案中的指标", columns, [list(row) for row in alone])]
        if alone
        else []
    )
