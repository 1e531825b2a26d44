"""The map of rooms in the docs shows the rooms there are, and the readmes lead where they say."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
HOUSE = REPOSITORY / "plugins" / "inspection"
LINK = re.compile(r"\]\((?!https?://)([^)#]+)(?:#([^)]+))?\)")
PAGES = ("README.md", "README.zh-TW.md", "docs/architecture.md", "docs/test-strength.md")


def rooms() -> set[str]:
    """Folders of the house and its single files."""
    folders = {path.parent.name for path in HOUSE.glob("*/__init__.py")}
    return folders | {path.stem for path in HOUSE.glob("*.py")} - {"__init__"}


def test_the_map_shows_every_room_and_no_other() -> None:
    page = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| [^|]*\| `(\w+)` \|", page, flags=re.MULTILINE)
    assert len(shown) == len(set(shown))
    assert set(shown) == rooms()


def test_the_map_stands_in_the_order_of_the_layers() -> None:
    page = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
    place = {room: number for number, room in enumerate(re.findall(r"^\| [^|]*\| `(\w+)` \|", page, re.MULTILINE))}
    told = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.search(r"layers = \[(.*?)\]", told, flags=re.DOTALL)
    assert listed is not None
    layers = [re.findall(r"\w+", line) for line in re.findall(r'"([^"]+)"', listed.group(1))]
    there = [[room for room in layer if room in place] for layer in layers]
    for upper, lower in pairwise(there):
        assert not upper or not lower or max(place[one] for one in upper) < min(place[one] for one in lower)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    path = REPOSITORY / page
    links = LINK.findall(path.read_text(encoding="utf-8"))
    for target, heading in links:
        aimed = (path.parent / target).resolve()
        assert aimed.exists(), f"{page}: {target}"
        if heading:
            text = aimed.read_text(encoding="utf-8")
            titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
            assert heading in slugs, f"{page}: {target}#{heading}"


def test_both_readmes_name_every_make_target_and_what_is_changed_where() -> None:
    targets = re.findall(r"^([a-z]+):.*## ", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    for name in ("README.md", "README.zh-TW.md"):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        assert [one for one in targets if f"make {one}" not in text] == []
        for place in ("checklist_items.yaml", "detectors.yaml", "templates/mail/*.j2", "ladder.yaml"):
            assert place in text
