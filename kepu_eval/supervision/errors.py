"""The one error of this room."""

from __future__ import annotations

from kepu_eval.errors import KepuError


class SupervisionError(KepuError):
    """Input that cannot be used; the message names file, sheet, cell, value and what to do, in Chinese."""
