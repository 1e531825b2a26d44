"""The real reading and judging without worker processes: for tests that count, kill or interleave in one process."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Hashable, Iterable, Iterator
from datetime import date

from inspection.crawling.judging import FileToJudge, Judged, Row
from inspection.detection.judge import FileMeta, as_row, judge
from inspection.detection.ruleset import load_rules
from inspection.extraction.passage import Reading
from inspection.extraction.ranges import read_pieces
from inspection.extraction.read import read_file
from inspection.vocabulary import ReadStatus

RULES = load_rules()
ONE_AT_A_TIME = threading.Lock()  # the matching engine's working memory serves one thread


class InProcessJudges:
    """Extracts and judges in this process; `judged` lists the paths it was given."""

    def __init__(self) -> None:
        self.judged: list[str] = []
        self._key = secrets.token_bytes(32)

    @property
    def rules_version(self) -> str:
        return RULES.version

    def mask(self, path: str) -> str:
        nothing = Reading(ReadStatus.SCANNED, "")
        return judge(nothing, FileMeta(path, date(2026, 10, 12)), RULES, self._key).path_shown

    def bearing(self, path: str) -> Hashable:
        return path.rpartition(".")[2]

    def judge(self, files: Iterable[FileToJudge]) -> Iterator[Judged]:
        for file in files:
            self.judged.append(file.path)
            with ONE_AT_A_TIME:
                rows = tuple(self._rows(file))
            yield Judged(file.key, rows)

    def _rows(self, file: FileToJudge) -> Iterator[Row]:
        if file.offsets is None:
            reading = read_file(file.pieces[0], name=file.path)
        else:
            *pieces, tail = file.pieces
            ranges = [(offset, len(piece)) for offset, piece in zip(file.offsets, pieces, strict=False)]
            reading = read_pieces(tail, ranges, pieces, size_bytes=file.size_bytes, name=file.path)
        yield self._row(reading, file.path, file, file.size_bytes, "")
        for embedded in reading.embedded:
            path = f"{file.path}!/{embedded.name}"
            digest = hashlib.sha256(embedded.data).hexdigest()
            yield self._row(read_file(embedded.data, name=embedded.name), path, file, len(embedded.data), digest)

    def _row(self, reading: Reading, path: str, file: FileToJudge, size_bytes: int, digest: str) -> Row:
        meta = FileMeta(path, date(2026, 10, 12), size_bytes, content_sha256=digest, broad_readers=file.broad_readers)
        return as_row(judge(reading, meta, RULES, self._key))
