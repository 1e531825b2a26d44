"""Files that were damaged or meddled with on the way: bytes changed, cut, swapped, parts of a package rewritten."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator

PIECES = (
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"\x00", b"</w:p>", b'Target="http://192.0.2.1/"', b"<w:sdt>", b"/JS",
    b"\xff\xfe", b"stream\n", b"]]>", b"<" * 400,
)  # fmt: skip


def mutated(whole: bytes, count: int, seed: int) -> Iterator[bytes]:
    """So many damaged copies of a file; the same seed damages alike."""
    chance = random.Random(seed)
    for _ in range(count):
        damage = chance.choice((_bytes, _cut, _swapped, _inserted, _part))
        yield damage(whole, chance)


def _bytes(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 30, 300))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(data: bytes, chance: random.Random) -> bytes:
    begin = chance.randrange(len(data))
    return data[:begin] if chance.random() < 0.5 else data[:begin] + data[begin + chance.randrange(1, 400) :]


def _swapped(data: bytes, chance: random.Random) -> bytes:
    one, two = sorted(chance.randrange(len(data)) for _ in range(2))
    return data[two:] + data[one:two] + data[:one]


def _inserted(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + chance.choice(PIECES) * chance.choice((1, 50)) + data[place:]


def _part(data: bytes, chance: random.Random) -> bytes:
    """A package that is whole, one part of which is not; what is none is changed by its bytes."""
    if data[:4] != b"PK\3\4":
        return _bytes(data, chance)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        chosen = chance.choice([one.filename for one in source.infolist() if one.file_size])
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == chosen:
                content = chance.choice((_bytes, _cut, _inserted))(content, chance)
            target.writestr(entry.filename, content)
    return out.getvalue()
