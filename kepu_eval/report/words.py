"""Words of a report: notebook cells of text in which Jinja2 placeholders stand for Facts.

A cell that begins with ``%%正文`` holds Markdown with placeholders, conditions and loops (Jinja2); the paragraphs that it
makes are shown below it, and every figure in them is a Fact. A digit that is typed is refused, and so is a placeholder
that is not known. ``%数据项`` lists what there is, with its present value.

The names come from the notebook's ``case`` (its ``words``, see :mod:`kepu_eval.report.vocabulary`) or ``study`` and from
the notebook's own variables.
"""

from __future__ import annotations

import os
import re
from collections import ChainMap, deque
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.runtime import Context
from jinja2.utils import missing

from kepu_eval.errors import KepuError
from kepu_eval.report.blocks import Block, Blocks, Cell, Fact, Heading, Prose, Span, Table, table
from kepu_eval.report.literals import without_allowed
from kepu_eval.report.markdown import Picture, markdown_blocks, no_picture, place_mark, placed, unplaced
from kepu_eval.report.pictures import pictures

_MARK = re.compile("\ue000([\ue010-\ue019]+)\ue001")
_PRIVATE = re.compile("[\ue000-\uf8ff]")  # what marks are made of, here and in Markdown
# What parts paragraphs is an empty line that was written, not one that conditions have left empty.
_WRITTEN_EMPTY = "\ue002"
_ADDRESSES = re.compile(r"\]\([^)\s]*\)|<https?://[^>\s]*>")
_WITHIN = "\0"  # stands for the placeholder before a text: it begins no line
_NEAR, _SHOWN = 0.4, 4
WORK_FOLDER = "KEPU_WORK_FOLDER"
"""Names, in the surroundings of a run, the folder in which the notebook lies."""
_INERT = (nodes.Getitem, nodes.Call, nodes.Filter, nodes.Compare, nodes.Test, nodes.Slice)


WITHOUT_SOURCE = "无出处"
"""Prints a number that came back from Word and no data stand behind, so that everybody sees it."""


class WordsError(KepuError):
    """A text that cannot be made into paragraphs; the message says where and what to do, in Chinese."""


def render(
    source: str, names: Mapping[str, Any], proper: Iterable[str] = (), picture: Picture = no_picture
) -> Blocks:
    """Paragraphs, headings, lists and tables of a text; ``proper``: names with digits in them that may be typed.

    Every piece of a paragraph knows where in the text it was written (:attr:`Span.at`). ``picture`` finds pictures.

    Raises :class:`WordsError` for an unknown placeholder (with the nearest names), a typed digit, a number that is no
    Fact, and for what Jinja2 cannot read.
    """
    marked: list[Fact | str] = []
    environment = _environment(marked, names)
    try:
        source = source.replace("\r\n", "\n")
        tree = environment.parse(source)
        _refuse_digits(tree, names, sorted(set(proper), key=len, reverse=True))
        _place(tree, source, environment)
        text = environment.from_string(tree).render()
    except UndefinedError as error:
        raise WordsError(error.message or "") from None
    except TemplateSyntaxError as error:
        raise WordsError(f"第{error.lineno}行的占位符写法有误（{error.message}）：占位符形如 {{{{ 名称 }}}}，条件以 {{% if … %}} 开始、{{% endif %}} 结束") from error  # fmt: skip
    lines = (line for line in text.split("\n") if unplaced(line).strip())
    text = "\n".join("" if unplaced(line).strip() == _WRITTEN_EMPTY else line for line in lines)
    return Blocks(_restored(block, marked) for block in markdown_blocks(text, picture))


def _place(tree: nodes.Template, source: str, environment: Environment) -> None:
    """Let every piece of a template's text, and every placeholder, print a mark for its place in the source."""
    at, pieces = 0, deque[int]()
    for _, kind, text in environment.lex(source):
        at = source.find(text, at)
        if kind in ("data", "variable_begin"):
            pieces.append(at)
        at += len(text)
    for output in list(tree.find_all(nodes.Output)):
        made: list[nodes.Expr] = []
        for node in output.nodes:
            start = pieces.popleft()
            if isinstance(node, nodes.TemplateData):
                node.data = _placed_data(node.data, source, start)
            else:
                made.append(nodes.TemplateData(place_mark(start), lineno=node.lineno))
            made.append(node)
        output.nodes = made
    tree.set_environment(environment)


