"""Reminds of checklists not returned, opinions asked (會辦) and decisions that wait; time-out decides nothing.

The outbox is the ledger: a notice is keyed by matter, rung and person, so that a rung speaks once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial

from sqlalchemy.orm import Session

from inspection import clock
from inspection.approvals.matters import campaign_of, document_name, rule_for
from inspection.audit.actors import DAG, program
from inspection.calendar import roc
from inspection.calendar.working_days import WorkingCalendar
from inspection.escalation.apart import Matter, apart
from inspection.escalation.brief import Overdue, print_brief
from inspection.model import Approval, Checklist, Opinion, Person
from inspection.model.lifecycle import ChecklistState
from inspection.notices.conditions.approval import while_pending
from inspection.notices.conditions.checklist import while_out
from inspection.notices.conditions.opinion import while_asked
from inspection.notices.outbox import Letter, write
from inspection.rules.catalogue import Catalogue
from inspection.rules.ladder import Channel, LadderKind, Rung
from inspection.store import approvals, calendar_days, campaigns, checklists, notices, opinions, roster
from inspection.vocabulary import Role

ACTOR = program(DAG, "follow_up")


def remind_of_checklists(session: Session, *, on: date, catalogue: Catalogue, at: datetime) -> tuple[int, int]:
    """Reminds of every checklist that is out; how many notices are new, and how many checklists failed."""
    calendar = calendar_days.calendar(session)
    rest = campaigns.at_rest(session)

    def follow(checklist: Checklist) -> int:
        offset = calendar.working_days_between(checklist.due_on, on)
        rung = catalogue.ladders.ladder(LadderKind.CHECKLIST).highest_reached(None, offset)
        if rung is None:
            return 0
        if rung.channel is Channel.DRAFT_LETTER:
            return _lay_draft(session, checklist, rung, offset, on=on, catalogue=catalogue, at=at)
        return _remind(session, checklist, rung, offset, on=on, at=at)

    return follow_each(
        session,
        {
            Matter("checklist", one.id, str(one.due_on), one.unit_id, one.campaign_id): partial(follow, one)
            for one in checklists.out(session)
            if one.campaign_id not in rest
        },
        on=on,
        at=at,
    )


def follow_each(
    session: Session, matters: Mapping[Matter, Callable[[], int]], *, on: date, at: datetime
) -> tuple[int, int]:
    """Follows up each matter apart from the others: how many notices are new, and how many matters failed."""
    counts = [apart(session, matter, follow, actor=ACTOR, on=on, at=at) for matter, follow in matters.items()]
    return sum(count or 0 for count in counts), counts.count(None)


def _remind(session: Session, checklist: Checklist, rung: Rung, offset: int, *, on: date, at: datetime) -> int:
    campaign = campaigns.get(session, checklist.campaign_id)
    unit = roster.unit(session, checklist.unit_id)
    values = {
        **_days(checklist.due_on, offset, rung),
        "campaign_name": campaign.name,
        "unit_name": unit.name,
    }
    letters = [
        Letter(
            key=f"{rung.template}:{checklist.id}:{checklist.due_on}:{rung.id}:{person.id}",
            kind=rung.template,
            person_id=person.id,
            values=values,
            campaign_id=campaign.id,
            still_wanted=while_out(checklist.id),
        )
        for person in roster.holding_any(session, (*rung.to, *rung.cc), unit_id=unit.id, on=on)
    ]
    return sum(write(session, letter, at=at) for letter in letters)


def _lay_draft(
    session: Session, checklist: Checklist, rung: Rung, offset: int, *, on: date, catalogue: Catalogue, at: datetime
) -> int:
    campaign = campaigns.get(session, checklist.campaign_id)
    unit = roster.unit(session, checklist.unit_id)
    addressees = roster.holding_any(session, rung.to, unit_id=unit.id, on=on)
    titles = addressed(addressees, rung)
    signers = roster.holding_any(session, (rung.laid_before or Role.ETHICS_HEAD,), unit_id=unit.id, on=on)
    key = f"draft-ready:{checklist.id}:{checklist.due_on}:{rung.id}"
    if all(notices.by_key(session, f"{key}:{person.id}") for person in signers):
        return 0
    overdue = Overdue(
        subject_id=checklist.id,
        campaign=campaign,
        unit=unit,
        fact=catalogue.wording.line("fact_checklist_missing"),
        severity="",
        due_on=checklist.due_on,
        days_late=offset,
        told_before=catalogue.wording.line("told_by_ladder"),
        state=catalogue.wording.line(
            "return_sent_back" if checklist.state == ChecklistState.SENT_BACK else "return_missing"
        ),
        about="checklist",
    )
    print_brief(session, overdue, to=titles, catalogue=catalogue, at=at)
    calendar = calendar_days.calendar(session)
    sign_by = calendar.add_working_days(on, catalogue.ladders.draft_ignored_after_working_days)
    values: dict[str, object] = {
        "campaign_name": campaign.name,
        "unit_name": unit.name,
        "fix_numbers": checklist.id,
        "due": roc.with_weekday(checklist.due_on),
        "days_late": offset,
        "addressee": "、".join(titles),
        "sign_by": roc.with_weekday(sign_by),
    }
    return sum(
        write(
            session,
            Letter(
                f"{key}:{person.id}", rung.template, person.id, values, campaign.id,
                still_wanted=while_out(checklist.id),
            ),
            at=at,
        )
        for person in signers
    )  # fmt: skip


def addressed(people: list[Person], rung: Rung) -> list[str]:
    """Whom a draft is addressed to: the titles of all the rung names, each once; the rung's name while nobody is."""
    return list(dict.fromkeys(one.title for one in people)) or [rung.name]


