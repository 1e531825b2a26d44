"""The ethics office's part: verification by another person than the fixer, and release from control."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.policy import ETHICS, JUDGES_OF_UNIT, Act, require_role
from inspection.access.roles import on_behalf
from inspection.access.who import Held, asking
from inspection.audit.steps import advance
from inspection.errors import BadSource, NotAllowed
from inspection.fixes.settle import settle
from inspection.language import speak
from inspection.model import Fix
from inspection.model.lifecycle import FindingState, FixState
from inspection.store import calendar_days, findings


def verify(session: Session, fix_id: str, *, person_id: str, passed: bool, note: str, at: datetime) -> Fix:
    """複查: passed or 退回補正, always with a note. Fixer and verifier are two people. Twice is once."""
    fix = findings.fix(session, fix_id)
    on = clock.local_date(at)
    held = _require_verifier(session, fix, person_id, at=at)
    if not note.strip():
        raise BadSource(
            speak("複查情形未填", "what was verified is missing"),
            remedy=speak("請寫明查證方式及結果", "say how it was verified and what was found"),
        )
    target = FixState.VERIFIED if passed else FixState.SENT_BACK
    if fix.state == target and fix.verified_by == person_id:
        return fix
    advance(session, fix, target, actor=person_id, at=at, reason=note, details=on_behalf(person_id, held))
    fix.verified_by = person_id
    fix.verified_on = on
    fix.verification = note
    session.flush()
    return fix


def _require_verifier(session: Session, fix: Fix, person_id: str, *, at: datetime) -> Held:
    """The ethics office, or the inspector named for the unit; never the fixer, the fixer's deputy, or the own unit."""
    who = asking(session, person_id, at=at)
    judges = any(one.role in ETHICS | JUDGES_OF_UNIT for one in who.held)
    if judges and (fix.unit_id in who.own_units or fix.claimed_by in who.names):
        raise NotAllowed(
            speak("改善人員或同單位人員不得複查", "the fixer, or anybody of the same unit, may not verify")
        )
    refusal = speak(
        "複查僅得由政風室或該單位之檢查員辦理", "only the ethics office or the inspector named for the unit verifies"
    )
    return require_role(session, person_id, Act.VERIFY_FIX, fix, at=at, refusal=refusal)


def release(session: Session, fix_id: str, *, person_id: str, at: datetime) -> Fix:
    """解除列管 by the ethics head; days late are frozen here and never computed again.

    The last release of a concluded campaign is its 列管結清.
    """
    fix = findings.fix(session, fix_id)
    on = clock.local_date(at)
    refusal = speak("解除列管僅得由政風室主任為之", "only the ethics head releases from control")
    held = require_role(session, person_id, Act.RELEASE_FIX, fix, at=at, refusal=refusal)
    if fix.state == FixState.RELEASED:
        return fix
    if person_id == fix.verified_by:
        raise NotAllowed(
            speak(
                "複查人員不得解除列管；由政風室其他人員或代理人辦理",
                "the one who verified may not release; another of the ethics office, or the deputy, does",
            )
        )
    advance(session, fix, FixState.RELEASED, actor=person_id, at=at, details=on_behalf(person_id, held))
    done_on = fix.claimed_on or on
    fix.days_late = calendar_days.calendar(session).days_late(fix.due_on, done_on)
    fix.released_on = on
    finding = findings.finding(session, fix.finding_id)
    advance(session, finding, FindingState.RELEASED, actor=person_id, at=at)
    settle(session, fix.campaign_id, actor=person_id, at=at)
    return fix
