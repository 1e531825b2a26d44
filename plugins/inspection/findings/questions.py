"""請單位說明: a question to the unit before anything is decided, its answer by page or paper, and who gives it.

What a rule reserves (檢舉人身分, 考績懲處, 甄審, 密碼) no contact or head hears by role, but one person named per case
(officer review A12). A question without an answer holds nothing up: past its day the officer decides without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.policy import Act, may, require_role, scope
from inspection.access.roles import on_behalf
from inspection.access.who import asking
from inspection.audit.events import record
from inspection.audit.steps import advance, advance_all
from inspection.calendar import roc
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.language import speak
from inspection.model import Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.notices.conditions.question import while_unexplained
from inspection.notices.outbox import Letter, write
from inspection.rules.catalogue import Catalogue
from inspection.store import calendar_days, campaigns, findings, roster
from inspection.store.contradictions import CORRECTED

KIND = "question_to_unit"
LONGEST = 2000
ASKING = (SuspicionState.OPEN, SuspicionState.ASKED, SuspicionState.EXPLAINED)


@dataclass(frozen=True, slots=True)
class Question:
    """What a unit is asked, by whom, and how. `asked_by` is None where the program asks (`actor` names it); `within`
    are the working days to answer, `mail` the text that tells of it."""

    text: str
    actor: str
    asked_by: str | None
    within: int
    mail: str = KIND

    @staticmethod
    def of_officer(text: str, person_id: str, catalogue: Catalogue) -> Question:
        """What an officer asks of a 疑似事項."""
        return Question(text, person_id, person_id, catalogue.triage.answer_within_working_days)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a unit said. `said_by` is who said it; `entered_by` the officer who wrote it down, where it came on paper
    or by mouth."""

    text: str
    said_by: str
    entered_by: str | None = None


def ask(
    session: Session,
    suspicions: Sequence[Suspicion],
    question: Question,
    *,
    acting: dict[str, object],
    catalogue: Catalogue,
    at: datetime,
) -> None:
    """Asks the units to explain, and writes to who may answer; nothing of the content stands in the mail.

    Raises BadSource where a case is reserved and nobody has been named for it yet. Whoever calls has asked the policy.
    """
    for one in suspicions:
        why = catalogue.triage.reserved(one.detectors)
        if why and one.confidant_id is None:
            raise BadSource(
                speak(
                    f"所選事項涉及{why}，不得請單位窗口或主管依職務說明",
                    f"the matter touches {why}: neither contact nor head of the unit is asked by office",
                ),
                place=speak(f"疑似事項第{one.id}號", f"suspicion {one.id}"),
                remedy=speak(
                    "請先就該事項指定一位說明人，或當面詢問後逕行判定",
                    "name somebody for this matter, or ask in person and decide",
                ),
            )
    today = clock.local_date(at)
    due_on = calendar_days.calendar(session).add_working_days(today, question.within)
    advance_all(
        session,
        suspicions,
        SuspicionState.ASKED,
        actor=question.actor,
        at=at,
        reason=question.text,
        details={**acting, "due_on": str(due_on)},
        values={"asked_by": question.asked_by, "asked_at": at, "question": question.text, "answer_due_on": due_on},
    )
    for members in _by_recipient(session, suspicions, today, catalogue).items():
        _write(session, *members, mail=question.mail, due_on=due_on, at=at)


def recipients(session: Session, one: Suspicion, catalogue: Catalogue, *, on: date) -> list[str]:
    """Ids of those who may answer: who answers for the unit; of a reserved case the person named for it alone."""
    if catalogue.triage.reserved(one.detectors):
        return [one.confidant_id] if one.confidant_id else []
    return [person.id for person in roster.answering_for(session, one.unit_id, on=on)]


def _by_recipient(
    session: Session, suspicions: Sequence[Suspicion], on: date, catalogue: Catalogue
) -> dict[tuple[str, str, str], list[Suspicion]]:
    """What each person is asked of a campaign and unit: one mail, however many there are."""
    of_unit: dict[str, list[str]] = {}
    found: dict[tuple[str, str, str], list[Suspicion]] = {}
    for one in suspicions:
        if catalogue.triage.reserved(one.detectors):
            people = recipients(session, one, catalogue, on=on)
        else:
            if one.unit_id not in of_unit:
                of_unit[one.unit_id] = recipients(session, one, catalogue, on=on)
            people = of_unit[one.unit_id]
        for person in people:
            found.setdefault((one.campaign_id, one.unit_id, person), []).append(one)
    return found


def _write(
    session: Session, to: tuple[str, str, str], asked: Sequence[Suspicion], *, mail: str, due_on: date, at: datetime
) -> None:
    campaign_id, unit_id, person_id = to
    first = min(one.id for one in asked)
    again = any(one.ground == CORRECTED for one in asked)
    write(
        session,
        Letter(
            # each 疑似事項 is asked about once, and again only where the unit took its correction back
            key=f"{mail}:{first}:{person_id}" + (f":{due_on}" if again else ""),
            kind=mail,
            person_id=person_id,
            values={
                "campaign_name": campaigns.get(session, campaign_id).name,
                "unit_name": roster.unit(session, unit_id).name,
                "question_count": len(asked),
                "due": roc.with_weekday(due_on),
            },
            campaign_id=campaign_id,
            still_wanted=while_unexplained(unit_id),
        ),
        at=at,
    )


