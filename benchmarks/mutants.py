"""Mutation testing: small faults put into the judging rules one at a time, and whether the mirrored tests notice.

``python -m benchmarks.mutants --n 60 --seed 1`` draws mutants of the modules below at random, runs the mirrored tests
on a copy of the tree for each, each in a process forked after the libraries are loaded, and prints how many were noticed
(killed) and which were not. The random completions draw few trials there (``KEPU_TRIALS``). Operators (Offutt et al.,
ACM TOSEM 5(2), 1996): comparison and arithmetic operators replaced, ``and``/``or`` exchanged, conditions negated,
numbers moved by one, ``min``/``max`` and ``True``/``False`` exchanged.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy  # noqa: F401 - what every test loads, once
import openpyxl  # noqa: F401
import pandas  # noqa: F401
import pydantic  # noqa: F401
import pytest
import scipy.stats  # noqa: F401

ROOT = Path(__file__).parents[1]
_RULES = (
    "states",
    "worked_examples",
    "targets",
    "limits",
    "whole_plan",
    "properties",
    "questions",
    "robustness",
)
_FIRST = {  # the tests that speak of a module first: most mutants end there
    "answers": ("questions", "states"),
    "dispatch": ("dispatch",),
    "exceptions": ("exceptions",),
    "exploring": ("robustness",),
    "forecast": ("forecast",),
    "level": ("level_binding",),
    "ranking": ("robustness",),
    "scheme": ("scorecard",),
    "scorecard": ("scorecard",),
    "settings": ("robustness",),
    "stability": ("robustness",),
}
_WHOLE = (
    "tests/evaluation/test_recorded.py"  # whole rounds: most mutants of the rules end in the first of them
)
TESTS = {
    "kepu_eval/returns/settling.py": [f"tests/returns/test_{name}.py" for name in ("decisions", "answers", "schools", "roll")] + [_WHOLE],
    "kepu_eval/returns/checks.py": ["tests/returns/test_checks.py", "tests/returns/bad_inputs", _WHOLE],
} | {
    str(file.relative_to(ROOT)): [_WHOLE, *(f"tests/evaluation/test_{name}.py" for name in _FIRST.get(file.stem, _RULES)), "tests/evaluation"]
    for file in sorted((ROOT / "kepu_eval/evaluation").rglob("*.py"))
}  # fmt: skip
TRIALS = 15
TIMEOUT = 1800
_COMPARED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
             ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}  # fmt: skip
_CALCULATED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


def sites(tree: ast.AST) -> Iterator[ast.AST]:
    """Nodes that a mutant can be made of, outside annotations, docstrings and imports.

    ``zip(…, strict=True)`` is left alone: of what is equally long it changes nothing.
    """
    strict = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "strict"
    }
    for node in ast.walk(tree):
        if id(node) in strict:
            continue
        known = (
            (isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARED)
            or (isinstance(node, ast.BinOp) and type(node.op) in _CALCULATED)
            or isinstance(node, ast.BoolOp | ast.IfExp | ast.If)
            or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NAMES)
            or (isinstance(node, ast.Constant) and type(node.value) in (bool, int))
        )
        if known:
            yield node


def mutate(node: ast.AST) -> None:
    """Put one fault into a node of :func:`sites`, in place."""
    if isinstance(node, ast.Compare):
        node.ops[0] = _COMPARED[type(node.ops[0])]()
    elif isinstance(node, ast.BinOp):
        node.op = _CALCULATED[type(node.op)]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
    elif isinstance(node, ast.IfExp | ast.If):
        node.test = ast.UnaryOp(ast.Not(), node.test)
    elif isinstance(node, ast.Call):
        node.func.id = _NAMES[node.func.id]
    else:
        node.value = not node.value if isinstance(node.value, bool) else node.value + 1


def drawn(n: int, seed: int) -> list[tuple[Path, int, list[str]]]:
    """Files, numbers of sites in them, and their tests: ``n`` at random, every site as likely as the next."""
    every = []
    for name, tests in TESTS.items():
        count = sum(1 for _ in sites(ast.parse((ROOT / name).read_text(encoding="utf-8"))))
        every += [(Path(name), number, tests) for number in range(count)]
    return random.Random(seed).sample(every, n)


def survives(copy: Path, file: Path, number: int, tests: list[str]) -> str:
    """What the mutant changed, if the tests pass all the same; empty when they notice."""
    source = (ROOT / file).read_text(encoding="utf-8")
    tree = ast.parse(source)
    node = list(sites(tree))[number]
    before, line = ast.unparse(node), node.lineno
    mutate(node)
    (copy / file).write_text(ast.unparse(ast.fix_missing_locations(tree)), encoding="utf-8")
    noticed = _fails(copy, tests)
    (copy / file).write_text(source, encoding="utf-8")
    return "" if noticed else f"{file}:{line}: {before.splitlines()[0]} → {ast.unparse(node).splitlines()[0]}"


def _fails(copy: Path, tests: list[str]) -> bool:
    """Whether the tests fail, or do not end, in a process of their own that has the libraries loaded already."""
    child = os.fork()
    if not child:
        failed = True
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            signal.alarm(TIMEOUT)
            os.chdir(copy)
            sys.path.insert(0, str(copy))
            failed = pytest.main(["-x", "-q", "-n0", "-p", "no:cacheprovider", *tests]) != pytest.ExitCode.OK
        finally:  # whatever happens, the child does not go on as if it were its parent
            os._exit(failed)
    return os.waitpid(child, 0)[1] != 0


def main() -> None:
    """Draw mutants, run them, print the share that was killed and the survivors."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--n", type=int, default=60)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    os.environ["KEPU_TRIALS"] = str(TRIALS)
    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "reports", "__pycache__"))
        mutants, survivors = drawn(given.n, given.seed), []
        every = sorted({test for *_, tests in mutants for test in tests})
        if _fails(copy, every):
            raise SystemExit(f"fails without any mutant: {every}")
        for done, mutant in enumerate(mutants, 1):
            told = survives(copy, *mutant)
            survivors += [told] if told else []
            print(f"{done - len(survivors)}/{done} killed {told}", flush=True)
    print(f"killed {given.n - len(survivors)} of {given.n} ({(1 - len(survivors) / given.n) * 100:.1f} %)")


if __name__ == "__main__":
    main()
