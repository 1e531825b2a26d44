"""Facts from earlier campaigns on which a situation assessment rests; absent where nothing is on record.

Each question may be asked of the whole agency or, with `unit_id`, of one unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, select
from sqlalchemy.orm import Session

from inspection.model import (
    Answer,
    Campaign,
    CampaignUnit,
    Checklist,
    CrawledFile,
    CrawlRun,
    CrawlShare,
    Event,
    Finding,
    Fix,
    ShareRecord,
    Suspicion,
    Unit,
)
from inspection.model.lifecycle import FindingState, FixState, SuspicionState
from inspection.rules.answers import stance
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, checklists, crawl_folders, evidence, roster
from inspection.store.comparison import compared
from inspection.store.findings import AWAITS_UNIT
from inspection.store.kinds import is_no_project, kind_of
from inspection.vocabulary import AnswerValue, ReadReason, ReadStatus, Verdict

Facts = dict[str, int | float | str]
NOBODY_BROAD = "[]"  # how an empty list of broad readers is kept


def earlier(session: Session, campaign: Campaign, unit_id: str | None = None) -> list[Campaign]:
    """The rounds a campaign is compared with, newest first (of a unit: those it was part of): those of its own kind,
    and where none was held those of the kind held every half-year. Others put other statements: their rates and counts
    beside these would compare nothing."""
    found = campaigns.before(session, campaign)
    if unit_id is not None:
        query = select(CampaignUnit.campaign_id).where(*_of(session, CampaignUnit.unit_id, unit_id))
        part_of = set(session.scalars(query))
        found = [one for one in found if one.id in part_of]
    own = [one for one in found if one.kind == campaign.kind]
    return own or [one for one in found if kind_of(one).every_half_year]


def last_checklists(session: Session, campaign: Campaign, unit_ids: Collection[str]) -> dict[str, Checklist]:
    """By unit the checklist of the newest earlier round (`earlier`) to which it returned one; three statements."""
    rounds = campaigns.before(session, campaign)
    query = select(CampaignUnit.unit_id, CampaignUnit.campaign_id).where(CampaignUnit.unit_id.in_(unit_ids))
    part_of = {(unit, one) for unit, one in session.execute(query)}
    given = select(Answer.checklist_id).where(Answer.checklist_id == Checklist.id).exists()
    forms = session.scalars(
        select(Checklist).where(
            Checklist.campaign_id.in_([one.id for one in rounds]), Checklist.unit_id.in_(unit_ids), given
        )
    )
    known = {(one.unit_id, one.campaign_id): one for one in forms}
    found: dict[str, Checklist] = {}
    for unit in unit_ids:
        own = [one for one in rounds if (unit, one.id) in part_of]
        like = [one for one in own if one.kind == campaign.kind] or [one for one in own if kind_of(one).every_half_year]
        last = next((known[unit, one.id] for one in like if (unit, one.id) in known), None)
        if last is not None:
            found[unit] = last
    return found


def all_yes(session: Session, checklist: Checklist, before: Sequence[Campaign]) -> bool:
    """Whether a unit answered 符合 to every statement but those that do not apply, now and in each of the rounds
    `before`. A round without a return is none in which it did."""
    forms = [checklist.id, *(f"{one.id}:{checklist.unit_id}" for one in before)]
    given = checklists.newest_answers(session, forms)
    return all(_says_yes(given.get(one, ())) for one in forms)


def _says_yes(given: Iterable[Answer]) -> bool:
    """Whether nothing but 符合 was answered where that, 不符合 or 不適用 could be; a blank is no 符合."""
    given = list(given)
    said = {stance(one.value) for one in given} - {AnswerValue.NOT_APPLICABLE, None}
    return said == {AnswerValue.CONFORMS} and all(one.value is not None for one in given)


def confirmed_before(session: Session, campaign_id: str, unit_id: str, detectors: frozenset[str]) -> int | None:
    """How many faults with any of some detectors were confirmed at a unit by other campaigns; None before any crawl."""
    if earliest_run(session, campaign_id) is None:
        return None
    query = (
        select(Suspicion.detectors)
        .join(Finding, Finding.suspicion_id == Suspicion.id)
        .where(Finding.campaign_id != campaign_id, Finding.unit_id == unit_id, Finding.state != FindingState.WITHDRAWN)
    )
    return sum(bool(detectors & set(found)) for found in session.scalars(query))


def answers(session: Session, campaign_id: str, unit_id: str | None = None) -> Facts:
    """How the newest returns were answered, and how much of it 不符合."""
    counts = _answered(session, campaign_id, unit_id)
    answered = sum(counts.values())
    if not answered:
        return {}
    nonconforming = counts.get(AnswerValue.DOES_NOT_CONFORM, 0)
    share = round(100 * nonconforming / answered, 1)
    return {"answered": answered, "nonconforming": nonconforming, "nonconforming_share": share}


def _answered(session: Session, campaign_id: str, unit_id: str | None) -> dict[AnswerValue, int]:
    """Answers of the newest returns that are one of the three words; no blank, number, date or text is counted."""
    newest = (
        select(Answer.checklist_id, func.max(Answer.version).label("version")).group_by(Answer.checklist_id).subquery()
    )
    said = (
        select(checklists.said().label("value"))
        .join(newest, (newest.c.checklist_id == Answer.checklist_id) & (newest.c.version == Answer.version))
        .join(Checklist, Checklist.id == Answer.checklist_id)
        .where(Checklist.campaign_id == campaign_id, *_of(session, Checklist.unit_id, unit_id))
        .subquery()
    )
    query = select(said.c.value, func.count()).where(said.c.value.is_not(None)).group_by(said.c.value)
    return {AnswerValue(value): count for value, count in session.execute(query)}


def timeliness(session: Session, campaign_id: str, unit_id: str | None = None) -> Facts:
    """How many checklists came late, and by how many working days the worst of them."""
    query = (
        select(Checklist.days_late, Unit.name)
        .join(Unit, Unit.id == Checklist.unit_id)
        .where(Checklist.campaign_id == campaign_id, *_of(session, Checklist.unit_id, unit_id))
        .order_by(Unit.id)
    )
    rows = [(days or 0, name) for days, name in session.execute(query)]
    if not rows:
        return {}
    worst = max(rows, key=lambda row: row[0])
    late = sum(days > 0 for days, _ in rows)
    return {"checklists": len(rows), "late": late, "days_late": worst[0], "unit": worst[1]}


def mismatches(session: Session, campaign_id: str, catalogue: Catalogue, unit_id: str | None = None) -> Facts:
    """Statements declared 符合 that a confirmed finding contradicts, among those that could be compared at all."""
    wanted = None if unit_id is None else {unit_id, *roster.predecessors(session, unit_id)}
    if _lacks_rows(session, campaign_id):
        return {}
    own = [one for unit, one in compared(session, campaign_id, catalogue).items() if wanted is None or unit in wanted]
    comparable = sum(len(one.comparable) for one in own)
    return {"mismatches": sum(len(one.contradicted) for one in own), "comparable": comparable} if comparable else {}


def crawled(session: Session, campaign_id: str, unit_id: str | None = None) -> Facts:
    """Files and shares the campaign's crawl saw, how many anybody may read, and what of it was confirmed; nothing once
    rows of it were taken away."""
    run = evidence.campaign_run(session, campaign_id)
    if run is None or run.rows_gone_at is not None:
        return {}
    counts = session.execute(
        select(func.sum(CrawlShare.seen), func.count())
        .join(ShareRecord, ShareRecord.id == CrawlShare.share_id)
        .where(
            CrawlShare.run_id == run.id,
            CrawlShare.reason.is_distinct_from(ReadReason.EXCLUDED),  # left out by the plan: not among those looked at
            *_of(session, ShareRecord.unit_id, unit_id),
        )
    ).one()
    if not counts[1]:
        return {}
    unread = _files(session, run, unit_id, CrawledFile.status == ReadStatus.UNREADABLE)
    unmarked = session.scalar(
        select(func.count())
        .select_from(Suspicion)
        .join(CrawledFile, CrawledFile.id == Suspicion.crawled_file_id)
        .where(
            Suspicion.campaign_id == campaign_id,
            Suspicion.state == SuspicionState.CONFIRMED,
            CrawledFile.verdict.in_((Verdict.UNMARKED_SENSITIVE, Verdict.DEFECTIVE_MARK)),
            *_of(session, Suspicion.unit_id, unit_id),
        )
    )
    return {
        "files": int(counts[0] or 0),
        "shares": counts[1],
        "unread": unread,
        "unmarked": unmarked or 0,
        **_exposure(session, run, unit_id),
    }


def _lacks_rows(session: Session, campaign_id: str) -> bool:
    """Whether rows of a campaign's crawl were taken away, their term being over: what is left tells no figure."""
    run = evidence.campaign_run(session, campaign_id)
    return run is not None and run.rows_gone_at is not None


