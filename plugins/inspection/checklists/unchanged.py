"""Accepting at once what needs no second look: unchanged against an accepted round, complete, and uncontradicted.

What that is, is reckoned here and nowhere else. Everything else takes a ruling on the form it stands on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.policy import Act, demand, may, scope
from inspection.access.roles import on_behalf
from inspection.access.who import asking
from inspection.audit.events import record
from inspection.audit.steps import advance_all
from inspection.checklists.entering import lacks_evidence
from inspection.checklists.seen import contradicted
from inspection.errors import Conflict
from inspection.language import speak
from inspection.model import Answer, Campaign, Checklist, ChecklistProof, ChecklistQuestion, ItemRuling
from inspection.model.lifecycle import ChecklistState, RulingState
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, checklists, contradictions, history, proofs, rulings
from inspection.store.comparison import Compared, compared
from inspection.vocabulary import CrossChecked

ACTION = "accepted_unchanged"


@dataclass(frozen=True, slots=True)
class _Given:
    """The newest return of a checklist by statement, with what was put and what lies beside."""

    answers: Mapping[str, Answer]
    put: Mapping[str, ChecklistQuestion]
    laid: Mapping[str, frozenset[str]]

    def same(self, other: _Given, item: str) -> bool:
        """Whether both put the same statement and were told the same, with the same evidence."""
        now, was = self.answers[item], other.answers.get(item)
        if was is None or (now.value, now.mended, now.remark) != (was.value, was.mended, was.remark):
            return False
        asked, before = self.put[item], other.put[item]
        return (asked.statement, asked.spec) == (before.statement, before.spec) and self.laid.get(
            item
        ) == other.laid.get(item)

    def is_complete(self, item: str) -> bool:
        """Whether it is answered, with evidence where that is demanded."""
        one, put = self.answers[item], self.put[item]
        has_proof = item in self.laid
        return one.value is not None and not lacks_evidence(put, one.value, one.remark, has_proof=has_proof)


def acceptable(
    session: Session, campaign: Campaign, *, person_id: str, catalogue: Catalogue, at: datetime
) -> dict[str, list[str]]:
    """Statements (item ids) by returned checklist of a campaign that somebody may accept at once; those without any
    are left out. The number of statements does not grow with that of units."""
    whose = scope(asking(session, person_id, at=at), Act.REVIEW_CHECKLIST)
    returned = [
        one
        for one in checklists.of_campaign(session, campaign.id)
        if one.state is ChecklistState.RETURNED and whose.holds(one.unit_id, campaign.id)
    ]
    last = history.last_checklists(session, campaign, [one.unit_id for one in returned])
    last = {unit: one for unit, one in last.items() if one.state is ChecklistState.ACCEPTED}
    given = _given(session, [*(one.id for one in returned), *(one.id for one in last.values())])
    stands = rulings.of_all(session, [one.id for one in returned])
    told = compared(session, campaign.id, catalogue)
    asked = {(one.unit_id, one.item_id) for one in contradictions.waiting(session, campaign.id)}
    seen = contradicted(session, campaign.id, catalogue)
    found: dict[str, list[str]] = {}
    for one in returned:
        if one.unit_id not in last:
            continue
        now, was, own = given[one.id], given[last[one.unit_id].id], told.get(one.unit_id, Compared())
        fit = [
            item
            for item in sorted(now.answers)
            if _waits(stands.get((one.id, item)))
            and now.is_complete(item)
            and now.same(was, item)
            and (one.unit_id, item) not in asked
            and (one.id, item) not in seen
            and item not in own.found
            and own.outcomes.get(item) is not CrossChecked.DISAGREES
        ]
        if fit:
            found[one.id] = fit
    return found


def _waits(ruling: ItemRuling | None) -> bool:
    """Whether nobody ruled on it; what lost its acceptance is looked at by a person."""
    return ruling is None or (ruling.state is RulingState.OPEN and ruling.lapsed_version is None)


def _given(session: Session, checklist_ids: Sequence[str]) -> dict[str, _Given]:
    answers = checklists.newest_answers(session, checklist_ids)
    versions = {one: given[0].version for one, given in answers.items()}
    put: dict[str, dict[str, ChecklistQuestion]] = defaultdict(dict)
    for (checklist_id, item), question in checklists.questions_of(session, checklist_ids).items():
        put[checklist_id][item] = question
    laid: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for proof in proofs.of_all(session, checklist_ids):
        if _belongs(proof, versions.get(proof.checklist_id, 0)):
            laid[proof.checklist_id][proof.item_id].add(proof.sha256)
    return {
        one: _Given(
            {answer.item_id: answer for answer in answers.get(one, ())},
            put[one],
            {item: frozenset(files) for item, files in laid[one].items()},
        )
        for one in checklist_ids
    }


def _belongs(proof: ChecklistProof, version: int) -> bool:
    later = proof.until_version is None or proof.until_version > version
    return proof.from_version is not None and proof.from_version <= version and later


def accept_unchanged(
    session: Session, campaign_id: str, *, seen: int, person_id: str, catalogue: Catalogue, at: datetime
) -> int:
    """Accepts what is `acceptable`; how many statements that were. Forms of which every statement is accepted then are
    審查完成. `seen` is the number its author was told: raises Conflict where it is another now. NotAllowed for others
    than reviewers."""
    who = asking(session, person_id, at=at)
    demand(who, Act.REVIEW_CHECKLIST)
    campaign = campaigns.get(session, campaign_id)
    held = {one.id: one for one in checklists.hold_returned(session, campaign_id)}
    found = acceptable(session, campaign, person_id=person_id, catalogue=catalogue, at=at)
    count = sum(len(items) for items in found.values())
    if count != seen:
        raise Conflict(
            speak(
                f"可一併審查通過者現為{count}項（原為{seen}項），請確認後再辦理",
                f"{count} statements can be accepted at once now, not {seen}; look again",
            )
        )
    if not count:
        return 0
    versions = checklists.newest_versions(session, found)
    put = checklists.questions_of(session, found)
    rulings.begin(session, [(one, item, versions[one]) for one, item in put])
    stands = rulings.of_all(session, found)
    acting = on_behalf(person_id, may(who, Act.REVIEW_CHECKLIST, held[min(found)]).held)
    for version in sorted(set(versions.values())):
        rows = [stands[one, item] for one, items in found.items() if versions[one] == version for item in items]
        values = {"reason": "", "version": version, "ruled_by": person_id, "ruled_at": at, "lapsed_version": None}
        details: dict[str, object] = {**acting, "version": version, "verb": ACTION}
        advance_all(session, rows, RulingState.ACCEPTED, actor=person_id, at=at, details=details, values=values)
    waiting = {one for (one, _), row in stands.items() if row.state is not RulingState.ACCEPTED}
    whole = [held[one] for one in sorted(found) if one not in waiting]
    values = {"accepted_at": at}
    advance_all(session, whole, ChecklistState.ACCEPTED, actor=person_id, at=at, details=dict(acting), values=values)
    told: dict[str, object] = {**acting, "count": count}
    record(session, at=at, actor=person_id, subject=("campaign", campaign_id), action=ACTION, details=told)
    return count


def by_unit(found: Mapping[str, Sequence[str]], forms: Sequence[Checklist]) -> list[tuple[Checklist, int]]:
    """How many statements of each form are acceptable, in the order of the forms."""
    return [(one, len(found[one.id])) for one in forms if one.id in found]
