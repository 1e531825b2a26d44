"""Queries on 疑似事項, findings, their fixes and reports."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from inspection.errors import NotFound
from inspection.model import Campaign, CrawledFile, Finding, Fix, Report, ReportReader, RungClimbed, Suspicion
from inspection.model.lifecycle import FindingState, FixState, ReportState, SuspicionState
from inspection.vocabulary import CampaignKind

UNDECIDED = (SuspicionState.OPEN, SuspicionState.ASKED, SuspicionState.EXPLAINED)
AWAITS_UNIT = (FixState.OPEN, FixState.ACCEPTED, FixState.SENT_BACK, FixState.REOPENED)
DECIDED = (SuspicionState.CONFIRMED, SuspicionState.DISMISSED, SuspicionState.SELF_IMPROVED)
UNFINISHED = (FixState.OPEN, FixState.ACCEPTED, FixState.CLAIMED, FixState.SENT_BACK, FixState.REOPENED)


def suspicion(session: Session, suspicion_id: int) -> Suspicion:
    """A 疑似事項 by id."""
    found = session.get(Suspicion, suspicion_id)
    if found is None:
        raise NotFound(f"suspicion {suspicion_id} does not exist")
    return found


def chosen(session: Session, suspicion_ids: Sequence[int]) -> list[Suspicion]:
    """疑似事項 by ids, each once, in the order given; raises NotFound for one there is not."""
    wanted = list(dict.fromkeys(suspicion_ids))
    found = {one.id: one for one in session.scalars(select(Suspicion).where(Suspicion.id.in_(wanted)))}
    missing = [one for one in wanted if one not in found]
    if missing:
        raise NotFound(f"suspicion {missing[0]} does not exist")
    return [found[one] for one in wanted]


def by_fingerprint(session: Session, fingerprints: Collection[str]) -> dict[tuple[str, str], int]:
    """Ids of 疑似事項 by (campaign, fingerprint)."""
    query = select(Suspicion.campaign_id, Suspicion.fingerprint, Suspicion.id).where(
        Suspicion.fingerprint.in_(list(fingerprints))
    )
    return {(row.campaign_id, row.fingerprint): row.id for row in session.execute(query)}


def confirmed_as(session: Session, suspicion_ids: Sequence[int]) -> dict[int, str]:
    """Ids of the findings that 疑似事項 were confirmed as."""
    query = select(Finding.suspicion_id, Finding.id).where(Finding.suspicion_id.in_(suspicion_ids))
    return {row.suspicion_id: row.id for row in session.execute(query)}


def asked(session: Session, unit_ids: Collection[str], person_id: str) -> list[Suspicion]:
    """What units were asked to explain, and what this person was named for, oldest first."""
    query = select(Suspicion).where(
        Suspicion.state.in_((SuspicionState.ASKED, SuspicionState.EXPLAINED)),
        or_(Suspicion.unit_id.in_(unit_ids), Suspicion.confidant_id == person_id),
    )
    return list(session.scalars(query.order_by(Suspicion.answer_due_on, Suspicion.id)))


def waiting_for_answer(session: Session) -> list[Suspicion]:
    """Every question to a unit without an answer, by campaign and unit."""
    query = select(Suspicion).where(Suspicion.state == SuspicionState.ASKED)
    return list(session.scalars(query.order_by(Suspicion.campaign_id, Suspicion.unit_id, Suspicion.id)))


def named_for_answers(session: Session, campaign_id: str, unit_id: str) -> set[str | None]:
    """Whom the open questions of a campaign to a unit name for their answers, None for "by role"; empty where none is
    open."""
    query = select(Suspicion.confidant_id).where(
        Suspicion.campaign_id == campaign_id, Suspicion.unit_id == unit_id, Suspicion.state == SuspicionState.ASKED
    )
    return set(session.scalars(query))


def suspicions(session: Session, campaign_id: str) -> list[Suspicion]:
    """All 疑似事項 of a campaign, in a stable order."""
    query = select(Suspicion).where(Suspicion.campaign_id == campaign_id)
    return list(session.scalars(query.order_by(Suspicion.unit_id, Suspicion.id)))


def count(session: Session, campaign_id: str) -> int:
    """How many 疑似事項 a campaign has."""
    return session.scalar(select(func.count()).where(Suspicion.campaign_id == campaign_id)) or 0


def undecided(session: Session, campaign_id: str) -> int:
    """How many 疑似事項 wait for a person."""
    query = select(func.count()).where(Suspicion.campaign_id == campaign_id, Suspicion.state.in_(UNDECIDED))
    return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person last decided of a content, with what was suspected then and where the file lay.

    `defects` are those of the mark, `broad_readers` who could read the file besides those meant to.
    """

    dismissed: bool
    decided_by: str | None
    decided_reason: str | None
    decided_at: datetime | None
    ground: str | None
    unit_id: str
    share_id: str | None
    detectors: frozenset[str]
    defects: frozenset[str]
    broad_readers: frozenset[str]


