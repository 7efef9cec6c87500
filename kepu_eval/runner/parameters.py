"""A notebook's parameters: their defaults, and values that were given as text in the types of those."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from pathlib import Path

_LISTED = re.compile("[、,，]")
_EXAMPLES = "data/example/"


def notebook_parameters(notebook: Path) -> dict[str, object]:
    """Names and defaults in the cell tagged ``parameters``; ``None`` where a default is no plain value.

    Raises ``ValueError`` for a file that is no notebook.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
        body = ast.parse("".join(tagged[0]["source"])).body if tagged else []
    except (ValueError, KeyError, SyntaxError) as error:
        raise ValueError(f"“{notebook.name}”不是可用的笔记本") from error
    found: dict[str, object] = {}
    for line in body:
        if isinstance(line, ast.Assign | ast.AnnAssign) and line.value is not None:
            try:
                value = ast.literal_eval(line.value)
            except ValueError:
                value = None
            targets = line.targets if isinstance(line, ast.Assign) else [line.target]
            found |= {target.id: value for target in targets if isinstance(target, ast.Name)}
    return found


def without_examples(known: Mapping[str, object]) -> dict[str, str]:
    """The parameters whose defaults name example data, emptied: none of it is to stand beside somebody's own."""
    return {n: "" for n, v in known.items() if isinstance(v, str) and v.startswith(_EXAMPLES)}


def typed(name: str, text: str, default: object) -> object:
    """A text as a value of its default's type; ``ValueError`` in Chinese when it is none.

    是 and 否 are true and false; a list is JSON, or its items with 、 or commas between them.
    """
    if default is None or isinstance(default, str):
        return text
    try:
        value = json.loads(
            {"是": "true", "否": "false"}.get(text, text.lower() if isinstance(default, bool) else text)
        )
    except ValueError:
        listed = isinstance(default, list | tuple) and not text.startswith("[")
        value = [part.strip() for part in _LISTED.split(text) if part.strip()] if listed else None
    numbers = isinstance(default, int | float) and not isinstance(default, bool)
    right = (
        isinstance(value, int | float) and not isinstance(value, bool)
        if numbers
        else type(value) is type(default)
    )
    if not right:
        raise ValueError(f"参数{name}：“{text}”应写成 {json.dumps(default, ensure_ascii=False)} 这样的值")
    return value
