"""The command line asks the policy as the pages do: whoever --as names does what their role allows and sees no more."""

from __future__ import annotations

import json

import pytest

from campaigns.paper_office import CAMPAIGN, CONTACT, SOCIAL, STAFF, WORKS, PaperOffice
from cli.test_answers import Typing
from inspection.model import CalendarDay, Event
from inspection.store.session import session_scope

CLOSED = ("calendar", "close", "2026-11-06", "--reason", "颱風", "--number", "府人考字第1號")


@pytest.fixture
def inspection(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typing:
    """Types a command at the entry point."""
    return Typing(monkeypatch, capsys)


def test_a_campaign_is_changed_by_the_ethics_office_alone(office: PaperOffice, inspection: Typing) -> None:
    office.open()
    for words in (
        ("plan", "assess"),
        ("plan", "draft"),
        ("plan", "submit"),
        ("report", "compile"),
        ("report", "issue"),
    ):
        assert inspection(*words, CAMPAIGN, "--as", CONTACT[WORKS]).status == 2, words
    assert inspection("plan", "assess", CAMPAIGN, "--as", STAFF).status == 0
    words = ("campaign", "open", "semiannual", "--first-day", "2026-12-01", "--last-day", "2026-12-18")
    assert inspection(*words, "--as", CONTACT[WORKS]).status == 2


def test_the_calendar_is_kept_by_the_ethics_office_and_each_change_names_who_made_it(
    office: PaperOffice, inspection: Typing
) -> None:
    assert inspection(*CLOSED, "--as", CONTACT[WORKS]).status == 2
    assert inspection(*CLOSED, "--as", "nobody").status == 2
    with session_scope() as session:
        assert session.query(CalendarDay).filter_by(source="local").count() == 0
    assert inspection(*CLOSED, "--as", STAFF).status == 0
    assert inspection("calendar", "spring", "2027").status == 1
    with session_scope() as session:
        actors = {one.subject_kind: one.actor for one in session.query(Event) if one.subject_kind != "roster"}
    assert STAFF in actors.values()
    assert actors["spring_window"] == "command:calendar spring"


def test_fixes_are_listed_to_those_who_may_see_them(office: PaperOffice, inspection: Typing) -> None:
    number = office.one_fix()

    def listed(*words: str) -> list[str]:
        out = inspection("fixes", "list", "--json", *words).out
        return [json.loads(line)["fix"] for line in out.splitlines()]

    assert listed() == listed("--as", STAFF) == listed("--as", CONTACT[WORKS]) == [number]
    assert listed("--as", CONTACT[SOCIAL]) == []
