"""Values of parameters through all five entrances: each must end in the same parameters, or in the same message.

``python -m benchmarks.parameters [--variants 200] [--seed N]``; without a seed a fresh one is drawn and printed. Where a
report would be made, it is opened as far as the plan, the round and the dates; nothing is evaluated. Exit code 1 when an
entrance differs from the others or a value made no difference though it should.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import random
import re
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from unittest import mock

import nbformat
import numpy as np
import pandas as pd
from click.testing import CliRunner
from jupyter_scheduler.parameterize import add_parameters
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from kepu_eval.cli import main as command
from kepu_eval.parameters import Explorer, ParameterError, given, model_of, read_parameters
from kepu_eval.parameters.basis import basis, study_dates
from kepu_eval.runner.batch import SpecError, read_spec
from kepu_eval.runner.report import source
from kepu_eval.runner.scheduling import ReportExecutionManager

Values = dict[str, tuple[object, str]]
"""A parameter's value as Python has it, and as text."""


def day_forms(day: dt.date, rng: random.Random) -> tuple[object, str]:
    """A date as notebooks, tables and people write it."""
    return rng.choice(
        [
            (day, day.isoformat()),
            (dt.datetime(day.year, day.month, day.day, 9, 30), f"{day} 09:30:00"),
            (pd.Timestamp(day), f"{day} 00:00:00"),
            (np.datetime64(day), day.isoformat()),
            (f"{day:%Y/%m/%d}", f"{day.year}/{day.month}/{day.day}"),
            (f"{day.year}年{day.month}月{day.day}日", f"{day.year}年{day.month}月{day.day}日"),
            (f"{day:%Y%m%d}", f"{day:%Y%m%d}"),
            (f"{day:%Y.%m.%d}", f"{day:%Y.%m.%d}"),
        ]
    )


def bad_day(rng: random.Random) -> tuple[object, str]:
    """What is no date, or none that can be meant."""
    return rng.choice(
        [(text, text) for text in ("明天", "2023年底", "12/31/2023", "2023-13-01", "2023-02-30", "2050-12-31", "1921-12-31", "０")]
        + [(dt.date(2050, 1, 1), "2050-01-01"), (1980, "1980"), (2023.5, "2023.5")]
    )  # fmt: skip


def variants(rng: random.Random) -> Iterator[tuple[str, Values]]:
    """Without end: a report and values for one or two of its parameters."""
    nothing = [(None, "None"), ("", "None"), (float("nan"), "nan"), (pd.NaT, "NaT")]
    paths = ["data/example/survey-2023", "data/example/survey-2025", "没有这里", "a\x07b", "x" * 300]
    while True:
        early = dt.date(2021, 1, 1) + dt.timedelta(days=rng.randrange(1800))
        place = rng.choice(paths)
        of_a_place = rng.choice([(place, place), (PurePosixPath(place), place)])
        choices: list[tuple[str, Values]] = [
            ("midterm", {"as_of": day_forms(early, rng)}),
            ("midterm", {"as_of": bad_day(rng)}),
            ("midterm", {"report_date": day_forms(dt.date(2024, 1, 1) + dt.timedelta(days=rng.randrange(300)), rng)}),
            ("midterm", {"report_date": bad_day(rng)}),
            ("midterm", {rng.choice(["survey", "decisions", "supervision"]): of_a_place}),
            ("midterm", {rng.choice(["survey", "returns", "as_of", "switches", "practices"]): rng.choice(nothing)}),
            ("midterm", {"switches": rng.choice([({"stock_method": "gain"}, '{"stock_method": "gain"}'), ("off", "off"),
                                                 ({"stock": "gain"}, '{"stock": "gain"}'), (["gain"], '["gain"]')])}),
            ("midterm", {"practices": rng.choice([(["E2", "E5"], "E2、E5"), (("E2",), '["E2"]'), ({"E1"}, "E1"), (7, "7")])}),
            ("midterm", {rng.choice(["as_off", "surveys", "returnz", "top_n"]): ("2023-12-31", "2023-12-31")}),
            ("midterm", {"organisation": rng.choice([("𠮷区科协①", "𠮷区科协①"), (2024, "2024"), (True, "True")])}),
            ("final", {"as_of": day_forms(early, rng), "report_date": day_forms(dt.date(2026, 1, 9), rng)}),
            ("unit", {"unit": rng.choice([("区教育局", "区教育局"), ("区气象局", "区气象局"), (None, "None")])}),
            ("dispatch", {"quarter": rng.choice([("2024Q2", "2024Q2"), ("2031-Q1", "2031-Q1"), (2024, "2024")])}),
            ("survey", {"target": rng.choice([(16.5, "16.5"), (np.float64(15), "15.0"), (120, "120"), ("一成五", "一成五"), (None, "None")])}),
            ("survey", {"replicates": rng.choice([(50, "50"), (50.0, "50.0"), (1, "1"), (True, "True"), (2.5, "2.5")])}),
            ("survey", {"interactive": rng.choice([(False, "否"), (True, "true"), ("也许", "也许")])}),
            ("survey", {"domains": rng.choice([(["性别"], "性别"), (("性别", "城乡"), "性别,城乡"), (None, "nan")])}),
        ]  # fmt: skip
        yield rng.choice(choices)


