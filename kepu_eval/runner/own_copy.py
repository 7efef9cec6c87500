"""An evaluator's own copy of a report's notebook: the one home of own words, in a folder outside git.

``reports/文稿/<report>-<round>/`` holds the notebook and what belongs to it. Reports use it when it is there; nothing of ours
ever writes over it. It remembers the product's text as it was when the copy was made, so that both sides' later changes can
be told apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kepu_eval.errors import KepuError
from kepu_eval.files import write_whole
from kepu_eval.resources import FIRST, home, project_path
from kepu_eval.runner.report import NOTEBOOKS, source
from kepu_eval.safe_text import file_name_problem

if TYPE_CHECKING:
    from nbformat import NotebookNode

WORK = "文稿"
TITLES = {"midterm": "中期自查评估", "final": "总结评估", "unit": "单位自查", "dispatch": "季度调度通报", "survey": "调查数据分析"}  # fmt: skip
_COMPARED = "与产品新版对照.html"


class OwnCopyError(KepuError):
    """An own copy that cannot be made or used; the message is Chinese."""


def work_folder() -> Path:
    """Where own copies lie: ``reports/文稿`` of the working folder, else of the project."""
    reports = project_path("reports")
    return (reports if reports.is_dir() else Path("reports")) / WORK


def copy_path(kind: str, parameters: Mapping[str, Any]) -> Path:
    """Where the own copy of a report lies or would lie, by its round or quarter and its plan.

    Raises :class:`OwnCopyError` for a round's name that cannot be a folder's.
    """
    key = parameters.get("quarter" if kind == "dispatch" else "round_id") or _only_round(kind, parameters)
    plan = Path(str(parameters["plan"])).stem if parameters.get("plan") else ""
    folder = "-".join(filter(None, [TITLES[kind], str(key or ""), plan]))
    if problem := file_name_problem(folder):
        raise OwnCopyError(f"轮次或方案的名称不能用作文件夹名：“{folder}”{problem}")
    return work_folder() / folder / NOTEBOOKS[kind]


def _only_round(kind: str, parameters: Mapping[str, Any]) -> str:
    """The plan's only round of this kind, where none is named."""
    if kind not in ("midterm", "final") or not work_folder().is_dir():
        return ""
    from kepu_eval.plan import load_plan

    rounds = [
        item.id for item in load_plan(parameters.get("plan") or None).rounds if item.stage.value == kind
    ]
    return rounds[0] if len(rounds) == 1 else ""


def own_copy(kind: str, parameters: Mapping[str, Any]) -> Path | None:
    """The own copy that a report with these parameters is to use; ``None`` where there is none."""
    if kind not in NOTEBOOKS or not work_folder().is_dir():
        return None
    path = copy_path(kind, parameters)
    return path if path.is_file() else None


def open_copy(kind: str, parameters: Mapping[str, Any]) -> tuple[Path, bool]:
    """The own copy's path, and whether it was made just now: the product's notebook with these parameters."""
    import nbformat

    from kepu_eval.parameters import prepared
    from kepu_eval.report.document import OWN

    path = copy_path(kind, parameters)
    if path.is_file():
        return path, False
    product = source(kind)
    book = nbformat.read(product, as_version=4)
    book.metadata[OWN] = {"kind": kind, "product": _sources(book)}
    values = prepared(product, parameters)
    for cell in book.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = _with_values(cell.source, values)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, nbformat.writes(book).encode("utf-8"))
    return path, True


def _with_values(text: str, parameters: Mapping[str, Any]) -> str:
    """The cell of parameters with other values; its remarks stay."""
    for name, value in parameters.items():
        written = json.dumps(_lasting(value), ensure_ascii=False)
        written = {"true": "True", "false": "False", "null": "None"}.get(written, written)
        text = re.sub(
            rf"(?m)^{re.escape(name)} = .*?(?=\s+#|$)", f"{name} = {written}".replace("\\", "\\\\"), text
        )
    return text


def _lasting(value: object) -> object:
    """A file's path that holds wherever the notebook is run."""
    if isinstance(value, str) and value and Path(value).exists() and not Path(value).is_absolute():
        stays = (home() / FIRST).is_file() and (home() / value).exists()
        return value if stays else str(Path(value).absolute())
    return value


def _sources(book: NotebookNode) -> dict[str, str]:
    return {cell.id: cell.source for cell in book.cells}


@dataclass(frozen=True)
class Difference:
    """A cell whose text the product has changed since the copy was made.

    ``before`` and ``now``: the product's; ``own``: the copy's, ``None`` where the evaluator took the cell out.
    """

    before: str
    now: str
    own: str | None

    @property
    def both(self) -> bool:
        """Whether the evaluator has changed it as well."""
        return self.own != self.before


def differences(path: Path) -> list[Difference]:
    """What the product has changed since the own copy was made; raises :class:`OwnCopyError` for another notebook."""
    import nbformat

    from kepu_eval.report.document import OWN

    book = nbformat.read(path, as_version=4)
    known = book.metadata.get(OWN, {})
    if known.get("kind") not in NOTEBOOKS:
        raise OwnCopyError("不是由 kepu-eval open 建立的文稿", place=f"“{path}”")
    product, own = _sources(nbformat.read(source(known["kind"]), as_version=4)), _sources(book)
    parameters = {c.id for c in book.cells if "parameters" in c.metadata.get("tags", [])}
    cells = [cell for cell in {**known["product"], **product} if cell not in parameters]
    before = known["product"]
    return [
        Difference(
            before.get(cell, ""), product.get(cell, ""), own.get(cell, "" if cell not in before else None)
        )
        for cell in cells
        if before.get(cell, "") != product.get(cell, "")
    ]


def write_comparison(path: Path, found: list[Difference]) -> Path:
    """A page beside the own copy: the product's text then and now, and the own one where it differs."""
    import difflib

    table = difflib.HtmlDiff(wrapcolumn=46)
    parts = []
    for number, each in enumerate(found, 1):
        state = "产品和您都改过：请自己决定" if each.both else "只有产品改过：可以照抄到文稿里"
        parts.append(f"<h2>{number}. {state}</h2>")
        parts.append(
            table.make_table(
                each.before.split("\n"), each.now.split("\n"), "建立文稿时的产品文字", "现在的产品文字"
            )
        )
        if each.both:
            parts.append(
                f"<p>您的文稿：</p><pre>{escape('（这一格已删去）' if each.own is None else each.own)}</pre>"
            )
    page = (
        '<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>与产品新版对照</title><style>body{font-family:sans-serif;'
        "margin:2em}table.diff{font-size:13px;border:1px solid #999}td,th{padding:2px 6px;vertical-align:top}.diff_add{background:"
        "#d9f2d9}.diff_chg{background:#fff3bf}.diff_sub{background:#ffd9d9}pre{white-space:pre-wrap;background:#f4f4f4;padding:1em}"
        f"</style><h1>与产品新版对照</h1>{''.join(parts)}</html>"
    )
    file = path.with_name(_COMPARED)
    write_whole(file, page.encode("utf-8"))
    return file
