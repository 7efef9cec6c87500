"""Pictures that an evaluator's own words show: files beside the notebook, or kept in it."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from kepu_eval.errors import KepuError
from kepu_eval.report.markdown import Picture, picture_addresses

if TYPE_CHECKING:
    from nbformat import NotebookNode

_LARGEST = 2000  # pixels: about 300 to the inch across the text area


def pictures(*folders: Path, attachments: Mapping[str, Mapping[str, str]] | None = None) -> Picture:
    """Finds a picture among a cell's attachments, else in these folders; never outside them."""
    kept = attachments or {}

    def picture(address: str) -> str:
        name = unquote(address).removeprefix("attachment:")
        if name in kept:
            return _png(base64.b64decode(next(iter(kept[name].values()))), name)
        for folder in folders:
            file = (folder / name).resolve()
            if file.is_file() and file.is_relative_to(folder.resolve()):
                return _png(file.read_bytes(), name)
        raise KepuError(f"找不到图片“{name}”")

    return picture


def attach_pictures(notebook: NotebookNode, folder: Path) -> None:
    """Keep in the notebook what its Markdown cells show, so that it shows the same wherever it lies."""
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        found = pictures(folder)
        for address in picture_addresses(cell.source):
            name = unquote(address)
            if (folder / name).is_file() and not address.startswith("attachment:"):
                cell.setdefault("attachments", {})[name] = {"image/png": found(address)}


def _png(content: bytes, name: str) -> str:
    """A picture as PNG in base64, not larger than print asks; ``KepuError`` when it is none."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as image:
            image.thumbnail((_LARGEST, _LARGEST))
            made = io.BytesIO()
            image.convert("RGBA" if "A" in image.getbands() else "RGB").save(made, "PNG")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise KepuError(f"图片“{name}”打不开，请另存为PNG或JPEG") from error
    return base64.b64encode(made.getvalue()).decode("ascii")
