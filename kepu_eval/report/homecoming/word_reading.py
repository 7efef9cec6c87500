"""The paragraphs, comments and pictures of a Word file, whoever saved it: Word, WPS or LibreOffice."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from kepu_eval.errors import KepuError
from kepu_eval.report.word.properties import RUN, custom_property
from kepu_eval.report.word.styles import CAPTION, CELL, ITEM, NOTE, SUBTITLE, TITLE
from kepu_eval.report.word.xml import HOME

_LARGEST = 300 * 2**20
_FIXED = (TITLE, SUBTITLE, CAPTION, CELL)
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录|contents)\s*\d", re.IGNORECASE)
_SKIPPED = {qn(f"w:{name}") for name in ("instrText", "txbxContent", "pPr", "rPr", "delInstrText")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
_MADE, _UNMADE = ({qn(f"w:{name}") for name in names} for names in (("ins", "moveTo"), ("del", "moveFrom")))

Role = Literal["body", "item", "note", "heading", "fixed", "table"]


class WordFileError(KepuError):
    """A file that cannot be read as a Word report; the message is Chinese."""


@dataclass(frozen=True)
class Run:
    """A piece of a paragraph with the look that Markdown can say."""

    text: str
    bold: bool = False
    link: str = ""


@dataclass(frozen=True)
class Comment:
    """A comment with the words it stands at; ``paragraph``: the number of its paragraph."""

    author: str
    date: str
    text: str
    quote: str
    paragraph: int


@dataclass(frozen=True)
class WordParagraph:
    """A paragraph as it stands in the file; ``anchors``: those of our bookmarks that begin in it.

    A table is one, with its cells' texts. ``ordered``: numbered by Word itself.
    """

    runs: tuple[Run, ...]
    role: Role
    level: int = 0
    anchors: tuple[str, ...] = ()
    pictures: tuple[bytes, ...] = ()
    ordered: bool = False
    tracked: bool = False

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class WordText:
    """What a Word file says. ``run`` and ``volume`` name what it was printed from; ``lost``: what no text cell can hold."""

    run: str
    volume: int
    paragraphs: tuple[WordParagraph, ...]
    comments: tuple[Comment, ...]
    lost: tuple[str, ...] = ()


def read_word(path: Path, *, accept: bool = True) -> WordText:
    """Read a .docx; tracked changes count as made (``accept``) or as not made. Raises :class:`WordFileError`."""
    word = _open(path)
    reader = _Reader(word, accept=accept)
    paragraphs = tuple(reader.paragraphs())
    run, _, volume = custom_property(word, RUN).partition("/")
    comments = tuple(reader.comments())
    return WordText(run, int(volume) if volume.isdigit() else 0, paragraphs, comments, tuple(reader.lost()))


def _open(path: Path) -> WordDocument:
    if not path.is_file():
        raise WordFileError(f"找不到“{path}”")
    told = f"“{path.name}”不是可读取的Word文件：.doc、.wps 请先另存为 .docx（不要选“严格”格式），加了密码的请先去掉密码"
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                raise WordFileError(f"展开后超过{_LARGEST // 2**20}MB，不读取", place=f"“{path.name}”")
        return docx.Document(str(path))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        raise error if isinstance(error, WordFileError) else WordFileError(told) from error


@dataclass
class _Reader:
    word: WordDocument
    accept: bool
    open_comments: dict[str, list] = field(default_factory=dict)
    places: dict[str, tuple[int, list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = {s.style_id: s.name or "" for s in self.word.styles}
        self.based = {s.get(qn("w:styleId")): s for s in self.word.styles.element.findall(qn("w:style"))}
        self.taken = _MADE if self.accept else _UNMADE
        self.left = _UNMADE if self.accept else _MADE

    def paragraphs(self) -> Iterator[WordParagraph]:
        """All paragraphs in order, each table as one. One whose end mark is deleted goes on in the next."""
        waiting, number = None, 0
        for element, table in _elements(self.word.element.body):
            found = self._table(element, number) if table else self._paragraph(element, number)
            if waiting is not None:
                found = replace(found, runs=waiting.runs + found.runs, anchors=waiting.anchors + found.anchors,
                                pictures=waiting.pictures + found.pictures, tracked=True)  # fmt: skip
                waiting = None
            if not table and self._mark_is_gone(element):
                waiting = found
                continue
            yield found
            number += 1
        if waiting is not None:
            yield waiting

    def _mark_is_gone(self, element) -> bool:  # noqa: ANN001
        mark = element.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
        return mark is not None and any(child.tag in self.left for child in mark)

    def _table(self, element, number: int) -> WordParagraph:  # noqa: ANN001
        cells = [self._paragraph(paragraph, number) for paragraph in element.iter(qn("w:p"))]
        pictures = tuple(picture for cell in cells for picture in cell.pictures)
        tracked = any(cell.tracked for cell in cells)
        text = "\t".join(cell.text for cell in cells)
        return WordParagraph((Run(text),), "table", pictures=pictures, tracked=tracked)

    def _paragraph(self, element, number: int) -> WordParagraph:  # noqa: ANN001
        runs: list[Run] = []
        anchors: list[str] = []
        pictures: list[bytes] = []
        tracked = False
        for kind, value in self._pieces(element):
            if kind == "text":
                text, bold, link = value
                runs.append(Run(text, bold, link))
                for quote in self.open_comments.values():
                    quote.append(text)
            elif kind == "anchor":
                anchors.append(value)
            elif kind == "picture":
                pictures.append(value)
            elif kind == "tracked":
                tracked = True
            elif kind == "comment" and value not in self.places:
                self.places[value] = (number, self.open_comments.setdefault(value, []))
            elif kind == "comment end":
                self.open_comments.pop(value, None)
        role, level, ordered = self._role(element)
        return WordParagraph(
            tuple(_joined(runs)), role, level, tuple(anchors), tuple(pictures), ordered, tracked
        )

    def _pieces(self, element, bold: bool = False, link: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN001
        for child in element:
            tag = child.tag
            if tag in self.left:
                yield "tracked", None
                yield from (piece for piece in self._pieces(child, bold, link) if piece[0] in ("anchor", "comment", "comment end"))  # fmt: skip
            elif tag in (qn("w:t"), qn("w:delText")):
                yield "text", (child.text or "", bold, link)
            elif tag in (qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen")):
                yield "text", ({"tab": "\t", "noBreakHyphen": "-"}.get(tag.partition("}")[2], "\n"), bold, link)  # fmt: skip
            elif tag == qn("w:bookmarkStart"):
                name = child.get(qn("w:name"), "")
                if name.startswith(HOME):
                    yield "anchor", name.removeprefix(HOME)
            elif tag in (qn("w:commentRangeStart"), qn("w:commentReference")):
                yield "comment", child.get(qn("w:id"))
            elif tag == qn("w:commentRangeEnd"):
                yield "comment end", child.get(qn("w:id"))
            elif tag == qn("a:blip"):
                part = self.word.part.related_parts.get(child.get(qn("r:embed")))
                yield from [("picture", part.blob)] if part is not None else []
            elif tag == qn("w:r"):
                yield from self._pieces(child, _is_bold(child), link)
            elif tag == qn("w:hyperlink"):
                yield from self._pieces(child, bold, self._address(child))
            elif tag not in _SKIPPED:
                if tag in self.taken:
                    yield "tracked", None
                yield from self._pieces(child, bold, link)

    def _address(self, link) -> str:  # noqa: ANN001
        related = self.word.part.rels.get(link.get(qn("r:id")))
        return related.target_ref if related is not None and related.is_external else ""

    def _role(self, element) -> tuple[Role, int, bool]:  # noqa: ANN001
        properties = element.find(qn("w:pPr"))
        style = properties.find(qn("w:pStyle")) if properties is not None else None
        name = self.names.get(style.get(qn("w:val")), "") if style is not None else ""
        if heading := _HEADING.fullmatch(name):
            return "heading", int(heading[1]), False
        if name in _FIXED or _CONTENTS.match(name):
            return "fixed", 0, False
        if name == NOTE:
            return "note", 0, False
        numbering = properties.find(qn("w:numPr")) if properties is not None else None
        if numbering is not None:
            level = numbering.find(qn("w:ilvl"))
            return "item", int(level.get(qn("w:val"))) if level is not None else 0, self._ordered(numbering)
        return ("item" if name in (ITEM, "List Paragraph") else "body"), 0, False

    def _ordered(self, numbering) -> bool:  # noqa: ANN001
        number = numbering.find(qn("w:numId"))
        if number is None or number.get(qn("w:val")) == "0":
            return False
        root = self.word.part.numbering_part.element
        links = {n.get(qn("w:numId")): n.find(qn("w:abstractNumId")) for n in root.findall(qn("w:num"))}
        link = links.get(number.get(qn("w:val")))
        wanted = link.get(qn("w:val")) if link is not None else None
        for abstract in root.findall(qn("w:abstractNum")):
            if abstract.get(qn("w:abstractNumId")) == wanted:
                form = abstract.find(f"{qn('w:lvl')}/{qn('w:numFmt')}")
                return form is not None and form.get(qn("w:val")) not in ("bullet", "none")
        return False

    def comments(self) -> Iterator[Comment]:
        """Comments with their places, in the order of the text."""
        texts = {str(comment.comment_id): comment for comment in self.word.comments}
        for number, (place, quote) in self.places.items():
            if comment := texts.get(number):
                date = comment._comment_elm.get(qn("w:date")) or ""
                text = "\n".join(paragraph.text for paragraph in comment.paragraphs).strip()
                yield Comment(comment.author, date[:19], text, "".join(quote), place)

    def lost(self) -> Iterator[str]:
        """What stands in the file and no text cell can hold."""
        body = self.word.element.body
        for tag, name in (("w:footnoteReference", "脚注"), ("w:endnoteReference", "尾注"), ("w:txbxContent", "文本框"),
                          ("m:oMath", "公式")):  # fmt: skip
            space, _, local = tag.partition(":")
            full = (
                qn(tag)
                if space == "w"
                else f"{{http://schemas.openxmlformats.org/officeDocument/2006/math}}{local}"
            )
            if found := sum(1 for _ in body.iter(full)):
                yield f"{name}{found}处"


def _elements(body) -> Iterator[tuple[object, bool]]:  # noqa: ANN001
    """Paragraphs and tables in order, and whether it is a table."""
    for child in body:
        if child.tag == qn("w:p"):
            yield child, False
        elif child.tag == qn("w:tbl"):
            yield child, True
        elif child.tag != qn("w:sectPr") and len(child):
            yield from _elements(child)


def _is_bold(run) -> bool:  # noqa: ANN001
    mark = run.find(f"{qn('w:rPr')}/{qn('w:b')}")
    return mark is not None and mark.get(qn("w:val"), "1") not in ("0", "false", "off")


def _joined(runs: list[Run]) -> Iterator[Run]:
    """Runs of one look as one: programs split them where nothing changes."""
    kept: Run | None = None
    for run in runs:
        if kept and (kept.bold, kept.link) == (run.bold, run.link):
            kept = replace(kept, text=kept.text + run.text)
        else:
            if kept:
                yield kept
            kept = run
    if kept:
        yield kept