def _placed_data(data: str, source: str, start: int) -> str:
    """A piece of text with the marks of its lines; an empty line that stands so in the source is marked as written."""
    lines, at = [], start
    for line in data.split("\n"):
        end = at + len(line)
        whole = (at == 0 or source[at - 1] == "\n") and (end == len(source) or source[end] == "\n")
        lines.append(_WRITTEN_EMPTY if whole and not line.strip() else placed(line, at))
        at = end + 1
    return "\n".join(lines)


def _environment(marked: list[Fact | str], names: Mapping[str, Any]) -> Environment:
    """Jinja2 that keeps what placeholders give as marks, so that nothing a unit wrote is read as Markdown."""

    def mark(value: Fact | str) -> str:
        marked.append(value)
        return "\ue000" + "".join(chr(0xE010 + int(digit)) for digit in str(len(marked) - 1)) + "\ue001"

    def finalize(value: object) -> str:
        if isinstance(value, Fact):
            return mark(value)
        if isinstance(value, str):
            return _marked_anew(value, mark)
        if isinstance(value, Undefined):
            return str(value)  # refuses what is unknown; of an if without else there is nothing
        if value is None or isinstance(value, int | float):
            raise WordsError(
                f"占位符的值是{value!r}：正文中的数字须为数据项", hint="请改用 %数据项 列出的名称"
            )
        raise WordsError(f"占位符给出的是一组（{type(value).__name__}），不是一个数据项", hint="请写到具体一项，或用 {% for … %} 逐项列出")  # fmt: skip

    class Unknown(StrictUndefined):
        """A placeholder without a value: refused wherever it is used, with the names nearest to it."""

        @property
        def _undefined_message(self) -> str:
            name, within = str(self._undefined_name), self._undefined_obj
            known = [str(key) for key in (within if isinstance(within, Mapping) else names)]
            near = get_close_matches(name, known, n=_SHOWN, cutoff=_NEAR)
            hint = f"相近的有：{'、'.join(near)}" if near else "用 %数据项 查看全部名称"
            return f"没有名为“{name}”的数据项；{hint}"

    def listed(values: Iterable[Fact | str], at_most: int = 0) -> str:
        """Items joined by 、; beyond ``at_most``, the first ones and 等."""
        items = [finalize(value) for value in values]
        more = 0 < at_most < len(items)
        return "、".join(items[:at_most] if more else items) + ("等" if more else "")

    class Named(Context):
        """Looks names up when a text asks for them: what no text names need not be made."""

        def resolve_or_missing(self, key: str) -> object:
            found = super().resolve_or_missing(key)
            return names.get(key, missing) if found is missing else found

    environment = Environment(undefined=Unknown, finalize=finalize, autoescape=False)
    environment.context_class = Named
    environment.filters["列举"] = listed
    environment.tests["印作"] = lambda value, text: (value.text if isinstance(value, Fact) else value) == text
    environment.globals[WITHOUT_SOURCE] = lambda number: f"〔{number}，待补出处〕"
    return environment


def _marked_anew(text: str, mark) -> str:  # noqa: ANN001
    """A text that may hold marks (of a filter, of joined texts): what stands between them becomes a mark as well."""
    end, pieces = 0, list[str | re.Match[str]]()
    for found in _MARK.finditer(text):
        pieces += [text[end : found.start()], found]
        end = found.end()
    pieces.append(text[end:])
    return "".join(
        piece[0] if isinstance(piece, re.Match) else mark(_PRIVATE.sub("", piece))
        for piece in pieces
        if piece
    )


def _refuse_digits(tree: nodes.Template, names: Mapping[str, Any], proper: list[str]) -> None:
    for text, line in _typed(tree):
        left = without_allowed(text, proper)
        if digits := re.search(r"(\d+(?:\.\d+)?)\S{0,4}", left):
            number = digits[1]
            same = [name for name, fact in flat(names) if fact.number == number][:_SHOWN]
            hint = f"；数值相同的数据项有：{'、'.join(same)}" if same else "；用 %数据项 查看全部数据项"
            raise WordsError(
                f"第{line}行：正文中的数字“{digits[0]}”不能直接写",
                hint=f"请换成占位符 {{{{ 数据项 }}}}{hint}",
            )


def _typed(node: nodes.Node) -> Iterator[tuple[str, int]]:
    """Texts that are typed, with their lines; not what names a thing (``任务["05"]``) or steers a filter."""
    if isinstance(node, nodes.TemplateData):
        for number, line in enumerate(_ADDRESSES.sub(" ", node.data).split("\n")):
            yield line, node.lineno + number
    elif isinstance(node, nodes.Output):
        before, *others = node.nodes
        yield from _typed(before)
        for child in others:
            for place, (text, at) in enumerate(_typed(child)):
                yield text if place else _WITHIN + text, at
    elif isinstance(node, nodes.Const):
        yield str(node.value), node.lineno
    elif isinstance(node, _INERT):
        inner = getattr(node, "node", None)
        yield from _typed(inner) if isinstance(inner, nodes.Node) else ()
    else:
        for each in node.iter_child_nodes():
            yield from _typed(each)


