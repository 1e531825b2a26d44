"""Files wrapped in OLE objects, as Office embeds them: taken out under their own names; drawings and formulas left."""

from __future__ import annotations

import struct

from inspection.extraction.character_sets import decode_bytes
from inspection.extraction.compound import Streams, compound_kind
from inspection.extraction.passage import ReadLimits
from inspection.extraction.sniff import COMPOUND
from inspection.extraction.unreadable import Unreadable
from inspection.vocabulary import ReadReason

PACKAGED, NATIVE, CONTENTS = "package", "\x01ole10native", "contents"


def unwrap(name: str, data: bytes, limits: ReadLimits) -> tuple[str, bytes] | None:
    """(name, bytes) of the file an embedded part stands for; None for an object that is no file (a formula)."""
    if not data.startswith(COMPOUND):
        return name, data
    try:
        streams = Streams(data, limits)
        if compound_kind(streams):
            return name, data
        for stream in (PACKAGED, CONTENTS):
            if stream in streams:
                return name, streams.read(stream)
        if NATIVE in streams:
            return _native(name, streams.read(NATIVE))
    except Unreadable as stop:
        if stop.reason is ReadReason.ENCRYPTED:
            return name, data
    return None


def _native(name: str, data: bytes) -> tuple[str, bytes] | None:
    """MS-OLEDS 2.3.6 as the packager fills it: label, path, temporary path, then the file itself."""
    if len(data) < 6 or struct.unpack_from("<H", data, 4)[0] != 2:
        return None
    label, _, rest = data[6:].partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    if len(rest) < 8:
        return None
    (path_bytes,) = struct.unpack_from("<I", rest, 4)
    at = 8 + path_bytes
    if at + 4 > len(rest):
        return None
    (size,) = struct.unpack_from("<I", rest, at)
    content = rest[at + 4 : at + 4 + size]
    shown = decode_bytes(label).replace("\\", "/").rpartition("/")[2]
    return shown or name, content
