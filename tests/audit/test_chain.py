"""The chain over event rows: a row changed, taken out or moved is named, and neither database allows it lightly."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from access.counting import statements
from campaigns.paper_office import PaperOffice
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.audit import chain
from inspection.audit.events import record
from inspection.errors import BadSource
from inspection.model import Event
from inspection.store import events, migrate
from inspection.store.session import engine_for, session_scope
from inspection.vocabulary import Severity

EVENTS = 6


@contextmanager
def by_the_back_door(url: str) -> Iterator[Connection]:
    """Somebody with the owner's rights, guards and foreign keys taken away first."""
    engine = create_engine(url)  # plain: no pragma of ours
    with engine.begin() as connection:
        for table in ("event", "event_seal"):
            for deed in ("update", "delete"):
                on = f" ON {table}" if engine.dialect.name == "postgresql" else ""
                connection.execute(text(f"DROP TRIGGER guard_{table}_{deed}{on}"))
        if engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE event_seal DROP CONSTRAINT fk_event_seal_event_id"))
        yield connection
    engine.dispose()


def write_events(number: int = EVENTS) -> list[int]:
    """Some events, sealed in two goes."""
    with session_scope() as session:
        for count in range(number):
            record(session, at=now.now(), actor="P112", subject=("fix", f"F{count}"), action="looked", reason="乙")
        session.flush()
        chain.seal(session, at=now.now())
    with session_scope() as session:
        record(session, at=now.now(), actor="P112", subject=("fix", "last"), action="looked")
        session.flush()
        assert chain.seal(session, at=now.now()) == 1
        return [event.id for _, event in events.links(session, 1, 10_000) if event is not None]


def fault() -> str | None:
    """What verification says."""
    with session_scope() as session:
        return chain.verify(session, at=now.now()).fault


def test_an_untouched_chain_holds_and_sealing_again_adds_nothing(database_url: str, clock: FixedClock) -> None:
    write_events()
    with session_scope() as session:
        assert chain.seal(session, at=now.now()) == 0
        report = chain.verify(session, at=now.now())
    assert (report.sealed, report.fault) == (EVENTS + 1, None)


@pytest.mark.parametrize(
    "change",
    [
        "reason = '丙'",
        "actor = 'P01'",
        "subject_id = 'F9'",
        "action = 'left'",
        "to_state = 'released'",
        "details = '{\"count\": 1}'",
    ],
)
def test_one_field_of_one_row_changed_names_that_row(database_url: str, clock: FixedClock, change: str) -> None:
    ids = write_events()
    with by_the_back_door(database_url) as connection:
        connection.execute(text(f"UPDATE event SET {change} WHERE id = :id"), {"id": ids[3]})
    assert fault() == f"事件 {ids[3]}（第 4 個串鏈）遭變更"


def test_an_event_moved_in_time_is_named(database_url: str, clock: FixedClock) -> None:
    ids = write_events()
    with by_the_back_door(database_url) as connection:
        later = clock.instant + timedelta(seconds=1)
        shown: object = later if connection.dialect.name == "postgresql" else later.strftime("%Y-%m-%d %H:%M:%S.000000")
        connection.execute(text("UPDATE event SET at = :at WHERE id = :id"), {"at": shown, "id": ids[0]})
    assert fault() == f"事件 {ids[0]}（第 1 個串鏈）遭變更"


def test_a_row_taken_out_is_named(database_url: str, clock: FixedClock) -> None:
    ids = write_events()
    with by_the_back_door(database_url) as connection:
        connection.execute(text("DELETE FROM event WHERE id = :id"), {"id": ids[2]})
    assert fault() == f"事件 {ids[2]}（第 3 個串鏈）已不存在"


def test_a_row_taken_out_with_its_seal_leaves_a_gap(database_url: str, clock: FixedClock) -> None:
    ids = write_events()
    with by_the_back_door(database_url) as connection:
        connection.execute(text("DELETE FROM event_seal WHERE event_id = :id"), {"id": ids[2]})
        connection.execute(text("DELETE FROM event WHERE id = :id"), {"id": ids[2]})
    assert fault() == "缺少第 3 個串鏈"


def test_two_rows_that_changed_places_are_named(database_url: str, clock: FixedClock) -> None:
    ids = write_events()
    with by_the_back_door(database_url) as connection:
        for old, new in ((ids[1], -1), (ids[4], ids[1]), (-1, ids[4])):
            connection.execute(
                text("UPDATE event_seal SET event_id = :new WHERE event_id = :old"), {"old": old, "new": new}
            )
    assert fault() == f"事件 {ids[4]}（第 2 個串鏈）遭變更"


