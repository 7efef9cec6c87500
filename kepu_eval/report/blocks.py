"""Blocks: what a report is made of, as notebook outputs that also carry a machine-readable form.

A notebook cell returns blocks; JupyterLab shows their HTML, and the notebook file keeps their JSON under
:data:`MIME`. Every exporter rebuilds the same blocks from that JSON (:mod:`kepu_eval.report.document`), so a
number in a sentence and the same number in a table are one :class:`Fact` and cannot disagree.
"""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from kepu_eval.errors import KepuError
from kepu_eval.report.fact import Fact, Frozen, Number
from kepu_eval.report.recipe import Datum, Reckoned, Step

MIME = "application/vnd.kepu.block+json"


Align = Literal["left", "center", "right"]
Role = Literal["body", "note", "item"]


class Piece(Frozen):
    """What all blocks have in common: they show themselves in a notebook and are read back from it."""

    kind: str
    cell: str = Field(default="", exclude=True)
    """Id of the notebook cell that it stands in, known when it is read from a notebook."""

    def _repr_mimebundle_(self, **_: object) -> dict | tuple[dict, dict]:
        from kepu_eval.report.render_html import block_html, block_text

        return self._marked(
            {"text/plain": block_text(self), "text/html": block_html(self), MIME: self.compact()}
        )

    def _marked(self, data: dict) -> dict | tuple[dict, dict]:
        """The data; in a notebook, with a mark of the cell that made them as metadata."""
        from kepu_eval.report.completeness import run_mark

        mark = run_mark(self.kind)
        return (data, {MIME: mark}) if mark else data

    def compact(self, *without: str) -> dict:
        """JSON form with only what differs from the defaults: what notebooks keep."""
        return {
            "kind": self.kind,
            **self.model_dump(mode="json", exclude_defaults=True, exclude=set(without)),
        }


SIMULATED = "示例数据"
"""Stands on the face of all that was made from simulated data."""


class Cover(Piece):
    """Title of the report. ``notice`` (such as 示例数据) is repeated on every page, sheet and chart.

    ``contents``: whether a table of contents follows; a report of two or three pages needs none. ``signed``: organisation
    and date stand at the end, as under a letter, and not below the title.
    """

    kind: Literal["cover"] = "cover"
    title: str
    subtitle: str = ""
    organisation: str = ""
    date: str = ""
    notice: str = ""
    contents: bool = True
    signed: bool = False


class Span(Frozen):
    """A run of text inside prose; with ``fact`` it is the display of that Fact, with ``link`` it leads to an address.

    ``at``: where in its cell's text it was written, so that an edit made in Word finds the way back.
    """

    text: str
    fact: str | None = None
    bold: bool = False
    link: str = ""
    at: int | None = None


class Heading(Piece):
    """A heading without its number; exporters number levels 1–4 as 一、 （一） 1. （1）.

    ``numbered=False`` is for annexes. A report's own headings are usually Markdown cells. ``spans``: the pieces that a
    text cell's heading was made of.
    """

    kind: Literal["heading"] = "heading"
    level: int = Field(ge=1, le=4)
    text: str
    numbered: bool = True
    spans: tuple[Span, ...] = ()


class Volume(Piece):
    """Where the next of a report's documents begins: what follows is bound apart, its chapters are 附件1, 附件2 and so on."""

    kind: Literal["volume"] = "volume"
    title: str


class Prose(Piece):
    """A paragraph. Make one with :func:`prose`.

    ``level``: how deep an item of a list stands in others.
    """

    kind: Literal["prose"] = "prose"
    spans: tuple[Span, ...]
    role: Role = "body"
    level: int = 0
    facts: tuple[Fact, ...] = ()

    @property
    def text(self) -> str:
        """The paragraph's words."""
        return "".join(span.text for span in self.spans)


class Column(Frozen):
    """A table column; ``width`` is relative to the other columns."""

    title: str
    align: Align = "left"
    width: float = 1.0


Tone = Literal["", "done", "near", "going", "late", "none", "excepted", "unknown"]


class Cell(Frozen):
    """A table cell: text, the number behind it if any, the Fact it shows, a rating's tone (never colour alone)."""

    text: str
    value: Number | None = None
    fact: str | None = None
    tone: Tone = ""


