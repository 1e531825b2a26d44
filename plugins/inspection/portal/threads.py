"""The threads of the portal: forms that wait for the one writer of a database leave threads to the pages.

On SQLite one writer works at a time and the others wait, each in a thread. All processes together have no more threads
than the pool of one has connections for (`store.session`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar

from inspection import settings
from inspection.errors import SourceUnavailable
from inspection.language import speak

ALL = 40
# two workers at once would cost a small machine its memory; who waits holds a file of 20 MB
EXAMINING, WAITING_MOST = 1, 4
FEWEST = 2
Answer = TypeVar("Answer")
_forms: RunVar[CapacityLimiter] = RunVar("_forms")
_files: RunVar[CapacityLimiter] = RunVar("_files")


class ManyAtOnce(SourceUnavailable):
    """So many files wait to be looked at that another had better come later."""


def of_forms() -> int:
    """Threads of a process in which something is written: a quarter of its share."""
    return max(FEWEST, ALL // settings.get().portal_workers // 4)


def of_pages() -> int:
    """Threads of a process in which pages are read."""
    return max(FEWEST, ALL // settings.get().portal_workers - of_forms())


@asynccontextmanager
async def shared_out(_application: object) -> AsyncIterator[None]:
    """While the application is served, pages have their threads and no more."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = of_pages()
    yield


async def writing(work: Callable[..., Answer], *given: Any, **named: Any) -> Answer:
    """Runs what writes in a thread of its own kind."""
    try:
        limiter = _forms.get()
    except LookupError:
        limiter = CapacityLimiter(of_forms())
        _forms.set(limiter)
    return await anyio.to_thread.run_sync(partial(work, *given, **named), limiter=limiter)


async def examining(work: Callable[..., Answer], *given: Any) -> Answer:
    """Runs what looks at a file that came in the one thread there is for it; it asks no database."""
    require_room()
    return await anyio.to_thread.run_sync(partial(work, *given), limiter=_of_files())


def require_room() -> None:
    """Raises ManyAtOnce where enough files wait to be looked at; asked before the bytes of another are read too."""
    if _of_files().statistics().tasks_waiting >= WAITING_MOST:
        raise ManyAtOnce(speak("同時上傳者眾，請稍後再試", "many upload at once; try again in a moment"))


def _of_files() -> CapacityLimiter:
    try:
        limiter = _files.get()
    except LookupError:
        limiter = CapacityLimiter(EXAMINING)
        _files.set(limiter)
    return limiter
