"""The rows of :mod:`benchmarks.table`: each measures one goal and gives its figure of every round."""

from __future__ import annotations

import datetime as dt
import math
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.intake import with_kepu_eval, with_openpyxl
from benchmarks.reports import MIDTERM, OURS, in_turn, seconds
from kepu_eval.resources import project_path

EXAMPLE = project_path("data/example/2023-midterm")
ROUND = "2023-midterm"
PANDAS = [sys.executable, "-c", "import pandas"]


_NUMBERED = {"obs", "status", "event", "finding"}


class NotMeasured(Exception):  # noqa: N818 - no error: something that the row needs was not given
    """Why a row is left out."""


@dataclass(frozen=True)
class Given:
    """Where to work, how often, whether only to try."""

    folder: Path
    rounds: int
    small: bool
    baseline: Path | None

    def at(self, folder: Path) -> Given:
        """The same in a folder of its own."""
        return replace(self, folder=folder)


def _ratios(given: Given, one: list[str], other: list[str], folder: Path | None = None) -> list[float]:
    """Round by round, the seconds of one command over those of another."""
    ways = {
        name: lambda words=words: seconds(words, folder or given.folder)
        for name, words in (("one", one), ("other", other))
    }
    times = in_turn(ways, given.rounds)
    return [a / b for a, b in zip(times["one"], times["other"], strict=True)]


def _midterm(out: str, *more: str) -> list[str]:
    return [*OURS, "report", "midterm", "--out", out, *more]


def one_report(given: Given) -> list[float]:
    """Row 1: papermill's own command on the same notebook."""
    plain = [sys.executable, "-m", "papermill", MIDTERM, "plain.ipynb", "--no-progress-bar"]
    return _ratios(given, plain, _midterm("ours", "--formats", "ipynb"))


def against_baseline(given: Given) -> list[float]:
    """Row 2: the same report by an earlier version, in its own environment."""
    if given.baseline is None:
        raise NotMeasured("没有用 --baseline 给出基准版本")
    theirs = [
        str(given.baseline / ".venv/bin/python"),
        *OURS[1:],
        "report",
        "midterm",
        "--out",
        str(given.folder / "old"),
    ]
    ours, old = _midterm(str(given.folder / "new")), given.baseline
    times = in_turn(
        {"ours": lambda: seconds(ours, given.folder), "old": lambda: seconds(theirs, old)}, given.rounds
    )
    return [a / b for a, b in zip(times["ours"], times["old"], strict=True)]


def unit_reports(given: Given) -> list[float]:
    """Row 3: the reports of all units, beside one mid-term; with ``small`` of one unit."""
    whose = ["--unit", "区科协"] if given.small else ["--all-units"]
    places = iter(range(given.rounds))

    def units() -> float:  # a folder of its own each time: what is there is not made again
        out = ["--out", f"units{next(places)}"]
        return seconds([*OURS, "report", "unit", *whose, "--round", ROUND, "--formats", "ipynb", *out], given.folder)  # fmt: skip

    midterm = _midterm("one", "--formats", "ipynb")
    times = in_turn({"units": units, "midterm": lambda: seconds(midterm, given.folder)}, given.rounds)
    return [a / b for a, b in zip(times["units"], times["midterm"], strict=True)]


def _collected(given: Given, files: int | None = None) -> tuple[Path, list[str]]:
    folder = given.folder / ROUND
    folder.mkdir()
    for file in sorted(EXAMPLE.glob("*.xlsx"))[:files]:
        shutil.copy(file, folder)
    return folder, [*OURS, "collect", str(folder), "--round", ROUND]


def small_commands(given: Given) -> list[float]:
    """Row 4: each of the three beside ``import pandas``; of every round the slowest."""
    _, collect = _collected(given, 2 if given.small else None)
    ledger = ["--round", ROUND, "--ledger", str(given.folder / "ledger.sqlite")]
    seconds([*collect, "--ledger", str(given.folder / "ledger.sqlite")], given.folder)
    commands = (
        ["roster", *ledger], ["slips", *ledger, "--out", "slips"],
        ["decide", "export", *ledger, "--out", "decisions.xlsx"],
    )  # fmt: skip
    found = [_ratios(given, [*OURS, *words], PANDAS) for words in commands]
    return [max(each) for each in zip(*found, strict=True)]


