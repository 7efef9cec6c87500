"""A spot check as a workbook: out to those who look on site, back with what they found; and as rows of the ledger."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from kepu_eval.number_text import number_text
from kepu_eval.plan import Plan
from kepu_eval.returns import Ledger
from kepu_eval.returns.cells import parse_number
from kepu_eval.returns.days import parse_date
from kepu_eval.supervision.book import Entry, Field, Filled, Page, read_book, write_book
from kepu_eval.supervision.claims import ACTIVITY, FIGURE, STATEMENT
from kepu_eval.supervision.errors import SupervisionError
from kepu_eval.supervision.verification import PARTLY, RESULTS, UPHELD

SHEET, WHAT = "抽查事项", "抽查表"
_LOOK = {
    STATEMENT: "查通知、方案、记录、照片等原件，核对是否开展、年度是否相符",
    FIGURE: "查台账、名册或系统数据，逐笔加总，核对数量和口径",
    ACTIVITY: "查签到、照片、报道，核对日期、地点和人次；可电话回访场地方",
}
_FIELDS = (
    Field("序号", 6),
    Field("单位", 12),
    Field("任务", 6),
    Field("类别", 9),
    Field("填报内容", 36),
    Field("填报数", 10, kind="number"),
    Field("计量单位", 8),
    Field("出处", 26),
    Field("核查要点", 26),
    Field("核查结果", 10, fill=True, choices=RESULTS),
    Field("核实数", 10, fill=True, kind="number"),
    Field("核查人", 10, fill=True),
    Field("核查日期", 12, fill=True, kind="date"),
    Field("说明", 20, fill=True),
    Field("事项号", 20, hidden=True),
)
_GUIDANCE = (
    "一、样本按方案的行动和工程分层、按填报规模随机抽取，请勿增减、调换；确实无法核实的选“无法核实”，不要空着。",
    "二、核查结果：属实、部分属实、不属实、无法核实。部分属实的，有填报数的须填“核实数”。",
    "三、核查人和核查日期必填。无法核实的不算属实，也不算不属实，报告中按上下界处理。",
    "四、填好后读回：kepu-eval spotcheck import 本文件。同一份表重复读入不会改变台账。",
)
_STORED = (
    "seq", "claim", "programme", "stratum", "stratum_size", "probability", "series", "series_total", "kind", "unit",
    "task", "text", "value", "value_unit", "file", "sheet", "cell",
)  # fmt: skip
_ANSWERS = ("result", "verified", "checker", "checked_on", "note")


@dataclass(frozen=True)
class Draw:
    """A drawn sample: what it was drawn with, and its claims as :func:`~kepu_eval.supervision.drawing.draw` gives them."""

    round: str
    seed: int
    n: int
    population: int
    simulated: bool
    claims: pd.DataFrame

    @property
    def id(self) -> str:
        """The same for the same sample."""
        told = json.dumps([self.round, self.seed, self.n, self.population, list(self.claims["claim"])])
        return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass
class Results:
    """What came back: rows for the ledger, and messages about cells that cannot be used."""

    draw: str
    rows: list[dict] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def spot_check_book(draw: Draw, plan: Plan, notice: str = "") -> bytes:
    """The workbook's bytes."""
    rows = [
        [order, plan.unit(r.unit).name, None if pd.isna(r.task) else int(r.task), r.kind, r.text,
         None if pd.isna(r.value) else r.value, r.value_unit, f"{r.file}　{r.sheet}　{r.cell}", _LOOK[r.kind],
         None, None, None, None, None, r.claim]
        for order, r in enumerate(draw.claims.itertuples(), 1)
    ]  # fmt: skip
    page = Page(SHEET, f"{plan.round(draw.round).name}抽查表", _FIELDS, rows)
    return write_book("督促检查抽查表", _GUIDANCE, [page], {"kind": "spotcheck", "draw": draw.id}, notice)


def read_spot_check(path: Path, ledger: Ledger) -> Results:
    """Results of a filled workbook about claims that the ledger has drawn; rows without any result are passed over.

    Raises :class:`SupervisionError` when the workbook cannot be used, or is of another ledger's draw.
    """
    filled = read_book(path, SHEET, [f.title for f in _FIELDS], WHAT)
    if filled.hidden.get("kind") != "spotcheck":
        raise SupervisionError(
            "不是导出的抽查表", place=f"“{filled.file}”", hint="请用 kepu-eval spotcheck draw 生成的文件填写"
        )
    done, seen = Results(filled.hidden.get("draw", "")), set()
    claims = spot_check(ledger, done.draw).set_index("claim")
    if claims.empty:
        raise SupervisionError(
            f"“{filled.file}”的抽样不在台账“{ledger.path.name}”中", hint="请用抽样时的台账读入"
        )
    for _, row in filled.rows:
        claim = row["事项号"].text
        if claim not in claims.index or claim in seen:
            done.refused.append(
                f"{filled.at(row['事项号'])}事项“{claim}”不在本次抽查中或重复，请用导出的抽查表填写"
            )
            continue
        seen.add(claim)
        if any(row[title].text for title in ("核查结果", "核实数", "核查人", "核查日期", "说明")):
            told = list(_objections(filled, row, claims.loc[claim, "value"]))
            done.refused += told
            if not told:
                done.rows.append(_result(filled, row, claim))
    return done


