"""What units declared beside what was found: 相符, 不符, 無法判定 or 未檢 for each statement that can be cross-checked.

One reckoning for reports, for pages, for the questions to units and for the assessment of the next campaign, so that
可比對 and 經查證相符 mean one thing. What speaks against a statement is read in `store/cross_check.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection.model import CrawlRun, CrawlShare, Finding, Suspicion
from inspection.model.lifecycle import FindingState, SuspicionState
from inspection.rules.answers import stance
from inspection.rules.catalogue import Catalogue
from inspection.rules.cross_checks import CrossCheck
from inspection.store import campaigns, checklists, crawl_folders, evidence
from inspection.store.contradictions import CORRECTED
from inspection.store.cross_check import OF_FILES, Against, Piece, cannot_be_told, of_registers, pieces, speaks_against
from inspection.vocabulary import LEFT_OUT_BY_PLAN, AnswerValue, CrossChecked, SuspicionKind


@dataclass(slots=True)
class Compared:
    """Statements (item ids) one unit declared 符合 that could be cross-checked, each with its `outcomes`.

    `contradicted`: of 不符, what a person confirmed; `doubted`: what something says that nobody has dismissed nor
    confirmed. `found` is what speaks against them, of those too that nothing can be said of.
    """

    outcomes: dict[str, CrossChecked] = field(default_factory=dict)
    contradicted: set[str] = field(default_factory=set)
    doubted: set[str] = field(default_factory=set)
    found: dict[str, list[Against]] = field(default_factory=dict)

    @property
    def comparable(self) -> set[str]:
        """What was 相符 or 不符."""
        return {item for item, one in self.outcomes.items() if one in {CrossChecked.AGREES, CrossChecked.DISAGREES}}

    def is_reserved(self, item_id: str, catalogue: Catalogue) -> bool:
        """Whether what speaks against a statement is of files alone that only a person named for them is told of."""
        against = self.found.get(item_id, ())
        pieces = [piece for one in against for piece in one.pieces]
        of_register = any(one.count and not one.pieces for one in against)
        return bool(pieces) and not of_register and all(catalogue.triage.reserved(one.detectors) for one in pieces)

    @property
    def verified(self) -> int:
        """How many statements are borne out (經查證相符)."""
        return len(self.comparable - self.contradicted - self.doubted)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the crawl came on what the plan has read of one unit. `whole`: everything was looked at; `per_hundred`:
    of a hundred files so many were read, 0 where a share could not even be listed. A folder nobody may list counts as
    many unread files as the others of its share hold in the mean, at least one: what lies there is not known."""

    whole: bool
    per_hundred: float


def compared(
    session: Session, campaign_id: str, catalogue: Catalogue, *, unit_id: str | None = None
) -> dict[str, Compared]:
    """By unit (of `unit_id` alone where one is named), every statement declared 符合 that has predicates.

    不符 is never said of a unit whose crawl came less far than the rules demand, 相符 only where everything was looked
    at: what was not looked at verifies nothing, as it earns no praise. A question settled by an officer (說明可採)
    outranks what the machine found.
    """
    rules = predicates(catalogue)
    declared = {unit: found & rules.keys() for unit, found in _declared(session, campaign_id, unit_id).items()}
    if not any(declared.values()):
        return {unit: Compared() for unit in declared}
    campaign = campaigns.get(session, campaign_id)
    asked = {rule for items in declared.values() for item in items for rule in rules[item]}
    registers: dict[CrossCheck, dict[str, Against]] = {}
    for rule in asked:
        of_units = of_registers(session, campaign, rule, catalogue)
        if of_units is not None:
            registers[rule] = of_units
    run = evidence.campaign_run(session, campaign_id)
    reached, answers = _reached(session, run), settled(session, campaign_id)
    files: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces(session, campaign_id, run, unit_id=unit_id):
        files[piece.unit_id].append(piece)
    result: dict[str, Compared] = {}
    for unit_id, items in declared.items():
        own = result.setdefault(unit_id, Compared())
        for item in sorted(items):
            told = [
                registers[rule].get(unit_id) if rule in registers else _of_files(rule, files[unit_id], run)
                for rule in rules[item]
                if rule in registers or unit_id in reached
            ]
            known = [one for one in told if one is not None]
            bounds = _Bounds.of(rules[item], reached.get(unit_id), catalogue)
            _judge(own, item, known, answers.get((unit_id, item)), bounds)
    return result


def predicates(catalogue: Catalogue) -> dict[str, tuple[CrossCheck, ...]]:
    """The items in use that can be cross-checked, each with what would contradict it."""
    return {one.id: one.cross_checks for one in catalogue.checklist_items.items if one.cross_checks}


def reach(session: Session, campaign_id: str) -> dict[str, Reach]:
    """By unit with a share in the campaign's crawl that the plan does not leave out."""
    return _reached(session, evidence.campaign_run(session, campaign_id))


