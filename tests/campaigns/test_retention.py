"""Only what a person has filed, and nobody holds, loses working rows, class by class, each batch with its event."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from conftest import FixedClock
from findings.crawled import Seen, crawl_in, drawn
from inspection import clock as now
from inspection.access import sessions
from inspection.audit.events import record
from inspection.campaigns import archive as filing
from inspection.campaigns import retention
from inspection.crawling.campaign import run_id_of
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.findings.describe import describe
from inspection.findings.places import why_closed
from inspection.model import (
    Campaign,
    CrawledFile,
    CrawlFolder,
    CrawlShare,
    Event,
    Finding,
    Fix,
    Hit,
    LegalHold,
    StageRun,
    Suspicion,
)
from inspection.model.lifecycle import CampaignState, FixState, SuspicionState
from inspection.portal.app import create_app
from inspection.portal.cookies import session_cookie
from inspection.rules import catalogue
from inspection.rules.retention import ClassRule
from inspection.store import history
from inspection.store.runs import note
from inspection.store.session import session_scope
from inspection.vocabulary import CountsFrom, RetentionClass, Verdict
from portal.small_office import open_campaign, settle

NUMBER, CAMPAIGN, LATER, SHARE, UNIT = "115/0205/1/3", "C1", "C-later", "S-U04", "U04"
STAFF, ETHICS_HEAD = "ethics", "ethics_head"
ROWS, EXCERPTS, PLACES, RUNS = RetentionClass
FILES = 7


@pytest.fixture
def settled(database_url: str, clock: FixedClock) -> None:
    """An inspection that is settled: seven clean files, a dismissed 疑似事項, and a later crawl of the same share."""
    clean = [Seen(f"{number}.txt", f"{number}", SHARE, detectors=(), verdict=Verdict.CLEAN) for number in range(FILES)]
    seen = Seen("名冊.txt", "名冊", SHARE)
    with session_scope() as session:
        settle(session)
        first = open_campaign(session)
        later = open_campaign(session, campaign_id=LATER)
        crawl_in(session, CAMPAIGN, [seen, *clean])
    clock.set("2027-03-01T09:00:00+08:00")
    with session_scope() as session:
        crawl_in(session, LATER, [seen])
        for campaign in (first, later):
            _listed(session, campaign.id)
        file = session.scalars(select(CrawledFile).where(CrawledFile.path_shown == seen.path)).first()
        assert file is not None
        session.add(
            Suspicion(
                campaign_id=CAMPAIGN, unit_id=UNIT, kind="unmarked_sensitive", fingerprint="a" * 64,
                crawled_file_id=file.id,
                state=SuspicionState.DISMISSED, suggested_severity="high", detectors=["PII-NID"], noted_at=now.now(),
                decided_by=STAFF, decided_at=now.now(), decided_reason="範本",
            )
        )  # fmt: skip
        session.merge(first).state = CampaignState.CLOSED
        record(
            session, at=now.now(), actor=STAFF, subject=("campaign", CAMPAIGN), action="step",
            states=("concluded", "closed"),
        )  # fmt: skip


def _listed(session: Session, campaign_id: str) -> None:
    """A crawl's share, one of its folders, and that a step ran."""
    run_id = run_id_of(campaign_id)
    session.add(
        CrawlShare(
            run_id=run_id, share_id=SHARE, listed=True, reason=None, seen=8, scanned=8, unreadable={},
            folders_refused=0, folders_excluded=0, complete=True,
        )
    )  # fmt: skip
    session.add(
        CrawlFolder(
            run_id=run_id, share_id=SHARE, folder_key="f" * 64, listed_as="a" * 64, files=1, calm=True,
            source_id=None, readers_known=0, open_files=0,
        )
    )  # fmt: skip
    note(session, stage="crawl", campaign_id=campaign_id, door="test", counts={}, at=now.now())
    session.flush()


def archive(number: str = NUMBER, *, by: str = STAFF, campaign: str = CAMPAIGN) -> None:
    """Somebody files the campaign."""
    with session_scope() as session:
        filing.archive(session, campaign, file_number=number, person_id=by, at=now.now())


