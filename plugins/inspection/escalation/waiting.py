"""Reminds of checklists not returned, opinions asked (會辦) and decisions that wait; time-out decides nothing.

The outbox is the ledger: a notice is keyed by matter, rung and person, so that a rung speaks once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from inspection import clock
from inspection.approvals.matters import campaign_of, document_name, rule_for
from inspection.audit.events import record_all
from inspection.calendar import roc
from inspection.escalation.apart import Matter, apart
from inspection.escalation.brief import Overdue
from inspection.escalation.day import Day
from inspection.escalation.rung import ACTOR, Climbed, Occasion, climb, draft_keys, keys_above
from inspection.model import Approval, Campaign, Checklist, Opinion, Person, Unit
from inspection.model.lifecycle import ChecklistState
from inspection.notices.conditions.approval import while_pending
from inspection.notices.conditions.checklist import while_out
from inspection.notices.conditions.opinion import while_asked
from inspection.notices.outbox import write_all
from inspection.rules.ladder import Channel, Ladder, LadderKind, Rung
from inspection.store import approvals, campaigns, checklists, drafts, events, fillers, notices, opinions, roster
from inspection.vocabulary import Role


def follow_each(day: Day, matters: Mapping[Matter, Callable[[], Occasion | None]]) -> tuple[int, int]:
    """Climbs the rung due of each matter apart from the others, none where there is no occasion: how many notices are
    new, and how many matters failed."""
    counts = [apart(day, matter, partial(_follow, day, make), actor=ACTOR) for matter, make in matters.items()]
    return sum(count or 0 for count in counts), counts.count(None)


def _follow(day: Day, make: Callable[[], Occasion | None]) -> int:
    occasion = make()
    if occasion is None:
        return 0
    if notices.is_any_of(day.session, keys_above(occasion)):
        return 0  # a day that is followed late, or a clock set back: who heard of the higher rung hears of no lower
    if occasion.rung.channel is Channel.DRAFT_LETTER:
        keys = draft_keys(day, occasion)
        if keys and notices.keys_among(day.session, keys) == set(keys):
            return 0  # the draft lies there already
    climbed = climb(day, occasion)
    new = write_all(day.session, climbed.letters, at=day.at)
    if climbed.vacant:
        _record_once(day, climbed)
    return new


def _record_once(day: Day, climbed: Climbed) -> None:
    """Records that a rung was passed upward, or reached only some of whom it names, once per deadline."""
    event = climbed.event
    before = events.of_subject(day.session, *event.subject)
    if not any(one.action == event.action and one.details == event.details for one in before):
        record_all(day.session, [event], at=day.at, actor=ACTOR)


def rung_due(day: Day, kind: LadderKind, due_on: date) -> tuple[Ladder, Rung, int] | None:
    """Ladder, highest rung due and working days past the due date; None where no rung is due."""
    ladder, offset = day.catalogue.ladders.ladder(kind), day.offset(due_on)
    rung = ladder.highest_reached(None, offset)
    return None if rung is None else (ladder, rung, offset)


def days_of(due_on: date, offset: int, rung: Rung) -> dict[str, object]:
    """The values on time every ladder gives."""
    return {
        "due": roc.with_weekday(due_on),
        "days_left": max(0, -offset),
        "days_late": max(0, offset),
        "tone": rung.tone.value,
    }


def remind_of_checklists(day: Day) -> tuple[int, int]:
    """Reminds of every checklist that is out; how many notices are new, and how many checklists failed."""
    matters = {
        (of := Matter("checklist", one.id, str(one.wanted_by), one.unit_id, one.campaign_id)): partial(
            _of_checklist, day, of, one
        )
        for one in checklists.out(day.session)
        if one.campaign_id not in day.at_rest
    }
    return follow_each(day, matters)


def _of_checklist(day: Day, matter: Matter, checklist: Checklist) -> Occasion | None:
    sent_back, due_on = checklist.state is ChecklistState.SENT_BACK, checklist.wanted_by
    due = rung_due(day, LadderKind.CORRECTION if sent_back else LadderKind.CHECKLIST, due_on)
    if due is None:
        return None
    ladder, rung, offset = due
    campaign, unit = campaigns.get(day.session, checklist.campaign_id), day.unit(checklist.unit_id)
    line = day.catalogue.wording.line
    seals, overdue = _seals(day, checklist), None
    if rung.channel is Channel.DRAFT_LETTER:
        overdue = _missing(day, ladder, checklist, campaign, unit, offset, awaits_seal=bool(seals))
    return Occasion(
        matter=matter,
        ladder=ladder,
        rung=rung,
        severity=None,
        named=f"{checklist.id}:{due_on}",
        called=line("matter_checklist", {"unit": unit.name}),
        values={
            **days_of(due_on, offset, rung),
            "campaign_name": campaign.name,
            "unit_name": unit.name,
            "awaits_seal": bool(seals),
        },
        depends=while_out(checklist.id),
        overdue=overdue,
        to=_with_seal(day, checklist, rung, seals),
        beside=[] if seals else _fillers(day, checklist, rung),
        details={"due_on": str(due_on)},
    )


def _seals(day: Day, checklist: Checklist) -> list[Person]:
    """Who is to seal what waits to be sent (待主管核章): the unit's heads, but never whoever asked; none where nothing
    waits for them."""
    by = drafts.seal_asked(day.session, [checklist.id]).get(checklist.id)
    return [one for one in day.holding((Role.UNIT_HEAD,), checklist.unit_id) if by and one.id != by]


def _with_seal(day: Day, checklist: Checklist, rung: Rung, seals: list[Person]) -> list[Person] | None:
    """Whom a rung is addressed to while a form waits for its seal: who seals it in place of the contact, who has done
    their part; None for whom the rung names."""
    if not seals or Role.CONTACT not in rung.to or rung.channel is Channel.DRAFT_LETTER:
        return None
    others = day.holding([role for role in rung.to if role is not Role.CONTACT], checklist.unit_id)
    return [*seals, *others]


def _fillers(day: Day, checklist: Checklist, rung: Rung) -> list[Person]:
    """Whoever was named to fill a checklist hears of it what its unit's contact hears (decision 0055)."""
    if Role.CONTACT not in {*rung.to, *rung.cc} or rung.channel is Channel.DRAFT_LETTER:
        return []
    return [person for _, person in fillers.named(day.session, checklist.id)]


