"""Forms that wait for the one writer of a database keep no page waiting: each kind has threads of its own."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from conftest import FixedClock
from inspection import settings
from inspection.portal import threads
from inspection.portal.app import create_app
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
