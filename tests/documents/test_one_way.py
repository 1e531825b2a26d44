"""No room prints by itself: templates are filled, marked, titled and kept by `documents.printing` alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspection.settings import REPOSITORY

PACKAGE = REPOSITORY / "plugins" / "inspection"
PRINTING = "inspection.documents.render"
ONLY_IN_DOCUMENTS = {"render", "Properties"}
# how a sealed form takes part: it is handed to the verb
MAY_NAME_PROPERTIES = "checklists/issue.py"


def own_ways(source: str) -> Iterator[str]:
    """What in a room's source prints past the verb, or names the office by a constant."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == PRINTING:
            yield from (f"imports {name.name}" for name in node.names if name.name in ONLY_IN_DOCUMENTS)
        if isinstance(node, ast.keyword) and node.arg == "template_sha256":
            yield "stamps a template by itself"
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                named = isinstance(key, ast.Constant) and key.value in {"office", "responsible"}
                if named and isinstance(value, ast.Constant) and value.value == "政風室":
                    yield "names the office by a constant"


def rooms() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.relative_to(PACKAGE).parts[0] != "documents"]


def test_every_room_prints_by_the_verb() -> None:
    found = {
        str(path.relative_to(PACKAGE)): ways for path in rooms() if (ways := set(own_ways(path.read_text("utf-8"))))
    }
    assert found == {MAY_NAME_PROPERTIES: {"imports Properties"}}


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("from inspection.documents.render import fingerprint, render", "imports render"),
        ("label = Label(kind='x', template_sha256='0')", "stamps a template by itself"),
        ("context = {'title': 'x', 'office': '政風室'}", "names the office by a constant"),
        ("from inspection.documents.render import fingerprint", ""),
    ],
)
def test_another_way_would_be_seen(source: str, told: str) -> None:
    assert list(own_ways(source)) == [told] * bool(told)
