"""Reports: blocks shown in notebooks, figures, exporters, manifest.

A notebook needs three names: :func:`open_case` (or :func:`open_final`, :func:`open_unit`, :func:`open_dispatch`, :func:`open_city`),
:func:`given` and :mod:`sections`; the survey explorer :mod:`explorer` and :func:`given`; the first one :mod:`start`.
"""

from __future__ import annotations

from importlib import import_module

_WHERE = {
    "ParameterError": "kepu_eval.parameters",
    "given": "kepu_eval.parameters",
    "open_case": "kepu_eval.report.case",
    "open_city": "kepu_eval.report.city_case",
    "open_dispatch": "kepu_eval.report.dispatch_case",
    "open_final": "kepu_eval.report.case",
    "open_unit": "kepu_eval.report.case",
}

__all__ = [
    "ParameterError",
    "explorer",
    "given",
    "open_case",
    "open_city",
    "open_dispatch",
    "open_final",
    "open_unit",
    "sections",
    "start",
]


def __getattr__(name: str) -> object:
    """Load the heavy parts only when a notebook asks for them: exporters alone do not need an evaluation."""
    if name in ("explorer", "sections", "start"):
        return import_module(f"kepu_eval.report.{name}")
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
