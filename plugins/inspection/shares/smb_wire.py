"""One logged-on connection driven by one thread: chains of requests out, many at once, answers in any order."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from typing import Protocol

from cryptography.exceptions import InvalidTag

from inspection.shares import smb_status
from inspection.shares.smb_packets import HEADER_BYTES, Message, echo
from inspection.shares.smb_protection import TRANSFORM_ID
from inspection.shares.smb_session import Link

# Measured on Samba 4.17: 32 to 64 chains under way are enough, but each MiB read costs 16 credits.
WANTED_CREDITS = 2048
SPARE_CREDITS = 8
_RAMP_STEPS = 16
_RAMP_CREDITS = 512
_BUFFER_BYTES = 2 << 20
_LARGEST_FRAME = 16 << 20

_HEADER = struct.Struct("<4sHHIHHIIQIIQ16s")
_ANSWER_HEADER = struct.Struct("<4sHHIHHIIQ")
_FRAME_LENGTH = struct.Struct(">I")
_RELATED, _SIGNED = 0x4, 0x8
_UNSOLICITED = 0xFFFFFFFFFFFFFFFF  # oplock breaks; we never ask for one


class LinkLost(Exception):
    """The connection is of no more use: closed, reset, silent for too long, or its answers make no sense."""

    def __init__(self, cause: str, *, silent: bool = False) -> None:
        self.silent = silent
        super().__init__(cause)


class Job(Protocol):
    """Whoever sent a chain; is told each answer once. The answer's bytes are only valid during the call."""

    def answered(self, index: int, status: int, answer: memoryview) -> None:
        """Takes the answer to the chain's request number `index`."""


class _Ignored:
    """Takes answers nobody waits for."""

    def answered(self, index: int, status: int, answer: memoryview) -> None:
        """Does nothing."""


IGNORED: Job = _Ignored()


