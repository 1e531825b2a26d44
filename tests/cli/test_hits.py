"""The command line has what the pages of 疑似事項 have: grounds, words on paper, the one named, places, clues."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import update

from campaigns.paper_office import CAMPAIGN, CONTACT, SECOND_STAFF, UNIT_HEAD, WORKS, PaperOffice
from cli.test_answers import Typing
from cli.test_answers import inspection as inspection  # noqa: PLC0414 - a fixture
from findings.crawled import Seen, clues_of, crawl, drawn, hinted
from inspection.crawling.campaign import vault
from inspection.model import CrawledFile, Event
from inspection.model.lifecycle import ClueState, SuspicionState
from inspection.store.session import session_scope

ME = ("--as", SECOND_STAFF)
PLACE = "標案/甲/底價表.xlsx"


@pytest.fixture
def office(office: PaperOffice) -> PaperOffice:
    """A crawl of three files: one a case, one of a reserved matter, one a clue."""
    office.open()
    reserved = Seen("檢舉.txt", "檢舉", detectors=("TOP-WHISTLE",))
    crawl(CAMPAIGN, [Seen("名冊.txt", "名冊"), reserved, hinted("雜記.txt", "雜記")])
    with session_scope() as session:
        session.execute(update(CrawledFile).values(path_sealed=vault().seal(PLACE)))
    office.suspect()
    return office


def test_a_dismissal_names_its_ground(office: PaperOffice, inspection: Typing) -> None:
    case = str(drawn(CAMPAIGN)["名冊.txt"].id)
    words = ("hits", "decide", "dismissed", case, "--reason", "業已公告", *ME)
    refused = inspection(*words)
    assert (refused.status, "須有事由" in refused.err) == (2, True)
    assert inspection(*words, "--ground", "none").status == 2
    assert inspection(*words, "--ground", "public").status == 0
    one = drawn(CAMPAIGN)["名冊.txt"]
    assert (one.state, one.ground) == (SuspicionState.DISMISSED, "public")


def test_a_question_is_put_and_its_answer_on_paper_entered(office: PaperOffice, inspection: Typing) -> None:
    case = str(drawn(CAMPAIGN)["名冊.txt"].id)
    assert inspection("hits", "decide", "ask_unit", case, "--reason", "請說明保管方式", *ME).status == 0
    said = ("hits", "explain", case, "--text", "鎖於鐵櫃", "--said-by", CONTACT[WORKS], *ME)
    assert inspection(*said).status == 0
    one = drawn(CAMPAIGN)["名冊.txt"]
    assert (one.state, one.explanation, one.explained_by, one.explanation_entered_by) == (
        SuspicionState.EXPLAINED, "鎖於鐵櫃", CONTACT[WORKS], SECOND_STAFF,
    )  # fmt: skip


def test_of_a_reserved_case_one_person_is_named(office: PaperOffice, inspection: Typing) -> None:
    case = str(drawn(CAMPAIGN)["檢舉.txt"].id)
    assert inspection("hits", "decide", "ask_unit", case, "--reason", "請說明", *ME).status == 2
    assert inspection("hits", "name", case, UNIT_HEAD[WORKS], *ME).status == 0
    assert drawn(CAMPAIGN)["檢舉.txt"].confidant_id == UNIT_HEAD[WORKS]


def test_a_place_is_shown_to_whom_it_may_be_and_kept_as_an_event(office: PaperOffice, inspection: Typing) -> None:
    case = str(drawn(CAMPAIGN)["名冊.txt"].id)
    stranger = inspection("hits", "place", case, "--reason", "想看", "--as", CONTACT[WORKS])
    assert stranger.status == 2
    assert PLACE not in stranger.out + stranger.err
    assert inspection("hits", "place", case, "--reason", " ", *ME).status == 2
    shown = inspection("hits", "place", case, "--reason", "判定前核對", *ME, "--json")
    assert json.loads(shown.out)["path"] == PLACE
    with session_scope() as session:
        (opened,) = session.query(Event).filter_by(action="place_opened")
        assert (opened.actor, opened.reason) == (SECOND_STAFF, "判定前核對")


def test_clues_are_listed_apart_and_judged_in_the_officer_s_own_words(office: PaperOffice, inspection: Typing) -> None:
    assert "雜記" not in inspection("hits", "list", CAMPAIGN).out
    (row,) = [json.loads(line) for line in inspection("hits", "clues", CAMPAIGN, "--json").out.splitlines()]
    assert (row["strength"], row["state"]) == (3, "open")
    words = ("hits", "judge-clue", "confirmed", str(row["clue"]), "--reason", "開啟檢視", *ME)
    assert inspection(*words).status == 2
    assert inspection(*words, "--category", "TOP-HR").status == 0
    assert clues_of(CAMPAIGN)["雜記.txt"].state is ClueState.CONFIRMED
    (again,) = [json.loads(line) for line in inspection("hits", "clues", CAMPAIGN, "--json").out.splitlines()]
    assert again["suspicion"] == drawn(CAMPAIGN)["雜記.txt"].id