def _missing(
    day: Day, ladder: Ladder, checklist: Checklist, campaign: Campaign, unit: Unit, offset: int, *, awaits_seal: bool
) -> Overdue:
    """What the 簽 on a checklist not returned says."""
    return Overdue(
        subject_id=checklist.id,
        campaign=campaign,
        unit=unit,
        fact=day.catalogue.wording.line("fact_checklist_missing"),
        severity="",
        due_on=checklist.due_on,
        days_late=offset,
        told_before=_told_before(day, ladder, checklist),
        state=day.catalogue.wording.line("return_awaits_seal" if awaits_seal else "return_missing"),
        about="checklist",
    )


def _told_before(day: Day, ladder: Ladder, checklist: Checklist) -> str:
    """Who was told when of a checklist under this deadline, as the outbox has it; '' for nobody."""
    told = {}
    for _, rung in ladder.rungs_for(None):
        if rung.channel is not Channel.MAIL:
            continue
        key = f"{rung.template}:{checklist.id}:{checklist.due_on}:{rung.id}:"
        for one in notices.told_of(day.session, "checklist", checklist.id, like=key)[:1]:
            told[rung.id] = f"{roc.month_day(clock.local_date(one.written_at))}{rung.name}"
    return "、".join(told.values())


def remind_of_decisions(day: Day) -> tuple[int, int]:
    """Reminds those who asked of every decision overdue; how many notices are new, and how many decisions failed."""
    matters = {
        (of := Matter("approval", one.id, str(one.due_on))): partial(_of_decision, day, of, one)
        for one in approvals.pending(day.session)
    }
    return follow_each(day, matters)


def _of_decision(day: Day, matter: Matter, approval: Approval) -> Occasion | None:
    campaign = campaign_of(day.session, approval)
    due = rung_due(day, LadderKind.APPROVAL, approval.due_on)
    if due is None or (campaign is not None and campaign.id in day.at_rest):
        return None
    ladder, rung, offset = due
    asked_on = clock.local_date(approval.requested_at)
    rule = rule_for(approval.subject_kind, campaign, day.catalogue)
    name = f"{campaign.name if campaign else ''}{rule.name if rule else approval.subject_kind}"
    return Occasion(
        matter=Matter(matter.kind, matter.id, matter.deadline, campaign_id=campaign.id if campaign else None),
        ladder=ladder,
        rung=rung,
        severity=None,
        named=approval.id,
        called=name,
        values={
            **days_of(approval.due_on, offset, rung),
            "document_name": name,
            "requested_on": roc.plain(asked_on),
            "approver_title": roster.person(day.session, approval.approver_id).title,
            "waited_days": day.offset(asked_on),
        },
        depends=while_pending(approval.id),
        details={"due_on": str(approval.due_on)},
    )


def remind_of_opinions(day: Day) -> tuple[int, int]:
    """Reminds of opinions due and tells the ethics office of those overdue; the decision waits for none of them."""
    matters = {
        (of := Matter("opinion", one.id, str(one.due_on), one.unit_id)): partial(_of_opinion, day, of, one, approval)
        for one, approval in opinions.awaited(day.session)
    }
    return follow_each(day, matters)


def _of_opinion(day: Day, matter: Matter, opinion: Opinion, approval: Approval) -> Occasion | None:
    campaign = campaign_of(day.session, approval)
    due = rung_due(day, LadderKind.OPINION, opinion.due_on)
    if due is None or campaign is None or campaign.id in day.at_rest:
        return None
    ladder, rung, offset = due
    name = document_name(approval.subject_kind, campaign, day.catalogue)
    return Occasion(
        matter=Matter(matter.kind, matter.id, matter.deadline, matter.unit_id, campaign.id),
        ladder=ladder,
        rung=rung,
        severity=None,
        named=opinion.id,
        called=day.catalogue.wording.line("matter_opinion", {"document": name}),
        values={**days_of(opinion.due_on, offset, rung), "document_name": name, "unit_name": opinion.unit_name},
        depends=while_asked(opinion.id),
        details={"due_on": str(opinion.due_on)},
    )