class Table(Piece):
    """A table. Make one with :func:`table`. ``annex`` tables go to the workbook only.

    ``bars`` names two columns, labels and values, that the workbook also draws as a native chart.
    """

    kind: Literal["table"] = "table"
    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    landscape: bool = False
    annex: bool = False
    bars: tuple[str, str] | None = None
    facts: tuple[Fact, ...] = ()


class Chart(Piece):
    """A chart as PNG, with the sentence that says what it shows (``alt``) for readers who cannot see it."""

    kind: Literal["chart"] = "chart"
    id: str
    title: str
    png: str
    alt: str
    width_mm: float = 155.0
    note: str = ""

    @property
    def image(self) -> bytes:
        """The PNG file's bytes."""
        return base64.b64decode(self.png)

    def _repr_mimebundle_(self, **_: object) -> dict | tuple[dict, dict]:
        """The picture once, as a picture: the JSON leaves it out and the document joins them again."""
        return self._marked({"text/plain": self.alt, "image/png": self.png, MIME: self.compact("png")})


class InputFile(Frozen):
    """A file a report was computed from; ``round``: the one it was sent for, empty for others than units' files."""

    role: str
    path: str
    sha256: str
    round: str = ""


class Inputs(Piece):
    """What a report was computed from: parameters, files, versions. The manifest is made of this."""

    kind: Literal["inputs"] = "inputs"
    parameters: dict[str, str | int | float | bool | None]
    files: tuple[InputFile, ...]
    versions: dict[str, str]


class Lineage(Piece):
    """Facts that nothing in the report shows but others lead to: ratings and what they were made of. Nothing is drawn.

    ``needed``: only those that something shown is made of belong to the report, which goes to one unit of many.
    """

    kind: Literal["lineage"] = "lineage"
    facts: tuple[Fact, ...] = ()
    needed: bool = False


class Calculation(Piece):
    """What a workbook needs to recompute every indicator from its cells; steps of an indicator stand together, in order.

    Formulas are made from it by the exporter alone: nothing in a notebook becomes one.
    """

    kind: Literal["calculation"] = "calculation"
    data: tuple[Datum, ...] = ()
    steps: tuple[Step, ...] = ()
    indicators: tuple[Reckoned, ...] = ()


class Frame(Frozen):
    """A table of results as data: what a column holds, and its type, stands in :mod:`kepu_eval.report.package_schema`."""

    name: str
    rows: tuple[tuple[Number | str | bool | None, ...], ...] = ()


class Results(Piece):
    """What an evaluation found, for programs that read it further (result packages): whose it is, and its tables."""

    kind: Literal["results"] = "results"
    identity: dict[str, str | int]
    frames: tuple[Frame, ...]
    ledger: dict[str, str | int] = Field(default_factory=dict)


Block = Annotated[
    Cover | Heading | Volume | Prose | Table | Chart | Inputs | Lineage | Calculation | Results,
    Field(discriminator="kind"),
]
_ADAPTER: TypeAdapter[Block] = TypeAdapter(Block)


def block_from_json(data: object) -> Block:
    """Rebuild a block from its JSON form; pydantic's ``ValidationError`` when it is not one."""
    return _ADAPTER.validate_python(data)


