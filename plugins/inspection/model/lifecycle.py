"""Every lifecycle: one enum of states and one table of the steps it allows."""

from __future__ import annotations

from enum import StrEnum


class CampaignState(StrEnum):
    """An inspection from its opening to its closing (seed 000 art. 7).

    CONCLUDED is 檢查結案: a person says so, cases may be open. CLOSED is 列管結清: the last case is released (officer
    review A18). ARCHIVED is 已歸檔: a person says so and gives the 檔號; only then may working rows go.
    """

    DRAFT = "draft"
    ASSESSED = "assessed"
    PLANNED = "planned"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    INSPECTING = "inspecting"
    REPORTING = "reporting"
    FOLLOWING_UP = "following_up"
    CONCLUDED = "concluded"
    CLOSED = "closed"
    ARCHIVED = "archived"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class PlanState(StrEnum):
    """A version of the plan."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    SUPERSEDED = "superseded"


class ApprovalState(StrEnum):
    """A request for a decision. Outcomes are 核定、修正後如擬、退回; a change of content voids it."""

    PENDING = "pending"
    APPROVED = "approved"
    APPROVED_WITH_CHANGES = "approved_with_changes"
    RETURNED = "returned"
    VOIDED = "voided"


class OpinionState(StrEnum):
    """The opinion of one unit (會辦) on one content: 採納情形 makes it answered; a change of content voids it."""

    ASKED = "asked"
    NOT_ASKED = "not_asked"
    GIVEN = "given"
    ANSWERED = "answered"
    VOIDED = "voided"


class CrawlState(StrEnum):
    """A crawl of the shares."""

    LISTING = "listing"
    READING = "reading"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"


class ShardState(StrEnum):
    """A shard of a crawl: some thousand files read by one task."""

    WAITING = "waiting"
    DONE = "done"


class SuspicionState(StrEnum):
    """A 疑似事項: nothing before a person has confirmed it (officer review A1)."""

    OPEN = "open"
    ASKED = "asked"
    EXPLAINED = "explained"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    SELF_IMPROVED = "self_improved"


class ClueState(StrEnum):
    """A 語意線索: nothing but a hint where to look, until a person has read the file."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class CorrectionState(StrEnum):
    """A version of what lessons teach. LAID waits for whoever releases it; TAKEN_BACK has no effect any more."""

    LEARNED = "learned"
    LAID = "laid"
    RELEASED = "released"
    RETURNED = "returned"
    SUPERSEDED = "superseded"
    TAKEN_BACK = "taken_back"


class ChecklistState(StrEnum):
    """A unit's checklist: 未分送、已分送、已開啟、填報中、待主管核章、已提交、退回補正、審查完成、免填報.

    Lateness is derived from dates, never a state. A correction of what was returned is filled and waits for its seal
    without leaving its state: what is in, is in.
    """

    PREPARED = "prepared"
    ISSUED = "issued"
    OPENED = "opened"
    FILLING = "filling"
    AWAITING_SEAL = "awaiting_seal"
    RETURNED = "returned"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"
    EXEMPT = "exempt"


class RulingState(StrEnum):
    """The review of one statement of a return: 待審查、審查通過、退回補正. What is accepted or returned is changed only
    by way of OPEN, so that of two officers the second learns of the first. Once every statement is accepted the
    checklist is 審查完成; it is 退回補正 by those returned."""

    OPEN = "open"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class SpotState(StrEnum):
    """What inspectors saw at a unit, as keyed in: 登錄中、待複核、已複核 (by a second person)."""

    DRAFT = "draft"
    SENT = "sent"
    CONFIRMED = "confirmed"


class PaperState(StrEnum):
    """A unit's signed paper as it is keyed in: 登錄中、待複核、已複核 (a return by then). A later paper begins anew."""

    DRAFT = "draft"
    SENT = "sent"
    ENTERED = "entered"


class FindingState(StrEnum):
    """A confirmed fault (缺失). It is never deleted; a wrong one is withdrawn by two people."""

    CONFIRMED = "confirmed"
    NOTIFIED = "notified"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class FixState(StrEnum):
    """The mending of a finding: 列管至解除列管."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CLAIMED = "claimed"
    SENT_BACK = "sent_back"
    VERIFIED = "verified"
    RELEASED = "released"
    REOPENED = "reopened"
    EXCEPTED = "excepted"


class ReportState(StrEnum):
    """A report from draft to issue."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SIGNED = "signed"
    ISSUED = "issued"
    RETURNED = "returned"
    SUPERSEDED = "superseded"


