"""How much a report may say and how long it may take, so that one bad notebook harms no other."""

from __future__ import annotations

from kepu_eval.errors import KepuError

MAX_OUTPUT = 64 * 2**20
"""Characters of all of a notebook's outputs, pictures included: ten times those of the mid-term report."""

TIME_LIMIT = 1800.0
"""Seconds for one report, unless the caller says otherwise."""


class OutputLimitError(KepuError):
    """A notebook whose outputs grow without bound; the message is Chinese."""


def too_slow(seconds: float) -> str:
    """What is said of a report that took longer than it may."""
    return f"超过时限{seconds:g}秒，已停止；请检查笔记本中是否有不会结束的循环或等待，或用 --time-limit 放宽"


class Allowance:
    """Counts the characters that a notebook puts out and refuses those beyond ``most``."""

    def __init__(self, most: int = MAX_OUTPUT) -> None:
        self._most, self._taken = most, 0

    def take(self, characters: int) -> None:
        """Count an output; :class:`OutputLimitError` from the first that is too much, and for every one after it."""
        self._taken += characters
        if self._taken > self._most:
            raise OutputLimitError(
                f"输出超过{self._most / 2**20:.0f}MB，已停止", hint="请检查笔记本中是否有反复打印的语句"
            )
