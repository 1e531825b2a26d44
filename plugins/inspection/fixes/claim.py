"""The unit's part: taking a fix on, and saying that it is done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.policy import Act, require_role
from inspection.access.roles import on_behalf
from inspection.audit.steps import advance
from inspection.errors import BadSource, Conflict
from inspection.language import speak
from inspection.model import Fix
from inspection.model.lifecycle import FixState
from inspection.store import findings


def _refusal() -> str:
    return speak("本案僅得由該單位窗口或主管回復", "only the unit's contact or head may answer for this fix")


def accept(session: Session, fix_id: str, *, person_id: str, plan: str, at: datetime) -> Fix:
    """研提改善措施: the unit says how it will mend; the same plan again changes nothing."""
    fix = findings.fix(session, fix_id)
    held = require_role(session, person_id, Act.CLAIM_FIX, fix, at=at, refusal=_refusal())
    if not plan.strip():
        raise BadSource(
            speak("改善措施未填", "the measure is missing"),
            remedy=speak("請寫明預定作法", "say what is going to be done"),
        )
    if fix.state != FixState.ACCEPTED:
        advance(
            session, fix, FixState.ACCEPTED, actor=person_id, at=at, reason=plan, details=on_behalf(person_id, held)
        )
    return fix


def claim(session: Session, fix_id: str, *, person_id: str, claim: str, at: datetime) -> Fix:
    """申報改善完成: what was done, in words; the ethics office will look. The same claim again changes nothing."""
    fix = findings.fix(session, fix_id)
    held = require_role(session, person_id, Act.CLAIM_FIX, fix, at=at, refusal=_refusal())
    if not claim.strip():
        raise BadSource(
            speak("改善情形未填", "what was mended is missing"),
            remedy=speak(
                "請寫明已採取之措施，勿填寫檔案內容或個人資料",
                "say what was done, no content of files and no personal data",
            ),
        )
    if fix.state == FixState.CLAIMED:
        if fix.claimed_by == person_id and fix.claim == claim:
            return fix
        raise Conflict(speak("本案已回報改善，待複查", "this fix has already been claimed and waits for verification"))
    advance(session, fix, FixState.CLAIMED, actor=person_id, at=at, details=on_behalf(person_id, held))
    fix.claimed_by = person_id
    fix.claimed_on = clock.local_date(at)
    fix.claim = claim
    session.flush()
    return fix
