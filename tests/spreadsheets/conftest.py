"""The units' templates, as the returns' tests send them."""

from tests.returns.conftest import send, templates

__all__ = ["send", "templates"]
