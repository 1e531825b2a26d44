"""What inspectors saw at a unit, beside the statements it belongs to: confirmed records alone (decision 0054)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from inspection.model import Checklist, SpotAnswer, SpotRecord
from inspection.model.lifecycle import SuspicionState
from inspection.rules.answers import answer_of, stance
from inspection.rules.catalogue import Catalogue
from inspection.store import spot
from inspection.vocabulary import AnswerValue


@dataclass(frozen=True, slots=True)
class Seen:
    """One statement inspectors looked at: what they wrote, in words `said`, and whether an officer has dismissed the
    疑似事項 it made."""

    answer: SpotAnswer
    said: str
    is_dismissed: bool

    @property
    def is_wrong(self) -> bool:
        """Whether it did not conform, and nobody has said that it is none."""
        return stance(self.answer.value) is AnswerValue.DOES_NOT_CONFORM and not self.is_dismissed


@dataclass(frozen=True, slots=True)
class SeenThere:
    """A confirmed record: by statement of the form what belongs to it, and what belongs to none of them."""

    record: SpotRecord
    by_item: Mapping[str, tuple[Seen, ...]]
    others: tuple[Seen, ...]


def seen_there(session: Session, checklist: Checklist, on_form: Collection[str], catalogue: Catalogue) -> SeenThere:
    """What the record of a unit says, which must be confirmed; what was not looked at is left out. `on_form`: the
    statements (item ids) put to the unit."""
    beside = catalogue.checklist_items.stands_beside
    by_item: dict[str, list[Seen]] = defaultdict(list)
    others = []
    for answer, state in spot.judged(session, checklist.id):
        if answer.value is None:
            continue
        one = Seen(answer, said_of(answer, catalogue), state is SuspicionState.DISMISSED)
        to = [item for item in beside.get(answer.item_id, ()) if item in on_form]
        for item in to:
            by_item[item].append(one)
        if not to:
            others.append(one)
    record = spot.get(session, checklist.id)
    assert record is not None
    return SeenThere(record, {item: tuple(found) for item, found in by_item.items()}, tuple(others))


def contradicted(session: Session, campaign_id: str, catalogue: Catalogue) -> set[tuple[str, str]]:
    """(checklist, statement) beside which inspectors saw what did not conform, and no officer dismissed it."""
    beside = catalogue.checklist_items.stands_beside
    return {
        (checklist, item)
        for checklist, seen in spot.standing_faults(session, campaign_id)
        for item in beside.get(seen, ())
    }


def said_of(answer: SpotAnswer, catalogue: Catalogue) -> str:
    """What was found, in the office's words; '' where it was not looked at."""
    item, value = catalogue.checklist_items.item(answer.item_id), answer_of(answer.value)
    return item.answer.say(value) if item and value else ""
