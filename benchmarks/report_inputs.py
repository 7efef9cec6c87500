"""What :mod:`benchmarks.reports` runs: a light notebook, simulated counties, and the parts of one light report."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import statistics
import sys
import time
from pathlib import Path

import nbformat
import numpy as np

from kepu_eval.resources import resource
from kepu_eval.runner.jobs import Job

LIGHT = (
    "import io, base64\nimport pandas as pd\nfrom IPython.display import Image, display\n"
    "from kepu_eval.report.figures.style import chart, drawing\n"
    "people, events = pd.read_csv('people.csv'), pd.read_csv('events.csv')",
    "mine = people[people['unit'] == unit].merge(events[events['unit'] == unit], on='year')\nmine",
    "with drawing(50) as figure:\n    figure.subplots().bar(mine['year'], mine['people'])\n"
    "    display(Image(base64.b64decode(chart(figure, 'a', '人次', '柱').png)))",
    "with drawing(50) as figure:\n    figure.subplots().plot(mine['year'], mine['events'])\n"
    "    display(Image(base64.b64decode(chart(figure, 'b', '活动', '线').png)))",
    "print(f'累计{mine[\"people\"].sum()}人次')",
)
COUNTY = (
    "from kepu_eval.report import given, open_case, sections\ncase = open_case('midterm', given(globals()))",
    "case.evaluation.indicators",
    "sections.timeline(case)",
)
_KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
_DISTRICT = "昆都仑区"


def _notebook(path: Path, parameters: str, sources: tuple[str, ...]) -> None:
    cells = [
        nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        *(nbformat.v4.new_code_cell(source) for source in sources),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=_KERNEL), path)


def light_inputs(folder: Path, units: int) -> None:
    """Two CSV files, the light notebook and a batch's table for it; figures drawn with a fixed seed."""
    rng = np.random.default_rng(20231128)
    for name, most in (("people", 3000), ("events", 40)):
        rows = [f"{u},{year},{rng.integers(most)}" for u in range(units) for year in range(2016, 2026)]
        (folder / f"{name}.csv").write_text("\n".join([f"unit,year,{name}", *rows]), encoding="utf-8")
    _notebook(folder / "light.ipynb", "unit = 0", LIGHT)
    rows = [f"light.ipynb,{unit},{unit}" for unit in range(units)]
    (folder / "light.csv").write_text("\n".join(["notebook,output,unit", *rows]), encoding="utf-8")


def county_inputs(folder: Path, counties: int) -> None:
    """A plan for each county (the shipped one under another name), one small round, and a batch's table."""
    shipped = next(resource("plan").glob("*.yaml")).read_text(encoding="utf-8")
    example = resource("example/2023-midterm")
    returns = folder / "returns"
    returns.mkdir()
    for name in ("round.yaml", "区农牧局.xlsx", "区科协.xlsx"):
        shutil.copy(example / name, returns / name)
    parameters = 'round_id = "2023-midterm"\nreturns = ""\nas_of = "2023-12-31"\nplan = ""'
    _notebook(folder / "county.ipynb", parameters, COUNTY)
    rows = []
    for number in range(counties):
        plan = folder / f"plan-{number:04d}.yaml"
        plan.write_text(shipped.replace(_DISTRICT, f"示例县{number:04d}"), encoding="utf-8")
        rows.append(f"county.ipynb,{number:04d},{plan},{returns}")
    (folder / "counties.csv").write_text("\n".join(["notebook,output,plan,returns", *rows]), encoding="utf-8")


def anatomy(folder: Path) -> dict[str, float]:
    """Where a light report's time goes in a warm process, beside the same cells as a plain function there.

    Every measured run is in a forked process of its own. Prints a table; the ratio of report and function.
    """
    from kepu_eval.runner.parent import preload

    light_inputs(folder, 1)
    with contextlib.chdir(folder):
        began = time.perf_counter()
        preload()
        parts = {"载入全部程序（每个父进程一次）": [time.perf_counter() - began]}
        for _ in range(9):
            for name, value in {
                "分出进程并结束": _forked(lambda: {}),
                **_forked(_report),
                **_forked(_function),
            }.items():
                parts.setdefault(name, []).append(value if isinstance(value, float) else value["全部"])
    print("\n一份轻量报告的构成\n\n| 部分 | 中位数（秒） |\n|---|---|")
    for name, values in parts.items():
        print(f"| {name} | {statistics.median(values):.3f} |")
    report, function = (statistics.median(parts[name]) for name in ("整份报告", "同样的代码作为普通函数"))
    print(f"整份报告是普通函数的{report / function:.2f}倍")
    return {"对普通函数": report / function}


def _forked(work: object) -> dict[str, float]:
    """What ``work`` says it took, called in a forked process; ``全部`` is the time with fork and end."""
    read, write = os.pipe()
    began = time.perf_counter()
    if os.fork() == 0:
        os.write(write, repr(work()).encode())
        os._exit(0)
    os.close(write)
    told = os.read(read, 4096).decode()
    os.close(read)
    os.wait()
    lines = dict(part.split(": ") for part in told.strip("{}").replace("'", "").split(", ") if part)
    return {name: float(value) for name, value in lines.items()} or {"全部": time.perf_counter() - began}


def _report() -> dict[str, float]:
    from kepu_eval.runner.inprocess import InProcessEngine
    from kepu_eval.runner.report import export, run_cells

    began = time.perf_counter()
    cells = []
    job = Job("light.ipynb", "out", {"unit": 0}, ())
    executed = run_cells(
        Path("light.ipynb"), job, InProcessEngine, lambda *_: cells.append(time.perf_counter())
    )
    ran = time.perf_counter()
    export(executed, Path("out"), "light", ())
    end = time.perf_counter()
    # Cells: parameters, injected parameters, imports and files, table, two charts, print.
    return {
        "读笔记本、起始": cells[1] - began, "载入数据、表": cells[3] - cells[1], "两张图": cells[5] - cells[3],
        "其余": ran - cells[5], "保存": end - ran, "整份报告": end - began,
    }  # fmt: skip


def _function() -> dict[str, float]:
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        names: dict[str, object] = {"unit": 0}
        for source in LIGHT:
            exec(source.replace("\nmine", "\nmine.to_html(); str(mine)"), names)
    sys.stdout.flush()
    return {"同样的代码作为普通函数": time.perf_counter() - began}
