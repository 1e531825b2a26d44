"""How names are told: NFC for rows and people, the server's own spelling kept for opening."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def shown_names(raw_names: Iterable[str]) -> list[str]:
    """The names of one folder as rows show them, in order: NFC and valid Unicode.

    Two files whose names fold to the same spelling keep apart: the later one stays as the server spells it.
    """
    names = list(raw_names)
    together = "".join(names)
    # most folders need no more than this: parts of what is normalised are normalised too (UAX 15)
    if together.isprintable() and unicodedata.is_normalized("NFC", together):
        return names
    taken = {name for name in names if _shown(name) == name}
    shown = []
    for raw in names:
        name = _shown(raw)
        if name != raw:
            if name in taken:
                name = raw.encode("utf-8", "replace").decode("utf-8")
            while name in taken:
                name += "~"
            taken.add(name)
        shown.append(name)
    return shown


def _shown(raw: str) -> str:
    if raw.isascii():
        return raw
    if not raw.isprintable():  # a lone surrogate: bytes that are no UTF-8 on the disk, or broken UTF-16
        raw = raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return unicodedata.normalize("NFC", raw)


def join(folder: str, name: str) -> str:
    """Folder and name as one `/`-separated path."""
    return f"{folder}/{name}" if folder else name
