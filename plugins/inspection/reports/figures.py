"""The figures of a campaign: counted here and nowhere else; every paper prints them from these values.

What a unit declared (`Tally`), what was found (`findings`), what was suspected and what became of it (`Suspected`),
and how far the crawl came (`Coverage`) stay apart: they are never added together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from inspection import clock
from inspection.crawling.stale import stale_before
from inspection.model import Checklist, Finding, SpotAnswer, Suspicion, Unit
from inspection.model.lifecycle import ChecklistState, SuspicionState
from inspection.reports.tallies import Amount, Declared, Tally, declared, summed, together
from inspection.rules.catalogue import Catalogue
from inspection.rules.triage import OTHER
from inspection.store import campaigns, checklists, evidence, findings, spot
from inspection.store.comparison import Compared, compared
from inspection.store.findings import UNDECIDED
from inspection.store.kinds import kind_of
from inspection.vocabulary import LEFT_OUT_BY_PLAN, OUT_OF_REACH, SEVERITY_RANK, Severity, SuspicionKind

WAITING = "waiting"
PENDING = frozenset({WAITING, *(reason.value for reason in OUT_OF_REACH)})


class Return(StrEnum):
    """What became of a unit's checklist."""

    IN_TIME = "in_time"
    LATE = "late"
    MISSING = "missing"
    SENT_BACK = "sent_back"
    EXEMPT = "exempt"
    NONE = "none"

    @property
    def is_back(self) -> bool:
        """Whether its answers count."""
        return self in {Return.IN_TIME, Return.LATE}


class Reach(StrEnum):
    """How far the crawl came on a unit's shares; `not_run` where none runs in this kind of campaign."""

    NOT_RUN = "not_run"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    EXCLUDED = "excluded"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Suspected:
    """疑似 n＝確認＋自主改善＋排除＋未判定 (officer review A3)."""

    confirmed: int = 0
    self_improved: int = 0
    dismissed: int = 0
    undecided: int = 0

    @property
    def all(self) -> int:
        """The sum."""
        return self.confirmed + self.self_improved + self.dismissed + self.undecided


@dataclass(frozen=True, slots=True)
class ShareFigures:
    """How far the crawl came on one share: seen = scanned + left_out + unreadable + pending files.

    `left_out` are files the plan or a national-secret mark keeps unread, `pending` those out of reach or still waiting;
    `folders` could not be listed.
    """

    unit_id: str
    name: str
    seen: int
    scanned: int
    left_out: int
    unreadable: int
    pending: int
    folders: int
    complete: bool
    excluded: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """Several shares together; `shares` are those the plan has read, `excluded` those it leaves out."""

    shares: int
    complete: int
    excluded: int
    seen: int
    scanned: int
    left_out: int
    unreadable: int
    pending: int
    folders: int


