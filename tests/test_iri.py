"""The grammar of IRIs is compiled when an IRI is checked, and not by every start that reads a notebook."""

import subprocess
import sys

LOOK = """
import sys
import kepu_eval, nbformat
from jsonschema import FormatChecker
print("lark" in sys.modules)
print([FormatChecker().conforms(text, "iri") for text in ("https://例.cn/某页", "no iri", "https://例.cn/甲")])
print("lark" in sys.modules, sys.modules["rfc3987_syntax"].__file__.endswith("__init__.py"))
"""


def test_it_is_compiled_when_it_is_asked_and_judges_as_ever():
    told = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["False", "[True, False, True]", "True True"]
