"""A report of its own on two periods: every key's line over both plans, and what stands in one of them alone."""

from __future__ import annotations

from kepu_eval.number_text import number_text
from kepu_eval.report.across_plans import Standing, in_words, lines
from kepu_eval.report.blocks import Block, Cell, Cover, prose, table
from kepu_eval.report.figures.across_plans import across_plans


def periods_report(before: Standing, after: Standing) -> list[Block]:
    """Cover, the lines in words, as a figure and as a table; indicators that could not be joined."""
    found, alone = lines(before, after)
    notice = before.notice or after.notice
    drawn = [line for line in found if len(line.points)]
    blocks: list[Block] = [
        Cover(title=f"{after.identity['district']}跨规划期比对", notice=notice, contents=False),
        prose("前一期为{before}，后一期为{after}。指标按共用名对应；口径、单位或类型改变的，线在改变的年份断开。",
              before=str(before.identity["plan"]), after=str(after.identity["plan"])),
        *(prose("{name}：{told}。", role="item", name=line.name, told=in_words(line)) for line in found),
        *([across_plans(drawn, notice)] if drawn else []),
    ]  # fmt: skip
    rows = [
        [line.name, f"{p.year}年", f"{p.level}{p.what}", Cell(text=f"{number_text(round(p.value, 2))}{line.unit}", value=p.value),
         None if p.low != p.low or p.low == p.high else f"{number_text(round(p.low, 2))}至{number_text(round(p.high, 2))}{line.unit}",
         line.breaks.get(p.year), p.plan]
        for line in found for p in line.points.itertuples()
    ]  # fmt: skip
    if rows:
        blocks.append(
            table(
                "across-points",
                "逐年的数和目标",
                "指标<2.4 | 年份^0.9 | 类别^ | 数值>1.2 | 区间>1.6 | 口径改变<1.6 | 规划期^1.3",
                rows,
            )
        )
    if alone:
        blocks.append(
            table(
                "across-alone",
                "只在一期方案中的指标",
                "方案<2.4 | 指标<2 | 原因<1.6",
                [list(row) for row in alone],
            )
        )
    return blocks
