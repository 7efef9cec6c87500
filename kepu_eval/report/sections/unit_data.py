"""A unit's own report: the figures it sent, and what is open with it."""

from __future__ import annotations

from kepu_eval.plan import BASELINE, Indicator
from kepu_eval.report.blocks import Blocks, Column, Fact, table
from kepu_eval.report.sections.unit_work import short
from kepu_eval.report.unit_case import OPEN_SHOWN, UnitCase
from kepu_eval.report.wording import rating_cell
from kepu_eval.rows import Row

STATES = {"question": "待核", "rejected": "退回", "missing": "未报"}


def unit_figures(own: UnitCase) -> Blocks:
    """Every figure the unit had to send or sent, by year, each traced to its cell; schools are in the workbook."""
    rows, plan = own.figures, own.case.plan
    if rows.empty:
        return Blocks([])
    years = sorted(period for period in set(rows["period"]) if period != BASELINE)
    base = [BASELINE] if rows["period"].eq(BASELINE).any() else []
    ratings = own.case.evaluation.indicators.set_index("indicator")["rating"]
    body = []
    for (indicator, measure), part in rows.groupby(["indicator", "measure"], sort=False):
        item = plan.indicator(indicator)
        cells = {row.period: row for row in part.itertuples()}
        names = {m.id: m.name for m in item.measures}
        figures = [_figure(own, item, cells.get(period)) for period in (*base, *years)]
        body.append([names.get(measure, item.short_name), *figures, rating_cell(ratings[indicator])])
    columns = [
        Column(title="指标数据", width=1.9),
        *(Column(title=f"{plan.meta.first_year - 1}年末", align="right") for _ in base),
        *(Column(title=f"{period}年", align="right") for period in years),
        Column(title=f"{plan.meta.whole}评级", align="center", width=1.4),
    ]
    note = "只列必报和已填的数据；待核、退回的在答复前不计入。"
    return Blocks([table("unit-figures", "本单位上报的指标数据", columns, body, note=note)])


def _figure(own: UnitCase, indicator: Indicator, row: Row | None) -> Fact | None:
    """A cell's figure; one that does not count says why."""
    if row is None:
        return None
    measure = "" if row.measure == "value" else f".{row.measure}"
    fact = own.case.facts.observation(
        row.obs,
        f"{indicator.id}{measure}.{row.period}.本单位",
        f"{indicator.name}·{row.period}（本单位上报）",
    )
    return fact.model_copy(update={"missing": STATES.get(row.state, "数据不足")})


def unit_questions(own: UnitCase) -> Blocks:
    """What is open with the unit, with cell and remedy; the same groups as in its slip."""
    rows = short(open_rows(own)[:OPEN_SHOWN])
    return Blocks([table("unit-open", "须更正和请确认的内容", OPEN_COLUMNS, rows)] if rows else [])


OPEN_COLUMNS = "处理^0.9 | 工作表、单元格<1.7 | 原值<1.2 | 问题<2.2 | 请这样处理<2.6"


def open_rows(own: UnitCase) -> list[list]:
    """Rows of the table of open items: kind, place, value as found, problem, remedy."""
    return [
        [item.kind, where, item.value or None, item.problem, item.remedy] for where, item in own.open_rows
    ]
