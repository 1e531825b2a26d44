"""A machine with a folder of its own leaves what needs the office's to another one, and spends no try on it."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest

from campaigns.paper_office import STAFF, PaperOffice, notices
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.doctor import CHECKS
from inspection.documents.storage import Label, keep
from inspection.model import StageRun, Unit
from inspection.notices.deliver import DeliveryCounts, deliver_due
from inspection.notices.outbox import Letter, write
from inspection.operations.home import ForAnotherMachine, abandoned, note_left, require_office_folder, watch_folder
from inspection.roster import form_lists
from inspection.roster.form_lists import FILE
from inspection.store.session import session_scope
from servers.mail import MailServer


def left_to_another() -> bool:
    with session_scope() as session:
        try:
            require_office_folder(session, at=now.now())
        except ForAnotherMachine:
            return True
    return False


def test_the_folder_in_which_a_roster_was_applied_is_the_offices(office: PaperOffice) -> None:
    assert left_to_another()
    with session_scope() as session:
        form_lists.write(form_lists.drawn(session, on=now.today()))
    assert not left_to_another()


def test_the_folder_in_which_papers_lie_is_the_offices_though_the_lists_are_lost(office: PaperOffice) -> None:
    with session_scope() as session:
        keep(session, b"paper", Label("plan", "C-1", "計畫", "text/plain"), at=now.now())
    assert not left_to_another()
    (settings.get().documents_folder).rename(settings.get().home_folder / "elsewhere")
    assert left_to_another()


def test_before_the_first_roster_nobody_can_tell(database_url: str) -> None:
    with session_scope() as session:
        assert session.query(Unit).count() == 0
    assert not left_to_another()


@pytest.mark.airflow
def test_a_task_of_such_a_machine_is_put_off_for_a_moment_and_not_failed(office: PaperOffice) -> None:
    from airflow.sdk import timezone
    from airflow.sdk.exceptions import AirflowRescheduleException

    from inspection_door import LEFT_FOR, in_office_folder

    with pytest.raises(AirflowRescheduleException) as put_off, in_office_folder():
        raise AssertionError("done on the wrong machine")
    assert timedelta() < put_off.value.reschedule_date - timezone.utcnow() <= LEFT_FOR
    (settings.get().home_folder / FILE).write_text("{}", encoding="utf-8")
    with in_office_folder():
        pass


def stood(monkeypatch: pytest.MonkeyPatch, machine: str) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: machine)


def left() -> tuple[str, ...] | None:
    """The machines that leave everything to another one, where all do."""
    with session_scope() as session:
        found = abandoned(session, at=now.now())
    return found.machines if found else None


def put_off() -> None:
    with session_scope() as session:
        note_left(session, at=now.now())


def test_where_no_machine_has_the_folder_it_is_told(
    office: PaperOffice, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each task is put off and none fails: without this word nobody would hear of it."""
    for machine in ("crawler-1", "crawler-2"):
        stood(monkeypatch, machine)
        put_off()
    assert left() is None and CHECKS["folder"]().ok, "a moment ago another machine may well have been at it"
    began = clock.instant
    for minutes in (20, 31):
        clock.set(began + timedelta(minutes=minutes))
        put_off()
    assert left() == ("crawler-1", "crawler-2")
    looked = CHECKS["folder"]()
    assert not looked.ok and "crawler-1、crawler-2" in looked.found and "INSPECTION_HOME" in looked.remedy
    with session_scope() as session:
        assert watch_folder(session, at=now.now()) == {"folder_abandoned": 1, "folder_told": 1}
        assert watch_folder(session, at=now.now()) == {"folder_abandoned": 1, "folder_told": 0}, "once a day"
    [letter] = notices("office_folder_missing")
    assert "crawler-1、crawler-2" in letter.body

    stood(monkeypatch, "office")
    with session_scope() as session:
        form_lists.write(form_lists.drawn(session, on=now.today()))
    assert not left_to_another()
    assert left() is None and CHECKS["folder"]().ok


def test_what_nobody_waits_for_any_more_is_not_told(
    office: PaperOffice, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_off()
    clock.set(clock.instant + timedelta(minutes=31))
    put_off()
    assert left() is not None
    clock.set(clock.instant + timedelta(minutes=16))
    assert left() is None


def test_a_task_put_off_again_and_again_leaves_few_rows(office: PaperOffice, clock: FixedClock) -> None:
    for _ in range(8):
        put_off()
        clock.set(clock.instant + timedelta(seconds=15))
    with session_scope() as session:
        assert session.query(StageRun).count() == 2


def test_without_the_folder_letters_that_bear_no_document_are_sent_all_the_same(
    office: PaperOffice, mail_server: MailServer
) -> None:
    """Else the word that the folder is missing would wait for the folder."""
    with session_scope() as session:
        write(session, Letter("plain", "work_overdue", STAFF, {"dag_id": "make_copies"}), at=now.now())
        kept = keep(session, b"paper", Label("plan", "C-1", "計畫", "text/plain"), at=now.now())
        write(
            session,
            Letter("with", "work_overdue", STAFF, {"dag_id": "follow_up"}, attachments=(kept.id,)), at=now.now()
        )  # fmt: skip
    assert deliver_due(session_scope, at=now.now(), bare=True) == DeliveryCounts(sent=1)
    assert deliver_due(session_scope, at=now.now(), bare=True) == DeliveryCounts()
    assert deliver_due(session_scope, at=now.now()) == DeliveryCounts(sent=1)
