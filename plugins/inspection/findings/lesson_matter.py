"""The release of what was learned as a decidable matter (decision 0021): outside campaigns, on the common page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.approvals.decide import Decision
from inspection.approvals.matters import Matter, MatterKind
from inspection.errors import NotFound
from inspection.findings.corrections import decide_release, figures_told, topics_told
from inspection.findings.learning import KIND
from inspection.language import speak
from inspection.model import Approval
from inspection.rules.catalogue import Catalogue
from inspection.store import corrections


def _find(session: Session, subject_id: str) -> Matter:
    if not subject_id.isdecimal():
        raise NotFound(speak("語意比對修正沒有這一版", "there is no such version of what was learned"))
    row = corrections.get(session, int(subject_id))
    return Matter(LESSONS, subject_id, None, row.version, row.content_hash, (row.content_hash,))


def _newest(_session: Session, _campaign_id: str) -> str | None:
    return None  # it belongs to no campaign


def _decide(session: Session, subject_id: str, decision: Decision, at: datetime) -> Approval:
    return decide_release(session, subject_id, decision, at=at)


def _facts(session: Session, matter: Matter, catalogue: Catalogue) -> list[tuple[str, str]]:
    row = corrections.get(session, int(matter.subject_id))
    return [
        ("所及類別", topics_told(row, catalogue)),
        *figures_told(row),
        ("效力", "自下一次清查起，相似之語意線索至多降一級，不致消失；規則命中不受影響"),
        ("收回", "核定後得隨時收回，收回即恢復原強度"),
    ]


LESSONS = MatterKind(
    id=KIND,
    short="語意比對修正",
    find=_find,
    newest=_newest,
    decide=_decide,
    named="語意比對修正",
    opines=None,
    facts=_facts,
)