def _restored(block: Block, marked: list[Fact | str]) -> Block:
    """A block with what its marks stand for."""
    if isinstance(block, Prose):
        spans = tuple(part for span in block.spans for part in _parts(span, marked))
        return block.model_copy(update={"spans": spans, "facts": _facts(block, marked)})
    if isinstance(block, Heading):
        spans = tuple(part for span in block.spans for part in _parts(span, marked))
        return block.model_copy(update={"text": _plain(block.text, marked), "spans": spans})
    if isinstance(block, Table):
        return block.model_copy(
            update={
                "id": _plain(block.id, marked),
                "title": _plain(block.title, marked),
                "columns": tuple(
                    c.model_copy(update={"title": _plain(c.title, marked)}) for c in block.columns
                ),
                "rows": tuple(tuple(_cell(cell, marked) for cell in row) for row in block.rows),
                "facts": _facts(block, marked),
            }
        )
    return block


def _parts(span: Span, marked: list[Fact | str]) -> Iterator[Span]:
    end = 0
    for found in _MARK.finditer(span.text):
        if found.start() > end:
            yield span.model_copy(update={"text": span.text[end : found.start()]})
        value, end = marked[_number(found)], found.end()
        fact = value.id if isinstance(value, Fact) else None
        yield span.model_copy(update={"text": value.text if isinstance(value, Fact) else value, "fact": fact})
    if end < len(span.text):
        yield span.model_copy(update={"text": span.text[end:], "at": None if end else span.at})


def _cell(cell: Cell, marked: list[Fact | str]) -> Cell:
    whole = _MARK.fullmatch(cell.text)
    value = marked[_number(whole)] if whole else None
    if isinstance(value, Fact):
        number = None if isinstance(value.value, str) else value.value
        return Cell(text=value.text, value=number, fact=value.id)
    return Cell(text=_plain(cell.text, marked))


def _plain(text: str, marked: list[Fact | str]) -> str:
    def shown(found: re.Match) -> str:
        value = marked[_number(found)]
        return value.text if isinstance(value, Fact) else value

    return _MARK.sub(shown, text)


def _facts(block: Prose | Table, marked: list[Fact | str]) -> tuple[Fact, ...]:
    """Facts that a block's texts show, each once."""
    texts = (
        [span.text for span in block.spans]
        if isinstance(block, Prose)
        else [cell.text for row in block.rows for cell in row]
    )
    values = (marked[_number(found)] for text in texts for found in _MARK.finditer(text))
    return tuple({value.id: value for value in values if isinstance(value, Fact)}.values())


def _number(found: re.Match) -> int:
    return int("".join(str(ord(digit) - 0xE010) for digit in found[1]))


def flat(names: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Fact]]:
    """Every placeholder for a figure, as it is written, with its Fact."""
    for name, value in names.items():
        if not isinstance(name, str) or name.startswith("_"):
            continue
        inside = f".{name}" if name.isidentifier() else f'["{name}"]'
        written = f"{before}{inside}" if before else name
        if isinstance(value, Fact):
            yield written, value
        elif isinstance(value, Mapping):
            yield from flat(value, written)


def listing(names: Mapping[str, Any]) -> Table:
    """All placeholders for figures with their present values."""
    rows = [[f"{{{{ {name} }}}}", fact.label, fact.text] for name, fact in flat(names)]
    return table("placeholders", "可用的数据项", "占位符<2 | 名称<3 | 现在的值<1.4", rows)


def load_ipython_extension(shell) -> None:  # noqa: ANN001 - IPython's InteractiveShell
    """``%load_ext kepu_eval.report.words``: ``%%正文`` and ``%数据项``."""

    def opened() -> object:
        return shell.user_ns.get("case") or shell.user_ns.get("study")

    def names() -> Mapping[str, Any]:
        own = {name: value for name, value in shell.user_ns.items() if not name.startswith("_")}
        return ChainMap(getattr(opened(), "words", {}), own)

    def words(line: str, cell: str) -> Blocks:  # noqa: ARG001
        beside = pictures(Path.cwd(), *map(Path, filter(None, [os.environ.get(WORK_FOLDER)])))
        return render(cell, names(), getattr(opened(), "proper_names", ()), beside)

    shell.register_magic_function(words, "cell", "正文")
    shell.register_magic_function(lambda line: listing(names()), "line", "数据项")  # noqa: ARG005
