"""Ends what an installation's services leave when whoever started them was killed: `python -m demo.guard NAME=VALUE`.

The death of a parent ends its own children alone; theirs, in sessions of their own, may wait for one another for a
minute or for ever. Whoever starts services holds the other end of this process's standard input: when that closes,
asked or not, everything that bears the mark in its environment is killed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

ROUNDS, PAUSE_SECONDS = 10, 0.3


def marked(needle: bytes) -> list[int]:
    """Process ids of everything that was started with this variable (`NAME=VALUE`) in its environment."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and needle in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def end(needle: bytes) -> None:
    """Kills all of them, and again those that were just being started."""
    for _ in range(ROUNDS):
        left = marked(needle)
        if not left:
            return
        for one in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever holds the other end
    sys.stdin.buffer.read()
    end(sys.argv[1].encode())
