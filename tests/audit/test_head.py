"""What is cut off or made anew is found by the seal that stands elsewhere: in the home folder, and on paper."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from audit.test_chain import by_the_back_door, fault, write_events
from cli.test_answers import Typing
from conftest import FixedClock
from inspection import clock as now
from inspection.audit import chain, head
from inspection.audit.events import record
from inspection.campaigns import sender
from inspection.doctor import CHECKS, gauges
from inspection.errors import BadSource, Conflict
from inspection.store import whole
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


@pytest.mark.parametrize("content", [b"", b"6\n", b"\xff\xfe"])
def test_a_file_that_holds_no_seal_is_told_of_by_all_and_made_anew_by_a_printed_one(
    database_url: str,
    home: Path,
    clock: FixedClock,
    content: bytes,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_events()
    printed, file = kept().printed, home / head.FILE
    intact = file.read_bytes()
    file.write_bytes(content)
    with pytest.raises(Conflict, match="audit-head"):
        sealed_again()
    assert "audit-head" in str(fault())
    assert "audit-head" in CHECKS["record"]().found
    with session_scope(read_only=True) as session:
        assert "inspection_record_whole 0" in gauges.exposition(session, at=now.now())
    kept()
    assert file.read_bytes() == content, "nobody writes over it before a person has looked"
    typing = Typing(monkeypatch, capsys)
    assert typing("audit", "verify").status == 1
    assert typing("audit", "verify", "--expect", "0" * 16).status == 1
    assert file.read_bytes() == content
    assert typing("audit", "verify", "--expect", printed).status == 0
    assert file.read_bytes() == intact
    assert sealed_again() == 0


def test_the_seal_is_on_the_disk_before_the_file_says_so(
    database_url: str, home: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_events()
    (home / head.FILE).unlink()
    synced: list[str] = []
    real = os.fsync

    def watched(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        real(handle)

    monkeypatch.setattr(os, "fsync", watched)
    kept()
    if database_url.startswith("sqlite"):
        assert synced.pop(0).endswith("-wal")
    written, folder = synced
    assert (written.startswith(".audit-head."), folder) == (True, home.name)
    assert [one.name for one in home.iterdir() if head.FILE in one.name] == [head.FILE]


def test_what_is_sealed_after_the_snapshot_was_taken_is_no_loss(database_url: str, clock: FixedClock) -> None:
    write_events()
    kept()
    remembered = head.seen()
    with whole.snapshot() as connection:
        rows = Session(bind=connection)
        assert chain.verify(rows, at=now.now(), remembered=remembered).fault is None
        write_events(1)
        kept()
        assert chain.verify(rows, at=now.now(), remembered=remembered).fault is None


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
