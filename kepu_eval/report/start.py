"""The first notebook: what is due by when and how far it has come, and whether this installation is whole."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from importlib.metadata import entry_points, version
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from kepu_eval.evaluation import evaluate
from kepu_eval.evaluation.questions import next_calls
from kepu_eval.parameters.basis import existing
from kepu_eval.plan import Plan, Round, Stage, load_plan
from kepu_eval.report.blocks import Blocks, Cell, CellValue, Column, Fact, Prose, Tone, prose, table
from kepu_eval.report.fonts import MissingFontsError, font_paths
from kepu_eval.report.wording import chinese_date
from kepu_eval.resources import project_path
from kepu_eval.returns import NOTHING_READABLE, Ledger, Returns, roster

_NOTEBOOKS = {
    Stage.MIDTERM: "midterm_self_assessment.ipynb",
    Stage.FINAL: "final_evaluation_2025.ipynb",
    Stage.DISPATCH: "quarterly_dispatch.ipynb",
}
_EXPORTERS = {"kepu_docx": "Word", "kepu_pdf": "PDF", "kepu_html": "网页", "kepu_xlsx": "Excel"}
_OPTIONAL = {
    "pyreadstat": "读SPSS（.sav）和带标签的Stata（.dta）调查数据",
    "pyarrow": "读parquet调查数据",
}


def rounds(ledger: str, plan: str = "") -> Blocks:
    """Every round of the plan with its dates, how many units reported, what is open, and the next step.

    ``ledger``: the file that ``kepu-eval collect`` writes; as long as it does not exist, nothing has been collected.
    Raises ``ParameterError`` for a plan file that does not exist, ``LedgerError`` for a ledger that cannot be read.
    """
    the_plan = load_plan(existing(plan, "plan") if plan else None)
    file = project_path(ledger)
    returns = _collected(file, the_plan) if file.is_file() else {}
    collected = {name: roster(found, the_plan) for name, found in returns.items()}
    told = (
        prose("台账{file}中已有{n}的填报表。", file=f"“{ledger}”", n=_count("轮次", len(collected), "已收表的轮次", "轮"))
        if collected
        else prose("还没有收表：台账{file}尚未建立。收表后，这里显示各轮谁报了、还有什么待办。", file=f"“{ledger}”")
    )  # fmt: skip
    return Blocks(
        [
            told,
            table(
                "rounds",
                f"{the_plan.meta.title}：填报轮次",
                [
                    Column(title="轮次", width=1.2), Column(title="名称", width=1.8),
                    Column(title="数据截至", align="center", width=1.3), Column(title="报送期限", align="center", width=1.3),
                    *(Column(title=head, align="right", width=0.8) for head in ("应报单位", "已报单位", "待核", "退回")),
                    Column(title="下一步", width=3),
                ],
                [_row(rnd, the_plan, collected.get(rnd.id)) for rnd in the_plan.rounds],
                note="下一步用下面的按钮；同样的命令也可在终端（文件 → 新建 → 终端）中运行。笔记本在左侧文件栏的 notebooks 中打开。",
            ),
            *(call for rnd in the_plan.rounds if rnd.id in returns for call in _call(rnd, the_plan, returns[rnd.id])),
        ]
    )  # fmt: skip


def _call(rnd: Round, plan: Plan, returns: Returns) -> Iterator[Prose]:
    """The next best phone call of a round: whose answer could change most ratings."""
    stage = Stage.FINAL if rnd.stage is Stage.FINAL else Stage.MIDTERM
    plan = plan.in_round(rnd.id)
    calls = next_calls(plan, returns, evaluate(plan, returns, rnd.as_of, stage))
    if len(calls) and calls.loc[0, "ratings"]:
        unit = calls.loc[0, "unit_name"]
        yield prose(
            "{round}下一个最值得打的电话：{unit}，{what}可能改变{ratings}评级。",
            round=rnd.name,
            unit=unit,
            what="其填报表" if calls.loc[0, "silent"] else "其答复",
            ratings=_count(
                f"{rnd.id}.优先联系", int(calls.loc[0, "ratings"]), f"{unit}的答复可能改变的评级", "项"
            ),
        )


def installation() -> Blocks:
    """What this installation can do, each part with its state and what to do where it is lacking."""
    return Blocks(
        [
            table(
                "installation",
                "安装情况",
                "项目<1.2 | 现状^ | 说明<4",
                _parts(),
            )
        ]
    )


def _collected(file: Path, plan: Plan) -> dict[str, Returns]:
    """The returns of each round that the ledger holds."""
    known = {rnd.id for rnd in plan.rounds}
    with Ledger(file) as ledger:
        return {name: ledger.returns(plan, name) for name in ledger.rounds() if name in known}


def _row(rnd: Round, plan: Plan, people: pd.DataFrame | None) -> list[CellValue]:
    plan = plan.in_round(rnd.id)
    head: list[CellValue] = [rnd.id, rnd.name, chinese_date(rnd.as_of), chinese_date(rnd.due), _count(f"{rnd.id}.应报", len(plan.units), f"{rnd.name}应报单位", "个")]  # fmt: skip
    if people is None:
        return [*head, None, None, None, f"发模板：kepu-eval template --round {rnd.id}；收齐后 kepu-eval collect 文件夹 --round {rnd.id}"]  # fmt: skip
    reported = int((~people["status"].isin(NOTHING_READABLE)).sum())
    questions, rejected = int(people["questions"].sum()), int(people["rejected"].sum())
    return [
        *head,
        _count(f"{rnd.id}.已报", reported, f"{rnd.name}已报单位", "个"),
        _count(f"{rnd.id}.待核", questions, f"{rnd.name}待核问题", "个"),
        _count(f"{rnd.id}.退回", rejected, f"{rnd.name}退回事项", "个"),
        next_step(rnd, len(people) - reported, questions, rejected),
    ]


def next_step(rnd: Round, silent: int, questions: int, rejected: int) -> str:
    """What to do next in a round, from the number of units without a return, of open questions and of items sent back."""
    steps = [
        f"催报：kepu-eval roster --round {rnd.id} --out 催报" if silent else "",
        f"退回：kepu-eval slips --round {rnd.id}" if rejected else "",
        f"复核：kepu-eval decide export --round {rnd.id}" if questions else "",
    ]
    return "；".join(filter(None, steps)) or f"出报告：打开 {_NOTEBOOKS[rnd.stage]}"


def _count(fact_id: str, value: int, label: str, unit: str) -> Fact:
    return Fact(id=f"起步.{fact_id}", value=value, unit=unit, label=label, formula="计数")


def _parts() -> Iterator[list[CellValue]]:
    yield ["程序", _state("可用"), f"kepu_eval {version('kepu-eval')}，Python {platform.python_version()}，{platform.system()}"]  # fmt: skip
    try:
        font_paths()
        yield ["中文字体", _state("可用"), "随程序安装，不依赖系统字体"]
    except MissingFontsError as error:
        yield ["中文字体", _state("缺"), str(error)]
    there = {point.name for point in entry_points(group="nbconvert.exporters")}
    lost = [word for name, word in _EXPORTERS.items() if name not in there]
    told = "File → Save and Export Notebook As 中的 Kepu_docx、Kepu_pdf、Kepu_html、Kepu_xlsx"
    yield ["导出菜单", _state("缺" if lost else "可用"), f"没有{'、'.join(lost)}，请按 docs/安装.md 重新安装" if lost else told]  # fmt: skip
    output = project_path("reports")
    writable = os.access(output if output.is_dir() else output.parent, os.W_OK)
    yield ["输出文件夹", _state("可用" if writable else "缺"), "reports/" if writable else "reports/ 不可写，请检查文件夹权限，或用 --out 另指位置"]  # fmt: skip
    for package, use in _OPTIONAL.items():
        found = find_spec(package) is not None
        yield [package, _state("可用" if found else "未装"), use if found else f"{use}；需要时 pip install {package}"]  # fmt: skip


def _state(word: str) -> Cell:
    tones: dict[str, Tone] = {"可用": "done", "缺": "late"}
    return Cell(text=word, tone=tones.get(word, "none"))
