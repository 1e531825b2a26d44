"""The program of a sandboxed worker: takes a file's bytes, reads, judges, and answers rows with nothing in clear."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from inspection.detection.compiled import greeted_rules
from inspection.detection.conceal import Concealer
from inspection.detection.envelope import RulesText, answered_rows, envelope
from inspection.detection.judge import FileMeta, Judgement, as_row, concealed, judge, with_lower_main
from inspection.detection.ruleset import Rules, compile_rules, load_rules
from inspection.extraction.passage import Embedded, Reading, ReadLimits
from inspection.extraction.preload import preload
from inspection.extraction.ranges import read_pieces
from inspection.extraction.read import DEFAULT_LIMITS, read_file
from inspection.extraction.recognised import read_recognised
from inspection.extraction.recognised_lines import unpacked
from inspection.extraction.time_limit import limit_time
from inspection.rules.detectors import DetectorBook
from inspection.rules.marking import MarkingBook
from inspection.sandbox.frames import pack, unpack
from inspection.sandbox.job_time import JobTime
from inspection.sandbox.serve import serve
from inspection.vocabulary import ReadReason, ReadStatus

__all__ = ["answered_rows", "handle", "request"]

MAILS = {"eml", "msg", "mhtml"}
MAYBE_MISREAD = re.compile(r"(?=[A-Za-z]{0,3}[0-9])[0-9A-Za-z]{4,}")


@dataclass(frozen=True, slots=True)
class _Job:
    """One request: the file's meta, its key and rules, and what is left of the limits for files inside it."""

    key: bytes
    rules: Rules
    limits: ReadLimits
    family: Concealer
    sketch_key: bytes
    time: JobTime


def request(
    meta: FileMeta,
    pieces: tuple[bytes, ...],
    *,
    key: bytes,
    offsets: tuple[int, ...] | None = None,
    rules: Rules | None = None,
) -> bytes:
    """What to send a worker for one file.

    `pieces` is the whole file, or with `offsets` the pieces of a large package, the tail last. `key` hashes people for
    counting. `rules` are needed only where an agency has changed the shipped ones.
    """
    return envelope(
        meta.path,
        pieces,
        today=meta.today,
        size_bytes=meta.size_bytes,
        key=key,
        content_sha256=meta.content_sha256,
        modified_at=meta.modified_at.isoformat() if meta.modified_at else None,
        broad_readers=meta.broad_readers,
        offsets=offsets,
        rules=RulesText.of(rules.loaded, rules.marking) if rules else None,
    )


def handle(payload: bytes) -> bytes:
    """Judges the file of one request."""
    time = JobTime()
    head, packed = unpack(payload)
    blobs = list(packed)
    rules = _in_force()
    if head["rules"]:
        *blobs, detectors, marking = blobs
        rules = _given(detectors, marking)
    meta = FileMeta(
        path=head["path"],
        today=date.fromisoformat(head["today"]),
        size_bytes=head["size_bytes"],
        modified_at=datetime.fromisoformat(head["modified_at"]) if head["modified_at"] else None,
        content_sha256=head["content_sha256"],
        broad_readers=None if head["broad_readers"] is None else tuple(head["broad_readers"]),
    )
    if head["recognised"]:
        own = read_file(blobs.pop(0), name=meta.path) if head["own"] else None
        reading = read_recognised([*map(unpacked, blobs)], file_format=head["recognised"], own=own)
    elif head["offsets"] is None:
        data = b"".join(blobs)
        reading = read_file(data, name=meta.path)
        meta = meta if meta.content_sha256 else replace(meta, content_sha256=hashlib.sha256(data).hexdigest())
    else:
        *parts, tail = blobs
        ranges = [(offset, len(part)) for offset, part in zip(head["offsets"], parts, strict=False)]
        reading = read_pieces(tail, ranges, parts, size_bytes=meta.size_bytes, name=meta.path)
    sketch_key = bytes.fromhex(head["sketch_key"])
    job = _Job(bytes.fromhex(head["key"]), rules, DEFAULT_LIMITS, Concealer(), sketch_key, time)
    judgements = list(judge_with_embedded(reading, meta, job, 0))
    rows = [as_row(concealed(judgement, job.family)) for judgement in judgements]
    return pack({"rows": [_without_numbers(row) for row in rows] if head["recognised"] else rows})


