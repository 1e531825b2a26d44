"""Which rules a process works by: those of INSPECTION_RULES_DIR, wherever it is started from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspection import settings
from inspection.rules import catalogue


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    settings.reset()
    catalogue.reset()
    yield
    settings.reset()
    catalogue.reset()


def test_a_relative_rules_folder_is_that_of_the_repository_not_of_the_working_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INSPECTION_RULES_DIR", "demo/rules")
    basis = catalogue.current().legal_bases.basis("agency-secrecy-rule")
    assert basis is not None
    assert basis.number == "113年4月9日示市政字第1130000001號函修正"


def test_an_absolute_rules_folder_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "severities.yaml").write_text("self_declared_lowers_by: 0\n", encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(tmp_path))
    assert catalogue.current().severities.self_declared_lowers_by == 0
    assert catalogue.current() is catalogue.current()


def test_without_a_folder_the_shipped_rules_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INSPECTION_RULES_DIR", raising=False)
    assert catalogue.current().overlay is None
