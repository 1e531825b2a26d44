"""One sealer chains the event rows; `verify` names the first row that does not fit.

Each seal is keyed: who has the database alone can forge none. Tamper-evident, not tamper-proof: rows cut off at the end
show only against a seal that stands elsewhere (`head`: in the home folder, and printed for `verify(expect=…)`).
Whatever its length, the chain is sealed and walked in pages of one size; of a long one `verify_part` walks a
twenty-fourth each hour (decision 0036).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit import head
from inspection.keyring import Keyring, keep_first, open_ring
from inspection.language import speak
from inspection.model import EventSeal
from inspection.store import events
from inspection.store.events import GENESIS, digest

UNSEALED_FOR_TOO_LONG = timedelta(minutes=10)
PAGE = 2000
HOURS = 24
WHOLE_PAGES = HOURS
"""A chain of so many pages (48,000 events) is walked as a whole each hour; of a longer one a twenty-fourth."""
NEWEST_PAGES = 5
LATE = 5 * PAGE
"""How far before the last one sealed an event may have begun that is committed after it: what is looked through each
minute. What is older is found by the hour."""


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What verification found: how many rows hold, the first fault if any, and the newest seal that holds."""

    sealed: int
    fault: str | None
    head: str = GENESIS


def seal(session: Session, *, at: datetime, late: bool = False) -> int:
    """Chains all unsealed events, of `late` ones alone those near the end; returns how many. Only one sealer works at a
    time. Raises Conflict where the chain has lost what this machine has seen of it."""
    events.lock_sealer(session)
    session.flush()
    ring = open_ring(session)
    keep_first(session, ring, at=at)
    head.require_kept(session)
    head.remember(session)
    last = events.last_seal(session)
    after = _late(last) if late else 0
    previous, ordinal = (last.digest, last.ordinal) if last else (GENESIS, 0)
    first = ordinal
    while found := events.unsealed(session, size=PAGE, after=after):
        seals = []
        for event in found:
            ordinal += 1
            this = digest(event, previous, ring.newest.key)
            row = {"ordinal": ordinal, "event_id": event.id, "previous": previous, "sealed_at": at}
            seals.append(row | {EventSeal.digest.key: this})
            previous = this
            session.expunge(event)
        events.add_seals(session, seals)
    return ordinal - first


def waits(session: Session) -> bool:
    """Whether an event near the end waits to be sealed."""
    return bool(events.unsealed(session, size=1, after=_late(events.last_seal(session))))


def _late(last: EventSeal | None) -> int:
    return max(0, last.event_id - LATE) if last else 0


def verify(session: Session, *, at: datetime, expect: str = "", remembered: head.Seen | None = None) -> ChainReport:
    """Walks the chain from the beginning; names the first row changed, removed or left unsealed too long.

    `expect`: a seal written down earlier, which must still be in the chain: else it was cut off or made anew since.
    `remembered`: what this machine had seen before the snapshot that is walked was taken; none: what it has seen now.
    """
    before = remembered or head.seen()
    wanted, total = head.typed(expect), _length(session)
    holds = bool(wanted) and events.has_seal(session, wanted)
    walked = _walk(session, range(_pages(total)), total)
    gone = head.lost(session, remembered=before, printed_holds=holds)
    report = _ended(session, walked, gone, at=at)
    if wanted and not holds:
        lost = speak(
            "所給之串鏈值不在鏈中：其後之紀錄遭截除，或整鏈重做",
            "the seal given is not in the chain: it was cut off or made anew since",
        )
        return ChainReport(report.sealed, report.fault or lost, report.head)
    return report


def verify_part(session: Session, *, at: datetime) -> ChainReport:
    """What is checked each hour: of a chain beyond `WHOLE_PAGES` pages the newest pages and those of this hour.

    A page belongs to one hour of the day for good, so that within a day every row is checked, as `verify` checks it.
    `sealed` counts the rows checked.
    """
    before, total = head.seen(), _length(session)
    count = _pages(total)
    if count <= WHOLE_PAGES:
        return verify(session, at=at, remembered=before)
    hour = at.astimezone(clock.zone()).hour
    wanted = [one for one in range(count) if one % HOURS == hour or one >= count - NEWEST_PAGES]
    return _ended(session, _walk(session, wanted, total), head.lost(session, remembered=before), at=at)


def _length(session: Session) -> int:
    last = events.last_seal(session)
    return last.ordinal if last else 0


def _pages(total: int) -> int:
    return -(-total // PAGE)


def _walk(session: Session, pages: Iterable[int], total: int) -> ChainReport:
    """Checks some pages of the chain, in order; of each the link to the page before it too."""
    previous, at, count, ring = GENESIS, 0, 0, open_ring(session)
    for page in pages:
        first, last = page * PAGE + 1, min(total, (page + 1) * PAGE)
        if at != first - 1:
            previous = _digest_at(session, first - 1)
        report = _walk_page(session, first, last, previous, ring)
        previous, at, count = report.head, last, count + report.sealed
        if report.fault is not None:
            return ChainReport(count, report.fault, report.head)
    return ChainReport(count, None, previous)


def _digest_at(session: Session, ordinal: int) -> str:
    """The digest of a link; empty where it is missing, which fits no link after it."""
    found = events.links(session, ordinal, ordinal)
    return found[0][0].digest if found else ""


def _walk_page(session: Session, first: int, last: int, previous: str, ring: Keyring) -> ChainReport:
    found = events.links(session, first, last)
    count = 0
    for number, (link, event) in enumerate(found, start=first):
        fault = _fault_of(number, link, event, previous, ring)
        if fault:
            return ChainReport(count, fault, previous)
        previous, count = link.digest, count + 1
    if count < last - first + 1:
        return ChainReport(count, _missing(first + count), previous)
    return ChainReport(count, None, previous)


def _fault_of(number: int, link: Row[Any], event: Row[Any] | None, previous: str, ring: Keyring) -> str:
    """What is wrong with a link that should be the one of this number; empty where it holds."""
    if link.ordinal != number:
        return _missing(number)
    if event is None:
        return speak(
            f"事件 {link.event_id}（第 {number} 個串鏈）已不存在", f"event {link.event_id} (seal {number}) is gone"
        )
    if link.previous != previous or link.digest != digest(event, previous, ring.of_seal(number)):
        return speak(f"事件 {event.id}（第 {number} 個串鏈）遭變更", f"event {event.id} (seal {number}) was changed")
    return ""


def _missing(number: int) -> str:
    return speak(f"缺少第 {number} 個串鏈", f"seal {number} is missing")


def _ended(session: Session, walked: ChainReport, gone: str, *, at: datetime) -> ChainReport:
    """The same with the other faults there can be: the end cut off, an event that nobody has sealed for too long."""
    if walked.fault is None and gone:
        return ChainReport(walked.sealed, gone, walked.head)
    oldest = events.oldest_unsealed(session) if walked.fault is None else None
    if oldest is None or at - oldest.at <= UNSEALED_FOR_TOO_LONG:
        return walked
    since = oldest.at.isoformat()
    fault = speak(f"事件 {oldest.id} 自 {since} 起未串鏈", f"event {oldest.id} has not been sealed since {since}")
    return ChainReport(walked.sealed, fault, walked.head)