def _without_numbers(row: dict[str, Any]) -> dict[str, Any]:
    """A number misread in one figure passes no check and would stand unmasked beside one that was read well."""
    categories = [
        category | {"excerpts": [MAYBE_MISREAD.sub("****", excerpt) for excerpt in category["excerpts"]]}
        for category in row["categories"]
    ]
    return row | {"categories": categories}


def judge_with_embedded(reading: Reading, meta: FileMeta, job: _Job, depth: int) -> Iterator[Judgement]:
    """A file's judgement, then those of the files inside it, each under `outer!/inner`.

    What lies inside a national secret is neither looked into nor named. A mail whose attachment bears a higher mark is
    defective.
    """
    main = judge(reading, meta, job.rules, job.key, family=job.family, sketch_key=job.sketch_key, spent=job.time.spent)
    inner: list[Judgement] = []
    for number, embedded in enumerate(reading.embedded, start=1):
        secret = main.is_national_secret
        shown = replace(embedded, name=f"#{number}") if secret else embedded
        direct, *deeper = _judge_embedded(shown, meta, job, depth, secret=secret)
        if reading.format in MAILS and main.mark and direct.mark and direct.mark.rank > main.mark.rank:
            main = with_lower_main(main)
        inner += [direct, *deeper]
    yield main
    yield from inner


def _judge_embedded(embedded: Embedded, outer: FileMeta, job: _Job, depth: int, *, secret: bool) -> Iterator[Judgement]:
    meta = replace(
        outer,
        path=f"{outer.path}!/{embedded.name}",
        size_bytes=len(embedded.data),
        content_sha256=hashlib.sha256(embedded.data).hexdigest(),
    )
    if secret:
        reading = Reading(ReadStatus.SKIPPED, "unknown", ReadReason.EXCLUDED)
    elif embedded.reason is not None:
        reading = Reading(ReadStatus.UNREADABLE, "unknown", embedded.reason)
    elif job.time.spent():
        reading = Reading(ReadStatus.UNREADABLE, "unknown", ReadReason.TIMEOUT)
    elif depth >= job.limits.nesting:
        reading = Reading(ReadStatus.UNREADABLE, "unknown", ReadReason.TOO_LARGE)
    else:
        limits = replace(job.limits, wall_seconds=min(job.limits.wall_seconds, job.time.left()))
        reading = read_file(embedded.data, name=embedded.name, limits=limits)
    yield from judge_with_embedded(reading, meta, job, depth + 1)


@lru_cache(maxsize=2)
def _given(detectors: bytes, marking: bytes) -> Rules:
    return compile_rules(DetectorBook.model_validate_json(detectors), MarkingBook.model_validate_json(marking))


class _InForce:
    """The rules this worker goes by, set once before the first request."""

    rules: Rules | None = None


def _in_force() -> Rules:
    if _InForce.rules is None:
        _InForce.rules = load_rules()
    return _InForce.rules


def prepare(greeting: bytes) -> None:
    """Loads everything a job may need, while files still open: rules as greeted (else the shipped ones), codecs."""
    if greeting:
        _InForce.rules = greeted_rules(greeting)
    preload()
    limit_time()
    for name in ("raw_unicode_escape", "unicode_escape", "idna", "punycode"):
        codecs.lookup(name)  # the mail parser asks for the first when a body is not ASCII
    rules = _in_force()
    for number in range(len(rules.engine.expressions)):
        rules.engine.searcher(number)
    reading = read_file("暖機\n".encode(), name="a.txt")
    judge(reading, FileMeta("a.txt", date(2000, 1, 1)), rules, b"0" * 32)


def main() -> None:
    """Serves requests."""
    serve(handle, prepare)


if __name__ == "__main__":
    main()
