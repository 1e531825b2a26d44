"""Two browsers type at one checklist while the portal is killed at seeded moments: each typed character is found again.

Long: each kill costs a start of the portal. `make endurance` runs it; `test_answering.py` holds the small forms of it.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from browser.test_answering import OF_WORKS, PAGE, items, kept, remark, sign_in
from browser.visitor import Office, Visitor
from conftest import FixedClock
from inspection import settings
from portal.snapshots import restore
from portal.test_serving import PATIENCE_SECONDS
from servers.mail import MailServer
from servers.process import ServerProcess, free_port

pytestmark = pytest.mark.browser
SEED = 20261130
KILLS = 50
SIGNS = "密件收發登記簿第冊頁共件已逐項核對無誤補正說明甲乙丙丁𠮷12345，。"


@dataclass
class Portal:
    """The portal as its command starts it, on one address whatever becomes of the process."""

    bind: str
    log: Path
    process: ServerProcess | None = None

    def start(self) -> None:
        """Returns once it answers."""
        environment = {name: value for name, value in os.environ.items() if name.startswith("INSPECTION_")}
        environment |= {"PATH": os.environ["PATH"], "PYTHONPATH": str(settings.REPOSITORY / "plugins")}
        self.process = ServerProcess(
            [str(Path(sys.executable).with_name("inspection")), "portal", "--bind", self.bind],
            log=self.log,
            env=environment,
        )
        self.process.__enter__()
        self.process.wait_for(self._answers, seconds=PATIENCE_SECONDS, what="health")

    def kill(self) -> None:
        """As a power cut would: nothing of it is told in advance."""
        assert self.process is not None
        os.kill(self.process.pid, 9)
        self.process.__exit__(None, None, None)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"http://{self.bind}/health", timeout=PATIENCE_SECONDS).status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture
def portal(home: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    bind = f"127.0.0.1:{free_port('127.0.0.1')}"
    restore("sent", home, monkeypatch)
    monkeypatch.setenv("INSPECTION_PORTAL_URL", f"http://{bind}")
    settings.reset()
    clock.set("2026-11-09T15:00:00+08:00")
    served = Portal(bind, home / "portal.log")
    served.start()
    yield served
    served.kill()


@dataclass
class Writer:
    """One browser, the statements it writes at, and what was typed into each."""

    visitor: Visitor
    own: list[str]
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def page(self) -> Page:
        return self.visitor.page

    def type(self, chance: random.Random) -> None:
        """Some signs at the end of a remark of its own, one key after another."""
        item = chance.choice(self.own)
        place = self.page.locator(remark(self.page, item))
        place.focus()
        self.page.keyboard.press("Control+End")
        text = "".join(chance.choice(SIGNS) for _ in range(chance.randint(1, 12)))
        self.page.keyboard.type(text, delay=chance.choice([0, 5, 40]))
        self.typed[item] = self.typed.get(item, "") + text

    def reload(self) -> None:
        """The window is opened anew, as after a crash of the browser: what the server has not is brought back."""
        self.visitor.go(PAGE)
        if not self.page.locator("#answering").count():
            raise AssertionError(f"no form, but: {self.page.locator('body').inner_text()[:600]}")


def wait(until: Callable[[], bool], page: Page, what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not until():
        assert time.monotonic() < deadline, what
        page.wait_for_timeout(200)


@pytest.mark.timeout(3600)
def test_each_typed_character_is_found_again_though_the_portal_dies_fifty_times(
    portal: Portal, chromium: Browser, mail_server: MailServer
) -> None:
    chance = random.Random(SEED)
    office = Office(chromium, f"http://{portal.bind}", mail_server)
    asked = list(items())
    writers = [Writer(office.visitor(390), asked[::2]), Writer(office.visitor(), asked[1::2])]
    for one in writers:
        sign_in(one.visitor)
        one.visitor.go(PAGE)
    for kill in range(KILLS):
        for _ in range(chance.randint(1, 3)):
            chance.choice(writers).type(chance)
        # from at once to after the page's own pause: before, within and after the saving of what was typed
        writers[0].page.wait_for_timeout(chance.choice([0, 300, 780, 800, 815, 830, 860, 900, 1000, 1400]))
        portal.kill()
        for one in writers:
            if chance.random() < 0.6:
                one.type(chance)
        portal.start()
        for one in writers:
            if chance.random() < 0.3:
                one.reload()
            shown = {item: one.page.locator(remark(one.page, item)).input_value() for item in one.typed}
            assert shown == one.typed, f"kill {kill}, seed {SEED}"
    for one in writers:
        for item, text in one.typed.items():
            wait(lambda item=item, text=text: kept(f"remark.{item}") == text, one.page, f"{item} of {OF_WORKS}")
        assert one.page.locator(".clash").count() == 0
        assert one.page.evaluate("Object.keys(localStorage).length") == 0
    # a third browser, which typed nothing, shows the same
    third = office.visitor()
    sign_in(third)
    third.go(PAGE)
    for one in writers:
        for item, text in one.typed.items():
            assert third.page.locator(remark(third.page, item)).input_value() == text
    office.close()
