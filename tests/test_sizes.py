"""The limits of CONTRIBUTING.md: a module has one job and fits a reader's head, a function fits a screen."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "kepu_eval"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE, LONGEST_FUNCTION = 400, 50


def test_no_module_is_longer_than_a_reader_keeps_in_mind():
    lines = {str(m.relative_to(PACKAGE)): len(m.read_text(encoding="utf-8").splitlines()) for m in MODULES}
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_a_screen():
    functions = (
        (f"{module.relative_to(PACKAGE)}: {node.name}", node.end_lineno - node.lineno + 1)
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert {name: count for name, count in functions if count > LONGEST_FUNCTION} == {}
