"""How many planted defects are asked about, and how many questions are about none: a labelled set from a seed.

``python -m benchmarks.plausibility`` fills the templates of a made-up district for a round, plants one defect at a time
(kinds × sizes × units) and reads it again. A defect is found when a new question, rejection or note about evidence names
one of its cells; a new question elsewhere is a false one. Thresholds were chosen on the training half (seed
:data:`TRAINING`), the figures in docs/收表.md are those of the other (``--seed``, default :data:`TEST`), another district
and other draws. The set is simulated: it shows which contradictions are seen, not how often clerks make them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from openpyxl import load_workbook

from benchmarks.planted import KINDS, Pages, Planted
from kepu_eval.plan import load_plan
from kepu_eval.returns import Decisions
from kepu_eval.returns.assembling import assemble
from kepu_eval.returns.model import Returns, Submission
from kepu_eval.returns.reader import RoundReader

TRAINING, TEST = 11, 29
ROUND = "2023-midterm"
_ASKED = ("question", "rejected")


@dataclass(frozen=True)
class Outcome:
    """One planted defect: its class and kind, whether it was found, how many new questions were about something else."""

    group: str
    kind: str
    found: bool
    true: int
    false: tuple[str, ...]
    what: str


def clean_round(folder: Path, seed: int) -> Path:
    """Fill every unit's template for the round, without a defect; ``folder`` with the returns."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
    from simulate_district import simulate  # scripts are no package: they are found by the line above
    from simulate_rounds import filled

    plan = load_plan()
    for _, book, path in filled(plan, simulate(plan, seed), plan.round(ROUND), folder, set()):
        book.save(path)
    return folder


class Bench:
    """A clean round, read once; one unit's file at a time is spoiled and read again."""

    def __init__(self, folder: Path) -> None:
        self.plan, self.folder = load_plan(), folder
        self.reader = RoundReader(self.plan, ROUND)
        self.clean: dict[str, Submission] = {
            path.stem: self.reader.read(path) for path in sorted(folder.glob("*.xlsx"))
        }
        self.before = self._told(self._assemble({}))

    def _assemble(self, changed: dict[str, Submission]) -> Returns:
        submissions = list((self.clean | changed).values())
        return assemble(self.plan, ROUND, submissions, Decisions.none(), simulated=True)

    @staticmethod
    def _told(returns: Returns) -> dict[tuple, dict]:
        rows = returns.findings.to_dict("records")
        return {
            (r["code"], r["unit"], r["sheet"], r["cell"], str(r["value"])): r
            for r in rows
            if r["severity"] != "info"
        }

    def plant(self, group: str, kind: str, spoil: Callable[[Pages, np.random.Generator], Planted], unit: str,
              rng: np.random.Generator) -> Outcome | None:  # fmt: skip
        """Spoil one unit's file and see what is new; ``None`` where the unit has nothing to spoil in that way."""
        pages = Pages(load_workbook(self.folder / f"{unit}.xlsx"), self.plan, unit, self.folder)
        planted = spoil(pages, rng)
        if planted is None:
            return None
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / f"{unit}.xlsx"
            pages.book.save(path)
            now = self._told(self._assemble({unit: self.reader.read(path)}))
        new = [row for key, row in now.items() if key not in self.before]
        about = [row for row in new if planted.names(row)]
        false = [r for r in new if r["severity"] in _ASKED and not planted.names(r)]
        return Outcome(group, kind, bool(about), len([r for r in about if r["severity"] in _ASKED]),
                       tuple(f"{r['code']} {r['sheet']}{r['cell']} {r['message'][:70]}" for r in false), f"{unit}: {planted.what}")  # fmt: skip


def run(bench: Bench, seed: int, each: int, only: Iterable[str] = ()) -> list[Outcome]:
    """Plant every kind ``each`` times, in units drawn anew."""
    found, units = [], list(bench.clean)
    for number, (group, kind, spoil, among) in enumerate(KINDS):
        rng = np.random.default_rng([seed, number])
        done = tries = 0
        while done < each and tries < 8 * each and (not only or kind in only):
            unit = str(rng.choice(list(among or units)))
            outcome = bench.plant(group, kind, spoil, unit, rng)
            tries += 1
            if outcome is not None:
                done += 1
                found.append(outcome)
    return found


def report(outcomes: list[Outcome]) -> str:
    """Recall and precision by kind and by class."""
    lines = [f"{'类':　<6}{'种类':　<18}{'植入':>5}{'查出':>5}{'查出率':>7}{'另问':>5}"]
    by_group: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_group[outcome.group].append(outcome)
    for group, rows in by_group.items():
        kinds = dict.fromkeys(row.kind for row in rows)
        lines += [_line(group, kind, [row for row in rows if row.kind == kind]) for kind in kinds]
        lines.append(_line(group, "合计", rows))
    lines.append(_line("全部", "", outcomes))
    true, false = sum(o.true for o in outcomes), sum(len(o.false) for o in outcomes)
    lines.append(
        f"准确率 {true / max(true + false, 1):.1%}（新增问题{true + false}个，{false}个与植入的缺陷无关）"
    )
    return "\n".join(lines)


def _line(group: str, kind: str, rows: list[Outcome]) -> str:
    found = sum(row.found for row in rows)
    false = sum(len(row.false) for row in rows)
    return f"{group:　<6}{kind:　<18}{len(rows):>6}{found:>6}{found / len(rows):>9.0%}{false:>6}"


def main() -> None:
    """Print the table of one half."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=TEST)
    parser.add_argument("--each", type=int, default=6)
    parser.add_argument("--kind", action="append", default=[])
    parser.add_argument("--folder", type=Path)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = told.folder or Path(place) / "clean"
        if not (told.folder and folder.is_dir()):
            clean_round(folder, told.seed)
        bench = Bench(folder)
        asked = [row for row in bench.before.values() if row["severity"] in _ASKED]
        print(f"没有缺陷的一轮：{len(bench.clean)}个单位，问题{len(asked)}个")
        for row in asked:
            print("  ", row["code"], row["unit"], row["sheet"], row["cell"], row["message"][:90])
        outcomes = run(bench, told.seed, told.each, told.kind)
    print(report(outcomes))
    for outcome in outcomes:
        if not outcome.found:
            print("漏", outcome.kind, outcome.what)
        for row in outcome.false:
            print("误", outcome.kind, outcome.what, "→", row)


if __name__ == "__main__":
    main()
