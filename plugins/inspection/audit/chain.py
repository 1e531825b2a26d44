"""One sealer chains the event rows; `verify` names the first row that does not fit.

Each seal is keyed: who has the database alone can forge none. Tamper-evident, not tamper-proof: rows cut off at the end
show only against a seal that was written down elsewhere (`verify(expect=…)`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from inspection.keyed_hash import keyed_hash
from inspection.language import speak
from inspection.model import Event, EventSeal
from inspection.store import events

GENESIS = "0" * 64
PURPOSE = "seal"
UNSEALED_FOR_TOO_LONG = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What verification found: how many rows hold, the first fault if any, and the newest seal that holds."""

    sealed: int
    fault: str | None
    head: str = GENESIS


def digest(event: Event, previous: str) -> str:
    """HMAC-SHA-256 by the installation's key over the previous digest and every field of the event, in one canonical
    JSON form."""
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
    return keyed_hash(PURPOSE, f"{previous}\n{canonical}")


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


def verify(session: Session, *, at: datetime, expect: str = "") -> ChainReport:
    """Walks the chain from the beginning; names the first row changed, removed or left unsealed too long.

    `expect`: a seal written down earlier, which must still be in the chain: else it was cut off or made anew since.
    """
    report = _walk(session, at=at)
    wanted = expect.strip().lower()
    if report.fault is None and wanted and not events.has_seal(session, wanted):
        lost = speak(
            "所給之串鏈值不在鏈中：其後之紀錄遭截除，或整鏈重做",
            "the seal given is not in the chain: it was cut off or made anew since",
        )
        return ChainReport(report.sealed, lost, report.head)
    return report


def _walk(session: Session, *, at: datetime) -> ChainReport:
    previous, count = GENESIS, 0
    for number, (link, event) in enumerate(events.chain(session), start=1):
        if link.ordinal != number:
            return ChainReport(count, speak(f"缺少第 {number} 個串鏈", f"seal {number} is missing"), previous)
        if event is None:
            return ChainReport(
                count,
                speak(
                    f"事件 {link.event_id}（第 {number} 個串鏈）已不存在",
                    f"event {link.event_id} (seal {number}) is gone",
                ),
                previous,
            )
        if link.previous != previous or link.digest != digest(event, previous):
            return ChainReport(
                count,
                speak(f"事件 {event.id}（第 {number} 個串鏈）遭變更", f"event {event.id} (seal {number}) was changed"),
                previous,
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
            previous,
        )
    return ChainReport(count, None, previous)