@dataclass(frozen=True, slots=True)
class Round:
    """The confirmed faults of one campaign; `label` is its half-year."""

    name: str
    label: str
    faults: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What a confirmed record of the inspectors says of a unit: the day, statements looked at and not, pieces drawn,
    and of these those not in order in confirmed faults alone: before an officer's word none is printed."""

    on: date
    looked_at: int
    left: int
    sampled: int
    faults: int
    merits: str
    said: str


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """All that is known of one unit in a campaign; `name` is the unit's as the campaign was opened with it."""

    unit: Unit
    name: str
    tally: Tally
    by_category: dict[str, Tally]
    amounts: list[Amount]
    compared: Compared
    findings: list[Finding]
    suspected: Suspected
    mended_before: int
    returned: Return
    shares: list[ShareFigures]
    stale: int
    crawled: bool
    seen: Seen | None = None

    @property
    def reach(self) -> Reach:
        """How far the crawl came on what the plan has read of this unit."""
        if not self.crawled:
            return Reach.NOT_RUN
        own = [share for share in self.shares if not share.excluded]
        if not own:
            return Reach.EXCLUDED if self.shares else Reach.NONE
        return Reach.COMPLETE if all(share.complete for share in own) else Reach.INCOMPLETE

    @property
    def gravest(self) -> Severity | None:
        """The gravest confirmed fault."""
        return max((one.severity for one in self.findings), key=SEVERITY_RANK.__getitem__, default=None)


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """All units of a campaign, in the roster's order, and the shares of its crawl, if `crawled`; dismissals counted by
    their ground's name (officer review A3), never by an officer's free words, which may tell of the file."""

    units: list[UnitFigures]
    shares: list[ShareFigures]
    dismissed_for: dict[str, int]
    crawled: bool

    @property
    def tally(self) -> Tally:
        """All units together."""
        return together(unit.tally for unit in self.units)

    @property
    def amounts(self) -> list[Amount]:
        """The numbers asked for, each summed over the units."""
        return summed(amount for unit in self.units for amount in unit.amounts)

    @property
    def suspected(self) -> Suspected:
        """All units together."""
        own = [unit.suspected for unit in self.units]
        return Suspected(
            sum(one.confirmed for one in own),
            sum(one.self_improved for one in own),
            sum(one.dismissed for one in own),
            sum(one.undecided for one in own),
        )

    @property
    def findings(self) -> list[Finding]:
        """All findings that stand: the gravest first, then by unit and number."""
        order = {unit.unit.id: place for place, unit in enumerate(self.units)}
        every = [one for unit in self.units for one in unit.findings]
        return sorted(every, key=lambda one: (-SEVERITY_RANK[one.severity], order[one.unit_id], one.number))

    @property
    def verified(self) -> int:
        """Statements the crawl bears out (經查證相符)."""
        return sum(unit.compared.verified for unit in self.units)

    @property
    def comparable(self) -> int:
        """Statements that could be held against the crawl (可比對)."""
        return sum(len(unit.compared.comparable) for unit in self.units)

    @property
    def asked_units(self) -> list[UnitFigures]:
        """Units a checklist went out to and that were not let off."""
        return [unit for unit in self.units if unit.returned not in {Return.EXEMPT, Return.NONE}]

    @property
    def not_returned(self) -> list[UnitFigures]:
        """Units whose checklist is not in: never sent, or sent back to them."""
        return [unit for unit in self.asked_units if not unit.returned.is_back]


def by_severity(every: Iterable[Finding]) -> dict[Severity, int]:
    """How many findings of each severity, the gravest first; none left out."""
    counted = Counter(one.severity for one in every)
    return {severity: counted[severity] for severity in sorted(Severity, key=lambda one: -SEVERITY_RANK[one])}


def covered(shares: Iterable[ShareFigures]) -> Coverage:
    """Several shares together."""
    every = list(shares)
    read = [share for share in every if not share.excluded]
    return Coverage(
        shares=len(read),
        complete=sum(share.complete for share in read),
        excluded=len(every) - len(read),
        seen=sum(share.seen for share in read),
        scanned=sum(share.scanned for share in read),
        left_out=sum(share.left_out for share in read),
        unreadable=sum(share.unreadable for share in read),
        pending=sum(share.pending for share in read),
        folders=sum(share.folders for share in read),
    )


def gather(session: Session, campaign_id: str, catalogue: Catalogue) -> CampaignFigures:
    """Reads the figures of a campaign as they stand."""
    every = findings.of_campaign(session, campaign_id)
    suspicions = findings.suspicions(session, campaign_id)
    lists = {one.unit_id: one for one in checklists.of_campaign(session, campaign_id)}
    mended = evidence.mended_before(session, campaign_id)
    names = campaigns.unit_names(session, campaign_id)
    run = evidence.campaign_run(session, campaign_id)
    stale = evidence.stale_confirmed(session, campaign_id, before=stale_before(run.opened_at)) if run else {}
    against = compared(session, campaign_id, catalogue)
    shares = _shares(session, campaign_id)
    crawled = kind_of(campaigns.get(session, campaign_id)).has_crawl
    seen = _seen(session, campaign_id, every, suspicions)
    units = []
    for unit in campaigns.units(session, campaign_id):
        checklist = lists.get(unit.id)
        own = against.get(unit.id, Compared())
        said = Declared()
        if checklist is not None and _returned(checklist) not in {Return.EXEMPT, Return.NONE}:
            said = declared(session, checklist, own)
        units.append(
            UnitFigures(
                unit=unit,
                name=names.get(unit.id, unit.name),
                tally=together(said.by_category.values()),
                by_category=said.by_category,
                amounts=said.amounts,
                compared=own,
                findings=sorted((one for one in every if one.unit_id == unit.id), key=_gravest_first),
                suspected=_suspected(one for one in suspicions if one.unit_id == unit.id),
                mended_before=mended.get(unit.id, 0),
                returned=_returned(checklist),
                shares=[share for share in shares if share.unit_id == unit.id],
                stale=stale.get(unit.id, 0),
                crawled=crawled,
                seen=seen.get(unit.id),
            )
        )
    grounds = Counter(one.ground or OTHER for one in suspicions if one.state is SuspicionState.DISMISSED)
    dismissed = {catalogue.triage.name_of(ground): count for ground, count in grounds.most_common()}
    return CampaignFigures(units, shares, dismissed, crawled)