class NoticeState(StrEnum):
    """A notice in the outbox."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class SpringWindowState(StrEnum):
    """A Spring-Festival window: reckoned, confirmed by the circular, or set aside for another."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    SET_ASIDE = "set_aside"


class HandoverState(StrEnum):
    """A 移交: listed, in effect, or withdrawn before its day."""

    OPEN = "open"
    CARRIED_OUT = "carried_out"
    WITHDRAWN = "withdrawn"


def _steps(**allowed: str) -> dict[str, frozenset[str]]:
    return {state: frozenset(targets.split()) for state, targets in allowed.items()}


STEPS: dict[type[StrEnum], dict[str, frozenset[str]]] = {
    CampaignState: _steps(
        draft="assessed cancelled",
        assessed="planned cancelled",
        planned="submitted assessed cancelled",
        submitted="approved planned cancelled",
        approved="inspecting paused cancelled planned",
        inspecting="reporting paused cancelled planned",
        reporting="following_up inspecting paused cancelled",  # back: a project whose end was moved
        following_up="concluded paused",
        concluded="closed paused",
        paused="approved inspecting reporting following_up concluded cancelled",
        closed="archived",
        archived="",
        cancelled="",
    ),
    PlanState: _steps(
        draft="submitted superseded",
        submitted="approved returned superseded",
        approved="superseded",
        returned="superseded",
        superseded="",
    ),
    ApprovalState: _steps(
        pending="approved approved_with_changes returned voided",
        approved="voided",
        approved_with_changes="voided",
        returned="",
        voided="",
    ),
    OpinionState: _steps(
        asked="given voided", not_asked="voided", given="answered voided", answered="voided", voided=""
    ),
    CrawlState: _steps(listing="reading incomplete", reading="complete incomplete", incomplete="reading", complete=""),
    ShardState: _steps(waiting="done", done=""),
    SuspicionState: _steps(
        open="asked confirmed dismissed self_improved",
        asked="explained open confirmed dismissed self_improved",  # open: raised from a question to a 疑似事項
        explained="open confirmed dismissed self_improved",
        confirmed="",
        dismissed="open",
        self_improved="",
    ),
    ClueState: _steps(open="confirmed dismissed", confirmed="", dismissed="open"),  # by whom looked again
    CorrectionState: _steps(
        learned="laid superseded",
        laid="released returned superseded",
        released="superseded taken_back",
        returned="",
        superseded="taken_back",  # campaigns crawled under it still go by it
        taken_back="",
    ),
    ChecklistState: _steps(
        prepared="issued exempt",
        issued="opened filling returned exempt",
        opened="filling returned exempt",
        filling="awaiting_seal returned exempt",
        awaiting_seal="filling returned exempt",
        returned="accepted sent_back",
        sent_back="returned exempt",
        accepted="returned",  # 審查完成 taken back
        exempt="",
    ),
    RulingState: _steps(open="accepted returned", accepted="open", returned="open"),
    SpotState: _steps(draft="sent", sent="draft confirmed", confirmed=""),
    PaperState: _steps(draft="sent", sent="draft entered", entered="draft"),
    FindingState: _steps(
        confirmed="notified withdrawn", notified="released withdrawn", released="notified", withdrawn=""
    ),
    FixState: _steps(
        open="accepted claimed excepted",
        accepted="claimed excepted",
        claimed="verified sent_back",
        sent_back="claimed excepted",
        verified="released sent_back",
        released="reopened",
        reopened="accepted claimed excepted",
        excepted="reopened released",
    ),
    ReportState: _steps(
        draft="submitted superseded",
        submitted="signed returned superseded",
        signed="issued superseded",
        returned="draft superseded",
        issued="superseded",
        superseded="",
    ),
    SpringWindowState: _steps(proposed="confirmed set_aside", confirmed="set_aside", set_aside="confirmed proposed"),
    HandoverState: _steps(open="carried_out withdrawn", carried_out="", withdrawn=""),
    NoticeState: _steps(
        pending="sending cancelled",
        sending="sent pending failed",
        failed="pending cancelled sent",
        sent="failed",  # it came back
        cancelled="",
    ),
}


def allows(current: StrEnum, target: StrEnum) -> bool:
    """Whether the table of this lifecycle knows the step."""
    return target.value in STEPS[type(current)][current.value]
