"""What is cut off or made anew is found by the seal that stands elsewhere: in the home folder, and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from audit.test_chain import by_the_back_door, fault, write_events
from conftest import FixedClock
from inspection import clock as now
from inspection.audit import chain, head
from inspection.audit.events import record
from inspection.campaigns import sender
from inspection.doctor import CHECKS
from inspection.errors import BadSource, Conflict
from inspection.store.session import session_scope


def kept() -> head.Head:
    """The newest seal, seen by this machine."""
    with session_scope() as session:
        head.remember(session)
        found = head.newest(session)
    assert found is not None
    return found


def sealed_again() -> int:
    with session_scope() as session:
        return chain.seal(session, at=now.now())


def cut_the_end(connection: Connection) -> None:
    connection.execute(text("DELETE FROM event_seal WHERE ordinal >= 4"))
    connection.execute(text("DELETE FROM event WHERE id > (SELECT max(event_id) FROM event_seal)"))


def take_everything(connection: Connection) -> None:
    connection.execute(text("DELETE FROM event_seal"))
    connection.execute(text("DELETE FROM event"))


def forge_one_and_take_all_seals(connection: Connection) -> None:
    connection.execute(text("DELETE FROM event_seal"))
    connection.execute(text("UPDATE event SET reason = '丙' WHERE subject_id = 'F1'"))


DEEDS = [cut_the_end, take_everything, forge_one_and_take_all_seals]


@pytest.mark.parametrize("deed", DEEDS)
def test_what_was_cut_off_is_found_and_never_sealed_over(database_url: str, clock: FixedClock, deed) -> None:  # type: ignore[no-untyped-def]
    write_events()
    seen = kept()
    assert CHECKS["record"]().ok
    with by_the_back_door(database_url) as connection:
        deed(connection)
    assert f"本機曾見第 {seen.count} 個串鏈" in str(fault())
    assert not CHECKS["record"]().ok
    with session_scope() as session:
        record(session, at=now.now(), actor="P112", subject=("fix", "F"), action="looked")
    for _ in range(2):  # as the hourly task does, and does again
        with pytest.raises(Conflict, match="不再串鏈"):
            sealed_again()


@pytest.mark.parametrize("deed", DEEDS)
def test_where_the_file_went_too_the_printed_seal_tells(database_url: str, home: Path, clock: FixedClock, deed) -> None:  # type: ignore[no-untyped-def]
    write_events()
    printed = kept().printed
    with by_the_back_door(database_url) as connection:
        deed(connection)
        (home / head.FILE).unlink()
    sealed_again()
    assert fault() is None, "the chain made anew looks whole"
    with session_scope() as session:
        assert "所給之串鏈值不在鏈中" in str(chain.verify(session, at=now.now(), expect=printed).fault)


def test_what_was_printed_is_accepted_as_it_is_typed(database_url: str, clock: FixedClock) -> None:
    write_events()
    printed = kept().printed
    write_events()
    with session_scope() as session:
        for given in (printed, printed.upper(), printed.replace(" ", ""), printed[:18], printed.replace(" ", "-")):
            assert chain.verify(session, at=now.now(), expect=given).fault is None, given
        for given in (printed[:12], printed + " 0", "g" * 16, "%" * 16):
            with pytest.raises(BadSource, match="16"):
                chain.verify(session, at=now.now(), expect=given)


def test_a_file_that_holds_no_seal_is_named(database_url: str, home: Path, clock: FixedClock) -> None:
    write_events()
    (home / head.FILE).write_text("6\n", encoding="ascii")
    with pytest.raises(BadSource, match="audit-head"):
        sealed_again()


def test_the_sender_seals_within_the_minute_so_that_an_event_taken_away_is_missed(
    database_url: str, clock: FixedClock
) -> None:
    write_events()
    with session_scope() as session:
        record(session, at=now.now(), actor="P112", subject=("fix", "of today"), action="looked")
    sender._seal(now.now())
    sender._seal(now.now())  # nothing waits
    with by_the_back_door(database_url) as connection:
        connection.execute(text("DELETE FROM event_seal WHERE ordinal = 8"))
        connection.execute(text("DELETE FROM event WHERE subject_id = 'of today'"))
    assert "本機曾見第 8 個串鏈" in str(fault())
