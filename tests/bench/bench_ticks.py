"""Processor time and memory of a process with all it started, from /proc."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def tree(root: int) -> list[int]:
    """A process and everything below it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parents[int(entry.name)] = int(_fields(int(entry.name))[1])
    found, level = [root], [root]
    while level:
        level = [pid for pid, parent in parents.items() if parent in level]
        found += level
    return found


def _fields(pid: int) -> list[str]:
    """State, parent and what follows in /proc/PID/stat; a name may hold blanks and brackets."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


@dataclass(frozen=True, slots=True)
class Ticks:
    """Processor seconds of a tree: what lives, and what ended and was waited for."""

    seconds: float

    @classmethod
    def of(cls, root: int) -> Ticks:
        """As it stands now."""
        total = 0
        for pid in tree(root):
            with suppress(OSError):
                total += sum(int(one) for one in _fields(pid)[11:15])
        return cls(total / TICKS_A_SECOND)


def megabytes(root: int) -> float:
    """Memory of a tree, what is shared divided among those who share it (PSS), in MB."""
    total = 0
    for pid in tree(root):
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024
