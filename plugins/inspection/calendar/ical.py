"""Writes events as an iCalendar file (RFC 5545) that any calendar program can subscribe to or import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

PRODUCT = "-//Inspection//Year calendar//ZH-TW"
_LONGEST_LINE = 75  # bytes, without the line break (RFC 5545 section 3.1)
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


@dataclass(frozen=True, slots=True)
class IcalEvent:
    """One event. `start` and `end` are both days or both aware instants; `end` is exclusive.

    `uid` stays the same from one file to the next, so that a program updates its entry instead of adding another.
    """

    uid: str
    summary: str
    category: str
    start: date
    end: date
    tentative: bool = False


def write_ical(events: Iterable[IcalEvent], *, name: str, stamp: datetime) -> bytes:
    """The file in UTF-8 with CRLF; `stamp` is when it was made, so equal input gives equal bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for event in events:
        lines += _event(event, stamp)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(event: IcalEvent, stamp: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"DTSTAMP:{_instant(stamp)}",
        _bound("DTSTART", event.start),
        _bound("DTEND", event.end),
        f"SUMMARY:{_text(event.summary)}",
        f"CATEGORIES:{_text(event.category)}",
        f"STATUS:{'TENTATIVE' if event.tentative else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",  # a deadline keeps nobody's time occupied
        "END:VEVENT",
    ]


def _bound(name: str, moment: date) -> str:
    if isinstance(moment, datetime):
        return f"{name}:{_instant(moment)}"
    return f"{name};VALUE=DATE:{moment:%Y%m%d}"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    return words.translate(_CONTROLS).translate(_ESCAPES)


def _folded(line: str) -> bytes:
    """A line of at most 75 bytes, the rest on lines beginning with a space; no character is cut in two."""
    pieces: list[bytes] = []
    current = b""
    for character in line:
        encoded = character.encode()
        # a continued line begins with one space, which counts
        if len(current) + len(encoded) > _LONGEST_LINE - bool(pieces):
            pieces.append(current)
            current = b""
        current += encoded
    return b"\r\n ".join([*pieces, current]) + b"\r\n"
