"""The one reading of each predicate of `rules/cross_checks.py`: what of a campaign's facts speaks against a statement.

Counted are hits by rule, marks, who may read, and what people confirmed; never what the second reading alone points at,
and never a national-secret mark, which is an incident of its own (officer review A5, B12).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar.half_year import month_moved
from inspection.model import Campaign, Checklist, CrawledFile, CrawlRun, Finding, Fix, Hit, ShareRecord, Suspicion
from inspection.model.lifecycle import FindingState, SuspicionState
from inspection.rules.catalogue import Catalogue
from inspection.rules.cross_checks import (
    AgainstExposure,
    AgainstFixes,
    AgainstMarks,
    AgainstStale,
    AgainstTraining,
    AgainstUnmarked,
    CrossCheck,
)
from inspection.store import awareness, evidence, findings
from inspection.store.kinds import is_no_project
from inspection.vocabulary import ReadReason, SuspicionKind, Verdict


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a crawl as predicates see it. `suspicion_id` is its 疑似事項, None for one marked as it should be;
    `confirmed` that a finding of it stands."""

    unit_id: str
    suspicion_id: int | None
    confirmed: bool
    unmarked: bool
    defects: frozenset[str]
    detectors: frozenset[str]
    exposed: bool
    modified_at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Against:
    """What speaks against one statement of one unit: how much, by which kind of fact, and the files it is."""

    against: str
    count: int
    pieces: tuple[Piece, ...] = ()


def pieces(session: Session, campaign_id: str, run: CrawlRun | None, *, unit_id: str | None = None) -> list[Piece]:
    """The files of a campaign's crawl `run` (of one unit's where it is named) that can speak against a statement: those
    suspected and not dismissed, and those marked as they should be. Two statements, and one for the hits of each five
    hundred of the latter."""
    if run is None:
        return []
    return [*_suspected(session, campaign_id, unit_id), *_marked(session, run, unit_id)]


def piece_of(one: Suspicion, file: CrawledFile, *, confirmed: bool = False, share: str = "") -> Piece:
    """A suspected file as predicates see it."""
    return Piece(
        unit_id=one.unit_id,
        suspicion_id=one.id,
        confirmed=confirmed,
        unmarked=one.kind is not SuspicionKind.DEFECTIVE_MARK,
        defects=frozenset((*evidence.defects_behind(one, file), *(file.hints or ()))),
        detectors=frozenset(one.detectors),
        exposed=bool(file.broad_readers),
        modified_at=file.modified_at,
        words=f"{share}/{file.path_shown}".lower(),
    )


def speaks_against(rule: CrossCheck, piece: Piece, opened_at: datetime) -> bool:
    """Whether a file contradicts what a predicate is about; predicates about no file are contradicted by none."""
    reading = OF_FILES.get(type(rule))
    return reading is not None and reading(rule, piece, opened_at)


def of_registers(
    session: Session, campaign: Campaign, rule: CrossCheck, catalogue: Catalogue
) -> dict[str, Against] | None:
    """What a register says of each unit it knows, count 0 where nothing speaks against; None for one about files."""
    reading = OF_REGISTERS.get(type(rule))
    if reading is None:
        return None
    kind = rule.against
    return {unit: Against(kind, count) for unit, count in reading(session, campaign, rule, catalogue).items()}


def _suspected(session: Session, campaign_id: str, unit_id: str | None) -> Iterator[Piece]:
    query = (
        select(Suspicion, CrawledFile, Finding.id, ShareRecord.name)
        .join(CrawledFile, CrawledFile.id == Suspicion.crawled_file_id)
        .join(ShareRecord, ShareRecord.id == CrawledFile.share_id)
        .outerjoin(Finding, (Finding.suspicion_id == Suspicion.id) & (Finding.state != FindingState.WITHDRAWN))
        .where(
            Suspicion.campaign_id == campaign_id,
            Suspicion.state != SuspicionState.DISMISSED,
            CrawledFile.reason.is_distinct_from(ReadReason.NATIONAL_SECRET_MARK),
            *([Suspicion.unit_id == unit_id] if unit_id else []),
        )
        .order_by(Suspicion.id)
    )
    for one, file, finding_id, share in session.execute(query):
        yield piece_of(one, file, confirmed=finding_id is not None, share=share)


