"""Nobody of the ethics office reviews its own form: whom the plan names from outside does, in an office of one too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from campaigns.paper_office import CAMPAIGN, ETHICS, ETHICS_HEAD, SECRETARY, WORKS, PaperOffice
from checklists.filling import filled
from inspection import clock as now
from inspection.campaigns.closing import Where, lacking
from inspection.checklists.review import accept, send_back
from inspection.checklists.rulings import Ruling, rule
from inspection.errors import NotAllowed
from inspection.model.lifecycle import ChecklistState, RulingState
from inspection.store import checklists, groups
from inspection.store.session import session_scope
from planning.test_alone import left_alone

OWN = f"{CAMPAIGN}:{ETHICS}"
FROM_OUTSIDE = "政風室自己之檢查表，由檢查計畫指定之政風室以外人員審查"


def accepted(checklist_id: str, person: str) -> ChecklistState:
    """Somebody accepts a form."""
    with session_scope() as session:
        return accept(session, checklist_id, person_id=person, at=now.now()).state


def waiting(office: PaperOffice) -> list[str]:
    """What of the checklists keeps the campaign from its conclusion."""
    with session_scope() as session:
        missing = lacking(session, CAMPAIGN, catalogue=office.rules)
        return [one.words for one in missing if one.where is Where.CHECKLISTS]


def test_its_own_form_is_reviewed_by_whom_the_plan_names_in_an_office_of_one_too(office: PaperOffice) -> None:
    left_alone()
    own = PaperOffice(units=(WORKS, ETHICS))
    own.approved_plan()
    own.send_forms()
    for unit in own.units:
        assert own.take_in(filled(own.form(unit))).accepted
    (item, *_) = own.items(ETHICS)
    verbs: tuple[Callable[..., object], ...] = (
        lambda session: accept(session, OWN, person_id=ETHICS_HEAD, at=now.now()),
        lambda session: rule(
            session, OWN, [Ruling(item, RulingState.ACCEPTED)], person_id=ETHICS_HEAD, at=now.now()
        ),
        lambda session: send_back(session, OWN, person_id=ETHICS_HEAD, item_ids=[item], reason="請補", at=now.now()),
    )  # fmt: skip
    for verb in verbs:
        with pytest.raises(NotAllowed, match=FROM_OUTSIDE), session_scope() as session:
            verb(session)
    with session_scope() as session:
        assert checklists.get(session, OWN).state is ChecklistState.RETURNED
        assert groups.from_outside(session, CAMPAIGN, ETHICS) == (SECRETARY,)
        assert groups.from_outside(session, CAMPAIGN, WORKS) == ()
    with pytest.raises(NotAllowed):
        accepted(f"{CAMPAIGN}:{WORKS}", SECRETARY)
    assert accepted(f"{CAMPAIGN}:{WORKS}", ETHICS_HEAD) is ChecklistState.ACCEPTED
    assert len(waiting(own)) == 1
    assert accepted(OWN, SECRETARY) is ChecklistState.ACCEPTED
    assert waiting(own) == []
