"""Supervision in the reports: the rectification ledger, evidence, spot checks, accepted exceptions."""

from __future__ import annotations

import pandas as pd

from kepu_eval.report.blocks import Block, Blocks, Cell, Column, Fact, table
from kepu_eval.report.case import Case
from kepu_eval.report.wording import listed, rating_cell
from kepu_eval.returns.attachments import NOT_PRESENT
from kepu_eval.rows import Row
from kepu_eval.supervision.claims import claims
from kepu_eval.supervision.evidence import NOT_LISTED, evidence_catalogue
from kepu_eval.supervision.rectification import State
from kepu_eval.supervision.verification import latest_stocks, upheld, verified_totals

_TONES = {State.CLOSED: "完成", State.SUBMITTED: "基本完成", State.IN_PROGRESS: "正在推进", State.REOPENED: "滞后",
          State.OPEN: "未启动"}  # fmt: skip
_EXAMPLES = 8


def rectification_ledger(case: Case) -> Blocks:
    """Where the items to put right stand, one row an item; nothing where the ledger has none."""
    items = case.rectification
    if items.empty:
        return Blocks([])
    overdue = items[~items["settled"] & items["due"].ne("") & items["due"].lt(case.as_of.isoformat())]
    listing = table(
        "rectification-ledger",
        "整改台账",
        "任务^0.5 | 责任单位<1.1 | 问题<2.8 | 提出时评级^ | 措施<2 | 时限^1.3 | 状态^1.1 | 现值或落实^0.9 | 复核人^0.8 | 销号条件<2.2",
        [
            [row.task, row.unit_name, row.problem, rating_cell(row.rating), row.measure or None,
             f"{row.due}（逾期）" if row.Index in overdue.index else row.due or None,
             rating_cell(_TONES.get(State(row.state), ""), row.state), row.reached or None, row.reviewer or None,
             row.condition]
            for row in items.itertuples()
        ],
        landscape=True,
        note="状态为台账现状；每一步的时间和依据见台账。",
    )  # fmt: skip
    return Blocks([listing])


def evidence(case: Case) -> Blocks:
    """Evidence that has to be looked at (missing, used more than once, not listed), and in the workbook all of it."""
    rows = evidence_catalogue(case.returns)
    listed_ = rows[rows["file_state"].ne(NOT_LISTED)]
    several, same, alike = (
        listed_[listed_[column].map(len).gt(most)]
        for column, most in (("claims", 1), ("same_file_as", 0), ("same_reference_as", 0))
    )
    lost, unlisted = rows[rows["file_state"].isin(NOT_PRESENT)], rows[rows["file_state"].eq(NOT_LISTED)]
    shown = pd.concat([lost, same, unlisted, alike, several])
    names = {unit.id: unit.name for unit in case.plan.units}
    return Blocks(_evidence_tables(names, shown[~shown.index.duplicated()], rows))


def _evidence_tables(names: dict[str, str], shown: pd.DataFrame, rows: pd.DataFrame) -> list[Block]:
    columns = ["单位", "编号", "名称", "支撑的承诺和活动", "附件", "内容相同的佐证", "名称文号相同的佐证"]

    def row(r: Row, at_most: int | None) -> list:
        return [names.get(r.unit, r.unit), r.evidence, r.title or None, listed(r.claims, at_most) or None, r.file_state,
                listed(_named(names, r.same_file_as), at_most) or None,
                listed(_named(names, r.same_reference_as), at_most) or None]  # fmt: skip

    blocks: list[Block] = []
    if len(shown):
        blocks.append(
            table("evidence-issues", "需核对的佐证", [Column(title=c, width=2 if c.startswith(("名", "支")) else 1) for c in columns],
                  [row(r, 3) for r in shown.head(_EXAMPLES).itertuples()],
                  note=f"至多列{_EXAMPLES}件，全部见工作簿“佐证目录”。一件材料支撑几项不等于有误，须逐项核对内容。")
        )  # fmt: skip
    blocks.append(
        table("evidence", "佐证目录", [*columns, "摘要（SHA-256）", "文件", "行"],
              [[*row(r, None), r.sha256 or None, r.file or None, r.row or None] for r in rows.itertuples()], annex=True)
    )  # fmt: skip
    return blocks


def _named(names: dict[str, str], pieces: tuple[str, ...]) -> list[str]:
    return [
        f"{names.get(unit, unit)}{number}" for unit, _, number in (piece.partition("/") for piece in pieces)
    ]


