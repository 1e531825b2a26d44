"""Queries on the outbox, and whether what a notice is about still holds."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from inspection.model import (
    Approval,
    Campaign,
    Checklist,
    DailyCount,
    DutyReport,
    DutyShift,
    Fix,
    Notice,
    Opinion,
    Person,
    PersonInTheKnow,
    Suspicion,
)
from inspection.model.lifecycle import (
    ApprovalState,
    CampaignState,
    ChecklistState,
    FixState,
    NoticeState,
    OpinionState,
    SuspicionState,
)
from inspection.store import roster
from inspection.store.once import insert_once
from inspection.vocabulary import Role

ETHICS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})
OPEN_FIX = frozenset({FixState.OPEN, FixState.ACCEPTED, FixState.SENT_BACK, FixState.REOPENED})
ABOUT_THE_END = frozenset({"campaign_cancelled"})
AWAITED_CHECKLIST = frozenset({ChecklistState.ISSUED, ChecklistState.SENT_BACK})


def by_key(session: Session, key: str) -> Notice | None:
    """The notice written under a key."""
    return session.scalars(select(Notice).where(Notice.key == key)).first()


def due(session: Session, *, at: datetime, limit: int) -> list[Notice]:
    """Notices that may leave now, oldest first; those of a paused campaign wait until it goes on."""
    paused = select(Campaign.id).where(Campaign.state == CampaignState.PAUSED)
    query = select(Notice).where(
        Notice.state == NoticeState.PENDING,
        Notice.not_before <= at,
        or_(Notice.campaign_id.is_(None), Notice.campaign_id.not_in(paused)),
    )
    return list(session.scalars(query.order_by(Notice.not_before, Notice.id).limit(limit)))


def stuck(session: Session, *, claimed_before: datetime) -> list[Notice]:
    """Notices a sender claimed and never finished."""
    query = select(Notice).where(Notice.state == NoticeState.SENDING, Notice.claimed_at < claimed_before)
    return list(session.scalars(query.order_by(Notice.id)))


def sent_on(session: Session, person_id: str, on: date) -> int:
    """How many mails went to a person on a day."""
    found = session.get(DailyCount, (person_id, on))
    return found.sent if found else 0


def count_sent(session: Session, person_id: str, on: date) -> None:
    """Counts one more mail to a person on a day; two senders at once both count."""
    insert_once(session, DailyCount, {"person_id": person_id, "on": on, "sent": 0}, keys=["person_id", "on"])
    mine = update(DailyCount).where(DailyCount.person_id == person_id, DailyCount.on == on)
    session.execute(mine.values(sent=DailyCount.sent + 1).execution_options(synchronize_session=False))


def of_campaign(session: Session, campaign_id: str) -> list[Notice]:
    """All notices of a campaign, in the order written."""
    return list(session.scalars(select(Notice).where(Notice.campaign_id == campaign_id).order_by(Notice.id)))


def failed(session: Session) -> list[Notice]:
    """Notices that could not be delivered and need a person."""
    return list(session.scalars(select(Notice).where(Notice.state == NoticeState.FAILED).order_by(Notice.id)))


def still_wanted(session: Session, notice: Notice, *, on: date) -> bool:
    """Whether the thing a notice reminds of is still so: `fix|ID|VERSION`, `checklist|ID`, `approval|ID`,
    `question|CAMPAIGN|UNIT` (not all answered yet), `duty|SHIFT` (no report yet), `pledge|ID` (not signed yet),
    `opinion|ID` (not given yet) or `answer|ID` (no 採納情形 yet).

    Nobody is reminded of a unit no longer theirs: contacts and heads change in mid-campaign (officer review A20).
    """
    person = session.get(Person, notice.person_id)
    if person is None or not person.active:
        return False
    if notice.kind not in ABOUT_THE_END and _is(session, notice, CampaignState.CANCELLED):
        return False
    if notice.still_wanted is None:
        return True
    kind, _, rest = notice.still_wanted.partition("|")
    if kind == "fix":
        fix_id, _, version = rest.rpartition("|")
        fix = session.get(Fix, fix_id)
        if fix is None or fix.state not in OPEN_FIX or fix.due_version != int(version):
            return False
        return _concerned(session, person.id, fix.unit_id, on=on)
    if kind == "checklist":
        checklist = session.get(Checklist, rest)
        if checklist is None or checklist.state not in AWAITED_CHECKLIST:
            return False
        return _concerned(session, person.id, checklist.unit_id, on=on)
    if kind == "duty":
        shift = session.get(DutyShift, rest)
        return shift is not None and shift.active and session.get(DutyReport, (rest, 1)) is None
    if kind == "question":
        campaign_id, _, unit_id = rest.rpartition("|")
        return _asked(session, campaign_id, unit_id, person.id, on=on)
    return _else_wanted(session, notice, person.id, kind, rest, on=on)


def _else_wanted(session: Session, notice: Notice, person_id: str, kind: str, rest: str, *, on: date) -> bool:
    if kind == "pledge":
        entry = session.get(PersonInTheKnow, int(rest))
        released = entry is not None and entry.until_on is not None and entry.until_on < on
        return entry is not None and entry.pledge_signed_on is None and not released
    if kind in {"opinion", "answer"}:
        opinion = session.get(Opinion, rest)
        wanted = OpinionState.ASKED if kind == "opinion" else OpinionState.GIVEN
        return opinion is not None and opinion.state == wanted and _waits(session, opinion.approval_id)
    if notice.kind == "approval_requested" and not _decides(session, person_id, rest, on=on):
        return False
    return _waits(session, rest)


def _asked(session: Session, campaign_id: str, unit_id: str, person_id: str, *, on: date) -> bool:
    """Whether a unit still owes an explanation, and this person is of it or was named for one of the cases."""
    query = select(Suspicion.confidant_id).where(
        Suspicion.campaign_id == campaign_id, Suspicion.unit_id == unit_id, Suspicion.state == SuspicionState.ASKED
    )
    named = set(session.scalars(query))
    return person_id in named or (bool(named) and _concerned(session, person_id, unit_id, on=on))


def _waits(session: Session, approval_id: str) -> bool:
    approval = session.get(Approval, approval_id)
    return approval is not None and approval.state == ApprovalState.PENDING


def _decides(session: Session, person_id: str, approval_id: str, *, on: date) -> bool:
    """Whether a request still waits for this person: it may have passed to another in a handover."""
    approval = session.get(Approval, approval_id)
    if approval is None:
        return False
    deputies = {one.deputy_id for one in roster.deputies_of(session, approval.approver_id, on=on)}
    return person_id == approval.approver_id or person_id in deputies


def held_back(session: Session, notice: Notice) -> bool:
    """Whether a notice waits because its campaign is paused."""
    return _is(session, notice, CampaignState.PAUSED)


def _is(session: Session, notice: Notice, state: CampaignState) -> bool:
    campaign = session.get(Campaign, notice.campaign_id) if notice.campaign_id else None
    return campaign is not None and campaign.state == state


def _concerned(session: Session, person_id: str, unit_id: str, *, on: date) -> bool:
    """Whether a person has a part in a unit's matters on a day: of the unit, or of the ethics office."""
    return any(unit == unit_id or role in ETHICS for role, unit in roster.roles_of(session, person_id, on=on))
