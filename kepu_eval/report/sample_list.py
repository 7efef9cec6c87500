"""The sample list that goes to the field: selected units, strata, and the rule by which they were drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from kepu_eval import __version__
from kepu_eval.files import write_whole
from kepu_eval.report.hashing import file_hash
from kepu_eval.report.sheets import PLAIN, SheetBook
from kepu_eval.survey.sampling import SamplePlan

_UNITS = {
    "stratum": "层", "id": "编号", "name": "名称", "size": "规模", "probability": "入样概率", "certain": "必选",
    "persons": "调查人数", "person_probability": "单位内入样概率", "base_weight": "基础权数",
}  # fmt: skip
_STRATA = {
    "stratum": "层", "population": "单位总数", "size": "规模合计", "units": "抽中单位", "certain": "其中必选",
    "persons": "调查人数",
}  # fmt: skip

_LOOKS = {
    "certain": PLAIN._replace(align="center"),
    "probability": PLAIN._replace(num_format="0.0000"),
    "person_probability": PLAIN._replace(num_format="0.000000"),
    "base_weight": PLAIN._replace(num_format="0.00"),
}


def write_sample_list(
    plan: SamplePlan, frame_file: Path, out: Path, title: str = "抽样调查样本单位名单"
) -> None:
    """Write 样本单位, 抽样方案 and 分层 as a workbook; the same plan gives the same sheets.

    Raises ``PermissionError`` (in Chinese) when ``out`` is open in another program.
    """
    book = SheetBook(title, "kepu-eval")
    units = plan.units.assign(certain=plan.units["certain"].map({True: "是", False: ""}))
    page = book.sheet("样本单位", title, ["序号", *_UNITS.values()])
    for number, row in enumerate(units[list(_UNITS)].itertuples(index=False), 1):
        page.row += 1
        page.put(0, number)
        for column, (name, value) in enumerate(zip(_UNITS, row, strict=True), 1):
            page.put(column, _plain(value), _LOOKS.get(name, PLAIN))
    page.finish()
    page = book.sheet("抽样方案", "抽样方案", ["项目", "内容"])
    for name, value in _rules(plan, frame_file):
        page.add([name, str(value)])
    page.finish()
    page = book.sheet("分层", "各层的分配", list(_STRATA.values()))
    for row in plan.strata[list(_STRATA)].itertuples(index=False):
        page.add([_plain(value) for value in row])
    page.finish()
    out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(out, book.content())


def _rules(plan: SamplePlan, frame_file: Path) -> list[tuple[str, str | int]]:
    return [
        ("抽样框文件", frame_file.name),
        ("抽样框文件SHA-256", file_hash(frame_file)),
        ("抽样框单位数", int(plan.strata["population"].sum())),
        ("随机种子", plan.seed),
        ("抽取单位数", plan.psus),
        ("每个单位调查人数", plan.persons),
        ("调查总人数", int(plan.units["persons"].sum())),
        ("单位的分配", "按各层规模等比例（Webster法），每层至少2个单位"),
        ("单位的抽取", "层内按编号排列，随机起点，与规模成比例的系统抽样；规模不小于抽样间隔的单位必选"),
        ("人员的抽取", "单位内对18—69岁常住居民等概率抽取；规模不足调查人数的单位全部调查"),
        ("基础权数", "1÷（入样概率×单位内入样概率）；实地清点人数与规模不符时，乘以清点人数÷规模"),
        ("软件", f"kepu-eval {__version__}"),
    ]


def _plain(value: Any) -> str | float | None:
    return value.item() if isinstance(value, np.generic) else value