def _objections(filled: Filled, row: dict[str, Entry], claimed: float):  # noqa: ANN202
    def refuse(title: str, why: str) -> str:
        return f"{filled.at(row[title])}“{row[title].text}”：{why}"

    result = row["核查结果"].text
    if result not in RESULTS:
        yield refuse("核查结果", f"不是可选项，请选：{'、'.join(RESULTS)}")
    number = parse_number(row["核实数"].text, integer=False)
    if row["核实数"].text and not number.counted:
        yield refuse("核实数", "不是数字，请只填数字")
    elif result == PARTLY and not pd.isna(claimed) and not row["核实数"].text:
        yield refuse("核实数", "部分属实的须填核实数")
    elif result == UPHELD and number.counted and number.value != claimed:
        yield refuse(
            "核实数", f"与填报数{number_text(claimed)}不一致，请把核查结果改为“{PARTLY}”，或更正核实数"
        )
    if not row["核查人"].text:
        yield refuse("核查人", "必填")
    if not parse_date(row["核查日期"].text).counted:
        yield refuse("核查日期", "须填具体日期，如 2024-03-15")


def _result(filled: Filled, row: dict[str, Entry], claim: str) -> dict:
    number = parse_number(row["核实数"].text, integer=False)
    return {"claim": claim, "result": row["核查结果"].text, "verified": number.value if number.counted else None,
            "checker": row["核查人"].prose, "checked_on": parse_date(row["核查日期"].text).value.isoformat(),
            "note": row["说明"].prose, "file": filled.file, "sheet": filled.sheet, "cell": row["核查结果"].cell}  # fmt: skip


def keep_draw(ledger: Ledger, draw: Draw, at: dt.datetime) -> bool:
    """Store a draw before anybody looks, so that it cannot be drawn again until it pleases; ``False`` if it is there."""
    with ledger.writing():
        if len(ledger.read("SELECT draw FROM spot_checks WHERE draw = ?", (draw.id,))):
            return False
        head = {
            "draw": draw.id,
            "round": draw.round,
            "seed": draw.seed,
            "n": draw.n,
            "population": draw.population,
        }
        ledger.insert("spot_checks", [
            {**head, "simulated": int(draw.simulated), "drawn_at": at.isoformat(timespec="seconds")}
        ])  # fmt: skip
        rows = draw.claims.assign(seq=range(1, len(draw.claims) + 1))[list(_STORED)].astype(object)
        ledger.insert("spot_check_claims", [
            {"draw": draw.id, **row} for row in rows.where(rows.notna(), None).to_dict("records")
        ])  # fmt: skip
    return True


def keep_results(ledger: Ledger, results: Results, at: dt.datetime) -> int:
    """Store results that differ from what is there; how many did."""
    with ledger.writing():
        there = ledger.read("SELECT * FROM current_spot_check_results WHERE draw = ?", (results.draw,))
        known = {row["claim"]: _answer(row) for row in there.to_dict("records")}
        new = [row for row in results.rows if known.get(row["claim"]) != _answer(row)]
        stamp = at.isoformat(timespec="seconds")
        ledger.insert(
            "spot_check_results", [{"draw": results.draw, **row, "recorded_at": stamp} for row in new]
        )
    return len(new)


def _answer(row: dict) -> tuple:
    return tuple(None if pd.isna(row[name]) else row[name] for name in _ANSWERS)


def read_spot_checks(ledger: Ledger, round_id: str) -> pd.DataFrame:
    """The last draw of a round with its results: the stored claims, ``result`` (empty: not looked at), ``verified`` and so on."""
    last = ledger.read(
        "SELECT draw FROM spot_checks WHERE round = ? ORDER BY rowid DESC LIMIT 1", (round_id,)
    )
    return spot_check(ledger, last["draw"].iloc[0] if len(last) else "")


def no_spot_checks() -> pd.DataFrame:
    """The frame of a report without spot checks."""
    return pd.DataFrame(columns=["draw", *_STORED, *_ANSWERS])


def spot_check(ledger: Ledger, draw: str) -> pd.DataFrame:
    """One draw's claims with their results."""
    rows = ledger.read("SELECT * FROM current_spot_check_results WHERE draw = ? ORDER BY seq", (draw,))
    text = ["result", "checker", "checked_on", "note"]
    return rows.assign(**{name: rows[name].fillna("") for name in text}, value=rows["value"].astype(float),
                       verified=rows["verified"].astype(float))  # fmt: skip
