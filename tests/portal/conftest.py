"""A portal over a small office: its database, its clock, and a client that signs in as people do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from conftest import FixedClock
from inspection.portal.app import create_app
from inspection.store.session import session_scope
from portal import story
from portal.client import Browser
from portal.small_office import settle
from portal.snapshots import restore
from servers.mail import MailServer

A_WEEK_ON = "2026-11-09T15:00:00+08:00"


@dataclass(frozen=True, slots=True)
class Portal:
    """The application under test, its mail server and a maker of browsers."""

    mail: MailServer

    def browser(self) -> Browser:
        """A browser nobody has used yet."""
        return Browser(TestClient(create_app(), base_url="http://127.0.0.1:8601", follow_redirects=False), self.mail)


@pytest.fixture
def portal(database_url: str, clock: object, mail_server: MailServer) -> Iterator[Portal]:
    """The portal over the small office, on both databases."""
    with session_scope(database_url) as session:
        settle(session)
    yield Portal(mail_server)


@pytest.fixture
def sent(portal: Portal, clock: FixedClock) -> Portal:
    """The portal a week after the checklists went out."""
    with session_scope() as session:
        for chapter in (story.submit, story.approve, story.send_forms):
            chapter(session)
    clock.set(A_WEEK_ON)
    return portal


@pytest.fixture
def sent_here(home: Path, clock: FixedClock, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """The same on one database: for what does not rest on which it is."""
    restore("sent", home, monkeypatch)
    clock.set(A_WEEK_ON)
    return Portal(mail_server)
