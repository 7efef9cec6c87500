"""The list of bad inputs itself."""

import re
from pathlib import Path


def test_every_case_from_c01_to_c62_is_here():
    source = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    named = {int(n) for n in re.findall(r"(?:def test_c|\(\"c)(\d\d)", source)}
    assert named >= set(range(1, 63))