def _seen(
    session: Session, campaign_id: str, every: Iterable[Finding], suspicions: Iterable[Suspicion]
) -> dict[str, Seen]:
    """By unit; three statements however many units there are."""
    standing = {one.suspicion_id for one in every}
    faults = {
        (one.checklist_id, one.item_id)
        for one in suspicions
        if one.kind is SuspicionKind.SEEN_ON_THE_SPOT and one.id in standing
    }
    records = spot.confirmed(session, campaign_id)
    answers: dict[str, list[SpotAnswer]] = defaultdict(list)
    for one in spot.answers(session, [row.checklist_id for row in records.values()]):
        answers[one.checklist_id].append(one)
    found = {}
    for unit, row in records.items():
        own = answers[row.checklist_id]
        wrong = [one for one in own if (one.checklist_id, one.item_id) in faults]
        found[unit] = Seen(
            on=row.visited_on or clock.local_date(row.saved_at),
            looked_at=sum(one.value is not None for one in own),
            left=sum(one.value is None for one in own),
            sampled=sum(one.sampled or 0 for one in own),
            faults=sum((one.sampled or 0) - (one.conforming or 0) for one in wrong),
            merits=row.merits or "",
            said=row.unit_statement or "",
        )
    return found


def _gravest_first(finding: Finding) -> tuple[int, int]:
    return -SEVERITY_RANK[finding.severity], finding.number


def _suspected(own: Iterable[Suspicion]) -> Suspected:
    counted = Counter(one.state for one in own)
    return Suspected(
        confirmed=counted[SuspicionState.CONFIRMED],
        self_improved=counted[SuspicionState.SELF_IMPROVED],
        dismissed=counted[SuspicionState.DISMISSED],
        undecided=sum(counted[state] for state in UNDECIDED),
    )


def _returned(checklist: Checklist | None) -> Return:
    if checklist is None or checklist.state is ChecklistState.PREPARED:
        return Return.NONE
    if checklist.state in checklists.ARRIVED:
        return Return.LATE if checklist.days_late else Return.IN_TIME
    if checklist.state is ChecklistState.EXEMPT:
        return Return.EXEMPT
    return Return.SENT_BACK if checklist.state is ChecklistState.SENT_BACK else Return.MISSING


def _shares(session: Session, campaign_id: str) -> list[ShareFigures]:
    run = evidence.campaign_run(session, campaign_id)
    if run is None:
        return []
    found = []
    for share, record in evidence.coverage(session, run.id):
        reasons = {str(reason): int(count) for reason, count in share.unreadable.items()}
        left_out = sum(count for reason, count in reasons.items() if reason in LEFT_OUT_BY_PLAN)
        pending = sum(count for reason, count in reasons.items() if reason in PENDING)
        unreadable = sum(reasons.values()) - left_out - pending
        # a listing cut off halfway leaves files that no count by reason knows yet
        pending += max(0, share.seen - share.scanned - sum(reasons.values()))
        found.append(
            ShareFigures(
                unit_id=record.unit_id,
                name=record.name,
                seen=share.seen,
                scanned=share.scanned,
                left_out=left_out,
                unreadable=unreadable,
                pending=pending,
                folders=share.folders_refused,
                complete=share.complete,
                excluded=share.left_out,
            )
        )
    return found
