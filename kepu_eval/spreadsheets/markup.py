"""Walking a part's XML with expat: linear in its length, no entities, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from kepu_eval.spreadsheets.unreadable import UnreadableError

MAX_TAGS = 600_000  # a second or two of walking; a filled-in return has ten thousand


def walk(
    data: bytes,
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
) -> None:
    """Call ``start(name, attributes)``, ``end(name)`` and ``text(characters)`` as the part is read.

    Names are as written, with their prefix. Raises :class:`UnreadableError` (C99) for a document type, which is what
    entities are declared in, and for more than :data:`MAX_TAGS`; ``ValueError`` for what is not well-formed.
    """
    if data.count(b"<") > MAX_TAGS:
        raise UnreadableError("C99", "文件展开后过大，疑有异常内容", "请把填报内容粘贴到新模板后重报")
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error


def _refuse(*_: object) -> None:
    raise UnreadableError("C99", "文件含异常的XML声明", "请用Excel或WPS重新保存为xlsx后重报")


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]
