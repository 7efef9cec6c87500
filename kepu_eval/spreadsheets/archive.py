"""Zipped workbooks (.xlsx, .ods) made harmless: only the parts that are read, at the size they really have.

The reader gets a new archive with just those parts, so that nothing a header lies about can unpack inside it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable

from kepu_eval.spreadsheets.unreadable import UnreadableError

MAX_PART = 64 * 2**20
MAX_UNPACKED = 128 * 2**20
MAX_PARTS = 2_000
_MACROS = ("vbaProject.bin", "Basic/script-lc.xml")


def parts(name: str, content: bytes, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The wanted parts of an archive by name.

    Raises :class:`UnreadableError` (C99) for macros, XML declarations of entities, and anything that unpacks to
    more than a filled-in return could; ``zipfile.BadZipFile`` when the archive is damaged.
    """
    found, unpacked = {}, 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > MAX_PARTS:
            raise too_large(name)
        if any(member.filename.endswith(_MACROS) for member in members):
            raise UnreadableError("C99", f"“{name}”含宏", "请另存为不含宏的xlsx后重报")
        for member in members:
            if not wanted(member.filename):
                continue
            data = _unpacked(name, archive, member)
            unpacked += len(data)
            if unpacked > MAX_UNPACKED:
                raise too_large(name)
            if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
                raise UnreadableError("C99", f"“{name}”含异常的XML声明", "请用Excel或WPS重新保存为xlsx后重报")
            found[member.filename] = data
    return found


def _unpacked(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.flag_bits & 1:
        raise UnreadableError("C06", f"“{name}”已加密", "请解除密码后重报")
    if member.file_size > MAX_PART:
        raise too_large(name)
    with archive.open(member) as part:
        return part.read(MAX_PART + 1)


def too_large(name: str) -> UnreadableError:
    """Refusal of a file that is larger inside than a return can be."""
    return UnreadableError(
        "C99",
        f"“{name}”展开后过大，疑有大量空白格式行或异常内容",
        "请删除多余的空白行列，或把填报内容粘贴到新模板后重报",
    )


def packed(found: Iterable[tuple[str, bytes]]) -> io.BytesIO:
    """The parts as an uncompressed archive in memory."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, data in found:
            archive.writestr(zipfile.ZipInfo(name), data)
    stream.seek(0)
    return stream
