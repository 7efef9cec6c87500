"""Making reports, beside papermill on the same notebooks in the same run.

    python -m benchmarks.reports [--rounds 3] [--counties 500] [--save FILE.json]

Ways are measured in turn, round after round, so that a busy machine slows all of them alike; printed are medians,
spreads and ratios. Every way is a command of its own, so imports and starts count. "Light" is a notebook that reads
two CSV files, makes two charts and a table. The counties are simulated: each has a generated plan of its own and two
units' returns of the example round.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import psutil

from benchmarks.report_inputs import anatomy, county_inputs, light_inputs
from kepu_eval.resources import resource

MIDTERM = str(resource("notebooks/midterm_self_assessment.ipynb"))
OURS = [sys.executable, "-m", "kepu_eval.cli"]
LIGHT = 24
COUNTIES, QUARTERS = 2843, 4
_POOL = """
import sys, papermill
from concurrent.futures import ProcessPoolExecutor
def one(n):
    papermill.execute_notebook('light.ipynb', f'{n}.ipynb', {'unit': n}, progress_bar=False,
                               extra_arguments=['--IPKernelApp.log_level=40'])
if __name__ == '__main__':
    jobs, wanted = int(sys.argv[1]), range(int(sys.argv[2]))
    if jobs == 1:
        for n in wanted: one(n)
    else:
        with ProcessPoolExecutor(jobs) as pool: list(pool.map(one, wanted))
"""


def seconds(command: list[str], folder: Path, note: Callable[[], None] = lambda: None) -> float:
    """Wall time of a command; ``note`` is called while it runs."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while process.poll() is None:
        note()
        time.sleep(0.01)
    if process.returncode:
        raise SystemExit(process.stderr.read().decode())
    return time.perf_counter() - began


