"""What a page reads does not grow with what it does not show: statements and rows at two sizes, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from access.counting import statements
from conftest import FixedClock
from inspection.access import sessions
from inspection.model import Fix, Record, Suspicion
from inspection.model.lifecycle import FixState, SuspicionState
from inspection.portal import suspicions
from inspection.portal.app import create_app
from inspection.portal.guard import session_cookie
from inspection.portal.home import MOST_LISTED
from inspection.portal.paging import ROWS, paged
from inspection.store.session import session_scope
from operations.big_load import AT, BEFORE, NOW, Load, add, fill
from portal.client import hidden_fields, visible_text

FEW = Load(1600, units=12)
MORE = Load(1600, units=12, start=1600)
BATCH = 10
EACH = (FixState.OPEN, FixState.CLAIMED, FixState.VERIFIED)
PAGES = (
    ("ethics", "/"),
    ("ethics", f"/progress/{BEFORE}"),
    ("ethics", f"/progress/{NOW}"),
    ("ethics", "/suspicions"),
    ("ethics", "/suspicions/U04"),
    ("ethics", "/fixes"),
    ("ethics", "/fixes?show=late&unit=U04"),
    ("ethics_head", "/"),
    ("works", "/"),
    ("works", "/fixes"),
)


@pytest.fixture
def units(database_url: str, clock: FixedClock) -> list[str]:
    """A large agency in small."""
    clock.set(AT.isoformat())
    with session_scope() as session:
        return fill(session, FEW)


def client(person: str) -> TestClient:
    """A browser in which somebody has signed in."""
    with session_scope() as session:
        secret = sessions.start(session, person, at=AT)
    http = TestClient(create_app(), base_url="http://127.0.0.1:8601", follow_redirects=False)
    http.cookies.set(session_cookie(), secret)
    return http


@contextmanager
def loaded() -> Iterator[list[Record]]:
    """Every row that becomes an object meanwhile."""
    seen: list[Record] = []

    def note(target: Record, _context: object) -> None:
        seen.append(target)

    event.listen(Record, "load", note, propagate=True)
    try:
        yield seen
    finally:
        event.remove(Record, "load", note)


def cost(http: TestClient, path: str) -> tuple[int, int]:
    """Statements and objects of a page."""
    with statements() as sent, loaded() as rows:
        answer = http.get(path)
    assert answer.status_code == 200, path
    return len(sent), len(rows)


def add_fixes(number: int, states: tuple[FixState, ...] = EACH) -> None:
    """More fixes of one unit: running, waiting for a look, waiting for release."""
    with session_scope() as session:
        for place in range(1, number + 1):
            one = f"{BEFORE}-{FEW.fixes + place:06}"
            state = states[place % len(states)]
            due = AT.date() + timedelta(days=place % 20 - 10)
            session.add(
                Fix(
                    id=f"{one}-Y", finding_id=one, campaign_id=BEFORE, unit_id="U04", state=state, opened_on=due,
                    original_due_on=due, due_on=due, due_version=1,
                )
            )  # fmt: skip


def test_no_page_reads_more_because_more_lies_there(units: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspicions, "LARGEST_BATCH", BATCH)
    add_fixes(3 * ROWS)
    browsers = {person: client(person) for person in {person for person, _ in PAGES}}
    for person, path in PAGES:
        browsers[person].get(path)
    few = {(person, path): cost(browsers[person], path) for person, path in PAGES}
    with session_scope() as session:
        add(session, MORE, units)
    many = {(person, path): cost(browsers[person], path) for person, path in PAGES}
    assert {key: (few[key], count) for key, count in many.items() if count > few[key]} == {}


def test_every_fix_stands_on_one_page_and_the_counts_are_true(units: list[str]) -> None:
    add_fixes(3 * ROWS)
    http = client("ethics")
    with session_scope(read_only=True) as session:
        every = {one.id: one for one in session.query(Fix)}
        session.expunge_all()
    met: list[str] = []
    path: str | None = "/fixes"
    while path is not None:
        page = http.get(path).text
        met += re.findall(r'href="/fixes/([^"]+)"', page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        path = found[1] if found else None
    assert sorted(met) == sorted(every)
    stands = [every[one].state in {FixState.CLAIMED, FixState.VERIFIED} for one in met]
    assert stands == sorted(stands)
    running = [every[one].due_on for one in met if every[one].state is FixState.OPEN]
    assert running == sorted(running)
    text = visible_text(http.get("/fixes").text)
    assert f"第1至{ROWS}件，共{len(every)}件" in text
    claimed = [one for one in every.values() if one.state is FixState.CLAIMED]
    assert re.search(rf"待複查\s+{len(claimed)}\s", text)


def test_a_filter_is_kept_from_page_to_page_and_what_is_not_offered_is_none(units: list[str]) -> None:
    add_fixes(2 * ROWS, (FixState.CLAIMED,))
    http = client("ethics")
    page = http.get("/fixes?show=claimed&unit=U04").text
    following = re.search(r'href="([^"]+)" rel="next"', page)
    assert following is not None
    second = http.get(following[1].replace("&amp;", "&")).text
    assert "show=claimed" in following[1]
    assert "unit=U04" in following[1]
    for one in (page, second):
        rows = re.findall(r'<tr role="row"><td.*?</tr>', one, re.S)
        assert rows
        assert all("工務課" in row and "待複查" in row for row in rows)
    far = http.get("/fixes?page=999999999").text
    assert 'rel="next"' not in far
    assert re.search(r"第\d+至\d+件", visible_text(far))
    for odd in ("page=0", "page=x", "page=-1", "page=٣", "show=nothing", "unit=U99", "unit=%00", "page=" + "9" * 40):
        assert http.get(f"/fixes?{odd}").status_code == 200
    works = visible_text(client("works").get("/fixes?unit=U02").text)
    assert "社會課" not in works


def test_the_desk_lists_the_first_and_counts_the_rest(units: list[str]) -> None:
    add_fixes(3 * (MOST_LISTED + 5))
    page = client("ethics").get("/").text
    with session_scope(read_only=True) as session:
        claimed = session.query(Fix).filter(Fix.state == FixState.CLAIMED).count()
    listed = len(re.findall(r'href="/fixes/', page))
    assert listed == MOST_LISTED
    assert f"另有{claimed - listed}件" in visible_text(page)
    assert 'href="/fixes?show=claimed"' in page
    waiting = 1  # one line for all 疑似
    assert f"{claimed + waiting}件待辦" in visible_text(page)


def test_a_batch_is_decided_on_its_second_page_and_stays_there(
    units: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suspicions, "LARGEST_BATCH", BATCH)
    with session_scope() as session:
        for one in session.query(Suspicion).filter(Suspicion.campaign_id == NOW).limit(3 * BATCH):
            one.unit_id = "U04"
    http = client("ethics")
    page = http.get("/suspicions/U04?page=2").text
    action = "/suspicions/U04?page=2"
    ticked = re.search(r'name="suspicion" value="([\d,]+)"', page)
    assert ticked is not None
    fields = hidden_fields(page, action) | {
        "suspicion": ticked[1], "reason": "範本資料", "outcome": "dismissed", "ground": "other",
    }  # fmt: skip
    answer = http.post(action, data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, action)
    with session_scope(read_only=True) as session:
        assert session.get_one(Suspicion, int(ticked[1].split(",")[0])).state is SuspicionState.DISMISSED
    again = http.post(action, data=fields)
    assert again.status_code == 422
    assert "已由他人判定" in visible_text(again.text)


@pytest.mark.parametrize(
    ("total", "asked", "numbers"),
    [
        (0, "", [1]),
        (50, "1", [1]),
        (51, "2", [1, 2]),
        (500, "1", [1, 2, 3, 0, 10]),
        (500, "5", [1, 2, 3, 4, 5, 6, 7, 0, 10]),
        (3000, "30", [1, 0, 28, 29, 30, 31, 32, 0, 60]),
        (3000, "60", [1, 0, 58, 59, 60]),
    ],
)
def test_pages_are_numbered_with_the_ends_and_the_neighbours(total: int, asked: str, numbers: list[int]) -> None:
    assert paged("/x", {"page": asked}, total, chosen={}).numbers == numbers
