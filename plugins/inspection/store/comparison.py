"""What units declared beside what was found: which statements a crawl could be held against, and which it contradicts.

One reckoning for reports and for the assessment of the next campaign, so that 可比對 and 經查證相符 mean one thing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection.model import CrawledFile, Finding, Suspicion
from inspection.model.lifecycle import FindingState, SuspicionState
from inspection.rules.answers import stance
from inspection.rules.marking import MarkingBook
from inspection.store import checklists, evidence
from inspection.vocabulary import AnswerValue


@dataclass(slots=True)
class Compared:
    """Statements (item ids) one unit declared 符合 that can be held against what was found.

    `contradicted`: a confirmed finding that stands says otherwise. `doubted`: something not dismissed does, and
    nobody has confirmed it. What is neither was verified (經查證相符).
    """

    comparable: set[str] = field(default_factory=set)
    contradicted: set[str] = field(default_factory=set)
    doubted: set[str] = field(default_factory=set)

    @property
    def verified(self) -> int:
        """How many statements the crawl bears out."""
        return len(self.comparable - self.contradicted - self.doubted)


def compared(session: Session, campaign_id: str, marking: MarkingBook) -> dict[str, Compared]:
    """By unit. A statement is comparable where a marking defect answers it and every share of the unit that the plan
    does not leave out was covered completely; elsewhere only what contradicts it can be compared."""
    named = {defect.id: defect.statements for defect in marking.defects}
    statements = {item for items in named.values() for item in items}
    found: dict[str, Compared] = defaultdict(Compared)
    against = _against(session, campaign_id, named)
    whole = _wholly_covered(session, campaign_id)
    for unit_id, declared in _declared(session, campaign_id).items():
        own = found[unit_id]
        for item_id in declared:
            states = against.get((unit_id, item_id), set())
            if True in states:
                own.contradicted.add(item_id)
            elif False in states:
                own.doubted.add(item_id)
            if states or (unit_id in whole and item_id in statements):
                own.comparable.add(item_id)
    return dict(found)


def _declared(session: Session, campaign_id: str) -> dict[str, set[str]]:
    return {
        one.unit_id: {
            answer.item_id
            for answer in checklists.answers(session, one.id)
            if stance(answer.value) is AnswerValue.CONFORMS
        }
        for one in checklists.of_campaign(session, campaign_id)
        if one.state in checklists.ARRIVED
    }  # fmt: skip


def _against(session: Session, campaign_id: str, named: dict[str, tuple[str, ...]]) -> dict[tuple[str, str], set[bool]]:
    """(unit, item) → whether a finding that stands says otherwise (True), or only a 疑似事項 not dismissed (False)."""
    query = (
        select(Suspicion, CrawledFile, Finding.id)
        .join(CrawledFile, CrawledFile.id == Suspicion.crawled_file_id)
        .outerjoin(Finding, (Finding.suspicion_id == Suspicion.id) & (Finding.state != FindingState.WITHDRAWN))
        .where(Suspicion.campaign_id == campaign_id, Suspicion.state != SuspicionState.DISMISSED)
    )
    found: dict[tuple[str, str], set[bool]] = defaultdict(set)
    for suspicion, file, finding_id in session.execute(query):
        for item in {item for defect in evidence.defects_behind(suspicion, file) for item in named.get(defect, ())}:
            found[suspicion.unit_id, item].add(finding_id is not None)
    return found


def _wholly_covered(session: Session, campaign_id: str) -> set[str]:
    """Units with a share in the crawl, all of theirs that the plan does not leave out covered completely and without a
    file that could not be read: what was not looked at verifies nothing, as it earns no praise."""
    run = evidence.campaign_run(session, campaign_id)
    covered: dict[str, list[bool]] = defaultdict(list)
    for share, record in evidence.coverage(session, run.id) if run else []:
        if not share.left_out:
            covered[record.unit_id].append(share.complete and not share.unreadable)
    return {unit_id for unit_id, complete in covered.items() if all(complete)}
