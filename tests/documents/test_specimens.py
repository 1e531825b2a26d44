"""Specimens are what one campaign prints: told anew on both databases, it prints them again, and no other word."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest

from campaigns.paper_office import PaperOffice
from conftest import FixedClock
from documents.one_campaign import printed
from documents.specimen_files import FOLDER, KEY, as_text, chosen
from inspection import settings
from inspection.documents.kinds import register


@pytest.mark.timeout(600)
def test_the_campaign_prints_each_kind_as_its_specimen_says(
    office: PaperOffice, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert office.rules
    monkeypatch.setenv("INSPECTION_SECRET_KEY", KEY)
    settings.reset()
    found = chosen(printed(tmp_path, clock))
    assert set(found) == set(register()), "a kind no step of one_campaign prints: let one print it"
    assert {path.stem for path in FOLDER.iterdir()} == set(register())
    for name, values in found.items():
        kept = (FOLDER / f"{name}.json").read_text("utf-8").splitlines()
        differ = list(unified_diff(kept, as_text(values).splitlines(), lineterm="", n=0))
        assert not differ, "\n".join([f"{name}: `make specimens` writes it anew", *differ])
