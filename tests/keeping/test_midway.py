"""A campaign in its middle is backed up, laid into another home and database, and goes on there to its fixes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from demo.people import fill_form

from campaigns.doing_twice import dump
from campaigns.office import CAMPAIGN, SmallOffice, demo_office
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.audit import chain
from inspection.doctor import CHECKS
from inspection.keeping.backup import back_up
from inspection.keeping.restore import restore
from inspection.model import Campaign
from inspection.model.lifecycle import CampaignState
from inspection.rules import catalogue
from inspection.store.session import dispose_engines, session_scope
from servers.postgres import PostgresServer

# what of the doctor's looks a restored installation answers for; the others ask servers of the machine
OWN = ("key", "rules", "database", "matters", "kinds", "roster", "calendar", "letters", "runs", "drop_folder",
       "documents", "backup")  # fmt: skip


@pytest.fixture
def office(
    database_url: str, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SmallOffice]:
    """Two units of the demo agency, which has rules of its own."""
    with demo_office(tmp_path, clock, monkeypatch, units=("U04", "U11")) as made:
        yield made


@contextmanager
def another_machine(postgres: PostgresServer | None, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home, a place for rules and an empty database of the same sort, none of them ever used."""
    name = f"restored_{secrets.token_hex(6)}"
    address = postgres.create_database(name) if postgres else ""
    monkeypatch.setenv("INSPECTION_HOME", str(folder / "home"))
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(folder / "rules"))
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "README.md").write_text("what is laid here", encoding="utf-8")
    monkeypatch.setenv("INSPECTION_DATABASE_URL", address)
    settings.reset()
    catalogue.reset()
    yield
    dispose_engines()
    if postgres:
        postgres.drop_database(name)


def test_it_goes_on_where_it_was_restored(
    office: SmallOffice, clock: FixedClock, tmp_path: Path, request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    on_postgres = settings.get().database_url.startswith("postgresql")
    office.open()
    office.plan()
    office.decide_plan()
    office.crawl()
    office.issue_checklists()
    drop = settings.get().drop_folder_path
    drop.mkdir(exist_ok=True)
    lying = {f"{unit}.docx": fill_form(form, {}) for unit, form in office.forms().items()}
    for name, form in lying.items():
        (drop / name).write_bytes(form)
    sets = tmp_path / "sets"
    sets.mkdir()
    made = back_up(sets, at=now.now(), actor="test")
    assert not made.manifest.unfit
    assert not made.manifest.fault
    before = dump()

    clock.set("2026-11-05T09:00:00+08:00")
    server = request.getfixturevalue("postgres") if on_postgres else None
    with another_machine(server, tmp_path / "other", monkeypatch):
        done = restore(made.folder, at=now.now(), actor="test")
        assert (done.fault, done.missing, done.rows) == ("", [], made.rows)
        after = dump()
        # the set's own event came after its snapshot; restoring added one of its own
        assert {name for name in before if before[name] != after[name]} <= {"event", "event_seal"}
        assert before["event"][:-1] == after["event"][:-1]
        looked_at = {name: CHECKS[name]() for name in OWN}
        assert {name: one.found for name, one in looked_at.items() if not one.ok} == {}
        brought = settings.get().drop_folder_path
        assert {path.name: path.read_bytes() for path in brought.iterdir()} == lying
        office.return_forms(lambda form: fill_form(form, {}))
        office.triage()
        office.report()
        office.sign()
        office.issue()
        with session_scope() as session:
            assert session.get_one(Campaign, CAMPAIGN).state is CampaignState.FOLLOWING_UP
            chain.seal(session, at=now.now())
            assert chain.verify(session, at=now.now(), expect=made.manifest.seal).fault is None
