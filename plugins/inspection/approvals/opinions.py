"""An opinion is given by the unit's head or deputy, or entered from paper; the drafter says what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.roles import on_behalf, on_day
from inspection.access.who import asking
from inspection.audit.steps import advance
from inspection.errors import BadSource, Conflict, NotAllowed, NotFound
from inspection.language import speak
from inspection.model import Approval, Campaign, Opinion
from inspection.model.lifecycle import ApprovalState, OpinionState
from inspection.notices.conditions.adoption import while_unanswered
from inspection.notices.outbox import Letter, write
from inspection.rules.messages import state_word
from inspection.store import approvals, opinions
from inspection.store.unannounced import hidden_from
from inspection.vocabulary import Adoption, Role, Stance

ETHICS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})
LONGEST_OPINION, LONGEST_REASON = 2000, 1000


@dataclass(frozen=True, slots=True)
class Given:
    """What a unit says, by whom and on which content; `entered_by` is who typed it in from paper."""

    stance: Stance
    text: str
    person_id: str
    seen_hash: str
    given_on: date
    entered_by: str | None = None


@dataclass(frozen=True, slots=True)
class AdoptionNote:
    """採納情形: what the drafter made of an opinion, and why where it was not wholly adopted."""

    adoption: Adoption
    reason: str
    person_id: str


def give_opinion(
    session: Session,
    opinion_id: str,
    given: Given,
    *,
    campaign: Campaign,
    document_name: str,
    current_hash: str,
    at: datetime,
) -> Opinion:
    """Takes the opinion of a unit; the same again changes nothing, and a late one counts until the decision.

    Raises NotAllowed for whoever is not the unit's head or deputy that day, Conflict for changed content, a decision
    already taken or another opinion already given, BadSource for what is missing.
    """
    opinion, approval = _waiting(session, opinion_id)
    _may_give(session, opinion, approval, given, campaign, at=at)
    held = on_day(session, given.person_id, given.given_on).holding({Role.UNIT_HEAD}, unit_id=opinion.unit_id)
    if held is None:
        raise NotAllowed(
            speak(
                "會辦意見僅得由受會辦單位主管，或代理期間內之代理人表示",
                "only the head of the unit asked, or a deputy within the recorded days, gives its opinion",
            )
        )
    text = given.text.strip()
    if given.stance is Stance.REMARKS and not text:
        raise BadSource(
            speak("會辦意見未填", "the opinion is missing"),
            remedy=speak("勾選有意見者須寫明意見", "whoever has remarks writes them down"),
        )
    if len(text) > LONGEST_OPINION:
        raise BadSource(
            speak(f"會辦意見逾{LONGEST_OPINION}字", f"the opinion is longer than {LONGEST_OPINION} characters"),
            remedy=speak("請摘要填寫，全文以附件存卷", "sum it up and file the whole as an annex"),
        )
    if given.given_on > clock.local_date(at):
        raise BadSource(
            speak("表示意見日晚於今日", "the day of the opinion lies in the future"),
            remedy=speak("填入簽註意見之日期", "give the day it was written"),
        )
    if given.seen_hash != opinion.content_hash or current_hash != opinion.content_hash:
        raise Conflict(
            speak(
                "內容與會辦時不同；請先閱覽現行版本",
                "the content is not the one on which an opinion was asked; read the current version first",
            )
        )
    if opinion.state in {OpinionState.GIVEN, OpinionState.ANSWERED}:
        if (opinion.given_by, opinion.stance, opinion.text) == (given.person_id, given.stance, text):
            return opinion
        raise Conflict(speak(f"{opinion.unit_name}已表示意見", f"{opinion.unit_name} has already given its opinion"))
    advance(
        session,
        opinion,
        OpinionState.GIVEN,
        actor=given.entered_by or given.person_id,
        at=at,
        details={
            "unit_id": opinion.unit_id,
            "outcome": given.stance.value,
            "content_hash": opinion.content_hash,
            **on_behalf(given.person_id, held),
            **({"entered_by": given.entered_by} if given.entered_by else {}),
        },
    )
    opinion.stance, opinion.text = given.stance, text
    opinion.given_by, opinion.on_behalf_of = given.person_id, held.on_behalf_of
    opinion.entered_by, opinion.given_on, opinion.given_at = given.entered_by, given.given_on, at
    session.flush()
    if given.stance is Stance.REMARKS:
        letter = Letter(
            key=f"opinion-to-answer:{opinion.id}",
            kind="opinion_to_answer",
            person_id=approval.requested_by,
            values={"document_name": document_name, "unit_name": opinion.unit_name},
            campaign_id=campaign.id,
            still_wanted=while_unanswered(opinion.id),
        )
        write(session, letter, at=at)
    return opinion


def answer_opinion(session: Session, opinion_id: str, answer: AdoptionNote, *, at: datetime) -> Opinion:
    """Puts down 採納情形; the same again changes nothing.

    Raises NotAllowed outside the ethics office, Conflict where no remarks were given or the decision was taken,
    BadSource where a reason is missing.
    """
    opinion, _ = _waiting(session, opinion_id)
    held = asking(session, answer.person_id, at=at).holding(ETHICS)
    if held is None:
        raise NotAllowed(
            speak(
                "會辦意見之採納情形僅得由擬稿之政風室載明",
                "only the ethics office, which drafted it, says what became of an opinion",
            )
        )
    reason = answer.reason.strip()
    if answer.adoption is not Adoption.ADOPTED and not reason:
        raise BadSource(
            speak("採納情形未附理由", "what became of the opinion has no reason"),
            remedy=speak("部分採納或未採納者須寫明理由", "adopted in part or not at all needs a reason"),
        )
    if len(reason) > LONGEST_REASON:
        raise BadSource(
            speak(f"採納情形之理由逾{LONGEST_REASON}字", f"the reason is longer than {LONGEST_REASON} characters"),
            remedy=speak("請摘要填寫", "sum it up"),
        )
    if opinion.state is OpinionState.ANSWERED:
        if (opinion.adoption, opinion.adoption_reason) == (answer.adoption, reason):
            return opinion
        raise Conflict(
            speak(
                f"{opinion.unit_name}意見之採納情形已載明",
                f"what became of the opinion of {opinion.unit_name} has been put down already",
            )
        )
    if opinion.state is not OpinionState.GIVEN or opinion.stance is not Stance.REMARKS:
        raise Conflict(
            speak(
                f"{opinion.unit_name}沒有意見須載明採納情形", f"{opinion.unit_name} has made no remarks to be answered"
            )
        )
    advance(
        session,
        opinion,
        OpinionState.ANSWERED,
        actor=answer.person_id,
        at=at,
        details={
            "unit_id": opinion.unit_id,
            "outcome": answer.adoption.value,
            **on_behalf(answer.person_id, held),
        },
    )
    opinion.adoption, opinion.adoption_reason = answer.adoption, reason
    opinion.answered_by, opinion.answered_at = answer.person_id, at
    session.flush()
    return opinion


def _waiting(session: Session, opinion_id: str) -> tuple[Opinion, Approval]:
    opinion = opinions.get(session, opinion_id)
    approval = approvals.get(session, opinion.approval_id)
    if approval.state is not ApprovalState.PENDING or opinion.state is OpinionState.VOIDED:
        raise Conflict(
            speak(
                f"本案已決定（{state_word('approval', approval.state)}）",
                f"the request has already been answered: {approval.state.value}",
            )
        )
    return opinion, approval


def _may_give(
    session: Session, opinion: Opinion, approval: Approval, given: Given, campaign: Campaign, *, at: datetime
) -> None:
    if hidden_from(session, campaign, given.person_id, at=at):
        raise NotFound(speak("查無此事項，或非您所得知悉", "there is no such matter for this person"))
    if opinion.state is OpinionState.NOT_ASKED:
        because = opinion.because.value if opinion.because else ""
        raise Conflict(speak(f"{opinion.unit_name}未受會辦", f"{opinion.unit_name} was not asked: {because}"))
    if given.person_id == approval.requested_by:
        raise NotAllowed(speak("陳核人不得表示會辦意見", "the one who asked may not give the opinion"))
    if given.entered_by is None:
        return
    if asking(session, given.entered_by, at=at).holding(ETHICS) is None:
        raise NotAllowed(speak("紙本會辦意見僅得由政風室登錄", "only the ethics office enters opinions given on paper"))
