"""A machine with a folder of its own leaves what needs the office's to another one, and spends no try on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.paper_office import PaperOffice
from inspection import clock as now
from inspection import settings
from inspection.documents.storage import Label, keep
from inspection.model import Unit
from inspection.operations.home import ForAnotherMachine, require_office_folder
from inspection.roster import form_lists
from inspection.roster.form_lists import FILE
from inspection.store.session import session_scope


def left_to_another() -> bool:
    with session_scope(read_only=True) as session:
        try:
            require_office_folder(session)
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
