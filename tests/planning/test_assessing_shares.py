"""The second factor rests on real shares: what the last crawl saw there is said in the next assessment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from demo.people import fill_form

from campaigns.office import STAFF, SmallOffice, demo_office
from conftest import FixedClock
from inspection import clock as now
from inspection.campaigns.open import Wanted, open_campaign
from inspection.planning.assess import assess
from inspection.store.session import session_scope

NEXT = "C-next"
SOCIAL, COMPUTING = "U02", "U08"


@pytest.fixture
def inspected(
    database_url: str, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SmallOffice]:
    """The shares of two units read, their forms back, all 疑似事項 confirmed, the reports issued."""
    with demo_office(tmp_path, clock, monkeypatch, units=(SOCIAL, COMPUTING)) as office:
        office.open()
        office.plan()
        office.decide_plan()
        office.crawl()
        office.issue_checklists()
        office.return_forms(lambda form: fill_form(form, {}))
        office.triage()
        office.report()
        office.sign()
        office.issue()
        yield office


@pytest.mark.clause("S0-07d")
def test_open_shares_and_confirmed_files_of_the_last_crawl_are_said(inspected: SmallOffice, clock: FixedClock) -> None:
    clock.set("2027-05-03T09:00:00+08:00")
    wanted = Wanted("semiannual", date(2027, 5, 3), date(2027, 5, 21), STAFF, (), NEXT, False)
    with session_scope() as session:
        open_campaign(session, wanted, catalogue=inspected.rules, at=now.now())
        made = assess(session, NEXT, catalogue=inspected.rules, actor=STAFF, at=now.now())
        said = {one["rule"]: one for one in made.sentences if (one["factor"], one["unit"]) == (2, "")}
        own = {one["rule"]: one for one in made.sentences if one["unit"] == SOCIAL}
    assert said["exposure_wide"]["numbers"] == {"shares": 2, "open_shares": 2}
    assert said["exposure_wide"]["stresses"] == ["SHR"]
    confirmed = said["confirmed_hits"]
    # in one unit a list of payments and a file named by a number, in the other passwords (demo/files.py); that in both
    # SHR-001 was answered 符合 is a fact of these files, counted once
    assert confirmed["numbers"]["confirmed"] == 3
    assert confirmed["numbers"]["unit_confirmed"] == 2
    assert "社會課2件最多" in confirmed["text"]
    opened = said["open_files"]["numbers"]
    assert 0 < opened["files_open"] <= opened["files_known"]
    assert own["unit_confirmed"]["numbers"]["confirmed"] == 2
    assert 0 < own["unit_open_files"]["numbers"]["files_open"] < opened["files_open"]
    assert own["unit_mismatches"]["numbers"]["mismatches"] == 1
    assert own["unit_mismatches"]["stresses"] == ["SHR", "MRK"]
