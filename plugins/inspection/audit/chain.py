"""One sealer chains the event rows; `verify` names the first row that does not fit.

Tamper-evident, not tamper-proof: rows cut off after the last seal that was written elsewhere cannot be seen.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from inspection.language import speak
from inspection.model import Event, EventSeal
from inspection.store import events

GENESIS = "0" * 64
UNSEALED_FOR_TOO_LONG = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What verification found: how many rows hold, and the first fault if any."""

    sealed: int
    fault: str | None


def digest(event: Event, previous: str) -> str:
    """SHA-256 over the previous digest and every field of the event, in one canonical JSON form."""
    body = {
        "id": event.id,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor,
        "subject": [event.subject_kind, event.subject_id],
        "action": event.action,
        "states": [event.from_state, event.to_state],
        "reason": event.reason,
        "details": event.details,
    }
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()


def seal(session: Session, *, at: datetime) -> int:
    """Chains all unsealed events; returns how many. Only one sealer works at a time."""
    events.lock_sealer(session)
    last = events.last_seal(session)
    previous, ordinal = (last.digest, last.ordinal) if last else (GENESIS, 0)
    sealed = 0
    for event in events.unsealed(session):
        ordinal += 1
        this = digest(event, previous)
        session.add(EventSeal(ordinal=ordinal, event_id=event.id, previous=previous, digest=this, sealed_at=at))
        previous = this
        sealed += 1
    return sealed


def verify(session: Session, *, at: datetime) -> ChainReport:
    """Walks the chain from the beginning; names the first row changed, removed or left unsealed too long."""
    previous, count = GENESIS, 0
    for number, (link, event) in enumerate(events.chain(session), start=1):
        if link.ordinal != number:
            return ChainReport(count, speak(f"缺少第 {number} 個串鏈", f"seal {number} is missing"))
        if event is None:
            return ChainReport(
                count,
                speak(
                    f"事件 {link.event_id}（第 {number} 個串鏈）已不存在",
                    f"event {link.event_id} (seal {number}) is gone",
                ),
            )
        if link.previous != previous or link.digest != digest(event, previous):
            return ChainReport(
                count,
                speak(f"事件 {event.id}（第 {number} 個串鏈）遭變更", f"event {event.id} (seal {number}) was changed"),
            )
        previous, count = link.digest, count + 1
    oldest = events.oldest_unsealed(session)
    if oldest is not None and at - oldest.at > UNSEALED_FOR_TOO_LONG:
        return ChainReport(
            count,
            speak(
                f"事件 {oldest.id} 自 {oldest.at.isoformat()} 起未串鏈",
                f"event {oldest.id} has not been sealed since {oldest.at.isoformat()}",
            ),
        )
    return ChainReport(count, None)
