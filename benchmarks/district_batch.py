"""A batch of many districts, each with a plan and returns of its own, to packages and on to their roll-up: what it costs.

    python -m benchmarks.district_batch --numbers 10,100 [--cluster local:2] [--jobs 2]

Districts are simulated (示例数据): the shipped plan under another name and with other targets, the example round's 23
workbooks under that name, none to two units silent; drawn from a seed.
``kepu-eval batch … --formats package`` runs the whole mid-term report of each, on this machine's Dask cluster or its
processes; then ``kepu-eval rollup`` joins the packages, and one figure is held against the sum that the simulation knows.

Counted is the processor time of every process that the commands left behind (Linux: all of them become children of this
one), so a busy machine slows the clock but hardly the figure. Memory is the proportional set size of all of them together.
"""

from __future__ import annotations

import argparse
import csv
import ctypes
import datetime as dt
import io
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil
import yaml

from kepu_eval.resources import resource as shipped

OURS = [sys.executable, "-m", "kepu_eval.cli"]
CITY, ROUND, SURVEY = "data/example/city-2023/plan.yaml", "example/2023-midterm", "example/survey-2023"
SEED, DISTRICT, STEWARDS = 20260101, "昆都仑区", "科普信息员注册人数"
_COUNTS = "区科协.xlsx"  # tells the stewards, and is never silent
_SUBREAPER, _EVERY = 36, 1.0
_ON_PAPER = 2843


class Cost(NamedTuple):
    """Processor seconds, wall seconds and the peak of memory (MiB) of a command and all that it started."""

    processor: float
    wall: float
    memory: float


def main() -> None:
    """Print a table with a line for each number of districts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--numbers", default="10")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--cluster", default="", help="as kepu-eval batch takes it; without it, processes")
    given = parser.parse_args()
    way = ["--cluster", given.cluster] if given.cluster else ["--jobs", str(given.jobs)]
    print(f"{dt.date.today()}，{platform.platform()}，Python {platform.python_version()}，{os.cpu_count()}核，"
          f"{psutil.virtual_memory().total / 2**30:.0f}GB；{' '.join(way)}；种子{SEED}")  # fmt: skip
    print(
        "\n| 区县数 | 核秒 | 每个区县 | 内存峰值 | 历时 | 汇总核秒 | 合计相符 |\n|---:|---:|---:|---:|---:|---:|---|"
    )
    costs = {}
    for number in map(int, given.numbers.split(",")):
        with tempfile.TemporaryDirectory() as place:
            costs[number] = one(Path(place), number, way)
    few, many = min(costs), max(costs)
    if few < many:
        each = (costs[many].processor - costs[few].processor) / (many - few)
        print(f"\n第{few + 1}至{many}个区县每个{each:.1f}核秒（前{few}个每个{costs[few].processor / few:.1f}，含起停）。"
              f"推算（未实测，假定每个区县的用时不变）：{_ON_PAPER}个{each * _ON_PAPER / 3600:.1f}核小时")  # fmt: skip


def one(place: Path, number: int, way: list[str]) -> Cost:
    """Simulate, evaluate and join ``number`` districts; print what it cost."""
    expected = simulate(place, number)
    cost = measured([*OURS, "batch", str(place / "districts.csv"), "--out", str(place / "out"), "--formats", "package", *way])  # fmt: skip
    with (place / "city.csv").open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["区县", "结果包"])
        rows.writerows([name, next((place / "out" / name).glob("*.zip"))] for name in names(number))
    joined = measured([*OURS, "rollup", CITY, "--districts", str(place / "city.csv"), "--out", str(place / "city"), "--formats", "ipynb"])  # fmt: skip
    facts = json.loads((place / "city" / "manifest.json").read_text(encoding="utf-8"))["facts"]
    found = next(fact["value"] for fact in facts if fact["id"] == f"汇总.{STEWARDS}.value")
    print(f"| {number} | {cost.processor:.0f} | {cost.processor / number:.1f} | {cost.memory:.0f} MiB | {cost.wall:.0f}秒 "
          f"| {joined.processor:.1f} | {'是' if found == expected else f'否：{found}，应为{expected}'} |", flush=True)  # fmt: skip
    return cost


def names(number: int) -> list[str]:
    """Of the simulated districts."""
    return [f"示例县{n:04d}" for n in range(number)]


def simulate(place: Path, number: int) -> int:
    """Plans, folders of returns and the batch's table; the sum of the stewards that all districts report."""
    plan = next(shipped("plan").glob("*.yaml")).read_text(encoding="utf-8")
    books = {path.name: path for path in sorted(shipped(ROUND).glob("*.xlsx"))}
    rows = []
    for order, name in enumerate(names(number)):
        dice = np.random.default_rng([SEED, order])
        folder = place / name
        folder.mkdir()
        (folder / "plan.yaml").write_text(own_plan(plan, name, order, dice), encoding="utf-8")
        (folder / "returns").mkdir()
        (folder / "returns" / "round.yaml").write_text("simulated: true\n", encoding="utf-8")
        silent = set(dice.choice(sorted(set(books) - {_COUNTS}), int(dice.integers(0, 3)), replace=False))
        for file, book in books.items():
            if file not in silent:
                (folder / "returns" / file).write_bytes(own_book(book, name))
        rows.append(
            ["midterm", name, folder / "plan.yaml", "2023-midterm", folder / "returns", shipped(SURVEY)]
        )
    with (place / "districts.csv").open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(["notebook", "output", "plan", "round_id", "returns", "survey"])
        out.writerows(rows)
    return number * stewards()


def own_plan(shipped_plan: str, name: str, order: int, dice: np.random.Generator) -> str:
    """The shipped plan as this district's: its name, document number, and targets a fifth more or less."""
    content = yaml.safe_load(shipped_plan.replace(DISTRICT, name))
    content["meta"]["doc_no"] = f"示府发〔2023〕{order + 1}号"
    for item in content["indicators"]:
        if item["unit"] in ("人", "人次"):
            item["target"] = round(item["target"] * dice.uniform(0.8, 1.2))
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def own_book(book: Path, name: str) -> bytes:
    """An example workbook as this district's unit sends it: its sheets with another name in them."""
    old, new = (text.encode("ascii", "xmlcharrefreplace") for text in (DISTRICT, name))
    result = io.BytesIO()
    with zipfile.ZipFile(book) as archive, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as out:
        for part in archive.namelist():
            body = archive.read(part)
            out.writestr(part, body.replace(old, new) if part.startswith("xl/worksheets/") else body)
    return result.getvalue()


def stewards() -> int:
    """The stewards of the example's last year, read out of 区科协's workbook."""
    from openpyxl import load_workbook

    sheet = load_workbook(shipped(ROUND) / _COUNTS)["指标数据"]
    titles = {cell.value: cell.column for cell in sheet[4]}
    row = next(cells[0].row for cells in sheet.iter_rows() if cells[0].value == "Q10")
    return int(sheet.cell(row, titles["2023年"]).value)


def measured(command: list[str]) -> Cost:
    """Run a command; :class:`SystemExit` with what it said when it failed."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1)  # whoever loses its parent becomes a child of this process
    before, began, peak = _used(), time.perf_counter(), 0.0
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while process.poll() is None:
        peak = max(peak, _memory())
        time.sleep(_EVERY)
    wall = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(process.stderr.read())
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return Cost(_used() - before, wall, peak)


def _used() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _memory() -> float:
    """Proportional set size of all descendants together, in MiB."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        try:
            total += process.memory_full_info().pss
        except psutil.Error:  # it has just ended
            continue
    return total / 2**20


if __name__ == "__main__":
    main()
