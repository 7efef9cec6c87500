"""Running a batch on an executor: this machine's processes, or a cluster's.

An executor is anything that follows ``concurrent.futures``. What it is given is a module-level function and plain
JSON; what comes back is the report's files as bytes, written here. So it does not matter where a report was made.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from pathlib import Path

from kepu_eval.errors import reason
from kepu_eval.runner import warm
from kepu_eval.runner.batch.record import fingerprint, is_done, keep
from kepu_eval.runner.batch.spec import LOGS, Row
from kepu_eval.runner.jobs import Job, ReportError
from kepu_eval.runner.publishing import MANIFEST
from kepu_eval.runner.report import problems

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Outcome:
    """Rows by what became of them; ``failed`` with what each of them said last. ``aside``: files that a person changed."""

    made: list[Row] = field(default_factory=list)
    unchanged: list[Row] = field(default_factory=list)
    failed: dict[Row, str] = field(default_factory=dict)
    aside: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class _Try:
    row: Row
    made_from: str
    again: bool = False


def run_batch(
    rows: Sequence[Row],
    out: Path,
    formats: Sequence[str],
    time_limit: float,
    executor: Executor,
    in_flight: int,
    told: Callable[[Outcome], None],
) -> Outcome:
    """Make the reports that are not done yet; a row that fails is tried once more, after all the others.

    At most ``in_flight`` rows are with the executor at a time, so memory does not grow with the table. ``told`` hears
    after each row. Each row tried leaves a log in ``out/logs``. Each output folder is there whole or not at all.
    """
    outcome, waiting = Outcome(), deque[_Try]()
    for row in rows:
        made_from = fingerprint(row, formats)
        if is_done(row, made_from):
            outcome.unchanged.append(row)
        else:
            waiting.append(_Try(row, made_from))
    told(outcome)
    running: dict[Future, tuple[_Try, dt.datetime]] = {}
    while waiting or running:
        while waiting and len(running) < in_flight:
            attempt = waiting.popleft()
            future = executor.submit(files_of, _order(attempt.row, formats, time_limit))
            running[future] = attempt, dt.datetime.now().astimezone()
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            attempt, began = running.pop(future)
            problem, details = _settle(attempt, future, outcome.aside)
            _log(out, attempt, began, problem, details)
            if not problem:
                outcome.made.append(attempt.row)
            elif not attempt.again:
                waiting.append(_Try(attempt.row, attempt.made_from, again=True))
                continue
            else:
                outcome.failed[attempt.row] = problem
            told(outcome)
    return outcome


def files_of(order: str) -> dict[str, bytes]:
    """Make the report that ``order`` (JSON) asks for; its files by name. Runs wherever the executor likes."""
    wanted = json.loads(order)
    with tempfile.TemporaryDirectory() as folder:
        job = Job(output=folder, **wanted)
        return {Path(file).name: Path(file).read_bytes() for file in warm.run(job).values()}


def _order(row: Row, formats: Sequence[str], time_limit: float) -> str:
    wanted = {
        "notebook": str(row.notebook.resolve()), "parameters": dict(row.parameters), "formats": list(formats),
        "time_limit": time_limit, "folder": str(Path.cwd()),
    }  # fmt: skip
    return json.dumps(wanted, ensure_ascii=False)


def _settle(attempt: _Try, future: Future, aside: list[Path]) -> tuple[str, str]:
    """Write what came back; what went wrong and its traceback, both empty when all is well.

    A report that lacks a format is written, and not done: the next run makes it again.
    """
    try:
        files = future.result()
        failed = problems(json.loads(files[MANIFEST]))
        aside += keep(attempt.row, "" if failed else attempt.made_from, files).values()
        return "；".join(failed), ""
    except ReportError as error:
        return str(error), error.details
    except OSError as error:
        return f"无法写入“{attempt.row.output}”：{reason(error)}", traceback.format_exc()
    except Exception as error:  # whatever a cluster raises for a worker that is gone
        return f"{type(error).__name__}：{error}", traceback.format_exc()


def _log(out: Path, attempt: _Try, began: dt.datetime, problem: str, details: str) -> None:
    file = out / LOGS / f"{attempt.row.output.relative_to(out).as_posix().replace('/', '_')}.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a" if attempt.again else "w", encoding="utf-8") as log:
            log.writelines(f"{line}\n" for line in _lines(attempt, began, problem, details))
    except OSError:
        return  # a full disk already shows in the row's outcome


def _lines(attempt: _Try, began: dt.datetime, problem: str, details: str) -> Iterator[str]:
    yield f"{'重试' if attempt.again else '开始'}：{began:%Y-%m-%d %H:%M:%S%z}　表中第{attempt.row.number}行"
    yield f"笔记本：{attempt.row.notebook}"
    yield f"参数：{json.dumps(dict(attempt.row.parameters), ensure_ascii=False)}"
    yield f"结束：{dt.datetime.now().astimezone():%Y-%m-%d %H:%M:%S%z}　{problem or '完成'}"
    if details:
        yield _COLOURS.sub("", details)
