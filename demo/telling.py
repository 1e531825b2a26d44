"""How the demo tells its story: a line per step with the time it took, and a table at the end."""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Teller:
    """Writes progress as it happens."""

    began: float = field(default_factory=time.monotonic)
    steps: list[tuple[str, float]] = field(default_factory=list)

    @property
    def elapsed_seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self.began

    def step(self, words: str) -> None:
        """One step done."""
        self.steps.append((words, self.elapsed_seconds))
        print(f"[{self.elapsed_seconds:6.1f} s] {words}", flush=True)

    def table(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """A table of two columns."""
        print(f"\n{title}")
        width = max((columns(name) for name, _ in rows), default=0)
        for name, value in rows:
            print(f"  {name}{' ' * (width - columns(name))}  {value}")
        sys.stdout.flush()


def columns(text: str) -> int:
    """How wide a text stands on a terminal."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
