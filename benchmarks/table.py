"""The table of speeds in one command: every goal beside its peer of the same run, as a dated Markdown file.

    python -m benchmarks.table [--rounds 5] [--rows 1,4,9] [--small] [--baseline FOLDER] [--out benchmarks/results]

Ratios are medians over the rounds, in which both ways are measured one after the other, so that a busy machine slows
both. ``--small`` tries every row at its smallest size, to see that it runs: its figures say nothing. ``--baseline`` is
a checkout of an earlier version with its own ``.venv``; row 2 is left out without it. Peers are no dependencies beyond
those of the tests. A row that fails is told and the others go on.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import statistics
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import table_rows as rows
from benchmarks.table_rows import Given


@dataclass(frozen=True)
class Row:
    """A goal: ``limit`` is the most (or with ``least`` the least) that the measured ratio may be."""

    number: int
    goal: str
    limit: float
    measure: Callable[[Given], list[float]]
    least: bool = False

    def met(self, value: float) -> bool:
        """Whether a figure keeps the goal."""
        return value >= self.limit if self.least else value <= self.limit


ROWS = (
    Row(1, "一份中期报告（只要笔记本，未预热）：papermill的用时是它的几倍", 3.5, rows.one_report, least=True),
    Row(2, "中期报告五种格式：用时是基准版本的几倍", 0.60, rows.against_baseline),
    Row(3, "24份单位报告：用时是一份中期报告的几倍", 1.0, rows.unit_reports),
    Row(4, "roster、slips、decide：最慢的是 import pandas 的几倍", 2.0, rows.small_commands),
    Row(4, "首次收24份填报表：是 import pandas 的几倍", 2.5, rows.first_collect),
    Row(5, "写错日期、路径、轮次、参数：最慢的是 --help 的几倍", 3.0, rows.refusals),
    Row(6, "预热父进程的载入：是 import pandas 的几倍", 3.0, rows.preload),
    Row(7, "jupyter nbconvert 一种格式：--to html 的用时是 --to kepu_html 的几倍", 3.0, rows.one_format, least=True),
    Row(8, "读表并解释：openpyxl只读的用时是它的几倍", 4.0, rows.reading, least=True),
    Row(9, "活动识别：行数增长时用时的指数", 1.2, rows.matching_growth),
    Row(9, "活动识别：最大一档的秒数（78000行）", 3.0, rows.matching_seconds),
    Row(10, "24→240个单位：评估和各数据项用时的指数", 1.05, rows.units_growth),
    Row(11, "4000所学校：评估和明细图表的用时是45所的几倍", 2.0, rows.schools),
    Row(12, "300万人的调查：是 pd.read_csv 的几倍", 2.0, rows.survey_time),
    Row(12, "300万人的调查：内存峰值（GB）", 3.0, rows.survey_memory),
    Row(13, "40轮的台账：第40轮收表的用时是第1轮的几倍", 1.1, rows.ledger_growth),
)  # fmt: skip


def lines(given: Given, wanted: set[int]) -> Iterator[str]:
    """The table, a line as soon as it is measured."""
    yield "| # | 目标 | 应 | 测得（中位数） | 最小—最大 | 达到 |\n|---|---|---|---|---|---|"
    for row in ROWS:
        if wanted and row.number not in wanted:
            continue
        limit = f"{'≥' if row.least else '≤'}{row.limit:g}"
        with tempfile.TemporaryDirectory(prefix="kepu-table-") as folder:
            try:
                found = row.measure(given.at(Path(folder).resolve()))
            except rows.NotMeasured as why:
                yield f"| {row.number} | {row.goal} | {limit} | 未测：{why} |  |  |"
                continue
            except Exception as error:
                traceback.print_exc()
                yield f"| {row.number} | {row.goal} | {limit} | 出错：{type(error).__name__} |  |  |"
                continue
        value = statistics.median(found)
        yield f"| {row.number} | {row.goal} | {limit} | {value:.2f} | {min(found):.2f}—{max(found):.2f} | {'是' if row.met(value) else '否'} |"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", default="", help="numbers, as 1,4,9; all by default")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--baseline", type=Path)
    parser.add_argument("--out", type=Path, help="folder for the dated file; on the screen alone without")
    asked = parser.parse_args()
    given = Given(Path(), 1 if asked.small else asked.rounds, asked.small, asked.baseline)
    day = dt.date.today()
    head = (
        f"# {day} 用时和增长\n\n`python -m benchmarks.table --rounds {given.rounds}`{'（--small：只试能否运行，数字无意义）' if given.small else ''}；"
        f"{platform.system()} {platform.machine()}，Python {platform.python_version()}，{os.cpu_count()}核，开始时负载{os.getloadavg()[0]:.1f}。\n"
    )
    print(head)
    told = [head]
    for line in lines(given, {int(n) for n in asked.rows.split(",") if n}):
        print(line, flush=True)
        told.append(line)
    if asked.out:
        (asked.out / f"{day}-table.md").write_text("\n".join(told) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
