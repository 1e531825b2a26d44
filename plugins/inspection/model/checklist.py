"""A unit's checklist: questions frozen at issue, returns as they came, answers by version."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column
from inspection.model.lifecycle import ChecklistState, PaperState, RulingState


class Checklist(Record):
    """One unit's checklist in one campaign. `days_late` is frozen at the first return (working days): a correction
    makes nobody late who was on time, nor the other way. `correct_by`: by when what was sent back last is corrected."""

    __tablename__ = "checklist"
    __table_args__ = (UniqueConstraint("campaign_id", "unit_id"),)

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[ChecklistState] = mapped_column(enum_column(ChecklistState))
    due_on: Mapped[date]
    correct_by: Mapped[date | None]
    questions_hash: Mapped[str] = mapped_column(String(64))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    issued_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    days_late: Mapped[int | None]

    @property
    def wanted_by(self) -> date:
        """By when the unit hands in what it holds: what was sent back has a day of its own, never before `due_on`."""
        if self.state is not ChecklistState.SENT_BACK or self.correct_by is None:
            return self.due_on
        return max(self.due_on, self.correct_by)


class ChecklistQuestion(Record):
    """A statement as it was put to the unit; later changes of the catalogue do not touch it.

    `spec` says what is asked for beside it, as `rules.answers.Asked` keeps it.
    """

    __tablename__ = "checklist_question"

    checklist_id: Mapped[str] = mapped_column(ForeignKey("checklist.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int]
    category: Mapped[str] = mapped_column(String(60))
    statement: Mapped[str] = mapped_column(String(1000))
    basis: Mapped[str] = mapped_column(String(300))
    selected_because: Mapped[str] = mapped_column(String(20))
    spec: Mapped[dict[str, Any]]


class ReturnedFile(Record):
    """A file that came back, by its content: accepted into a checklist, or refused with the reason. `name_shown`: what
    its sender calls it, with what a detector found in that hidden; empty for what was typed on the page."""

    __tablename__ = "returned_file"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    name_shown: Mapped[str] = mapped_column(String(200), default="")
    checklist_id: Mapped[str | None] = mapped_column(ForeignKey("checklist.id"))
    version: Mapped[int | None]
    accepted: Mapped[bool]
    problems: Mapped[list[dict[str, Any]]]
    received_at: Mapped[datetime]


class ChecklistReturn(Record):
    """One version of a return as a whole: who filled it in and when as they wrote it, and the unit's opinion
    (受檢單位意見). `document_id` is the file as it came, `modified_at` when that was last written, `sealed_by` the
    unit head who sealed it on the page."""

    __tablename__ = "checklist_return"

    checklist_id: Mapped[str] = mapped_column(ForeignKey("checklist.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    filler: Mapped[str] = mapped_column(String(200))
    dated: Mapped[str] = mapped_column(String(100))
    opinion: Mapped[str] = mapped_column(String(4000))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    modified_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    sealed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))


class Answer(Record):
    """One answer of one version of a return. `value` as `rules.answers` keeps it, NULL where nothing was answered;
    `mended`: the unit says it has mended it already (已自行改善)."""

    __tablename__ = "answer"

    checklist_id: Mapped[str] = mapped_column(ForeignKey("checklist.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[dict[str, Any] | None]
    mended: Mapped[bool]
    remark: Mapped[str] = mapped_column(String(4000))


class ChecklistDraft(Record):
    """What a unit has typed on the page and not sent: field by field its text and who typed it last, as
    `checklists.draft` keeps it. `version` grows by one with each save: of two savers one merges into the other's. A
    draft that was sent is empty. `seal_asked_by`: who asked the unit head to seal it as it stands; each change takes
    that back."""

    __tablename__ = "checklist_draft"

    checklist_id: Mapped[str] = mapped_column(ForeignKey("checklist.id"), primary_key=True)
    version: Mapped[int]
    content: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    seal_asked_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    seal_asked_at: Mapped[datetime | None]


class PaperReturn(Record):
    """A unit's signed paper as the ethics office keys it in: `content` field by field as typed and by whom, `version`
    one more with each save, `scan_id` the signed page. `content_hash` is what was sent, shown to and confirmed by a
    second person; then it is a return, and nothing of it stays here."""

    __tablename__ = "paper_return"

    checklist_id: Mapped[str] = mapped_column(ForeignKey("checklist.id"), primary_key=True)
    state: Mapped[PaperState] = mapped_column(enum_column(PaperState))
    version: Mapped[int]
    content: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    scan_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    content_hash: Mapped[str | None] = mapped_column(String(64))
    sent_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime | None]


class SignedPaper(Record):
    """What a return on signed paper rests on: the day the office received it, who keyed it in, who held that against
    it, and the scan of its signed page, where there is one."""

    __tablename__ = "signed_paper"
    __table_args__ = (
        ForeignKeyConstraint(
            ["checklist_id", "version"], ["checklist_return.checklist_id", "checklist_return.version"]
        ),
    )

    checklist_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    received_on: Mapped[date]
    keyed_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    confirmed_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    scan_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))


class ChecklistProof(Record):
    """A file of evidence a unit laid beside an answer, under an id of ours: `name_shown` is its own name with what a
    detector found in it hidden. `is_read`: a machine has read all of its text.

    It belongs to the returns from `from_version` on (None: not sent yet) and before `until_version` (None: to the
    newest too). `removed_at`: the unit took it away again; of one that was sent, the next return does without it, of
    one that was not, the file is gone (no document).
    """

    __tablename__ = "checklist_proof"

    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[str] = mapped_column(ForeignKey("checklist.id"), index=True)
    item_id: Mapped[str] = mapped_column(String(20))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    name_shown: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    is_read: Mapped[bool]
    added_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    from_version: Mapped[int | None]
    until_version: Mapped[int | None]


class ChecklistFiller(Record):
    """That somebody besides contact and head may fill a checklist (填報人): named on the page, for this one alone.

    It stands until `revoked_at`, and no longer than forms of its campaign are taken.
    """

    __tablename__ = "checklist_filler"
    __table_args__ = (
        Index(
            "ix_checklist_filler_standing",
            "checklist_id",
            "person_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[str] = mapped_column(ForeignKey("checklist.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    named_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime]
    revoked_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]


class ItemRuling(Record):
    """How the review stands on one statement of a return: ruled on which `version`, by whom, when and why.

    None is kept before the first ruling. `lapsed_version`: the return by which the unit changed what had been accepted;
    the acceptance is gone then, and the statement waits to be looked at again.
    """

    __tablename__ = "item_ruling"
    __table_args__ = (UniqueConstraint("checklist_id", "item_id"),)

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    checklist_id: Mapped[str] = mapped_column(ForeignKey("checklist.id"))
    item_id: Mapped[str] = mapped_column(String(20))
    state: Mapped[RulingState] = mapped_column(enum_column(RulingState))
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(String(2000))
    ruled_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    ruled_at: Mapped[datetime | None]
    lapsed_version: Mapped[int | None]
