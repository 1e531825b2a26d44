"""SQLite has one writer: while another program writes for long, whoever only reads is served all the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import anyio
import httpx
import pytest

from conftest import FixedClock
from inspection import settings
from inspection.access.tokens import token
from inspection.model import PortalSession
from inspection.portal import threads
from inspection.portal.app import create_app
from inspection.portal.cookies import session_cookie
from inspection.store import session as store
from inspection.store.session import session_scope
from portal.client import Browser, hidden_fields, visible_text
from portal.conftest import Portal


@contextmanager
def somebody_writes() -> Iterator[None]:
    """Another program at work in the database, for as long as this lasts."""
    address = settings.get().effective_database_url.removeprefix("sqlite:///")
    held = sqlite3.connect(address, timeout=30, isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        held.execute("ROLLBACK")
        held.close()


@pytest.fixture
def browser(sent_here: Portal) -> Browser:
    made = sent_here.browser()
    made.sign_in("works")
    return made


@pytest.fixture
def soon_given_up(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for the writer gives up at once."""
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.05)
    store.dispose_engines()


def ends_at() -> object:
    with session_scope(read_only=True) as session:
        return session.query(PortalSession).one().expires_at


def test_a_page_whose_session_must_be_renewed_does_not_wait_for_the_writer(
    browser: Browser, soon_given_up: None, clock: FixedClock
) -> None:
    before = ends_at()
    clock.set(clock.instant + timedelta(minutes=10))
    with somebody_writes():
        page = browser.get("/fixes")
        assert page.status_code == 200, visible_text(page.text)
    assert ends_at() == before
    assert browser.get("/fixes").status_code == 200
    assert ends_at() != before, "the next page renews it"


def test_a_cookie_nobody_gave_writes_nothing(browser: Browser, soon_given_up: None) -> None:
    browser.http.cookies.set(session_cookie(), token())
    with somebody_writes():
        page = browser.get("/fixes")
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in")


async def while_forms_wait(forms: int) -> int:
    """What a page answers while more forms wait for the writer than there are threads for forms."""
    transport = httpx.ASGITransport(create_app())
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8601") as asking,
        anyio.create_task_group() as group,
    ):
        page = (await asking.get("/sign-in")).text
        fields = {**hidden_fields(page, "/sign-in"), "code": "0000 0000"}

        async def send() -> None:
            await asking.post("/sign-in/code", data=fields)

        with anyio.fail_after(120), somebody_writes():
            for _ in range(forms):
                group.start_soon(send)
            await anyio.sleep(0)
            while sum(_of_forms()) < forms:
                await anyio.sleep(0.01)
            assert _of_forms()[1] > 0, "some wait for a thread"
            return (await asking.get("/sign-in")).status_code


def _of_forms() -> tuple[int, int]:
    """How many forms have a thread, and how many wait for one."""
    try:
        counted = threads._forms.get().statistics()
    except LookupError:
        return 0, 0
    return counted.borrowed_tokens, counted.tasks_waiting


def test_while_more_forms_wait_than_there_are_threads_pages_are_read(sent_here: Portal) -> None:
    assert anyio.run(while_forms_wait, threads.ALL + 5) == 200
