"""The refusal of a whole file."""

from __future__ import annotations

from kepu_eval.errors import KepuError


class UnreadableError(KepuError):
    """A file that is left out; ``code`` says by which rule, ``severity`` whether it is asked about or rejected."""

    def __init__(self, code: str, message: str, hint: str, severity: str = "rejected") -> None:
        super().__init__(message, hint=hint)
        self.code, self.severity = code, severity
