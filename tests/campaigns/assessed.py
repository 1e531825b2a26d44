"""The ethics office takes the first assessment for its own, as it must before a plan is submitted."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection import clock
from inspection.planning.assess import LACKING, is_settled, sentences_of
from inspection.planning.assess_edit import confirm_sentence
from inspection.store import campaigns, roster
from inspection.vocabulary import Role


def confirm_assessment(session: Session, campaign_id: str) -> None:
    """An officer (or the ethics head alone) confirms the first sentence that says something, where none was yet."""
    made = campaigns.latest_assessment(session, campaign_id)
    assert made is not None
    if is_settled(made):
        return
    first = next(one for one in sentences_of(made) if one.get("weight") != LACKING)
    roles = (Role.ETHICS_STAFF, Role.ETHICS_HEAD)
    officer = next(one for role in roles for one in roster.holders(session, role, on=clock.today()))
    confirm_sentence(session, campaign_id, str(first["rule"]), person_id=officer.id, at=clock.now())
