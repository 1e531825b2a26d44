"""Strangers before the sign-in page: behind a reverse proxy each is told from the others, none keeps anybody out."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from inspection import settings
from inspection.access import sign_in
from inspection.errors import BadSource
from inspection.model import Notice
from inspection.model.lifecycle import NoticeState
from inspection.portal import codes
from inspection.portal.serve import configured, serve
from inspection.store.session import session_scope
from portal.client import Browser
from portal.conftest import Portal

PROXY = "172.30.86.1"
MAYOR = "mayor@shifan.test"


def through_the_proxy(portal: Portal, source: str) -> Browser:
    """A browser behind the reverse proxy, as served by the settings in force."""
    config = configured()
    config.load()
    http = TestClient(
        config.loaded_app, base_url="http://127.0.0.1:8601", follow_redirects=False, client=(PROXY, 50_000)
    )
    http.headers["X-Forwarded-For"] = source
    return Browser(http, portal.mail)


def ask(browser: Browser, address: str = MAYOR) -> int:
    """How many mails a request brings; the answer is always the same."""
    before = len(browser.mail.messages())
    browser.get("/sign-in")
    answer = browser.send("/sign-in", {"address": address})
    assert (answer.status_code, answer.headers["location"], answer.content) == (303, "/sign-in/code", b"")
    return len(browser.mail.messages()) - before


def test_strangers_behind_the_proxy_keep_nobody_else_out(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTION_PORTAL_PROXIES", f"127.0.0.1,{PROXY}")
    settings.reset()
    sent = sum(ask(through_the_proxy(portal, f"10.0.0.{number}")) for number in range(1, 6) for _ in range(4))
    assert sent <= sign_in.MAILS_PER_ADDRESS + 5
    mayor = through_the_proxy(portal, "10.0.0.99")
    assert ask(mayor) == 1
    mayor.get("/sign-in/code")
    assert mayor.send("/sign-in/code", {"code": mayor.code("mayor")}).headers["location"] == "/"


def test_without_the_setting_all_are_one_place_and_a_known_browser_gets_in_still(portal: Portal) -> None:
    mayor = through_the_proxy(portal, "10.0.0.99")
    mayor.sign_in("mayor")
    mayor.get("/")
    mayor.http.cookies.delete("inspection")
    assert (
        sum(ask(through_the_proxy(portal, f"10.0.0.{number}")) for number in range(1, 8)) == 4
    )  # and the one by which the mayor signed in
    assert ask(through_the_proxy(portal, "10.0.0.99")) == 0
    assert ask(mayor) == 1


def test_who_is_not_here_is_asked_for_in_vain_and_uses_up_nothing(portal: Portal) -> None:
    stranger = through_the_proxy(portal, "10.0.0.1")
    assert sum(ask(stranger, f"nobody{number}@example.test") for number in range(sign_in.MAILS_PER_PLACE + 1)) == 0
    assert ask(through_the_proxy(portal, "10.0.0.1")) == 1


@pytest.mark.parametrize("wrong", ["*", "proxy.example", "127.0.0.1,0.0.0.0/0", "::/0"])
def test_a_proxy_that_is_no_address_or_everybody_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("INSPECTION_PORTAL_PROXIES", wrong)
    settings.reset()
    with pytest.raises(BadSource, match="INSPECTION_PORTAL_PROXIES"):
        serve("127.0.0.1:1")


def test_a_code_is_tried_again_beside_the_request_until_the_server_takes_it(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "PAUSES_SECONDS", ())
    portal.mail.stop()
    ask(portal.browser())
    with session_scope(read_only=True) as session:
        (notice,) = session.scalars(select(Notice).where(Notice.kind == "sign_in_code"))
        key, state = notice.key, notice.state
    assert state is NoticeState.PENDING

    codes._trying.clear()  # of the loop that ended with the request
    monkeypatch.setattr(codes, "PAUSES_SECONDS", (0.0, 0.0))

    async def waited() -> None:
        portal.mail.stop()
        await codes.send_soon(key)
        portal.mail.start()
        await asyncio.gather(*codes._trying)

    asyncio.run(waited())
    assert len(portal.mail.messages()) == 1
