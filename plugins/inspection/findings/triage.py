"""An ethics officer's decision on 疑似事項: asked, confirmed, dismissed or 自主改善, one by one or in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from inspection.access.policy import ETHICS, Act, require_role
from inspection.access.roles import on_behalf
from inspection.access.who import Held, asking
from inspection.audit.events import Happening, record_all
from inspection.audit.steps import advance_all
from inspection.errors import BadSource, Conflict
from inspection.findings.describe import describe_all
from inspection.findings.mismatches import raise_all, refuse_unfit
from inspection.findings.notify import follow_once_out
from inspection.findings.questions import Question, ask
from inspection.language import speak
from inspection.model import Clue, Finding, Suspicion
from inspection.model.lifecycle import FindingState, SuspicionState
from inspection.rules.catalogue import Catalogue
from inspection.rules.messages import state_word
from inspection.rules.triage import OTHER
from inspection.store import campaigns, findings
from inspection.vocabulary import Severity, TriageOutcome

STATE_OF = {
    TriageOutcome.CONFIRMED: SuspicionState.CONFIRMED,
    TriageOutcome.DISMISSED: SuspicionState.DISMISSED,
    TriageOutcome.SELF_IMPROVED: SuspicionState.SELF_IMPROVED,
    TriageOutcome.ASK_UNIT: SuspicionState.ASKED,
    TriageOutcome.RAISED: SuspicionState.OPEN,
}
OUTCOME_STATES = frozenset({SuspicionState.CONFIRMED, SuspicionState.DISMISSED, SuspicionState.SELF_IMPROVED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one or many 疑似事項: outcome, reason (always), a severity if not the suggested one, and the
    ground of a dismissal (`rules/triage.yaml`); of a question the reason is what the unit is asked."""

    outcome: TriageOutcome
    person_id: str
    reason: str
    severity: Severity | None = None
    ground: str = OTHER


def triage(
    session: Session, suspicion_ids: Sequence[int], verdict: Verdict, *, catalogue: Catalogue, at: datetime
) -> list[str]:
    """Decides on all or none; returns the numbers of findings now confirmed. The same decision again changes nothing.

    What is confirmed after the reports went out opens its fix and is told to its unit at once. The number of
    statements does not grow with the number of 疑似事項 of one unit. Raises NotAllowed for people outside the ethics
    office or deciding on their own unit, BadSource without a reason, Conflict where another decision stands, another
    officer was faster, or the inspection is concluded.
    """
    if not verdict.reason.strip():
        raise BadSource(
            speak("判定理由未填", "the reason is missing"),
            remedy=speak("每一次判定（含批次）都須寫明理由", "each decision needs a reason, one on a batch too"),
        )
    if catalogue.triage.ground(verdict.ground) is None:
        raise BadSource(
            speak(f"沒有「{verdict.ground[:40]}」這一項不成立事由", f"there is no ground {verdict.ground[:40]!r}"),
            remedy=speak("請由 triage.yaml 所列事由擇一", "use one of triage.yaml"),
        )
    chosen = findings.chosen(session, suspicion_ids)
    held = require_judge(session, chosen, verdict.person_id, at=at)
    target = STATE_OF[verdict.outcome]
    refuse_unfit(chosen, verdict.outcome)
    fresh = [one for one in chosen if one.state != target or (target is SuspicionState.OPEN and one.is_question)]
    for one in fresh:
        if one.state in OUTCOME_STATES:
            raise Conflict(
                speak(
                    f"疑似事項 {one.id} 已判定（{state_word('suspicion', one.state)}）",
                    f"suspicion {one.id} has already been decided: {one.state.value}",
                )
            )
    _refuse_concluded(session, fresh)
    acting = on_behalf(verdict.person_id, held)
    if target is SuspicionState.OPEN:
        words = (session, fresh, verdict.reason)
        raise_all(*words, raised_by=verdict.person_id, acting=acting, catalogue=catalogue, at=at)
        return []
    if target is SuspicionState.ASKED:
        question = Question.of_officer(verdict.reason, verdict.person_id, catalogue)
        ask(session, fresh, question, acting=acting, catalogue=catalogue, at=at)
        return []
    ground = verdict.ground if target is SuspicionState.DISMISSED else None
    advance_all(
        session,
        fresh,
        target,
        actor=verdict.person_id,
        at=at,
        reason=verdict.reason,
        details={**acting, **({"ground": ground} if ground else {})},
        values={
            "decided_by": verdict.person_id,
            "decided_reason": verdict.reason,
            "decided_at": at,
            "ground": ground,
        },
    )
    if target is not SuspicionState.CONFIRMED:
        return []
    return _confirm(session, chosen, verdict, acting, catalogue=catalogue, at=at)


