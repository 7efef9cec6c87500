"""A notebook's parameters: the cell that holds them, the model they follow, and what a run gives to them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from kepu_eval.errors import KepuError
from kepu_eval.parameters.models import (
    City,
    Dispatch,
    Explorer,
    Final,
    Midterm,
    ParameterError,
    Parameters,
    Unit,
    as_given,
    model_of_defaults,
    read_parameters,
)
from kepu_eval.parameters.values import missing
from kepu_eval.resources import EXAMPLES

_OPENS = re.compile(r"\b(open_case|open_final|open_unit|open_dispatch|open_study|open_city)\(\s*[\"']?(\w*)")
_MODELS: dict[str, type[Parameters]] = {
    "open_case": Midterm, "open_final": Final, "open_unit": Unit, "open_dispatch": Dispatch, "open_study": Explorer,
    "open_city": City,
}  # fmt: skip
_BELONG = {"round_id": "指定轮次时", "plan": "换了方案时（示例填报表属于示例方案）"}
_INJECTED = "# Parameters"  # how the cell begins that papermill puts below the notebook's own
_FEW, _NEAR = 3, 0.7
_PLAIN = (str, int, float, bool, dict, list, type(None))
_SHELL_NAMES = {"In", "Out"}
_KNOWN = {name for model in _MODELS.values() for name in model.model_fields}


def notebook_parameters(notebook: Path) -> dict[str, object]:
    """Names and defaults in the cell tagged ``parameters``; ``None`` where a default is no plain value.

    Raises ``ValueError`` for a file that is no notebook.
    """
    return _defaults(_cells(notebook), notebook)


def model_of(notebook: Path) -> type[Parameters]:
    """The model of a report's notebook, or copy of one, by what it opens; of any other, one made of its defaults."""
    return _model(_cells(notebook), notebook)


def _model(cells: list[dict], notebook: Path) -> type[Parameters]:
    code = (
        line
        for cell in cells
        if cell["cell_type"] == "code"
        for line in _lines(cell)
        if not line.lstrip().startswith("#")
    )
    opened = next(filter(None, map(_OPENS.search, code)), None)
    if opened is None:
        return model_of_defaults(_defaults(cells, notebook))
    return Final if opened.groups() == ("open_case", "final") else _MODELS[opened[1]]


def prepared(notebook: Path, values: Mapping[str, object]) -> dict[str, object]:
    """What a run gives to a notebook: plain values that its own opening will not refuse, examples left out.

    ``values`` are in any form (:mod:`kepu_eval.parameters.values`). Raises :class:`ParameterError` before anything runs.
    """
    cells = _cells(notebook)
    model, defaults = _model(cells, notebook), _defaults(cells, notebook)
    values = without_examples(model, defaults, values)
    whole = read_parameters(model, defaults | values)
    # It brings the plan with it, which what is refused up to here need not wait for.
    from kepu_eval.parameters.basis import check

    check(whole)
    told = as_given(whole, values)
    return {
        name: "" if isinstance(value, str) and missing(values[name]) else value
        for name, value in told.items()
    }


def without_examples(
    model: type[Parameters], defaults: Mapping[str, object], given: Mapping[str, object]
) -> dict[str, object]:
    """``given``, with the other parameters that name example data emptied where it names data of one's own.

    None of the examples is to stand beside somebody's own; of a mid-term or final the round is then the plan's only one.
    Raises :class:`ParameterError` for another plan or round beside the example's returns.
    """
    own = given.get(model.OWN)
    if missing(own):
        for name, what in _BELONG.items():
            if (
                name in model.model_fields
                and not missing(given.get(name))
                and given[name] != defaults.get(name)
            ):
                raise ParameterError(
                    f"{what}请同时用 --returns（笔记本中为 returns）给出填报表", place=f"参数{name}"
                )
        return dict(given)
    if str(own) == defaults.get(model.OWN):
        return dict(given)
    examples = {n: "" for n, v in defaults.items() if isinstance(v, str) and v.startswith(EXAMPLES)}
    return ({"round_id": ""} if model.EXAMPLE_ROUNDS else {}) | examples | dict(given)


