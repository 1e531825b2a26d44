"""Accepting at once: only what is unchanged against an accepted round, complete and uncontradicted, by its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy.orm import Session

from access.counting import statements
from campaigns.paper_office import CAMPAIGN, CONTACT, SECOND_STAFF, SOCIAL, WORKS, PaperOffice
from checklists.filling import filled
from inspection import clock as now
from inspection.checklists.rulings import Ruling, rule
from inspection.checklists.unchanged import accept_unchanged, acceptable
from inspection.errors import Conflict, NotAllowed
from inspection.model import Answer, Campaign, CampaignUnit, Checklist, ChecklistQuestion, Suspicion
from inspection.model.lifecycle import CampaignState, ChecklistState, RulingState, SuspicionState
from inspection.rules import catalogue
from inspection.rules.answers import Asked
from inspection.store import campaigns, checklists, rulings
from inspection.store.session import session_scope
from inspection.vocabulary import Severity, SuspicionKind

OF_WORKS, OF_SOCIAL = f"{CAMPAIGN}:{WORKS}", f"{CAMPAIGN}:{SOCIAL}"
BEFORE = "C-before"


def copied(row: object, **other: object) -> dict[str, object]:
    """The columns of a row, some of them otherwise."""
    return {one.key: getattr(row, one.key) for one in row.__mapper__.column_attrs} | other  # type: ignore[attr-defined]


def held_before(
    session: Session,
    state: ChecklistState,
    campaign_id: str = CAMPAIGN,
    units: Sequence[str] = (WORKS, SOCIAL),
    *,
    before: str = BEFORE,
    month: str = "2026-05",
) -> None:
    """Half a year ago, or in another month, the units were put the same statements and answered the same."""
    campaign = campaigns.get(session, campaign_id)
    day = {"window_start": f"{month}-04T00:00:00+08:00", "window_end": f"{month}-22T00:00:00+08:00"}
    at = {name: type(now.now()).fromisoformat(text) for name, text in day.items()}
    session.add(Campaign(**copied(campaign, id=before, state=CampaignState.CLOSED, **at)))
    session.flush()
    for unit in units:
        own, was = f"{campaign_id}:{unit}", f"{before}:{unit}"
        session.add(CampaignUnit(campaign_id=before, unit_id=unit, unit_name=unit))
        row = copied(checklists.get(session, own), id=was, campaign_id=before, state=state, document_id=None)
        session.add(Checklist(**row))
        session.flush()
        for question in checklists.questions(session, own):
            session.add(ChecklistQuestion(**copied(question, checklist_id=was)))
        for answer in checklists.answers(session, own):
            session.add(Answer(**copied(answer, checklist_id=was, version=1)))
    session.flush()


@pytest.fixture
def office_with_forms(office: PaperOffice) -> Iterator[PaperOffice]:
    """Both units' forms are back, 符合 everywhere."""
    office.approved_plan()
    office.send_forms()
    for unit in (WORKS, SOCIAL):
        assert office.take_in(filled(office.form(unit))).accepted
    yield office


def found(session: Session) -> dict[str, list[str]]:
    """What an officer may accept at once."""
    campaign = campaigns.get(session, CAMPAIGN)
    return acceptable(session, campaign, person_id=SECOND_STAFF, catalogue=catalogue.current(), at=now.now())


def press(seen: int, by: str = SECOND_STAFF) -> int:
    """An officer accepts as many as they were told."""
    with session_scope() as session:
        words = {"person_id": by, "catalogue": catalogue.current(), "at": now.now()}
        return accept_unchanged(session, CAMPAIGN, seen=seen, **words)  # type: ignore[arg-type]


def test_only_what_is_unchanged_complete_and_uncontradicted(office_with_forms: PaperOffice) -> None:
    with session_scope() as session:
        assert found(session) == {}, "without an earlier round everything is new"
        held_before(session, ChecklistState.ACCEPTED)
        questions = checklists.questions(session, OF_WORKS)
        demanded = {one.item_id for one in questions if Asked.of(one.spec).evidence_required}
        every = [one.item_id for one in questions if one.item_id not in demanded]
        changed, contradicted, reworded, ruled, *rest = every
        given = {one.item_id: one for one in checklists.answers(session, OF_WORKS)}
        given[changed].remark = "另補"
        session.get_one(ChecklistQuestion, (f"{BEFORE}:{WORKS}", reworded)).statement = "別的題目"
        session.add(
            Suspicion(
                campaign_id=CAMPAIGN, unit_id=WORKS, kind=SuspicionKind.DECLARED_OTHERWISE, fingerprint="0" * 64,
                state=SuspicionState.EXPLAINED, suggested_severity=Severity.LOW, detectors=[], noted_at=now.now(),
                checklist_id=OF_WORKS, item_id=contradicted,
            )
        )  # fmt: skip
        rule(session, OF_WORKS, [Ruling(ruled, RulingState.RETURNED, "請補")], person_id=SECOND_STAFF, at=now.now())
        assert demanded
        assert found(session)[OF_WORKS] == sorted(rest)
        seen, (beside, *_) = next(
            (code, fit)
            for code, named in catalogue.current().checklist_items.stands_beside.items()
            if (fit := [one for one in named if one in rest])
        )
        on_the_spot = Suspicion(
            campaign_id=CAMPAIGN, unit_id=WORKS, kind=SuspicionKind.SEEN_ON_THE_SPOT, fingerprint="1" * 64,
            state=SuspicionState.OPEN, suggested_severity=Severity.LOW, detectors=[], noted_at=now.now(),
            checklist_id=OF_WORKS, item_id=seen,
        )  # fmt: skip
        session.add(on_the_spot)
        session.flush()
        assert found(session)[OF_WORKS] == sorted({*rest} - {beside}), "inspectors saw otherwise"
        on_the_spot.state = SuspicionState.DISMISSED
        session.flush()
        assert found(session)[OF_WORKS] == sorted(rest)
        count = sum(len(one) for one in found(session).values())
        with statements() as sent:
            found(session)
    assert len(sent) <= 30
    with pytest.raises(Conflict, match=f"現為{count}項（原為{count - 1}項）"):
        press(count - 1)
    with pytest.raises(NotAllowed):
        press(count, by=CONTACT[WORKS])
    assert press(count) == count
    assert press(0) == 0, "nothing is left"
    with session_scope() as session:
        stands = {item: one.state for item, one in rulings.of(session, OF_WORKS).items()}
        assert {item for item, one in stands.items() if one is RulingState.ACCEPTED} == set(rest)
        assert stands[ruled] is RulingState.RETURNED
        assert checklists.get(session, OF_WORKS).state is ChecklistState.RETURNED


def test_a_round_that_was_never_accepted_is_no_ground(office_with_forms: PaperOffice) -> None:
    with session_scope() as session:
        held_before(session, ChecklistState.RETURNED)
        assert found(session) == {}


def test_a_form_with_nothing_else_on_it_is_done(office_with_forms: PaperOffice) -> None:
    with session_scope() as session:
        for one in (*checklists.answers(session, OF_SOCIAL), *checklists.answers(session, OF_WORKS)):
            one.remark = "登記簿第3冊"
        held_before(session, ChecklistState.ACCEPTED)
        count = sum(len(one) for one in found(session).values())
    press(count)
    with session_scope() as session:
        for one in (OF_SOCIAL, OF_WORKS):
            checklist = checklists.get(session, one)
            assert (checklist.state, checklist.accepted_at is not None) == (ChecklistState.ACCEPTED, True)