def test_a_seal_written_anew_over_a_changed_row_breaks_the_next_link(database_url: str, clock: FixedClock) -> None:
    ids = write_events()
    with by_the_back_door(database_url) as connection:
        connection.execute(text("UPDATE event SET reason = '丙' WHERE id = :id"), {"id": ids[3]})
    with session_scope() as session:
        link, event = events.links(session, 4, 4)[0]
        assert event is not None
        forged = events.digest(event, link.previous, settings.get().require_secret_key())
        session.execute(text("UPDATE event_seal SET digest = :forged WHERE ordinal = 4"), {"forged": forged})
    assert fault() == f"事件 {ids[4]}（第 5 個串鏈）遭變更"


def test_an_event_left_unsealed_for_more_than_ten_minutes_is_told(database_url: str, clock: FixedClock) -> None:
    write_events()
    with session_scope() as session:
        record(session, at=now.now(), actor="P112", subject=("fix", "late"), action="looked")
    clock.set(clock.instant + timedelta(minutes=10))
    assert fault() is None
    clock.set(clock.instant + timedelta(seconds=1))
    assert "起未串鏈" in str(fault())


@pytest.mark.parametrize("deed", ["UPDATE {} SET {}", "DELETE FROM {}"], ids=["update", "delete"])
@pytest.mark.parametrize(("table", "field"), [("event", "actor = 'x'"), ("event_seal", "previous = 'x'")])
def test_both_databases_refuse_to_change_or_drop_rows_of_the_record(
    database_url: str, clock: FixedClock, table: str, field: str, deed: str
) -> None:
    write_events()
    with pytest.raises(DBAPIError, match=f"of {table} is not allowed"), engine_for().begin() as connection:
        connection.execute(text(deed.format(table, field)))
    assert fault() is None


@pytest.mark.clause("S1-06b")
@pytest.mark.parametrize("table", ["finding", "suspicion"])
def test_both_databases_refuse_to_drop_what_was_found(office: PaperOffice, table: str) -> None:
    office.approved_plan()
    finding = office.to_findings(Severity.HIGH)
    with pytest.raises(DBAPIError, match=f"of {table} is not allowed"), engine_for().begin() as connection:
        connection.execute(text(f"DELETE FROM {table}"))
    with session_scope() as session:
        assert session.execute(text("SELECT id FROM finding")).scalars().all() == [finding]


@pytest.mark.parametrize("table", ["event", "event_seal", "finding", "suspicion"])
def test_postgresql_refuses_to_empty_a_table_at_once(postgres_url: str, table: str) -> None:
    engine = create_engine(postgres_url)
    with pytest.raises(DBAPIError, match="is not allowed"), engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {table} CASCADE"))
    engine.dispose()


def test_an_event_carries_no_particular_that_is_not_on_the_list(database_url: str, clock: FixedClock) -> None:
    with session_scope() as session, pytest.raises(ValueError, match="an event may not carry path"):
        record(
            session, at=now.now(), actor="P112", subject=("fix", "F1"), action="looked", details={"path": "工務課/底價"}
        )


def test_the_migrated_database_and_the_records_agree(database_url: str) -> None:
    assert migrate.differences(database_url) == []


def test_instants_are_told_in_one_zone_whatever_the_database_returns(database_url: str, clock: FixedClock) -> None:
    clock.set(datetime.fromisoformat("2026-10-12T23:30:00+08:00"))
    write_events(1)
    assert fault() is None


def test_what_was_cut_off_at_the_end_shows_against_a_seal_written_down(database_url: str, clock: FixedClock) -> None:
    write_events()
    with session_scope() as session:
        before = chain.verify(session, at=now.now())
    assert (before.sealed, before.fault) == (EVENTS + 1, None)
    with by_the_back_door(database_url) as connection:
        last = connection.execute(text("SELECT event_id FROM event_seal ORDER BY ordinal DESC LIMIT 1")).scalar_one()
        connection.execute(text("DELETE FROM event_seal WHERE event_id = :id"), {"id": last})
        connection.execute(text("DELETE FROM event WHERE id = :id"), {"id": last})
    with session_scope() as session:
        assert chain.verify(session, at=now.now()).fault is None, "alone it cannot be seen"
        assert "不在鏈中" in str(chain.verify(session, at=now.now(), expect=before.head).fault)


