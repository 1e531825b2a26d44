"""The portal as a real server and Chromium before it: pages are looked at as people see them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from browser.visitor import Office
from inspection import settings
from inspection.portal.app import create_app
from portal.snapshots import restore
from servers.mail import MailServer
from servers.process import free_port

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, once per file; as root it needs --no-sandbox.

    It keeps an event loop running in this thread: a test of another file that found it there could not run its own.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--lang=zh-TW"])
        yield browser
        browser.close()


@pytest.fixture
def office(
    request: pytest.FixtureRequest,
    home: Path,
    clock: object,
    mail_server: MailServer,
    chromium: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Office]:
    """A served portal over the small office, with its mail server; the parameter says how far the story is."""
    port = free_port("127.0.0.1")
    address = f"http://127.0.0.1:{port}"
    restore(getattr(request, "param", "settled"), home, monkeypatch)
    monkeypatch.setenv("INSPECTION_PORTAL_URL", address)
    settings.reset()
    server = uvicorn.Server(uvicorn.Config(create_app(), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the portal did not start"
        time.sleep(0.02)
    opened = Office(chromium, address, mail_server)
    yield opened
    opened.close()
    server.should_exit = True
    thread.join(timeout=20)