def in_turn(ways: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Times of each way, measured one after the other, ``rounds`` times."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            times[name].append(way())
    return times


def table(title: str, times: dict[str, list[float]], base: str) -> dict[str, float]:
    """Print medians, spreads and the ratio of ``base`` to each; the ratios by way."""
    print(f"\n{title}\n\n| 方式 | 中位数（秒） | 最小—最大 | {base}的用时是它的几倍 |\n|---|---|---|---|")
    ratios = {}
    for name, values in times.items():
        # Ratios round by round: what slows a round slows all ways of it.
        ratios[name] = statistics.median(a / b for a, b in zip(times[base], values, strict=True))
        print(
            f"| {name} | {statistics.median(values):.2f} | {min(values):.2f}—{max(values):.2f} | {ratios[name]:.2f} |"
        )
    return ratios


def one_report(folder: Path, rounds: int) -> dict[str, float]:
    """The mid-term report, notebook only."""

    def ours() -> float:
        return seconds(
            [*OURS, "report", "midterm", "--formats", "ipynb", "--out", str(folder / "ours")], folder
        )

    def warm() -> float:
        subprocess.run([*OURS, "warm"], check=True, capture_output=True)
        try:
            return ours()
        finally:
            subprocess.run([*OURS, "warm", "--stop"], check=True, capture_output=True)

    plain = [sys.executable, "-m", "papermill", MIDTERM, "plain.ipynb", "--no-progress-bar"]
    times = in_turn(
        {"papermill": lambda: seconds(plain, folder), "本工具": ours, "本工具（已预热）": warm}, rounds
    )
    same = outputs(folder / "plain.ipynb") == outputs(folder / "ours" / Path(MIDTERM).name)
    print(f"中期报告的输出{'逐格相同' if same else '不同！'}")
    return table("一份中期报告（只要笔记本）", times, "papermill")


def many_reports(folder: Path, rounds: int) -> dict[str, float]:
    """24 light reports."""
    light_inputs(folder, LIGHT)
    (folder / "pool.py").write_text(_POOL, encoding="utf-8")

    def ours() -> float:
        subprocess.run(["rm", "-rf", "out"], cwd=folder, check=True)
        return seconds(
            [*OURS, "batch", "light.csv", "--out", "out", "--jobs", "2", "--formats", "ipynb"], folder
        )

    python = sys.executable
    times = in_turn(
        {
            "papermill逐份": lambda: seconds([python, "pool.py", "1", str(LIGHT)], folder),
            "papermill两进程": lambda: seconds([python, "pool.py", "2", str(LIGHT)], folder),
            "本工具两进程": ours,
        },
        rounds,
    )
    same = all(
        outputs(folder / f"{n}.ipynb") == outputs(folder / "out" / str(n) / "light.ipynb")
        for n in range(LIGHT)
    )
    print(f"{LIGHT}份轻量报告的输出{'逐格相同' if same else '不同！'}")
    ratios = table(f"{LIGHT}份轻量报告", times, "papermill逐份")
    pool = statistics.median(
        a / b for a, b in zip(times["papermill两进程"], times["本工具两进程"], strict=True)
    )
    print(f"本工具是papermill两进程的{pool:.2f}倍")
    return ratios | {"本工具对papermill两进程": pool}


def counties(folder: Path, wanted: int) -> dict[str, float]:
    """Simulated counties, each with its own plan: whether the last is as cheap as the first, and the parent small."""
    county_inputs(folder, wanted)
    parent, memory = [], []

    def note() -> None:
        if not parent:
            parent.extend(
                p for p in psutil.process_iter(["cmdline"]) if str(os.getpid()) and _is_parent(p, folder)
            )
        elif psutil.pid_exists(parent[0].pid):
            # Resident memory: what is private to the parent goes up and down with how many children share its pages.
            memory.append(parent[0].memory_info().rss / 2**20)

    seconds(
        [*OURS, "batch", "counties.csv", "--out", "out", "--jobs", "2", "--formats", "ipynb"], folder, note
    )
    ends = sorted((folder / "out" / f"{n:04d}" / "batch.json").stat().st_mtime for n in range(wanted))
    tenth = max(wanted // 10, 2)
    early = (ends[tenth - 1] - ends[0]) / (tenth - 1)
    whole = (ends[-1] - ends[tenth - 1]) / (wanted - tenth)
    settled = memory[len(memory) // 10 :]
    growth = max(settled) - settled[0]  # the last samples are of its end
    print(
        f"\n{wanted}个模拟县（两进程）：前{tenth}份每份{early:.3f}秒，其余每份{whole:.3f}秒（{whole / early:.2f}倍）；"
        f"父进程内存增加{growth:.1f}MB"
    )
    print(f"纸面推算：{COUNTIES}县×{QUARTERS}季＝{COUNTIES * QUARTERS}份，每份{2 * whole:.2f}核秒：")
    for cores in (1, 8, 64):
        print(f"- {cores}核：{COUNTIES * QUARTERS * 2 * whole / cores / 3600:.2f}小时")
    print("（假定：各份互不等待、磁盘和内存带宽不是瓶颈、每核速度与本机相同，只出笔记本。）")
    return {"后来与起初": whole / early, "父进程内存增加MB": growth}


def _is_parent(process: psutil.Process, folder: Path) -> bool:
    try:
        ours = "kepu_eval.runner.parent" in process.info["cmdline"]
        return ours and Path(process.parents()[0].cwd()) == folder
    except (psutil.Error, IndexError, TypeError):
        return False


def outputs(file: Path) -> list:
    """Sources and outputs of a notebook's cells."""
    return [(cell.source, cell.get("outputs")) for cell in nbformat.read(file, 4).cells]


def import_time() -> float:
    """Seconds to import kepu_eval and its command line, the least of five, as -X importtime tells them."""
    found = []
    for _ in range(5):
        command = [sys.executable, "-X", "importtime", "-c", "import kepu_eval.cli"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        totals = [
            line.split("|")[1] for line in told.splitlines() if line.split("|")[-1].strip() == "kepu_eval.cli"
        ]
        found.append(int(totals[0]) / 1e6)
    return min(found)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--counties", type=int, default=500, help="0 leaves them out")
    parser.add_argument("--save", type=Path, help="ratios as JSON, for benchmarks.check_regression")
    given = parser.parse_args()
    memory = psutil.virtual_memory().total / 2**30
    print(
        f"{platform.platform()}，Python {platform.python_version()}，{os.cpu_count()}核，{memory:.0f}GB，轮数{given.rounds}"
    )
    imported = import_time()
    print(f"import kepu_eval.cli：{imported:.3f}秒")
    ratios: dict[str, dict[str, float]] = {"载入": {"秒": imported}}
    for name, measure in (
        ("一份", lambda folder: one_report(folder, given.rounds)),
        ("多份", lambda folder: many_reports(folder, given.rounds)),
        ("构成", anatomy),
        *([("各县", lambda folder: counties(folder, given.counties))] if given.counties else []),
    ):
        with tempfile.TemporaryDirectory() as folder:
            ratios[name] = measure(Path(folder).resolve())
    if given.save:
        given.save.write_text(json.dumps(ratios, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
