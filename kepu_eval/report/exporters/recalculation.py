"""Sheets that recompute every indicator from its cells: 计算数据 → 分期计算 → 指标计算, all of it live formulas.

Functions are those that Excel 2016, WPS and LibreOffice share (SUMIFS, COUNTIFS, COUNTIF, SUM, COUNT, MIN, MAX, IF, AND,
OR, ISNUMBER): no dynamic arrays. Cells are matched by the number of the step they go into, so that no text of theirs
is ever a criterion or part of a formula. The results that are stored are the report's Facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from kepu_eval.plan import TargetKind
from kepu_eval.report.blocks import Calculation, Datum, Fact, Number, Reckoned, Step
from kepu_eval.report.sheets import HEAD_ROW, Look, Sheet, SheetBook

DATA, STEPS, INDICATORS = "计算数据", "分期计算", "指标计算"
_D = ("分期", "指标", "项目", "单位", "学校", "期间", "状态", "数值", "下限", "上限", "须报", "有原格", "有数", "上有界",
      "对", "分母行", "分母", "可计", "略去", "轮次", "文件", "工作表", "单元格", "原值")  # fmt: skip
_S = ("序号", "指标", "项目", "期间", "到期", "目标", "数值", "下界", "上界", "判定", "计入值", "计入下界", "计入上界",
      "总数已定", "总数", "数据项")  # fmt: skip
_I = ("指标", "名称", "类型", "目标", "列示", "现值", "完成率", "下界", "上界", "重算方法")  # fmt: skip
_FIRST = HEAD_ROW + 1
_LIVE = Look(bg_color="#EAF3E6")
_SUMS = (TargetKind.CUMULATIVE, TargetKind.ANNUAL)
_SHARES = (TargetKind.PER_ENTITY_PER_PERIOD, TargetKind.EVERY_ENTITY)
_HOW = {
    TargetKind.CUMULATIVE: "到期各年之和；缺格按下限、上限计",
    TargetKind.ANNUAL: "到期各年中最低的一年；完成率为达标年数÷到期年数",
    TargetKind.STOCK_AT_HORIZON: "最近一个到期年末数",
    TargetKind.TREND: "比上一年增长的年数÷可比年数",
    TargetKind.PER_ENTITY_PER_PERIOD: "达标校学期数÷到期校学期数",
    TargetKind.EVERY_ENTITY: "达标学校数÷学校数",
    TargetKind.POOLED_RATIO: "各期分子之和÷分母之和，取最低的一期",
    TargetKind.LEVEL_AT_HORIZON: "抽样调查加权估计，不由填报表重算；完成率为现值÷目标",
}


def recalculation(
    book: SheetBook, calculation: Calculation, facts: Mapping[str, Fact]
) -> list[tuple[str, str]]:
    """Write the three sheets; their names, each with what it holds."""
    sheets = (
        book.sheet(INDICATORS, "指标计算（由分期计算重算）", _I),
        book.sheet(STEPS, "分期计算（由计算数据重算）", _S),
        book.sheet(DATA, "计算数据（判定所用的每一格）", _D),
    )
    _Sheets(calculation, facts, *sheets).write()
    told = (
        "每项指标现值、完成率、上下界的活公式",
        "每期数值和上下界的活公式",
        "判定所用的每一格、状态、上下限和来源",
    )
    return [(sheet.name, words) for sheet, words in zip(sheets, told, strict=True)]


@dataclass(frozen=True)
class _Sheets:
    calculation: Calculation
    facts: Mapping[str, Fact]
    indicators: Sheet
    steps: Sheet
    data: Sheet

    def write(self) -> None:
        for datum in self.calculation.data:
            self._datum(datum)
        for number, step in enumerate(self.calculation.steps, 1):
            self._step(number, step)
        for reckoned in self.calculation.indicators:
            self._indicator(reckoned)
        self.indicators.note(
            "绿底为公式，改动“计算数据”中的数值、下限、上限即重算。空白表示数据不足，不作零处理。列示：本报告给出现值的为1。"
        )
        self.steps.note(
            "计入值、计入下界、计入上界：该期进入指标计算的数。总数：其中数不得超过的总数，尚未确定的为空白。"
        )
        self.data.note(
            "状态、上下限为判定所用；“扣除重复”为不同单位重复上报的活动。有数、上有界、分母、可计、略去为公式。"
        )
        for sheet in (self.indicators, self.steps, self.data):
            sheet.finish(filtered=sheet is self.data)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {one.indicator: _FIRST + order for order, one in enumerate(self.calculation.indicators)}

    @cached_property
    def _kinds(self) -> dict[str, Reckoned]:
        return {one.indicator: one for one in self.calculation.indicators}

    def _of(self, column: str) -> str:
        """A column of all data."""
        at = _D.index(column)
        last = _FIRST + max(len(self.calculation.data), 1) - 1
        return f"'{self.data.name}'!{xl_range_abs(_FIRST, at, last, at)}"

    def _target(self, indicator: str) -> str:
        return f"'{self.indicators.name}'!{_cell(self._place[indicator], _I.index('目标'), fixed=True)}"

    def _fact(self, fact_id: str) -> Number | None:
        """The report's figure; ``KeyError`` when it has none, as nothing may stand here that is not in it."""
        return self.facts[fact_id].value

    def _datum(self, datum: Datum) -> None:
        sheet = self.data
        sheet.row += 1
        source = datum.source
        known = {
            "分期": datum.step or None, "指标": datum.indicator, "项目": datum.measure, "单位": datum.unit, "学校": datum.entity,
            "期间": datum.period, "状态": datum.state, "数值": datum.value, "下限": datum.low, "上限": datum.high,
            "须报": int(datum.required), "有原格": int(source is not None), "对": datum.pair or None,
            "分母行": int(datum.denominator) if datum.pair else None,
        }  # fmt: skip
        if source is not None:
            known |= {"轮次": source.round, "文件": source.file, "工作表": source.sheet, "单元格": source.cell, "原值": source.raw}  # fmt: skip
        for name, value in known.items():
            sheet.put(_D.index(name), value)
        at = _here(sheet, _D)
        self._live(sheet, _D, "有数", f"=IF(ISNUMBER({at('数值')}),1,0)", int(datum.value is not None))
        self._live(sheet, _D, "上有界", f"=IF(ISNUMBER({at('上限')}),1,0)", int(datum.high is not None))
        reckoned = self._kinds[datum.indicator]
        if datum.step and reckoned.kind in _SHARES:
            met = datum.value is not None and datum.value >= reckoned.target
            formula = f"=IF(AND({at('有数')}=1,{at('数值')}>={self._target(datum.indicator)}),1,0)"
            self._live(sheet, _D, "可计", formula, int(met))
        elif datum.step and reckoned.kind == TargetKind.POOLED_RATIO:
            self._pooled(datum, at)

    def _pooled(self, datum: Datum, at: Callable[[str], str]) -> None:
        """A numerator with its denominator: whether both can be used, or there is nobody who could take part."""
        size = self._sizes.get(datum.pair)
        pair = f"{self._of('对')},{at('对')},{self._of('分母行')},1,{self._of('有数')},1"
        whole = f'=IF(COUNTIFS({pair})=0,"",SUMIFS({self._of("数值")},{pair}))'
        self._live(self.data, _D, "分母", whole, size)
        usable = datum.value is not None and size is not None and 0 < size >= datum.value
        formula = (
            f"=IF(AND({at('有数')}=1,ISNUMBER({at('分母')}),{at('分母')}>0,{at('分母')}>={at('数值')}),1,0)"
        )
        self._live(self.data, _D, "可计", formula, int(usable))
        nobody = size == 0 and not datum.value and datum.state != "退回"
        formula = f'=IF(AND(ISNUMBER({at("分母")}),{at("分母")}=0,OR({at("有数")}=0,{at("数值")}=0),{at("状态")}<>"退回"),1,0)'
        self._live(self.data, _D, "略去", formula, int(nobody))

    @cached_property
    def _sizes(self) -> dict[int, float | None]:
        return {datum.pair: datum.value for datum in self.calculation.data if datum.denominator}

    def _step(self, number: int, step: Step) -> None:
        sheet, kind = self.steps, self._kinds[step.indicator].kind
        sheet.row += 1
        for name, value in (("序号", number), ("指标", step.indicator), ("项目", step.measure), ("期间", step.period),
                            ("到期", int(step.due)), ("数据项", step.fact)):  # fmt: skip
            sheet.put(_S.index(name), value)
        target = self._kinds[step.indicator].target
        if target is not None:
            self._live(sheet, _S, "目标", f"={self._target(step.indicator)}", target)
        formulas = _STEP_FORMULAS[kind](self, step, _here(sheet, _S))
        for name, formula in formulas.items():
            self._live(sheet, _S, name, f"={formula}", self._shown(step, name))

    def _shown(self, step: Step, name: str) -> Number | str | None:
        """What a step's cell shows until it is computed again: a Fact, or nothing for what is only on the way."""
        facts = {"数值": step.fact, "下界": f"{step.fact}.low", "上界": f"{step.fact}.high"}
        return self._fact(facts[name]) if step.fact and name in facts else None

    def _keyed(self, at: Callable[[str], str], *conditions: str, of: str = "") -> str:
        """COUNTIFS, or with ``of`` SUMIFS of that column, over the cells of a step; conditions are column, value, column …"""
        pairs = [
            f"{self._of(name)},{value}" for name, value in zip(conditions[::2], conditions[1::2], strict=True)
        ]
        listed = ",".join([f"{self._of('分期')},{at('序号')}", *pairs])
        return f"SUMIFS({self._of(of)},{listed})" if of else f"COUNTIFS({listed})"

    def of_sums(self, step: Step, at: Callable[[str], str]) -> dict[str, str]:
        """A year of a sum; one that is part of a total is never more than that."""
        low, high, due = at("下界"), at("上界"), at("到期")
        told = f'IF({self._keyed(at, "有数", "1", "有原格", "1")}=0,"",{self._keyed(at, of="数值")})'
        known = {
            "下界": f"MAX(0,{self._keyed(at, of='下限')})",
            "上界": f'IF({self._keyed(at, "上有界", "0")}>0,"",MAX(0,{self._keyed(at, of="上限")}))',
        }
        if self._kinds[step.indicator].kind == TargetKind.CUMULATIVE:
            return known | {"数值": told, "计入值": f"IF({due}=1,IF({at('数值')}=\"\",0,{at('数值')}),\"\")",
                            "计入下界": f"IF({due}=1,{low},\"\")", "计入上界": f"IF({due}=1,{high},\"\")"}  # fmt: skip
        settled, whole = self._whole(step)
        over = f'AND({at("总数")}<>"",{low}>{at("总数")})'
        return known | {
            "总数已定": settled,
            "总数": whole,
            "数值": f"IF({over},\"\",{told})",
            "判定": f"IF({over},\"退回\",IF(AND({low}>={at('目标')},{at('总数已定')}=1),\"达标\",IF({due}=0,\"未到期\",IF({at('总数已定')}=0,"
                    f"\"未定\",IF(AND({high}<>\"\",{high}<{at('目标')}),\"未达标\",\"未定\")))))",
            "计入值": f"IF({due}=1,IF({at('数值')}=\"\",0,{at('数值')}),\"\")",
            "计入下界": f"IF({due}=1,IF({over},0,{low}),\"\")",
            "计入上界": f"IF({due}=1,IF({at('总数')}=\"\",{high},IF(OR({over},{high}=\"\"),{at('总数')},MIN({at('总数')},{high}))),\"\")",
        }  # fmt: skip

    def _whole(self, step: Step) -> tuple[str, str]:
        """Whether the total of a part is told by its lead, and what it is at most."""
        whole = self._kinds[step.indicator].part_of
        steps = [
            n
            for n, s in enumerate(self.calculation.steps)
            if s.indicator == whole and s.period == step.period
        ]
        if not whole or not steps:
            return "1", '""'
        row = _FIRST + steps[0]
        lead = f"{self._of('分期')},{_cell(row, 0)},{self._of('须报')},1,{self._of('有数')},0"
        return f"IF(COUNTIFS({lead})=0,1,0)", f'IF(COUNTIFS({lead})=0,{_cell(row, _S.index("上界"))},"")'

    def of_levels(self, step: Step, at: Callable[[str], str]) -> dict[str, str]:
        """A level; in a trend also whether it is above the one before."""
        value = at("数值")
        known = {
            "数值": f'IF({self._keyed(at, "有数", "1")}=0,"",{self._keyed(at, of="数值")})',
            "下界": f'IF({value}="",0,{value})',
            "上界": value,
        }
        if self._kinds[step.indicator].kind == TargetKind.STOCK_AT_HORIZON or step.first:
            return known
        before = _cell(self.steps.row - 1, _S.index("数值"))
        rising = f'IF({value}>{before},"达标","未达标")'
        return known | {
            "判定": f'IF(OR({before}="",{value}=""),"未定",{rising})',
            "计入值": "1",
            "计入下界": f'IF({at("判定")}="达标",1,0)',
            "计入上界": f'IF({at("判定")}="未达标",0,1)',
        }

    def of_shares(self, step: Step, at: Callable[[str], str]) -> dict[str, str]:  # noqa: ARG002 - one form for all kinds
        """Schools that comply in one period."""
        due, whole, met, least = at("到期"), at("计入值"), at("计入下界"), at("计入上界")
        return {
            "计入值": f'IF({due}=1,{self._keyed(at)},"")',
            "计入下界": f'IF({due}=1,{self._keyed(at, "可计", "1")},"")',
            "计入上界": f'IF({due}=1,{met}+{self._keyed(at, "有数", "0")},"")',
            "数值": f'IF({due}=0,"",IF({least}>{met},"",{met}/{whole}*100))',
            "下界": f'IF({due}=0,"",{met}/{whole}*100)',
            "上界": f'IF({due}=0,"",{least}/{whole}*100)',
        }

    def of_pools(self, step: Step, at: Callable[[str], str]) -> dict[str, str]:  # noqa: ARG002
        """Ratio over all schools in one period; those that did not answer take part not at all or completely."""
        due = at("到期")
        part, whole = (self._keyed(at, "可计", "1", of=name) for name in ("数值", "分母"))
        pending = self._keyed(at, "可计", "0", "略去", "0", of="分母")
        unbounded = f"{self._keyed(at, '可计', '0', '略去', '0')}>{self._keyed(at, '可计', '0', '略去', '0', '分母', '">=0"')}"
        return {
            "数值": f'IF(OR({due}=0,{whole}=0),"",{part}/{whole}*100)',
            "下界": f'IF(OR({due}=0,{unbounded}),"",IF({whole}+{pending}=0,0,{part}/({whole}+{pending})*100))',
            "上界": f'IF(OR({due}=0,{unbounded}),"",IF({whole}+{pending}=0,100,({part}+{pending})/({whole}+{pending})*100))',
            "计入值": at("数值"),
            "计入下界": f'IF({due}=1,IF({at("下界")}="",0,{at("下界")}),"")',
            "计入上界": f'IF({due}=1,IF({at("上界")}="",100,{at("上界")}),"")',
        }

    def _indicator(self, reckoned: Reckoned) -> None:
        sheet, name = self.indicators, reckoned.indicator
        sheet.row += 1
        how = _HOW[TargetKind(reckoned.kind)]
        for column, value in (("指标", name), ("名称", reckoned.name), ("类型", reckoned.kind), ("目标", reckoned.target),
                              ("列示", int(reckoned.stated)), ("重算方法", how)):  # fmt: skip
            sheet.put(_I.index(column), value)
        rows = [n for n, step in enumerate(self.calculation.steps) if step.indicator == name]
        formulas = self._of_indicator(reckoned, rows, _here(sheet, _I))
        for column, fact in (("现值", "value"), ("完成率", "share"), ("下界", "low"), ("上界", "high")):
            value = self._fact(f"{name}.{fact}")
            if column in formulas:
                self._live(sheet, _I, column, f"={formulas[column]}", value)
            else:
                sheet.put(_I.index(column), value)

    def _of_indicator(self, reckoned: Reckoned, rows: list[int], at: Callable[[str], str]) -> dict[str, str]:
        """Formulas of an indicator's figures; what they leave out is told by no cell (a survey, a roster nobody sent)."""
        value, target, stated = at("现值"), at("目标"), f"{at('列示')}=1"
        of_target = f'IF({value}="","",{value}/{target}*100)'
        if not rows or reckoned.kind == TargetKind.LEVEL_AT_HORIZON:
            return {"完成率": of_target}

        def span(column: str) -> str:
            return f"'{self.steps.name}'!{xl_range_abs(_FIRST + rows[0], _S.index(column), _FIRST + rows[-1], _S.index(column))}"

        due, told, low, high = (span(name) for name in ("到期", "计入值", "计入下界", "计入上界"))
        if reckoned.kind == TargetKind.STOCK_AT_HORIZON:
            return self._of_stock(reckoned, rows, at)
        if reckoned.kind == TargetKind.CUMULATIVE:
            return {"现值": f"IF({stated},SUM({told}),\"\")", "完成率": of_target, "下界": f"SUM({low})",
                    "上界": f"IF(COUNT({high})<SUM({due}),\"\",SUM({high}))"}  # fmt: skip
        if reckoned.kind == TargetKind.ANNUAL:
            met = f'COUNTIFS({span("判定")},"达标",{due},1)'
            return {"现值": f"IF({stated},MIN({told}),\"\")", "完成率": f"IF({stated},{met}/SUM({due})*100,\"\")",
                    "下界": f"IF(SUM({due})=0,0,MIN({low}))", "上界": f"IF(COUNT({high})=0,\"\",MIN({high}))"}  # fmt: skip
        if reckoned.kind == TargetKind.POOLED_RATIO:
            return {"现值": f"IF({stated},MIN({told}),\"\")", "完成率": of_target,
                    "下界": f"IF(SUM({due})=0,\"\",MIN({low}))", "上界": f"IF(SUM({due})=0,\"\",MIN({high}))"}  # fmt: skip
        return {"现值": f"IF({stated},{at('下界')},\"\")", "完成率": value,
                "下界": f"IF(SUM({told})=0,\"\",SUM({low})/SUM({told})*100)",
                "上界": f"IF(SUM({told})=0,\"\",SUM({high})/SUM({told})*100)"}  # fmt: skip

    def _of_stock(self, reckoned: Reckoned, rows: list[int], at: Callable[[str], str]) -> dict[str, str]:
        """The last level that is due; by the growth since the baseline where that is the plan's reading."""
        due = [row for row in rows if self.calculation.steps[row].due]
        if not due:
            return {"现值": '""', "完成率": '""', "下界": "0", "上界": '""'}
        level = {name: f"'{self.steps.name}'!{_cell(_FIRST + due[-1], _S.index(name), fixed=True)}" for name in ("数值", "下界", "上界")}  # fmt: skip
        value, target = at("现值"), at("目标")
        share = f"{value}/{target}*100"
        first = [row for row in rows if self.calculation.steps[row].first]
        if reckoned.gain and first:
            base = f"'{self.steps.name}'!{_cell(_FIRST + first[0], _S.index('数值'), fixed=True)}"
            share = f"IF(ISNUMBER({base}),IF({base}<{target},({value}-{base})/({target}-{base})*100,{share}),{share})"
        return {"现值": f"IF({at('列示')}=1,{level['数值']},\"\")", "完成率": f"IF({value}=\"\",\"\",{share})",
                "下界": level["下界"], "上界": level["上界"]}  # fmt: skip

    @staticmethod
    def _live(
        sheet: Sheet, names: tuple[str, ...], name: str, formula: str, value: Number | str | None
    ) -> None:
        sheet.formula(names.index(name), formula, value, _LIVE)


_STEP_FORMULAS: dict[str, Callable[[_Sheets, Step, Callable[[str], str]], dict[str, str]]] = {
    **dict.fromkeys(_SUMS, _Sheets.of_sums),
    **dict.fromkeys((TargetKind.STOCK_AT_HORIZON, TargetKind.TREND), _Sheets.of_levels),
    **dict.fromkeys(_SHARES, _Sheets.of_shares),
    TargetKind.POOLED_RATIO: _Sheets.of_pools,
}


def _cell(row: int, column: int, *, fixed: bool = False) -> str:
    return xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed)


def _here(sheet: Sheet, names: tuple[str, ...]) -> Callable[[str], str]:
    """Address of a column in the present row."""
    return lambda name: _cell(sheet.row, names.index(name))
