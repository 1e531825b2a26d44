"""Queries on 疑似事項, findings, their fixes and reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Subquery, and_, bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session

from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Campaign, Clue, CrawledFile, Finding, Fix, Report, ReportReader, RungClimbed, Suspicion
from inspection.model.lifecycle import FindingState, FixState, ReportState, SuspicionState
from inspection.store.kinds import is_no_project
from inspection.store.scope import Scope
from inspection.vocabulary import Severity, SuspicionKind

UNDECIDED = (SuspicionState.OPEN, SuspicionState.ASKED, SuspicionState.EXPLAINED)
APPROVED_REPORTS = frozenset({ReportState.SIGNED, ReportState.ISSUED})
AWAITS_UNIT = (FixState.OPEN, FixState.ACCEPTED, FixState.SENT_BACK, FixState.REOPENED)
DECIDED = (SuspicionState.CONFIRMED, SuspicionState.DISMISSED, SuspicionState.SELF_IMPROVED)
UNFINISHED = (*AWAITS_UNIT, FixState.CLAIMED)


def overdue(on: date) -> ColumnElement[bool]:
    """That a fix is overdue on a day, wherever it is told: it waits for its unit and was due before. What the unit has
    claimed as mended is not, for it is we who are awaited then."""
    return and_(Fix.state.in_(AWAITS_UNIT), Fix.due_on < on)


OF_ITS_OWN = Suspicion.beside_id.is_(None)
"""That a 疑似事項 is decided by itself, and not with that of the file it was raised beside."""
SUSPECTED = and_(OF_ITS_OWN, or_(Suspicion.kind != SuspicionKind.DECLARED_OTHERWISE, Suspicion.raised_at.is_not(None)))
"""What figures count as 疑似事項: a question to the unit is none, and one beside a file is that of the file."""


def suspicion(session: Session, suspicion_id: int) -> Suspicion:
    """A 疑似事項 by id."""
    found = session.get(Suspicion, suspicion_id)
    if found is None:
        raise NotFound(speak(f"查無疑似事項 {suspicion_id}", f"suspicion {suspicion_id} does not exist"))
    return found


def chosen(session: Session, suspicion_ids: Sequence[int]) -> list[Suspicion]:
    """疑似事項 by ids, each once, in the order given; raises NotFound for one there is not."""
    wanted = list(dict.fromkeys(suspicion_ids))
    found = {one.id: one for one in session.scalars(select(Suspicion).where(Suspicion.id.in_(wanted)))}
    missing = [one for one in wanted if one not in found]
    if missing:
        raise NotFound(speak(f"查無疑似事項 {missing[0]}", f"suspicion {missing[0]} does not exist"))
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


def asked(session: Session, whose: Scope, person_id: str) -> list[Suspicion]:
    """What units were asked to explain, and what this person was named for, oldest first."""
    query = select(Suspicion).where(
        Suspicion.state.in_((SuspicionState.ASKED, SuspicionState.EXPLAINED)),
        OF_ITS_OWN,
        Suspicion.campaign_id.not_in(sorted(whose.barred)),
        or_(whose.where(Suspicion.unit_id, Suspicion.campaign_id), Suspicion.confidant_id == person_id),
    )
    return list(session.scalars(query.order_by(Suspicion.answer_due_on, Suspicion.id)))


def waiting_for_answer(session: Session) -> list[Suspicion]:
    """Every question to a unit without an answer, by campaign and unit."""
    query = select(Suspicion).where(Suspicion.state == SuspicionState.ASKED, OF_ITS_OWN)
    return list(session.scalars(query.order_by(Suspicion.campaign_id, Suspicion.unit_id, Suspicion.id)))


def named_for_answers(session: Session, campaign_id: str, unit_id: str) -> set[str | None]:
    """Whom the open questions of a campaign to a unit name for their answers, None for "by role"; empty where none is
    open."""
    query = select(Suspicion.confidant_id).where(
        Suspicion.campaign_id == campaign_id,
        Suspicion.unit_id == unit_id,
        Suspicion.state == SuspicionState.ASKED,
        OF_ITS_OWN,
    )
    return set(session.scalars(query))


def suspicions(session: Session, campaign_id: str) -> list[Suspicion]:
    """All 疑似事項 of a campaign, in a stable order."""
    query = select(Suspicion).where(Suspicion.campaign_id == campaign_id, SUSPECTED)
    return list(session.scalars(query.order_by(Suspicion.unit_id, Suspicion.id)))


def contradictions(session: Session, campaign_id: str) -> list[Suspicion]:
    """The statements of a campaign's units that facts speak against, raised to 疑似事項 or not, in a stable order."""
    query = select(Suspicion).where(
        Suspicion.campaign_id == campaign_id, Suspicion.kind == SuspicionKind.DECLARED_OTHERWISE
    )
    return list(session.scalars(query.order_by(Suspicion.unit_id, Suspicion.id)))


