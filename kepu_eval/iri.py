"""Spares each start the grammar of IRIs: nbformat imports jsonschema, which has it compiled (2.7 s) and never uses it here."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

_GRAMMAR = "rfc3987_syntax"


class _Later(ModuleType):
    """Stands for the grammar until somebody checks an IRI."""

    def is_valid_syntax(self, term: str, value: str) -> bool:
        """What the grammar says."""
        if sys.modules.get(_GRAMMAR) is self:
            del sys.modules[_GRAMMAR]
        return import_module(_GRAMMAR).is_valid_syntax(term, value)


def compile_later() -> None:
    """Let the grammar be compiled when an IRI is first checked, not when jsonschema is imported."""
    sys.modules.setdefault(_GRAMMAR, _Later(_GRAMMAR))