def remind_of_decisions(session: Session, *, on: date, catalogue: Catalogue, at: datetime) -> tuple[int, int]:
    """Reminds those who asked of every decision overdue; how many notices are new, and how many decisions failed."""
    calendar = calendar_days.calendar(session)
    rest = campaigns.at_rest(session)

    def follow(approval: Approval) -> int:
        campaign = campaign_of(session, approval)
        offset = calendar.working_days_between(approval.due_on, on)
        rung = catalogue.ladders.ladder(LadderKind.APPROVAL).highest_reached(None, offset)
        if rung is None or (campaign is not None and campaign.id in rest):
            return 0
        return _remind_of(session, approval, rung, calendar, on=on, catalogue=catalogue, at=at)

    matters = {Matter("approval", one.id, str(one.due_on)): partial(follow, one) for one in approvals.pending(session)}
    return follow_each(session, matters, on=on, at=at)


def _remind_of(
    session: Session,
    approval: Approval,
    rung: Rung,
    calendar: WorkingCalendar,
    *,
    on: date,
    catalogue: Catalogue,
    at: datetime,
) -> int:
    asked_on = clock.local_date(approval.requested_at)
    campaign = campaign_of(session, approval)
    rule = rule_for(approval.subject_kind, campaign, catalogue)
    offset = calendar.working_days_between(approval.due_on, on)
    values: dict[str, object] = {
        **_days(approval.due_on, offset, rung),
        "document_name": f"{campaign.name if campaign else ''}{rule.name if rule else approval.subject_kind}",
        "requested_on": roc.plain(asked_on),
        "approver_title": roster.person(session, approval.approver_id).title,
        "waited_days": calendar.working_days_between(asked_on, on),
    }
    return sum(
        write(
            session,
            Letter(
                f"{rung.template}:{approval.id}:{rung.id}:{person.id}", rung.template, person.id, values,
                campaign.id if campaign else None, still_wanted=while_pending(approval.id),
            ),
            at=at,
        )
        for person in roster.holding_any(session, rung.to, unit_id="", on=on)
    )  # fmt: skip


def remind_of_opinions(session: Session, *, on: date, catalogue: Catalogue, at: datetime) -> tuple[int, int]:
    """Reminds of opinions due and tells the ethics office of those overdue; the decision waits for none of them."""
    calendar = calendar_days.calendar(session)
    rest = campaigns.at_rest(session)

    def follow(opinion: Opinion, approval: Approval) -> int:
        campaign = campaign_of(session, approval)
        offset = calendar.working_days_between(opinion.due_on, on)
        rung = catalogue.ladders.ladder(LadderKind.OPINION).highest_reached(None, offset)
        if rung is None or campaign is None or campaign.id in rest:
            return 0
        values: dict[str, object] = {
            **_days(opinion.due_on, offset, rung),
            "document_name": document_name(approval.subject_kind, campaign, catalogue),
            "unit_name": opinion.unit_name,
        }
        new = 0
        for person in roster.holding_any(session, (*rung.to, *rung.cc), unit_id=opinion.unit_id, on=on):
            letter = Letter(
                f"{rung.template}:{opinion.id}:{rung.id}:{person.id}", rung.template, person.id, values, campaign.id,
                still_wanted=while_asked(opinion.id),
            )  # fmt: skip
            new += write(session, letter, at=at)
        return new

    matters = {
        Matter("opinion", one.id, str(one.due_on), one.unit_id): partial(follow, one, approval)
        for one, approval in opinions.awaited(session)
    }
    return follow_each(session, matters, on=on, at=at)


def _days(due_on: date, offset: int, rung: Rung) -> dict[str, object]:
    """The values on time every ladder gives."""
    return {
        "due": roc.with_weekday(due_on),
        "days_left": max(0, -offset),
        "days_late": max(0, offset),
        "tone": rung.tone.value,
    }
