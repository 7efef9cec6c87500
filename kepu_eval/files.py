"""A file takes the place of an earlier one whole or not at all, and what stands in its way is said in Chinese."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kepu_eval.safe_text import is_device

if TYPE_CHECKING:
    from openpyxl import Workbook

_WINDOWS = os.name == "nt"
# A virus scanner holds what was just written for a moment; elsewhere a refusal is one.
_PAUSES = (0.1, 0.4, 1.5) if _WINDOWS else ()
_LONGEST_PATH = 259
_OPENED_BY = {
    ".docx": "Word、WPS", ".xlsx": "Excel、WPS", ".csv": "Excel、WPS", ".pdf": "PDF阅读器", ".ipynb": "JupyterLab",
    ".html": "浏览器",
}  # fmt: skip


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name and move it into place once it is on the disk: no half-written file stands there.

    Raises ``OSError`` with a Chinese message: ``PermissionError`` when another program holds the file open, others for a name
    that Windows keeps for a device and for a path too long for Windows.
    """
    refuse_device(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        move(temporary, path, path)
    except FileNotFoundError as error:
        raise too_long(temporary) or error from error
    except PermissionError as error:
        raise PermissionError(_in_use(path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_book(path: Path, book: Workbook) -> None:
    """Write a workbook of openpyxl's, as :func:`write_whole`."""
    stream = io.BytesIO()
    book.save(stream)
    write_whole(path, stream.getvalue())


def move(source: Path, target: Path, known: Path) -> None:
    """Rename a file over another, or a folder, trying again where a scanner may hold it.

    Raises ``PermissionError`` with a Chinese message about ``known``, the one of the two that people know.
    """
    for pause in (*_PAUSES, None):
        try:
            source.replace(target)
            return
        except PermissionError as error:
            if pause is None:
                raise PermissionError(_in_use(known, folder=source.is_dir())) from error
            time.sleep(pause)


def _in_use(path: Path, *, folder: bool = False) -> str:
    """What to do about a file, or a folder's files, that another program holds."""
    if folder:
        return f"无法更新“{path.name}”：其中的文件可能正在Word、WPS、Excel或PDF阅读器中打开，请关闭后重试"
    program = _OPENED_BY.get(path.suffix.lower(), "其他程序")
    return f"无法写入“{path.name}”：文件可能正在{program}中打开，请关闭后重试；也可能是只读文件或文件夹"


def refuse_device(path: Path) -> None:
    """Raise ``OSError`` for a name such as ``aux.xlsx``, which on Windows is no file: reports are passed on to other systems."""
    if is_device(path.name):
        raise OSError(f"“{path.name}”是Windows保留的名称，不能作文件名，请换一个")


def holds(path: Path, body: bytes) -> bool:
    """Whether a file says exactly this; not where there is none or it cannot be read."""
    try:
        return path.stat().st_size == len(body) and path.read_bytes() == body
    except OSError:
        return False


def too_long(path: Path) -> OSError | None:
    """The error of a path that Windows does not take for its length, where that is so."""
    length = len(str(path.absolute()))
    if not _WINDOWS or length <= _LONGEST_PATH:
        return None
    return OSError(
        f"路径太长（{length}个字符，Windows最多{_LONGEST_PATH}个）：{path}。请把输出文件夹放到靠近盘符的位置，或缩短名称"
    )