def may_explain(session: Session, one: Suspicion, person_id: str, *, catalogue: Catalogue, at: datetime) -> bool:
    """Whether a person may see a question and answer it."""
    if one.state not in ASKING or one.asked_at is None:
        return False
    if one.confidant_id == person_id:
        return roster.person(session, person_id).active
    if catalogue.triage.reserved(one.detectors):
        return False
    return may(asking(session, person_id, at=at), Act.ANSWER_QUESTION, one).allowed


def questions_for(session: Session, person_id: str, *, catalogue: Catalogue, at: datetime) -> list[Suspicion]:
    """What a person may answer, the soonest due first; what was answered already stays to be read."""
    whose = scope(asking(session, person_id, at=at), Act.ANSWER_QUESTION)
    asked = findings.asked(session, whose, person_id)
    return [one for one in asked if may_explain(session, one, person_id, catalogue=catalogue, at=at)]


def explain(session: Session, suspicion_id: int, said: Explanation, *, catalogue: Catalogue, at: datetime) -> Suspicion:
    """Takes the unit's word; the same again changes nothing.

    By page whoever may answer for the unit speaks for themselves; on paper an officer who may judge the case enters it
    and names who said it. Raises BadSource, NotAllowed, Conflict.
    """
    one = findings.suspicion(session, suspicion_id)
    text = said.text.strip()
    if not text:
        raise BadSource(
            speak("說明未填", "the explanation is missing"),
            remedy=speak(
                "請寫明該檔案之用途、保管方式及有無其他處置；勿填檔案內容或個人資料",
                "say what the file is for, how it is kept and what else was done; no content, no personal data",
            ),
        )
    if len(text) > LONGEST:
        raise BadSource(
            speak(f"說明過長（{len(text)}字）", f"the explanation is too long ({len(text)} characters)"),
            remedy=speak(f"請精簡至{LONGEST}字以內", f"keep to {LONGEST} characters"),
        )
    details = _require_voice(session, one, said, catalogue=catalogue, at=at)
    if one.state == SuspicionState.EXPLAINED:
        if (one.explanation, one.explained_by) == (text, said.said_by):
            return one
        raise Conflict(speak("本題已回覆", "this question has been answered already"))
    actor = said.entered_by or said.said_by
    advance(session, one, SuspicionState.EXPLAINED, actor=actor, at=at, details=details)
    one.explanation = text
    one.explained_by = said.said_by
    one.explained_at = at
    one.explanation_entered_by = said.entered_by
    session.flush()
    return one


def _require_voice(
    session: Session, one: Suspicion, said: Explanation, *, catalogue: Catalogue, at: datetime
) -> dict[str, object]:
    """Who may say this, or enter that it was said; what the event tells of it."""
    if said.entered_by is None:
        if one.asked_at is not None and not may_explain(session, one, said.said_by, catalogue=catalogue, at=at):
            raise NotAllowed(
                speak(
                    "僅得由該單位承辦說明之人員，或本案指定之人員說明",
                    "only who answers for the unit, or was named for the case, explains",
                )
            )
        return {}
    refusal = speak("單位說明僅得由得判定本案之人員登錄", "only who may judge the case enters what the unit said")
    held = require_role(session, said.entered_by, Act.TRIAGE, one, at=at, refusal=refusal)
    speaker = roster.person(session, said.said_by)
    if said.said_by != one.confidant_id and not roster.is_own_unit(session, speaker, one.unit_id):
        raise BadSource(
            speak(
                f"{speaker.name}不是受詢單位之人員，也不是本件指定之說明人",
                f"{speaker.name} is neither of the unit asked nor named for the case",
            ),
            remedy=speak("請選受詢單位之人員，或先指定說明人", "name somebody of the unit, or name who explains first"),
        )
    return {"said_by": said.said_by, "channel": "paper", **on_behalf(said.entered_by, held)}


def name_confidant(session: Session, suspicion_id: int, person_id: str, *, named_by: str, at: datetime) -> Suspicion:
    """Names the one person of a reserved case who may see its place and explain it; the same again changes nothing."""
    one = findings.suspicion(session, suspicion_id)
    refusal = speak("說明人僅得由得判定本案之人員指定", "only who may judge the case names somebody for it")
    held = require_role(session, named_by, Act.TRIAGE, one, at=at, refusal=refusal)
    person = roster.person(session, person_id)
    if not asking(session, person_id, at=at).has_business:
        raise BadSource(
            speak(f"{person.name}不在職，或在系統內沒有職務", f"{person.name} has left, or has no role here"),
            remedy=speak(
                "請指定得登入系統之在職人員，或當面詢問後登錄說明",
                "name somebody who can sign in, or ask in person and enter the answer",
            ),
        )
    if one.confidant_id == person_id:
        return one
    one.confidant_id = person_id
    session.flush()
    record(
        session,
        at=at,
        actor=named_by,
        subject=("suspicion", str(one.id)),
        action="confidant_named",
        details={"people": person_id, **on_behalf(named_by, held)},
    )
    return one


def lapsed(one: Suspicion, *, on: date) -> bool:
    """Whether a question is still without an answer past its day: it is shown so, and decided without."""
    return one.state == SuspicionState.ASKED and one.answer_due_on is not None and one.answer_due_on < on
