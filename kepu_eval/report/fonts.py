"""Chinese fonts without system fonts: Noto Sans SC and Noto Serif SC from the PyPI package pylopdf-fonts-zh-cn (OFL).

Behind them stand, for characters that they lack, Noto Sans/Serif JP (rare ideographs such as 𠮷) and matplotlib's DejaVu
Sans (signs, other scripts): all of them come with the library, so a report looks the same everywhere.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from kepu_eval.errors import KepuError

SANS = "Noto Sans SC"
SERIF = "Noto Serif SC"
_SIGNS = "DejaVu Sans"


class MissingFontsError(KepuError):
    """The font package is not installed; the message says in Chinese how to install it."""


@cache
def font_paths() -> dict[str, Path]:
    """Font files by family name, :data:`SANS` and :data:`SERIF`; :class:`MissingFontsError` when there are none."""
    try:
        import pylopdf_fonts_zh_cn as fonts
    except ImportError as error:
        raise MissingFontsError(_remedy("未安装中文字体包 pylopdf-fonts-zh-cn")) from error
    paths = {SANS: fonts.sans_path(), SERIF: fonts.serif_path()}
    lost = [path.name for path in paths.values() if not path.is_file()]
    if lost:
        raise MissingFontsError(_remedy(f"字体包 pylopdf-fonts-zh-cn 缺少文件{'、'.join(lost)}"))
    return paths


@cache
def fallback_paths() -> dict[str, Path]:
    """Font files by family name for characters that the Chinese families lack, in the order in which they are asked."""
    import matplotlib as mpl

    paths = {_SIGNS: Path(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")}
    if find_spec("pylopdf_fonts_jp"):
        import pylopdf_fonts_jp as fonts

        paths = {"Noto Sans JP": fonts.sans_path(), "Noto Serif JP": fonts.serif_path(), **paths}
    return paths


def families(first: str) -> list[str]:
    """A family and those behind it: of the same kind first."""
    kind = "Sans" if first == SANS else "Serif"
    return [first, *(name for name in fallback_paths() if kind in name or name == _SIGNS)]


@cache
def repertoire() -> frozenset[int]:
    """Code points that can be drawn in either of the report's families, with those behind them."""
    from matplotlib.ft2font import FT2Font

    paths = font_paths() | fallback_paths()
    drawn = {name: set(FT2Font(str(path)).get_charmap()) for name, path in paths.items()}
    either = [set().union(*(drawn[name] for name in families(first))) for first in (SANS, SERIF)]
    return frozenset(set.intersection(*either))


def _remedy(problem: str) -> str:
    return f"{problem}，无法绘制中文图；请运行：pip install --force-reinstall pylopdf-fonts-zh-cn"


@cache
def register_fonts() -> None:
    """Make the families known to matplotlib, once a process.

    Only its list of fonts grows; the default family and all other settings stay as they are.
    """
    from matplotlib.font_manager import fontManager

    known = {entry.fname for entry in fontManager.ttflist}
    for path in (font_paths() | fallback_paths()).values():
        if str(path) not in known:
            fontManager.addfont(path)
