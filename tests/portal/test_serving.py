"""The portal as a process: what it refuses to start with, and that nobody waits for the mail server."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from conftest import FixedClock
from inspection import settings
from inspection.errors import BadSource
from inspection.portal.serve import serve
from portal.client import hidden_fields
from portal.snapshots import restore
from servers.process import free_port

SERVE = "import sys; from inspection.portal.serve import serve; serve(sys.argv[1])"


def test_a_production_portal_refuses_plain_http_beyond_this_machine(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTION_PROFILE", "production")
    monkeypatch.setenv("INSPECTION_PORTAL_URL", "http://mimi.shifan.test")
    settings.reset()
    with pytest.raises(BadSource, match="INSPECTION_PORTAL_URL 為 http；驗證碼及 Cookie 將以明文傳送"):
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


@pytest.fixture
def served(home: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a portal process whose mail server takes calls and never says a word."""
    restore("settled", home, monkeypatch)
    port = free_port("127.0.0.1")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        environment = {name: value for name, value in os.environ.items() if name.startswith("INSPECTION_")}
        environment |= {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(settings.REPOSITORY / "plugins"),
            "INSPECTION_SMTP_URL": f"smtp://127.0.0.1:{silent.getsockname()[1]}",
        }
        process = subprocess.Popen([sys.executable, "-c", SERVE, f"127.0.0.1:{port}"], env=environment)
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 30
        while True:
            try:
                if httpx.get(f"{address}/health").status_code == 200:
                    break
            except httpx.TransportError:
                assert time.monotonic() < deadline, "the portal did not start"
                time.sleep(0.1)
        yield address
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)


def test_nobody_learns_from_the_waiting_whether_an_address_is_known(served: str) -> None:
    took: dict[str, float] = {}
    for who in ("works@shifan.test", "stranger@example.test"):
        with httpx.Client(base_url=served) as browser:
            page = browser.get("/sign-in").text
            fields = hidden_fields(page, "/sign-in") | {"address": who}
            start = time.monotonic()
            answer = browser.post("/sign-in", data=fields)
            took[who] = time.monotonic() - start
            assert answer.status_code == 303
            assert "server" not in answer.headers
    # the mail server is silent for 30 s: an answer that waited for it would show
    assert max(took.values()) < 5, took


def test_the_head_of_a_page_needs_no_session_and_starts_none(served: str) -> None:
    answer = httpx.head(f"{served}/sign-in")
    assert answer.status_code == 200
    assert not answer.content
    assert not re.search("inspection=", answer.headers.get("set-cookie", ""))
