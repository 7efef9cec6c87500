"""Partial and stale notebooks: each must be refused in one line, and stamped 未完成稿 when it is exported as a draft.

``python -m benchmarks.unfinished EXECUTED.ipynb [--notebooks 20] [--seed N]``: a report's notebook as ``kepu-eval report``
leaves it is spoilt in ways drawn anew each time. Exit code 1 when one of them passes.
"""

from __future__ import annotations

import argparse
import copy
import random
import secrets
import sys
from collections.abc import Callable

import nbformat
from nbformat import NotebookNode

from kepu_eval.report.blocks import MIME
from kepu_eval.report.completeness import DRAFT, UnfinishedError
from kepu_eval.report.exporters import HtmlExporter


def _code(book: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in book.cells if cell.cell_type == "code" and cell.source.strip()]


def _clear(cells: list[NotebookNode]) -> None:
    for cell in cells:
        cell.outputs, cell.execution_count = [], None


def half(book: NotebookNode, rng: random.Random) -> None:
    """Stopped at some cell."""
    code = _code(book)
    _clear(code[rng.randrange(len(code)) :])


def one_missing(book: NotebookNode, rng: random.Random) -> None:
    """One cell was cleared, or added and not run."""
    _clear([rng.choice(_code(book))])


def failed(book: NotebookNode, rng: random.Random) -> None:
    """A cell raised; what follows was run all the same, or not."""
    code = _code(book)
    place = rng.randrange(len(code))
    code[place].outputs = [
        nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=["KeyError"])
    ]
    if rng.random() < 0.5:
        _clear(code[place + 1 :])


def turned(book: NotebookNode, rng: random.Random) -> None:
    """A cell was run again after those below it."""
    code = _code(book)
    rng.choice(code[:-1]).execution_count = max(cell.execution_count for cell in code) + 1


def moved(book: NotebookNode, rng: random.Random) -> None:
    """A cell was moved."""
    code = [
        place for place, cell in enumerate(book.cells) if cell.cell_type == "code" and cell.source.strip()
    ]
    one, other = sorted(rng.sample(code, 2))
    book.cells.insert(other, book.cells.pop(one))


def edited(book: NotebookNode, rng: random.Random) -> None:
    """A text was changed after it was run."""
    shown = [c for c in _code(book) if any(MIME in o.get("data", {}) for o in c.outputs)]
    rng.choice(shown).source += rng.choice(["\n\n再说一句。", " ", "\n# 注"]) + "改"


def parameters(book: NotebookNode, rng: random.Random) -> None:
    """A parameter was changed after the run."""
    cell = next(c for c in _code(book) if "parameters" in c.metadata.get("tags", []))
    lines = cell.source.splitlines()
    place = rng.randrange(len(lines))
    name = lines[place].partition(" =")[0]
    lines[place] = f'{name} = "{rng.choice(["2023-06-30", "别的", ""])}改"'
    cell.source = "\n".join(lines)


def library(book: NotebookNode, rng: random.Random) -> None:
    """The notebook was run by another version."""
    for cell in _code(book):
        for output in cell.outputs:
            if versions := output.get("data", {}).get(MIME, {}).get("versions"):
                versions["kepu_eval"] = f"0.{rng.randrange(90)}.7"


def never(book: NotebookNode, rng: random.Random) -> None:  # noqa: ARG001
    """Nothing was run."""
    _clear(_code(book))


WAYS: tuple[Callable[[NotebookNode, random.Random], None], ...] = (
    half, one_missing, failed, turned, moved, edited, parameters, library, never,
)  # fmt: skip


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("notebook")
    parser.add_argument("--notebooks", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    rng, whole = random.Random(seed), nbformat.read(options.notebook, as_version=4)
    HtmlExporter().from_notebook_node(whole)  # the sound one passes
    refused = stamped = 0
    for number in range(options.notebooks):
        way, book = WAYS[number % len(WAYS)], copy.deepcopy(whole)
        way(book, rng)
        try:
            HtmlExporter().from_notebook_node(book)
            print(f"passed: {way.__name__}")
        except UnfinishedError as error:
            refused += 1
            print(f"{way.__name__}: {error}")
        stamped += DRAFT in HtmlExporter(draft=True).from_notebook_node(book)[0]
    print(f"seed {seed}: {options.notebooks} notebooks, {refused} refused, {stamped} stamped on demand")
    sys.exit(0 if refused == stamped == options.notebooks else 1)


if __name__ == "__main__":
    main()
