"""What inspectors saw is 疑似事項 once a second person confirmed the record; an officer's word makes faults of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.checklists import spot as spotting
from inspection.findings.suspected import digest
from inspection.model import Checklist, SpotAnswer, Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.rules.answers import stance
from inspection.rules.catalogue import Catalogue
from inspection.store import spot
from inspection.store.once import insert_all_once
from inspection.vocabulary import AnswerValue, Severity, SuspicionKind

KIND = SuspicionKind.SEEN_ON_THE_SPOT


def confirm_record(
    session: Session, checklist_id: str, *, seen: str, person_id: str, catalogue: Catalogue, at: datetime
) -> int:
    """Confirms a record as `checklists.spot.confirm` does, and raises what did not conform; how many are new.

    Nothing of it reaches unit or head before an officer has judged it. Twice is once.
    """
    checklist = spotting.confirm(session, checklist_id, seen=seen, person_id=person_id, at=at)
    wrong = [one for one in spot.answers(session, [checklist_id]) if stance(one.value) is AnswerValue.DOES_NOT_CONFORM]
    fresh = insert_all_once(
        session, Suspicion, _rows(checklist, wrong, catalogue, at), keys=["campaign_id", "fingerprint"]
    )
    if fresh:
        details: dict[str, object] = {"count": len(fresh)}
        subject = ("spot_record", checklist_id)
        record(session, at=at, actor=person_id, subject=subject, action="suspected", details=details)
    return len(fresh)


def _rows(
    checklist: Checklist, wrong: Sequence[SpotAnswer], catalogue: Catalogue, at: datetime
) -> list[dict[str, object]]:
    return [
        {
            "campaign_id": checklist.campaign_id,
            "unit_id": checklist.unit_id,
            "kind": KIND,
            "fingerprint": digest(KIND, checklist.id, one.item_id),
            "checklist_id": checklist.id,
            "item_id": one.item_id,
            "state": SuspicionState.OPEN,
            "suggested_severity": _severity(one.item_id, catalogue),
            "detectors": [],
            "noted_at": at,
        }
        for one in wrong
    ]


def _severity(item_id: str, catalogue: Catalogue) -> Severity:
    item = catalogue.checklist_items.item(item_id)
    return item.severity if item else Severity.MEDIUM


def seen_in_words(one: SpotAnswer, catalogue: Catalogue) -> str:
    """What a finding says: the statement, what was drawn and what was not in order, and what the inspectors wrote."""
    line = catalogue.wording.line
    drawn = ""
    if one.sampled:
        counts = {"sampled": one.sampled, "faults": one.sampled - (one.conforming or 0)}
        drawn = line("fact_seen_sample", {"register": one.register, "drawn": one.drawn, **counts})
    values = {"item": one.item_id, "statement": one.statement.rstrip("。"), "remark": one.remark.rstrip("。")}
    return line("fact_seen_on_the_spot", {**values, "sample": drawn})
