"""The list of what is declared and not obeyed yet: each line names it and the chapter that will build it."""

from __future__ import annotations

from pathlib import Path

import yaml

FILE = Path(__file__).with_name("not_yet.yaml")
CHAPTERS = {"installation", "checklists", "chain", "desk"}


def lines() -> dict[str, str]:
    """What is listed, with its chapter."""
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {name: chapter for chapter, names in told.items() for name in names or ()}
