"""Reads many files at once over one link; every wanted file ends exactly once, as bytes or as a reason."""

from __future__ import annotations

import heapq
import itertools
import random
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inspection.shares import smb_status
from inspection.shares.descriptor import DescriptorCache
from inspection.shares.resume import LinkKeeper
from inspection.shares.share import Fetched, Wanted
from inspection.shares.smb_files import CHAIN_BYTES, PIECE_BYTES, Asking, FileChain, FileRead
from inspection.shares.smb_plain import PlainCalls
from inspection.shares.smb_wire import LinkLost, Wire
from inspection.vocabulary import ReadReason

# Measured: more under way brings nothing on one connection, also at 20 ms round trip.
MOST_CHAINS = 48
MOST_BYTES = 8 << 20
TRANSIENT_TRIES = 3
RETRY_SECONDS = 0.5
# A file is named as the cause when the link broke so often while it alone was under way.
BLAME_LIMIT = 3


@dataclass(frozen=True, slots=True)
class Naming:
    """How a path below the opened folder is spelt for the server."""

    folder: str

    def below_share(self, path: str) -> str:
        """With backslashes, from the share's root."""
        return "\\".join(part for part in f"{self.folder}/{path}".split("/") if part)


class Fetching:
    """One run of `fetch`. Chains whose link broke are asked anew; a file that breaks links is found and named."""

    def __init__(
        self,
        keeper: LinkKeeper,
        plain: PlainCalls,
        naming: Naming,
        cache: DescriptorCache,
        *,
        first_question: Asking,
        wanted: Iterable[Wanted],
    ) -> None:
        self._keeper = keeper
        self._plain = plain
        self._naming = naming
        self._cache = cache
        self._first_question = first_question
        self._source = iter(wanted)
        self._wire: Wire | None = None
        self._unopened: deque[Wanted] = deque()
        self._ready: deque[FileRead] = deque()
        self._suspects: deque[FileRead] = deque()
        self._cautious: set[FileRead] = set()  # under way when the link broke, not answered since: one at a time
        self._later: list[tuple[float, int, FileRead]] = []
        self._count = itertools.count()
        self._chains: deque[FileChain] = deque()  # of files begun, not yet sent
        self._under_way: set[FileChain] = set()
        self._done: list[FileChain] = []
        self._bytes_under_way = 0

    def run(self) -> Iterator[Fetched]:
        """Yields answers as they come. Raises SourceUnavailable or AccessRefused when the link stays away."""
        while True:
            wire = self._current_wire()
            try:
                self._fill(wire)
                wire.flush()
                if not self._under_way and not self._unopened:
                    if not self._wait_for_later():
                        return
                    continue
                if self._under_way and not self._done:  # a listing on the same link may have taken in all answers
                    wire.receive()
                finished = self._finished()
            except LinkLost as cause:
                named = self._given_up(cause)
                self._keeper.lost(wire, cause)
                if named:
                    yield self._answer(named, ReadReason.TIMEOUT if cause.silent else ReadReason.SERVER_FAULT)
                continue
            while self._unopened:
                offline = self._unopened.popleft()
                yield Fetched(offline.key, offline.path, reason=ReadReason.OFFLINE)
            for file in finished:
                answer = self._judge(file)
                if answer:
                    yield answer

    def _current_wire(self) -> Wire:
        if not self._keeper.is_current(self._wire):
            self._start_over(self._unfinished(), blamed=False)  # lost by a listing that shares the link
            self._wire = self._keeper.wire()
        assert self._wire is not None
        return self._wire

    def _fill(self, wire: Wire) -> None:
        while len(self._under_way) < (1 if self._cautious else MOST_CHAINS):
            if not self._chains and not self._begin_next(wire):
                return
            chain = self._chains[0]
            if self._under_way and self._bytes_under_way + chain.byte_count > MOST_BYTES:
                return
            messages = chain.messages(self._naming.below_share(chain.file.wanted.opened_path))
            if not wire.can_afford(sum(message.credits for message in messages)):
                if self._under_way:
                    return
                if not wire.under_way:
                    raise LinkLost("the server grants too few credits")
                wire.flush()
                wire.receive()  # a listing on the same link holds them
                continue
            self._chains.popleft()
            wire.send(messages, chain)
            self._under_way.add(chain)
            self._bytes_under_way += chain.byte_count

    def _begin_next(self, wire: Wire) -> bool:
        file = self._next_file()
        if file is None:
            return False
        credit_bytes = max(1, wire.credits // 2) << 16 if not wire.under_way else CHAIN_BYTES
        piece = min(PIECE_BYTES, wire.link.max_read, credit_bytes)
        self._chains.extend(file.start(max(piece, min(CHAIN_BYTES, credit_bytes)), piece, self._done))
        return True

    def _next_file(self) -> FileRead | None:
        if self._suspects:
            return self._suspects.popleft()
        if self._ready:
            return self._ready.popleft()
        if self._later and self._later[0][0] <= time.monotonic():
            return heapq.heappop(self._later)[2]
        for wanted in self._source:  # asked again after it has ended: a WantedQueue may have grown
            if not wanted.offline:
                return FileRead(wanted, asking=self._first_question)
            self._unopened.append(wanted)
        return None

    def _wait_for_later(self) -> bool:
        if not self._later:
            return False
        time.sleep(max(0.0, self._later[0][0] - time.monotonic()))
        return True

    def _finished(self) -> list[FileRead]:
        for chain in self._done:  # before any is taken out: what is under way is asked anew as a whole
            if chain.file.status in smb_status.SESSION_DEAD:
                raise LinkLost(f"status 0x{chain.file.status:08X}")
        files = []
        for chain in self._done:
            self._under_way.discard(chain)
            self._bytes_under_way -= chain.byte_count
            chain.file.chains_left -= 1
            if chain.file.chains_left == 0:
                files.append(chain.file)
        if self._done:
            self._done.clear()
            self._keeper.fruitful()
        return files

    def _judge(self, file: FileRead) -> Fetched | None:
        """The answer, or None where the file is asked anew."""
        self._cautious.discard(file)
        if file.status == smb_status.OK:
            return self._judge_read(file)
        if file.status in smb_status.NEEDS_PLAIN_CALLS:
            return self._plain.read(file.wanted)
        if file.status == smb_status.ACCESS_DENIED and file.asking is not Asking.DESCRIPTOR:
            # Perhaps only the descriptor is closed to us, or only the data.
            narrower = Asking.DATA if file.asking is Asking.DATA_AND_DESCRIPTOR else Asking.DESCRIPTOR
            if narrower is Asking.DATA or self._first_question is not Asking.DATA:
                file.asking = narrower
                self._ready.append(file)
                return None
        if file.status in smb_status.TRANSIENT and file.tries + 1 < TRANSIENT_TRIES:
            file.tries += 1
            self._ask_later(file, RETRY_SECONDS * file.tries)
            return None
        return self._answer(file, smb_status.reason_of(file.status))

    def _judge_read(self, file: FileRead) -> Fetched | None:
        if file.asking is Asking.DESCRIPTOR:
            return self._answer(file, ReadReason.ACCESS_DENIED)
        assert file.opened is not None
        if file.wanted.ranges is None and file.opened.size_bytes > file.size_bytes:
            file.size_bytes = file.opened.size_bytes  # grown since it was listed: not all has been read
            file.changed = True
        if not file.changed or file.changes:
            return self._answer(file, None)
        file.changes += 1
        self._ask_later(file, RETRY_SECONDS)
        return None

    def _ask_later(self, file: FileRead, seconds: float) -> None:
        file.forget_bytes()
        due = time.monotonic() + seconds * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        heapq.heappush(self._later, (due, next(self._count), file))

    def _answer(self, file: FileRead, reason: ReadReason | None) -> Fetched:
        return Fetched(
            file.wanted.key,
            file.wanted.path,
            () if reason else file.pieces(),
            reason,
            changed=not reason and file.changed,
            broad_readers=self._cache.broad_readers(file.descriptor),
        )

    def _unfinished(self) -> list[FileRead]:
        """Files of which something was asked and not all has come, each once, in order of asking."""
        chains = [*self._under_way, *self._chains]
        return list(dict.fromkeys(chain.file for chain in chains))

    def _given_up(self, cause: LinkLost) -> FileRead | None:
        """After a broken link: the file that is given up for it, if any; all others are asked anew, one by one."""
        suspects = list(dict.fromkeys(chain.file for chain in self._under_way)) or self._unfinished()
        named = None
        if len(suspects) == 1:
            suspects[0].blame += 1
            if suspects[0].blame >= BLAME_LIMIT:
                named = suspects[0]
                self._cautious.discard(named)
        self._start_over([file for file in self._unfinished() if file is not named], blamed=True)
        return named

    def _start_over(self, files: list[FileRead], *, blamed: bool) -> None:
        for file in files:
            file.forget_bytes()
        if blamed:
            self._cautious.update(files)
        (self._suspects if blamed else self._ready).extend(files)
        self._chains.clear()
        self._under_way.clear()
        self._done.clear()
        self._bytes_under_way = 0
        self._wire = None
