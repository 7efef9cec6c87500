"""What all figures share: size, type, tones, the 示例数据 mark, and PNG bytes that do not change from run to run.

Figures are made with matplotlib's object interface under a local rc context; pyplot and its global figure list
are not touched. Sizes are millimetres on the page, so 8 pt in a figure is 8 pt in the Word file.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Patch, Rectangle
from matplotlib.text import Text

from kepu_eval.report.blocks import Chart
from kepu_eval.report.fact import rounded
from kepu_eval.report.fonts import SANS, families, register_fonts
from kepu_eval.report.glyphs import drawn, lost
from kepu_eval.report.palette import GRID, INK, MUTED, NEUTRAL, PAPER, TONES, tone_of

Row = TypeVar("Row")
MM = 1 / 25.4
WIDTH_MM = 155.0
DPI = 200
PAGE_MM = 215.0
"""What a page has for a figure beside its caption; none is higher."""
SMALL = 7.0
NOTICE_MM = 5.0
LABEL = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6, "alpha": 0.85}
"""Box behind words that lie on lines."""

_RC: dict[Any, object] = {
    "font.size": 8.0,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": False,
    "axes.titlesize": 8.0,
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "grid.color": GRID,
    "grid.linewidth": 0.5,
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "legend.handlelength": 1.4,
    "legend.handletextpad": 0.5,
    "legend.columnspacing": 1.2,
    "legend.borderaxespad": 0.2,
    "savefig.dpi": DPI,
}


@contextmanager
def drawing(height_mm: float, width_mm: float = WIDTH_MM) -> Iterator[Figure]:
    """A figure of that size on the page, to be drawn and saved (:func:`chart`) inside the ``with``.

    The caller's matplotlib settings neither show in the figure nor change.
    """
    register_fonts()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_RC)
        mpl.rc("font", family=families(SANS))
        figure = Figure(
            figsize=(width_mm * MM, height_mm * MM), dpi=DPI, layout="constrained", facecolor=PAPER
        )
        FigureCanvasAgg(figure)
        yield figure


def leave_room(figure: Figure, notice: str) -> float:
    """Keep the strip at the top free that :func:`chart` writes ``notice`` in; its height as a share of the figure's.

    To be called by who measures a figure before it is saved.
    """
    strip = NOTICE_MM * MM / figure.get_size_inches()[1] if notice else 0.0
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):  # as :func:`drawing` made it
        engine.set(rect=(0, 0, 1, 1 - strip))
    return strip


def on_a_page(
    urgency: Sequence[float], around_mm: float, row_mm: float, columns: int = 1, rest_in: str = "表"
) -> tuple[list[int], str]:
    """Positions of the rows to draw, in order, and what the chart's note says of the others.

    All of them where a page has room for all, else the most urgent; the others stand in ``rest_in``.
    """
    room = int((PAGE_MM - around_mm) / row_mm) * columns
    drawn = sorted(sorted(range(len(urgency)), key=lambda row: -urgency[row])[:room])
    rest = len(urgency) - len(drawn)
    return drawn, f"图幅所限，只画最需要注意的{len(drawn)}行，其余{rest}行见{rest_in}。" if rest else ""


def paged(rows: Sequence[Row], most: int) -> Iterator[tuple[Sequence[Row], str, str]]:
    """Rows for as many charts as it takes, with what ends the id and the title of each after the first."""
    for page, at in enumerate(range(0, len(rows), most), 1):
        yield rows[at : at + most], f"-{page}" if page > 1 else "", "（续）" if page > 1 else ""


def chart(figure: Figure, id: str, title: str, alt: str, notice: str = "", note: str = "") -> Chart:  # noqa: A002
    """The figure as a report block, marked with ``notice`` (such as 示例数据) at its top right."""
    width = figure.get_size_inches()[0]
    strip = leave_room(figure, notice)
    if notice:
        figure.text(
            1 - 1.2 * MM / width, 1 - strip / 2, notice, ha="right", va="center", fontsize=SMALL, color=MUTED,
            bbox={"boxstyle": "round,pad=0.25", "facecolor": PAPER, "edgecolor": NEUTRAL, "linewidth": 0.6},
        )  # fmt: skip
        alt = f"{alt}（{notice}）"
    if rare := _only_drawable(figure):
        note = f"{note}图中的□为{'、'.join(f'U+{ord(character):04X}' for character in rare)}。"
    return Chart(id=id, title=title, png=base64.b64encode(png(figure)).decode("ascii"), alt=alt,
                 width_mm=round(width / MM, 1), note=note)  # fmt: skip


def _only_drawable(figure: Figure) -> list[str]:
    """Make the figure's words such as its fonts can draw; the characters that □ now stands for."""
    rare: dict[str, None] = {}
    for words in figure.findobj(Text):
        text = words.get_text()
        if (told := "\n".join(map(drawn, text.split("\n")))) != text:
            rare |= dict.fromkeys(lost(text))
            words.set_text(told)
    return list(rare)


def png(figure: Figure) -> bytes:
    """PNG bytes: the same for the same drawing, as neither date nor program version is written into them."""
    buffer = io.BytesIO()
    if engine := figure.get_layout_engine():  # savefig would draw the whole figure once more to lay it out
        engine.execute(figure)
        figure.set_layout_engine("none")
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def fill(tone: str) -> dict[str, Any]:
    """Patch properties of a tone: its strong colour, or white with grey hatching for missing data."""
    look = TONES[tone]
    if look.hatch:
        return {"facecolor": look.strong, "edgecolor": NEUTRAL, "hatch": look.hatch, "linewidth": 0.6}
    return {"facecolor": look.strong, "edgecolor": PAPER, "linewidth": 0.6}


def square(axes: Axes, x: float, y: float, width: float, height: float, **look: Any) -> None:
    """A rectangle with its middle at ``x``, ``y``, for figures of hundreds of cells; the axes' limits stay as they are.

    ``bar`` would cost three times as much: it looks at units, containers and limits for each.
    """
    axes.add_artist(Rectangle((x - width / 2, y - height / 2), width, height, **look)).set_in_layout(False)


def inside(axes: Axes, x: float, y: float, words: str, **look: Any) -> None:
    """Words in the middle of such a rectangle; as it, they lie within the axes, and the layout need not measure them."""
    axes.text(x, y, words, ha="center", va="center", **look).set_in_layout(False)


def tone_patch(tone: str, label: str) -> Patch:
    """Legend key of a tone."""
    return Patch(label=label, **fill(tone))


def missing(value: object) -> bool:
    """Whether a figure from a frame is not known."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def number(value: float, digits: int = 1) -> str:
    """A figure as the report's prose writes it; whole numbers without decimals."""
    return rounded(int(value)) if float(value).is_integer() else rounded(float(value), digits)


_WORST_FIRST = ("late", "none", "unknown", "going", "near", "excepted", "done", "")


def worst_first(ratings: Iterable[str]) -> list[float]:
    """How urgently ratings are to be shown (:func:`on_a_page`)."""
    return [-_WORST_FIRST.index(tone_of(rating)) for rating in ratings]


def bare(axes: Axes, *sides: str) -> None:
    """Take spines and tick marks off; ``sides`` stay."""
    for name, spine in axes.spines.items():
        spine.set_visible(name in sides)
    axes.tick_params(length=0)
