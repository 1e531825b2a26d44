"""保密切結: that a 會辦 member of an inspector group has undertaken to keep what is seen in one campaign."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column
from inspection.vocabulary import ApprovalRoute


class Pledge(Record):
    """One person's 切結 for one campaign, bound to the hash of its text; on paper somebody else enters it."""

    __tablename__ = "pledge"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    pledged_on: Mapped[date]
    route: Mapped[ApprovalRoute] = mapped_column(enum_column(ApprovalRoute))
    text_hash: Mapped[str] = mapped_column(String(64))
    entered_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
