"""What a gate in Airflow asks the house: is it decided, who may decide, and what is shown meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.approvals import matters
from inspection.approvals.decide import Decision
from inspection.audit.events import record
from inspection.calendar import roc
from inspection.documents.paper_code import read_code, short_code
from inspection.errors import BadSource, NotAllowed, NotFound
from inspection.language import speak
from inspection.model import AirflowGate, Approval, Person
from inspection.model.lifecycle import ApprovalState, CampaignState
from inspection.notices.conditions.approval import while_pending
from inspection.notices.outbox import Letter, write
from inspection.rules.catalogue import Catalogue
from inspection.store import approvals, campaigns, parked, roster
from inspection.store.parked import ParkedGate
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute

OUTCOME_OF = {
    ApprovalState.APPROVED: ApprovalOutcome.APPROVED,
    ApprovalState.APPROVED_WITH_CHANGES: ApprovalOutcome.APPROVED_WITH_CHANGES,
    ApprovalState.RETURNED: ApprovalOutcome.RETURNED,
}
OPTION = {
    ApprovalOutcome.APPROVED: "核定",
    ApprovalOutcome.APPROVED_WITH_CHANGES: "修正後如擬",
    ApprovalOutcome.RETURNED: "退回",
}

BOUND = (
    "作答以本頁所示版次為準。內容另有新版者，請於入口網站核閱後，將新版頁尾之識別碼填入作答欄；"
    "識別碼與現行版本不符者不予採計，並另函告知。"
)


def awaited(session: Session, subject: str, campaign_id: str) -> Approval:
    """The newest request on a campaign's matter of a kind; raises NotFound before it was submitted."""
    subject_id = matters.of(subject).newest(session, campaign_id)
    found = approvals.latest(session, (subject, subject_id)) if subject_id else None
    if found is None:
        raise NotFound(
            speak(
                f"檢查專案 {campaign_id} 之{matters.of(subject).short}尚未陳核",
                f"{subject} of campaign {campaign_id} has not been submitted",
            )
        )
    return found


def decided(session: Session, subject: str, campaign_id: str) -> ApprovalOutcome | None:
    """The outcome where a decision stands, else None."""
    return OUTCOME_OF.get(awaited(session, subject, campaign_id).state)


def page_of(session: Session, subject: str, campaign_id: str) -> str:
    """The page in the portal where it is decided, as a path."""
    return matters.of(subject).page(awaited(session, subject, campaign_id).subject_id)


def park(session: Session, gate: ParkedGate, subject: str, campaign_id: str) -> str:
    """Notes where a gate waits and which content it shows, so that a decision by another door can release it.

    Returns the hash shown: that of the first park, for Airflow keeps its words (docs/decisions/0021). Idempotent.
    """
    shown = awaited(session, subject, campaign_id).content_hash
    parked.note(session, AirflowGate, gate, decides=subject, campaign_id=campaign_id, shown_hash=shown)
    return _row(session, gate).shown_hash


def passed(session: Session, gate: ParkedGate, *, at: datetime) -> None:
    """Notes that a gate lets its run go on: nobody need release it any more."""
    parked.passed(session, AirflowGate, gate, at=at)


def note_refused(session: Session, gate: ParkedGate, *, at: datetime) -> None:
    """Notes that the house refused what was answered last, so that nobody takes it for lost."""
    row = _row(session, gate)
    row.refused_by, row.refused_at = None, at  # whose it was does not matter: it was told where it was answered


def was_refused(session: Session, gate: ParkedGate, *, since: datetime) -> bool:
    """Whether the house has refused an answer to a gate since an instant."""
    refused_at = _row(session, gate).refused_at
    return refused_at is not None and refused_at >= since


def _row(session: Session, gate: ParkedGate) -> AirflowGate:
    return session.get_one(AirflowGate, (gate.dag_id, gate.run_id, gate.task_id))


def is_called_off(session: Session, campaign_id: str) -> bool:
    """Whether a gate's campaign was cancelled: nothing is asked for it any more."""
    return campaigns.get(session, campaign_id).state is CampaignState.CANCELLED


def undecided(session: Session) -> list[ParkedGate]:
    """Gates of campaigns that go on whose decision is still awaited."""
    settled = {place for place, _ in releasable(session)}
    return [place for gate in parked.open_gates(session) if (place := parked.place_of(gate)) not in settled]


def releasable(session: Session) -> list[tuple[ParkedGate, ApprovalOutcome]]:
    """Gates that have not gone on though their decision stands, with its outcome; Airflow knows which still wait.

    The gate of a cancelled campaign is released as if returned: it asks the house, and ends.
    """
    found, gates = [], parked.open_gates(session)
    called_off = campaigns.cancelled(session, {gate.campaign_id for gate in gates})
    for gate in gates:
        if gate.campaign_id in called_off:
            found.append((parked.place_of(gate), ApprovalOutcome.RETURNED))
            continue
        try:
            outcome = decided(session, gate.decides, gate.campaign_id)
        except NotFound:  # a new version was drafted and not yet submitted
            continue
        if outcome is not None:
            found.append((parked.place_of(gate), outcome))
    return found


