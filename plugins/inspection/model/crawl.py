"""A crawl: its shares, shards, files seen, marks and hits, all masked, and the 疑似事項 drawn from them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column, kind_column, reference_index
from inspection.model.lifecycle import ClueState, CrawlState, ShardState, SuspicionState
from inspection.vocabulary import HitBasis, ReadReason, ReadStatus, Severity, SuspicionKind, Verdict

Long = BigInteger().with_variant(Integer(), "sqlite")
_DECIDED = text("decided_at IS NOT NULL")


class CrawlRun(Record):
    """One crawl of a campaign's shares, or of one unit's own (`purpose`: campaign, self_check, verification).

    `correction_version` is the version of lessons its clues are lowered by: the one in force when it began.
    `rows_gone_at`: since when rows of it have been taken away, their term being over: no figure is drawn from it, and
    no later crawl compared with it any more.
    """

    __tablename__ = "crawl_run"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey("campaign.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    state: Mapped[CrawlState] = mapped_column(enum_column(CrawlState))
    rules_version: Mapped[str] = mapped_column(String(64))
    account: Mapped[str] = mapped_column(String(100))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    correction_version: Mapped[int | None] = mapped_column(ForeignKey("correction.version"))
    rows_gone_at: Mapped[datetime | None]


class CrawlShare(Record):
    """How far a crawl came on one share; only `complete` may ever close anything.

    `reason` says why the share could not be listed. `unreadable` counts files by reason. `complete` means that every
    file was looked at: nothing refused, locked, out of reach or waiting.
    """

    __tablename__ = "crawl_share"

    run_id: Mapped[str] = mapped_column(ForeignKey("crawl_run.id"), primary_key=True)
    share_id: Mapped[str] = mapped_column(ForeignKey("share.id"), primary_key=True)
    listed: Mapped[bool]
    reason: Mapped[ReadReason | None] = mapped_column(enum_column(ReadReason))
    seen: Mapped[int]
    scanned: Mapped[int]
    unreadable: Mapped[dict[str, Any]]
    folders_refused: Mapped[int]
    folders_excluded: Mapped[int]
    complete: Mapped[bool]

    @property
    def left_out(self) -> bool:
        """Whether the rules for crawling leave this share out: nobody waits for it, nothing is concluded from it."""
        return not self.listed and self.reason is ReadReason.EXCLUDED


class CrawlShard(Record):
    """Some files of one share, read by one task."""

    __tablename__ = "crawl_shard"
    __table_args__ = (UniqueConstraint("run_id", "ordinal"),)

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("crawl_run.id"))
    share_id: Mapped[str] = mapped_column(ForeignKey("share.id"))
    ordinal: Mapped[int]
    state: Mapped[ShardState] = mapped_column(enum_column(ShardState))
    file_count: Mapped[int]
    size_bytes: Mapped[int] = mapped_column(Long)


class CrawlFolder(Record):
    """One folder of a share as a crawl listed it, for the next one to know it again.

    `listed_as` is a keyed hash over names, sizes, times and reasons of its `files`. `calm` says that all were read and
    nothing is to be said of any (set when the crawl ends): a later crawl that lists it alike writes no row a file, but
    names in `source_id` the crawl in whose rows its files stand (empty: this one). `readers_known` and `open_files` are
    those of its files whose readers are known, and which everybody may read.
    """

    __tablename__ = "crawl_folder"
    __table_args__ = (reference_index("crawl_folder", "source_id"),)

    run_id: Mapped[str] = mapped_column(ForeignKey("crawl_run.id"), primary_key=True)
    share_id: Mapped[str] = mapped_column(ForeignKey("share.id"), primary_key=True)
    folder_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    listed_as: Mapped[str] = mapped_column(String(64))
    files: Mapped[int]
    calm: Mapped[bool]
    source_id: Mapped[str | None] = mapped_column(String(60))
    readers_known: Mapped[int]
    open_files: Mapped[int]


class CrawledFile(Record):
    """One file seen. `path_shown` is masked; `path_sealed` holds the true path, sealed with the installation's key.

    `status` is empty until the file has been read: that is the checkpoint a killed worker resumes from.
    `path_key` is a keyed hash: equal for equal paths, telling nothing. `unread` names the parts of a file read in part,
    `[{part, reason}]`, masked. `sketch` is alike for copies and versions of one paper (`detection.sketch`).
    `recognised_by` is the recogniser, with its version, that has tried the file's pictures.
    """

    __tablename__ = "crawled_file"
    __table_args__ = (
        UniqueConstraint("run_id", "share_id", "path_key"),
        Index("ix_crawled_file_shard_status", "shard_id", "status"),
        Index("ix_crawled_file_share_key", "share_id", "path_key"),
        reference_index("crawled_file", "outer_id"),
    )

    id: Mapped[int] = mapped_column(Long, primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("crawl_run.id"))
    shard_id: Mapped[str | None] = mapped_column(ForeignKey("crawl_shard.id"))
    share_id: Mapped[str] = mapped_column(ForeignKey("share.id"))
    outer_id: Mapped[int | None] = mapped_column(ForeignKey("crawled_file.id"))
    path_key: Mapped[str] = mapped_column(String(64))
    path_shown: Mapped[str] = mapped_column(String(2000))
    path_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    size_bytes: Mapped[int] = mapped_column(Long)
    modified_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    file_id: Mapped[str] = mapped_column(String(24))
    content_key: Mapped[str | None] = mapped_column(String(64), index=True)
    status: Mapped[ReadStatus | None] = mapped_column(enum_column(ReadStatus))
    reason: Mapped[ReadReason | None] = mapped_column(enum_column(ReadReason))
    verdict: Mapped[Verdict | None] = mapped_column(enum_column(Verdict))
    severity: Mapped[Severity | None] = mapped_column(enum_column(Severity))
    mark: Mapped[dict[str, Any] | None]
    hints: Mapped[list[str] | None]
    unread: Mapped[list[dict[str, Any]] | None]
    broad_readers: Mapped[list[str] | None]
    sketch: Mapped[str | None] = mapped_column(String(128))
    recognised_by: Mapped[str | None] = mapped_column(String(80))
    carried_from: Mapped[str | None] = mapped_column(String(60))
    folder_key: Mapped[str | None] = mapped_column(String(64))


class Hit(Record):
    """What one detector found in one file: counts and masked excerpts only.

    `basis` is MEANING where no rule found it but the second reading, with a `strength` of 1 to 3: then `detector` is
    the topic, and it is a clue for a person's look and in no figure (officer review A5). Both are empty for a rule's.
    `traits` are the phrases behind such a clue as a lesson may keep them (`detection.traits`).
    """

    __tablename__ = "hit"
    __table_args__ = (UniqueConstraint("crawled_file_id", "detector"),)

    id: Mapped[int] = mapped_column(Long, primary_key=True)
    crawled_file_id: Mapped[int] = mapped_column(ForeignKey("crawled_file.id"))
    detector: Mapped[str] = mapped_column(String(40))
    count: Mapped[int]
    people: Mapped[int]
    severity: Mapped[Severity] = mapped_column(enum_column(Severity))
    excerpts: Mapped[list[str]]
    locators: Mapped[list[str]]
    basis: Mapped[HitBasis | None] = mapped_column(kind_column(HitBasis))
    strength: Mapped[int | None]
    traits: Mapped[str | None] = mapped_column(String(256))


class ServerLease(Record):
    """One of the places at a file server: who holds it may read there until `until`, and renews it while reading.

    `slot` counts from 1; nobody holds a place whose `until` has passed, however its holder ended.
    """

    __tablename__ = "server_lease"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime]


class ServerTurn(Record):
    """Who found no place at a file server: since when, and when it comes again. Whoever came first goes first."""

    __tablename__ = "server_turn"

    asker: Mapped[str] = mapped_column(String(120), primary_key=True)
    host: Mapped[str] = mapped_column(String(255), index=True)
    since: Mapped[datetime]
    comes_at: Mapped[datetime]


class Suspicion(Record):
    """疑似事項: what the machine suspects. It has no deadline, no rung and no score (officer review A1).

    A question to the unit (請單位說明) keeps who asked, what, and by when an answer is due; the answer keeps who gave
    it and, where it came by paper or by mouth, who entered it. `confidant_id` is the one person named for a case that
    no contact or head sees by role (A12). `ground` says on which ground it was dismissed (A3).
    `fingerprint` is what it is within its campaign; `likeness` is equal for equal content wherever it lies, so that
    what a person decided is found again (64 hex digits; none for what a unit declared).

    A contradiction between answer and facts (DECLARED_OTHERWISE) is a question to the unit first and no 疑似事項: in no
    figure, before a person has `raised_at` it to one. `rests_on` counts what it rests on by kind of fact. Where that
    is a file with a 疑似事項 of its own, it is raised beside it (`beside_id`), counted and decided once, with the file.
    """

    __tablename__ = "suspicion"
    __table_args__ = (
        UniqueConstraint("campaign_id", "fingerprint"),
        # of decided ones alone: what is drawn anew costs nothing however many there are
        Index("ix_suspicion_likeness", "likeness", sqlite_where=_DECIDED, postgresql_where=_DECIDED),
        # what the list of waiting ones counts stands in it: no row is read for that
        Index(None, "state", "unit_id", "suggested_severity", "campaign_id"),
        reference_index("suspicion", "crawled_file_id"),
        reference_index("suspicion", "beside_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[SuspicionKind] = mapped_column(kind_column(SuspicionKind))
    fingerprint: Mapped[str] = mapped_column(String(64))
    likeness: Mapped[str | None] = mapped_column(String(64))
    crawled_file_id: Mapped[int | None] = mapped_column(ForeignKey("crawled_file.id"))
    checklist_id: Mapped[str | None] = mapped_column(ForeignKey("checklist.id"))
    item_id: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[SuspicionState] = mapped_column(enum_column(SuspicionState))
    suggested_severity: Mapped[Severity] = mapped_column(enum_column(Severity))
    detectors: Mapped[list[str]]
    confidant_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    asked_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime | None]
    question: Mapped[str | None] = mapped_column(String(2000))
    answer_due_on: Mapped[date | None]
    explanation: Mapped[str | None] = mapped_column(String(2000))
    explained_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    explained_at: Mapped[datetime | None]
    explanation_entered_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    decided_reason: Mapped[str | None] = mapped_column(String(2000))
    ground: Mapped[str | None] = mapped_column(String(40))
    noted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    rests_on: Mapped[dict[str, Any] | None]
    raised_at: Mapped[datetime | None]
    beside_id: Mapped[int | None] = mapped_column(ForeignKey("suspicion.id"))

    @property
    def is_question(self) -> bool:
        """Whether it is no more than a question to the unit: a contradiction nobody has raised to a 疑似事項."""
        return self.kind is SuspicionKind.DECLARED_OTHERWISE and self.raised_at is None


class Clue(Record):
    """語意線索: a file the second reading points at, kept apart from 疑似事項 until a person has read it.

    It is no ground for a question, a deadline or a figure (officer review A5); only an officer's own words make it one:
    `category` (id of a detector) and reason are theirs, `suspicion_id` is what came of it. `topic` and `strength` (1 to
    3) are the machine's; `read_strength` is the model's own grade where lessons speak against it, equal to `strength`
    where it is listed with that all the same; `likeness` is as with 疑似事項. Of dismissals a random tenth is
    `look_again`: somebody else looks, and agrees (`looked_again_by` and when) or opens it anew (officer review A3).
    """

    __tablename__ = "clue"
    __table_args__ = (
        UniqueConstraint("campaign_id", "crawled_file_id"),
        Index("ix_clue_likeness", "likeness", sqlite_where=_DECIDED, postgresql_where=_DECIDED),
        Index(None, "unit_id", "state"),
        reference_index("clue", "suspicion_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    crawled_file_id: Mapped[int] = mapped_column(ForeignKey("crawled_file.id"), index=True)
    topic: Mapped[str] = mapped_column(String(40))
    strength: Mapped[int]
    read_strength: Mapped[int | None]
    likeness: Mapped[str] = mapped_column(String(64))
    state: Mapped[ClueState] = mapped_column(enum_column(ClueState))
    category: Mapped[str | None] = mapped_column(String(40))
    suspicion_id: Mapped[int | None] = mapped_column(ForeignKey("suspicion.id"))
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    decided_reason: Mapped[str | None] = mapped_column(String(2000))
    ground: Mapped[str | None] = mapped_column(String(40))
    noted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    look_again: Mapped[bool] = mapped_column(server_default=false())
    looked_again_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    looked_again_at: Mapped[datetime | None]
