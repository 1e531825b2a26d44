"""What a unit declared and the crawl shows otherwise: a fact of the very file's case, never a case of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from inspection.model import CrawledFile, Suspicion
from inspection.rules.catalogue import Catalogue
from inspection.store import checklists, evidence


@dataclass(frozen=True, slots=True)
class Contradictions:
    """Which items each marking defect answers, and what the units of some campaigns answered 符合 of them."""

    items: Mapping[str, tuple[str, ...]]
    declared: Mapping[tuple[str, str], Mapping[str, str]]

    def of_file(self, one: Suspicion, file: CrawledFile) -> dict[str, str]:
        """The statements (item to wording) of a unit that a file of its shares contradicts."""
        declared = self.declared.get((one.campaign_id, one.unit_id), {})
        answered = [item for defect in evidence.defects_behind(one, file) for item in self.items.get(defect, ())]
        return {item: declared[item] for item in dict.fromkeys(answered) if item in declared}


def contradictions(session: Session, campaign_ids: Collection[str], catalogue: Catalogue) -> Contradictions:
    """Read once for any number of files, by one statement. Each marking defect names the items it answers
    (`marking_rules.yaml`); only those are held against it."""
    items = {one.id: one.statements for one in catalogue.marking.defects}
    named = {item for found in items.values() for item in found}
    return Contradictions(items, checklists.conforming(session, campaign_ids, named))
