"""Papers of authors who saw neither a rule nor each other's work: each file holds what the brief asks, and no value."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from quality.tokens import MAKERS

LEARNED_FROM = sorted((Path(__file__).parent / "authors").glob("*/papers.yaml"))
LATE = sorted((Path(__file__).parent / "late_authors").glob("*/papers.yaml"))
AUTHORS = LEARNED_FROM + LATE
SLOT = re.compile(r"\{([a-z0-9]+?)(\d?)\}")
VALUE = re.compile(r"(?<![A-Za-z0-9])[A-Z][1289]\d{8}(?!\d)|(?<!\d)09\d{8}(?!\d)|(?<!\d)\d{10,}(?!\d)")
FEWEST, FEWEST_PARAGRAPHS = 46, 70


def papers(path: Path) -> list[dict[str, Any]]:
    """The papers of one author; the last entry, ordinary paragraphs for long papers, among them."""
    loaded: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def text_of(paper: dict[str, Any]) -> str:
    """All that a paper says."""
    cells = [str(cell) for sheet in paper.get("sheets", ()) for row in sheet["rows"] for cell in row]
    return "\n".join([str(paper.get("title") or ""), str(paper.get("text") or ""), *cells, *paper.get("filler", ())])


def test_there_are_fourteen_authors_to_learn_from() -> None:
    assert len(LEARNED_FROM) == 14


@pytest.mark.parametrize("path", AUTHORS, ids=lambda path: path.parent.name)
def test_an_author_wrote_what_the_brief_asks(path: Path) -> None:
    *own, filler = papers(path)
    assert len(set(filler["filler"])) >= FEWEST_PARAGRAPHS
    assert len({paper["id"] for paper in own}) == len(own)
    sensitive = [paper for paper in own if paper["sensitive"]]
    harmless = [paper for paper in own if not paper["sensitive"]]
    assert min(len(sensitive), len(harmless)) >= FEWEST
    assert sum(not paper["numbers"] for paper in sensitive) * 3 >= len(sensitive)
    assert sum(bool(paper["trap"]) for paper in harmless) * 3 >= len(harmless)
    assert len({topic for paper in sensitive for topic in paper["topics"]}) >= 12
    for kind in (sensitive, harmless):
        assert Counter(paper["form"] for paper in kind)["long"] >= 5


@pytest.mark.parametrize("path", AUTHORS, ids=lambda path: path.parent.name)
def test_values_are_slots_that_can_be_filled(path: Path) -> None:
    for paper in papers(path):
        text = text_of(paper)
        unknown = {whole + digit for whole, digit in SLOT.findall(text) if not {whole + digit, whole} & set(MAKERS)}
        assert not unknown, paper["id"]
        assert VALUE.search(text) is None, paper["id"]