def decided_of(session: Session, likenesses: Collection[str], *, campaign_id: str) -> dict[str, Decided]:
    """The newest decision on each of some contents, by likeness; one statement.

    What was decided in a project is known to those in it alone, and counts in the project's own campaign only. A row
    that took a decision over was noted after it, and is none by itself: a person saw the first one.
    """
    rank = func.row_number().over(partition_by=Suspicion.likeness, order_by=(Suspicion.decided_at.desc(), Suspicion.id))
    ranked = (
        select(Suspicion.id, rank.label("place"))
        .join(Campaign, Campaign.id == Suspicion.campaign_id)
        .where(
            Suspicion.likeness.in_(likenesses),
            Suspicion.state.in_(DECIDED),
            Suspicion.decided_at.is_not(None),
            Suspicion.decided_at >= Suspicion.noted_at,
            or_(Campaign.kind != CampaignKind.PROJECT, Campaign.id == campaign_id),
        )
        .subquery()
    )
    query = (
        select(
            Suspicion.likeness,
            Suspicion.state,
            Suspicion.decided_by,
            Suspicion.decided_reason,
            Suspicion.decided_at,
            Suspicion.ground,
            Suspicion.unit_id,
            CrawledFile.share_id,
            Suspicion.detectors,
            CrawledFile.mark,
            CrawledFile.broad_readers,
        )
        .join(ranked, ranked.c.id == Suspicion.id)
        .outerjoin(CrawledFile, CrawledFile.id == Suspicion.crawled_file_id)
        .where(ranked.c.place == 1)
    )
    return {
        row.likeness: Decided(
            row.state is SuspicionState.DISMISSED,
            row.decided_by,
            row.decided_reason,
            row.decided_at,
            row.ground,
            row.unit_id,
            row.share_id,
            frozenset(row.detectors),
            frozenset((row.mark or {}).get("defects", ())),
            frozenset(row.broad_readers or ()),
        )
        for row in session.execute(query)
    }


def finding(session: Session, finding_id: str) -> Finding:
    """A finding by its number."""
    found = session.get(Finding, finding_id)
    if found is None:
        raise NotFound(f"finding {finding_id} does not exist")
    return found


def of_campaign(session: Session, campaign_id: str) -> list[Finding]:
    """The findings of a campaign that stand, by number."""
    query = select(Finding).where(Finding.campaign_id == campaign_id, Finding.state != FindingState.WITHDRAWN)
    return list(session.scalars(query.order_by(Finding.number)))


def next_number(session: Session, campaign_id: str) -> int:
    """The next number in a campaign."""
    highest = session.scalar(select(func.max(Finding.number)).where(Finding.campaign_id == campaign_id))
    return (highest or 0) + 1


def fix(session: Session, fix_id: str) -> Fix:
    """A fix by id."""
    found = session.get(Fix, fix_id)
    if found is None:
        raise NotFound(f"fix {fix_id} does not exist")
    return found


def item_of(session: Session, finding: Finding) -> str | None:
    """The checklist item a fault was answered or contradicted under; None for a file's."""
    return session.get_one(Suspicion, finding.suspicion_id).item_id


def fix_of(session: Session, finding_id: str) -> Fix | None:
    """The fix of a finding."""
    return session.scalars(select(Fix).where(Fix.finding_id == finding_id)).first()


def unfinished_fixes(session: Session, *, unit_ids: Iterable[str] | None = None) -> list[Fix]:
    """Fixes still to be mended or looked at, by due date; of some units, or of all."""
    query = select(Fix).where(Fix.state.in_(UNFINISHED))
    if unit_ids is not None:
        query = query.where(Fix.unit_id.in_(list(unit_ids)))
    return list(session.scalars(query.order_by(Fix.due_on, Fix.id)))


def fixes_of_campaign(session: Session, campaign_id: str) -> list[Fix]:
    """All fixes of a campaign."""
    return list(session.scalars(select(Fix).where(Fix.campaign_id == campaign_id).order_by(Fix.id)))


def rungs(session: Session, fix_id: str) -> list[RungClimbed]:
    """The rungs a fix has climbed, in order."""
    query = select(RungClimbed).where(RungClimbed.fix_id == fix_id)
    return list(session.scalars(query.order_by(RungClimbed.on, RungClimbed.rung)))


def report(session: Session, report_id: str) -> Report:
    """A report by id."""
    found = session.get(Report, report_id)
    if found is None:
        raise NotFound(f"report {report_id} does not exist")
    return found


def latest_report(session: Session, campaign_id: str, unit_id: str = "") -> Report | None:
    """The newest version of a unit's report, or ('') of the campaign's own."""
    query = select(Report).where(Report.campaign_id == campaign_id, Report.unit_id == unit_id)
    return session.scalars(query.order_by(Report.version.desc()).limit(1)).first()


def readers(session: Session, report_id: str) -> list[ReportReader]:
    """To whom a report was delivered."""
    query = select(ReportReader).where(ReportReader.report_id == report_id)
    return list(session.scalars(query.order_by(ReportReader.copy_number)))


def of_suspicion(session: Session, suspicion_id: int) -> Finding | None:
    """The finding a 疑似事項 was confirmed as."""
    return session.scalars(select(Finding).where(Finding.suspicion_id == suspicion_id)).first()


def reports_for(session: Session, person_id: str) -> list[Report]:
    """Issued reports of which a person holds a copy, newest first."""
    query = (
        select(Report)
        .join(ReportReader, ReportReader.report_id == Report.id)
        .where(
            ReportReader.person_id == person_id,
            ReportReader.handed_on.is_(None),
            Report.state == ReportState.ISSUED,
        )
        .order_by(Report.issued_at.desc(), Report.id)
    )
    return list(session.scalars(query))
