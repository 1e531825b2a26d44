"""One file on its way: which pieces are asked for in which chain, and what their answers make of it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from inspection.shares import smb_packets, smb_status
from inspection.shares.share import Wanted
from inspection.shares.smb_packets import FileState, Message

PIECE_BYTES = 1 << 20  # measured fastest on Samba: 256 KiB costs twice the processor time per MiB
CHAIN_BYTES = 4 << 20  # the answer to one chain must stay below 16 MiB


class Asking(Enum):
    """What is asked of the server; each denial leads to the next, narrower question."""

    DATA_AND_DESCRIPTOR = 1
    DATA = 2
    DESCRIPTOR = 3


class FileRead:
    """A wanted file, from the first question to its answer; may start over."""

    def __init__(self, wanted: Wanted, *, asking: Asking) -> None:
        self.wanted = wanted
        self.asking = asking
        self.tries = 0  # after transient refusals
        self.changes = 0  # times it was seen changing
        self.blame = 0  # times the link broke while this file alone was under way
        self.size_bytes = wanted.size_bytes
        self.descriptor: bytes | None = None
        self.chains_left = 0
        self.status = smb_status.OK
        self.opened: FileState | None = None
        self.changed = False
        self._parts: list[dict[int, bytes]] = []

    def start(self, chain_bytes: int, piece_bytes: int, done: list[FileChain]) -> Iterator[FileChain]:
        """Forgets what came before and cuts the file into chains, which put themselves into `done` when answered."""
        self.status, self.opened, self.changed = smb_status.OK, None, False
        ranges = self._ranges()
        self._parts = [{} for _ in ranges]
        groups = [[]] if self.asking is Asking.DESCRIPTOR else list(_grouped(ranges, chain_bytes, piece_bytes))
        self.chains_left = len(groups)
        for number, spans in enumerate(groups):
            yield FileChain(self, spans, done, with_descriptor=number == 0 and self.asking is not Asking.DATA)

    def pieces(self) -> tuple[bytes, ...]:
        """The bytes, one piece per range."""
        return tuple(_joined(parts) for parts in self._parts)

    def forget_bytes(self) -> None:
        """Lets go of what was read."""
        self._parts = []

    def put(self, range_index: int, offset: int, data: bytes) -> None:
        """Keeps the bytes of one piece."""
        self._parts[range_index][offset] = data

    def fail(self, status: int) -> None:
        """Keeps the first failure."""
        if not self.status:
            self.status = status

    def seen(self, state: FileState) -> None:
        """Compares with what the file was when first opened."""
        if self.opened is None:
            self.opened = state
        elif (self.opened.written, self.opened.size_bytes) != (state.written, state.size_bytes):
            self.changed = True

    def _ranges(self) -> tuple[tuple[int, int], ...]:
        return self.wanted.ranges if self.wanted.ranges is not None else ((0, self.size_bytes),)


class FileChain:
    """One compound CREATE + [QUERY_INFO] + READ… + CLOSE; goes into `done` once all its answers are in."""

    def __init__(
        self, file: FileRead, spans: list[tuple[int, int, int]], done: list[FileChain], *, with_descriptor: bool
    ) -> None:
        self.file = file
        self._done = done
        self.byte_count = sum(length for _, _, length in spans)
        self._spans = spans
        self._with_descriptor = with_descriptor
        self._left = 0

    def messages(self, name: str) -> list[Message]:
        """The chain for the file of this name below the share."""
        access = smb_packets.READ_ATTRIBUTES
        if self.file.asking is not Asking.DESCRIPTOR:
            access |= smb_packets.READ_DATA
        if self._with_descriptor:
            access |= smb_packets.READ_CONTROL
        options = smb_packets.NON_DIRECTORY_FILE | smb_packets.SEQUENTIAL_ONLY
        chain = [smb_packets.create_file(name, access, options=options)]
        if self._with_descriptor:
            chain.append(smb_packets.query_security())
        chain += [smb_packets.read(offset, length) for _, offset, length in self._spans]
        chain.append(smb_packets.close())
        self._left = len(chain)
        return chain

    def answered(self, index: int, status: int, answer: memoryview) -> None:
        """Takes one answer; bytes are copied."""
        self._left -= 1
        if self._left == 0:
            self._done.append(self)
        first_read = 1 + self._with_descriptor
        if index == 0:
            if status:
                self.file.fail(status)
            else:
                self.file.seen(smb_packets.opened_state(answer))
        elif index < first_read:
            if not status:
                self.file.descriptor = bytes(smb_packets.output_buffer(answer))
        elif index < first_read + len(self._spans):
            range_index, offset, _ = self._spans[index - first_read]
            if not status:
                self.file.put(range_index, offset, smb_packets.read_data(answer))
            elif status != smb_status.END_OF_FILE:
                self.file.fail(status)
        elif not status:
            self.file.seen(smb_packets.closed_state(answer))


def _grouped(
    ranges: tuple[tuple[int, int], ...], chain_bytes: int, piece_bytes: int
) -> Iterator[list[tuple[int, int, int]]]:
    """Pieces (range index, offset, length) by chain; always at least one chain, so that the file is opened."""
    group: list[tuple[int, int, int]] = []
    room = chain_bytes
    for index, (start, length) in enumerate(ranges):
        offset, end = start, start + length
        while offset < end:
            piece = min(piece_bytes, end - offset)
            if piece > room:
                yield group
                group, room = [], chain_bytes
            group.append((index, offset, piece))
            offset += piece
            # a request costs a credit per 64 KiB begun, and each has its own head: many tiny ranges fill a chain too
            room -= max(piece, smb_packets.CREDIT_BYTES)
    yield group


def _joined(parts: dict[int, bytes]) -> bytes:
    if len(parts) == 1:
        return next(iter(parts.values()))
    return b"".join(parts[offset] for offset in sorted(parts))
