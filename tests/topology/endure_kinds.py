"""`make endurance`: the five kinds of campaign beside the semiannual one, through one installation and at once.

One file server of two is off. Each is opened as an agency opens it, its gates are answered by different doors, and it
ends where its DAG ends.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from inspection.model import Approval, Campaign, CrawledFile, CrawlRun, CrawlShare, Notice, SpringCampaign
from inspection.model.lifecycle import ApprovalState, CampaignState, CrawlState, NoticeState
from inspection.vocabulary import ReadReason
from topology import walk
from topology.agency import ON_DEAD
from topology.installation import Installation
from topology.kinds import AD_HOC, DECIDERS, DOORS, PROJECT, SPRING, Kinds

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; as root it needs --no-sandbox."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--lang=zh-TW"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def walked(office: Installation, chromium: Browser) -> Kinds:
    """All five, told to their ends."""
    kinds = Kinds(walk.first_steps(office), chromium)
    kinds.walk()
    return kinds


@pytest.fixture(scope="module")
def rows(office: Installation) -> Iterator[Session]:
    """The domain database, as somebody sees it who compares rows."""
    engine = create_engine(office.database())
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_each_kind_ends_where_its_dag_ends(walked: Kinds, rows: Session) -> None:
    campaigns = {one.kind: one for one in rows.scalars(select(Campaign))}
    assert {kind: one.id for kind, one in campaigns.items()} == {k: s.campaign_id for k, s in walked.stories.items()}
    assert {one.state for one in campaigns.values()} == {CampaignState.FOLLOWING_UP}
    spring = rows.get_one(SpringCampaign, campaigns[SPRING].id)
    assert spring.figures is not None and spring.figures["shifts"] == 1


def test_each_gate_was_answered_by_its_door_and_by_who_may(walked: Kinds, rows: Session) -> None:
    found = {}
    for kind, story in walked.stories.items():
        for one in rows.scalars(select(Approval).where(Approval.subject_id.startswith(story.campaign_id))):
            assert one.state is ApprovalState.APPROVED
            found[kind, one.subject_kind] = (one.decided_by, one.route)
    wanted = {
        (kind, matter): (DECIDERS[matter], door) for kind, doors in DOORS.items() for matter, door in doors.items()
    }
    assert found == wanted


def test_the_server_that_is_off_is_on_record_and_the_others_are_read(walked: Kinds, rows: Session) -> None:
    runs = {one.campaign_id: one for one in rows.scalars(select(CrawlRun))}
    asked_everybody = {walked.stories[kind].campaign_id for kind in (AD_HOC, SPRING)}
    for campaign_id, run in runs.items():
        whole = campaign_id not in asked_everybody
        assert run.state is (CrawlState.COMPLETE if whole else CrawlState.INCOMPLETE), campaign_id
        shares = {one.share_id: one for one in rows.scalars(select(CrawlShare).where(CrawlShare.run_id == run.id))}
        if not whole:
            assert (shares[ON_DEAD].listed, shares[ON_DEAD].reason) == (False, ReadReason.OFFLINE)
        read = set(rows.scalars(select(CrawledFile.share_id).where(CrawledFile.run_id == run.id)))
        assert read == {name for name, one in shares.items() if one.complete} != set()
    assert set(runs) == {one.campaign_id for one in walked.stories.values()}


def test_of_a_project_nobody_hears_who_is_not_in_it(walked: Kinds, rows: Session) -> None:
    project = walked.stories[PROJECT].campaign_id
    told = set(rows.scalars(select(Notice.person_id).where(Notice.campaign_id == project)))
    assert told <= {"P042", "P112", "P111", "P01"}, told


def test_no_letter_was_lost(walked: Kinds, rows: Session) -> None:
    states = {one.state for one in rows.scalars(select(Notice))}
    assert states <= {NoticeState.SENT, NoticeState.CANCELLED, NoticeState.PENDING}
    ids = [str(one.message["Message-ID"]) for one in walked.office.mail.all()]
    assert len(ids) == len(set(ids)), "the mail server took a letter twice"


def test_the_doctor_finds_amiss_only_what_is(walked: Kinds) -> None:
    said = walked.office.inspection("doctor", allowed=(0, 1))
    amiss = [line.split("\t")[0] for line in said.splitlines() if line.split("\t")[1:2] == ["否"]]
    assert amiss == ["分享區", "清查之伺服器", "備份"], said
