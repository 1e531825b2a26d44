"""What a crawl or a register says to the statements of one checklist, for whoever reviews it; in neutral words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from inspection.model import Checklist, Suspicion
from inspection.rules.catalogue import Catalogue
from inspection.store import contradictions
from inspection.store.comparison import compared
from inspection.vocabulary import CrossChecked


@dataclass(frozen=True, slots=True)
class Fact:
    """The outcome for one statement declared 符合, how much speaks against it (of 不符 alone; no file is named), and
    the question the unit was asked about it."""

    outcome: CrossChecked
    told: tuple[str, ...]
    question: Suspicion | None

    @property
    def is_contradicted(self) -> bool:
        """Whether it is 不符, or the unit was asked and nobody has settled it."""
        waits = self.question is not None and self.question.state in contradictions.WAITING
        return waits or self.outcome is CrossChecked.DISAGREES


def facts(session: Session, checklist: Checklist, catalogue: Catalogue) -> Mapping[str, Fact]:
    """By statement of the newest return, where it is one that can be cross-checked and was answered 符合."""
    asked = {str(one.item_id): one for one in contradictions.of_checklist(session, checklist.id)}
    own = compared(session, checklist.campaign_id, catalogue, unit_id=checklist.unit_id).get(checklist.unit_id)
    if own is None:
        return {}
    line = catalogue.wording.line
    found = {}
    for item, outcome in own.outcomes.items():
        against = own.found.get(item, ()) if outcome is CrossChecked.DISAGREES else ()
        told = tuple(line(f"mismatch_{one.against}", {"count": one.count}) for one in against)
        found[item] = Fact(outcome, told, asked.get(item))
    return found
