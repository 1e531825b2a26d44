"""What goes to a worker and what comes back, for the parent's side: nothing of reading or judging is imported here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from inspection.sandbox.frames import pack, unpack

if TYPE_CHECKING:  # a fifth of what it costs to scan one small file
    from inspection.rules.detectors import DetectorBook
    from inspection.rules.marking import MarkingBook

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RulesText:
    """Rules other than the shipped ones, as a worker takes them (it can open no file): JSON of both books."""

    detectors: bytes
    marking: bytes

    @classmethod
    def of(cls, book: DetectorBook, marking: MarkingBook) -> RulesText:
        """The books as loaded."""
        return cls(book.model_dump_json().encode(), marking.model_dump_json().encode())


def envelope(
    path: str,
    pieces: Sequence[bytes],
    *,
    today: date,
    size_bytes: int,
    key: bytes,
    content_sha256: str = "",
    modified_at: str | None = None,
    broad_readers: tuple[str, ...] | None = None,
    offsets: tuple[int, ...] | None = None,
    rules: RulesText | None = None,
    recognised: str = "",
    own: bytes = b"",
    sketch_key: bytes = b"",
) -> bytes:
    """The request for one file; see `worker.request`. `modified_at` is ISO; an empty hash is computed by the worker.

    `recognised` names the format of a file with pages that are pictures; `pieces` are then the lines recognised on its
    pages (`recognised_lines.packed`), and `own` is the file, for what its other pages say. A
    `sketch_key` asks for sketches.
    """
    head = {
        "path": path,
        "today": today.isoformat(),
        "size_bytes": size_bytes,
        "modified_at": modified_at,
        "content_sha256": content_sha256,
        "broad_readers": broad_readers,
        "key": key.hex(),
        "offsets": offsets,
        "rules": rules is not None,
        "recognised": recognised,
        "own": bool(own),
        "sketch_key": sketch_key.hex(),
    }
    texts = (rules.detectors, rules.marking) if rules else ()
    return pack(head, (*((own,) if own else ()), *pieces, *texts))


def answered_rows(answer: bytes) -> tuple[Row, ...]:
    """The rows of an answer: the file's own first, then one per file found inside it."""
    head, _ = unpack(answer)
    return tuple(head["rows"])
