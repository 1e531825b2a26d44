"""Confined worker processes as judges of a crawl: bytes in, masked rows out."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from inspection import clock, settings
from inspection.crawling.judging import FileToJudge, Judged
from inspection.crawling.scan_rows import unread_row
from inspection.detection.envelope import RulesText, answered_rows, envelope
from inspection.rules.detectors import DetectorBook, load_detectors
from inspection.rules.load import load_yaml, rules_version
from inspection.rules.marking import load_marking
from inspection.sandbox.pool import Job, Pool, PoolLimits
from inspection.vocabulary import ReadReason

if TYPE_CHECKING:
    from inspection.detection.ruleset import Rules

PATHS_REMEMBERED = 10_000
WORKER = "inspection.detection.worker"


class SandboxedJudges:
    """Judges by the rules in force, or by the detectors of `rules_file` alone; a context manager. Raises BadSource.

    `today` (default: the clock's) dates declassification. People are counted by a key that dies with this object.
    No worker is started before there is a file to judge; all end with the context.
    """

    def __init__(self, *, workers: int, rules_file: Path | None = None, today: date | None = None) -> None:
        rules_dir = settings.get().rules_dir
        self._marking = load_marking(rules_dir)
        self._book = load_yaml(rules_file, DetectorBook) if rules_file else load_detectors(rules_dir)
        self.rules_version = rules_version(self._book, self._marking)
        self._given = RulesText.of(self._book, self._marking) if rules_file or rules_dir else None
        self._workers = workers
        self._today = today or clock.today()
        self._key = secrets.token_bytes(32)
        self._pool: Pool | None = None

    def __enter__(self) -> SandboxedJudges:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def judge(self, files: Iterable[FileToJudge]) -> Iterator[Judged]:
        """Judges files; one that kills or outlasts its worker ends as memory, corrupt or timeout."""
        paths: dict[int, str] = {}

        def jobs() -> Iterator[Job]:
            for file in files:
                paths[file.key] = file.path
                yield Job(file.key, self._request(file))

        if self._pool is None:
            self._pool = Pool(WORKER, self._workers, PoolLimits())
        for outcome in self._pool.run(jobs()):
            path = paths.pop(outcome.key)
            if outcome.answer is not None:
                yield Judged(outcome.key, answered_rows(outcome.answer))
            else:
                yield Judged(outcome.key, (unread_row(self.mask(path), outcome.reason or ReadReason.CORRUPT),))

    def mask(self, path: str) -> str:
        """A path with everything a detector finds in it hidden."""
        return self._shown(path)

    def bearing(self, path: str) -> Hashable:
        """What of a path bears on judgement."""
        return self._bearing(path)

    def _request(self, file: FileToJudge) -> bytes:
        return envelope(
            file.path,
            file.pieces,
            today=self._today,
            size_bytes=file.size_bytes,
            key=self._key,
            content_sha256=file.digest,
            broad_readers=file.broad_readers,
            offsets=file.offsets,
            rules=self._given,
        )

    @cached_property
    def _shown(self) -> Callable[[str], str]:
        # compiling the rules takes a third of a second, and most scans of unchanged trees never ask
        from inspection.detection.judge import shown_path

        rules = self._rules
        return lru_cache(PATHS_REMEMBERED)(lambda path: shown_path(path, rules, today=self._today))

    @cached_property
    def _bearing(self) -> Callable[[str], Hashable]:
        from inspection.detection.judge import path_bearing

        rules = self._rules
        return lru_cache(PATHS_REMEMBERED)(lambda path: path_bearing(path, rules, today=self._today))

    @cached_property
    def _rules(self) -> Rules:
        from inspection.detection.ruleset import compile_rules

        return compile_rules(self._book, self._marking)
