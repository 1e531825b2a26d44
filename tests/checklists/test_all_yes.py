"""Nothing but 符合 in three rounds running is pointed out, by the number of the rules, and weighs in no assessment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from campaigns.paper_office import STAFF, WORKS, PaperOffice
from checklists.test_unchanged import BEFORE, OF_WORKS, held_before, office_with_forms
from inspection import clock as now
from inspection.checklists import past
from inspection.model import Answer
from inspection.model.lifecycle import ChecklistState
from inspection.planning.assess import assess
from inspection.rules import catalogue
from inspection.rules.answers import StatementAnswer, kept_answer
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, checklists, history
from inspection.store.session import session_scope
from inspection.vocabulary import AnswerValue

__all__ = ["office_with_forms"]
EARLIER = "C-earlier"


def rules(rounds: int) -> Catalogue:
    """The rules, with another number of rounds."""
    triage = catalogue.current().triage
    told = triage.cross_check.model_copy(update={"all_yes_rounds": rounds})
    return replace(catalogue.current(), triage=triage.model_copy(update={"cross_check": told}))


def running(session: Session, *before: str) -> bool:
    """Whether the works unit said nothing but 符合 now and in the rounds before."""
    own = checklists.get(session, OF_WORKS)
    return history.all_yes(session, own, [campaigns.get(session, one) for one in before])


def said(session: Session, campaign_id: str, value: AnswerValue | None) -> Answer:
    """The first statement of a round, answered otherwise."""
    first, *_ = checklists.answers(session, f"{campaign_id}:{WORKS}")
    first.value = kept_answer(StatementAnswer(said=value)) if value else None
    session.flush()
    return first


def test_rounds_running_weigh_in_no_assessment_and_what_ends_them(office_with_forms: PaperOffice) -> None:
    with session_scope() as session:
        held_before(session, ChecklistState.ACCEPTED)
        held_before(session, ChecklistState.ACCEPTED, units=(WORKS,), before=EARLIER, month="2025-11")
    _never_scored(office_with_forms)
    with session_scope() as session:
        own = checklists.get(session, OF_WORKS)
        assert [one.id for one in past.rounds_before(session, own, barred=())] == [BEFORE, EARLIER]
        assert running(session, BEFORE, EARLIER)
        said(session, EARLIER, AnswerValue.NOT_APPLICABLE)
        assert running(session, BEFORE, EARLIER)
        for otherwise in (AnswerValue.DOES_NOT_CONFORM, None):
            said(session, EARLIER, otherwise)
            assert running(session, BEFORE)
            assert not running(session, BEFORE, EARLIER), otherwise
        said(session, BEFORE, AnswerValue.CONFORMS)
        for one in checklists.answers(session, f"{BEFORE}:{WORKS}"):
            session.delete(one)
        session.flush()
        assert not running(session, BEFORE), "a round without a return"


def _never_scored(office: PaperOffice) -> None:
    """With another number of rounds the assessment of the next campaign is the same."""
    office.open("C-next", first_day=date(2026, 12, 7), last_day=date(2026, 12, 18))
    with session_scope() as session:
        first = assess(session, "C-next", catalogue=rules(3), actor=STAFF, at=now.now())
        figures, sentences = dict(first.figures), list(first.sentences)
        again = assess(session, "C-next", catalogue=rules(20), actor=STAFF, at=now.now())
        assert (again.id, dict(again.figures), list(again.sentences)) == (first.id, figures, sentences)
        assert running(session, BEFORE, EARLIER)
