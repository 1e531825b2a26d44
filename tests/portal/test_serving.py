"""The portal as a process: what it refuses to start with, and that nobody waits for the mail server."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from conftest import FixedClock
from inspection import settings
from inspection.errors import BadSource
from inspection.portal.serve import serve
from portal.client import hidden_fields
from portal.snapshots import restore
from servers.process import ServerProcess, free_port

SERVE = "import sys; from inspection.portal.serve import serve; serve(sys.argv[1])"
PATIENCE_SECONDS = 300.0
"""No measure of anything: a portal starts within seconds, and a busy machine takes far longer."""


def test_a_production_portal_refuses_plain_http_beyond_this_machine(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTION_PROFILE", "production")
    monkeypatch.setenv("INSPECTION_PORTAL_URL", "http://mimi.shifan.test")
    settings.reset()
    with pytest.raises(BadSource, match="INSPECTION_PORTAL_URL 為 http；登入代碼及 Cookie 將以明文傳送"):
        serve("127.0.0.1:1")


@pytest.mark.parametrize("bind", ["8601", "127.0.0.1:", "127.0.0.1:port"])
def test_an_address_that_cannot_be_read_is_refused(home: Path, bind: str) -> None:
    with pytest.raises(BadSource, match="host:port"):
        serve(bind)


def test_without_a_key_nothing_is_served(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTION_SECRET_KEY", "short")
    settings.reset()
    with pytest.raises(BadSource, match="INSPECTION_SECRET_KEY"):
        serve("127.0.0.1:1")


@dataclass(frozen=True)
class Served:
    """A portal process, and the mail server it calls, which takes calls and never says a word."""

    address: str
    mail: socket.socket
    process: ServerProcess

    def browser(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=PATIENCE_SECONDS)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health", timeout=PATIENCE_SECONDS).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def served(home: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    restore("settled", home, monkeypatch)
    address = f"127.0.0.1:{free_port('127.0.0.1')}"
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        silent.settimeout(PATIENCE_SECONDS)
        environment = {name: value for name, value in os.environ.items() if name.startswith("INSPECTION_")}
        environment |= {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(settings.REPOSITORY / "plugins"),
            "INSPECTION_SMTP_URL": f"smtp://127.0.0.1:{silent.getsockname()[1]}",
        }
        command = [sys.executable, "-c", SERVE, address]
        with ServerProcess(command, log=home / "portal.log", env=environment) as process:
            process.wait_for(lambda: _answers(f"http://{address}"), seconds=PATIENCE_SECONDS, what="health")
            yield Served(f"http://{address}", silent, process)


def test_nobody_learns_from_the_waiting_whether_an_address_is_known(served: Served) -> None:
    told = {}
    for who in ("works@shifan.test", "stranger@example.test"):
        with served.browser() as browser:
            page = browser.get("/sign-in").text
            answer = browser.post("/sign-in", data=hidden_fields(page, "/sign-in") | {"address": who})
            told[who] = (answer.status_code, answer.headers["location"], answer.content)
            assert "server" not in answer.headers
        if who == "works@shifan.test":
            call, _ = served.mail.accept()
            with call:
                call.setblocking(False)
                # the letter still waits for the greeting: an answer that had waited for it would have come after the
                # call was given up, and its end would be read here
                with pytest.raises(BlockingIOError):
                    call.recv(1)
    assert set(told.values()) == {(303, "/sign-in/code", b"")}


def test_the_head_of_a_page_needs_no_session_and_starts_none(served: Served) -> None:
    with served.browser() as browser:
        answer = browser.head("/sign-in")
    assert answer.status_code == 200
    assert not answer.content
    assert not re.search("inspection=", answer.headers.get("set-cookie", ""))


def _workers(supervisor: int) -> list[int]:
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text(encoding="ascii").split()
    return [one for one in map(int, children) if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]


@pytest.fixture
def two_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTION_PORTAL_WORKERS", "2")


def test_several_processes_serve_one_address_and_one_that_dies_is_replaced(two_workers: None, served: Served) -> None:
    supervisor = served.process.pid
    served.process.wait_for(lambda: len(_workers(supervisor)) == 2, seconds=PATIENCE_SECONDS, what="two workers")
    first = _workers(supervisor)
    os.kill(first[0], signal.SIGKILL)
    served.process.wait_for(
        lambda: len(set(_workers(supervisor)) - {first[0]}) == 2, seconds=PATIENCE_SECONDS, what="another worker"
    )
    with served.browser() as browser:  # a form made by one is taken by the other
        for _ in range(6):
            page = browser.get("/sign-in").text
            fields = hidden_fields(page, "/sign-in") | {"address": "stranger@example.test"}
            assert browser.post("/sign-in", data=fields).status_code == 303


@pytest.mark.parametrize("number", ["0", "17", "two", "-1", "٣", "1e1"])
def test_a_number_of_processes_that_is_none_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    monkeypatch.setenv("INSPECTION_PORTAL_WORKERS", number)
    settings.reset()
    with pytest.raises(BadSource, match="INSPECTION_PORTAL_WORKERS 須為 1 至 16 之整數"):
        settings.get()