def first_collect(given: Given) -> list[float]:
    """Row 4: the collect into a ledger that there is not yet."""
    _, collect = _collected(given, 2 if given.small else None)
    ledgers = iter(range(given.rounds))

    def fresh() -> float:
        return seconds([*collect, "--ledger", str(given.folder / f"{next(ledgers)}.sqlite")], given.folder)

    times = in_turn({"collect": fresh, "pandas": lambda: seconds(PANDAS, given.folder)}, given.rounds)
    return [a / b for a, b in zip(times["collect"], times["pandas"], strict=True)]


def _refused(words: list[str], folder: Path) -> float:
    began = time.perf_counter()
    if subprocess.run(words, cwd=folder, capture_output=True).returncode == 0:
        raise ValueError(f"was not refused: {' '.join(words)}")
    return time.perf_counter() - began


def refusals(given: Given) -> list[float]:
    """Row 5: what is wrong is said before anything heavy is imported; of every round the slowest."""
    wrong = (
        ["-p", "as_of", "2023-13-45"],
        ["--returns", "nowhere"],
        ["--round", "1999"],
        ["-p", "no_such", "1"],
    )
    found = []
    for words in wrong:
        command = [*_midterm("out"), *words]
        ways = {
            "wrong": lambda command=command: _refused(command, given.folder),
            "help": lambda: seconds([*OURS, "--help"], given.folder),
        }
        times = in_turn(ways, given.rounds)
        found.append([a / b for a, b in zip(times["wrong"], times["help"], strict=True)])
    return [max(each) for each in zip(*found, strict=True)]


def preload(given: Given) -> list[float]:
    """Row 6: what the parent of warm reports does before the first."""
    loading = [sys.executable, "-c", "from kepu_eval.runner.parent import preload; preload()"]
    return _ratios(given, loading, PANDAS)


def one_format(given: Given) -> list[float]:
    """Row 7: nbconvert's own HTML beside ours, each a command."""
    seconds(_midterm("made", "--formats", "ipynb"), given.folder)
    report = str(next((given.folder / "made").glob("*.ipynb")))
    convert = [
        sys.executable,
        "-m",
        "jupyter",
        "nbconvert",
        report,
        "--output-dir",
        str(given.folder / "out"),
    ]
    return _ratios(given, [*convert, "--to", "html"], [*convert, "--to", "kepu_html"])


