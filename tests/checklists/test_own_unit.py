"""Nobody of the ethics office reviews its own form: whom the plan names from outside does, in an office of one too."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from campaigns.paper_office import CAMPAIGN, ETHICS, ETHICS_HEAD, SECOND_STAFF, SECRETARY, STAFF, WORKS, PaperOffice
from checklists.filling import filled
from inspection import clock as now
from inspection.campaigns.closing import Where, lacking
from inspection.checklists.review import accept, send_back
from inspection.checklists.rulings import Ruling, rule
from inspection.errors import NotAllowed
from inspection.model import Checklist
from inspection.model.lifecycle import ChecklistState, RulingState
from inspection.store import checklists, groups
from inspection.store.session import session_scope
from planning.test_alone import left_alone

OWN = f"{CAMPAIGN}:{ETHICS}"
FROM_OUTSIDE = "政風室自己之檢查表，由檢查計畫指定之政風室以外人員審查"


@pytest.fixture
def own(office: PaperOffice) -> PaperOffice:
    """The ethics office's own form and that of the works unit are back."""
    office = PaperOffice(units=(WORKS, ETHICS))
    office.approved_plan()
    office.send_forms()
    for unit in office.units:
        assert office.take_in(filled(office.form(unit))).accepted
    return office


def accepted(checklist_id: str, person: str) -> ChecklistState:
    """Somebody accepts a form."""
    with session_scope() as session:
        return accept(session, checklist_id, person_id=person, at=now.now()).state


def waiting(office: PaperOffice) -> list[str]:
    """What of the checklists keeps the campaign from its conclusion."""
    with session_scope() as session:
        missing = lacking(session, CAMPAIGN, catalogue=office.rules)
        return [one.words for one in missing if one.where is Where.CHECKLISTS]


def test_nobody_of_the_ethics_office_reviews_its_own_form_and_whom_the_plan_names_does(own: PaperOffice) -> None:
    (item, *_) = own.items(ETHICS)
    verbs: tuple[Callable[..., object], ...] = (
        lambda session, by: accept(session, OWN, person_id=by, at=now.now()),
        lambda session, by: rule(
            session, OWN, [Ruling(item, RulingState.ACCEPTED)], person_id=by, at=now.now()
        ),
        lambda session, by: send_back(session, OWN, person_id=by, item_ids=[item], reason="請補", at=now.now()),
    )  # fmt: skip
    for person, verb in product((STAFF, SECOND_STAFF, ETHICS_HEAD), verbs):
        with pytest.raises(NotAllowed, match=FROM_OUTSIDE), session_scope() as session:
            verb(session, person)
    with session_scope() as session:
        assert checklists.get(session, OWN).state is ChecklistState.RETURNED
        assert groups.from_outside(session, CAMPAIGN, ETHICS) == (SECRETARY,)
        assert groups.from_outside(session, CAMPAIGN, WORKS) == ()
    with pytest.raises(NotAllowed):
        accepted(f"{CAMPAIGN}:{WORKS}", SECRETARY)
    assert accepted(f"{CAMPAIGN}:{WORKS}", SECOND_STAFF) is ChecklistState.ACCEPTED
    assert len(waiting(own)) == 1
    assert accepted(OWN, SECRETARY) is ChecklistState.ACCEPTED
    assert waiting(own) == []


def test_an_office_of_one_comes_to_an_end_too(office: PaperOffice) -> None:
    left_alone()
    alone = PaperOffice(units=(WORKS, ETHICS))
    alone.approved_plan()
    alone.send_forms()
    for unit in alone.units:
        assert alone.take_in(filled(alone.form(unit))).accepted
    with pytest.raises(NotAllowed, match=FROM_OUTSIDE):
        accepted(OWN, ETHICS_HEAD)
    accepted(f"{CAMPAIGN}:{WORKS}", ETHICS_HEAD)
    accepted(OWN, SECRETARY)
    with session_scope() as session:
        every: list[Checklist] = checklists.of_campaign(session, CAMPAIGN)
        assert {one.state for one in every} == {ChecklistState.ACCEPTED}
    assert waiting(alone) == []
