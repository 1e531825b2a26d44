"""The figures reports are made of: answers, coverage and findings of a campaign, per unit and in all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from inspection.crawling.stale import stale_before
from inspection.model import Checklist, Finding, Unit
from inspection.model.lifecycle import SuspicionState
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, checklists, evidence, findings
from inspection.vocabulary import AnswerValue


@dataclass(frozen=True, slots=True)
class Tally:
    """Answers counted. `faults` are answers 不符合."""

    checked: int = 0
    conforms: int = 0
    faults: int = 0
    not_applicable: int = 0

    @property
    def rate(self) -> float:
        """Share of conforming answers among those that apply, in percent; 0 where none applies."""
        applicable = self.conforms + self.faults
        return round(100 * self.conforms / applicable, 1) if applicable else 0.0

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            self.checked + other.checked,
            self.conforms + other.conforms,
            self.faults + other.faults,
            self.not_applicable + other.not_applicable,
        )


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """All that is known of one unit in a campaign; `name` is the unit's as the campaign was opened with it."""

    unit: Unit
    name: str
    tally: Tally
    by_category: dict[str, Tally]
    findings: list[Finding]
    self_improved: int
    suspected: int
    returned: bool
    in_time: bool
    stale: int


@dataclass(frozen=True, slots=True)
class ShareFigures:
    """How far the crawl came on one share."""

    unit_id: str
    name: str
    seen: int
    scanned: int
    unread: int
    complete: bool
    excluded: bool


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """All units and shares of a campaign."""

    units: list[UnitFigures]
    shares: list[ShareFigures]
    decided: dict[str, int]

    @property
    def tally(self) -> Tally:
        """All units together."""
        total = Tally()
        for unit in self.units:
            total = total.plus(unit.tally)
        return total

    @property
    def findings(self) -> list[Finding]:
        """All findings, by number."""
        return sorted((one for unit in self.units for one in unit.findings), key=lambda one: one.number)


def gather(session: Session, campaign_id: str, catalogue: Catalogue) -> CampaignFigures:
    """Reads the figures of a campaign as they stand."""
    every = findings.of_campaign(session, campaign_id)
    suspicions = findings.suspicions(session, campaign_id)
    lists = {one.unit_id: one for one in checklists.of_campaign(session, campaign_id)}
    mended = evidence.mended_before(session, campaign_id)
    names = campaigns.unit_names(session, campaign_id)
    run = evidence.campaign_run(session, campaign_id)
    stale = evidence.stale_confirmed(session, campaign_id, before=stale_before(run.opened_at)) if run else {}
    units = []
    for unit in campaigns.units(session, campaign_id):
        checklist = lists.get(unit.id)
        by_category = _tallies(session, checklist) if checklist else {}
        total = Tally()
        for tally in by_category.values():
            total = total.plus(tally)
        own = [one for one in suspicions if one.unit_id == unit.id]
        units.append(
            UnitFigures(
                unit=unit,
                name=names.get(unit.id, unit.name),
                tally=total,
                by_category=by_category,
                findings=[one for one in every if one.unit_id == unit.id],
                self_improved=sum(one.state == SuspicionState.SELF_IMPROVED for one in own) + mended.get(unit.id, 0),
                suspected=len(own),
                returned=checklist is not None and checklist.state in checklists.ARRIVED,
                in_time=checklist is not None and checklist.state in checklists.ARRIVED and not checklist.days_late,
                stale=stale.get(unit.id, 0),
            )
        )
    return CampaignFigures(units, _shares(session, campaign_id), evidence.decided_counts(session, campaign_id))


def _tallies(session: Session, checklist: Checklist) -> dict[str, Tally]:
    category = {question.item_id: question.category for question in checklists.questions(session, checklist.id)}
    counted: dict[str, Counter[AnswerValue]] = {}
    for answer in checklists.answers(session, checklist.id):
        if answer.value is not None:
            counted.setdefault(category[answer.item_id], Counter())[answer.value] += 1
    return {
        name: Tally(
            sum(values.values()),
            values[AnswerValue.CONFORMS],
            values[AnswerValue.DOES_NOT_CONFORM],
            values[AnswerValue.NOT_APPLICABLE],
        )
        for name, values in counted.items()
    }


def _shares(session: Session, campaign_id: str) -> list[ShareFigures]:
    run = evidence.campaign_run(session, campaign_id)
    if run is None:
        return []
    return [
        ShareFigures(
            share.unit_id,
            share.name,
            covered.seen,
            covered.scanned,
            sum(int(count) for count in covered.unreadable.values()) + covered.folders_refused,
            covered.complete,
            covered.left_out,
        )
        for covered, share in evidence.coverage(session, run.id)
    ]