def _reached(session: Session, run: CrawlRun | None) -> dict[str, Reach]:
    shares: dict[str, list[CrawlShare]] = defaultdict(list)
    for share, record in evidence.coverage(session, run.id) if run else []:
        if not share.left_out:
            shares[record.unit_id].append(share)
    refused = [share.share_id for own in shares.values() for share in own if share.folders_refused]
    folders = crawl_folders.how_many(session, run.id, refused) if run and refused else {}
    return {unit: _reach(own, folders) for unit, own in shares.items()}


def _reach(own: Sequence[CrawlShare], folders: Mapping[str, int]) -> Reach:
    whole = all(share.complete and not share.unreadable for share in own)
    if not all(share.listed for share in own):
        return Reach(whole, 0.0)
    left_out = sum(
        int(count) for share in own for reason, count in share.unreadable.items() if reason in LEFT_OUT_BY_PLAN
    )
    behind = sum(share.folders_refused * max(1, round(share.seen / folders.get(share.share_id, 1))) for share in own)
    wanted = sum(share.seen for share in own) - left_out + behind
    return Reach(whole, 100 * sum(share.scanned for share in own) / wanted if wanted else 100.0)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Whether what is known is enough to say 相符, and to say 不符."""

    agrees: bool
    disagrees: bool

    @staticmethod
    def of(rules: Sequence[CrossCheck], reached: Reach | None, catalogue: Catalogue) -> _Bounds:
        """A register is looked through whole; of files it depends on how far the crawl came."""
        if not any(type(rule) in OF_FILES for rule in rules):
            return _Bounds(True, True)
        least = catalogue.triage.cross_check.least_coverage_per_hundred
        return _Bounds(reached is not None and reached.whole, reached is not None and reached.per_hundred >= least)


def _of_files(rule: CrossCheck, own: Sequence[Piece], run: object) -> Against:
    opened_at = run.opened_at  # type: ignore[attr-defined]
    against = tuple(piece for piece in own if speaks_against(rule, piece, opened_at))
    untold = sum(cannot_be_told(rule, piece) for piece in own)
    return Against(rule.against, len(against), against, untold)


def _judge(own: Compared, item: str, known: Sequence[Against], answer: bool | None, bounds: _Bounds) -> None:
    """`known`: what each predicate that could be asked says; `answer`: True where the unit's explanation was accepted,
    False where a finding of the statement itself stands."""
    against = [one for one in known if one.count]
    if against:
        own.found[item] = against
    confirmed = answer is False or any(piece.confirmed for one in against for piece in one.pieces)
    if not known:
        own.outcomes[item] = CrossChecked.NOT_CHECKED
    elif answer and not confirmed:
        own.outcomes[item] = CrossChecked.AGREES
    elif against or confirmed:
        own.outcomes[item] = CrossChecked.DISAGREES if bounds.disagrees else CrossChecked.UNDETERMINED
    else:
        agrees = bounds.agrees and not any(one.untold for one in known)
        own.outcomes[item] = CrossChecked.AGREES if agrees else CrossChecked.UNDETERMINED
    if own.outcomes[item] is CrossChecked.DISAGREES:
        (own.contradicted if confirmed else own.doubted).add(item)


def _declared(session: Session, campaign_id: str, unit_id: str | None) -> dict[str, set[str]]:
    arrived = {
        one.id: one.unit_id
        for one in checklists.of_campaign(session, campaign_id)
        if one.state in checklists.ARRIVED and unit_id in {None, one.unit_id}
    }  # fmt: skip
    given = checklists.newest_answers(session, arrived)
    return {
        unit: {one.item_id for one in given.get(checklist, ()) if stance(one.value) is AnswerValue.CONFORMS}
        for checklist, unit in arrived.items()
    }


def settled(session: Session, campaign_id: str) -> Mapping[tuple[str, str], bool]:
    """What became of contradictions, by (unit, item): True where an officer accepted what the unit said, False where
    it was confirmed as a fault of its own; what still waits is in neither."""
    query = (
        select(Suspicion.unit_id, Suspicion.item_id, Suspicion.state, Finding.id)
        .outerjoin(Finding, (Finding.suspicion_id == Suspicion.id) & (Finding.state != FindingState.WITHDRAWN))
        .where(
            Suspicion.campaign_id == campaign_id,
            Suspicion.kind == SuspicionKind.DECLARED_OTHERWISE,
            Suspicion.ground.is_distinct_from(CORRECTED),  # whoever declares 符合 again is asked again
        )
    )
    return {
        (unit, str(item)): state is SuspicionState.DISMISSED
        for unit, item, state, finding in session.execute(query)
        if state is SuspicionState.DISMISSED or finding is not None
    }
