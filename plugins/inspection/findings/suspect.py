"""Draws 疑似事項 from crawl and checklists: what the machine suspects, for an ethics officer to look at.

A thing dismissed earlier at the same place with the same content stays dismissed (human decisions outrank scans).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.findings.made_public import ProjectFolder, project_folders, still_secret
from inspection.model import Campaign, Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.rules.answers import stance
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, checklists, evidence, findings
from inspection.store.once import insert_once
from inspection.vocabulary import SEVERITY_RANK, AnswerValue, CampaignKind, Severity, Verdict

KIND_UNMARKED = "unmarked_sensitive"
KIND_DEFECTIVE = "defective_mark"
KIND_SELF_REPORTED = "self_reported"


@dataclass(frozen=True, slots=True)
class _Suspected:
    unit_id: str
    kind: str
    fingerprint: str
    severity: Severity
    detectors: list[str]
    crawled_file_id: int | None = None
    checklist_id: str | None = None
    item_id: str | None = None


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def suspect(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> int:
    """Writes what is suspected in a campaign; returns how many 疑似事項 there are. Twice is once."""
    folders = project_folders(session, catalogue=catalogue, at=at)
    found = [*_from_crawl(session, campaign_id, folders), *_from_checklists(session, campaign_id, catalogue)]
    fresh = 0
    for one in found:
        fresh += _write(session, campaign_id, one, actor=actor, at=at)
    campaigns.note_suspected(session, campaign_id, at=at)
    if fresh:
        record(
            session, at=at, actor=actor, subject=("campaign", campaign_id), action="suspected", details={"count": fresh}
        )
    return len(found)


def suspect_late(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> int:
    """Adds what was found after the 疑似事項 were listed (text recognised in pictures); returns how many came.

    Where none were listed yet it does nothing: the campaign lists all of them when its checklists are in.
    """
    if campaigns.get(session, campaign_id).suspected_at is None:
        return 0
    before = len(findings.suspicions(session, campaign_id))
    suspect(session, campaign_id, catalogue=catalogue, actor=actor, at=at)
    return len(findings.suspicions(session, campaign_id)) - before


def _write(session: Session, campaign_id: str, one: _Suspected, *, actor: str, at: datetime) -> bool:
    earlier = findings.dismissed_before(session, one.fingerprint)
    state = SuspicionState.DISMISSED if earlier else SuspicionState.OPEN
    return insert_once(
        session,
        Suspicion,
        {
            "campaign_id": campaign_id,
            "unit_id": one.unit_id,
            "kind": one.kind,
            "fingerprint": one.fingerprint,
            "crawled_file_id": one.crawled_file_id,
            "checklist_id": one.checklist_id,
            "item_id": one.item_id,
            "state": state,
            "suggested_severity": one.severity,
            "detectors": one.detectors,
            "decided_by": earlier.decided_by if earlier else None,
            "decided_reason": earlier.decided_reason if earlier else None,
            "decided_at": earlier.decided_at if earlier else None,
            "noted_at": at,
        },
        keys=["campaign_id", "fingerprint"],
    )


def _from_crawl(session: Session, campaign_id: str, folders: Sequence[ProjectFolder]) -> list[_Suspected]:
    """A project draws what it watches, from its own folders; what has become public is not suspected as unmarked."""
    is_project = session.get_one(Campaign, campaign_id).kind is CampaignKind.PROJECT
    own = [folder for folder in folders if folder.campaign_id == campaign_id]
    found = []
    for file, share, hits in evidence.suspicious_files(session, campaign_id):
        kind = KIND_DEFECTIVE if file.verdict == Verdict.DEFECTIVE_MARK else KIND_UNMARKED
        kept = still_secret(file, hits, folders) if kind == KIND_UNMARKED else list(hits)
        if is_project:
            holding = [folder for folder in own if folder.holds(file)]
            if not holding:
                continue
            kept = [hit for hit in kept if any(hit.detector in folder.watched for folder in holding)]
        if len(kept) < len(hits) and not kept:
            continue
        severity = file.severity or Severity.MEDIUM
        if len(kept) < len(hits):
            severity = max((hit.severity for hit in kept), key=SEVERITY_RANK.__getitem__)
        detectors = sorted({hit.detector for hit in kept})
        found.append(
            _Suspected(
                unit_id=share.unit_id,
                kind=kind,
                fingerprint=_fingerprint(kind, share.id, file.path_key, file.content_key or "", *detectors),
                severity=severity,
                detectors=detectors,
                crawled_file_id=file.id,
            )
        )
    return found


def _from_checklists(session: Session, campaign_id: str, catalogue: Catalogue) -> list[_Suspected]:
    found = []
    for checklist in checklists.of_campaign(session, campaign_id):
        for answer in checklists.answers(session, checklist.id):
            item = catalogue.checklist_items.item(answer.item_id)
            severity = item.severity if item else Severity.MEDIUM
            if stance(answer.value) is not AnswerValue.DOES_NOT_CONFORM:
                continue
            found.append(
                _Suspected(
                    unit_id=checklist.unit_id,
                    kind=KIND_SELF_REPORTED,
                    fingerprint=_fingerprint(KIND_SELF_REPORTED, checklist.id, answer.item_id),
                    severity=catalogue.severities.self_declared(severity),
                    detectors=[],
                    checklist_id=checklist.id,
                    item_id=answer.item_id,
                )
            )
    return found