def state_counts(session: Session, campaign_id: str) -> dict[str, Counter[SuspicionState]]:
    """How many 疑似事項 of each unit of a campaign stand in each state; a unit without any is not in it."""
    query = select(Suspicion.unit_id, Suspicion.state, func.count()).where(
        Suspicion.campaign_id == campaign_id, SUSPECTED
    )
    found: dict[str, Counter[SuspicionState]] = {}
    for unit, state, number in session.execute(query.group_by(Suspicion.unit_id, Suspicion.state)):
        found.setdefault(unit, Counter())[state] = number
    return found


def count(session: Session, campaign_id: str) -> int:
    """How many 疑似事項 a campaign has."""
    return session.scalar(select(func.count()).where(Suspicion.campaign_id == campaign_id, SUSPECTED)) or 0


def undecided(session: Session, campaign_id: str) -> int:
    """How many 疑似事項, and questions that may become some, wait for a person."""
    query = select(func.count()).where(Suspicion.campaign_id == campaign_id, Suspicion.state.in_(UNDECIDED), OF_ITS_OWN)
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


def by_newest_decision(
    judged: type[Suspicion] | type[Clue],
    likenesses: Collection[str],
    *conditions: ColumnElement[bool],
    campaign_id: str,
) -> Subquery:
    """The decided rows (`id`) on some contents with the `place` of each among those of its content, the newest first.

    What was decided in a project is known to those in it alone, and counts in the project's own campaign only. A row
    that took a decision over was noted after it, and is none by itself: a person saw the first one.
    """
    rank = func.row_number().over(partition_by=judged.likeness, order_by=(judged.decided_at.desc(), judged.id))
    return (
        select(judged.id, rank.label("place"))
        .join(Campaign, Campaign.id == judged.campaign_id)
        .where(
            judged.likeness.in_(likenesses),
            judged.decided_at.is_not(None),
            judged.decided_at >= judged.noted_at,
            or_(is_no_project(), Campaign.id == campaign_id),
            *conditions,
        )
        .subquery()
    )


def decided_of(session: Session, likenesses: Collection[str], *, campaign_id: str) -> dict[str, Decided]:
    """The newest decision on each of some contents, by likeness; one statement."""
    # said so that no index on states is taken: SQLite would read all that is decided in place of some contents
    is_decided = case((Suspicion.state.in_(DECIDED), 1), else_=0) == 1
    ranked = by_newest_decision(Suspicion, likenesses, is_decided, campaign_id=campaign_id)
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
        raise NotFound(speak(f"查無缺失 {finding_id}", f"finding {finding_id} does not exist"))
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
        raise NotFound(speak(f"查無列管案件 {fix_id}", f"fix {fix_id} does not exist"))
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


@dataclass(frozen=True, slots=True)
class OpenFix:
    """What the follow-up asks of a fix that waits for its unit."""

    id: str
    finding_id: str
    campaign_id: str
    unit_id: str
    state: FixState
    due_on: date
    due_version: int
    severity: Severity
    first_crawl: bool


def _waiting(at_rest: Collection[str]) -> ColumnElement[bool]:
    return and_(Fix.state.in_(AWAITS_UNIT), Fix.campaign_id.not_in(at_rest))


def number_waiting(session: Session, *, at_rest: Collection[str]) -> int:
    """How many fixes wait for their units, but for those of campaigns at rest."""
    return session.scalar(select(func.count()).select_from(Fix).where(_waiting(at_rest))) or 0


def waiting_for_units(
    session: Session, *, at_rest: Collection[str], due_until: date, size: int
) -> Iterator[list[OpenFix]]:
    """Fixes that wait for their units and are due by a day, in batches of `size`, by id; but for campaigns at rest."""
    query = (
        select(
            Fix.id, Fix.finding_id, Fix.campaign_id, Fix.unit_id, Fix.state, Fix.due_on, Fix.due_version,
            Finding.severity, Campaign.first_crawl,
        )
        .join(Finding, Finding.id == Fix.finding_id)
        .join(Campaign, Campaign.id == Fix.campaign_id)
        .where(_waiting(at_rest), Fix.due_on <= due_until)
        .order_by(Fix.id)
        .limit(size)
    )  # fmt: skip
    last = ""
    while rows := [OpenFix(*row) for row in session.execute(query.where(Fix.id > last))]:
        yield rows
        last = rows[-1].id


