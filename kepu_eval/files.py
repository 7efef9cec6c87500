"""Files that are either whole or not there."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name and move it into place once it is on the disk: no half-written file stands there.

    Raises ``PermissionError`` with a Chinese message when another program holds the file open.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except PermissionError as error:
        raise PermissionError(
            f"无法写入“{path.name}”：文件可能正在Word、WPS或Excel中打开，请关闭后重试"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
