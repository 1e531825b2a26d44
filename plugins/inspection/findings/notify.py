"""Opens the fixes of findings, each with its deadline in working days, and tells the units: numbers and dates only."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.events import Happening, record_all
from inspection.audit.steps import advance_all
from inspection.calendar import roc
from inspection.model import Campaign, Finding, Fix, Person
from inspection.model.lifecycle import FindingState, FixState
from inspection.notices.outbox import Letter, write_all
from inspection.rules.catalogue import Catalogue
from inspection.store import calendar_days, campaigns, findings, fixes, notices, projects, roster
from inspection.store.once import insert_all_once
from inspection.vocabulary import Role

KIND = "findings_notified"
PREFIX = "findings-notified"


def open_and_tell(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> int:
    """Opens what has no fix yet and tells every unit what it has not heard of; returns how many findings there are.
    Twice is once."""
    open_fixes(session, campaign_id, catalogue=catalogue, actor=actor, at=at)
    tell_units(session, campaigns.get(session, campaign_id), None, catalogue=catalogue, at=at)
    return len(findings.of_campaign(session, campaign_id))


def follow_once_out(
    session: Session, confirmed: Sequence[tuple[str, str]], *, catalogue: Catalogue, actor: str, at: datetime
) -> None:
    """What was confirmed, as (campaign, unit), after the reports went out: its fix opens and its unit is told now, as
    the reports say 「判定為缺失者另行通知」. Before that both wait for the issue."""
    for campaign_id in sorted({campaign for campaign, _ in confirmed}):
        if fixes.are_out(session, campaign_id):
            open_fixes(session, campaign_id, catalogue=catalogue, actor=actor, at=at)
            units = {unit for campaign, unit in confirmed if campaign == campaign_id}
            tell_units(session, campaigns.get(session, campaign_id), units, catalogue=catalogue, at=at)


def open_fixes(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> None:
    """Opens a fix for every finding that has none; twice is once. The number of statements does not grow."""
    campaigns.lock(session, campaign_id)
    calendar, opened_on = calendar_days.calendar(session), clock.local_date(at)
    waiting = fixes.without_fix(session, campaign_id)
    rows = []
    for finding, item_id in waiting:  # the day by which a fault must be mended (officer review A7), from the next day
        due_on = calendar.add_working_days(opened_on, catalogue.fix_within(finding.severity, item_id))
        rows.append(
            {
                "id": finding.id,
                "finding_id": finding.id,
                "campaign_id": campaign_id,
                "unit_id": finding.unit_id,
                "state": FixState.OPEN,
                "opened_on": opened_on,
                "original_due_on": due_on,
                "due_on": due_on,
                "due_version": 1,
            }
        )
    new = {key for (key,) in insert_all_once(session, Fix, rows, keys=["finding_id"])}
    opened = [
        Happening(
            ("fix", finding.id),
            "opened",
            (None, FixState.OPEN.value),
            None,
            {"due_on": str(row["due_on"]), "severity": finding.severity.value, "unit_id": finding.unit_id},
        )
        for (finding, _), row in zip(waiting, rows, strict=True)
        if finding.id in new
    ]
    record_all(session, opened, at=at, actor=actor)
    untold = [one for one in findings.of_campaign(session, campaign_id) if one.state is FindingState.CONFIRMED]
    advance_all(session, untold, FindingState.NOTIFIED, actor=actor, at=at)


def tell_units(
    session: Session, campaign: Campaign, units: Collection[str] | None, *, catalogue: Catalogue, at: datetime
) -> None:
    """Writes to those who answer for some units (None: all) of the fixes they were not told of yet, each with its date.

    Somebody who came later hears of all that is still to be mended. What was found never stands in a mail (seed 004
    要點27-1).
    """
    told = _last_told(session, campaign.id)
    by_unit: dict[str, list[tuple[Fix, Finding]]] = {}
    for fix, finding in fixes.unfinished_of(session, campaign.id):
        if units is None or fix.unit_id in units:
            by_unit.setdefault(fix.unit_id, []).append((fix, finding))
    letters = []
    for unit_id, own in by_unit.items():
        name = roster.unit(session, unit_id).name
        for person in _readers(session, campaign, unit_id, catalogue, on=clock.local_date(at)):
            fresh = [(fix, finding) for fix, finding in own if finding.number > told.get((unit_id, person.id), 0)]
            letters += list(_letter(campaign, (unit_id, name), person, fresh))
    write_all(session, letters, at=at)


def _last_told(session: Session, campaign_id: str) -> dict[tuple[str, str], int]:
    """The newest number a person was told of in a unit's matters, by (unit, person), as the outbox has it."""
    found: dict[tuple[str, str], int] = {}
    for key in notices.keys_of(session, campaign_id, KIND):
        unit_id, person_id, number = key.rsplit(":", 3)[1:]
        found[unit_id, person_id] = max(int(number), found.get((unit_id, person_id), 0))
    return found


def _readers(session: Session, campaign: Campaign, unit_id: str, catalogue: Catalogue, *, on: date) -> list[Person]:
    """Who answers for a unit; of a project those alone who are in the know and have signed."""
    if not catalogue.campaign_kinds.rule(campaign.kind).is_project:
        return roster.answering_for(session, unit_id, on=on)
    people = roster.holding_any(session, (Role.CONTACT, Role.UNIT_HEAD), unit_id=unit_id, on=on)
    return [one for one in people if projects.has_signed(session, campaign.id, one.id, on=on)]


def _letter(
    campaign: Campaign, unit: tuple[str, str], person: Person, fresh: Sequence[tuple[Fix, Finding]]
) -> Iterator[Letter]:
    if not fresh:
        return
    unit_id, unit_name = unit
    newest = max(finding.number for _, finding in fresh)
    yield Letter(
        key=f"{PREFIX}:{campaign.id}:{unit_id}:{person.id}:{newest}",
        kind=KIND,
        person_id=person.id,
        values={
            "campaign_name": campaign.name,
            "unit_name": unit_name,
            "finding_count": len(fresh),
            "fix_days": "\n".join(f"{fix.id}：{roc.plain(fix.due_on)}" for fix, _ in fresh),
        },
        campaign_id=campaign.id,
    )
