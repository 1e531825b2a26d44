"""What inspectors saw at a unit on the spot: the record as keyed in, and its rows once a second person confirmed it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column, kind_column
from inspection.model.lifecycle import SpotState
from inspection.vocabulary import Equipment, SpotSigned


class SpotRecord(Record):
    """The 檢查紀錄表 of one unit as it is keyed in: `content` field by field as typed and by whom, `version` one more
    with each save. `content_hash` is what was sent, shown to and confirmed by a second person.

    What was said stands in rows of its own only after that: day, place, who was there, 優點, 其他情形, the unit's
    statement, who signed, and whether a copy was left.
    """

    __tablename__ = "spot_record"

    checklist_id: Mapped[str] = mapped_column(ForeignKey("checklist.id"), primary_key=True)
    state: Mapped[SpotState] = mapped_column(enum_column(SpotState))
    version: Mapped[int]
    content: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    content_hash: Mapped[str | None] = mapped_column(String(64))
    sent_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    visited_on: Mapped[date | None]
    place: Mapped[str | None] = mapped_column(String(200))
    present: Mapped[str | None] = mapped_column(String(200))
    merits: Mapped[str | None] = mapped_column(String(2000))
    besides: Mapped[str | None] = mapped_column(String(2000))
    unit_statement: Mapped[str | None] = mapped_column(String(2000))
    signed: Mapped[SpotSigned | None] = mapped_column(kind_column(SpotSigned))
    copy_left: Mapped[bool | None]


class SpotSample(Record):
    """Which units of a campaign are visited, where its plan has them drawn. `seed_sealed` is the seed as it lay hidden,
    sealed with the installation's key; `commitment` the hash the plan prints; `per_hundred` the share of the units.

    The seed stands in clear, beside the units `listed` and those `drawn` (ids), once it was opened.
    """

    __tablename__ = "spot_sample"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    seed_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    commitment: Mapped[str] = mapped_column(String(64))
    per_hundred: Mapped[int]
    made_at: Mapped[datetime]
    opened_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime | None]
    seed: Mapped[str | None] = mapped_column(String(64))
    listed: Mapped[list[str] | None]
    drawn: Mapped[list[str] | None]


class SpotAddition(Record):
    """A unit visited beside those drawn: who added it, and why. None is ever taken out."""

    __tablename__ = "spot_addition"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("spot_sample.campaign_id"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(500))
    added_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]


class SpotAnswer(Record):
    """What was found of one statement, as it stood in the plan. `value` as `rules.answers` keeps it, NULL where it was
    not looked at; of `sampled` pieces, the numbers `drawn` from `register`, `conforming` were in order."""

    __tablename__ = "spot_answer"

    checklist_id: Mapped[str] = mapped_column(ForeignKey("spot_record.checklist_id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int]
    category: Mapped[str] = mapped_column(String(60))
    statement: Mapped[str] = mapped_column(String(1000))
    basis: Mapped[str] = mapped_column(String(300))
    value: Mapped[dict[str, Any] | None]
    sampled: Mapped[int | None]
    conforming: Mapped[int | None]
    register: Mapped[str] = mapped_column(String(60))
    drawn: Mapped[str] = mapped_column(String(200))
    remark: Mapped[str] = mapped_column(String(1000))


class SpotPhoto(Record):
    """A photograph taken on the spot, beside one statement of the record, under an id of ours alone: of its own name
    nothing is kept. `removed_at`: taken away again before the record was sent; its file is gone (no document)."""

    __tablename__ = "spot_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[str] = mapped_column(ForeignKey("checklist.id"), index=True)
    item_id: Mapped[str] = mapped_column(String(20))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    added_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class SpotEquipment(Record):
    """保密設備清冊: how many of one of the six kinds (seed 000 art. 5(二)) a unit has, where, and last looked at."""

    __tablename__ = "spot_equipment"

    checklist_id: Mapped[str] = mapped_column(ForeignKey("spot_record.checklist_id"), primary_key=True)
    kind: Mapped[Equipment] = mapped_column(kind_column(Equipment), primary_key=True)
    count: Mapped[int]
    place: Mapped[str] = mapped_column(String(200))
    checked_on: Mapped[date | None]
