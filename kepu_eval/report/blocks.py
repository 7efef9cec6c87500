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
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

from kepu_eval.errors import KepuError

MIME = "application/vnd.kepu.block+json"

Number = int | float
_DIGITS = 10


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Frozen):
    """A cell that a figure came from, or a file as a whole (``sheet`` and ``cell`` empty).

    ``round`` and ``sha256``: the round the file was sent for, and what it was when it was read; files of two rounds
    often have the same name. ``raw``: the cell's text as found, empty for a cell left blank. ``what``: what the cell
    says, wherever it stands (unit, indicator, measure, period, entity). ``decision``: the evaluator's answer that made
    of it what was counted.
    """

    file: str
    sheet: str = ""
    cell: str = ""
    raw: str = ""
    what: str = ""
    round: str = ""
    sha256: str = ""
    decision: str = ""


class Fact(_Frozen):
    """A figure that may stand in a report: value, unit, how it was computed and from which cells.

    ``id`` is unique in a report (``Q08.value``). ``value`` is not rounded for readers, that happens once, in ``text``;
    it keeps ten significant digits, because what lies beyond them differs from run to run where sums are formed in
    parallel, and the same inputs must give the same report.
    A missing value is shown as ``missing``, never as zero.

    ``parts``: ids of the Facts it was made of, those that decide first; ``sources``: cells that it was made of itself. A
    rating is a Fact, too. Facts that no sentence shows stand in the report's :class:`Lineage`.
    """

    id: str
    value: Number | str | None
    unit: str = ""
    digits: int = 0
    label: str = ""
    formula: str = ""
    parts: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    missing: str = "数据不足"

    @field_validator("value")
    @classmethod
    def _reproducible(cls, value: Number | str | None) -> Number | str | None:
        return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value

    @property
    def text(self) -> str:
        """The figure as readers see it, with its unit."""
        return self.missing if self.value is None else f"{self.number}{self.unit}"

    @property
    def number(self) -> str:
        """The figure without its unit."""
        if self.value is None:
            return self.missing
        return self.value if isinstance(self.value, str) else rounded(self.value, self.digits)


def rounded(value: Number, digits: int = 0) -> str:
    """Round half away from zero, as Chinese statistics do (四舍五入): ``89.95`` to one digit is ``90.0``."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return f"{exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"


Align = Literal["left", "center", "right"]
Role = Literal["body", "note", "item"]


class Piece(_Frozen):
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


class Span(_Frozen):
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


class Column(_Frozen):
    """A table column; ``width`` is relative to the other columns."""

    title: str
    align: Align = "left"
    width: float = 1.0


Tone = Literal["", "done", "near", "going", "late", "none", "excepted", "unknown"]


class Cell(_Frozen):
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


class InputFile(_Frozen):
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
    """Facts that nothing in the report shows but others lead to: ratings and what they were made of. Nothing is drawn."""

    kind: Literal["lineage"] = "lineage"
    facts: tuple[Fact, ...] = ()


class Datum(_Frozen):
    """One contributor's cell as a calculation takes it; ``step``: number (from 1) of the step it goes into, 0 for none.

    ``value`` is missing unless it counts, ``high`` also where nothing bounds it. ``pair`` joins numerator and denominator.
    """

    step: int
    indicator: str
    measure: str
    unit: str
    entity: str
    period: str
    state: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    required: bool = False
    pair: int = 0
    denominator: bool = False
    source: Source | None = None


class Step(_Frozen):
    """One period of an indicator (of one measure): ``fact`` is the id of its figure, empty for a baseline.

    ``first``: where a series starts, from which no step leads back.
    """

    indicator: str
    measure: str
    period: str
    due: bool
    fact: str = ""
    first: bool = False


class Reckoned(_Frozen):
    """An indicator to be recomputed.

    ``stated``: whether the report gives a value; ``gain``: a stock judged by its growth; ``falls``: a trend that should.
    ``operator``, ``target_high``: what complies; ``scale``: of a ratio of two figures (0: none); ``shared``: a target of
    which each unit has its share, which is not recomputed.
    """

    indicator: str
    name: str
    kind: str
    target: float | None = None
    stated: bool = False
    part_of: str = ""
    gain: bool = False
    falls: bool = False
    operator: str = ">="
    target_high: float | None = None
    scale: int = 0
    shared: bool = False


class Calculation(Piece):
    """What a workbook needs to recompute every indicator from its cells; steps of an indicator stand together, in order.

    Formulas are made from it by the exporter alone: nothing in a notebook becomes one.
    """

    kind: Literal["calculation"] = "calculation"
    data: tuple[Datum, ...] = ()
    steps: tuple[Step, ...] = ()
    indicators: tuple[Reckoned, ...] = ()


class Frame(_Frozen):
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
    every = dict(facts)
    for fact in (fact for block in hidden for fact in block.facts):
        shown = every.setdefault(fact.id, fact)
        if shown.value != fact.value:
            raise KepuError(f"数据项“{fact.id}”在报告中有两个不同的值：{shown.text}、{fact.text}")
    return every
