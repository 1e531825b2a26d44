"""Spring-Festival work of a campaign: its window, its lists, who is on duty when, and what was reported each day."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column


class SpringListKind(StrEnum):
    """The lists a plan of seed 003 carries beside the duty roster."""

    KEY_TARGETS = "key_targets"
    DIVISION = "division"
    CONTACTS = "contacts"


class SpringCampaign(Record):
    """A campaign that stands on a confirmed window; closed when the window is over, with what its days came to.

    `figures` hold counts and days only: shifts, reported, late, missing, situations.
    """

    __tablename__ = "spring_campaign"
    __table_args__ = (CheckConstraint("closed_at IS NULL OR figures IS NOT NULL", name="closed_with_figures"),)

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    window_id: Mapped[str] = mapped_column(ForeignKey("spring_window.id"), index=True)
    closed_at: Mapped[datetime | None]
    figures: Mapped[dict[str, Any] | None]


class SpringList(Record):
    """One list of a campaign as imported: 維護目標清單, 任務分工表 or 通信聯絡名冊."""

    __tablename__ = "spring_list"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    kind: Mapped[SpringListKind] = mapped_column(enum_column(SpringListKind), primary_key=True)
    entries: Mapped[list[dict[str, Any]]]
    imported_by: Mapped[str] = mapped_column(String(20))
    imported_at: Mapped[datetime]


class DutyShift(Record):
    """值勤: one person at one post from an hour to an hour, with a deputy. `ends_at` is exclusive (24時).

    `id` is made of campaign, first hour and a count of posts. A shift taken out of the roster stays, inactive: what
    was reported for it keeps its place.
    """

    __tablename__ = "duty_shift"
    __table_args__ = (
        UniqueConstraint("campaign_id", "post", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("deputy_id IS NULL OR deputy_id <> person_id", name="deputy_is_another"),
    )

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    post: Mapped[str] = mapped_column(String(60))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    deputy_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    telephone: Mapped[str] = mapped_column(String(40))
    active: Mapped[bool]


class DutyReport(Record):
    """每日狀況回報 of one shift. `number` counts from 1; later ones add to it (補報), nothing is written over.

    `reported_by` is the person on duty or the deputy; `entered_by` typed it in (the ethics office, by telephone).
    """

    __tablename__ = "duty_report"

    shift_id: Mapped[str] = mapped_column(ForeignKey("duty_shift.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    has_situation: Mapped[bool]
    summary: Mapped[str] = mapped_column(String(1000))
    reported_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    entered_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    by_phone: Mapped[bool]
    reported_at: Mapped[datetime]