def reading(given: Given) -> list[float]:
    """Row 8: cells by openpyxl in read-only mode beside the intake's reader, which looks at them, too."""
    files = sorted(EXAMPLE.glob("*.xlsx"))[: 2 if given.small else None]
    ways = {
        "openpyxl": lambda: _timed(lambda: with_openpyxl(files)),
        "ours": lambda: _timed(lambda: with_kepu_eval(files)),
    }
    times = in_turn(ways, given.rounds)
    return [a / b for a, b in zip(times["openpyxl"], times["ours"], strict=True)]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _exponent(sizes: list[int], times: list[float]) -> float:
    """The slope of log time over log size, by least squares."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def _events(number: int) -> pd.DataFrame:
    """Events of 24 units over five years; one in five is told by a second unit under a similar title."""
    rng = np.random.default_rng(20231128)
    topics = np.array(
        ["科普讲座", "科技周", "健康义诊", "农技培训", "消防演练", "校园科技节", "院士报告", "气象开放日"]
    )
    days = pd.to_datetime("2021-01-01") + pd.to_timedelta(rng.integers(0, 365 * 3, number), unit="D")
    titles = [
        f"{topic}第{n}场"
        for topic, n in zip(
            topics[rng.integers(len(topics), size=number)], rng.integers(number, size=number), strict=True
        )
    ]
    frame = pd.DataFrame({
        "event": range(number), "number": [f"EV{n}" for n in range(number)], "date": days.date, "title": titles,
        "place": [f"{n}号社区" for n in rng.integers(400, size=number)], "participants": rng.integers(20, 400, number).astype(float),
        "task": rng.integers(1, 20, number), "indicator": "", "organiser": "", "co_organisers": "",
        "unit": [f"U{n:02d}" for n in rng.integers(1, 25, number)], "evidence": [()] * number, "state": "accepted",
        "file": "示例.xlsx", "sheet": "活动台账", "row": range(number), "group": "", "main": True,
    })  # fmt: skip
    twice = frame.sample(frac=0.2, random_state=1)
    others = [f"U{(int(unit[1:]) % 24) + 1:02d}" for unit in twice["unit"]]
    both = pd.concat([frame, twice.assign(unit=others)], ignore_index=True)
    return both.assign(event=range(len(both)))


def _matching(number: int) -> float:
    from kepu_eval.plan import load_plan
    from kepu_eval.returns.matching import groups

    plan, events = load_plan(), _events(number)
    return _timed(lambda: groups(events, plan))


def matching_growth(given: Given) -> list[float]:
    """Row 9: the exponent from a thousand events to a hundred thousand."""
    sizes = [200, 400, 800] if given.small else [10_000, 30_000, 100_000]
    return [_exponent(sizes, [_matching(n) for n in sizes]) for _ in range(given.rounds)]


def matching_seconds(given: Given) -> list[float]:
    """Row 9: seconds for 78,000 rows."""
    return [_matching(500 if given.small else 65_000) for _ in range(given.rounds)]  # a fifth is told twice


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames of returns as one, its rows numbered anew where they have numbers."""
    both = pd.concat(frames, ignore_index=True)
    number = both.columns[0]
    return both.assign(**{number: range(len(both))}) if number in _NUMBERED else both


def _of_units(times: int) -> Callable[[], object]:
    """Evaluation of the example as if every unit were there ``times`` times, and every figure that texts may name."""
    import kepu_eval as ke
    from kepu_eval.report.words import flat

    case = ke.open_report("midterm", returns=str(EXAMPLE))
    units = case.plan.units
    more = [
        unit.model_copy(update={"id": f"{unit.id}X{n}", "name": f"{unit.name}{n}", "aliases": ()})
        for n in range(1, times) for unit in units
    ]  # fmt: skip
    tasks = tuple(
        task.model_copy(update={"responsible": (*task.responsible, *(
            f"{unit.name}{n}" for n in range(1, times) for unit in (case.plan.lead(task), *case.plan.responsible(task))
        ))})
        for task in case.plan.tasks
    )  # fmt: skip
    plan = case.plan.model_copy(update={"units": (*units, *more), "tasks": tasks})
    for name in set(vars(plan)) - set(type(plan).model_fields):
        del vars(plan)[name]  # what it has looked up is of the units that it had
    returns = replace(case.returns, **{
        name: _joined([frame, *(frame.assign(unit=frame["unit"] + f"X{n}") for n in range(1, times))])
        for name in ("submissions", "observations", "statuses", "events", "evidence", "findings", "cells")
        for frame in [getattr(case.returns, name)]
    })  # fmt: skip

    def work() -> None:
        evaluation = ke.evaluate(plan, returns, case.as_of)
        list(flat(replace(case, plan=plan, returns=returns, evaluation=evaluation).words))

    return work


def units_growth(given: Given) -> list[float]:
    """Row 10: from 24 units to ten times as many (``small``: twice)."""
    times = [1, 2] if given.small else [1, 3, 10]
    works = [_of_units(n) for n in times]
    return [_exponent(times, [_timed(work) for work in works]) for _ in range(given.rounds)]


