"""kepu_eval: evaluation of a district's plan for citizens' scientific literacy, from units' returns to reports.

``import kepu_eval as ke`` offers what a researcher's own notebook needs (:mod:`kepu_eval.front`, docs/研究者接口.md).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from kepu_eval.iri import compile_later

__version__ = "0.1.0"

if TYPE_CHECKING:
    from kepu_eval.front import *  # noqa: F403


compile_later()


def __getattr__(name: str) -> object:
    """The front door's names, imported when one is first asked for: the command line needs none of them."""
    if not name.startswith("_") and name != "front":
        front = import_module("kepu_eval.front")
        if name in front.__all__:
            return getattr(front, name)
    raise AttributeError(f"kepu_eval 没有“{name}”；可用的名称见 docs/研究者接口.md")


def __dir__() -> list[str]:
    return [*globals(), *import_module("kepu_eval.front").__all__]
