"""What stands beside each answer for whoever reviews it: how the review stands, what crawl and inspectors say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from inspection.access.policy import ETHICS, Act
from inspection.checklists.facts import Fact, facts
from inspection.checklists.seen import Seen, SeenThere, seen_there
from inspection.checklists.sheet import Sheet
from inspection.model import Campaign, Checklist
from inspection.model.lifecycle import RulingState
from inspection.portal.guard import Visit
from inspection.store import campaigns, history, people, rulings
from inspection.vocabulary import AnswerValue


@dataclass(frozen=True, slots=True)
class Beside:
    """One statement under review. `state` is how it stands, `choice` and `reason` what stands in the form (what was
    sent and not kept, or the same); `lapsed`: accepted once, and changed by the unit since. `seen`: what inspectors
    saw of it on the spot."""

    state: RulingState
    choice: RulingState
    reason: str
    ruled_by: str
    ruled_at: datetime | None
    lapsed: bool
    fact: Fact | None
    seen: tuple[Seen, ...]

    @property
    def is_contradicted(self) -> bool:
        """Whether crawl, register or inspectors say otherwise than the unit."""
        return (self.fact is not None and self.fact.is_contradicted) or any(one.is_wrong for one in self.seen)


@dataclass(frozen=True, slots=True)
class Review:
    """The review of one return: every statement of it, and which wait, are returned, or must be ruled on alone (by
    their numbers on the form). `there`: the confirmed record of the visit, None for who may not read it or where there
    is none. `all_yes`: the rounds running in which nothing but 符合 was answered, told the ethics office alone."""

    by_item: Mapping[str, Beside]
    waiting: tuple[int, ...]
    accepted: int
    returned: tuple[int, ...]
    alone: tuple[int, ...]
    there: SeenThere | None
    all_yes: tuple[str, ...]


def beside(visit: Visit, checklist: Checklist, shown: Sheet, rounds: Sequence[Campaign], *, visited: bool) -> Review:
    """How the review stands. What the crawl says is told only to whoever may judge 疑似事項 of this unit; what
    inspectors saw, where the record is confirmed (`visited`), to whoever may read it. `rounds`: those before, newest
    first."""
    stands = rulings.of(visit.session, checklist.id)
    names = people.named(visit.session, {one.ruled_by for one in stands.values() if one.ruled_by})
    told = facts(visit.session, checklist, visit.work.catalogue) if visit.may(Act.TRIAGE, checklist) else {}
    there = None
    if visited and visit.may(Act.READ_SPOT_RECORD, checklist):
        on_form = [line.item_id for line in shown.lines]
        there = seen_there(visit.session, checklist, on_form, visit.work.catalogue)
    found: dict[str, Beside] = {}
    for line in shown.lines:
        row = stands.get(line.item_id)
        state = row.state if row else RulingState.OPEN
        by = names.get(row.ruled_by) if row and row.ruled_by else None
        choice = _choice(visit, line.item_id, state)
        found[line.item_id] = Beside(
            state,
            choice,
            visit.text(f"reason.{line.item_id}") or (row.reason if row and choice is RulingState.RETURNED else ""),
            by.name if by else "",
            row.ruled_at if row else None,
            row is not None and state is RulingState.OPEN and row.lapsed_version is not None,
            told.get(line.item_id),
            there.by_item.get(line.item_id, ()) if there else (),
        )
    at = {line.item_id: line.position for line in shown.lines}
    return Review(
        found,
        tuple(at[item] for item, one in found.items() if one.state is RulingState.OPEN),
        sum(one.state is RulingState.ACCEPTED for one in found.values()),
        tuple(at[item] for item, one in found.items() if one.state is RulingState.RETURNED),
        tuple(
            at[item]
            for item, one in found.items()
            if one.state is RulingState.OPEN and one.fact is not None and one.fact.is_contradicted
        ),
        there,
        _all_yes(visit, checklist, shown, rounds),
    )


def _all_yes(visit: Visit, checklist: Checklist, shown: Sheet, rounds: Sequence[Campaign]) -> tuple[str, ...]:
    """Names of the rounds, newest first; empty for others than the ethics office, and where it is none. A form that
    says anything else asks no statement."""
    wanted = visit.work.catalogue.triage.cross_check.all_yes_rounds
    otherwise = any(line.stance is AnswerValue.DOES_NOT_CONFORM or not line.said for line in shown.lines)
    if otherwise or visit.who.holding(ETHICS) is None or len(rounds) < wanted - 1:
        return ()
    before = rounds[: wanted - 1]
    if not history.all_yes(visit.session, checklist, before):
        return ()
    own = campaigns.get(visit.session, checklist.campaign_id)
    return tuple(one.name for one in (own, *before))


def _choice(visit: Visit, item_id: str, state: RulingState) -> RulingState:
    """What was chosen on the page, where it was chosen in sight of what still stands."""
    if visit.text(f"was.{item_id}") == state.value:
        sent = [one for one in RulingState if one.value == visit.text(f"rule.{item_id}")]
        return sent[0] if sent else state
    return state
