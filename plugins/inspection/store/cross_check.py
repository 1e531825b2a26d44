"""The one reading of each predicate of `rules/cross_checks.py`: what of a campaign's facts speaks against a statement.

Counted are hits by rule, marks, who may read, and what people confirmed; never what the second reading alone points at,
and never a national-secret mark, which is an incident of its own (officer review A5, B12).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar.half_year import month_moved
from inspection.calendar.working_days import WorkingCalendar
from inspection.model import Campaign, Checklist, CrawledFile, CrawlRun, Finding, Fix, Hit, ShareRecord, Suspicion
from inspection.model.lifecycle import FindingState, FixState, SuspicionState
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
from inspection.store import awareness, calendar_days, evidence, findings
from inspection.store.kinds import is_no_project
from inspection.vocabulary import ReadReason, SuspicionKind, Verdict

DEFECTS_OF_READERS = frozenset({"D06", "D07"})
"""Defects of a mark that only wide groups of readers make."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a crawl as predicates see it. `suspicion_id` is its 疑似事項, None for one marked as it should be;
    `confirmed` that a finding of it stands; `exposed` whether wide groups may read it, None where nobody could say."""

    unit_id: str
    suspicion_id: int | None
    confirmed: bool
    unmarked: bool
    defects: frozenset[str]
    detectors: frozenset[str]
    exposed: bool | None
    modified_at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Against:
    """What speaks against one statement of one unit: how much, by which kind of fact, and the files it is; `untold`
    counts files of which it could not be said."""

    against: str
    count: int
    pieces: tuple[Piece, ...] = ()
    untold: int = 0


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
        exposed=None if file.broad_readers is None else bool(file.broad_readers),
        modified_at=file.modified_at,
        words=f"{share}/{file.path_shown}".lower(),
    )


def speaks_against(rule: CrossCheck, piece: Piece, opened_at: datetime) -> bool:
    """Whether a file contradicts what a predicate is about; predicates about no file are contradicted by none."""
    reading = OF_FILES.get(type(rule))
    return reading is not None and reading(rule, piece, opened_at)


def cannot_be_told(rule: CrossCheck, piece: Piece) -> bool:
    """Whether a predicate turns on who may read a file of which that is unknown: a server need not say, and what was
    not looked at bears nothing out."""
    if piece.exposed is not None:
        return False
    if isinstance(rule, AgainstMarks):
        return not piece.unmarked and not DEFECTS_OF_READERS.isdisjoint(rule.defects)
    return isinstance(rule, AgainstExposure) and not piece.detectors.isdisjoint(rule.detectors)


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
            exposed=None if file.broad_readers is None else bool(file.broad_readers),
            modified_at=file.modified_at,
            words=f"{share.name}/{file.path_shown}".lower(),
        )


def _marks(rule: AgainstMarks, piece: Piece, _opened_at: datetime) -> bool:
    return not piece.defects.isdisjoint(rule.defects)


def _unmarked(rule: AgainstUnmarked, piece: Piece, _opened_at: datetime) -> bool:
    return piece.unmarked and not piece.detectors.isdisjoint(rule.detectors)


def _exposure(rule: AgainstExposure, piece: Piece, _opened_at: datetime) -> bool:
    return bool(piece.exposed) and not piece.detectors.isdisjoint(rule.detectors)


def _stale(rule: AgainstStale, piece: Piece, opened_at: datetime) -> bool:
    old = piece.modified_at < opened_at - timedelta(days=rule.unwritten_days)
    folders = piece.words.rpartition("/")[0]
    return old and (not rule.folders or any(word.lower() in folders for word in rule.folders))


def _answered(session: Session, campaign: Campaign) -> dict[str, date]:
    """The day each unit of a campaign returned its newest answers: what they say is held against that day."""
    query = select(Checklist.unit_id, Checklist.returned_at).where(
        Checklist.campaign_id == campaign.id, Checklist.returned_at.is_not(None)
    )
    return {unit: clock.local_date(at) for unit, at in session.execute(query) if at is not None}


def _fixes(session: Session, campaign: Campaign, _rule: AgainstFixes, _catalogue: Catalogue) -> dict[str, int]:
    """Units with faults of an earlier inspection: of the last one that found any, how many were past their day and
    unmended when the unit answered, or had been mended late."""
    answered = _answered(session, campaign)
    query = (
        select(Fix, Campaign.window_start)
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
    rows = [(fix, start) for fix, start in session.execute(query)]
    if not rows:
        return {}
    calendar = calendar_days.calendar(session)
    last: dict[str, datetime] = {}
    for fix, start in rows:
        last[fix.unit_id] = max(start, last.get(fix.unit_id, start))
    found = dict.fromkeys(last, 0)
    for fix, start in rows:
        found[fix.unit_id] += start == last[fix.unit_id] and _is_late(fix, answered[fix.unit_id], calendar)
    return found


def _is_late(fix: Fix, answered: date, calendar: WorkingCalendar) -> bool:
    """Whether a fault was past its day, extensions granted, on the day of the answer: still to be mended, or mended
    some working day after it. An exception that was granted (簽准暫緩改善) makes none late."""
    if fix.due_on >= answered or fix.state is FixState.EXCEPTED:
        return False
    if fix.state in findings.AWAITS_UNIT:
        return True
    done_on = fix.claimed_on or fix.released_on
    return done_on is not None and calendar.days_late(fix.due_on, done_on) > 0


def _training(session: Session, campaign: Campaign, rule: AgainstTraining, catalogue: Catalogue) -> dict[str, int]:
    """Units with somebody on the register of who handles secrets on the day they answered: how many of these had no
    training on record until that day. The months are counted back from the window: a campaign that goes on for weeks
    makes nobody's training too old."""
    answered = _answered(session, campaign)
    if not answered:
        return {}
    since = month_moved(clock.local_date(campaign.window_start), -rule.within_months)
    # a month's slot may be filled ahead or late: the day it was held decides what had been when the unit answered
    held = awareness.held_between(session, since, month_moved(max(answered.values()), rule.within_months))
    first: dict[str, date] = {}
    for one in held:
        if one.kind in catalogue.awareness.training_kinds:
            first |= {person: min(one.held_on, first.get(person, one.held_on)) for person in one.attendee_ids}
    handlers = {
        (one.unit_id, one.person_id)
        for one in awareness.all_handlers(session)
        if one.unit_id in answered
        and one.since <= answered[one.unit_id]
        and (one.until is None or one.until >= answered[one.unit_id])
    }
    known = {unit for unit, _ in handlers}
    untrained = Counter(unit for unit, person in handlers if first.get(person, date.max) > answered[unit])
    return dict.fromkeys(known, 0) | untrained


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
