"""Gathers forms from every way by which they come without anybody before a screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import settings
from inspection.checklists.drop_folder import empty_drop_folder
from inspection.checklists.mailed import empty_mailbox
from inspection.checklists.take_in import Reader
from inspection.errors import InspectionError

Scope = Callable[..., AbstractContextManager[Session]]


def _drop_folder(scope: Scope, *, read: Reader, at: datetime) -> Mapping[str, int]:
    done = empty_drop_folder(scope, settings.get().drop_folder_path, read=read, at=at)
    return {"taken": done.taken, "refused": done.refused, "waiting": done.waiting, "unreadable": done.unreadable}


WAYS: tuple[Callable[..., Mapping[str, int]], ...] = (_drop_folder, empty_mailbox)


def gather(scope: Scope, *, read: Reader, at: datetime) -> dict[str, int]:
    """Takes in what came by each way; how many forms were taken and refused, and what each way counts besides.

    A way that fails keeps no other from being looked at: its error is raised when all were.
    """
    counts: Counter[str] = Counter({"taken": 0, "refused": 0, "waiting": 0, "unreadable": 0})
    trouble: InspectionError | None = None
    for way in WAYS:
        try:
            counts.update(way(scope, read=read, at=at))
        except InspectionError as error:
            trouble = trouble or error
    if trouble is not None:
        raise trouble
    return dict(counts)
