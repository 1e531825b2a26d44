"""Queries on the outbox."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select, update
from sqlalchemy.orm import Session

from inspection.model import Campaign, DailyCount, Notice
from inspection.model.lifecycle import CampaignState, NoticeState
from inspection.store.once import insert_once


def by_key(session: Session, key: str) -> Notice | None:
    """The notice written under a key."""
    return session.scalars(select(Notice).where(Notice.key == key)).first()


def by_message_id(session: Session, message_id: str) -> Notice | None:
    """The notice that left with a Message-ID."""
    return session.scalars(select(Notice).where(Notice.message_id == message_id)).first()


def keys_among(session: Session, keys: Sequence[str]) -> set[str]:
    """Which of these keys have a notice."""
    if not keys:
        return set()
    return set(session.scalars(select(Notice.key).where(Notice.key.in_(keys))))


def is_any_of(session: Session, beginnings: Sequence[str]) -> bool:
    """Whether there is a notice whose key begins with one of these."""
    begins = [Notice.key.startswith(one, autoescape=True) for one in beginnings]
    return bool(begins) and session.scalars(select(Notice.id).where(or_(*begins)).limit(1)).first() is not None


def keys_of(session: Session, campaign_id: str, kind: str) -> list[str]:
    """The keys of all notices of a kind in a campaign."""
    return list(session.scalars(select(Notice.key).where(Notice.campaign_id == campaign_id, Notice.kind == kind)))


def told_of(session: Session, kind: str, record_id: str, *, like: str) -> list[Notice]:
    """Notices on a record under a condition of some kind whose key begins so, in the order written; none that was
    given up or no longer wanted."""
    query = select(Notice).where(
        Notice.depends_kind == kind,
        Notice.depends_id == record_id,
        Notice.key.startswith(like, autoescape=True),
        Notice.state.not_in((NoticeState.CANCELLED, NoticeState.FAILED)),
    )
    return list(session.scalars(query.order_by(Notice.id)))


def not_withdrawn(session: Session, prefix: str) -> list[Notice]:
    """Notices whose key begins so, in the order written; none that was no longer wanted before it left."""
    begins = Notice.key.startswith(prefix, autoescape=True)
    query = select(Notice).where(begins, Notice.state != NoticeState.CANCELLED)
    return list(session.scalars(query.order_by(Notice.id)))


def due(session: Session, *, at: datetime, limit: int, bare: bool = False) -> list[Notice]:
    """Notices that may leave now, oldest first; those of a paused campaign wait until it goes on. `bare`: those alone
    that bear no document."""
    paused = select(Campaign.id).where(Campaign.state == CampaignState.PAUSED)
    query = select(Notice).where(
        Notice.state == NoticeState.PENDING,
        Notice.not_before <= at,
        or_(Notice.campaign_id.is_(None), Notice.campaign_id.not_in(paused)),
    )
    if bare:
        query = query.where(func.replace(cast(Notice.attachments, Text), " ", "") == "[]")
    return list(session.scalars(query.order_by(Notice.not_before, Notice.id).limit(limit)))


def stuck(session: Session, *, claimed_before: datetime) -> list[Notice]:
    """Notices a sender claimed and never finished."""
    query = select(Notice).where(Notice.state == NoticeState.SENDING, Notice.claimed_at < claimed_before)
    return list(session.scalars(query.order_by(Notice.id)))


def waiting(session: Session, kinds: Collection[str]) -> list[Notice]:
    """Notices of these kinds that have not left, whenever they are due."""
    query = select(Notice).where(Notice.state == NoticeState.PENDING, Notice.kind.in_(kinds))
    return list(session.scalars(query.order_by(Notice.id)))


def sent_on(session: Session, person_id: str, on: date) -> int:
    """How many mails went to a person on a day."""
    found = session.get(DailyCount, (person_id, on))
    return found.sent if found else 0


def count_sent(session: Session, person_id: str, on: date) -> None:
    """Counts one more mail to a person on a day; two senders at once both count."""
    insert_once(session, DailyCount, {"person_id": person_id, "on": on, "sent": 0}, keys=["person_id", "on"])
    mine = update(DailyCount).where(DailyCount.person_id == person_id, DailyCount.on == on)
    session.execute(mine.values(sent=DailyCount.sent + 1).execution_options(synchronize_session=False))


def of_campaign(session: Session, campaign_id: str) -> list[Notice]:
    """All notices of a campaign, in the order written."""
    return list(session.scalars(select(Notice).where(Notice.campaign_id == campaign_id).order_by(Notice.id)))


def of_kind_since(session: Session, kind: str, *, since: datetime) -> list[Notice]:
    """Notices of a kind written since an instant, newest first."""
    query = select(Notice).where(Notice.kind == kind, Notice.written_at >= since)
    return list(session.scalars(query.order_by(Notice.written_at.desc(), Notice.id.desc())))


def count_written(session: Session, kind: str, person_id: str, *, since: datetime) -> int:
    """How many notices of a kind were written to a person since an instant."""
    mine = (Notice.kind == kind, Notice.person_id == person_id, Notice.written_at >= since)
    return session.scalar(select(func.count()).where(*mine)) or 0


def unreached(session: Session, *, tries: int, without: Collection[str] = ()) -> list[Notice]:
    """Notices that were given up, or still wait after so many tries, oldest first; none of some campaigns."""
    query = select(Notice).where(
        _gone_wrong(tries), or_(Notice.campaign_id.is_(None), Notice.campaign_id.not_in(without))
    )
    return list(session.scalars(query.order_by(Notice.written_at, Notice.id)))


def keys_newest_first(session: Session, *, without: Collection[str] = ()) -> Iterator[tuple[int, str]]:
    """(id, key) of every notice, newest first, read piece by piece; none of some campaigns."""
    query = select(Notice.id, Notice.key).where(or_(Notice.campaign_id.is_(None), Notice.campaign_id.not_in(without)))
    for notice_id, key in session.execute(query.order_by(Notice.id.desc()).execution_options(yield_per=2000)):
        yield int(notice_id), str(key)


def unreached_count(session: Session, *, tries: int) -> tuple[int, int]:
    """How many notices were given up, and how many still wait after so many tries, of all campaigns."""
    query = select(Notice.state, func.count()).where(_gone_wrong(tries)).group_by(Notice.state)
    counts = {state: int(count) for state, count in session.execute(query)}
    return counts.get(NoticeState.FAILED, 0), counts.get(NoticeState.PENDING, 0)


def _gone_wrong(tries: int) -> ColumnElement[bool]:
    often = and_(Notice.state == NoticeState.PENDING, Notice.attempts >= tries)
    return or_(Notice.state == NoticeState.FAILED, often)