def opened(notebook: nbformat.NotebookNode, kind: str) -> object:
    """What the notebook's parameters come to when its cells run as far as the opening."""
    names: dict[str, object] = {"In": [""], "Out": {}, "top": 5}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        names["In"].append(cell.source)
        if "open" in cell.metadata.get("tags", []):
            return settled(given(names), kind)
        exec(cell.source, names)
    raise LookupError("no cell opens the report")


def settled(values: dict[str, object], kind: str) -> object:
    """Parameters as the opening takes them, with round and date; or what it says."""
    try:
        told = read_parameters(model_of(source(kind)), values)
        if isinstance(told, Explorer):
            study_dates(told)
            return told.model_dump()
        found = basis(told)
        return {**told.model_dump(), "round_id": found.round.id, "as_of": found.as_of}
    except ParameterError as error:
        return str(error)


def notebook_entrance(kind: str, values: Values) -> object:
    """A person writes the values into the parameters cell; they are Python objects there."""
    book = load_notebook_node(str(source(kind)))
    names: dict[str, object] = {"In": [""]}
    for cell in book.cells:
        if cell.cell_type == "code":
            names["In"].append(cell.source)
        if "parameters" in cell.metadata.get("tags", []):
            lines = [*cell.source.splitlines(), *(f"{name} = ..." for name in values)]
            exec(cell.source, names)
            names["In"][-1] = "\n".join(lines)
        if "open" in cell.metadata.get("tags", []):
            break
    return settled(given(names | {name: value for name, (value, _) in values.items()}), kind)


def papermill_entrance(kind: str, values: Values) -> object:
    """Plain papermill, as Airflow runs it."""
    book = load_notebook_node(str(source(kind)))
    return opened(parameterize_notebook(book, {name: value for name, (value, _) in values.items()}), kind)


def scheduler_entrance(kind: str, values: Values) -> object:
    """A job of jupyter-scheduler, whose form has texts."""
    manager = ReportExecutionManager("", "", "", {"input": str(source(kind))})
    model = SimpleNamespace(parameters={name: text for name, (_, text) in values.items()})
    model.copy = lambda update: SimpleNamespace(**update)
    manager._model = model
    base = ReportExecutionManager.__bases__[0]
    try:
        with mock.patch.object(base, "execute", return_value=None):
            manager.execute()
    except ParameterError as error:
        return str(error)
    return opened(add_parameters(load_notebook_node(str(source(kind))), manager._model.parameters), kind)


def terminal_entrance(kind: str, values: Values) -> object:
    """``kepu-eval report``, as far as the job that it would give to a kernel."""
    words = [word for name, (_, text) in values.items() for word in ("-p", name, text)]
    if kind == "unit" and "unit" not in values:
        words += ["--unit", "区教育局"]
    jobs: list = []

    def keep(job: object, **_: object) -> dict:
        jobs.append(job)
        return {}

    with mock.patch("kepu_eval.runner.warm.run", keep):
        done = CliRunner().invoke(command, ["report", kind, *words])
    if not jobs:
        return done.output
    book = parameterize_notebook(load_notebook_node(str(source(kind))), jobs[0].parameters)
    return opened(book, kind)


def batch_entrance(kind: str, values: Values) -> object:
    """A row of a batch's table."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "表.csv"
        table = io.StringIO()
        rows = csv.writer(table)
        rows.writerow(["notebook", "output", *values])
        rows.writerow([kind, "甲", *(text for _, text in values.values())])
        file.write_text(table.getvalue(), encoding="utf-8", newline="")
        try:
            (row,) = read_spec(file, Path(folder) / "out")
        except SpecError as error:
            return str(error)
    book = parameterize_notebook(load_notebook_node(str(source(kind))), dict(row.parameters))
    return opened(book, kind)


ENTRANCES: dict[str, Callable[[str, Values], object]] = {
    "笔记本": notebook_entrance,
    "papermill": papermill_entrance,
    "jupyter-scheduler": scheduler_entrance,
    "命令行": terminal_entrance,
    "批量表": batch_entrance,
}


def outcome(result: object) -> object:
    """A result, or of a message what it says of the parameter (an entrance may say where it stands)."""
    if not isinstance(result, str):
        return result
    found = re.search(r"(不认识的参数|参数).*", result)
    return found[0] if found else result


def compared(kind: str, values: Values) -> tuple[dict[str, object], bool]:
    """What each entrance made of the values, and whether all made the same."""
    results = {name: outcome(enter(kind, values)) for name, enter in ENTRANCES.items()}
    first = next(iter(results.values()))
    return results, all(result == first for result in results.values())


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--variants", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    rng, differing, refused = random.Random(seed), 0, 0
    chosen = variants(rng)
    for _ in range(options.variants):
        kind, values = next(chosen)
        results, same = compared(kind, values)
        refused += isinstance(next(iter(results.values())), str)
        if not same:
            differing += 1
            print(kind, {name: repr(value) for name, (value, _) in values.items()})
            for name, result in results.items():
                print(f"   {name}: {result}")
    print(
        f"seed {seed}: {options.variants} variants x {len(ENTRANCES)} entrances, "
        f"{refused} refused alike, {differing} differing"
    )
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