def _refuse_concluded(session: Session, fresh: Sequence[Suspicion]) -> None:
    """After 檢查結案 nothing is judged: what it confirmed would stand in no report and nobody would mend it (A18)."""
    for campaign_id in dict.fromkeys(one.campaign_id for one in fresh):
        campaigns.lock(session, campaign_id)  # a conclusion at the same moment is before or after, never beside
        campaign = campaigns.get(session, campaign_id)
        session.refresh(campaign, ["state"])
        if campaign.state in campaigns.CONCLUDED:
            raise Conflict(
                speak(
                    "本次檢查已檢查結案，疑似事項不再判定；新發現者請以不定期檢查另案辦理，或列入下次檢查",
                    "the inspection is concluded, nothing is judged any more; open another, or wait for the next",
                )
            )


def require_judge(
    session: Session, chosen: Sequence[Suspicion] | Sequence[Clue], person_id: str, *, at: datetime
) -> Held | None:
    """The ethics office judges; its own unit is judged by whom the plan names from outside (officer review A15).

    Asked once for each unit and campaign: whether one may judge does not depend on the single 疑似事項.
    """
    held = None
    who = asking(session, person_id, at=at)
    of_ethics = who.holding(ETHICS) is not None
    for one in {(one.unit_id, one.campaign_id): one for one in chosen}.values():
        own = of_ethics and one.unit_id in who.own_units
        refusal = (
            speak(
                "不得判定本單位事項；由外部指定之人員判定",
                "nobody decides on the own unit; the person named from outside does",
            )
            if own
            else speak(
                "判定僅得由政風室，或該單位之檢查員為之",
                "only the ethics office confirms or dismisses, or the inspector named for the unit",
            )
        )
        held = require_role(session, person_id, Act.TRIAGE, one, at=at, refusal=refusal)
    return held


def _confirm(
    session: Session,
    chosen: Sequence[Suspicion],
    verdict: Verdict,
    acting: dict[str, object],
    *,
    catalogue: Catalogue,
    at: datetime,
) -> list[str]:
    """The findings of 疑似事項 just confirmed, or confirmed before; their numbers follow the order chosen."""
    for campaign_id in dict.fromkeys(one.campaign_id for one in chosen):
        campaigns.lock(session, campaign_id)
    known = findings.confirmed_as(session, [one.id for one in chosen])
    fresh = [one for one in chosen if one.id not in known]
    told = describe_all(session, fresh, catalogue)
    numbers = {campaign: findings.next_number(session, campaign) for campaign in {one.campaign_id for one in fresh}}
    rows, happened = [], []
    for one in fresh:
        number = numbers[one.campaign_id]
        numbers[one.campaign_id] += 1
        words, severity = told[one.id], verdict.severity or one.suggested_severity
        known[one.id] = f"{one.campaign_id}-{number:03d}"
        rows.append(
            {
                "id": known[one.id],
                "campaign_id": one.campaign_id,
                "number": number,
                "unit_id": one.unit_id,
                "suspicion_id": one.id,
                "state": FindingState.CONFIRMED,
                "severity": severity,
                "category": words.category,
                "fact": words.fact,
                "basis": words.basis,
                "remedies": list(words.remedies),
                "confirmed_by": verdict.person_id,
                "confirmed_at": at,
            }
        )
        details = {"severity": severity.value, "unit_id": one.unit_id, **acting}
        states = (None, FindingState.CONFIRMED.value)
        happened.append(Happening(("finding", known[one.id]), "confirmed", states, verdict.reason, details))
    if rows:
        session.execute(insert(Finding), rows)
        record_all(session, happened, at=at, actor=verdict.person_id)
        sides = [(one.campaign_id, one.unit_id) for one in fresh]
        follow_once_out(session, sides, catalogue=catalogue, actor=verdict.person_id, at=at)
    return [known[one.id] for one in chosen]