def summary(session: Session, campaign_id: str, shown_hash: str) -> str:
    """What the required action shows: nothing a reader of DAGs may not see, and the short code of one version.

    Airflow keeps the words of the first park (docs/decisions/0003): newer versions and the deadline stand in the
    portal, and an answer to one of them names its code.
    """
    code = short_code(shown_hash) if shown_hash else "未載，作答時請填"
    rows = {"本頁所示版次之識別碼": code, "全文、現行識別碼及期限": settings.get().portal_url}
    return shown(session, campaign_id, rows, BOUND)


def shown(session: Session, campaign_id: str, rows: Mapping[str, str], said: str) -> str:
    """What any required action shows, as Markdown: the campaign, `rows` of its own, and what is said below."""
    campaign = campaigns.get(session, campaign_id)
    about = {
        "專案代碼": campaign.id,
        "檢查期間": roc.days(campaign.window_start, campaign.window_end),
        **rows,
    }
    table = (f"| {name} | {value} |" for name, value in about.items())
    return "\n".join([f"| 檢查專案 | {campaign.name} |", "|---|---|", *table, "", said])


@dataclass(frozen=True, slots=True)
class AirflowAnswer:
    """What somebody answered in Airflow. `identifier` is the code of the version read; empty: the one shown."""

    outcome: ApprovalOutcome
    login: str
    remark: str = ""
    decided_on: str = ""
    document_number: str = ""
    identifier: str = ""

    @classmethod
    def of(cls, option: str, login: str, given: Mapping[str, object]) -> AirflowAnswer:
        """As Airflow has it: the option that was chosen, and the fields, each of which may be missing or None."""
        outcome = next(outcome for outcome, name in OPTION.items() if name == option)
        written = {
            one.name: str(given.get(one.name) or "") for one in fields(cls) if one.name not in {"outcome", "login"}
        }
        return cls(outcome, login, **written)


def decide_from_airflow(
    session: Session, gate: ParkedGate, answer: AirflowAnswer, *, catalogue: Catalogue, at: datetime
) -> Approval | None:
    """Takes an answer given in Airflow; None where it was to another version: the person is told, nothing is decided.

    A login without a roster person is refused (NotAllowed), an identifier that is none too (BadSource).
    """
    row = _row(session, gate)
    person = roster.person_of_login(session, answer.login)
    if person is None:
        raise NotAllowed(
            speak(
                f"Airflow 帳號「{answer.login}」未對應名冊人員，本次作答未採計；"
                "請於名冊該員填 login 後匯入，或改於入口網站、紙本核定",
                f"the Airflow account {answer.login!r} is nobody of the roster, the answer does not count; "
                "enter the login in the roster and import it, or decide in the portal or on paper",
            )
        )
    try:
        day = date.fromisoformat(answer.decided_on) if answer.decided_on else clock.local_date(at)
    except ValueError:
        raise BadSource(
            speak("核定日格式有誤", "the day of the decision is not well formed"),
            remedy=speak("請寫成 2026-11-02，或留空", "write 2026-11-02, or leave it blank"),
        ) from None
    approval = awaited(session, row.decides, row.campaign_id)
    if _seen(row, answer) not in _codes(session, approval):
        _refuse(session, row, approval, person, answer, catalogue=catalogue, at=at)
        return None
    decision = Decision(
        outcome=answer.outcome,
        person_id=person.id,
        seen_hash=approval.content_hash,
        route=ApprovalRoute.AIRFLOW,
        decided_on=day,
        document_number=answer.document_number or None,
        remark=answer.remark or None,
    )
    return matters.of(row.decides).decide(session, approval.subject_id, decision, at)


def _codes(session: Session, approval: Approval) -> set[str]:
    """The codes by which the version that waits is known: its own, and that of its paper where it has one alone."""
    codes, matter = {short_code(approval.content_hash)}, matters.matter(session, approval)
    if matter.content_hash == approval.content_hash and len(matter.printed) == 1:
        codes.add(short_code(matter.printed[0]))
    return codes


def _seen(row: AirflowGate, answer: AirflowAnswer) -> str:
    """The short code of what was before the person's eyes; empty where neither gate nor answer says."""
    if answer.identifier.strip():
        return read_code(answer.identifier).identifier
    return short_code(row.shown_hash) if row.shown_hash else ""


def _refuse(
    session: Session,
    row: AirflowGate,
    approval: Approval,
    person: Person,
    answer: AirflowAnswer,
    *,
    catalogue: Catalogue,
    at: datetime,
) -> None:
    """Keeps that an answer did not count, and tells who gave it by mail; the portal tells it on page and desk.

    The same answer handed in twice, as Airflow may, is told once.
    """
    seen = _seen(row, answer)
    row.refused_by, row.refused_at = person.id, at
    campaign = matters.campaign_of(session, approval)
    letter = Letter(
        key=f"gate-refused:{approval.id}:{seen}:{person.id}",
        kind="gate_answer_refused",
        person_id=person.id,
        values={
            "document_name": matters.document_name(row.decides, campaign, catalogue),
            "seen": seen or "未載",
            "identifier": short_code(approval.content_hash),
            "due": roc.plain(approval.due_on),
        },
        campaign_id=row.campaign_id,
        still_wanted=while_pending(approval.id),
    )
    if write(session, letter, at=at):
        details: dict[str, object] = {"route": ApprovalRoute.AIRFLOW.value, "content_hash": approval.content_hash}
        record(session, at=at, actor=person.id, subject=("approval", approval.id), action="answer_refused",
               reason=seen, details=details)  # fmt: skip
    session.flush()