class Blocks:
    """Several blocks as one notebook output each: the value a cell returns for a whole section."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self.blocks = tuple(blocks)

    def __iter__(self):  # noqa: ANN204
        return iter(self.blocks)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for block in self.blocks:
            display(block)


def prose(template: str, role: Role = "body", **values: Fact | str) -> Prose:
    """Paragraph from a template: ``prose("累计培训{done}。", done=fact)``.

    Values are Facts (their text is shown, their lineage kept) or words. A placeholder without a value raises
    ``KeyError``; a number must be a Fact, so passing one raises ``TypeError``.
    """
    spans: list[Span] = []
    facts: dict[str, Fact] = {}
    for text, name, _, _ in string.Formatter().parse(template):
        if text:
            spans.append(Span(text=text))
        if name is None:
            continue
        value = values[name]
        if isinstance(value, Fact):
            spans.append(Span(text=value.text, fact=value.id))
            facts[value.id] = value
        elif isinstance(value, str):
            spans.append(Span(text=value))
        else:
            raise TypeError(f"{name}={value!r}：正文中的数字须为Fact")
    return Prose(spans=tuple(spans), role=role, facts=tuple(facts.values()))


_HEAD = re.compile(r"(?P<title>[^<^>]*)(?:(?P<align>[<^>])(?P<width>[\d.]*))?")
_ALIGN: dict[str | None, Align] = {None: "left", "<": "left", "^": "center", ">": "right"}


CellValue = Fact | Cell | str | int | None


def table(
    id: str,  # noqa: A002 - the block's own field name
    title: str,
    columns: str | Sequence[Column | str],
    rows: Iterable[Sequence[CellValue]],
    *,
    note: str = "",
    landscape: bool = False,
    annex: bool = False,
    bars: tuple[str, str] | None = None,
) -> Table:
    """Table from plain values: a Fact shows its number, ``None`` a dash, a ``Cell`` stays as it is.

    Columns may be one line, titles with alignment (left, centred, right) and width: ``"编号^0.7 | 指标<2.2 | 目标>"``.
    Raises ``ValueError`` when a row has not as many cells as there are columns.
    """
    described = columns.split("|") if isinstance(columns, str) else columns
    heads = tuple(_column(c) if isinstance(c, str) else c for c in described)
    facts: dict[str, Fact] = {}
    body = []
    for row in rows:
        if len(row) != len(heads):
            raise KepuError(f"表“{title}”有{len(heads)}列，某行却有{len(row)}格")
        body.append(tuple(_cell(value, facts) for value in row))
    return Table(
        id=id,
        title=title,
        columns=heads,
        rows=tuple(body),
        note=note,
        landscape=landscape,
        annex=annex,
        bars=bars,
        facts=tuple(facts.values()),
    )


def _column(described: str) -> Column:
    parts = _HEAD.fullmatch(described.strip())
    if parts is None:
        raise KepuError(f"列“{described}”写法有误", hint="应写成 标题、标题>、标题^ 或 标题<1.5 的形式")
    return Column(title=parts["title"], align=_ALIGN[parts["align"]], width=float(parts["width"] or 1))


def _cell(value: CellValue, facts: dict[str, Fact]) -> Cell:
    if isinstance(value, Cell):
        return value
    if isinstance(value, Fact):
        facts[value.id] = value
        number = None if isinstance(value.value, str) else value.value
        return Cell(text=value.text, value=number, fact=value.id)
    if value is None:
        return Cell(text="—")
    return Cell(text=str(value), value=value if isinstance(value, int) else None)


def merged_facts(blocks: Iterable[Block]) -> Mapping[str, Fact]:
    """All Facts of a report by id, in order of appearance.

    Raises ``ValueError`` when one id stands for two different figures: prose and tables must not disagree.
    """
    facts: dict[str, Fact] = {}
    for block in blocks:
        for fact in getattr(block, "facts", ()):
            if facts.setdefault(fact.id, fact) != fact:
                raise KepuError(
                    f"数据项“{fact.id}”在报告中有两个不同的值：{facts[fact.id].text}、{fact.text}"
                )
    return facts


def with_lineage(facts: Mapping[str, Fact], hidden: Iterable[Lineage]) -> Mapping[str, Fact]:
    """A report's Facts followed by those that only lineage knows; a figure that is shown stands as it is shown.

    Raises ``ValueError`` when what is shown has another value.
    """
    every, blocks = dict(facts), list(hidden)
    for fact in (fact for block in blocks for fact in block.facts):
        shown = every.setdefault(fact.id, fact)
        if shown.value != fact.value:
            raise KepuError(f"数据项“{fact.id}”在报告中有两个不同的值：{shown.text}、{fact.text}")
    if not any(block.needed for block in blocks):
        return every
    reached = _reached(facts, every)
    return {name: fact for name, fact in every.items() if name in reached}


def _reached(names: Iterable[str], every: Mapping[str, Fact]) -> set[str]:
    """Facts and all that they are made of, down to cells."""
    reached, waiting = set(names), list(names)
    while waiting:
        fact = every.get(waiting.pop())
        new = set(fact.parts) - reached if fact else set()
        reached |= new
        waiting += new
    return reached
