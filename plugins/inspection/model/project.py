"""A project safeguarded by a plan of its own (專案機密維護): who knows of it, its days, and where its files lie."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column, kind_column
from inspection.vocabulary import ProjectDay, ProjectKind


class Project(Record):
    """What a campaign of kind project is about; its window is the project's period.

    `code_name` stands wherever others may read. `real_name` stands here, in the plan and nowhere else. `public_on` is
    the day of award or announcement, after which what the kind names is no secret any more. `stages` is the table
    階段｜可能洩密點｜防範措施｜主辦｜協辦｜期程. `opinion` is the 檢討改進意見 as a person wrote it.
    """

    __tablename__ = "project"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    code_name: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[ProjectKind] = mapped_column(kind_column(ProjectKind))
    real_name: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    public_on: Mapped[date | None]
    stages: Mapped[list[dict[str, Any]]]
    opinion: Mapped[list[str]]
    review_due_on: Mapped[date | None]
    reported_on: Mapped[date | None]
    reported_number: Mapped[str | None] = mapped_column(String(100))


class ProjectDate(Record):
    """One day of a project as it was set, moved or (no day) withdrawn, with its decision; the highest version holds."""

    __tablename__ = "project_date"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("project.campaign_id"), primary_key=True)
    what: Mapped[ProjectDay] = mapped_column(enum_column(ProjectDay), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(500))
    decided_on: Mapped[date | None]
    document_number: Mapped[str | None] = mapped_column(String(100))
    entered_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]


class ProjectShare(Record):
    """Where files of a project lie: a folder of a share ('' the whole share). A folder's name is content."""

    __tablename__ = "project_share"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("project.campaign_id"), primary_key=True)
    share_id: Mapped[str] = mapped_column(ForeignKey("share.id"), primary_key=True)
    folder: Mapped[str] = mapped_column(String(500), primary_key=True)


class PersonInTheKnow(Record):
    """知悉人員: a person of the roster or an outsider, from and until when; nobody reads before the 切結書 is signed.

    `who` is the roster id, or for an outsider a hash of name and body: one entry at a time for each.
    """

    __tablename__ = "person_in_the_know"
    __table_args__ = (
        UniqueConstraint("campaign_id", "who", "from_on"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_start"),
        CheckConstraint(
            "pledge_signed_on IS NULL OR pledge_number IS NOT NULL OR pledge_scan_id IS NOT NULL",
            name="pledge_on_record",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("project.campaign_id"))
    who: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(60))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    release_reason: Mapped[str | None] = mapped_column(String(500))
    pledge_document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    pledge_sent_on: Mapped[date | None]
    pledge_signed_on: Mapped[date | None]
    pledge_number: Mapped[str | None] = mapped_column(String(100))
    pledge_scan_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    added_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
