"""Ends the reading of one file when its share of processor time is spent: what was read by then is judged."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from inspection.extraction.unreadable import Unreadable
from inspection.sandbox.job_time import PATIENCE
from inspection.vocabulary import ReadReason

AGAIN_SECONDS = 0.5  # where a reader catches the first call, as archives do member by member


class _Switch:
    """Timers belong to a process: only a worker, which does nothing else, sets them."""

    on = False
    running = False


def limit_time() -> None:
    """Has every further reading in this process keep to its time; for workers, from their main thread."""
    signal.signal(signal.SIGPROF, _spent)
    signal.signal(signal.SIGALRM, _spent)
    _Switch.on = True


def _spent(_number: int, _frame: FrameType | None) -> None:
    if _Switch.running:
        raise Unreadable(ReadReason.TIMEOUT, "its share of processor time is spent")


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises Unreadable(timeout) within, once so many seconds of processor time are spent, and again until it ends.

    So it does by the clock once as much of a second try's time has passed: a first try is over long before that.
    """
    if not _Switch.on:
        yield
        return
    _Switch.running = True
    signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, seconds * PATIENCE, AGAIN_SECONDS)
    try:
        yield
    finally:
        _Switch.running = False
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.setitimer(signal.ITIMER_REAL, 0.0)
