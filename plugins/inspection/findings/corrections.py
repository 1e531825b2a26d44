"""A version of what was learned: laid before the ethics head, released for the next campaign, taken back at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.policy import Act, demand
from inspection.access.roles import on_behalf
from inspection.access.who import asking
from inspection.approvals.decide import Decision, decide
from inspection.approvals.laying import lay_before_decider, tell_decider
from inspection.audit.steps import advance
from inspection.errors import BadSource, Conflict, NotFound
from inspection.findings.learning import KIND
from inspection.findings.regrading import regrade
from inspection.language import speak
from inspection.model import Approval, Correction
from inspection.model.lifecycle import CorrectionState
from inspection.rules.catalogue import Catalogue
from inspection.store import approvals, corrections
from inspection.vocabulary import ApprovalOutcome


def lay(session: Session, version: int, *, by: str, catalogue: Catalogue, at: datetime) -> Approval:
    """Lays a version before whoever releases it (`approval_table.yaml`); the same again is the same request.

    Raises NotAllowed for others than the ethics office, Conflict for a version that is not the newest learned.
    """
    held = demand(asking(session, by, at=at), Act.KEEP_LESSONS)
    row = corrections.get(session, version)
    if row.state not in {CorrectionState.LEARNED, CorrectionState.LAID}:
        raise Conflict(
            speak(
                f"語意比對修正第{version}版不是待陳核之版次，請陳核最新一版",
                f"version {version} is not the one that waits to be laid before anybody; lay the newest",
            )
        )
    subject = (KIND, str(version))
    asked = lay_before_decider(session, subject, None, row.content_hash, requested_by=by, catalogue=catalogue, at=at)
    if row.state is CorrectionState.LEARNED:
        advance(session, row, CorrectionState.LAID, actor=by, at=at, details=on_behalf(by, held))
    tell_decider(session, asked, catalogue=catalogue, at=at)
    return asked


def decide_release(session: Session, subject_id: str, decision: Decision, *, at: datetime) -> Approval:
    """Takes the decision from any door: released as it stands, or returned. Twice is once.

    What is released holds for crawls that begin from now on, and the version before it ends. Nobody can change a
    version by hand: 修正後如擬 returns it like 退回, with the remark.
    """
    asked = approvals.latest(session, (KIND, subject_id))
    if asked is None:
        raise NotFound(
            speak(f"語意比對修正第{subject_id}版尚未陳核", f"version {subject_id} has not been laid before anybody")
        )
    row = corrections.get(session, int(subject_id))
    answer = decide(session, asked.id, decision, current_hash=row.content_hash, at=at)
    if row.state is not CorrectionState.LAID:
        return answer
    if decision.outcome is not ApprovalOutcome.APPROVED:
        advance(session, row, CorrectionState.RETURNED, actor=decision.person_id, at=at, reason=decision.remark)
        return answer
    before = corrections.in_force(session)
    if before is not None:
        advance(session, before, CorrectionState.SUPERSEDED, actor=decision.person_id, at=at)
    advance(session, row, CorrectionState.RELEASED, actor=decision.person_id, at=at, reason=decision.remark)
    corrections.note_released(session, row.version, at=at)
    return answer


def take_back(session: Session, *, by: str, reason: str, at: datetime) -> int:
    """Takes back all that was ever released: nothing is lowered any more, and open clues get their grade back.

    Returns how many clues were raised. It shows more and hides nothing, so that one officer may do it. Twice is once.
    Raises NotAllowed for others than the ethics office, BadSource without a reason.
    """
    held = demand(asking(session, by, at=at), Act.KEEP_LESSONS)
    if not reason.strip():
        raise BadSource(
            speak("收回理由未填", "the reason is missing"),
            remedy=speak("請寫明為何收回，例如有應列強者被降級", "say why, for example that a strong clue was lowered"),
        )
    for row in corrections.once_released(session):
        advance(session, row, CorrectionState.TAKEN_BACK, actor=by, at=at, reason=reason, details=on_behalf(by, held))
    return regrade(session)


def topics_told(row: Correction, catalogue: Catalogue) -> str:
    """The topics a version speaks of, by name."""
    names = {rule.id: rule.name for rule in catalogue.detectors.detectors}
    return "、".join(names.get(topic, topic) for topic in row.content) or "無"


def figures_told(row: Correction) -> list[tuple[str, str]]:
    """What releasing a version would do, for page and command line."""
    figures = row.figures
    sensitive, harmless = figures["sensitive"], figures["harmless"]
    dismissed, confirmed = figures["dismissed"], figures["confirmed"]
    return [
        ("隨附對照文件（敏感）", _before_and_after(sensitive)),
        ("隨附對照文件（普通）", _before_and_after(harmless)),
        ("本機關判定不成立者", f"{dismissed['papers']}件，其中{dismissed['lowered']}件將降一級"),
        ("本機關確認者", f"{confirmed['papers']}件，其中{confirmed['lowered']}件將降一級"),
        ("據以學習之判定", f"{len(row.lesson_ids)}件，{figures['people']}人所為"),
    ]


def _before_and_after(papers: dict[str, int]) -> str:
    return f"{papers['papers']}份，列為疑似者 {papers['before']} → {papers['after']} 份"
