"""Kills parts of a running installation at moments a seed chooses, and starts them again as Docker would."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from demo.airflow_api import AirflowRefused
from demo.story import Story

from topology.installation import Installation

TARGETS = (
    "scheduler", "worker", "triggerer", "api-server", "portal", "sender", "postgres", "redis", "samba", "mail",
)  # fmt: skip
PATIENCE_SECONDS = 1800.0
HEALTH_SECONDS = 300.0
PER_WAIT = 4  # so that every stretch of the campaign sees some


@dataclass
class Breaker:
    """So many kills, each part about as often as another; `struck` tells which came when."""

    installation: Installation
    seed: int
    kills: int
    struck: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        rounds = -(-self.kills // len(TARGETS))
        self.left = [one for _ in range(rounds) for one in self.chance.sample(TARGETS, len(TARGETS))][: self.kills]

    def strike(self, during: str) -> None:
        """Kills the next part with all its processes, leaves it down for a moment, starts it again."""
        name = self.left.pop(0)
        self.installation.machine.kill(name)
        self.struck.append(f"{name}, waiting for {during}")
        print(f"killed {self.struck[-1]}", flush=True)
        time.sleep(self.chance.uniform(0, 4))
        self.installation.machine.start(name)

    def restart(self) -> None:
        """Starts again what ended by itself for want of another, as compose's `restart: unless-stopped` says."""
        for name in self.installation.lasting:
            container = self.installation.machine.containers[name]
            if not container.running:
                print(f"{name} ended with {container.exit_status}, and is started again", flush=True)
                self.installation.machine.start(name)

    def mended(self) -> None:
        """Returns when every part is healthy again."""
        deadline = time.monotonic() + HEALTH_SECONDS
        sick = list(self.installation.lasting)
        while sick := [one for one in sick if not self.installation.healthy(one)]:
            if time.monotonic() > deadline:
                tails = {one: self.installation.machine.containers[one].tail(10) for one in sick}
                raise AssertionError(f"not healthy again: {tails}")
            time.sleep(1)
            self.restart()


class BrokenStory(Story):
    """A story in whose waits parts are killed; what people do themselves they do once all is well again."""

    breaker: Breaker

    def wait(self, happened: Callable[[], bool], what: str) -> None:
        """Waits until something happened, whatever is away for a moment."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        strike_at = time.monotonic() + self.breaker.chance.uniform(0.5, 5)
        spared = max(0, len(self.breaker.left) - PER_WAIT)
        while True:
            try:
                if happened():
                    break
            except (httpx.HTTPError, AirflowRefused):
                pass  # away for a moment, or its database is
            self.breaker.restart()
            if len(self.breaker.left) > spared and time.monotonic() > strike_at:
                self.breaker.strike(what)
                strike_at = time.monotonic() + self.breaker.chance.uniform(3, 15)
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what}: not within {PATIENCE_SECONDS:.0f} s")
            time.sleep(0.5)
        self.breaker.mended()
