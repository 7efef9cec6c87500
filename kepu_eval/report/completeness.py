"""Whether an executed notebook may become a report: every cell run, in order, without error, as it stands now.

What was run is written into the outputs' metadata (:func:`run_mark`), so that a cell or a parameter changed afterwards is
found, as is a notebook run by another version of the library.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kepu_eval import __version__
from kepu_eval.errors import KepuError

if TYPE_CHECKING:
    from nbformat import NotebookNode

DRAFT = "未完成稿"
_MIME = "application/vnd.kepu.block+json"
_AGAIN = "请从菜单选 Run → Restart Kernel and Run All Cells 全部重新运行后再导出"
_HEADING = re.compile(r"(?m)^#{1,4} +(.+?)\s*$")
_SKIP = "skip-execution"
_SHOWN = 40


class UnfinishedError(KepuError):
    """A notebook that is no finished report; the message names the first cell at fault, in Chinese, on one line."""


def run_mark(kind: str) -> dict[str, Any]:
    """What the output of a block says of the cell being run: a hash of its text; of a cover, of the parameters as well.

    Empty outside a notebook.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    written = getattr(getattr(shell, "history_manager", None), "input_hist_raw", None)
    if not written or not written[-1]:
        return {}
    mark: dict[str, Any] = {"source": _hash(written[-1])}
    if kind == "cover":
        from kepu_eval.parameters.notebooks import parameters_run

        mark["parameters"] = [_hash(text) for text in parameters_run(written)]
    return mark


def refuse_unfinished(notebook: NotebookNode) -> None:
    """:class:`UnfinishedError` for a notebook that is no finished report."""
    for _, problem in faults(notebook):
        raise UnfinishedError(f"不能导出：{problem}；{_AGAIN}")


def faults(notebook: NotebookNode) -> Iterator[tuple[int, str]]:
    """What keeps a notebook from being a report: place of the cell (from 0) and what is wrong with it, in Chinese."""
    code = [
        (place, cell)
        for place, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and cell.source.strip() and _SKIP not in cell.metadata.get("tags", [])
    ]
    if code and not any(_was_run(cell) for _, cell in code):
        yield code[0][0], "这个笔记本还没有运行"
        return
    counted = any(cell.get("execution_count") for _, cell in code)
    last, parameters = 0, _texts_of_parameters(notebook)
    for place, cell in code:
        count = cell.get("execution_count") or 0
        if failed := next((o for o in cell.outputs if o.output_type == "error"), None):
            yield place, f"{_named(notebook, place)}运行出错（{_one_line(failed)}）"
        elif not (count if counted else cell.outputs):
            yield place, f"{_named(notebook, place)}没有运行"
        elif counted and count <= last:
            yield place, f"{_named(notebook, place)}不是按顺序运行的：它上面的格在它之后又运行过"
        else:
            yield from ((place, problem) for problem in _changed(notebook, place, parameters))
        last = max(last, count)


def _was_run(cell: NotebookNode) -> bool:
    return bool(cell.get("execution_count") or cell.outputs)


def _changed(notebook: NotebookNode, place: int, parameters: list[str]) -> Iterator[str]:
    """What was changed since a cell was run: its text, the parameters that it read, the library."""
    cell = notebook.cells[place]
    for output in cell.outputs:
        mark = output.get("metadata", {}).get(_MIME, {})
        if mark.get("source", _hash(cell.source)) != _hash(cell.source):
            yield f"{_named(notebook, place)}运行以后又改过"
            return
        if parameters and mark.get("parameters", parameters) not in ([], parameters):
            yield f"{_named(notebook, place)}运行以后参数又改过，报告不是按现在的参数算的"
            return
        versions: Mapping[str, str] = output.get("data", {}).get(_MIME, {}).get("versions", {})
        if versions.get("kepu_eval", __version__) != __version__:
            yield f"{_named(notebook, place)}是用 kepu_eval {versions['kepu_eval']} 运行的，现在是 {__version__}"
            return


def _texts_of_parameters(notebook: NotebookNode) -> list[str]:
    wanted = {"parameters", "injected-parameters"}
    return [_hash(cell.source) for cell in notebook.cells if wanted & set(cell.metadata.get("tags", []))]


def _named(notebook: NotebookNode, place: int) -> str:
    """``第21格“sections.rectification(case)”（在“整改清单”下）``."""
    source = notebook.cells[place].source.strip()
    own = _HEADING.search(source) if source.startswith("%%") else None
    lines = [
        line
        for line in source.splitlines()
        if line.strip() and not line.startswith(("%", "from ", "import "))
    ]
    text = own[1] if own else (lines or source.splitlines())[-1 if not source.startswith("%%") else 0].strip()
    above = [
        found[1]
        for cell in notebook.cells[:place]
        if cell.cell_type == "markdown" or cell.source.startswith("%%")
        for found in _HEADING.finditer(cell.source)
    ]
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    under = f"（在“{above[-1]}”下）" if above and not own else ""
    return f"第{place + 1}格“{shown}”{under}"


def _one_line(failed: NotebookNode) -> str:
    return " ".join(f"{failed.get('evalue') or failed.get('ename', '')}".split())


def _hash(text: str) -> str:
    return hashlib.sha256(text.strip().encode("utf-8")).hexdigest()[:16]
