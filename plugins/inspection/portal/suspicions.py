"""疑似事項 before the ethics office: batches by unit and kind, decided with a reason, never one's own unit's."""

from __future__ import annotations

from dataclasses import dataclass

from inspection.access import policy
from inspection.access.policy import Act
from inspection.errors import BadSource
from inspection.findings.made_public import secrecy_ended
from inspection.findings.triage import Verdict, triage
from inspection.model import Suspicion, Unit
from inspection.portal import rendering
from inspection.portal.answers import Answer, GoTo, Page
from inspection.portal.guard import Door, Visit
from inspection.rules import catalogue
from inspection.store import campaigns, checklists, desk, evidence
from inspection.vocabulary import SEVERITY_RANK, Severity, TriageOutcome

LARGEST_BATCH = 200
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Batch:
    """What waits of one unit: how many, and the gravest proposed severity."""

    unit_id: str
    unit_name: str
    count: int
    severity: Severity


@dataclass(frozen=True, slots=True)
class Case:
    """One 疑似事項 as shown: masked place and excerpts only (officer review A12)."""

    suspicion: Suspicion
    place: str
    share: str
    rules: tuple[str, ...]
    people: int
    excerpts: tuple[str, ...]
    mark: str
    readable_by_all: bool
    campaign_name: str
    hint: str = ""


def list_page(visit: Visit, _subject: None) -> Answer:
    """All batches; the first one is opened by a link."""
    return Page("suspicions.html.j2", {"batches": _batches(visit), "unit": None, "here": "suspicions"})


def batch_page(visit: Visit, unit: Unit, problem: str = "") -> Answer:
    """One unit's batch with the form that decides it."""
    waiting = _waiting(visit, unit.id)
    return Page(
        "suspicions.html.j2",
        {
            "batches": _batches(visit),
            "unit": unit,
            "cases": [_case(visit, one) for one in waiting[:LARGEST_BATCH]],
            "waiting": len(waiting),
            "judges_nowhere": not policy.allows(visit.session, visit.person_id, Act.TRIAGE, None, at=visit.at),
            "may_judge": policy.allows(visit.session, visit.person_id, Act.TRIAGE, unit, at=visit.at),
            "problem": problem,
            "ticked": visit.form.get("suspicion", ()),
            "reason": visit.text("reason"),
            "here": "suspicions",
        },
        status=422 if problem else 200,
    )


def decide(visit: Visit, unit: Unit) -> Answer:
    """Decides the ticked ones; all or none."""
    ticked = visit.form.get("suspicion", ())
    reason = visit.text("reason")[:LONGEST_REASON]
    if not ticked:
        return batch_page(visit, unit, "none")
    if not reason:
        return batch_page(visit, unit, "reason")
    own = {str(one.id): one.id for one in _waiting(visit, unit.id)}
    unknown = [one for one in ticked if one not in own]
    if unknown:
        return batch_page(visit, unit, "moved")
    try:
        outcome = TriageOutcome(visit.text("outcome"))
        severity = Severity(visit.text("severity")) if visit.text("severity") else None
    except ValueError:
        raise BadSource("the form names no known outcome or severity") from None
    verdict = Verdict(outcome=outcome, person_id=visit.person_id, reason=reason, severity=severity)
    triage(visit.session, [own[one] for one in ticked], verdict, catalogue=catalogue.current(), at=visit.at)
    left = len(own) - len(set(ticked))
    return GoTo(f"/suspicions/{unit.id}" if left else "/suspicions")


def _waiting(visit: Visit, unit_id: str) -> list[Suspicion]:
    """What waits of a unit and the visitor may see."""
    sees = policy.sees(visit.session, visit.person_id, Act.READ_SUSPICION, at=visit.at)
    return [one for one in desk.undecided_of(visit.session, unit_id) if sees(one.unit_id, one.campaign_id)]


def _batches(visit: Visit) -> list[Batch]:
    names = rendering.unit_names(visit.session)
    found = []
    for unit_id in dict.fromkeys(unit_id for unit_id, _ in desk.undecided_by_unit(visit.session)):
        waiting = _waiting(visit, unit_id)
        if not waiting:
            continue
        gravest = max((one.suggested_severity for one in waiting), key=SEVERITY_RANK.__getitem__)
        found.append(Batch(unit_id, names.get(unit_id, unit_id), len(waiting), gravest))
    return sorted(found, key=lambda batch: (-SEVERITY_RANK[batch.severity], batch.unit_id))


def _case(visit: Visit, suspicion: Suspicion) -> Case:
    campaign_name = campaigns.get(visit.session, suspicion.campaign_id).name
    if suspicion.crawled_file_id is None:
        questions = checklists.questions(visit.session, suspicion.checklist_id or "")
        statement = next((one.statement for one in questions if one.item_id == suspicion.item_id), "")
        return Case(suspicion, statement, "", (suspicion.item_id or "",), 0, (), "", False, campaign_name)
    file, share, hits = evidence.file(visit.session, suspicion.crawled_file_id)
    names = {rule.id: rule.name for rule in catalogue.current().detectors.detectors}
    return Case(
        suspicion=suspicion,
        place=file.path_shown,
        share=share.name,
        rules=tuple(names.get(hit.detector, hit.detector) for hit in hits),
        people=max((hit.people for hit in hits), default=0),
        excerpts=tuple(excerpt for hit in hits for excerpt in hit.excerpts)[:3],
        mark=str((file.mark or {}).get("level") or ""),
        readable_by_all=bool(file.broad_readers),
        campaign_name=campaign_name,
        hint=secrecy_ended(visit.session, suspicion, catalogue=catalogue.current(), at=visit.at),
    )


DOORS = (
    Door("GET", "/suspicions", Act.READ_SUSPICION, list_page),
    Door("GET", "/suspicions/{subject_id}", Act.READ_SUSPICION, batch_page, Unit),
    Door("POST", "/suspicions/{subject_id}", Act.TRIAGE, decide, Unit),
)
