"""Listens to what is printed: every paper made within, with all that filled its template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from inspection.campaigns import package
from inspection.documents import printing
from inspection.documents.kind import Head
from inspection.documents.printing import Paper


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper as it was printed: its kind's id, its subject, and what stood in it with its head."""

    kind: str
    subject_id: str
    values: Mapping[str, object]


@contextmanager
def recording() -> Iterator[list[Printed]]:
    """All papers printed within, in order, a paper printed again among them."""
    heard: list[Printed] = []
    filled = printing.filled

    def listened(paper: Paper, head: Head) -> bytes:
        heard.append(Printed(paper.kind.id, paper.subject_id, {**paper.context, **head}))
        return filled(paper, head)

    rooms = (printing, package)
    for room in rooms:
        setattr(room, "filled", listened)  # noqa: B010  # a module's name, which mypy would take for a mistake
    try:
        yield heard
    finally:
        for room in rooms:
            setattr(room, "filled", filled)  # noqa: B010
