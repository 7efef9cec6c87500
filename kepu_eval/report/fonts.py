"""Chinese fonts without system fonts: Noto Sans SC and Noto Serif SC from the PyPI package pylopdf-fonts-zh-cn (OFL)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

SANS = "Noto Sans SC"
SERIF = "Noto Serif SC"


class MissingFontsError(RuntimeError):
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


def _remedy(problem: str) -> str:
    return f"{problem}，无法绘制中文图；请运行：pip install --force-reinstall pylopdf-fonts-zh-cn"


@cache
def register_fonts() -> None:
    """Make the families known to matplotlib, once a process.

    Only its list of fonts grows; the default family and all other settings stay as they are.
    """
    from matplotlib.font_manager import fontManager

    known = {entry.fname for entry in fontManager.ttflist}
    for path in font_paths().values():
        if str(path) not in known:
            fontManager.addfont(path)
