"""Confined worker processes as judges of a crawl: bytes in, masked rows out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from inspection import __version__, clock, rules, settings
from inspection.crawling.judging import FileToJudge, Judged
from inspection.crawling.scan_rows import unread_row
from inspection.errors import BadSource, system_fault
from inspection.language import speak
from inspection.vocabulary import ReadReason

if TYPE_CHECKING:  # loaded where there is a file to judge: rules and readers take half a second
    from inspection.detection.ruleset import Rules
    from inspection.sandbox.pool import Pool

SHIPPED = Path(rules.__file__).parent
PATHS_REMEMBERED = 10_000
WORKER = "inspection.detection.worker"
KEY_BYTES = 32
NEVER = -1e9  # no text weighs so little


class SandboxedJudges:
    """Judges by the rules in force, or by the detectors of `rules_file` alone; a context manager. Raises BadSource
    for faulty rules once they are needed.

    `today` (default: the clock's) dates declassification. People are counted by a key that dies with this object.
    No worker is started before there is a file to judge; all end with the context. `second_reading`: also by meaning;
    `doubting`: what a rule found by mere words may become a clue by it (a campaign's hard hits stay what they are);
    `sketch_key`: what is suspected is sketched, so that copies and versions of one paper are known.
    """

    def __init__(
        self,
        *,
        workers: int,
        rules_file: Path | None = None,
        today: date | None = None,
        second_reading: bool = False,
        doubting: bool = True,
        sketch_key: bytes = b"",
    ) -> None:
        self._sketch_key = sketch_key
        self._rules_file = rules_file
        self._second_reading = second_reading and rules_file is None
        self._doubting = doubting
        self._rules_dir = settings.get().rules_dir
        self._workers = workers
        self._today = today or clock.today()
        self._key = os.urandom(KEY_BYTES)  # as `secrets` does, whose import costs as much as a thousand unchanged files
        self._pool: Pool | None = None

    @cached_property
    def rules_version(self) -> str:
        """SHA-256 (hex) over the rule files as they stand and the product's version.

        Stricter than a version of what they mean, and told without reading them: an unchanged tree needs no more.
        """
        digest = hashlib.sha256(__version__.encode() if self._doubting else f"{__version__} undoubting".encode())
        for file in self._files():
            try:
                digest.update(hashlib.sha256(file.read_bytes()).digest())
            except OSError as error:
                raise BadSource(
                    speak(f"無法讀取：{system_fault(error)}", f"cannot be read: {error.strerror}"),
                    place=file,
                    remedy=speak("請檢查路徑及權限", "check path and permissions"),
                ) from None
        return digest.hexdigest()

    def _files(self) -> Iterator[Path]:
        names = ("detectors.yaml", "marking_rules.yaml")
        yield from (SHIPPED / name for name in names)
        if self._second_reading:
            yield SHIPPED / "meaning_model.tsv"
        if self._rules_dir is not None:
            yield from (self._rules_dir / name for name in names if (self._rules_dir / name).exists())
        if self._rules_file is not None:
            yield self._rules_file

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
        waiting = iter(files)
        first = next(waiting, None)
        if first is None:  # an unchanged tree needs no worker and no rules
            return
        from inspection.detection.envelope import answered_rows, envelope
        from inspection.sandbox.pool import Job, Pool

        if self._pool is None:
            self._pool = Pool(WORKER, self._workers, greeting=self._greeting)
        paths: dict[int, str] = {}

        def jobs() -> Iterator[Job]:
            for file in chain([first], waiting):
                paths[file.key] = file.path
                yield Job(
                    file.key,
                    envelope(
                        file.path,
                        file.pieces,
                        today=self._today,
                        size_bytes=file.size_bytes,
                        key=self._key,
                        content_sha256=file.digest,
                        broad_readers=file.broad_readers,
                        offsets=file.offsets,
                        recognised=file.recognised,
                        own=file.own,
                        sketch_key=self._sketch_key,
                    ),
                )

        for outcome in self._pool.run(jobs()):
            path = paths.pop(outcome.key)
            if outcome.answer is not None:
                yield Judged(outcome.key, answered_rows(outcome.answer))
            else:
                yield Judged(outcome.key, (unread_row(self.mask(path), outcome.reason or ReadReason.CORRUPT),))

    def mask(self, path: str) -> str:
        """A path with everything a detector finds in it hidden."""
        return self._mask(path)

    def bearing(self, path: str) -> Hashable:
        """What of a path bears on judgement."""
        return self._bearing(path)

    @cached_property
    def _mask(self) -> Callable[[str], str]:
        from inspection.detection.judge import shown_path

        loaded = self._rules
        return lru_cache(PATHS_REMEMBERED)(lambda path: shown_path(path, loaded, today=self._today))

    @cached_property
    def _bearing(self) -> Callable[[str], Hashable]:
        from inspection.detection.judge import path_bearing

        loaded = self._rules
        return lru_cache(PATHS_REMEMBERED)(lambda path: path_bearing(path, loaded, today=self._today))

    @cached_property
    def _rules(self) -> Rules:
        from inspection.detection.compiled import greeted_rules

        return greeted_rules(self._greeting)

    @cached_property
    def _greeting(self) -> bytes:
        """The rules compiled, from an earlier run where these very files were compiled then."""
        kept = settings.get().home_folder / "cache" / f"rules-{self.rules_version}.bin"
        try:
            return kept.read_bytes()
        except OSError:
            greeting = self._compiled()
        # a home that cannot be written to costs a third of a second per run, nothing else
        with suppress(OSError):
            kept.parent.mkdir(parents=True, exist_ok=True)
            part = kept.with_name(f"{kept.name}.{os.getpid()}")
            part.write_bytes(greeting)
            part.replace(kept)
        return greeting

    def _compiled(self) -> bytes:
        from inspection.detection.compiled import greeting_of
        from inspection.detection.ruleset import compile_rules
        from inspection.rules.detectors import DetectorBook, load_detectors
        from inspection.rules.load import load_yaml
        from inspection.rules.marking import load_marking
        from inspection.rules.meaning import shipped_meaning

        marking = load_marking(self._rules_dir)
        if self._rules_file is not None:  # these detectors and nothing else
            return greeting_of(compile_rules(load_yaml(self._rules_file, DetectorBook), marking))
        meaning = shipped_meaning() if self._second_reading else None
        if meaning is not None and not self._doubting:
            meaning = replace(meaning, doubted_below=NEVER)
        return greeting_of(compile_rules(load_detectors(self._rules_dir), marking, meaning=meaning))