def _exposure(session: Session, run: CrawlRun, unit_id: str | None) -> Facts:
    """Read files whose readers are known, those among them everybody may read, and the shares such files lie in."""
    is_open = cast(CrawledFile.broad_readers, String) != NOBODY_BROAD
    query = (
        select(CrawledFile.share_id, func.count(), func.sum(case((is_open, 1), else_=0)))
        .join(ShareRecord, ShareRecord.id == CrawledFile.share_id)
        .where(
            CrawledFile.run_id == run.id,
            CrawledFile.verdict.is_not(None),
            CrawledFile.broad_readers.is_not(None),
            *_of(session, ShareRecord.unit_id, unit_id),
        )
        .group_by(CrawledFile.share_id)
    )
    known: Counter[str] = Counter()
    opened: Counter[str] = Counter()
    wanted = set(session.scalars(select(ShareRecord.id).where(*_of(session, ShareRecord.unit_id, unit_id))))
    elsewhere = crawl_folders.exposed_elsewhere(session, run.id)
    for share, *counts in [*session.execute(query), *((one, *counts) for one, counts in elsewhere.items())]:
        if share in wanted:
            known[share] += counts[0]
            opened[share] += counts[1]
    return {
        "files_known": known.total(),
        "files_open": opened.total(),
        "open_shares": sum(map(bool, opened.values())),
    }


