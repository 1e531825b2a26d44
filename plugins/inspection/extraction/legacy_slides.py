"""PowerPoint 97 to 2003 presentations: text atoms told apart by the container they stand in."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from inspection.extraction.collect import Collector, slide
from inspection.extraction.compound import Streams, read_shape_properties, read_summary
from inspection.extraction.slides import at_edge
from inspection.extraction.unreadable import corrupt, encrypted
from inspection.vocabulary import Zone

ENCRYPTED_TOKEN = 0xF3D1C4DF
TEXT_WIDE, TEXT_NARROW, TEXT_CONTROL = 4000, 4008, 4026
SLIDE, NOTES, MASTER, RUNNING, COMMENT, TEXT_LIST, SHAPE = 1006, 1008, 1016, 4057, 12000, 4080, 0xF004
PLACEHOLDER, SLIDE_PLACE = 3011, 1011
DOCUMENT, ANCHOR = 1001, 0xF010
DEFAULT_HEIGHT = 4320  # master units, 576 to the inch
ZONES = {SLIDE: Zone.SLIDE, NOTES: Zone.SPEAKER_NOTE, MASTER: Zone.MASTER, COMMENT: Zone.COMMENT}
LISTS = (Zone.SLIDE, Zone.MASTER, Zone.SPEAKER_NOTE)
RUNNING_TEXTS = {1: Zone.HEADER, 2: Zone.FOOTER}
DEEPEST = 64
NUMBER_FIELD = "*"  # stands where the program puts a page number or date


@dataclass(slots=True)
class _Place:
    """Where the walk stands: zone, slide number, and whether the shape at hand is a prompt of the master."""

    zone: Zone | None
    end: int
    in_running: bool = False
    prompt: bool = False
    number: int = 0
    top: int | None = None  # of the shape at hand; None for a placeholder


def read_legacy_presentation(streams: Streams, out: Collector) -> None:
    """Reads a PowerPoint Document stream into `out`; raises Unreadable: encrypted, corrupt."""
    user = streams.read("current user")
    if len(user) >= 16 and struct.unpack_from("<I", user, 12)[0] == ENCRYPTED_TOKEN:
        raise encrypted()
    data = streams.read("powerpoint document")
    if len(data) < 8:
        raise corrupt("an empty presentation stream")
    _walk(data, out)
    read_shape_properties(data, out)
    read_summary(streams, out)


def _walk(data: bytes, out: Collector) -> None:
    stack = [_Place(None, len(data))]
    at, slides, height = 0, 0, DEFAULT_HEIGHT
    while stack:
        place = stack[-1]
        if at + 8 > place.end:
            at = place.end
            stack.pop()
            continue
        head, kind, length = struct.unpack_from("<2HI", data, at)
        at += 8
        if len(stack) == 1 and (kind == 0 or at + length > place.end) and slides:
            return  # old bytes behind the last record are no part of the presentation
        if at + length > place.end:
            raise corrupt("a record runs past its container")
        if head & 15 == 15:
            if len(stack) > DEEPEST:
                raise corrupt("containers nest too deep")
            slides += kind == SLIDE
            stack.append(_inside(place, kind, head >> 4, at + length, slides))
        else:
            if kind == SLIDE_PLACE:
                place.number += 1
            elif kind == PLACEHOLDER:
                shape = stack[-2 if len(stack) > 1 else -1]
                place.prompt = shape.prompt = place.zone is Zone.MASTER
                shape.top = None
            elif kind == DOCUMENT and length >= 8:
                height = struct.unpack_from("<i", data, at + 4)[0] or DEFAULT_HEIGHT
            elif kind == ANCHOR:
                place.top = _top(data[at : at + length])
            else:
                _atom(kind, head >> 4, data[at : at + length], place, out, height)
            at += length


def _inside(place: _Place, kind: int, instance: int, end: int, slides: int) -> _Place:
    if kind in ZONES:
        return _Place(ZONES[kind], end, number=slides)
    if kind == TEXT_LIST:
        return _Place(LISTS[instance] if instance < len(LISTS) else None, end)
    if kind == RUNNING:
        return replace(place, end=end, in_running=True)
    if kind == SHAPE:
        return replace(place, end=end, prompt=False, top=None)
    return replace(place, end=end)


def _top(anchor: bytes) -> int | None:
    """The upper edge of a shape that stands on the slide itself, in master units."""
    if len(anchor) == 8:
        return int(struct.unpack_from("<h", anchor)[0])
    return int(struct.unpack_from("<i", anchor)[0]) if len(anchor) == 16 else None


def _atom(kind: int, instance: int, body: bytes, place: _Place, out: Collector, height: int) -> None:
    if kind == TEXT_CONTROL:
        zone = RUNNING_TEXTS.get(instance) if place.in_running else place.zone if place.zone is Zone.COMMENT else None
        if zone:
            out.add(zone, body.decode("utf-16-le", "replace"))
        return
    if kind not in {TEXT_WIDE, TEXT_NARROW} or place.zone is None or place.prompt:
        return
    text = body.decode("utf-16-le", "replace") if kind == TEXT_WIDE else body.decode("latin-1")
    zone, part = place.zone, ""
    if zone is Zone.SLIDE:
        part = slide(place.number) if place.number else ""
        zone = Zone.TEXT_BOX if place.top is not None and at_edge(place.top, height) else zone
    for one in text.replace("\x0b", "\n").split("\r"):
        if one != NUMBER_FIELD:
            out.add(zone, one, part, part=part)
