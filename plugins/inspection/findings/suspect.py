"""Draws 疑似事項 from crawl and checklists: what the machine suspects, for an ethics officer to look at.

What was dismissed stays dismissed while its content is the same, renamed or moved (human decisions outrank scans).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.findings.clues import draw_clues
from inspection.findings.dismissals import Dismissals
from inspection.findings.made_public import ProjectFolder, own_folders, project_folders, still_secret
from inspection.findings.mismatches import draw_mismatches
from inspection.findings.suspected import (
    Suspected,
    digest,
    likeness,
)
from inspection.model import CrawledFile, Hit, ShareRecord, Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, checklists, evidence, findings
from inspection.store.once import insert_all_once
from inspection.vocabulary import SEVERITY_RANK, Severity, SuspicionKind, Verdict


def suspect(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> int:
    """Writes what is suspected in a campaign, and apart the clues and the questions about contradicted statements;
    returns how many 疑似事項 there are. Twice is once.

    Three statements for each thousand files, however many 疑似事項 earlier campaigns had.
    """
    dismissals = Dismissals(session, campaign_id, catalogue.triage)
    drawn = fresh = 0
    for batch in _drawn(session, campaign_id, catalogue=catalogue, at=at):
        drawn += len(batch)
        fresh += _write(session, campaign_id, batch, dismissals, at=at)
    draw_clues(session, campaign_id, catalogue=catalogue, at=at)
    draw_mismatches(session, campaign_id, catalogue=catalogue, actor=actor, at=at)
    campaigns.note_suspected(session, campaign_id, at=at)
    if fresh:
        record(
            session, at=at, actor=actor, subject=("campaign", campaign_id), action="suspected", details={"count": fresh}
        )
    return drawn


def suspect_late(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> int:
    """Adds what was found after the 疑似事項 were listed (text recognised in pictures); returns how many came.

    Where none were listed yet it does nothing: the campaign lists all of them when its checklists are in.
    """
    if campaigns.get(session, campaign_id).suspected_at is None:
        return 0
    before = findings.count(session, campaign_id)
    suspect(session, campaign_id, catalogue=catalogue, actor=actor, at=at)
    return findings.count(session, campaign_id) - before


def _write(
    session: Session, campaign_id: str, found: Sequence[Suspected], dismissals: Dismissals, *, at: datetime
) -> int:
    rows = []
    for one, earlier in zip(found, dismissals.of(found), strict=True):
        rows.append(
            {
                "campaign_id": campaign_id,
                "unit_id": one.unit_id,
                "kind": one.kind,
                "fingerprint": one.fingerprint,
                "likeness": one.likeness,
                "crawled_file_id": one.file.id if one.file is not None else None,
                "checklist_id": one.checklist_id,
                "item_id": one.item_id,
                "state": SuspicionState.DISMISSED if earlier else SuspicionState.OPEN,
                "suggested_severity": one.severity,
                "detectors": list(one.detectors),
                "decided_by": earlier.decided_by if earlier else None,
                "decided_reason": earlier.decided_reason if earlier else None,
                "decided_at": earlier.decided_at if earlier else None,
                "ground": earlier.ground if earlier else None,
                "noted_at": at,
            }
        )
    return len(insert_all_once(session, Suspicion, rows, keys=["campaign_id", "fingerprint"]))


def _drawn(session: Session, campaign_id: str, *, catalogue: Catalogue, at: datetime) -> Iterator[list[Suspected]]:
    """What is suspected, in batches: of files a thousand each, and of the checklists in one."""
    run = evidence.campaign_run(session, campaign_id)
    if run is not None:
        folders = project_folders(session, catalogue=catalogue, at=at)
        own = own_folders(session, campaign_id, folders, catalogue)
        for page in evidence.suspicious_pages(session, run.id):
            yield [one for row in page if (one := _of_file(*row, folders, own)) is not None]
    yield _from_checklists(session, campaign_id, catalogue)


def _of_file(
    file: CrawledFile,
    share: ShareRecord,
    hits: Sequence[Hit],
    folders: Sequence[ProjectFolder],
    own: Sequence[ProjectFolder] | None,
) -> Suspected | None:
    """A file as 疑似; what has become public is not suspected as unmarked. `own`: of a project, its own folders."""
    kind = SuspicionKind.DEFECTIVE_MARK if file.verdict == Verdict.DEFECTIVE_MARK else SuspicionKind.UNMARKED
    kept = still_secret(file, hits, folders) if kind is SuspicionKind.UNMARKED else list(hits)
    if own is not None:
        holding = [folder for folder in own if folder.holds(file)]
        if not holding:
            return None
        kept = [hit for hit in kept if any(hit.detector in folder.watched for folder in holding)]
    if len(kept) < len(hits) and not kept:
        return None
    severity = file.severity or Severity.MEDIUM
    if len(kept) < len(hits):
        severity = max((hit.severity for hit in kept), key=SEVERITY_RANK.__getitem__)
    detectors = tuple(sorted({hit.detector for hit in kept}))
    return Suspected(
        unit_id=share.unit_id,
        kind=kind,
        fingerprint=digest(kind, share.id, file.path_key, file.content_key or "", *detectors),
        severity=severity,
        detectors=detectors,
        file=file,
        likeness=likeness(kind, file),
    )


def _from_checklists(session: Session, campaign_id: str, catalogue: Catalogue) -> list[Suspected]:
    found = []
    for checklist, item_id in checklists.not_conforming(session, campaign_id):
        item = catalogue.checklist_items.item(item_id)
        severity = item.severity if item else Severity.MEDIUM
        found.append(
            Suspected(
                unit_id=checklist.unit_id,
                kind=SuspicionKind.SELF_REPORTED,
                fingerprint=digest(SuspicionKind.SELF_REPORTED, checklist.id, item_id),
                severity=catalogue.severities.self_declared(severity),
                checklist_id=checklist.id,
                item_id=item_id,
            )
        )
    return found
