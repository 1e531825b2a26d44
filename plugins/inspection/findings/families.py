"""Copies and versions of one paper as one family: shown as one row with its places, decided once.

Equal content is one family under any name: a paper moved, mailed or copied. Content that is nearly equal is one where
the names too say so (名冊_v2, 名冊(1), 名冊最終版, 副本 名冊): a filled form says nearly the same for everybody, and is
another paper for each. Names alone make no family.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from inspection.detection.sketch import EMPTY, SLOTS

ALIKE = 0.62
"""Share of slots in which two sketches must agree. Of short papers (12 to 60 lines) with a sentence added 98 in 100
reach it, with a line gone and one added 96, with one line written anew 80; with half of it from another paper 2."""
BAND = 4
VERSION = re.compile(
    r"(?:[\s_\-.]*(?:v|ver|version|rev|r)[\s_.]?\d+(?:\.\d+)*(?![a-z0-9])"
    r"|[\s_\-]*[(（\[]\s*\d{1,3}\s*[)）\]]"
    r"|[\s_\-]*[(（]?(?:最終版?|最後版|定稿|完稿|確定版|修正版?|修訂版?|更新版?|新版|舊版|初稿|草稿|複本|副本|複製|備份|簽核版|核定版)"
    r"\d*[)）]?(?:的)?"
    r"|[\s_\-]*(?:copy(?: of)?|final|draft|bak|backup|old|new))+",
    re.IGNORECASE,
)
NAMELESS = re.compile(
    r"(?:附件|附檔|attachment|attach|document|文件|新文件|未命名|untitled|noname|image|scan)[\s_\-]*\d*", re.IGNORECASE
)
"""Names that name nothing: two of them are no sign of one paper."""


@dataclass(frozen=True, slots=True)
class Member:
    """What of a file tells its family: `kind` is what must be equal in any case, `name` its place as shown."""

    id: int
    kind: Hashable
    name: str
    content_key: str | None
    sketch: str | None


def families(members: Sequence[Member]) -> list[list[int]]:
    """Ids by family, each in the order given, families in the order of their first."""
    head = {one.id: one.id for one in members}

    def root(one: int) -> int:
        while head[one] != one:
            head[one] = head[head[one]]
            one = head[one]
        return one

    def join(one: int, other: int) -> None:
        first, second = sorted((root(one), root(other)))
        head[second] = first

    same: dict[Hashable, int] = {}
    near: dict[Hashable, list[Member]] = defaultdict(list)
    for one in members:
        if one.content_key is not None:
            join(one.id, same.setdefault((one.kind, one.content_key), one.id))
        if one.sketch is None:
            continue
        met: set[int] = set()
        for band in range(0, SLOTS, BAND):
            slots = one.sketch[band * 2 : (band + BAND) * 2]
            if not slots.strip("0"):  # nothing in them: nothing to agree in
                continue
            key = (one.kind, stem(one.name), band, slots)
            for other in near[key]:
                if other.id not in met and _one_paper(one, other):
                    join(one.id, other.id)
                met.add(other.id)
            near[key].append(one)
    found: dict[int, list[int]] = {}
    for one in members:
        found.setdefault(root(one.id), []).append(one.id)
    return list(found.values())


def _one_paper(one: Member, other: Member) -> bool:
    name = stem(one.name)
    if not name or name != stem(other.name):
        return False
    return alike(one.sketch or "", other.sketch or "") >= ALIKE


def alike(one: str, other: str) -> float:
    """Share of slots in which two sketches agree, of those in which either has anything: about 1 for equal texts."""
    pairs = [(a, b) for a, b in zip(bytes.fromhex(one), bytes.fromhex(other), strict=True) if a != EMPTY or b != EMPTY]
    return sum(a == b for a, b in pairs) / len(pairs) if pairs else 0.0


def stem(name: str) -> str:
    """A file's name without folder, ending and words of versions and copies; empty for names that name nothing."""
    plain = PurePosixPath(name.rpartition("!/")[2]).name
    plain = re.sub(r"(?:\.[A-Za-z0-9]{1,5})+$", "", plain)
    plain = VERSION.sub("", plain).strip(" _-.　").casefold()
    return "" if NAMELESS.fullmatch(plain) else plain
