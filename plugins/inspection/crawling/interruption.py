"""Ctrl-C and termination that never strike while a row is being written."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType


class Interruption:
    """Within `watched`, an interrupt or a request to end raises KeyboardInterrupt, but not inside `with`."""

    def __init__(self) -> None:
        self._asked = False
        self._held = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Takes the signals over; only the main thread can, elsewhere nothing changes."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def __enter__(self) -> None:
        """Lets the block end before an interrupt is raised."""
        self._held = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held = False
        if self._asked:
            self._raise()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True
        if not self._held:
            self._raise()

    def _raise(self) -> None:
        self._asked = False
        raise KeyboardInterrupt
