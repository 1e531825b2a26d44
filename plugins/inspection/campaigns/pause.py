"""A campaign rests and goes on: meanwhile nothing is sent, crawled or climbed; what was due moves by those days."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.roles import on_behalf
from inspection.access.who import Held, asking
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.calendar.working_days import WorkingCalendar
from inspection.errors import BadSource, CalledOff, Conflict, NotAllowed
from inspection.fixes.settle import settle
from inspection.language import speak
from inspection.model import Campaign, Checklist, Fix
from inspection.model.lifecycle import ApprovalState, CampaignState
from inspection.notices.outbox import Letter, write
from inspection.rules.messages import state_word
from inspection.store import approvals, calendar_days, campaigns, checklists, findings, roster
from inspection.store.findings import UNFINISHED
from inspection.vocabulary import Role

ETHICS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})


def require_ethics_head(session: Session, person_id: str, *, at: datetime) -> Held:
    """The ethics head or a deputy within the recorded days; raises NotAllowed for anybody else."""
    held = asking(session, person_id, at=at).holding({Role.ETHICS_HEAD})
    if held is None:
        raise NotAllowed(
            speak(
                "檢查專案之暫停、繼續及取消，僅得由政風室主任為之",
                "only the ethics head pauses, resumes or cancels a campaign",
            )
        )
    return held


def pause(session: Session, campaign_id: str, *, person_id: str, reason: str, at: datetime) -> Campaign:
    """Lays a campaign to rest; twice is once. Raises Conflict before its plan is approved and after it is closed."""
    held = require_ethics_head(session, person_id, at=at)
    if not reason.strip():
        raise BadSource(
            speak("暫停理由未填", "the reason is missing"), remedy=speak("請寫明暫停之理由", "say why it is paused")
        )
    campaign = campaigns.get(session, campaign_id)
    if campaign.state == CampaignState.PAUSED:
        return campaign
    before = campaign.state.value
    advance(
        session,
        campaign,
        CampaignState.PAUSED,
        actor=person_id,
        at=at,
        reason=reason,
        details=on_behalf(person_id, held),
    )
    campaign.paused_at, campaign.paused_in = at, before
    session.flush()
    return campaign


def resume(session: Session, campaign_id: str, *, person_id: str, at: datetime) -> int:
    """Lets a campaign go on where it stood; returns by how many working days its dates moved. Units are told."""
    held = require_ethics_head(session, person_id, at=at)
    campaign = campaigns.get(session, campaign_id)
    if campaign.state != CampaignState.PAUSED or campaign.paused_at is None or campaign.paused_in is None:
        raise Conflict(
            speak(
                f"檢查專案 {campaign_id} 現為「{state_word('campaign', campaign.state)}」；暫停中者始得繼續",
                f"campaign {campaign_id} is {campaign.state.value}; only a paused one goes on",
            )
        )
    calendar = calendar_days.calendar(session)
    rested = calendar.working_days_between(clock.local_date(campaign.paused_at), clock.local_date(at))
    advance(
        session,
        campaign,
        CampaignState(campaign.paused_in),
        actor=person_id,
        at=at,
        details={"working_days": rested, **on_behalf(person_id, held)},
    )
    paused_at = campaign.paused_at
    campaign.paused_at = campaign.paused_in = None
    if rested > 0:
        _move(session, campaign, calendar, rested, actor=person_id, at=at)
        _tell(session, campaign, rested, paused_at, at=at)
    session.flush()
    settle(session, campaign_id, actor=person_id, at=at)  # the last case may have been released meanwhile
    return rested


def is_paused(session: Session, campaign_id: str) -> bool:
    """Whether a campaign is paused; raises CalledOff where it was cancelled, so that nothing goes on for it."""
    state = campaigns.get(session, campaign_id).state
    if state == CampaignState.CANCELLED:
        raise CalledOff(
            speak(
                f"檢查專案 {campaign_id} 已取消，不再辦理",
                f"campaign {campaign_id} was cancelled; nothing more is done for it",
            )
        )
    return state == CampaignState.PAUSED


def _move(
    session: Session, campaign: Campaign, calendar: WorkingCalendar, days: int, *, actor: str, at: datetime
) -> None:
    """Moves what was due; a fix gets a new version of its date, so that reminders of the old one are void."""
    campaign.checklist_due_on = calendar.add_working_days(campaign.checklist_due_on, days)
    moved: list[Checklist | Fix] = [
        one for one in checklists.of_campaign(session, campaign.id) if one.state in checklists.OPEN
    ]
    moved += [one for one in findings.fixes_of_campaign(session, campaign.id) if one.state in UNFINISHED]
    for one in moved:
        one.due_on = calendar.add_working_days(one.due_on, days)
        if isinstance(one, Checklist) and one.correct_by is not None:
            one.correct_by = calendar.add_working_days(one.correct_by, days)
        day = one.due_on if isinstance(one, Fix) else one.wanted_by
        details: dict[str, object] = {"due_on": str(day), "working_days": days}
        if isinstance(one, Fix):
            one.due_version += 1
            details["due_version"] = one.due_version
        record(session, at=at, actor=actor, subject=(one.__tablename__, one.id), action="due_moved", details=details)
    for asked in approvals.of_campaign(session, campaign.id):
        if asked.state == ApprovalState.PENDING:
            asked.due_on = calendar.add_working_days(asked.due_on, days)


def _tell(session: Session, campaign: Campaign, days: int, paused_at: datetime, *, at: datetime) -> None:
    """Writes to the contacts of every unit that still has something to hand in or to mend: the earliest date."""
    due = [
        (one.unit_id, one.wanted_by)
        for one in checklists.of_campaign(session, campaign.id)
        if checklists.is_wanted(one, campaign)
    ]
    due += [
        (one.unit_id, one.due_on) for one in findings.fixes_of_campaign(session, campaign.id) if one.state in UNFINISHED
    ]
    for unit_id in sorted({unit_id for unit_id, _ in due}):
        unit = roster.unit(session, unit_id)
        first = min(day for one, day in due if one == unit_id)
        for person in roster.answering_for(session, unit_id, on=clock.local_date(at)):
            letter = Letter(
                key=f"campaign-resumed:{campaign.id}:{paused_at:%Y%m%d%H%M}:{person.id}",
                kind="campaign_resumed",
                person_id=person.id,
                values={
                    "campaign_name": campaign.name,
                    "unit_name": unit.name,
                    "paused_days": days,
                    "due": roc.with_weekday(first),
                },
                campaign_id=campaign.id,
            )
            write(session, letter, at=at)
