"""A portal over a small office: its database, its clock, and a client that signs in as people do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from starlette.testclient import TestClient

from inspection.portal.app import create_app
from inspection.store.session import session_scope
from portal.client import Browser
from portal.small_office import settle
from servers.mail import MailServer


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
