"""Confirmed hits of a project are mended like any other: the fixes open at once, and who is in the know is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar import roc
from inspection.fixes.open import open_fixes
from inspection.notices.outbox import Letter, write
from inspection.planning.decision import plan_in_force
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, findings, projects, roster
from inspection.vocabulary import Role


def hand_over(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> int:
    """Opens a fix for every confirmed fault; returns how many there are. Twice is once.

    Only contacts and heads of the unit who are in the know and have signed are told, in counts and dates.
    """
    plan_in_force(session, campaign_id)
    fixes = open_fixes(session, campaign_id, catalogue=catalogue, actor=actor, at=at)
    today, campaign = clock.local_date(at), campaigns.get(session, campaign_id)
    by_unit: dict[str, list[str]] = {}
    open_now = findings.fixes_of_campaign(session, campaign_id)
    for fix in open_now:
        by_unit.setdefault(fix.unit_id, []).append(fix.id)
    for unit_id, own in by_unit.items():
        unit = roster.unit(session, unit_id)
        due = min(fix.due_on for fix in open_now if fix.unit_id == unit_id)
        for person in roster.holding_any(session, (Role.CONTACT, Role.UNIT_HEAD), unit_id=unit_id, on=today):
            if not projects.has_signed(session, campaign_id, person.id, on=today):
                continue
            letter = Letter(
                key=f"findings-notified:{campaign_id}:{unit_id}:{person.id}",
                kind="findings_notified",
                person_id=person.id,
                values={
                    "campaign_name": campaign.name,
                    "unit_name": unit.name,
                    "finding_count": len(own),
                    "due": roc.with_weekday(due),
                },
                campaign_id=campaign_id,
            )
            write(session, letter, at=at)
    return fixes
