"""What a person can mend: one base of every error that is told to users, and why a file could not be read or written."""

from __future__ import annotations

import errno
from typing import Self


class KepuError(ValueError):
    """A problem in Chinese, on one line: where, what is wrong, what to do. Of several problems, each has its line.

    ``place`` is the file, sheet and cell, row or parameter, ``hint`` what to do or what there is to choose from; either is
    empty where there is nothing more to say. ``code`` stays the same from version to version: the rule that was broken, or
    by default the subject, which is the name of the class.
    """

    code = "kepu"

    def __init_subclass__(cls) -> None:
        cls.code = cls.__name__.removesuffix("Error").lower()

    def __init__(self, message: str, *, place: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message, self.place, self.hint = message, place, hint

    def __str__(self) -> str:
        """What is shown; a place with a name in quotes is the subject of its sentence."""
        where = self.place if not self.place or "“" in self.place else f"{self.place}："
        lines = "\n".join(where + line for line in self.message.split("\n"))
        return lines + (f"，{self.hint}" if self.hint else "")

    @property
    def problems(self) -> list[str]:
        """The lines that are shown, one a problem."""
        return str(self).splitlines()

    @classmethod
    def of(cls, error: KepuError) -> Self:
        """The same problem as an error of this class."""
        return cls(error.message, place=error.place, hint=error.hint)

    def _render_traceback_(self) -> list[str]:
        """In a notebook, the line alone (IPython's own protocol): where it was raised says nothing more."""
        return [str(self)]


class UnknownError(KepuError, KeyError):
    """There is nothing of this name or number."""


_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹", errno.EACCES: "没有权限，或正被其他程序打开", errno.EPERM: "没有权限",
    errno.EISDIR: "是文件夹，不是文件", errno.ENOTDIR: "路径中有一段不是文件夹", errno.EEXIST: "已有同名的文件",
    errno.ENOSPC: "磁盘已满", errno.EROFS: "磁盘只读", errno.ENAMETOOLONG: "名称太长", errno.ENOTEMPTY: "文件夹不是空的",
}  # fmt: skip


def reason(error: OSError) -> str:
    """Why the system could not read or write a file, in Chinese; our own errors say so themselves."""
    if error.errno is None:
        return str(error)
    return _REASONS.get(error.errno, error.strerror or str(error))


def told(error: BaseException) -> str:
    """An error as one line for whoever ran the command; the system's own with the file that it is about."""
    if isinstance(error, OSError) and error.errno is not None:
        return f"“{error.filename}”：{reason(error)}" if error.filename else reason(error)
    return str(error.args[0]) if type(error) is KeyError and error.args else str(error)