def _files(session: Session, run: CrawlRun, unit_id: str | None, wanted: ColumnElement[bool]) -> int:
    query = (
        select(func.count())
        .select_from(CrawledFile)
        .join(ShareRecord, ShareRecord.id == CrawledFile.share_id)
        .where(CrawledFile.run_id == run.id, wanted, *_of(session, ShareRecord.unit_id, unit_id))
    )
    return session.scalar(query) or 0


def confirmed(session: Session, campaign_id: str, unit_id: str | None = None) -> Facts:
    """Confirmed faults that stand, and the unit with most of them."""
    query = (
        select(Unit.name, func.count())
        .join(Finding, Finding.unit_id == Unit.id)
        .where(
            Finding.campaign_id == campaign_id,
            Finding.state != FindingState.WITHDRAWN,
            *_of(session, Finding.unit_id, unit_id),
        )
        .group_by(Unit.id, Unit.name)
        .order_by(func.count().desc(), Unit.id)
    )
    rows = [(name, count) for name, count in session.execute(query)]
    if not rows:
        return {"confirmed": 0}
    return {"confirmed": sum(count for _, count in rows), "unit": rows[0][0], "unit_confirmed": rows[0][1]}


def faults_by_category(session: Session, campaign_id: str, unit_id: str) -> dict[str, int]:
    """Confirmed faults of a unit by the printed name of their category."""
    query = select(Finding.category).where(
        Finding.campaign_id == campaign_id,
        *_of(session, Finding.unit_id, unit_id),
        Finding.state != FindingState.WITHDRAWN,
    )
    return dict(sorted(Counter(session.scalars(query)).items()))


def fixes(session: Session, on: date, unit_id: str | None = None) -> Facts:
    """Fixes under control: all, mended, overdue on a day, and the unit with most overdue."""
    known = list(session.scalars(select(Fix).where(*_of(session, Fix.unit_id, unit_id)).order_by(Fix.id)))
    if not known:
        return {}
    overdue = [fix for fix in known if fix.state in AWAITS_UNIT and fix.due_on < on]
    facts: Facts = {
        "fixes": len(known),
        "fixed": sum(fix.state in {FixState.VERIFIED, FixState.RELEASED} for fix in known),
        "overdue": len(overdue),
    }
    if overdue:
        worst, count = Counter(fix.unit_id for fix in overdue).most_common(1)[0]
        facts |= {"unit": session.get_one(Unit, worst).name, "unit_overdue": count}
    return facts


def reopened(session: Session, since: datetime, unit_id: str | None = None) -> Facts:
    """Fixes put under control again after their release (再犯), by their events; absent where no fix ever was."""
    fixes_of = select(Fix.id).where(*_of(session, Fix.unit_id, unit_id))
    if session.scalar(select(func.count()).select_from(fixes_of.subquery())) == 0:
        return {}
    query = select(func.count(func.distinct(Event.subject_id))).where(
        Event.subject_kind == Fix.__tablename__,
        Event.to_state == FixState.REOPENED.value,
        Event.at >= since,
        Event.subject_id.in_(fixes_of),
    )
    return {"reopened": session.scalar(query) or 0}


def _of(session: Session, column: Any, unit_id: str | None) -> tuple[ColumnElement[bool], ...]:
    """A unit's own matters and those of the units that were merged into it: their history is its history."""
    return () if unit_id is None else (column.in_({unit_id, *roster.predecessors(session, unit_id)}),)


def earliest_run(session: Session, campaign_id: str) -> CrawlRun | None:
    """The first crawl ever made for another inspection (a project's looks at one folder): none means a 首次清查."""
    query = (
        select(CrawlRun)
        .join(Campaign, Campaign.id == CrawlRun.campaign_id)
        .where(CrawlRun.campaign_id != campaign_id, CrawlRun.purpose == "campaign")
        .where(is_no_project())
    )
    return session.scalars(query.order_by(CrawlRun.opened_at).limit(1)).first()
