"""Has a ratio of :mod:`benchmarks.reports` become worse than recorded? A local tool, not a gate.

    python -m benchmarks.check_regression [--save-baseline]

Runs the benchmark without the counties and compares each ratio with ``benchmarks/baselines/reports.json``. Exit code
0 when none is worse by more than the threshold, 1 when one is, 2 when there is nothing to compare with.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

BASELINE = Path(__file__).parent / "baselines" / "reports.json"
THRESHOLD = 1.25
# Where more is worse; the other figures say how many times as long the peer takes.
_COSTS = {("载入", "秒"), ("构成", "对普通函数"), ("各县", "后来与起初"), ("各县", "父进程内存增加MB")}


def worse(now: dict, before: dict, threshold: float = THRESHOLD) -> list[str]:
    """One line for each figure that became worse than ``threshold`` times the recorded one; all must be there."""
    lines = []
    for part, figures in before.items():
        for name, value in figures.items():
            factor = now[part][name] / value if (part, name) in _COSTS else value / now[part][name]
            if factor > threshold:
                lines.append(f"{part}　{name}：由{value:.2f}变为{now[part][name]:.2f}")
    return lines


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--save-baseline", action="store_true")
    given = parser.parse_args()
    if not given.save_baseline and not BASELINE.is_file():
        print(f"没有记录：{BASELINE}；先用 --save-baseline 记下")
        sys.exit(2)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "now.json"
        subprocess.run(
            [sys.executable, "-m", "benchmarks.reports", "--counties", "0", "--save", file], check=True
        )
        now = file.read_text(encoding="utf-8")
    if given.save_baseline:
        BASELINE.parent.mkdir(exist_ok=True)
        BASELINE.write_text(now, encoding="utf-8")
        return
    lines = worse(json.loads(now), json.loads(BASELINE.read_text(encoding="utf-8")))
    print("\n".join(lines) or "没有变慢")
    sys.exit(1 if lines else 0)


if __name__ == "__main__":
    main()
