"""The refusal of a whole file."""

from __future__ import annotations


class UnreadableError(ValueError):
    """A file that is left out; the message says why, ``remedy`` what to do, ``code`` which rule."""

    def __init__(self, code: str, message: str, remedy: str, severity: str = "rejected") -> None:
        super().__init__(message)
        self.code, self.message, self.remedy, self.severity = code, message, remedy, severity
