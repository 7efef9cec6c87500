"""The one error of this room."""

from __future__ import annotations


class SupervisionError(ValueError):
    """Input that cannot be used; the message names file, sheet, cell, value and what to do, in Chinese."""
