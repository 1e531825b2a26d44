"""語意線索: drawn from the second reading, and what an officer makes of them after reading the file.

A clue is a hint where to look and ground for nothing else (officer review A5): it is no 疑似事項, stands in no figure
and asks no unit anything. An officer who has read the file says in their own words what it holds; from then on that
statement is the ground, and the case is a 疑似事項 confirmed by a person like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.roles import on_behalf
from inspection.audit.steps import advance_all
from inspection.errors import BadSource, Conflict
from inspection.findings.dismissals import Dismissals
from inspection.findings.lessons import draw_second_look, teach
from inspection.findings.made_public import ProjectFolder, own_folders, project_folders, still_secret
from inspection.findings.regrading import Grading
from inspection.findings.suspected import Suspected, digest, likeness
from inspection.findings.triage import Verdict, require_judge, triage
from inspection.language import speak
from inspection.model import Clue, CrawledFile, Hit, ShareRecord, Suspicion
from inspection.model.lifecycle import ClueState, SuspicionState
from inspection.rules.catalogue import Catalogue
from inspection.rules.messages import state_word
from inspection.store import clues, evidence, findings
from inspection.store.once import insert_all_once
from inspection.vocabulary import Severity, SuspicionKind, TriageOutcome

LIKE_A_CLUE = "clue"
"""What stands for the kind where the likeness of a clue is counted; it stands in rows and never changes."""
STATE_OF = {TriageOutcome.CONFIRMED: ClueState.CONFIRMED, TriageOutcome.DISMISSED: ClueState.DISMISSED}


@dataclass(frozen=True, slots=True)
class ClueVerdict:
    """What an officer says after reading: confirmed with their own category (id of a detector) or dismissed on a ground
    (`rules/triage.yaml`), with the reason, and a severity where it is not the category's own."""

    outcome: TriageOutcome
    person_id: str
    reason: str
    category: str = ""
    severity: Severity | None = None
    ground: str = ""


def draw_clues(session: Session, campaign_id: str, *, catalogue: Catalogue, at: datetime) -> int:
    """Writes the clues of a campaign's crawl; returns how many are new. Twice is once.

    What was dismissed stays so while its content is the same, as with 疑似事項.
    """
    run = evidence.campaign_run(session, campaign_id)
    if run is None:
        return 0
    folders = project_folders(session, catalogue=catalogue, at=at)
    own = own_folders(session, campaign_id, folders, catalogue)
    dismissals = Dismissals(session, campaign_id, catalogue.triage, decided_of=clues.decided_of)
    grading = Grading(session, run, catalogue.triage.lessons)
    fresh = 0
    for page in clues.pages(session, run.id):
        drawn = [row for row in page if _is_for_us(row[0], row[2], folders, own)]
        fresh += _write(session, campaign_id, drawn, dismissals, grading, at=at)
    return fresh


def _is_for_us(
    file: CrawledFile, hits: Sequence[Hit], folders: Sequence[ProjectFolder], own: Sequence[ProjectFolder] | None
) -> bool:
    """Whether a clue is of something still secret, and in a project's campaign of what the project watches."""
    kept = still_secret(file, hits, folders)
    if own is None:
        return bool(kept)
    return any(folder.holds(file) and hit.detector in folder.watched for folder in own for hit in kept)


def _write(
    session: Session,
    campaign_id: str,
    drawn: Sequence[tuple[CrawledFile, ShareRecord, list[Hit]]],
    dismissals: Dismissals,
    grading: Grading,
    *,
    at: datetime,
) -> int:
    found = [
        Suspected(
            unit_id=share.unit_id,
            kind=None,
            fingerprint="",
            severity=hit.severity,
            detectors=(hit.detector,),
            file=file,
            likeness=likeness(LIKE_A_CLUE, file),
        )
        for file, share, (hit,) in drawn
    ]
    grades = [grading.of(hit) for _, _, (hit,) in drawn]
    rows = [
        {
            "campaign_id": campaign_id,
            "unit_id": share.unit_id,
            "crawled_file_id": file.id,
            "topic": hit.detector,
            "strength": graded.strength,
            "read_strength": graded.read,
            "likeness": likeness(LIKE_A_CLUE, file),
            "state": ClueState.DISMISSED if earlier else ClueState.OPEN,
            "decided_by": earlier.decided_by if earlier else None,
            "decided_reason": earlier.decided_reason if earlier else None,
            "decided_at": earlier.decided_at if earlier else None,
            "ground": earlier.ground if earlier else None,
            "noted_at": at,
        }
        for (file, share, (hit,)), graded, earlier in zip(drawn, grades, dismissals.of(found), strict=True)
    ]
    return len(insert_all_once(session, Clue, rows, keys=["campaign_id", "crawled_file_id"]))


