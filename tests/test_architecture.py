"""Imports point one way: the rooms of ARCHITECTURE.md, from the top down."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kepu_eval"
TOOLS = (
    "cluster",
    "errors",
    "files",
    "iri",
    "resources",
    "number_text",
    "safe_text",
    "personal_data",
    "rows",
    "yaml_files",
    "yaml_problems",
)
ORDER = ("cli", "front", "runner", "report", "supervision", "evaluation", "returns", "survey", "parameters", "plan", "spreadsheets", TOOLS)  # fmt: skip
LEVEL = {
    room: level
    for level, rooms in enumerate(ORDER)
    for room in ([rooms] if isinstance(rooms, str) else rooms)
}
SIDE_BY_SIDE = {("returns", "survey"), ("survey", "returns")}


def room(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def known(path):
    """Rooms that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "kepu_eval":
            yield from (alias.name for alias in node.names if not alias.name.startswith("__"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kepu_eval."):
            yield node.module.split(".")[1]


def test_a_room_knows_only_those_below_it():
    backwards = [
        f"{path.relative_to(PACKAGE)} → {other}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path != PACKAGE / "__init__.py"  # the door leads in
        for own, others in [(room(path), set(known(path)))]
        for other in others - {own}
        if LEVEL[other] < LEVEL[own] or (own, other) in SIDE_BY_SIDE
    ]
    assert backwards == []


def test_the_map_names_every_room_in_that_order():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("## The way")[0]
    named = [
        name
        for row in re.findall(r"^\| (`.*?) \|", text, flags=re.M)
        for name in re.findall(r"`(\w+)(?:/|\.py)`", row)
    ]
    assert named == [name for rooms in ORDER for name in ([rooms] if isinstance(rooms, str) else rooms)]
    assert set(named) == {room(path) for path in PACKAGE.rglob("*.py")} - {"__init__"}


def test_every_path_that_the_map_names_is_there():
    for document in ("ARCHITECTURE.md", "CONTRIBUTING.md"):
        text = (ROOT / document).read_text(encoding="utf-8")
        named = re.findall(
            r"`((?:[a-z_]+/)+(?:[a-z_]+\.py)?|tests/[\w/.]+|docs/[\w/.一-鿿]+|[A-Z]+\.md)`", text
        )
        lost = [name for name in named if not ((ROOT / name).exists() or (PACKAGE / name).exists())]
        assert lost == []
