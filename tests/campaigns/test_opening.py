"""Opening a campaign: twice, or by two doors at the same moment, is once."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import func, select

from campaigns.paper_office import CAMPAIGN, STAFF, PaperOffice
from inspection import clock as now
from inspection.campaigns.open import Wanted, open_campaign
from inspection.errors import Conflict
from inspection.model import Campaign, CampaignUnit, Event
from inspection.store.session import session_scope

WANTED = Wanted("semiannual", date(2026, 11, 2), date(2026, 11, 20), STAFF, campaign_id=CAMPAIGN)


def opened(office: PaperOffice, wanted: Wanted = WANTED) -> str:
    with session_scope() as session:
        return open_campaign(session, wanted, catalogue=office.rules, at=now.now()).id


def test_four_doors_at_once_open_one_campaign_with_its_units_once(office: PaperOffice) -> None:
    answers: list[str] = []
    doors = [threading.Thread(target=lambda: answers.append(opened(office))) for _ in range(4)]
    for one in doors:
        one.start()
    for one in doors:
        one.join()
    assert answers == [CAMPAIGN] * 4
    with session_scope() as session:
        assert session.scalar(select(func.count()).select_from(Campaign)) == 1
        units = session.scalars(select(CampaignUnit.unit_id)).all()
        assert len(units) == len(set(units)) > 1
        assert session.scalar(select(func.count()).select_from(Event).where(Event.action == "opened")) == 1


def test_the_same_id_for_another_window_is_refused(office: PaperOffice) -> None:
    opened(office)
    other = Wanted("semiannual", date(2026, 11, 3), date(2026, 11, 20), STAFF, campaign_id=CAMPAIGN)
    with pytest.raises(Conflict, match="已開立，其種類或期間不同"):
        opened(office, other)