class Wire:
    """Sends chains, hands answers to their jobs, keeps account of credits. Not for several threads."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.credits = link.credits
        self.under_way = 0
        self._message_id = link.message_id
        self._pending: dict[int, tuple[Job, int]] = {}
        self._out: list[bytes] = []
        self._buffer = bytearray(_BUFFER_BYTES)
        self._start = self._end = 0
        self._ramp_credits()

    def can_afford(self, cost: int) -> bool:
        """Whether the server lets us ask this now. Where nothing is under way, waiting would not help: yes."""
        return self.credits >= cost + SPARE_CREDITS or (self.under_way == 0 and self.credits >= cost)

    def send(self, chain: Sequence[Message], job: Job, *, first_index: int = 0, extra_credits: int = 16) -> None:
        """Queues a related chain for the next `flush`; answers come with indices from `first_index` on."""
        parts = []
        extra = extra_credits if self.credits < WANTED_CREDITS else 0
        last = len(chain) - 1
        for index, message in enumerate(chain):
            message_id = self._message_id
            self._message_id += message.credits
            self.credits -= message.credits
            parts.append(self._packed(message, message_id, related=index > 0, last=index == last, extra=extra))
            self._pending[message_id] = (job, first_index + index)
        self.under_way += len(chain)
        frame = b"".join(parts)
        if self.link.encryption:
            frame = self.link.encryption.seal(frame)
        self._out.append(_FRAME_LENGTH.pack(len(frame)) + frame)

    def flush(self) -> None:
        """Sends what is queued. Raises LinkLost."""
        if not self._out:
            return
        try:
            self.link.socket.sendall(b"".join(self._out))
        except OSError as error:
            raise _lost(error) from error
        self._out.clear()

    def receive(self) -> None:
        """Waits for a frame and hands its answers, and those of all frames that came along, to their jobs.

        Raises LinkLost, after the timeout at the latest. Taking all at once lets the next questions go out in one
        piece: measured, a system call per file would cost more than signing and parsing it.
        """
        try:
            self._deliver(self._opened(self._next_frame()))
            while self._holds_frame():
                self._deliver(self._opened(self._next_frame()))
        except (OSError, struct.error, ValueError, IndexError, InvalidTag) as error:
            raise _lost(error) from error

    def close(self) -> None:
        """Ends the connection; the server closes what was open."""
        self.link.socket.close()

    def _packed(self, message: Message, message_id: int, *, related: bool, last: bool, extra: int) -> bytes:
        length = HEADER_BYTES + len(message.body)
        padding = 0 if last else -length % 8
        flags = (_RELATED if related else 0) | (_SIGNED if self.link.mac else 0)
        header = _HEADER.pack(
            b"\xfeSMB", HEADER_BYTES, message.credits, 0, message.command, message.credits + extra, flags,
            0 if last else length + padding, message_id, 0, self.link.tree_id, self.link.session_id, bytes(16),
        )  # fmt: skip
        packed = header + message.body + bytes(padding)
        if self.link.mac:
            packed = b"".join((packed[:48], self.link.mac(message_id, 0, packed), packed[64:]))
        return packed

    def _opened(self, frame: memoryview) -> memoryview:
        if self.link.encryption is None:
            return frame
        if frame[:4] != TRANSFORM_ID:
            raise LinkLost("clear answer in an encrypted session")
        return self.link.encryption.open(frame)

    def _holds_frame(self) -> bool:
        held = self._end - self._start
        return held >= 4 and held >= 4 + _FRAME_LENGTH.unpack_from(self._buffer, self._start)[0]

    def _next_frame(self) -> memoryview:
        while True:
            held = self._end - self._start
            needed = 4
            if held >= 4:
                needed += _FRAME_LENGTH.unpack_from(self._buffer, self._start)[0]
                if needed <= held:
                    break
                if needed > _LARGEST_FRAME:
                    raise LinkLost("frame length makes no sense")
            self._make_room(needed)
            with memoryview(self._buffer) as view:
                count = self.link.socket.recv_into(view[self._end :])
            if not count:
                raise LinkLost("the server closed the connection")
            self._end += count
        start = self._start + 4
        self._start += needed
        return memoryview(self._buffer)[start : self._start]

    def _make_room(self, needed: int) -> None:
        held = self._end - self._start
        if needed > len(self._buffer):
            larger = bytearray(needed * 2)
            larger[:held] = self._buffer[self._start : self._end]
            self._buffer = larger
        elif self._start + needed > len(self._buffer) or self._start > len(self._buffer) // 2:
            self._buffer[:held] = self._buffer[self._start : self._end]
        else:
            return
        self._start, self._end = 0, held

    def _deliver(self, answers: memoryview) -> None:
        while True:
            _, _, _, status, _, granted, flags, step, message_id = _ANSWER_HEADER.unpack_from(answers)
            answer = answers[:step] if step else answers
            if self.link.mac and status != smb_status.PENDING and message_id != _UNSOLICITED:
                self._check_signature(answer, flags, message_id)
            self.credits += granted
            if status != smb_status.PENDING:
                waiting = self._pending.pop(message_id, None)
                if waiting:
                    self.under_way -= 1
                    waiting[0].answered(waiting[1], status, answer)
            if not step:
                return
            answers = answers[step:]

    def _check_signature(self, answer: memoryview, flags: int, message_id: int) -> None:
        assert self.link.mac is not None
        if not flags & _SIGNED:
            raise LinkLost("unsigned answer in a signed session")
        signature = bytes(answer[48:64])
        answer[48:64] = bytes(16)
        if self.link.mac(message_id, 1, answer) != signature:
            raise LinkLost("an answer's signature is wrong")

    def _ramp_credits(self) -> None:
        # After log-on a server grants some 64 credits, too few for one MiB-sized chain; it decides how many it gives.
        for _ in range(_RAMP_STEPS):
            before = self.credits
            if before >= WANTED_CREDITS:
                return
            self.send([echo()], IGNORED, extra_credits=_RAMP_CREDITS)
            self.flush()
            while self.under_way:
                self.receive()
            if self.credits <= before:
                return


def _lost(error: Exception) -> LinkLost:
    silent = isinstance(error, (TimeoutError, socket.timeout))
    return LinkLost("no answer in time" if silent else type(error).__name__, silent=silent)
