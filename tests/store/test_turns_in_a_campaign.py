"""Who changes rows of a campaign and then asks for a turn in it waits for the other, and neither for ever."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import update

from inspection import settings
from inspection.model import Campaign, CampaignUnit
from inspection.model.lifecycle import CampaignState
from inspection.store import campaigns
from inspection.store.session import session_scope
from portal.small_office import MORNING, settle

CAMPAIGN = "C-turns"


@pytest.fixture
def campaign(home: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTION_DATABASE_URL", postgres_url)
    settings.reset()
    with session_scope() as session:
        settle(session)
        session.add(
            Campaign(
                id=CAMPAIGN, kind="semiannual", name="定期保密檢查", state=CampaignState.INSPECTING,
                window_start=MORNING, window_end=MORNING, checklist_due_on=MORNING.date(), first_crawl=False,
                opened_by="ethics", opened_at=MORNING,
            )
        )  # fmt: skip
        session.flush()
        session.add_all(CampaignUnit(campaign_id=CAMPAIGN, unit_id=one, unit_name=one) for one in ("U02", "U04"))


def test_two_who_changed_a_row_twice_before_their_turn_take_it_one_after_the_other(campaign: None) -> None:
    """PostgreSQL holds the campaign for whoever changes a row of it a second time: the foreign key is asked anew."""
    together = threading.Barrier(2)
    faults: list[Exception] = []

    def change_and_take_a_turn(unit_id: str) -> None:
        try:
            with session_scope() as session:
                for name in ("甲", "乙"):
                    own = update(CampaignUnit).where(CampaignUnit.unit_id == unit_id)
                    session.execute(own.values(unit_name=name))
                together.wait()
                campaigns.lock(session, CAMPAIGN)
        except Exception as error:  # told below
            faults.append(error)

    both = [threading.Thread(target=change_and_take_a_turn, args=(one,)) for one in ("U02", "U04")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert faults == []
