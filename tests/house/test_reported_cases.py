"""Each reported case has tests that exist, each letter its case, and each folder of cases at hand its number."""

from __future__ import annotations

import ast
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from inspection.settings import REPOSITORY

TESTS = REPOSITORY / "tests"
CASES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("reported_cases.yaml").read_text("utf-8"))
LETTERS = {*(f"A{number}" for number in range(1, 17)), "B", "E"}
ELSEWHERE = {"22", "23", "24", "26"}
"""Returned forms, shards, dismissals and senders: no matter of reading files."""


@cache
def named_in(path: str) -> frozenset[str]:
    """The names of a file's tests."""
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"))


@pytest.mark.parametrize("number", CASES)
def test_a_reported_case_is_held_by_tests_that_exist(number: str) -> None:
    named = CASES[number]["tests"]
    assert named
    assert [one for one in named if one.partition("::")[2] not in named_in(one.partition("::")[0])] == []


def test_no_letter_and_no_number_is_without_its_tests() -> None:
    assert {case["letter"] for case in CASES.values()} >= LETTERS
    assert {f"{number:02}" for number in range(1, 21)} | {"25"} <= set(CASES)


def test_the_cases_at_hand_are_all_known() -> None:
    corpus = os.environ.get("INSPECTION_EXTRA_CORPUS")
    folder = Path(corpus).parent / "cases" if corpus else None
    at_hand = {one.name[:2] for one in folder.iterdir() if one.is_dir()} if folder and folder.is_dir() else set()
    assert at_hand - ELSEWHERE <= set(CASES)
