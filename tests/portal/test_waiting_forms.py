"""Forms that wait for the one writer of a database keep no page waiting: each kind has threads of its own."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import anyio
import pytest
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import Message

from conftest import FixedClock
from inspection import settings
from inspection.portal import threads
from inspection.portal.app import _answer_error, create_app
from inspection.portal.guard import read_upload
from inspection.store import session
from portal.client import hidden_fields
from portal.snapshots import restore

PATIENCE_SECONDS = 300.0
"""No measure of anything: without threads of its own the page would never be answered."""


def test_pages_are_read_while_more_forms_wait_than_there_are_threads(
    home: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "BUSY_SECONDS", 10 * PATIENCE_SECONDS)  # nobody gives up meanwhile
    restore("settled", home, monkeypatch)
    with (
        TestClient(create_app(), base_url="http://127.0.0.1:8601", follow_redirects=False) as http,
        ThreadPoolExecutor(threads.ALL + 6) as people,
        closing(sqlite3.connect(home / "inspection.db", isolation_level=None)) as other,
    ):
        asked = http.post(
            "/sign-in", data=hidden_fields(http.get("/sign-in").text, "/sign-in") | {"address": "works@shifan.test"}
        )
        assert asked.status_code == 303
        fields = hidden_fields(http.get("/sign-in/code").text, "/sign-in/code") | {"code": "0000 0000"}
        other.execute("BEGIN IMMEDIATE")  # somebody writes for long
        try:
            forms = [people.submit(http.post, "/sign-in/code", data=fields) for _ in range(threads.ALL + 5)]
            page = people.submit(http.get, "/sign-in")
            assert page.result(timeout=PATIENCE_SECONDS).status_code == 200
            assert not any(one.done() for one in forms)
        finally:
            other.execute("ROLLBACK")
        assert {one.result(timeout=PATIENCE_SECONDS).status_code for one in forms} <= {422, 429, 403}


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 8])
def test_all_processes_together_have_no_more_threads_than_there_are_connections(
    home: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setenv("INSPECTION_PORTAL_WORKERS", str(workers))
    settings.reset()
    assert workers * (threads.of_forms() + threads.of_pages()) <= session.POOL_SIZE + session.POOL_OVERFLOW
    assert threads.of_pages() > threads.of_forms()


def test_files_wait_to_be_looked_at_beside_the_pages_and_beyond_a_few_one_is_told_to_come_later(home: Path) -> None:
    restored = threading.Event()

    async def asked() -> list[int]:
        async with threads.shared_out(None), anyio.create_task_group() as people:
            try:
                for _ in range(threads.EXAMINING + threads.WAITING_MOST):
                    people.start_soon(threads.examining, restored.wait)
                while True:
                    try:
                        threads.require_room()
                    except threads.ManyAtOnce as error:
                        pages = [await run_in_threadpool(int, one) for one in range(3)]
                        told = await _answer_error(Request({"type": "http", "headers": []}), error)
                        assert "請過幾分鐘再上傳" in bytes(told.body).decode()
                        return [*pages, told.status_code]
                    await anyio.sleep(0)
            finally:
                restored.set()

    assert anyio.run(asked) == [0, 1, 2, 503]


def test_nothing_of_a_file_that_comes_is_put_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    data = bytes(3 << 20)
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    kind = [(b"content-type", b"multipart/form-data; boundary=b")]

    async def receive() -> Message:
        return {"type": "http.request", "body": head + data + b"\r\n--b--\r\n", "more_body": False}

    _, files, called = anyio.run(read_upload, Request({"type": "http", "method": "POST", "headers": kind}, receive))
    assert (files, called) == ({"file": data}, "a.pdf")
