"""會辦 on a matter of a campaign: whatever the door, the opinion is bound to the content as it stands."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection.approvals.matters import campaign_of, document_name, matter
from inspection.approvals.opinion_words import OpinionLine, opinion_lines
from inspection.approvals.opinions import AdoptionNote, Given, answer_opinion, give_opinion
from inspection.campaigns.gates import awaited
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Approval, Opinion
from inspection.rules.catalogue import Catalogue


def give(
    session: Session, subject: str, campaign_id: str, unit_id: str, given: Given, *, catalogue: Catalogue, at: datetime
) -> Opinion:
    """A unit's opinion on a matter of a campaign; raises NotFound where nobody asked that unit."""
    return give_on(session, awaited(session, subject, campaign_id), unit_id, given, catalogue=catalogue, at=at)


def give_on(
    session: Session, approval: Approval, unit_id: str, given: Given, *, catalogue: Catalogue, at: datetime
) -> Opinion:
    """A unit's opinion on what a request is about; raises NotFound where nobody asked that unit."""
    campaign = campaign_of(session, approval)
    if campaign is None:
        raise NotFound(speak(f"{approval.id} 未會辦任何單位", f"no unit is asked about {approval.id}"))
    return give_opinion(
        session,
        f"{approval.id}:{unit_id}",
        given,
        campaign=campaign,
        document_name=document_name(approval.subject_kind, campaign, catalogue),
        current_hash=matter(session, approval).content_hash,
        at=at,
    )


def answer(
    session: Session, subject: str, campaign_id: str, unit_id: str, answered: AdoptionNote, *, at: datetime
) -> Opinion:
    """採納情形 on the opinion of a unit."""
    return answer_on(session, awaited(session, subject, campaign_id), unit_id, answered, at=at)


def answer_on(session: Session, approval: Approval, unit_id: str, answered: AdoptionNote, *, at: datetime) -> Opinion:
    """採納情形 on the opinion of a unit on what a request is about."""
    return answer_opinion(session, f"{approval.id}:{unit_id}", answered, at=at)


def lines(session: Session, subject: str, campaign_id: str, *, catalogue: Catalogue, on: date) -> list[OpinionLine]:
    """What the decider reads; raises NotFound before anything was submitted."""
    return opinion_lines(session, awaited(session, subject, campaign_id), catalogue=catalogue, on=on)
