"""How much of its time a job has used, on the worker's side: whoever stops in time keeps what was found."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

WALL_SECONDS = 10.0  # as PoolLimits gives a job
STARVED_SHARE = 0.6  # of its time: who had less of a processor than that is tried once more
PATIENCE = 3  # times the time of the first try, for the second
KEPT_BACK = 0.12  # of the time, for the stretch in work and for the answer
SHARE_OF_SECOND = 0.7  # of a second try's time: who needs one shares the processor with many, and answers slowly too


@dataclass(slots=True)
class JobTime:
    """The time of one job, from its making. The parent ends a job by the clock on the wall, and gives one that hardly
    had a processor another try: such a job does not stop by itself, but waits for that."""

    wall_seconds: float = WALL_SECONDS
    _began: float = field(default_factory=time.monotonic)
    _used: float = field(default_factory=time.process_time)

    def spent(self) -> bool:
        """Whether the job must come to its end now."""
        enough = self.wall_seconds * (1 - KEPT_BACK)
        used, passed = time.process_time() - self._used, time.monotonic() - self._began
        return (
            used >= enough
            or (passed >= enough and used >= enough * STARVED_SHARE)
            or passed >= self.wall_seconds * PATIENCE * SHARE_OF_SECOND
        )

    def left(self) -> float:
        """Seconds of processor time that are left, at least a little."""
        return max(self.wall_seconds * (1 - KEPT_BACK) - (time.process_time() - self._used), 0.1)
