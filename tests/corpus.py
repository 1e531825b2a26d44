"""Real files from outside the repository, where INSPECTION_EXTRA_CORPUS names a folder of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VARIABLE = "INSPECTION_EXTRA_CORPUS"


def corpus_files(kind: str) -> list[Path]:
    """The corpus files of one kind: a folder of it ("public", "statutes", "hostile") or an ending (".docx"), sorted.

    Empty where the variable is unset; raises where it names no folder: a typing error must not make tests vanish.
    """
    named = os.environ.get(VARIABLE, "")
    if not named:
        return []
    root = Path(named)
    if not root.is_dir():
        raise FileNotFoundError(f"{VARIABLE} names no folder: {named}")
    if kind.startswith("."):
        found = [path for path in root.rglob(f"*{kind}") if path.is_file()]
    else:
        found = [path for path in (root / kind).rglob("*") if path.is_file()]
    return sorted(found)


def for_each_corpus_file(kind: str, argument: str = "corpus_file") -> Callable[[Callable[..., None]], Any]:
    """Decorates a test to run once per corpus file; without a corpus there is no test, and so nothing is skipped."""

    def decorate(test: Callable[..., None]) -> Any:
        files = corpus_files(kind)
        if not files:
            return None
        return pytest.mark.parametrize(argument, files, ids=[path.name for path in files])(test)

    return decorate
