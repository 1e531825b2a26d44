"""A campaign in its middle, with a row in every table there is, is backed up, laid into another home and database, and
goes on there to its fixes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from demo.people import fill_form

from campaigns.office import CAMPAIGN, SECOND_STAFF, STAFF, SmallOffice, demo_office
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.audit import chain
from inspection.checklists import fillers, spot, spot_reading
from inspection.checklists.draft import Change, digest
from inspection.checklists.drop_folder import empty_drop_folder
from inspection.checklists.reading import read_in_sandbox
from inspection.checklists.rulings import Ruling, rule
from inspection.doctor import CHECKS
from inspection.keeping.backup import back_up
from inspection.keeping.restore import restore
from inspection.model import Campaign
from inspection.model.lifecycle import CampaignState, RulingState
from inspection.rules import catalogue
from inspection.store import checklists, groups
from inspection.store.session import dispose_engines, session_scope
from keeping.every_table import fill_the_empty, rows_of_all
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


def review_begins(form: bytes, drop: Path, unit: str) -> None:
    """A unit's form comes in, and an officer accepts its first statement."""
    (drop / f"{unit}.docx").write_bytes(form)
    with read_in_sandbox() as read:
        empty_drop_folder(session_scope, drop, read=read, at=now.now())
    with session_scope() as session:
        first = checklists.questions(session, f"{CAMPAIGN}:{unit}")[0].item_id
        said = [Ruling(first, RulingState.ACCEPTED)]
        assert rule(session, f"{CAMPAIGN}:{unit}", said, person_id=SECOND_STAFF, at=now.now()) == 1


def inspectors_come(unit: str) -> None:
    """What they saw is keyed in, with a kind of equipment, and confirmed by a second person."""
    of_unit = f"{CAMPAIGN}:{unit}"
    with session_scope() as session:
        lead = next(one.leader_id for one in groups.in_force(session) if unit in one.unit_ids)
        item = spot_reading.looked_at(session, checklists.get(session, of_unit))[0]["id"]
        typed = {
            spot_reading.VISITED: "115年11月2日", spot_reading.PRESENT: "王○明", spot_reading.SIGNED: "head",
            f"answer.{item}": "conforms", "count.destroying": "2", "place.destroying": "檔案室",
        }  # fmt: skip
        blank = [Change(name, text, digest(of_unit, name, "")) for name, text in typed.items()]
        spot.save(session, of_unit, blank, person_id=lead, at=now.now())
        seen = spot_reading.ready(session, checklists.get(session, of_unit), at=now.now())
        assert not seen.problems
        spot.send(session, of_unit, seen=seen.digest, person_id=lead, at=now.now())
        second = STAFF if lead != STAFF else SECOND_STAFF
        spot.confirm(session, of_unit, seen=seen.digest, person_id=second, at=now.now())


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
    inspectors_come("U04")
    with session_scope() as session:
        colleague = fillers.Colleague("林○安", "技佐", "u04-colleague@shifan.test")
        fillers.name(
            session, f"{CAMPAIGN}:U04", colleague, domains=("shifan.test",), person_id="P042", at=now.now()
        )  # fmt: skip
    drop = settings.get().drop_folder_path
    drop.mkdir(exist_ok=True)
    lying = {f"{unit}.docx": fill_form(form, {}) for unit, form in office.forms().items()}
    review_begins(lying.pop("U04.docx"), drop, "U04")
    for name, form in lying.items():
        (drop / name).write_bytes(form)
    with session_scope() as session:
        chain.seal(session, at=now.now())  # and with it the key it goes by is put down
        fill_the_empty(session, at=now.now())
    sets = tmp_path / "sets"
    sets.mkdir()
    made = back_up(sets, at=now.now(), actor="test")
    assert not made.manifest.unfit
    assert not made.manifest.fault
    before = rows_of_all()
    assert [name for name, rows in before.items() if not rows] == []

    clock.set("2026-11-05T09:00:00+08:00")
    server = request.getfixturevalue("postgres") if on_postgres else None
    with another_machine(server, tmp_path / "other", monkeypatch):
        done = restore(made.folder, at=now.now(), actor="test")
        assert (done.fault, done.missing, done.rows) == ("", [], made.rows)
        after = rows_of_all()
        # the set's own event came after its snapshot; restoring added one of its own
        assert {name for name in before if before[name] != after[name]} <= {"event", "event_seal"}
        assert before["event"][:-1] == after["event"][:-1]
        looked_at = {name: CHECKS[name]() for name in OWN}
        assert {name: one.found for name, one in looked_at.items() if not one.ok} == {}
        brought = settings.get().drop_folder_path
        assert {path.name: path.read_bytes() for path in brought.iterdir() if path.is_file()} == lying
        office.return_forms(lambda form: fill_form(form, {}))
        office.triage()
        office.report()
        office.sign()
        office.issue()
        with session_scope() as session:
            assert session.get_one(Campaign, CAMPAIGN).state is CampaignState.FOLLOWING_UP
            chain.seal(session, at=now.now())
            assert chain.verify(session, at=now.now(), expect=made.manifest.seal).fault is None