def spot_checks(case: Case) -> Blocks:
    """The share of claims upheld with its interval, and reported totals beside what the check supports."""
    rows = case.spot_checks
    if rows.empty:
        return Blocks([])
    return Blocks([_shares(case, upheld(rows, case.plan.rating.confidence)), *_totals(case, rows)])


def _shares(case: Case, whole: pd.DataFrame) -> Block:
    names = {p.id: p.name for p in case.plan.programmes} | {"": "其他"}
    checked = case.files_of("督查台账", "台账", what="抽查记录")

    def percent(row: Row, name: str, label: str) -> Fact:
        value = None if pd.isna(getattr(row, name)) else float(getattr(row, name)) * 100
        key = "全部" if row.all else row.programme or "其他"
        return Fact(id=f"抽查.属实率.{key}.{name}", value=value, unit="%", digits=1, label=f"{label}（{key}）",
                    formula="按抽样概率加权估计，有限总体区间", missing="—", sources=checked)  # fmt: skip

    return table(
        "spot-check-shares",
        "填报属实率",
        "行动或工程<2.4 | 事项> | 抽查> | 属实> | 未定> | 估计（最不利）>1.2 | 估计（最有利）>1.2 | 区间下限> | 区间上限>",
        [
            ["合计" if row.all else names[row.programme], row.claims, row.sample, row.upheld, row.open,
             percent(row, "low", "属实率，未定按不属实"), percent(row, "high", "属实率，未定按属实"),
             percent(row, "ci_low", "属实率区间下限"), percent(row, "ci_high", "属实率区间上限")]
            for row in whole.itertuples()
        ],
        note=f"置信水平{case.plan.rating.confidence:.0%}。样本少的行动和工程区间很宽，不宜单独下结论。部分属实不计为属实。",
    )  # fmt: skip


def _totals(case: Case, rows: pd.DataFrame) -> list[Block]:
    stocks = latest_stocks(claims(case.plan, case.returns), case.plan)
    totals = verified_totals(rows, case.plan.rating.confidence, stocks)
    if totals.empty:
        return []
    checked = case.files_of("督查台账", "台账", what="抽查记录")

    def figure(row: Row, name: str, label: str) -> Fact:
        value = None if pd.isna(getattr(row, name)) else round(float(getattr(row, name)), 1)
        return Fact(id=f"抽查.{row.series}.{name}", value=value, unit=row.value_unit, digits=0, label=f"{row.series}·{label}",
                    formula="上报合计×核实比（按抽样概率加权）", missing="样本不足", sources=checked)  # fmt: skip

    listing = table(
        "spot-check-totals",
        "上报合计与抽查支持的范围",
        "项目<2.6 | 上报合计>1.2 | 抽查>0.7 | 核实估计（最不利）>1.3 | 核实估计（最有利）>1.3 | 区间下限>1.2 | 区间上限>1.2",
        [
            [f"{row.series}（{row.period}）" if row.period else row.series, figure(row, "reported", "上报合计"), row.sample, figure(row, "low", "核实估计，未定按零"),
             figure(row, "high", "核实估计，未定按填报数"), figure(row, "ci_low", "区间下限"),
             figure(row, "ci_high", "区间上限")]
            for row in totals.itertuples()
        ],
        note="上报合计为被抽总体中各条填报数之和，不去除重复；项目后注明年份的不能逐年相加，只列最近一期；核实范围只用来对照，不替代填报数参加评级。",
    )  # fmt: skip
    return [listing]


def exceptions(case: Case) -> Blocks:
    """Accepted exceptions with their reason, who approved them until when, and the rating without them."""
    rows = case.decisions.exceptions
    if rows.empty:
        return Blocks([])
    own = case.evaluation.indicators.set_index("indicator")["rating_without_exception"].to_dict()
    tasks = case.evaluation.tasks
    own |= {f"T{n:02d}": r for n, r in zip(tasks["number"], tasks["rating_without_exception"], strict=True)}
    day = case.as_of.isoformat()
    holding = rows["valid_from"].le(day) & rows["valid_until"].ge(day)
    listing = table(
        "exceptions",
        "已批准例外",
        "指标或任务^ | 理由<2.6 | 批准人<1.4 | 文号<1.8 | 生效^1.1 | 截止^1.1 | 基准日^ | 不计例外的评级^1.4",
        [
            [r.target, r.reason, r.approver, r.document, r.valid_from, r.valid_until,
             Cell(text="有效", tone="excepted") if holds else "未生效" if r.valid_from > day else "已到期",
             rating_cell(own[r.target])]
            for r, holds in zip(rows.itertuples(), holding, strict=True)
        ],
    )  # fmt: skip
    return Blocks([listing])
