"""One case of a unit's word held against what is known, and the constants its tables share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from findings.crawled import Seen
from inspection.vocabulary import CrossChecked

A, D, U, N = CrossChecked.AGREES, CrossChecked.DISAGREES, CrossChecked.UNDETERMINED, CrossChecked.NOT_CHECKED
BEFORE = "C-before"
ANSWERED = date(2026, 11, 20)

Step = Callable[[Session], None]


@dataclass(frozen=True, slots=True)
class Case:
    """A unit, what it said of a statement, what lay there, and what must come of it; `scanned` of `seen` files of its
    own share were read, `left` of them the plan leaves out; of its twenty folders' likes `refused` nobody may list."""

    why: str
    item: str
    files: tuple[Seen, ...]
    outcome: CrossChecked | None
    said: str = "conforms"
    seen: int = 100
    scanned: int = 100
    left: int = 0
    refused: int = 0
    before: Step | None = None
    after: Step | None = None
    asked: bool | None = None

    @property
    def is_asked(self) -> bool:
        """Whether the unit gets a letter: where it is contradicted, unless the case says otherwise."""
        return self.outcome is D if self.asked is None else self.asked
