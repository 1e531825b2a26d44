"""What the main pages ask of the database: a bounded number of statements, which does not grow with what is listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from access.counting import statements
from conftest import FixedClock
from inspection import clock as now
from inspection.access import sessions
from inspection.model import Checklist, Finding, Fix, Suspicion
from inspection.model.lifecycle import FindingState, FixState, SuspicionState
from inspection.portal.app import create_app
from inspection.portal.cookies import session_cookie
from inspection.store.session import session_scope
from inspection.vocabulary import Severity, SuspicionKind
from portal import story
from portal.snapshots import restore

UNIT = "U04"
MORE = 60
# a page of each kind with who looks at it, and how many statements it may take
BOUNDS = (
    ("/", "ethics", 32),
    ("/", "ethics_head", 32),
    ("/", "works", 32),
    ("/", "mayor", 32),
    (f"/progress/{story.CAMPAIGN}", "ethics", 26),
    ("/progress", "ethics", 17),
    (f"/campaigns/{story.CAMPAIGN}/conclusion", "ethics", 28),
    ("/suspicions", "ethics", 18),
    (f"/suspicions/{UNIT}", "ethics", 24),
    ("/checklists", "ethics", 18),
    (f"/checklists/{story.CAMPAIGN}:{UNIT}", "ethics", 48),
    (f"/campaigns/{story.CAMPAIGN}/cross-checks", "ethics", 26),
    ("/fixes", "ethics", 20),
    ("/fixes", "works", 20),
)


@pytest.fixture
def issued(home: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole inspection, at its end."""
    restore("issued", home, monkeypatch)
    clock.set("2026-11-23T09:10:00+08:00")


def client(person_id: str) -> TestClient:
    """A browser in which somebody has signed in."""
    with session_scope() as session:
        secret = sessions.start(session, person_id, at=now.now())
    http = TestClient(create_app(), base_url="http://127.0.0.1:8601", follow_redirects=False)
    http.cookies.set(session_cookie(), secret)
    return http


def add_matters(count: int) -> None:
    """More cases of one unit: some waiting to be judged, the rest confirmed and to be mended."""
    with session_scope() as session:
        last = session.scalar(select(func.max(Finding.number))) or 0
        for number in range(last + 1, last + 1 + count):
            _add_suspicion(session, number, SuspicionState.OPEN)
            one = f"{story.CAMPAIGN}-{number:03d}"
            suspicion = _add_suspicion(session, number + 10_000, SuspicionState.CONFIRMED)
            session.add(
                Finding(
                    id=one, campaign_id=story.CAMPAIGN, number=number, unit_id=UNIT, suspicion_id=suspicion.id,
                    state=FindingState.CONFIRMED, severity=Severity.LOW, category="x", fact="x", basis="x", remedies=[],
                    confirmed_by="ethics", confirmed_at=now.now(),
                )
            )  # fmt: skip
            session.flush()
            state = (FixState.OPEN, FixState.CLAIMED, FixState.VERIFIED)[number % 3]
            session.add(
                Fix(
                    id=one, finding_id=one, campaign_id=story.CAMPAIGN, unit_id=UNIT, state=state,
                    opened_on=now.today(), original_due_on=now.today(), due_on=now.today(), due_version=1,
                )
            )  # fmt: skip


def _add_suspicion(session: Session, number: int, state: SuspicionState) -> Suspicion:
    checklist = session.scalars(select(Checklist).where(Checklist.unit_id == UNIT)).first()
    row = Suspicion(
        campaign_id=story.CAMPAIGN, unit_id=UNIT, kind=SuspicionKind.SELF_REPORTED, fingerprint=f"{number:064d}",
        state=state, suggested_severity=Severity.LOW, detectors=[], noted_at=now.now(),
        checklist_id=checklist.id if checklist else None, item_id="DOC-001",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def asked(http: TestClient, path: str) -> int:
    """How many statements a page takes."""
    with statements() as seen:
        response = http.get(path)
    assert response.status_code == 200
    return len(seen)


@pytest.mark.usefixtures("issued")
def test_each_main_page_takes_a_bounded_number_of_statements_however_much_is_listed() -> None:
    browsers = {person: client(person) for person in {person for _, person, _ in BOUNDS}}
    few = {(path, person): asked(browsers[person], path) for path, person, _ in BOUNDS}
    add_matters(MORE)
    many = {(path, person): asked(browsers[person], path) for path, person, _ in BOUNDS}
    assert {key: count for key, count in many.items() if count > few[key] + 2} == {}
    assert {(path, person): many[path, person] for path, person, most in BOUNDS if many[path, person] > most} == {}