def _marked(session: Session, run: CrawlRun, unit_id: str | None) -> Iterator[Piece]:
    query = (
        select(CrawledFile, ShareRecord)
        .join(ShareRecord, ShareRecord.id == CrawledFile.share_id)
        .where(
            CrawledFile.run_id == run.id,
            CrawledFile.verdict == Verdict.MARKED,
            CrawledFile.reason.is_distinct_from(ReadReason.NATIONAL_SECRET_MARK),
            *([ShareRecord.unit_id == unit_id] if unit_id else []),
        )
        .order_by(CrawledFile.id)
    )
    rows = [(file, share) for file, share in session.execute(query)]
    hits: dict[int, list[Hit]] = evidence.hits_of(session, [file.id for file, _ in rows])
    for file, share in rows:
        yield Piece(
            unit_id=share.unit_id,
            suspicion_id=None,
            confirmed=False,
            unmarked=False,
            defects=frozenset(file.hints or ()),
            detectors=frozenset(hit.detector for hit in hits.get(file.id, ())),
            exposed=bool(file.broad_readers),
            modified_at=file.modified_at,
            words=f"{share.name}/{file.path_shown}".lower(),
        )


def _marks(rule: AgainstMarks, piece: Piece, _opened_at: datetime) -> bool:
    return not piece.defects.isdisjoint(rule.defects)


def _unmarked(rule: AgainstUnmarked, piece: Piece, _opened_at: datetime) -> bool:
    return piece.unmarked and not piece.detectors.isdisjoint(rule.detectors)


def _exposure(rule: AgainstExposure, piece: Piece, _opened_at: datetime) -> bool:
    return piece.exposed and not piece.detectors.isdisjoint(rule.detectors)


def _stale(rule: AgainstStale, piece: Piece, opened_at: datetime) -> bool:
    old = piece.modified_at < opened_at - timedelta(days=rule.unwritten_days)
    folders = piece.words.rpartition("/")[0]
    return old and (not rule.folders or any(word.lower() in folders for word in rule.folders))


def _fixes(session: Session, campaign: Campaign, _rule: AgainstFixes, _catalogue: Catalogue) -> dict[str, int]:
    """Units with faults of an earlier inspection: how many of the last one were past their day, unmended, when the
    unit answered."""
    answered = {
        unit: clock.local_date(at)
        for unit, at in session.execute(
            select(Checklist.unit_id, Checklist.returned_at).where(
                Checklist.campaign_id == campaign.id, Checklist.returned_at.is_not(None)
            )
        )
        if at is not None
    }
    query = (
        select(Fix.unit_id, Fix.state, Fix.due_on, Fix.campaign_id, Campaign.window_start)
        .join(Finding, Finding.id == Fix.finding_id)
        .join(Campaign, Campaign.id == Fix.campaign_id)
        .where(
            Fix.unit_id.in_(sorted(answered)),
            Fix.campaign_id != campaign.id,
            Campaign.window_start < campaign.window_start,
            is_no_project(),  # what a project found is told nobody outside it
            Finding.state != FindingState.WITHDRAWN,
        )
    )
    rows = session.execute(query).all()
    last = {unit: max(row[4] for row in rows if row[0] == unit) for unit in {row[0] for row in rows}}
    found = dict.fromkeys(last, 0)
    for unit, state, due_on, _, start in rows:
        found[unit] += start == last[unit] and state in findings.AWAITS_UNIT and due_on < answered[unit]
    return found


def _training(session: Session, campaign: Campaign, rule: AgainstTraining, catalogue: Catalogue) -> dict[str, int]:
    """Units with somebody on the register of who handles secrets: how many of these have no training on record."""
    on = clock.local_date(campaign.window_start)
    held = awareness.held_between(session, month_moved(on, -rule.within_months), on + timedelta(days=1))
    trained = {person for one in held if one.kind in catalogue.awareness.training_kinds for person in one.attendee_ids}
    handlers = {(one.unit_id, one.person_id) for one in awareness.handlers_on(session, on)}
    known = {unit for unit, _ in handlers}
    return dict.fromkeys(known, 0) | Counter(unit for unit, person in handlers if person not in trained)


OF_FILES: dict[type[CrossCheck], Callable[[Any, Piece, datetime], bool]] = {
    AgainstMarks: _marks,
    AgainstUnmarked: _unmarked,
    AgainstExposure: _exposure,
    AgainstStale: _stale,
}
"""How each predicate about files is read."""

ByUnit = Callable[[Session, Campaign, Any, Catalogue], dict[str, int]]
OF_REGISTERS: dict[type[CrossCheck], ByUnit] = {
    AgainstFixes: _fixes,
    AgainstTraining: _training,
}
"""How each predicate about registers is read: by unit, and only for units the register knows."""