def test_a_seal_written_down_still_holds_after_more_has_happened(database_url: str, clock: FixedClock) -> None:
    write_events()
    with session_scope() as session:
        head = chain.verify(session, at=now.now()).head
    write_events()
    with session_scope() as session:
        assert chain.verify(session, at=now.now(), expect=f" {head.upper()} ").fault is None


def test_who_has_the_database_and_not_the_key_forges_no_chain(
    database_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_events()
    with by_the_back_door(database_url) as connection:
        connection.execute(text("DELETE FROM event_seal"))
        connection.execute(text("DELETE FROM kept_key"))
        connection.execute(text("UPDATE event SET reason = '丙' WHERE subject_id = 'F1'"))
    with monkeypatch.context() as forger:  # the same code with another key, as a forger would have it
        forger.setenv("INSPECTION_SECRET_KEY", secrets.token_hex(32))
        forger.setenv("INSPECTION_HOME", str(tmp_path))
        settings.reset()
        with session_scope() as session:
            chain.seal(session, at=now.now())
            assert chain.verify(session, at=now.now()).fault is None
    settings.reset()
    with pytest.raises(BadSource, match="資料庫所用之金鑰"):
        fault()
    with engine_for(database_url).begin() as connection:  # and with the forger's mark taken out again
        connection.execute(text("DELETE FROM kept_key"))
    with pytest.raises(BadSource, match="並非以所設"):
        fault()


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain of 61 rows is a long one: 31 pages of two."""
    monkeypatch.setattr(chain, "PAGE", 2)
    monkeypatch.setattr(chain, "NEWEST_PAGES", 2)


def over_a_day(clock: FixedClock) -> dict[int, str]:
    """What the check of each hour says, where it says anything."""
    told = {}
    for hour in range(24):
        clock.set(datetime.fromisoformat(f"2026-10-13T{hour:02}:05:00+08:00"))
        with session_scope() as session:
            report = chain.verify_part(session, at=now.now())
        if report.fault:
            told[hour] = report.fault
    return told


@pytest.mark.usefixtures("short_pages")
@pytest.mark.parametrize("place", [0, 47, 60])
def test_of_a_long_chain_each_row_is_checked_within_a_day_and_the_newest_each_hour(
    database_url: str, clock: FixedClock, place: int
) -> None:
    ids = write_events(60)
    with by_the_back_door(database_url) as connection:
        connection.execute(text("UPDATE event SET reason = '丙' WHERE id = :id"), {"id": ids[place]})
    fault = f"事件 {ids[place]}（第 {place + 1} 個串鏈）遭變更"
    page = place // 2
    hours = set(range(24)) if page >= 29 else {page % 24}
    assert over_a_day(clock) == dict.fromkeys(sorted(hours), fault)


@pytest.mark.usefixtures("short_pages")
def test_of_a_long_chain_a_seal_taken_out_or_written_anew_is_named_in_its_hour(
    database_url: str, clock: FixedClock
) -> None:
    ids = write_events(60)
    with by_the_back_door(database_url) as connection:
        connection.execute(text("DELETE FROM event_seal WHERE event_id = :id"), {"id": ids[7]})  # the last of page 3
    # its own page misses it, and the page after it has nothing to lean on; at all hours the event stands unsealed
    told = over_a_day(clock)
    assert (told.pop(3), told.pop(4)) == ("缺少第 8 個串鏈", f"事件 {ids[8]}（第 9 個串鏈）遭變更")
    assert len(told) == 22
    assert all(one.endswith("起未串鏈") and str(ids[7]) in one for one in told.values())
    assert fault() == "缺少第 8 個串鏈"


def test_the_walk_reads_a_page_at_a_time_and_two_statements_for_each(
    database_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_events(60)
    monkeypatch.setattr(chain, "PAGE", 10)
    with session_scope() as session, statements() as sent:
        report = chain.verify(session, at=now.now())
        assert not [one for one in session.identity_map.values() if isinstance(one, Event)]
    assert (report.sealed, report.fault) == (61, None)
    asked = [one for one in sent if one.startswith("SELECT")]
    # and where it ends, by which keys, whether the seal this machine knows is in it, whether an event waits
    assert len(asked) == 2 * 7 + 4


def test_sealing_goes_page_by_page_over_what_waits(
    database_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "PAGE", 4)
    with session_scope() as session:
        for count in range(10):
            record(session, at=now.now(), actor="P112", subject=("fix", f"F{count}"), action="looked")
    with session_scope() as session:
        assert chain.seal(session, at=now.now()) == 10
        assert not [one for one in session.identity_map.values() if isinstance(one, Event)]
    assert fault() is None
