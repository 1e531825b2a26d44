"""A campaign with its units, its situation assessment, its plan and the decisions on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column
from inspection.model.lifecycle import ApprovalState, CampaignState, PlanState
from inspection.vocabulary import ApprovalRoute


class Campaign(Record):
    """檢查專案. `window_end` is exclusive; `first_crawl` marks a 首次清查 (officer review A2).

    `kind` is an id of `rules/campaign_kinds.yaml`. Before `reveal_at` the inspected units see nothing of it (A10).
    While it is paused, `paused_at` tells since when and `paused_in` the state to go back to. `outsider_id` inspects
    the ethics office itself (A15), where the head named somebody for this campaign. `suspected_at` is when 疑似事項
    were first drawn, were there none. Once it is 已歸檔, `file_number` is its 檔號, since `archived_at`.
    """

    __tablename__ = "campaign"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[CampaignState] = mapped_column(enum_column(CampaignState))
    window_start: Mapped[datetime]
    window_end: Mapped[datetime]
    checklist_due_on: Mapped[date]
    first_crawl: Mapped[bool]
    opened_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    reveal_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    paused_in: Mapped[str | None] = mapped_column(String(40))
    outsider_id: Mapped[str | None] = mapped_column(String(20))
    suspected_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    file_number: Mapped[str | None] = mapped_column(String(60))


class LegalHold(Record):
    """保全: nothing of a campaign is taken away while one stands, whatever its term. Set by one person, lifted by
    another, each with a reason; the row stays."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        CheckConstraint("lifted_by IS NULL OR lifted_by <> set_by", name="lifted_by_another"),
        Index(
            "ix_legal_hold_standing",
            "campaign_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    reason: Mapped[str] = mapped_column(String(2000))
    set_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
    lifted_reason: Mapped[str | None] = mapped_column(String(2000))
    lifted_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]


class CampaignUnit(Record):
    """A unit under inspection in a campaign; name and contact frozen as they were."""

    __tablename__ = "campaign_unit"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    unit_name: Mapped[str] = mapped_column(String(100))


class SentUp(Record):
    """That the result of a campaign went to those above: by which letter of `office.yaml`, on which day, its 文號."""

    __tablename__ = "sent_up"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    letter: Mapped[str] = mapped_column(String(40), primary_key=True)
    sent_on: Mapped[date]
    number: Mapped[str] = mapped_column(String(100))
    entered_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]


class Assessment(Record):
    """狀況研判: the figures found, and the sentences that rest on them."""

    __tablename__ = "assessment"
    __table_args__ = (UniqueConstraint("campaign_id", "version"),)

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    version: Mapped[int]
    figures: Mapped[dict[str, Any]]
    sentences: Mapped[list[dict[str, Any]]]
    made_at: Mapped[datetime]


class Plan(Record):
    """A version of the plan as data; `content_hash` is what an approval binds itself to."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("campaign_id", "version"),)

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    assessment_id: Mapped[str] = mapped_column(ForeignKey("assessment.id"))
    version: Mapped[int]
    state: Mapped[PlanState] = mapped_column(enum_column(PlanState))
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(64))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    drafted_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[datetime]


class Approval(Record):
    """A request for one decision by one named person, bound to the hash of what is to be decided.

    What kind of matter it is about, `subject_kind`, is a key of the register in `approvals.matters`; `campaign_id` is
    None for a matter outside a campaign.

    The paper route leaves `document_number` and `decided_on` from the 公文系統 and, once filed, 檔號, 保存年限 and
    a scan; a deputy's decision names both people. A version made after 修正後如擬 is checked, not decided anew:
    `follows_id` is the decision it carries out (officer review A4).
    """

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "content_hash", "round"),
        CheckConstraint("requested_by <> approver_id", name="asker_is_not_approver"),
        CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="asker_is_not_decider"),
    )

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(80))
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    round: Mapped[int]
    state: Mapped[ApprovalState] = mapped_column(enum_column(ApprovalState))
    requested_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime]
    approver_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    on_behalf_of: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    entered_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    route: Mapped[ApprovalRoute | None] = mapped_column(enum_column(ApprovalRoute))
    decided_on: Mapped[date | None]
    document_number: Mapped[str | None] = mapped_column(String(100))
    remark: Mapped[str | None] = mapped_column(String(2000))
    file_number: Mapped[str | None] = mapped_column(String(60))
    retention: Mapped[str | None] = mapped_column(String(10))
    scan_document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    decided_at: Mapped[datetime | None]
    follows_id: Mapped[str | None] = mapped_column(ForeignKey("approval.id"))


class AirflowGate(Record):
    """A required action parked in Airflow, so that a decision by another door can release it.

    `shown_hash` is the content it was first parked with: Airflow shows the words of the first park for ever. The last
    answer refused because it was to another version is kept by person and instant, for the portal to tell.
    `passed_at`: its run went on, and nobody asks Airflow about it any more.
    """

    __tablename__ = "airflow_gate"

    dag_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    task_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    decides: Mapped[str] = mapped_column(String(20))
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    shown_hash: Mapped[str] = mapped_column(String(64), server_default="")
    refused_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    refused_at: Mapped[datetime | None]
    passed_at: Mapped[datetime | None]


class AirflowWait(Record):
    """A task parked in Airflow until something has happened in the house: `awaits` is its id in the register of waits.

    `passed_at`: what it waited for had happened when it looked. A task that parks anew takes it back.
    """

    __tablename__ = "airflow_wait"

    dag_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    task_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    awaits: Mapped[str] = mapped_column(String(20))
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    passed_at: Mapped[datetime | None]


DOOR_LENGTH = 120


class StageRun(Record):
    """That a stage ran: the only table in which doing a thing twice leaves two rows."""

    __tablename__ = "stage_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[str | None] = mapped_column(String(40))
    stage: Mapped[str] = mapped_column(String(60))
    door: Mapped[str] = mapped_column(String(DOOR_LENGTH))
    started_at: Mapped[datetime]
    counts: Mapped[dict[str, Any]]