def schools(given: Given) -> list[float]:
    """Row 11: the example's schools beside 4,000 (``small``: 90), each with its figures."""
    import kepu_eval as ke
    from kepu_eval.report import sections

    case = ke.open_report("midterm", returns=str(EXAMPLE))
    known = case.returns.schools["entity"].nunique()
    copies = max(round((2 * known if given.small else 4000) / known), 2)

    def work(times: int) -> Callable[[], object]:
        def grown(frame: pd.DataFrame) -> pd.DataFrame:
            own = frame[frame["entity"].fillna("").ne("")]
            return _joined([frame, *(own.assign(entity=own["entity"] + f"{n}分校") for n in range(1, times))])

        returns = replace(
            case.returns, schools=grown(case.returns.schools), observations=grown(case.returns.observations)
        )
        return lambda: sections.indicator_details(
            replace(case, returns=returns, evaluation=ke.evaluate(case.plan, returns, case.as_of))
        )

    few, many = work(1), work(copies)
    return [_timed(many) / _timed(few) for _ in range(given.rounds)]


_SURVEY = """
import resource, sys, time
began = time.perf_counter()
if sys.argv[1] == "pandas":
    import pandas as pd
    pd.read_csv(sys.argv[2] + "/people.csv")
else:
    from kepu_eval.survey import read_survey
    from kepu_eval.survey.reading import LITERATE
    read = read_survey(sys.argv[2])
    read.design.proportion(LITERATE, by=next(iter(read.groups.values())))
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
"""


def _survey(given: Given) -> list[tuple[float, float]]:
    """Of every round, the ratio to ``pd.read_csv`` and the peak in gigabytes."""
    people = 3_000 if given.small else 3_000_000
    rng = np.random.default_rng(7)
    psu = np.sort(rng.integers(0, 60 if given.small else 6000, people))
    frame = pd.DataFrame({"weight": rng.uniform(0.5, 2, people).round(4), "stratum": psu // 20, "psu": psu,
                          "sex": np.array(["男", "女"])[rng.integers(0, 2, people)], "score": rng.integers(0, 101, people)})  # fmt: skip
    frame.to_csv(given.folder / "people.csv", index=False)
    (given.folder / "survey.yaml").write_text(
        "label: 示例\npublished: 2023-06-01\nfile: people.csv\n"
        "columns: {weight: weight, stratum: stratum, psu: psu, score: score}\nthreshold: 70\ninstrument: 示例卷\n"
        "groups: {性别: {column: sex, order: [男, 女]}}\n", encoding="utf-8",
    )  # fmt: skip

    def run(way: str) -> tuple[float, float]:
        told = subprocess.run([sys.executable, "-c", _SURVEY, way, str(given.folder)], check=True, capture_output=True, text=True)  # fmt: skip
        used, peak = map(float, told.stdout.split())
        return used, peak

    found = []
    for _ in range(given.rounds):
        (ours, peak), (theirs, _) = run("ours"), run("pandas")
        found.append((ours / theirs, peak))
    return found


def survey_time(given: Given) -> list[float]:
    """Row 12: reading and estimating, beside reading alone by pandas; imports count in both."""
    return [ratio for ratio, _ in _survey(given)]


def survey_memory(given: Given) -> list[float]:
    """Row 12: the most memory that it needed."""
    return [peak for _, peak in _survey(given)]


def ledger_growth(given: Given) -> list[float]:
    """Row 13: the same files collected as round after round into one ledger: the last round over the first."""
    from kepu_eval.plan import load_plan
    from kepu_eval.returns import Ledger, collect

    number, plan = 3 if given.small else 40, load_plan()
    folder, _ = _collected(given, 2 if given.small else None)
    first = plan.round(ROUND)
    found = []
    for turn in range(given.rounds):
        names = [ROUND, *(f"2023-r{n:02d}" for n in range(1, number))]
        many = plan.model_copy(
            update={"rounds": (*plan.rounds, *(first.model_copy(update={"id": n}) for n in names[1:]))}
        )
        with Ledger(given.folder / f"{turn}.sqlite", must_exist=False) as ledger:
            times = [
                _timed(
                    lambda name=name, many=many: collect(
                        folder, many, name, ledger, at=dt.datetime(2024, 1, 25)
                    )
                )
                for name in names
            ]
        edge = math.ceil(number / 10)  # the first reads with cold caches: compared are the tenths at the ends
        found.append(float(np.median(times[-edge:]) / np.median(times[1 : edge + 1])))
    return found