def given(names: Mapping[str, object]) -> dict[str, object]:
    """A notebook's parameters among its globals: names of its parameters cell, and of what was put below it.

    Variables of one's own in other cells are none. What the parameters cell has beyond the known names stays, so that
    it is refused instead of ignored (papermill itself only warns). Of a mapping that is no notebook's, without the
    shell's ``In``, what is known is taken, and what looks like a name mistyped.
    """
    values = {n: v for n, v in names.items() if not n.startswith("_") and n not in _SHELL_NAMES}
    sources = names.get("In")
    if not isinstance(sources, list) or not any(sources):
        return {n: v for n, v in values.items() if n in _KNOWN or (isinstance(v, _PLAIN) and _is_near(n))}
    cells = [_assigned(source) for source in sources]
    own = _parameters_cell(sources, cells)
    put = set().union(*(cell for cell, _ in _put(sources, cells, own)))
    wanted = set(cells[own]).union(*(_KNOWN & set(cell) for cell in cells[own + 1 :]))
    values = {name: value for name, value in values.items() if name in wanted | put}
    opened = _OPENS.search(sources[-1])
    model = _MODELS[opened[1]] if opened else Midterm
    return values | without_examples(model, cells[own], {n: v for n, v in values.items() if n in put})


def parameters_run(sources: list[str]) -> list[str]:
    """Texts of the cells run that hold a notebook's parameters: its own, and what a run put below it."""
    cells = [_assigned(source) for source in sources]
    own = _parameters_cell(sources, cells)
    return [sources[own], *(text for _, text in _put(sources, cells, own))] if cells[own] else []


def _put(
    sources: list[str], cells: list[dict[str, object]], own: int
) -> Iterator[tuple[dict[str, object], str]]:
    """Cells below the parameters cell that give parameters and nothing else."""
    for source, cell in zip(sources[own + 1 :], cells[own + 1 :], strict=True):
        if source.startswith(_INJECTED) or (cell and all(map(_is_near, cell))):
            yield cell, source


def _parameters_cell(sources: list[str], cells: list[dict[str, object]]) -> int:
    """Which cell run holds the parameters: the last that gives several, unless a run put it below one that has more."""
    many = [place for place, cell in enumerate(cells) if len(_KNOWN & set(cell)) >= _FEW]
    own = [
        place
        for place in many
        if not sources[place].startswith(_INJECTED)
        and not (place - 1 in many and set(cells[place]) < set(cells[place - 1]))
    ]
    return own[-1] if own else 0


def _is_near(name: str) -> bool:
    return bool(get_close_matches(name, _KNOWN, n=1, cutoff=_NEAR))


def _assigned(source: str) -> dict[str, object]:
    """Names that a cell assigns, with those values that are plain."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return {}
    found = {
        node.id: None
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return found | dict(_plain_values(tree))


def _plain_values(tree: ast.Module) -> Iterator[tuple[str, object]]:
    for line in tree.body:
        if isinstance(line, ast.Assign | ast.AnnAssign) and line.value is not None:
            try:
                value = ast.literal_eval(line.value)
            except (ValueError, TypeError, SyntaxError):
                value = None
            for target in line.targets if isinstance(line, ast.Assign) else [line.target]:
                if isinstance(target, ast.Name):
                    yield target.id, value
                elif isinstance(target, ast.Tuple) and isinstance(value, tuple):  # a, b = 1, 2
                    yield from (
                        (n.id, v) for n, v in zip(target.elts, value, strict=False) if isinstance(n, ast.Name)
                    )


def _cells(notebook: Path) -> list[dict]:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return [cell for cell in cells if cell["metadata"] is not None and cell["cell_type"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KepuError("不是可用的笔记本", place=f"“{notebook.name}”") from error


def _lines(cell: Mapping) -> list[str]:
    return "".join(cell["source"]).splitlines()


def _defaults(cells: list[dict], notebook: Path) -> dict[str, object]:
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    try:
        return dict(_plain_values(ast.parse("".join(tagged[0]["source"])))) if tagged else {}
    except SyntaxError as error:
        raise KepuError(
            f"不是可用的笔记本：参数格第{error.lineno}行有语法错误", place=f"“{notebook.name}”"
        ) from error