def judge_clues(
    session: Session, clue_ids: Sequence[int], verdict: ClueVerdict, *, catalogue: Catalogue, at: datetime
) -> list[str]:
    """Decides on all or none; returns the numbers of the findings confirmed. The same decision again changes nothing.

    Raises NotAllowed as `triage` does, BadSource without reason, category or ground, or for a question to the unit
    (for which a clue is no ground), Conflict where another decision stands.
    """
    target = _require_complete(verdict, catalogue)
    chosen = clues.chosen(session, clue_ids)
    held = require_judge(session, chosen, verdict.person_id, at=at)
    fresh = [one for one in chosen if one.state != target]
    for one in fresh:
        if one.state is not ClueState.OPEN:
            raise Conflict(
                speak(
                    f"語意線索 {one.id} 已判讀（{state_word('clue', one.state)}）",
                    f"clue {one.id} has already been decided: {one.state.value}",
                )
            )
    acting = on_behalf(verdict.person_id, held)
    confirming = target is ClueState.CONFIRMED
    said = {"category": verdict.category} if confirming else {"ground": verdict.ground}
    advance_all(
        session,
        fresh,
        target,
        actor=verdict.person_id,
        at=at,
        reason=verdict.reason,
        details={**acting, **said},
        values={"decided_by": verdict.person_id, "decided_reason": verdict.reason, "decided_at": at, **said},
    )
    if not confirming:
        draw_second_look(session, fresh, catalogue.triage.lessons)
    teach(session, fresh, catalogue=catalogue, at=at)
    if not confirming:
        return []
    _as_suspicions(session, fresh, verdict, catalogue=catalogue, at=at)
    ids = [one.suspicion_id for one in chosen if one.suspicion_id is not None]
    told = Verdict(TriageOutcome.CONFIRMED, verdict.person_id, verdict.reason, verdict.severity)
    return triage(session, ids, told, catalogue=catalogue, at=at)


def _require_complete(verdict: ClueVerdict, catalogue: Catalogue) -> ClueState:
    target = STATE_OF.get(verdict.outcome)
    if target is None:
        raise BadSource(
            speak(
                "語意線索不得據以請單位說明或列自主改善", "a clue neither asks a unit nor counts as improved by itself"
            ),
            remedy=speak(
                "請先開啟檔案檢視，再以自己的認定確認或判不成立",
                "look at the file first, then confirm or dismiss it by your own judgement",
            ),
        )
    if not verdict.reason.strip():
        raise BadSource(
            speak("判定理由未填", "the reason is missing"),
            remedy=speak(
                "請寫明開啟檔案後所見，勿填檔案內容或個人資料",
                "write what was seen in the file, no content and no personal data",
            ),
        )
    known = {one.id for one in catalogue.detectors.detectors}
    if target is ClueState.CONFIRMED and verdict.category not in known:
        raise BadSource(
            speak("未選認定之類別", "no category was chosen"),
            remedy=speak(
                "請依檔案內容自行認定類別；線索所示類別僅供參考",
                "judge it by the content of the file; the category shown is a hint",
            ),
        )
    if target is ClueState.DISMISSED and catalogue.triage.ground(verdict.ground) is None:
        raise BadSource(
            speak(f"沒有「{verdict.ground[:40]}」這一項不成立事由", f"there is no ground {verdict.ground[:40]!r}"),
            remedy=speak("請由 triage.yaml 所列事由擇一", "use one of triage.yaml"),
        )
    return target


def _as_suspicions(
    session: Session, confirmed: Sequence[Clue], verdict: ClueVerdict, *, catalogue: Catalogue, at: datetime
) -> None:
    """A 疑似事項 for each, resting on what the officer said; its confirmation follows."""
    severity = verdict.severity or catalogue.detectors.detector(verdict.category).severity
    prints = {one.id: digest(SuspicionKind.READ_BY_PERSON, str(one.crawled_file_id)) for one in confirmed}
    rows = [
        {
            "campaign_id": one.campaign_id,
            "unit_id": one.unit_id,
            "kind": SuspicionKind.READ_BY_PERSON,
            "fingerprint": prints[one.id],
            "crawled_file_id": one.crawled_file_id,
            "state": SuspicionState.OPEN,
            "suggested_severity": severity,
            "detectors": [verdict.category],
            "noted_at": at,
        }
        for one in confirmed
    ]
    insert_all_once(session, Suspicion, rows, keys=["campaign_id", "fingerprint"])
    ids = findings.by_fingerprint(session, prints.values())
    for one in confirmed:
        one.suspicion_id = ids[one.campaign_id, prints[one.id]]
    session.flush()
