"""Findings a person confirmed, their mending, and the reports that tell of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column, reference_index
from inspection.model.lifecycle import FindingState, FixState, ReportState
from inspection.vocabulary import Severity


class Finding(Record):
    """缺失 (列管編號 is `id`). `fact` is written without anything found in clear."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int]
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    suspicion_id: Mapped[int] = mapped_column(ForeignKey("suspicion.id"), unique=True)
    state: Mapped[FindingState] = mapped_column(enum_column(FindingState))
    severity: Mapped[Severity] = mapped_column(enum_column(Severity))
    category: Mapped[str] = mapped_column(String(60))
    fact: Mapped[str] = mapped_column(String(2000))
    basis: Mapped[str] = mapped_column(String(300))
    remedies: Mapped[list[str]]
    confirmed_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime]


class Fix(Record):
    """The mending of a finding. `original_due_on` never moves; `due_version` counts agreed extensions."""

    __tablename__ = "fix"
    __table_args__ = (Index(None, "state", "due_on"),)

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    finding_id: Mapped[str] = mapped_column(ForeignKey("finding.id"), unique=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[FixState] = mapped_column(enum_column(FixState))
    opened_on: Mapped[date]
    original_due_on: Mapped[date]
    due_on: Mapped[date]
    due_version: Mapped[int]
    top_rung: Mapped[str | None] = mapped_column(String(40))
    claimed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    claimed_on: Mapped[date | None]
    claim: Mapped[str | None] = mapped_column(String(4000))
    verified_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    verified_on: Mapped[date | None]
    verification: Mapped[str | None] = mapped_column(String(4000))
    released_on: Mapped[date | None]
    days_late: Mapped[int | None]


class RungClimbed(Record):
    """That a rung was reached: once per fix, deadline and rung, whatever runs again.

    `channel` is that of the rung, or `passed` where nobody held its roles; `document_id` is the draft of a 簽.
    """

    __tablename__ = "rung_climbed"
    __table_args__ = (reference_index("rung_climbed", "document_id"),)

    fix_id: Mapped[str] = mapped_column(ForeignKey("fix.id"), primary_key=True)
    due_version: Mapped[int] = mapped_column(primary_key=True)
    rung: Mapped[str] = mapped_column(String(40), primary_key=True)
    on: Mapped[date] = mapped_column("climbed_on")
    days_overdue: Mapped[int]
    channel: Mapped[str] = mapped_column(String(20))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))


class Report(Record):
    """A report as data, frozen with its hash; `unit_id` is empty for the campaign's own."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("campaign_id", "unit_id", "version"),)

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    state: Mapped[ReportState] = mapped_column(enum_column(ReportState))
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(64))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    compiled_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    compiled_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]


class ReportReader(Record):
    """A person to whom an issued report was delivered, with the copy number and the first opening.

    `handed_on` is the day from which somebody else holds this numbered copy; the row stays.
    """

    __tablename__ = "report_reader"

    report_id: Mapped[str] = mapped_column(ForeignKey("report.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    copy_number: Mapped[int]
    opened_at: Mapped[datetime | None]
    handed_on: Mapped[date | None]