@dataclass(frozen=True, slots=True)
class RungBefore:
    """A rung a fix has climbed, when, and by which channel."""

    rung: str
    on: date
    channel: str


def rungs_of(session: Session, fix_ids: Collection[str]) -> dict[tuple[str, int], list[RungBefore]]:
    """The rungs fixes have climbed, by fix and version of the deadline, in order."""
    columns = (RungClimbed.fix_id, RungClimbed.due_version, RungClimbed.rung, RungClimbed.on, RungClimbed.channel)
    query = select(*columns).where(RungClimbed.fix_id.in_(fix_ids)).order_by(RungClimbed.on, RungClimbed.rung)
    found: dict[tuple[str, int], list[RungBefore]] = {}
    for row in session.execute(query):
        found.setdefault((row.fix_id, row.due_version), []).append(RungBefore(row.rung, row.on, row.channel))
    return found


def note_rungs(session: Session, climbed: Sequence[tuple[str, int, str, str, str | None]]) -> None:
    """Writes by which channel rungs were climbed and which draft was printed: fix, version, rung, channel, document."""
    if not climbed:
        return
    mine = update(RungClimbed).where(
        RungClimbed.fix_id == bindparam("of_fix_id"),
        RungClimbed.due_version == bindparam("of_due_version"),
        RungClimbed.rung == bindparam("of_rung"),
    )
    names = ("of_fix_id", "of_due_version", "of_rung", "new_channel", "new_document")
    changes = mine.values(channel=bindparam("new_channel"), document_id=bindparam("new_document"))
    session.connection().execute(changes, [dict(zip(names, one, strict=True)) for one in climbed])


def take_up_passed(session: Session, fix_id: str, due_version: int, rung: str, *, passed: str, on: date) -> bool:
    """Takes a rung that was passed upward as climbed on a day; False where another run has done so."""
    mine = update(RungClimbed).where(
        RungClimbed.fix_id == fix_id,
        RungClimbed.due_version == due_version,
        RungClimbed.rung == rung,
        RungClimbed.channel == passed,
    )
    taken = mine.values(on=on, channel="").returning(RungClimbed.rung)
    return session.execute(taken.execution_options(synchronize_session=False)).first() is not None


def note_top_rung(session: Session, fix_ids: Sequence[str], rung: str) -> None:
    """Keeps the highest rung overdue fixes have reached."""
    mine = update(Fix).where(Fix.id.in_(fix_ids))
    session.execute(mine.values(top_rung=rung).execution_options(synchronize_session=False))


def facts_of(session: Session, finding_ids: Collection[str]) -> dict[str, str]:
    """What findings say, by id; masked as they are kept."""
    query = select(Finding.id, Finding.fact).where(Finding.id.in_(finding_ids))
    return {row.id: row.fact for row in session.execute(query)}


def newest_reports(session: Session, campaign_id: str) -> dict[str, Report]:
    """The newest version of each unit's report, and ('') of the campaign's own; one statement."""
    query = select(Report).where(Report.campaign_id == campaign_id).order_by(Report.version)
    return {one.unit_id: one for one in session.scalars(query)}


def number_without_fix(session: Session, campaign_id: str) -> int:
    """How many findings that stand have no fix yet."""
    fixed = select(Fix.finding_id).where(Fix.campaign_id == campaign_id)
    query = select(func.count()).where(
        Finding.campaign_id == campaign_id, Finding.state != FindingState.WITHDRAWN, Finding.id.not_in(fixed)
    )
    return session.scalar(query) or 0


def unreleased_of(session: Session, campaign_id: str) -> list[Fix]:
    """Fixes of a campaign that are not released, soonest due first; those of withdrawn findings aside."""
    query = (
        select(Fix)
        .join(Finding, Finding.id == Fix.finding_id)
        .where(
            Fix.campaign_id == campaign_id,
            Fix.state != FixState.RELEASED,
            Finding.state != FindingState.WITHDRAWN,
        )
    )
    return list(session.scalars(query.order_by(Fix.due_on, Fix.id)))


def rungs(session: Session, fix_id: str) -> list[RungClimbed]:
    """The rungs a fix has climbed, in order."""
    query = select(RungClimbed).where(RungClimbed.fix_id == fix_id)
    return list(session.scalars(query.order_by(RungClimbed.on, RungClimbed.rung)))


def report(session: Session, report_id: str) -> Report:
    """A report by id."""
    found = session.get(Report, report_id)
    if found is None:
        raise NotFound(speak(f"查無報告 {report_id}", f"report {report_id} does not exist"))
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
