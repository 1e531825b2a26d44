"""Requests nobody's browser sends: characters one cannot see, another host, a slash too many."""

from __future__ import annotations

import threading

import anyio
import anyio.to_thread
import httpx
import pytest
from sqlalchemy import text

from inspection import settings
from inspection.cli import entry
from inspection.crawling.inventory import shown
from inspection.documents.returned import Reading, ReturnedForm, Written
from inspection.errors import BadSource, SourceUnavailable
from inspection.language import legible
from inspection.portal.app import DOORS, create_app
from inspection.store import session as store
from inspection.store.session import session_scope
from portal.conftest import Portal

ESC, TURNED = "\x1b", "\u202e"


@pytest.mark.parametrize("unseen", ["%00", "a%00b", "%1b[31m", "%E2%80%AEfdp"])
def test_an_id_with_characters_nobody_sees_is_no_matter(portal: Portal, unseen: str) -> None:
    browser = portal.browser()
    browser.sign_in("ethics")
    paths = {door.path for door in DOORS if door.method == "GET" and "{subject_id}" in door.path}
    assert len(paths) > 5
    answers = {path: browser.http.get(path.replace("{subject_id}", unseen)).status_code for path in paths}
    assert {path: status for path, status in answers.items() if status not in {403, 404}} == {}
    assert browser.http.get(f"/progress?unit={unseen}").status_code < 500


def test_what_is_typed_comes_in_without_them(portal: Portal) -> None:
    browser = portal.browser()
    browser.get("/sign-in")
    answer = browser.send("/sign-in", {"address": f"ad\x00min{ESC}{TURNED}"})
    assert answer.status_code == 422
    assert "admin" in answer.text
    assert ESC not in answer.text
    assert TURNED not in answer.text


def test_line_ends_and_what_people_write_stay() -> None:
    typed = "一行\r\n\t二行　𠮷👍🏽é"
    assert legible(typed) == typed
    assert legible(f"甲{ESC}乙{TURNED}丙\x00\x0b\u2066\uffff") == "甲乙丙"


def test_a_place_is_shown_on_one_line_with_what_cannot_be_seen_marked() -> None:
    assert (
        shown(f"names.zip!/a\n b\r{ESC}[31m{TURNED}.txt\x00\ud800")
        == "names.zip!/a\ufffd b\ufffd\ufffd[31m\ufffd.txt\ufffd?"
    )


def test_a_returned_form_comes_in_without_them() -> None:
    row = Written("A-1", (f"符合{TURNED}",), remark=f"備{ESC}註")
    form = ReturnedForm(None, False, {"A-1": row}, f"甲{ESC}", "", f"意{TURNED}見")
    read = Reading.of_json(Reading(form).as_json()).form
    assert read == ReturnedForm(None, False, {"A-1": Written("A-1", ("符合",), remark="備註")}, "甲", "", "意見")


def test_the_command_line_refuses_them() -> None:
    entry._refuse_unseen(["scan", "資料夾 é", "a\tb"])
    for word in (f"--reason=甲{ESC}", f"甲{TURNED}"):
        with pytest.raises(BadSource, match="控制字元"):
            entry._refuse_unseen(["plan", word])


def test_another_host_is_not_served_and_one_slash_too_many_leads_nowhere(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = portal.browser()
    browser.sign_in("ethics")
    for host in ("evil.example", "evil.example:8601", "", "127.0.0.1.evil.example", "["):
        answer = browser.http.get("/", headers={"Host": host})
        assert answer.status_code == 400, host
        assert "evil.example" not in answer.text
        assert answer.headers["content-security-policy"]
    slash = browser.http.get("/fixes/")
    assert slash.status_code == 404
    assert "location" not in slash.headers
    assert slash.headers["content-security-policy"]
    monkeypatch.setenv("INSPECTION_PORTAL_HOSTS", "mimi.shifan.test, secrecy.shifan.test")
    settings.reset()
    assert browser.http.get("/", headers={"Host": "secrecy.shifan.test"}).status_code == 200


@pytest.mark.parametrize("weak", ["0" * 32, "ab" * 20, "1234567" * 6])
def test_a_key_that_can_be_guessed_is_refused_in_production(monkeypatch: pytest.MonkeyPatch, weak: str) -> None:
    monkeypatch.setenv("INSPECTION_SECRET_KEY", weak)
    monkeypatch.setenv("INSPECTION_PROFILE", "test")
    settings.reset()
    settings.get().require_secret_key()  # the demo's own and those of tests are nobody's secret
    monkeypatch.setenv("INSPECTION_PROFILE", "production")
    settings.reset()
    with pytest.raises(BadSource, match="容易猜中"):
        settings.get().require_secret_key()


def test_a_database_all_of_whose_connections_are_at_work_is_one_that_does_not_answer(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store.POOL_SIZE + store.POOL_OVERFLOW >= 40
    for name, value in {"POOL_SIZE": 1, "POOL_OVERFLOW": 0, "POOL_WAIT_SECONDS": 0.1}.items():
        monkeypatch.setattr(store, name, value)
    store.dispose_engines()
    with session_scope(database_url, read_only=True) as held:
        held.execute(text("SELECT 1"))
        with (
            pytest.raises(SourceUnavailable, match="資料庫沒有回應"),
            session_scope(database_url, read_only=True) as one,
        ):
            one.execute(text("SELECT 1"))


def test_the_portal_says_it_is_alive_while_every_thread_of_its_pages_waits(portal: Portal) -> None:
    let_go = threading.Event()

    async def asked() -> int:
        threads = anyio.to_thread.current_default_thread_limiter()
        answer = httpx.Response(0)
        async with anyio.create_task_group() as group:
            for _ in range(int(threads.total_tokens)):
                group.start_soon(anyio.to_thread.run_sync, let_go.wait)
            while threads.available_tokens:
                await anyio.sleep(0)
            transport = httpx.ASGITransport(create_app())
            try:
                with anyio.fail_after(60):
                    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8601") as probe:
                        answer = await probe.get("/health")
            finally:
                let_go.set()
        return answer.status_code

    assert anyio.run(asked) == 200


def test_that_a_process_answers_is_said_without_a_database(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTION_DATABASE_URL", "postgresql://nobody:x@127.0.0.1:1/none")
    settings.reset()
    store.dispose_engines()

    async def asked() -> list[int]:
        transport = httpx.ASGITransport(create_app())
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8601") as probe:
            return [(await probe.get(path)).status_code for path in ("/healthz", "/health")]

    assert anyio.run(asked) == [200, 503]