def hold(*, by: str = STAFF) -> None:
    """Somebody sets a hold."""
    with session_scope() as session:
        filing.hold(session, CAMPAIGN, reason="偵查中案件", person_id=by, at=now.now())


def lift(*, by: str) -> None:
    """Somebody lifts it."""
    with session_scope() as session:
        filing.lift(session, CAMPAIGN, reason="已不起訴確定", person_id=by, at=now.now())


def taken() -> dict[RetentionClass, int]:
    """What the hourly work takes away."""
    return retention.apply(session_scope, catalogue=catalogue.current(), at=now.now(), actor="dag:housekeeping")


def waits() -> dict[RetentionClass, str]:
    """What each class waits for."""
    with session_scope() as session:
        found = retention.look(session, catalogue=catalogue.current(), at=now.now())
    return {one.rule.id: one.waits for one in found if one.campaign_id == CAMPAIGN}


def rows(campaign: str = CAMPAIGN) -> tuple[int, int, int, int]:
    """Files, hits, folders and runs of steps of a campaign."""
    run_id = run_id_of(campaign)
    own = select(CrawledFile.id).where(CrawledFile.run_id == run_id)
    queries = (
        select(func.count()).select_from(own.subquery()),
        select(func.count()).select_from(Hit).where(Hit.crawled_file_id.in_(own)),
        select(func.count()).select_from(CrawlFolder).where(CrawlFolder.run_id == run_id),
        select(func.count()).select_from(StageRun).where(StageRun.campaign_id == campaign),
    )
    with session_scope() as session:
        files, hits, folders, steps = (session.scalar(query) or 0 for query in queries)
    return files, hits, folders, steps


def events() -> list[Event]:
    """What was taken away of the campaign, by its events."""
    with session_scope() as session:
        query = select(Event).where(Event.subject_id == CAMPAIGN, Event.action == retention.GONE)
        return list(session.scalars(query.order_by(Event.id)))


@pytest.fixture
def years_later(settled: None, clock: FixedClock) -> Iterator[None]:
    """It is filed, and every term is over."""
    archive()
    clock.set("2031-01-04T09:00:00+08:00")
    yield


def test_what_nobody_filed_keeps_every_row(settled: None, clock: FixedClock) -> None:
    before = rows()
    clock.set("2090-01-04T09:00:00+08:00")
    assert waits() == {}
    assert set(taken().values()) == {0}
    assert (rows(), events()) == (before, [])


def test_each_class_goes_when_its_term_is_over_and_tells_its_count(settled: None, clock: FixedClock) -> None:
    (one,) = drawn(CAMPAIGN).values()
    archive()
    before = rows()
    assert before == (FILES + 1, 1, 1, 1)
    assert set(waits().values()) == {"保存期限未滿"}
    clock.set("2028-03-01T09:00:00+08:00")
    assert taken() == {ROWS: 0, EXCERPTS: 0, PLACES: 0, RUNS: 1}
    clock.set("2029-02-28T09:00:00+08:00")
    assert set(taken().values()) == {0}
    clock.set("2029-03-01T09:00:00+08:00")
    assert taken() == {ROWS: FILES + 1, EXCERPTS: 1, PLACES: 0, RUNS: 0}, "seven files and a folder"
    assert rows() == (1, 0, 0, 0)
    clock.set("2030-03-01T09:00:00+08:00")
    assert taken() == {ROWS: 0, EXCERPTS: 0, PLACES: 1, RUNS: 0}
    with session_scope() as session:
        kept = session.get_one(CrawledFile, one.crawled_file_id)
        assert (kept.path_shown, kept.path_sealed) == ("", b"")
        assert kept.content_key and kept.path_key and kept.modified_at
        assert session.get_one(Suspicion, one.id).state is SuspicionState.DISMISSED
    assert [(said.actor, said.details["category"], said.details["count"]) for said in events()] == [
        ("dag:housekeeping", "step_runs", 1), ("dag:housekeeping", "crawl_rows", FILES),
        ("dag:housekeeping", "crawl_rows", 1), ("dag:housekeeping", "excerpts", 1), ("dag:housekeeping", "places", 1),
    ]  # fmt: skip
    assert set(taken().values()) == {0}
    assert len(events()) == 5
    assert rows(LATER) == (1, 1, 1, 1)


