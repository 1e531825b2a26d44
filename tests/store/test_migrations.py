"""The database's own shape: from nothing, on rows already there, back and forth, and by two starts at once."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime

import pytest
from alembic import command
from demo.people import fill_form
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from campaigns.paper_office import CAMPAIGN, WORKS, PaperOffice
from inspection.model import Campaign, CrawledFile, CrawlRun
from inspection.model.lifecycle import CampaignState, CrawlState
from inspection.store import migrate
from inspection.store.session import dispose_engines, engine_for, session_scope

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def rows() -> dict[str, int]:
    """How many rows each table of a campaign has."""
    tables = ("unit", "person", "campaign", "plan", "approval", "notice", "event")
    with session_scope() as session:
        return {name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables}


def test_from_nothing_to_the_newest_shape_and_once_more(empty_database_url: str) -> None:
    assert migrate.current_revision(empty_database_url)[0] is None
    migrate.upgrade(empty_database_url)
    found, newest = migrate.current_revision(empty_database_url)
    assert found == newest is not None
    migrate.upgrade(empty_database_url)
    assert migrate.differences(empty_database_url) == []


def test_two_starts_at_once_migrate_once(empty_database_url: str) -> None:
    faults: list[BaseException] = []

    def start() -> None:
        try:
            migrate.upgrade(empty_database_url)
        except BaseException as error:
            faults.append(error)

    starts = [threading.Thread(target=start) for _ in range(2)]
    for one in starts:
        one.start()
    for one in starts:
        one.join()
    assert faults == []
    assert migrate.differences(empty_database_url) == []


def test_each_revision_keeps_the_rows_of_a_campaign(office: PaperOffice, database_url: str) -> None:
    office.approved_plan()
    before = rows()
    assert before["approval"] == 1
    dispose_engines()
    command.downgrade(migrate.configuration(database_url), "0001")
    migrate.upgrade(database_url)
    assert rows() == before
    assert migrate.differences(database_url) == []


def test_answers_given_before_there_were_kinds_are_carried_over(office: PaperOffice, database_url: str) -> None:
    office.approved_plan()
    office.send_forms()
    first = office.items(WORKS)[0]
    office.take_in(fill_form(office.form(WORKS), {first: "不符合"}))
    said = "SELECT item_id, value FROM answer ORDER BY item_id"
    returned = "SELECT checklist_id, version, channel, document_id FROM checklist_return"

    def found(query: str) -> list[tuple[object, ...]]:
        with session_scope() as session:
            return [tuple(row) for row in session.execute(text(query))]

    answers, whole = found(said), found(returned)
    dispose_engines()
    command.downgrade(migrate.configuration(database_url), "0009")
    before = dict(found(said))
    assert before[first] == "does_not_conform"
    assert {value for item, value in before.items() if item != first} == {"conforms"}
    dispose_engines()
    migrate.upgrade(database_url)
    assert found(said) == answers
    assert found(returned) == whole
    assert len(whole) == 1
    assert migrate.differences(database_url) == []


def test_a_concluded_campaign_is_in_follow_up_where_the_state_is_unknown(
    office: PaperOffice, database_url: str
) -> None:
    office.approved_plan()
    with session_scope() as session:
        session.get_one(Campaign, CAMPAIGN).state = CampaignState.CONCLUDED
    dispose_engines()
    command.downgrade(migrate.configuration(database_url), "0011c")
    with engine_for().begin() as connection:
        assert connection.execute(text("SELECT state FROM campaign")).scalar_one() == "following_up"
    with pytest.raises(IntegrityError), engine_for().begin() as connection:
        connection.execute(text("UPDATE campaign SET state = 'concluded'"))
    dispose_engines()
    migrate.upgrade(database_url)
    with engine_for().begin() as connection:
        connection.execute(text("UPDATE campaign SET state = 'concluded'"))
    with pytest.raises(IntegrityError), engine_for().begin() as connection:  # the references still hold
        connection.execute(text("DELETE FROM campaign"))


def test_pictures_tried_before_recognisers_had_names_were_tried_by_tesseract(
    office: PaperOffice, database_url: str
) -> None:
    office.approved_plan()
    hints = {"a": '["D06", "ocr"]', "b": '["ocr_failed"]', "c": '["D06"]', "d": "[]"}
    with session_scope() as session:
        share = session.execute(text("SELECT id FROM share ORDER BY id")).scalars().first()
        run = CrawlRun(
            id="R", purpose="campaign", state=CrawlState.COMPLETE, rules_version="1", account="a", opened_at=AT
        )
        session.add(run)
        session.flush()
        session.add_all(
            CrawledFile(
                run_id="R", share_id=share, path_key=key, path_shown=key, path_sealed=b"", size_bytes=1, file_id="1",
                modified_at=AT, changed_at=AT, hints=json.loads(told),
            )
            for key, told in hints.items()
        )  # fmt: skip
    dispose_engines()
    command.downgrade(migrate.configuration(database_url), "0013")
    migrate.upgrade(database_url)
    with session_scope() as session:
        found = session.execute(text("SELECT path_key, recognised_by FROM crawled_file"))
        assert dict(map(tuple, found)) == {"a": "tesseract", "b": "tesseract", "c": None, "d": None}


@pytest.mark.parametrize("change", ["approver_id = requested_by", "decided_by = requested_by"])
def test_the_database_itself_refuses_a_decision_by_the_one_who_asked(office: PaperOffice, change: str) -> None:
    office.open()
    office.draft()
    office.submit()
    with pytest.raises(IntegrityError, match="asker_is_not"), engine_for().begin() as connection:
        connection.execute(text(f"UPDATE approval SET {change}"))


def test_a_unit_that_does_not_exist_is_refused_by_both_databases(office: PaperOffice) -> None:
    with pytest.raises(IntegrityError), engine_for().begin() as connection:
        connection.execute(text("UPDATE person SET unit_id = 'U99' WHERE id = 'P112'"))


def test_the_guards_are_still_there_after_going_back_and_forth(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url)
    command.downgrade(migrate.configuration(empty_database_url), "base")
    migrate.upgrade(empty_database_url)
    engine = create_engine(empty_database_url)
    names = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if engine.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with engine.connect() as connection:
        found = set(connection.execute(text(names)).scalars())
    engine.dispose()
    assert {"guard_event_update", "guard_event_delete", "guard_finding_delete"} <= found
