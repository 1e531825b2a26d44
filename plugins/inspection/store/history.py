"""Facts from earlier campaigns on which a situation assessment rests; absent where nothing is on record."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inspection.model import (
    Answer,
    Campaign,
    Checklist,
    CrawledFile,
    CrawlRun,
    CrawlShare,
    Finding,
    Fix,
    Suspicion,
    Unit,
)
from inspection.model.lifecycle import FindingState, FixState, SuspicionState
from inspection.store import campaigns, checklists, evidence
from inspection.store.findings import UNFINISHED
from inspection.vocabulary import AnswerValue, ReadStatus, Verdict

Facts = dict[str, int | float | str]


def agency_facts(session: Session, campaign: Campaign, *, on: date) -> dict[str, Facts]:
    """Facts by factor ('1', '2', '3') from the last campaign carried out and from fixes under control."""
    earlier = campaigns.before(session, campaign)
    facts: dict[str, Facts] = {"1": {}, "2": {}, "3": _fix_facts(session, on)}
    if earlier:
        last = earlier[0].id
        facts["1"] = {
            **_answer_facts(session, last),
            **_lateness_facts(session, last),
            **_mismatch_facts(session, last),
        }
        facts["2"] = _crawl_facts(session, last)
    return facts


def unit_facts(session: Session, campaign: Campaign, unit_id: str, *, on: date) -> dict[str, int | dict[str, int]]:
    """What is known of one unit: confirmed faults of the last campaign by category, and fixes overdue now."""
    earlier = campaigns.before(session, campaign)
    categories: Counter[str] = Counter()
    if earlier:
        query = select(Finding.category).where(
            Finding.campaign_id == earlier[0].id, Finding.unit_id == unit_id, Finding.state != FindingState.WITHDRAWN
        )
        categories.update(session.scalars(query))
    overdue = session.scalar(
        select(func.count()).where(Fix.unit_id == unit_id, Fix.state.in_(UNFINISHED), Fix.due_on < on)
    )
    return {"faults_by_category": dict(sorted(categories.items())), "overdue": overdue or 0}


def _answer_facts(session: Session, campaign_id: str) -> Facts:
    values = [
        answer.value
        for checklist in checklists.of_campaign(session, campaign_id)
        for answer in checklists.answers(session, checklist.id)
    ]
    answered = sum(value is not None for value in values)
    if not answered:
        return {}
    nonconforming = values.count(AnswerValue.DOES_NOT_CONFORM)
    share = round(100 * nonconforming / answered, 1)
    return {"answered": answered, "nonconforming": nonconforming, "nonconforming_share": share}


def _lateness_facts(session: Session, campaign_id: str) -> Facts:
    query = (
        select(Checklist.days_late, Unit.name)
        .join(Unit, Unit.id == Checklist.unit_id)
        .where(Checklist.campaign_id == campaign_id)
        .order_by(Unit.id)
    )
    rows = [(days or 0, name) for days, name in session.execute(query)]
    if not rows:
        return {}
    worst = max(rows, key=lambda row: row[0])
    late = sum(days > 0 for days, _ in rows)
    return {"checklists": len(rows), "late": late, "days_late": worst[0], "unit": worst[1]}


def _mismatch_facts(session: Session, campaign_id: str) -> Facts:
    mismatches = session.scalar(
        select(func.count()).where(
            Suspicion.campaign_id == campaign_id,
            Suspicion.kind == "mismatch",
            Suspicion.state == SuspicionState.CONFIRMED,
        )
    )
    comparable = session.scalar(
        select(func.count())
        .select_from(Answer)
        .join(Checklist, Checklist.id == Answer.checklist_id)
        .where(Checklist.campaign_id == campaign_id, Answer.value == AnswerValue.CONFORMS)
    )
    return {"mismatches": mismatches or 0, "comparable": comparable or 0} if comparable else {}


def _crawl_facts(session: Session, campaign_id: str) -> Facts:
    run = evidence.campaign_run(session, campaign_id)
    if run is None:
        return {}
    files = session.scalar(select(func.sum(CrawlShare.seen)).where(CrawlShare.run_id == run.id)) or 0
    shares = session.scalar(select(func.count()).where(CrawlShare.run_id == run.id)) or 0
    open_shares = {
        file.share_id
        for file in session.scalars(
            select(CrawledFile).where(CrawledFile.run_id == run.id, CrawledFile.verdict.is_not(None))
        )
        if file.broad_readers
    }
    unread = session.scalar(
        select(func.count()).where(CrawledFile.run_id == run.id, CrawledFile.status == ReadStatus.UNREADABLE)
    )
    unmarked = session.scalar(
        select(func.count())
        .select_from(Suspicion)
        .join(CrawledFile, CrawledFile.id == Suspicion.crawled_file_id)
        .where(
            Suspicion.campaign_id == campaign_id,
            Suspicion.state == SuspicionState.CONFIRMED,
            CrawledFile.verdict.in_((Verdict.UNMARKED_SENSITIVE, Verdict.DEFECTIVE_MARK)),
        )
    )
    return {
        "files": int(files),
        "shares": shares,
        "open_shares": len(open_shares),
        "unread": unread or 0,
        "unmarked": unmarked or 0,
        **_confirmed_facts(session, campaign_id),
    }


def _confirmed_facts(session: Session, campaign_id: str) -> Facts:
    query = (
        select(Unit.name, func.count())
        .join(Finding, Finding.unit_id == Unit.id)
        .where(Finding.campaign_id == campaign_id, Finding.state != FindingState.WITHDRAWN)
        .group_by(Unit.id, Unit.name)
        .order_by(func.count().desc(), Unit.id)
    )
    rows = [(name, count) for name, count in session.execute(query)]
    confirmed = sum(count for _, count in rows)
    if not rows:
        return {"confirmed": 0}
    return {"confirmed": confirmed, "unit": rows[0][0], "unit_confirmed": rows[0][1]}


def _fix_facts(session: Session, on: date) -> Facts:
    fixes = list(session.scalars(select(Fix)))
    if not fixes:
        return {}
    overdue = [fix for fix in fixes if fix.state in UNFINISHED and fix.due_on < on]
    facts: Facts = {
        "fixes": len(fixes),
        "fixed": sum(fix.state in {FixState.VERIFIED, FixState.RELEASED} for fix in fixes),
        "overdue": len(overdue),
    }
    if overdue:
        worst, count = Counter(fix.unit_id for fix in overdue).most_common(1)[0]
        facts |= {"unit": session.get_one(Unit, worst).name, "unit_overdue": count}
    return facts


def earliest_run(session: Session, campaign_id: str) -> CrawlRun | None:
    """The first crawl ever made for another campaign: none means this one is a 首次清查."""
    query = select(CrawlRun).where(CrawlRun.campaign_id != campaign_id, CrawlRun.purpose == "campaign")
    return session.scalars(query.order_by(CrawlRun.opened_at).limit(1)).first()
