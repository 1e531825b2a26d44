"""What a unit declared and a file shows otherwise: a fact of the very file's case, never a case of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.model import CrawledFile, ShareRecord, Suspicion
from inspection.rules.catalogue import Catalogue
from inspection.rules.cross_checks import CrossCheck
from inspection.store import checklists, comparison, evidence
from inspection.store.cross_check import piece_of, speaks_against


@dataclass(frozen=True, slots=True)
class Contradictions:
    """What would contradict each item, and what the units of some campaigns answered 符合 of them: only units whose
    crawl came far enough, and no statement whose contradiction an officer found explained."""

    rules: Mapping[str, tuple[CrossCheck, ...]]
    declared: Mapping[tuple[str, str], Mapping[str, str]]
    opened_at: Mapping[str, datetime]

    def of_file(self, one: Suspicion, file: CrawledFile, share: ShareRecord) -> dict[str, str]:
        """The statements (item to wording) of a unit that a file of its shares contradicts."""
        declared = self.declared.get((one.campaign_id, one.unit_id), {})
        if not declared:
            return {}
        piece, opened_at = piece_of(one, file, share=share.name), self.opened_at[one.campaign_id]
        return {
            item: statement
            for item, statement in declared.items()
            if any(speaks_against(rule, piece, opened_at) for rule in self.rules[item])
        }


def contradictions(session: Session, campaign_ids: Collection[str], catalogue: Catalogue) -> Contradictions:
    """Read once for any number of files, by four statements for each campaign and one for all."""
    rules, least = comparison.predicates(catalogue), catalogue.triage.cross_check.least_coverage_per_hundred
    given = checklists.conforming(session, campaign_ids, rules)
    declared: dict[tuple[str, str], Mapping[str, str]] = {}
    opened_at: dict[str, datetime] = {}
    for campaign_id in {campaign for campaign, _ in given}:
        run = evidence.campaign_run(session, campaign_id)
        if run is None:
            continue
        opened_at[campaign_id] = run.opened_at
        reached = comparison.reach(session, campaign_id)
        settled = comparison.settled(session, campaign_id)
        for (campaign, unit), items in given.items():
            if campaign == campaign_id and unit in reached and reached[unit].per_hundred >= least:
                told = {item: words for item, words in items.items() if not settled.get((unit, item))}
                declared[campaign, unit] = told
    return Contradictions(rules, declared, opened_at)