def test_pages_and_figures_say_what_is_gone(years_later: None) -> None:
    (one,) = drawn(CAMPAIGN).values()
    with session_scope() as session:
        assert history.crawled(session, CAMPAIGN) != {}
        assert "PII-NID" in one.detectors
        assert "保存期限" not in describe(session, one, catalogue.current()).fact
    taken()
    with session_scope() as session:
        assert history.crawled(session, CAMPAIGN) == {}, "no figure is drawn from what is left"
        assert "命中明細保存期限已滿" in describe(session, one, catalogue.current()).fact
        assert "檔案位置之保存期限已滿" in why_closed(session, one, STAFF, catalogue=catalogue.current(), at=now.now())


def test_a_hold_keeps_everything_until_another_person_lifts_it(years_later: None) -> None:
    hold()
    hold(by=ETHICS_HEAD)
    before = rows()
    assert set(waits().values()) == {"保全中"}
    assert set(taken().values()) == {0}
    with pytest.raises(Conflict, match="設定者以外"):
        lift(by=STAFF)
    assert rows() == before
    lift(by=ETHICS_HEAD)
    with pytest.raises(Conflict, match="現無保全"):
        lift(by=ETHICS_HEAD)
    assert taken()[ROWS] == FILES + 1
    with session_scope() as session:
        (row,) = session.scalars(select(LegalHold))
        assert (row.set_by, row.lifted_by) == (STAFF, ETHICS_HEAD)
        told = session.scalars(select(Event).where(Event.action.in_([filing.HELD, filing.LIFTED])).order_by(Event.id))
        assert [(said.actor, said.reason) for said in told] == [(STAFF, "偵查中案件"), (ETHICS_HEAD, "已不起訴確定")]


