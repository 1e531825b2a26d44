"""Late is who first handed in late: what comes after makes nobody later, and a correction has a day of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import pytest
from demo.people import fill_form

from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    ETHICS_HEAD,
    SECOND_STAFF,
    UNIT_HEAD,
    WORKS,
    PaperOffice,
    notices,
)
from checklists.filling import filled
from inspection import clock as now
from inspection.campaigns.pause import pause, resume
from inspection.checklists.review import send_back
from inspection.escalation.climb import follow_up
from inspection.model import Checklist
from inspection.model.lifecycle import ChecklistState
from inspection.reports.figures import Return, gather
from inspection.store import checklists, history
from inspection.store.session import session_scope

if TYPE_CHECKING:
    from conftest import FixedClock

OF_WORKS = f"{CAMPAIGN}:{WORKS}"
BY_LADDER = {"checklist_reminder", "correction_reminder", "escalation_draft_ready"}


@pytest.fixture
def sent(office: PaperOffice) -> Iterator[PaperOffice]:
    """Checklists are out, due on Wednesday 11 November."""
    office.approved_plan()
    office.send_forms()
    yield office


def come_back(office: PaperOffice, remark: str) -> None:
    """The works unit hands its form in, with other words each time."""
    words = {f"{office.items(WORKS)[0]}.remark": remark}
    assert office.take_in(filled(fill_form(office.form(WORKS), {}), {}, words)).accepted


def returned_by_ethics(office: PaperOffice) -> None:
    """The first statement goes back to the unit."""
    with session_scope() as session:
        first = office.items(WORKS)[:1]
        send_back(session, OF_WORKS, person_id=SECOND_STAFF, item_ids=first, reason="請敘明", at=now.now())


def checklist() -> Checklist:
    """That of the works unit as it stands."""
    with session_scope() as session:
        return checklists.get(session, OF_WORKS)


def follow(office: PaperOffice, day: str) -> list[tuple[str, str, str]]:
    """Whom the ladder newly writes to about the works unit on a day: person, kind, subject."""
    before = {one.id for one in notices()}
    with session_scope() as session:
        follow_up(session, on=date.fromisoformat(day), catalogue=office.rules, at=now.now())
    new = [one for one in notices() if one.id not in before and one.kind in BY_LADDER and OF_WORKS in one.key]
    return sorted((one.person_id, one.kind, one.body) for one in new)


def test_who_was_on_time_is_late_by_no_correction(sent: PaperOffice, clock: FixedClock) -> None:
    clock.set("2026-11-11T10:00:00+08:00")
    come_back(sent, "第一次")
    clock.set("2026-11-13T10:00:00+08:00")
    come_back(sent, "自行更正")
    clock.set("2026-11-16T10:00:00+08:00")
    returned_by_ethics(sent)
    clock.set("2026-12-01T10:00:00+08:00")
    come_back(sent, "補正")
    assert checklist().days_late == 0
    with session_scope() as session:
        assert history.timeliness(session, CAMPAIGN, WORKS)["late"] == 0
        (works,) = [one for one in gather(session, CAMPAIGN, sent.rules).units if one.unit.id == WORKS]
    assert works.returned is Return.IN_TIME


def test_who_was_late_at_first_stays_so(sent: PaperOffice, clock: FixedClock) -> None:
    clock.set("2026-11-13T10:00:00+08:00")
    come_back(sent, "第一次")
    returned_by_ethics(sent)
    clock.set("2026-11-16T10:00:00+08:00")
    come_back(sent, "補正")
    assert checklist().days_late == 2


def test_a_correction_is_waited_for_by_a_day_and_in_words_of_its_own(sent: PaperOffice, clock: FixedClock) -> None:
    clock.set("2026-11-11T10:00:00+08:00")
    come_back(sent, "第一次")
    clock.set("2026-11-16T10:00:00+08:00")
    returned_by_ethics(sent)
    assert "請於115年11月23日（星期一）前補正" in notices("checklist_returned_for_correction")[0].body
    assert [follow(sent, f"2026-11-{day}") for day in (17, 18, 19)] == [[], [], []]
    contact, head = CONTACT[WORKS], UNIT_HEAD[WORKS]
    heard = {day: follow(sent, day) for day in ("2026-11-20", "2026-11-23", "2026-11-24", "2026-11-26", "2026-12-11")}
    assert {day: [person for person, _, _ in told] for day, told in heard.items()} == {
        "2026-11-20": [contact],
        "2026-11-23": [contact],
        "2026-11-24": sorted((contact, head)),
        "2026-11-26": sorted((head, ETHICS_HEAD)),
        "2026-12-11": [],
    }
    for _, kind, body in (one for told in heard.values() for one in told):
        assert kind == "correction_reminder"
        assert "補正期限為115年11月23日（星期一）" in body
        assert "尚未收到" not in body
        assert "未交" not in body


def test_a_correction_is_due_no_earlier_than_the_form_was(sent: PaperOffice, clock: FixedClock) -> None:
    clock.set("2026-11-02T10:00:00+08:00")
    come_back(sent, "第一次")
    returned_by_ethics(sent)
    assert checklist().correct_by == date(2026, 11, 9)
    assert checklist().wanted_by == date(2026, 11, 11)


def test_a_pause_moves_the_day_of_a_correction_and_a_successor_is_told_it(sent: PaperOffice, clock: FixedClock) -> None:
    clock.set("2026-11-11T10:00:00+08:00")
    come_back(sent, "第一次")
    clock.set("2026-11-16T10:00:00+08:00")
    returned_by_ethics(sent)
    assert checklist().state is ChecklistState.SENT_BACK
    with session_scope() as session:
        pause(session, CAMPAIGN, person_id=ETHICS_HEAD, reason="機關搬遷", at=now.now())
    clock.set("2026-11-18T10:00:00+08:00")
    with session_scope() as session:
        resume(session, CAMPAIGN, person_id=ETHICS_HEAD, at=now.now())
    assert checklist().wanted_by == date(2026, 11, 25)
    (told,) = [one for one in notices("campaign_resumed") if one.person_id == CONTACT[WORKS]]
    assert "115年11月25日" in told.body
