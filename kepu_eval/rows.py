"""What pandas hands out, named."""

from __future__ import annotations

from typing import Any, TypeAlias

Row: TypeAlias = Any
"""One row of ``DataFrame.itertuples()``: a named tuple of the frame's columns, which are known only at run time."""
