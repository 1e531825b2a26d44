"""Keeps a link to the share alive: reconnects with growing, jittered pauses, never on a refused password."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from inspection.errors import AccessRefused, SourceUnavailable
from inspection.language import speak
from inspection.shares.smb_wire import LinkLost, Wire

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0
# A link that breaks so many times without a single answer in between is the server's illness, not one file's.
FRUITLESS_LINKS = 12


class LinkKeeper:
    """The present wire of a share, made anew when lost. `patience_seconds` is how long a share may stay away."""

    def __init__(self, dial: Callable[[], Wire], *, name: str, patience_seconds: float) -> None:
        self._dial = dial
        self._name = name
        self._patience_seconds = patience_seconds
        self._fruitless = 0
        self.links_made = 1
        self._wire: Wire | None = dial()

    def wire(self) -> Wire:
        """The wire to use now. Raises AccessRefused at once, SourceUnavailable when patience has run out."""
        if self._wire is None:
            self._wire = self._dial_patiently()
            self.links_made += 1
        return self._wire

    def is_current(self, wire: Wire | None) -> bool:
        """Whether this wire is still the one in use."""
        return wire is not None and wire is self._wire

    def lost(self, wire: Wire, cause: LinkLost) -> None:
        """Gives a broken wire up. Raises SourceUnavailable where links break again and again without any answer."""
        if not self.is_current(wire):
            return
        self._wire = None
        wire.close()
        self._fruitless += 1
        if self._fruitless > FRUITLESS_LINKS:
            raise SourceUnavailable(
                speak(
                    f"{self._name}：連線中斷 {self._fruitless} 次均無回應 — 請檢視伺服器紀錄後再次執行；已讀取者均保留",
                    f"{self._name}: the link broke {self._fruitless} times without an answer ({cause})"
                    " — look at the server's log, then run again: what was read is kept",
                )
            )
        if self._fruitless > 1:
            self._pause(FIRST_PAUSE_SECONDS * 2 ** min(self._fruitless, 6))

    def fruitful(self) -> None:
        """An answer came: the link works."""
        self._fruitless = 0

    def close(self) -> None:
        """Ends the link."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _dial_patiently(self) -> Wire:
        since = time.monotonic()
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return self._dial()
            except AccessRefused:
                raise
            except (SourceUnavailable, LinkLost) as error:
                if time.monotonic() - since > self._patience_seconds:
                    # what the wire itself says of a broken link is for whoever mends the wire
                    why = f"（{error}）" if isinstance(error, SourceUnavailable) else ""
                    raise SourceUnavailable(
                        speak(
                            f"{self._name}：連線中斷，{self._patience_seconds:.0f} 秒內未恢復{why}",
                            f"{self._name}: the link was lost and did not come back within"
                            f" {self._patience_seconds:.0f} seconds ({error})",
                        )
                    ) from None
            self._pause(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    @staticmethod
    def _pause(seconds: float) -> None:
        # Jitter: workers cut off together must not come back together.
        time.sleep(seconds * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
