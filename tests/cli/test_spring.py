"""`inspection spring`: from the confirmed window to the summary, each answer with its exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.test_answers import Typing
from conftest import FixedClock
from spring.window_office import CAMPAIGN, WINDOW, WindowOffice, lists


@pytest.fixture
def inspection(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typing:
    """Types a command at the entry point."""
    return Typing(monkeypatch, capsys)


def test_the_window_is_opened_its_lists_are_imported_and_its_reports_taken(
    new_year: WindowOffice, inspection: Typing, clock: FixedClock, tmp_path: Path
) -> None:
    refused = inspection(
        "campaign", "open", "spring_festival", "--first-day", "2027-01-28", "--last-day", "2027-02-11", "--as", "P112"
    )
    assert refused.status == 2 and "inspection spring open" in refused.err
    assert inspection("spring", "open", WINDOW, "--as", "P112").status == 2
    new_year.confirm()
    assert WINDOW in inspection("spring", "windows").out
    opened = inspection("spring", "open", WINDOW, "--as", "P112", "--json")
    assert json.loads(opened.out)["campaign"] == CAMPAIGN
    assert json.loads(opened.out)["checklists_due"] == "2027-02-03"  # the last working day before the holiday
    of = ("--campaign", CAMPAIGN)
    shown = inspection("spring", "show", *of)
    assert shown.status == 1 and "2027-01-28" in shown.err and "警察" in shown.err
    file = str(new_year.write(lists()))
    looked = inspection("spring", "import", file, *of, "--as", "P112")
    assert looked.status == 1 and "24 處不同" in looked.err
    assert inspection("spring", "import", file, *of, "--as", "P112", "--apply").status == 0
    assert inspection("spring", "import", file, *of, "--as", "P112").out == ""
    assert "(00)0000" not in inspection("spring", "show", *of).out
    new_year.draft()
    new_year.submit()
    new_year.decide()
    clock.set("2027-01-29T10:00:00+08:00")
    assert json.loads(inspection("spring", "ask", "--json").out)["missing"] == 1
    late = inspection("spring", "show", *of)
    assert late.status == 1 and "尚有 1 份未回報" in late.err
    told = ("spring", "report", *of, "--day", "2027-01-28", "--by", "P072", "--nothing", "--as", "P112")
    assert inspection(*told).status == 2
    assert inspection(*told, "--by-phone").status == 0
    assert inspection("spring", "report", *of, "--day", "2027-01-29", "--by", "P042", "--as", "P112").status == 2
    papers = inspection("spring", "papers", *of, "--to", str(tmp_path / "papers"), "--as", "P112")
    assert papers.status == 0
    assert len(list((tmp_path / "papers").glob("*.docx"))) == 12 + 2 + 2 + 1
    assert inspection("spring", "close", *of, "--as", "P112").status == 2
    clock.set("2027-02-12T09:00:00+08:00")
    closed = inspection("spring", "close", *of, "--as", "P112", "--json")
    assert closed.status == 1 and json.loads(closed.out)["missing"] == 14
    assert json.loads(inspection("campaign", "show", CAMPAIGN, "--json").out)["duty"]["late"] == 1
