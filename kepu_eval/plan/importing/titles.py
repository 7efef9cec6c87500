"""The title of a task and what else its cell says; numbers of the list that stand before it."""

from __future__ import annotations

import re

NUMBERING = re.compile(r"^\s*(?:[（(]\d{1,3}[)）]|\d{1,3}\s*(?:[.．](?!\d)|、)|[①-⑳]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]+[项条类])\s*")  # fmt: skip
_LONG_TITLE = 60


def titled(text: str, number: str) -> tuple[str, list[str]]:
    """Title of a task cell and what more the cell says; a number of the list before it is taken off, others stay."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    whole = "".join(lines)
    if len(lines) == 1 and len(whole) <= _LONG_TITLE and whole.rstrip("。").count("。") == 0:
        return bare(whole.rstrip("。"), number), []
    wrapped = len(lines) > 1 and not any(
        re.match(r"^([—–-]|[（(]?\d|[一二三四五六七八九十①-⑳])", line) for line in lines[1:]
    )
    first = re.split("[。；;]", whole if wrapped else lines[0])[0]
    if wrapped and first == whole.rstrip("。") and len(whole) <= _LONG_TITLE:
        return bare(first, number), []
    rest = (whole if wrapped else "\n".join(lines))[len(first) :].lstrip("。；;\n")
    title = bare(first, number)
    if len(title) > _LONG_TITLE:
        return re.split("[，,]", title)[0], [text]
    return title, [rest] if rest else [title]


def bare(text: str, number: str) -> str:
    """A text without the number of the list before it."""
    cut = NUMBERING.sub("", text.strip().lstrip("—–- "), count=1)
    if number.isdigit():
        cut = re.sub(rf"^{number}\s+(?=[\u4e00-\u9fff])", "", cut)
    return cut.strip() or text.strip()
