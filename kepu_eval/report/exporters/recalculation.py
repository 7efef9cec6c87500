"""Sheets that recompute every indicator from its cells: 计算数据 → 分期计算 → 指标计算, all of it live formulas.

Functions are those that Excel 2016, WPS and LibreOffice share (SUMIFS, COUNTIFS, SUM, COUNT, MIN, MAX, IF, AND, OR,
ISNUMBER): no dynamic arrays. Cells are matched by the number of the step they go into, so that no text of theirs is ever
a criterion or part of a formula. The results that are stored are the report's Facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from kepu_eval.evaluation.rating import exact
from kepu_eval.plan import TargetKind
from kepu_eval.report.blocks import Calculation, Datum, Fact, Number, Reckoned, Step
from kepu_eval.report.exporters.step_formulas import MET, OF_KIND, Formulas, StepView, Whole
from kepu_eval.report.sheets import HEAD_ROW, Look, Sheet, SheetBook, number_format

_DATA = ("分期", "指标", "项目", "单位", "学校", "期间", "状态", "数值", "下限", "上限", "须报", "有原格", "有数", "上有界",
         "对", "分母行", "分母", "分母有数", "可计", "略去", "轮次", "文件", "工作表", "单元格", "原值")  # fmt: skip
_STEPS = ("序号", "指标", "项目", "期间", "到期", "目标", "数值", "下界", "上界", "判定", "计入值", "计入下界", "计入上界",
          "总数已定", "总数", "数据项")  # fmt: skip
_INDICATORS = ("指标", "名称", "目标", "列示", "现值", "完成率", "下界", "上界", "重算方法")
_FIRST = HEAD_ROW + 1
_LIVE = Look(bg_color="#EAF3E6")
_SHARES = (TargetKind.PER_ENTITY_PER_PERIOD, TargetKind.EVERY_ENTITY)
_HOW = {
    TargetKind.CUMULATIVE: "到期各年之和；缺格按下限、上限计",
    TargetKind.ANNUAL: "到期各年中最低的一年；完成率为达标年数÷到期年数",
    TargetKind.STOCK_AT_HORIZON: "最近一个到期年末数",
    TargetKind.TREND: "比上一年增长（应降的为下降）的年数÷可比年数",
    TargetKind.LIMIT_AT_HORIZON: "最近一个到期年末数；完成率为离要求的远近，不重算",
    TargetKind.RATE_OF_CHANGE: "最近一个到期年末数；完成率为离要求的远近，不重算",
    TargetKind.PER_ENTITY_PER_PERIOD: "达标校学期数÷到期校学期数",
    TargetKind.EVERY_ENTITY: "达标学校数÷学校数",
    TargetKind.POOLED_RATIO: "各期分子之和÷分母之和，取最低的一期",
    TargetKind.LEVEL_AT_HORIZON: "抽样调查加权估计，不由填报表重算；完成率为现值÷目标",
}


def recalculation(
    book: SheetBook, calculation: Calculation, facts: Mapping[str, Fact]
) -> list[tuple[str, str]]:
    """Write the three sheets; their names, each with what it holds.

    Raises ``KeyError`` when the report has not the figure that a formula gives.
    """
    sheets = (
        book.sheet("指标计算", "指标计算（由分期计算重算）", _INDICATORS),
        book.sheet("分期计算", "分期计算（由计算数据重算）", _STEPS),
        book.sheet("计算数据", "计算数据（判定所用的每一格）", _DATA),
    )
    _Workings(calculation, facts, *sheets).write()
    told = (
        "每项指标现值、完成率、上下界的活公式",
        "每期数值和上下界的活公式",
        "判定所用的每一格、状态、上下限和来源",
    )
    return [(sheet.name, words) for sheet, words in zip(sheets, told, strict=True)]


@dataclass(frozen=True)
class _Workings:
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
            "绿底为公式：改动“计算数据”中的数值、下限、上限即重算。空白表示数据不足，不作零处理。列示：本报告给出现值的为1。"
        )
        self.steps.note(
            "计入值、计入下界、计入上界：该期进入指标计算的数。总数：其中数不得超过的总数，尚未确定的为空白。"
        )
        self.data.note(
            "状态、上下限为判定所用；“扣除重复”为不同单位重复上报的活动。分期：进入“分期计算”的哪一行。"
        )
        for sheet in (self.indicators, self.steps, self.data):
            sheet.finish(filtered=sheet is self.data)

    @cached_property
    def _of(self) -> dict[str, Reckoned]:
        return {one.indicator: one for one in self.calculation.indicators}

    @cached_property
    def _by_step(self) -> dict[int, tuple[Datum, ...]]:
        found = defaultdict(list)
        for datum in self.calculation.data:
            found[datum.step].append(datum)
        return {step: tuple(data) for step, data in found.items()}

    @cached_property
    def _sizes(self) -> dict[int, float | None]:
        """Denominators by pair."""
        return {datum.pair: datum.value for datum in self.calculation.data if datum.denominator}

    def _column(self, name: str) -> str:
        """A column of all data."""
        at, last = _DATA.index(name), _FIRST + max(len(self.calculation.data), 1) - 1
        return f"'{self.data.name}'!{xl_range_abs(_FIRST, at, last, at)}"

    def _count(self, *conditions: Any, of: str = "") -> str:
        """COUNTIFS of data, or with ``of`` SUMIFS of that column; conditions are column, value, column, value and so on."""
        pairs = zip(conditions[::2], conditions[1::2], strict=True)
        listed = ",".join(f"{self._column(name)},{value}" for name, value in pairs)
        return f"SUMIFS({self._column(of)},{listed})" if of else f"COUNTIFS({listed})"

    def _target(self, indicator: str) -> str:
        row = _FIRST + list(self._of).index(indicator)
        return f"'{self.indicators.name}'!{_cell(row, _INDICATORS.index('目标'), fixed=True)}"

    def _fact(self, fact_id: str) -> Number | None:
        value = self.facts[fact_id].value
        return None if isinstance(value, str) else value

    def _datum(self, datum: Datum) -> None:
        sheet, source, kind = self.data, datum.source, self._of[datum.indicator].kind
        sheet.row += 1
        known = {
            "分期": datum.step or None, "指标": datum.indicator, "项目": datum.measure, "单位": datum.unit,
            "学校": datum.entity, "期间": datum.period, "状态": datum.state, "数值": datum.value, "下限": datum.low,
            "上限": datum.high, "须报": int(datum.required), "有原格": int(source is not None),
            "对": datum.pair or None, "分母行": int(datum.denominator) if datum.pair else None,
        }  # fmt: skip
        if source is not None:
            known |= {"轮次": source.round, "文件": source.file, "工作表": source.sheet, "单元格": source.cell,
                      "原值": source.raw}  # fmt: skip
        for name, value in known.items():
            sheet.put(_DATA.index(name), value)
        at = _here(sheet, _DATA)
        live: dict[str, tuple[str, Number | str | None]] = {
            "有数": (f"IF(ISNUMBER({at('数值')}),1,0)", int(datum.value is not None)),
            "上有界": (f"IF(ISNUMBER({at('上限')}),1,0)", int(datum.high is not None)),
        }
        if datum.step and kind in _SHARES:
            live["可计"] = self._complies(datum, at)
        elif datum.step and kind == TargetKind.POOLED_RATIO:
            live |= self._paired(datum, at)
        _write(sheet, _DATA, live)

    def _complies(self, datum: Datum, at: Callable[[str], str]) -> tuple[str, int]:
        """Whether an entry's figure is as wanted."""
        of = self._of[datum.indicator]
        value, target = at("数值"), self._target(datum.indicator)
        view = StepView(of.kind, True, of.target, None, None, None, (), lambda _: target, self._count,
                        operator=of.operator, target_high=of.target_high)  # fmt: skip
        met = datum.value is not None and view.goal.met(exact(float(datum.value)))
        return f"IF(AND({at('有数')}=1,{view.meets(value, value)[0]}),1,0)", int(met)

    def _paired(self, datum: Datum, at: Callable[[str], str]) -> Formulas:
        """A numerator and its denominator: whether both can be used, or there is nobody who could take part."""
        size, part = self._sizes.get(datum.pair), datum.value
        pair = ("对", at("对"), "分母行", 1, "有数", 1)
        usable = part is not None and size is not None and 0 < size >= part
        nobody = size == 0 and not part and datum.state != "退回"
        return {
            "分母": (f'IF({self._count(*pair)}=0,"",{self._count(*pair, of="数值")})', size),
            "分母有数": (f"IF(ISNUMBER({at('分母')}),1,0)", int(size is not None)),
            "可计": (f"IF(AND({at('有数')}=1,{at('分母有数')}=1,{at('分母')}>0,{at('分母')}>={at('数值')}),1,0)", int(usable)),
            "略去": (f"IF(AND({at('分母有数')}=1,{at('分母')}=0,OR({at('有数')}=0,{at('数值')}=0),{at('状态')}<>\"退回\"),1,0)",
                   int(nobody)),
        }  # fmt: skip

    def _step(self, number: int, step: Step) -> None:
        sheet, reckoned = self.steps, self._of[step.indicator]
        sheet.row += 1
        for name, told in (("序号", number), ("指标", step.indicator), ("项目", step.measure),
                           ("期间", step.period), ("到期", int(step.due)), ("数据项", step.fact)):  # fmt: skip
            sheet.put(_STEPS.index(name), told)
        at = _here(sheet, _STEPS)
        value, low, high = self._results(number, step)
        view = StepView(
            reckoned.kind, step.due, reckoned.target, value, low, high, self._by_step.get(number, ()), at,
            lambda *conditions, of="": self._count("分期", at("序号"), *conditions, of=of),
            self._before(number, step), self._whole(step), reckoned.falls, reckoned.operator, reckoned.target_high,
            reckoned.shared,
        )  # fmt: skip
        target = {} if reckoned.target is None else {"目标": (self._target(step.indicator), reckoned.target)}
        _write(sheet, _STEPS, {**target, **OF_KIND[reckoned.kind](view)})

    def _results(self, number: int, step: Step) -> tuple[Number | None, Number | None, Number | None]:
        """Value and bounds of a step: the report's Facts; of a level that only starts a series, its cell's."""
        if step.fact:
            return self._fact(step.fact), self._fact(f"{step.fact}.low"), self._fact(f"{step.fact}.high")
        told = [datum.value for datum in self._by_step.get(number, ()) if datum.value is not None]
        value = told[0] if told else None
        return value, value or 0, value

    def _before(self, number: int, step: Step) -> tuple[str, Number | None] | None:
        if step.first or number == 1:
            return None
        earlier = self.calculation.steps[number - 2]
        return _cell(self.steps.row - 1, _STEPS.index("数值")), self._results(number - 1, earlier)[0]

    def _whole(self, step: Step) -> Whole:
        part_of = self._of[step.indicator].part_of
        numbers = [
            number for number, other in enumerate(self.calculation.steps, 1)
            if other.indicator == part_of and other.period == step.period
        ]  # fmt: skip
        if not numbers:
            return Whole()
        row = _FIRST + numbers[0] - 1
        silent = self._count("分期", _cell(row, 0), "须报", 1, "有数", 0)
        told = not any(d.required and d.value is None for d in self._by_step.get(numbers[0], ()))
        most = self._results(numbers[0], self.calculation.steps[numbers[0] - 1])[2] if told else None
        high = _cell(row, _STEPS.index("上界"))
        return Whole(f"IF({silent}=0,1,0)", f'IF({silent}=0,{high},"")', int(told), most)

    def _indicator(self, reckoned: Reckoned) -> None:
        sheet, name = self.indicators, reckoned.indicator
        sheet.row += 1
        for column, value in (("指标", name), ("名称", reckoned.name), ("目标", reckoned.target),
                              ("列示", int(reckoned.stated)), ("重算方法", _HOW[TargetKind(reckoned.kind)])):  # fmt: skip
            sheet.put(_INDICATORS.index(column), value)
        rows = [row for row, step in enumerate(self.calculation.steps, _FIRST) if step.indicator == name]
        formulas = self._of_indicator(reckoned, rows, _here(sheet, _INDICATORS))
        for column, fact in (("现值", "value"), ("完成率", "share"), ("下界", "low"), ("上界", "high")):
            figure = self.facts[f"{name}.{fact}"]
            look = _LIVE._replace(num_format=number_format(figure))
            if column in formulas:
                sheet.formula(_INDICATORS.index(column), f"={formulas[column]}", figure.value, look)
            else:
                sheet.put(_INDICATORS.index(column), figure.value, look._replace(bg_color=""))

    def _of_indicator(self, reckoned: Reckoned, rows: list[int], at: Callable[[str], str]) -> dict[str, str]:
        """Formulas of an indicator's figures; what they leave out no cell tells (a survey, a roster nobody sent)."""
        value, kind, stated = at("现值"), reckoned.kind, f"{at('列示')}=1"
        of_target = f'IF({value}="","",{value}/{at("目标")}*100)' if reckoned.target else '""'
        if not rows or kind == TargetKind.LEVEL_AT_HORIZON:
            return {"完成率": of_target}
        if reckoned.shared and kind == TargetKind.ANNUAL:
            return {}
        if reckoned.scale:
            return self._of_ratio(reckoned, rows, at)
        if kind in (TargetKind.LIMIT_AT_HORIZON, TargetKind.RATE_OF_CHANGE):
            return {
                name: told for name, told in self._of_stock(reckoned, rows, at).items() if name != "完成率"
            }
        if kind == TargetKind.STOCK_AT_HORIZON:
            return self._of_stock(reckoned, rows, at)
        due, told, low, high, state = (
            f"'{self.steps.name}'!{xl_range_abs(rows[0], place, rows[-1], place)}"
            for place in map(_STEPS.index, ("到期", "计入值", "计入下界", "计入上界", "判定"))
        )
        if kind == TargetKind.CUMULATIVE:
            return {"现值": f'IF({stated},SUM({told}),"")', "完成率": of_target, "下界": f"SUM({low})",
                    "上界": f'IF(COUNT({high})<SUM({due}),"",SUM({high}))'}  # fmt: skip
        end = "MAX" if reckoned.operator in ("<=", "<") else "MIN"
        if kind == TargetKind.ANNUAL:
            share = f'IF({stated},COUNTIFS({state},"{MET}",{due},1)/SUM({due})*100,"")'
            open_end = f"COUNT({high})=0" if end == "MIN" else f"COUNT({high})<SUM({due})"
            return {"现值": f'IF({stated},{end}({told}),"")', "完成率": share,
                    "下界": f"IF(SUM({due})=0,0,{end}({low}))", "上界": f'IF({open_end},"",{end}({high}))'}  # fmt: skip
        if kind == TargetKind.POOLED_RATIO:
            return {"现值": f'IF({stated},{end}({told}),"")', "完成率": of_target,
                    "下界": f'IF(SUM({due})=0,"",{end}({low}))', "上界": f'IF(SUM({due})=0,"",{end}({high}))'}  # fmt: skip
        return {"现值": f'IF({stated},{at("下界")},"")', "完成率": value,
                "下界": f'IF(SUM({told})=0,"",SUM({low})/SUM({told})*100)',
                "上界": f'IF(SUM({told})=0,"",SUM({high})/SUM({told})*100)'}  # fmt: skip

    def _of_ratio(self, reckoned: Reckoned, rows: list[int], at: Callable[[str], str]) -> dict[str, str]:
        """The ratio of two levels at the last year-end that is due."""
        steps = {row: self.calculation.steps[row - _FIRST] for row in rows}
        last: dict[str, int] = {step.measure: row for row, step in steps.items() if step.due}
        if len(last) < 2:
            return {}
        part, whole = (
            f"'{self.steps.name}'!{_cell(row, _STEPS.index('数值'), fixed=True)}" for row in last.values()
        )
        ratio = f'IF(OR({part}="",{whole}="",{whole}=0),"",{part}/{whole}*{reckoned.scale})'
        return {"现值": f'IF({at("列示")}=1,{ratio},"")'}

    def _of_stock(self, reckoned: Reckoned, rows: list[int], at: Callable[[str], str]) -> dict[str, str]:
        """The last level that is due; by the growth since the baseline where that is the plan's reading."""
        steps = {row: self.calculation.steps[row - _FIRST] for row in rows}
        due = [row for row, step in steps.items() if step.due]
        if not due:
            return {"现值": '""', "完成率": '""', "下界": "0", "上界": '""'}

        def on_steps(row: int, name: str) -> str:
            return f"'{self.steps.name}'!{_cell(row, _STEPS.index(name), fixed=True)}"

        value, target = at("现值"), at("目标")
        share = f"{value}/{target}*100"
        first = [row for row, step in steps.items() if step.first]
        if reckoned.gain and first:
            base = on_steps(first[0], "数值")
            grown = f"({value}-{base})/({target}-{base})*100"
            share = f"IF(ISNUMBER({base}),IF({base}<{target},{grown},{share}),{share})"
        return {
            "现值": f'IF({at("列示")}=1,{on_steps(due[-1], "数值")},"")',
            "完成率": f'IF({value}="","",{share})',
            "下界": on_steps(due[-1], "下界"),
            "上界": on_steps(due[-1], "上界"),
        }


def _write(sheet: Sheet, names: tuple[str, ...], formulas: Formulas) -> None:
    for name, (formula, result) in formulas.items():
        sheet.formula(names.index(name), f"={formula}", result, _LIVE)


def _cell(row: int, column: int, *, fixed: bool = False) -> str:
    return xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed)


def _here(sheet: Sheet, names: tuple[str, ...]) -> Callable[[str], str]:
    """Address of a column in the row that is being written."""
    row = sheet.row
    return lambda name: _cell(row, names.index(name))