def test_a_hold_set_while_rows_go_stops_the_next_batch(years_later: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    note_of, told = retention._Taking._note, []

    def held_then(taking: retention._Taking, session: object, count: int) -> None:
        note_of(taking, session, count)  # type: ignore[arg-type]
        if count and not told:
            told.append(count)
            session.add(  # type: ignore[attr-defined]
                LegalHold(
                    campaign_id=CAMPAIGN, reason="案件", set_by=STAFF, set_at=now.now(), lifted_reason=None,
                    lifted_by=None, lifted_at=None,
                )
            )  # fmt: skip

    monkeypatch.setattr(retention._Taking, "_note", held_then)
    assert sum(taken().values()) == told[0] == 2
    assert rows()[0] == FILES + 1 - 2


def test_what_the_next_crawl_is_compared_with_stays(years_later: None) -> None:
    with session_scope() as session:
        session.get_one(CrawlShare, (run_id_of(LATER), SHARE)).listed = False
    assert {kind for kind, why in waits().items() if why == "尚為下次清查比對基準"} == {ROWS, EXCERPTS, PLACES}
    assert rows()[0] == FILES + 1
    assert taken() == {ROWS: 0, EXCERPTS: 0, PLACES: 0, RUNS: 1}


def test_a_folder_that_stands_in_its_rows_keeps_them_until_it_goes(years_later: None) -> None:
    with session_scope() as session:
        later = session.get_one(CrawlFolder, (run_id_of(LATER), SHARE, "f" * 64))
        later.source_id = run_id_of(CAMPAIGN)
        first = session.scalars(select(CrawledFile).where(CrawledFile.path_shown == "0.txt")).one()
        first.folder_key = "f" * 64
    taken()
    assert rows()[0] == 2, "the file of the folder, and the one a 疑似事項 is about"
    with session_scope() as session:
        session.delete(session.get_one(CrawlFolder, (run_id_of(LATER), SHARE, "f" * 64)))
    assert taken()[ROWS] == 1


def test_a_file_within_another_goes_before_it(years_later: None) -> None:
    with session_scope() as session:
        files = list(session.scalars(select(CrawledFile).where(CrawledFile.run_id == run_id_of(CAMPAIGN))))
        outer, inner, last = (next(one for one in files if one.path_shown == f"{n}.txt") for n in (0, 1, 2))
        inner.outer_id = outer.id
        last.outer_id = next(one.id for one in files if one.path_shown == "名冊.txt")
    assert taken()[ROWS] == FILES + 1
    assert rows()[0] == 1


def test_two_who_take_away_at_once_take_each_row_once(years_later: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    found: list[dict[RetentionClass, int]] = []
    both = [threading.Thread(target=lambda: found.append(taken())) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert {kind: sum(one[kind] for one in found) for kind in RetentionClass} == {
        ROWS: FILES + 1, EXCERPTS: 1, PLACES: 1, RUNS: 1,
    }  # fmt: skip
    assert sum(int(str(said.details["count"])) for said in events()) == FILES + 4


def test_filing_is_a_persons_word_after_the_last_case(settled: None) -> None:
    for number, told in (("", "檔號未填"), ("有 空白", "檔號格式有誤")):
        with pytest.raises(BadSource, match=told):
            archive(number)
    with pytest.raises(NotAllowed, match="僅得由政風室"):
        archive(by="works")
    with pytest.raises(Conflict, match="列管結清後"):
        archive(campaign=LATER)
    archive()
    archive()
    with pytest.raises(Conflict, match=NUMBER):
        archive("115/9")
    with session_scope() as session:
        one = session.get_one(Campaign, CAMPAIGN)
        assert (one.state, one.file_number, one.archived_at) == (CampaignState.ARCHIVED, NUMBER, now.now())
        steps = select(Event).where(Event.subject_id == CAMPAIGN, Event.to_state == "archived")
        (step,) = session.scalars(steps)
        assert (step.actor, step.details["file_number"]) == (STAFF, NUMBER)


def test_a_case_under_control_again_keeps_all(years_later: None) -> None:
    (one,) = drawn(CAMPAIGN).values()
    with session_scope() as session:
        session.add(
            Finding(
                id="F-1", campaign_id=CAMPAIGN, number=1, unit_id=UNIT, suspicion_id=one.id, state="notified",
                severity="high", category="標示", fact="事實", basis="依據", remedies=[], confirmed_by=STAFF,
                confirmed_at=now.now(),
            )
        )  # fmt: skip
        session.flush()
        day = date(2027, 1, 4)
        session.add(
            Fix(
                id="X-1", finding_id="F-1", campaign_id=CAMPAIGN, unit_id=UNIT, state=FixState.REOPENED,
                opened_on=day, original_due_on=day, due_on=day, due_version=1,
            )
        )  # fmt: skip
    assert set(waits().values()) == {"仍有列管案件"}
    assert set(taken().values()) == {0}


@pytest.mark.parametrize(
    ("start", "months", "over"),
    [
        (date(2026, 1, 31), 1, date(2026, 3, 1)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2028, 2, 29), 12, date(2029, 3, 1)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 31), 2, date(2027, 3, 1)),
    ],
)
def test_a_term_is_over_on_the_same_day_of_its_last_month(start: date, months: int, over: date) -> None:
    rule = ClassRule(id=ROWS, name="檔案", months=months, counts_from=CountsFrom.ARCHIVED, basis="自訂")
    assert rule.over_on(start) == over


def test_a_term_may_count_from_the_settling(settled: None, clock: FixedClock) -> None:
    clock.set(now.now() + timedelta(days=40))
    archive()
    with session_scope() as session:
        campaign = session.get_one(Campaign, CAMPAIGN)
        days = {kind: retention._start(session, campaign, kind) for kind in CountsFrom}
    assert days == {CountsFrom.SETTLED: date(2027, 3, 1), CountsFrom.ARCHIVED: date(2027, 4, 10)}


def test_the_page_of_its_closing_tells_file_number_and_hold(years_later: None) -> None:
    hold()
    with session_scope() as session:
        token = sessions.start(session, STAFF, at=now.now())
    pages = TestClient(create_app(), base_url="http://127.0.0.1:8601")
    pages.cookies.set(session_cookie(), token)
    told = pages.get(f"/campaigns/{CAMPAIGN}/conclusion").text
    assert "已歸檔" in told
    assert f"<dd>{NUMBER}</dd>" in told
    assert "保全中（120年1月4日起）" in told
    assert "已歸檔" in pages.get("/progress").text
