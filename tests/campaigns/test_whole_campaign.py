"""A whole campaign through the verbs, on both databases and a real Samba."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from demo.people import fill_form
from sqlalchemy import select

from campaigns.doing_twice import dump, twice
from campaigns.office import ACCOUNT, CAMPAIGN, SmallOffice, demo_office
from conftest import FixedClock
from inspection import clock as now
from inspection.crawling import campaign as crawl
from inspection.crawling.self_check import self_check
from inspection.errors import LogonRefused, NotAllowed, SourceUnavailable
from inspection.escalation.climb import follow_up
from inspection.model import (
    Campaign,
    CrawledFile,
    CrawlShare,
    Finding,
    Fix,
    Notice,
    Report,
    RungClimbed,
    ShareRecord,
    Suspicion,
)
from inspection.model.lifecycle import CampaignState, ReportState
from inspection.shares.address import ShareAddress
from inspection.shares.share import Login
from inspection.store import crawls, evidence
from inspection.store.session import session_scope
from inspection.vocabulary import ReadReason, Verdict

HOSTS = ("localhost", "127.0.0.1", "127.1")  # one server by three names, which our reader takes for three


@pytest.fixture
def office(
    database_url: str, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SmallOffice]:
    """The whole demo agency, on the morning of the first day."""
    with demo_office(tmp_path, clock, monkeypatch) as made:
        yield made


def test_every_stage_of_a_campaign_done_twice_is_done_once(office: SmallOffice, clock: FixedClock) -> None:
    twice(office.import_roster)
    twice(office.open)
    twice(office.plan)
    with pytest.raises(NotAllowed):
        office.crawl()
    twice(office.decide_plan)
    twice(office.crawl)
    twice(office.issue_checklists)
    office.return_forms(lambda form: fill_form(form, {}))
    twice(office.triage)
    twice(office.report)
    twice(office.sign)
    twice(office.issue)
    clock.set("2026-11-26T09:00:00+08:00")
    twice(lambda: climb(date(2026, 11, 26), office))
    with session_scope() as session:
        campaign = session.get_one(Campaign, CAMPAIGN)
        assert campaign.state is CampaignState.FOLLOWING_UP
        files = list(session.scalars(select(CrawledFile)))
        assert all(file.status is not None for file in files)
        told = {verdict: sum(file.verdict is verdict for file in files) for verdict in Verdict}
        assert told[Verdict.UNMARKED_SENSITIVE] >= 5, told
        assert told[Verdict.DEFECTIVE_MARK] >= 2, told
        reports = list(session.scalars(select(Report)))
        assert {report.state for report in reports} == {ReportState.ISSUED}
        findings = list(session.scalars(select(Finding)))
        fixes = list(session.scalars(select(Fix)))
        assert len(findings) == len(fixes) >= 6
        assert session.scalars(select(RungClimbed)).first() is not None
        told_to = {notice.kind for notice in session.scalars(select(Notice))}
        assert {"approval_requested", "checklist_issued", "report_delivered", "findings_notified"} <= told_to


def climb(on: date, office: SmallOffice) -> None:
    """The follow-up of one day."""
    with session_scope() as session:
        follow_up(session, on=on, catalogue=office.rules, at=now.now())


def test_nothing_found_reaches_a_row_in_clear(office: SmallOffice) -> None:
    office.open()
    office.plan()
    office.decide_plan()
    office.crawl()
    office.issue_checklists()
    office.return_forms(lambda form: fill_form(form, {}))
    office.triage()
    office.report()
    rows = repr(dump())
    with session_scope() as session:
        assert session.scalars(select(Suspicion)).first() is not None
    leaked = [number for number, secret in enumerate(office.planted.secrets) if secret in rows]
    assert leaked == []


def test_a_wrong_password_is_tried_once_for_all_shares_of_a_server(office: SmallOffice) -> None:
    office.open()
    office.plan()
    office.decide_plan()
    with session_scope() as session:
        shares = crawl.begin_campaign_crawl(session, CAMPAIGN, catalogue=office.rules, at=now.now())
    assert len(shares) > 5
    before = office.samba.login_attempts()
    with pytest.raises(LogonRefused, match="僅嘗試一次"):
        crawl.prove_logons(session_scope, shares, login_for=lambda _: Login("svc-inspection", "not the password"))
    refused = office.samba.login_attempts()[1] - before[1]
    assert refused == 1


def test_one_server_that_refuses_us_is_on_record_and_the_others_are_listed(office: SmallOffice) -> None:
    office.open()
    office.plan()
    office.decide_plan()
    with session_scope() as session:
        shares = crawl.begin_campaign_crawl(session, CAMPAIGN, catalogue=office.rules, at=now.now())
        record = session.get_one(ShareRecord, shares[0])
        record.address = record.address.replace(f"//{office.samba.host}:", "//localhost:")

    def login_for(address: ShareAddress) -> Login:
        return Login(ACCOUNT, "not the password") if address.host == "localhost" else office.login(address)

    refused = crawl.prove_logons(session_scope, shares, login_for=login_for)
    assert refused == [shares[0]]
    with session_scope() as session:
        crawl.set_aside(session, CAMPAIGN, refused)
    with session_scope() as session:
        covered = crawls.share_of(session, crawl.run_id_of(CAMPAIGN), shares[0])
        assert (covered.listed, covered.reason) == (False, ReadReason.ACCESS_DENIED)
    assert crawl.list_campaign_share(session_scope, CAMPAIGN, shares[1], login_for=login_for)


def test_a_password_no_server_takes_is_tried_twice_however_many_servers_there_are(office: SmallOffice) -> None:
    office.open()
    office.plan()
    office.decide_plan()
    with session_scope() as session:
        shares = crawl.begin_campaign_crawl(session, CAMPAIGN, catalogue=office.rules, at=now.now())
        for number, share_id in enumerate(shares):
            record = session.get_one(ShareRecord, share_id)
            record.address = record.address.replace(f"//{office.samba.host}:", f"//{HOSTS[number % len(HOSTS)]}:")
    before = office.samba.login_attempts()
    with pytest.raises(LogonRefused):
        crawl.prove_logons(session_scope, shares, login_for=lambda _: Login(ACCOUNT, "not the password"))
    assert office.samba.login_attempts()[1] - before[1] == 2


def test_an_unreachable_share_leaves_the_others_crawled_and_nothing_closed(office: SmallOffice) -> None:
    office.open()
    office.plan()
    office.decide_plan()
    office.samba.withdraw("工務課")
    with pytest.raises(SourceUnavailable):
        office.crawl()
    with session_scope() as session:
        covered = {one.share_id: one for one in session.scalars(select(CrawlShare))}
    assert covered["U04"].reason is not None
    assert not covered["U04"].complete


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # the campaigns above run on both
@pytest.mark.clause("S4-30")
def test_what_a_unit_mends_after_its_own_look_is_a_merit_and_no_fault(office: SmallOffice) -> None:
    found = self_check(
        session_scope, "U08", account="svc-inspection", login_for=office.login, catalogue=office.rules, at=now.now()
    )
    assert [one.detectors for one in found.files] and found.complete
    assert all("移置" in one.remedies for one in found.files)
    (office.folder / "shares" / "資訊室" / "主機帳密.txt").unlink()
    office.open()
    office.plan()
    office.decide_plan()
    office.crawl()
    with session_scope() as session:
        assert evidence.mended_before(session, CAMPAIGN) == {"U08": 1}
        run = evidence.campaign_run(session, CAMPAIGN)
        assert run is not None
        assert "U08" not in {share.unit_id for _, share, _ in evidence.suspicious_in(session, run.id)}
