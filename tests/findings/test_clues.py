"""語意線索 are hints where to look: in no figure and ground for nothing, until a person has read the file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from campaigns.crawled_share import crawl_folder
from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    ETHICS,
    SECOND_STAFF,
    SECRETARY,
    SOCIAL,
    WORKS,
    PaperOffice,
    finding,
)
from detection.test_meaning import ADVERTISED, ORDINARY, SECRETIVE
from findings.crawled import Seen, clues_of, counted, crawl, drawn, hinted
from inspection import clock as now
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.findings.clues import ClueVerdict, judge_clues
from inspection.model import Clue, CrawledFile, Hit, Report
from inspection.model.lifecycle import ClueState, SuspicionState
from inspection.store import comparison, events, evidence, findings
from inspection.store.cross_check import pieces
from inspection.store.session import session_scope
from inspection.vocabulary import HitBasis, TriageOutcome, Verdict

SECOND = "C-second"
NOTE = hinted("雜記.txt", "某雜記")
CONFIRMED, DISMISSED = TriageOutcome.CONFIRMED, TriageOutcome.DISMISSED
READ = "開啟檢視，內容足以辨識檢舉人"


@pytest.fixture
def office(office: PaperOffice) -> PaperOffice:
    """Two campaigns, one after the other."""
    for campaign_id, first in ((CAMPAIGN, date(2026, 11, 2)), (SECOND, date(2027, 3, 1))):
        office.open(campaign_id, first_day=first, last_day=first + timedelta(days=18))
    return office


def judge(
    path: str = NOTE.path,
    outcome: TriageOutcome = CONFIRMED,
    *,
    campaign_id: str = CAMPAIGN,
    person: str = SECOND_STAFF,
    reason: str = READ,
    category: str = "TOP-WHISTLE",
    ground: str = "not_sensitive",
) -> list[str]:
    """An officer who has read a file says what it holds."""
    with session_scope() as session:
        said = ClueVerdict(outcome, person, reason, category, None, ground)
        chosen = [clues_of(campaign_id)[path].id]
        return judge_clues(session, chosen, said, catalogue=PaperOffice().rules, at=now.now())


def test_a_clue_is_drawn_apart_and_counts_as_nothing(office: PaperOffice) -> None:
    crawl(CAMPAIGN, [NOTE, Seen("名冊.txt", "名冊"), hinted("弱.txt", "弱", strength=1)])
    office.suspect(CAMPAIGN)
    office.suspect(CAMPAIGN)
    assert {path: (one.topic, one.strength, one.state) for path, one in clues_of(CAMPAIGN).items()} == {
        NOTE.path: ("TOP-WHISTLE", 3, ClueState.OPEN), "弱.txt": ("TOP-WHISTLE", 1, ClueState.OPEN),
    }  # fmt: skip
    assert set(drawn(CAMPAIGN)) == {"名冊.txt"}
    with session_scope() as session:
        assert findings.count(session, CAMPAIGN) == findings.undecided(session, CAMPAIGN) == 1
        run = evidence.campaign_run(session, CAMPAIGN)
        assert run is not None
        assert [hits for _, _, hits in evidence.suspicious_in(session, run.id)] != []
        ids = [file.id for file in session.scalars(select(CrawledFile))]
        found = {hit.detector for hits in evidence.hits_of(session, ids).values() for hit in hits}
        assert found == {"PII-NID"}


def test_what_bears_a_mark_or_a_rule_s_hit_needs_no_clue(office: PaperOffice) -> None:
    marked = replace(NOTE, path="標密.txt", verdict=Verdict.MARKED)
    defective = replace(NOTE, path="缺漏.txt", verdict=Verdict.DEFECTIVE_MARK, defects=("D02",))
    crawl(CAMPAIGN, [marked, defective])
    office.suspect(CAMPAIGN)
    assert clues_of(CAMPAIGN) == {}
    assert drawn(CAMPAIGN)["缺漏.txt"].detectors == [], "what stands in a 疑似事項 is what a rule found"


def test_no_paper_is_another_for_clues_nobody_confirmed(office: PaperOffice) -> None:
    """Reports with undecided and dismissed clues say the same as reports without any."""
    told = {}
    for campaign_id, files in ((CAMPAIGN, [Seen("名冊.txt", "名冊")]), (SECOND, [Seen("名冊.txt", "名冊"), NOTE])):
        crawl(campaign_id, files)
    for campaign_id in (CAMPAIGN, SECOND):
        office.suspect(campaign_id)
    with session_scope() as session:
        for campaign_id in (CAMPAIGN, SECOND):
            told[campaign_id] = (
                evidence.decided_counts(session, campaign_id),
                evidence.mended_before(session, campaign_id),
                {unit: one.outcomes for unit, one in comparison.compared(session, campaign_id, office.rules).items()},
            )
    assert told[CAMPAIGN] == told[SECOND]
    judge(campaign_id=SECOND, outcome=DISMISSED)
    with session_scope() as session:
        assert evidence.decided_counts(session, SECOND) == told[SECOND][0]


def test_an_officer_s_own_words_make_a_clue_a_finding(office: PaperOffice) -> None:
    crawl(CAMPAIGN, [NOTE])
    office.suspect(CAMPAIGN)
    (number,) = judge(category="TOP-HR")
    assert judge(category="TOP-HR") == [number]
    clue = clues_of(CAMPAIGN)[NOTE.path]
    case = drawn(CAMPAIGN)[NOTE.path]
    assert (clue.state, clue.category, clue.topic, clue.suspicion_id) == (
        ClueState.CONFIRMED, "TOP-HR", "TOP-WHISTLE", case.id,
    )  # fmt: skip
    assert (case.kind, case.state, case.detectors) == ("read_by_person", SuspicionState.CONFIRMED, ["TOP-HR"])
    told = finding(number)
    rule = office.rules.detectors.detector("TOP-HR")
    assert (told.confirmed_by, told.severity) == (SECOND_STAFF, rule.severity)
    assert rule.name in told.fact
    assert "經政風人員開啟檢視" in told.fact
    assert "語意" not in told.fact
    assert told.remedies == list(rule.remedies)
    office.suspect(CAMPAIGN)
    assert drawn(CAMPAIGN).keys() == {NOTE.path}
    with session_scope() as session:
        (step,) = [one for one in events.of_subject(session, "clue", str(clue.id)) if one.action == "step"]
        assert (step.actor, step.to_state, step.reason, step.details["category"]) == (
            SECOND_STAFF, "confirmed", READ, "TOP-HR",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"outcome": TriageOutcome.ASK_UNIT}, "語意線索不得據以請單位說明"),
        ({"outcome": TriageOutcome.SELF_IMPROVED}, "列自主改善"),
        ({"reason": " "}, "判定理由未填"),
        ({"category": ""}, "未選認定之類別"),
        ({"category": "TOP-NONE"}, "未選認定之類別"),
        ({"outcome": DISMISSED, "ground": ""}, "這一項不成立事由"),
    ],
)
def test_a_clue_is_ground_for_nothing_but_a_look(office: PaperOffice, said: dict[str, object], told: str) -> None:
    crawl(CAMPAIGN, [NOTE])
    office.suspect(CAMPAIGN)
    with pytest.raises(BadSource, match=told):
        judge(**said)  # type: ignore[arg-type]
    assert clues_of(CAMPAIGN)[NOTE.path].state is ClueState.OPEN


def test_who_may_judge_a_clue_is_who_may_judge_a_case(office: PaperOffice) -> None:
    crawl(CAMPAIGN, [NOTE, replace(NOTE, path="本室.txt", share=ETHICS, content="本室")])
    office.suspect(CAMPAIGN)
    with pytest.raises(NotAllowed, match="僅得由政風室"):
        judge(person=CONTACT[WORKS])
    with pytest.raises(NotAllowed, match="不得判定本單位事項；由外部指定之人員判定"):
        judge("本室.txt")
    with pytest.raises(NotAllowed):
        judge(person=SECRETARY)
    judge(outcome=DISMISSED)
    with pytest.raises(Conflict, match="已判讀"):
        judge()


def test_a_dismissed_clue_stays_so_under_another_name_and_a_changed_file_comes_back(office: PaperOffice) -> None:
    crawl(CAMPAIGN, [NOTE, replace(NOTE, path="二.txt", content="二")])
    office.suspect(CAMPAIGN)
    judge(outcome=DISMISSED)
    judge("二.txt", DISMISSED)
    crawl(SECOND, [replace(NOTE, path="改名.txt"), replace(NOTE, path="二.txt", content="二改")])
    office.suspect(SECOND)
    second = clues_of(SECOND)
    assert {path: one.state for path, one in second.items()} == {
        "改名.txt": ClueState.DISMISSED, "二.txt": ClueState.OPEN,
    }  # fmt: skip
    assert (second["改名.txt"].decided_by, second["改名.txt"].ground) == (SECOND_STAFF, "not_sensitive")


def test_a_thousand_clues_take_three_statements(office: PaperOffice) -> None:
    taken = []
    for campaign_id, thousands in ((CAMPAIGN, 1), (SECOND, 3)):
        crawl(campaign_id, [hinted(f"{one}.txt", f"內容{one}") for one in range(thousands * 1000)])
        with counted() as sent:
            office.suspect(campaign_id)
        assert len(clues_of(campaign_id)) == thousands * 1000
        taken.append(len(sent))
    assert taken[1] - taken[0] == 2 * 3


def test_a_confirmed_clue_speaks_against_what_the_unit_declared_and_an_open_one_does_not(office: PaperOffice) -> None:
    crawl(CAMPAIGN, [NOTE])
    office.suspect(CAMPAIGN)
    with session_scope() as session:
        assert pieces(session, CAMPAIGN, evidence.campaign_run(session, CAMPAIGN)) == []
    judge()
    with session_scope() as session:
        (piece,) = pieces(session, CAMPAIGN, evidence.campaign_run(session, CAMPAIGN))
    assert (piece.unit_id, piece.unmarked, piece.confirmed) == (WORKS, True, True)


def test_a_campaign_s_crawl_reads_by_meaning_and_keeps_the_rules_verdict(office: PaperOffice, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (share / "雜記.txt").write_text("\n".join(SECRETIVE), encoding="utf-8")
    (share / "活動.txt").write_text("\n".join(ORDINARY), encoding="utf-8")
    (share / "徵才.txt").write_text("\n".join(ADVERTISED), encoding="utf-8")
    alone = PaperOffice(units=(SOCIAL, WORKS))
    crawl_folder(alone, share, campaign_id="C-crawled")
    alone.suspect("C-crawled")
    with session_scope() as session:
        files = {file.path_shown: file for file in session.scalars(select(CrawledFile))}
        (hit,) = session.scalars(select(Hit).where(Hit.basis.is_not(None)))
        clues = list(session.scalars(select(Clue)))
    assert (files["雜記.txt"].verdict, files["雜記.txt"].severity) == (Verdict.CLEAN, None)
    assert (hit.crawled_file_id, hit.basis) == (files["雜記.txt"].id, HitBasis.MEANING)
    assert hit.strength in {2, 3}
    assert [(one.crawled_file_id, one.unit_id, one.strength) for one in clues] == [
        (files["雜記.txt"].id, WORKS, hit.strength)
    ]
    assert drawn("C-crawled").keys() == {"徵才.txt"}, "what a rule found is weakened by nothing"


def test_the_report_of_a_campaign_with_clues_names_none(office: PaperOffice) -> None:
    office = PaperOffice()
    office.approved_plan("C-report")
    office.send_forms("C-report")
    for unit in office.units:
        office.return_form(unit, campaign_id="C-report")
    crawl("C-report", [NOTE])
    office.suspect("C-report")
    office.compile("C-report")
    with session_scope() as session:
        for report in session.scalars(select(Report)):
            text = json.dumps(report.content, ensure_ascii=False)
            assert "語意" not in text
            assert "線索" not in text
