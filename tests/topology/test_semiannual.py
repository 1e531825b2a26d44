"""A semiannual campaign through the installation, one file server of two being off, a gate answered by each door."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from demo.story import Story
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from inspection.model import Approval, CrawledFile, CrawlShare, Document, Notice
from inspection.model.lifecycle import ApprovalState, NoticeState
from inspection.vocabulary import ReadReason
from topology import walk
from topology.agency import ETHICS, ETHICS_HEAD, ETHICS_UNIT, HEAD, ON_DEAD, UNITS
from topology.installation import ELSEWHERE, Installation

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; as root it needs --no-sandbox."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--lang=zh-TW"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def rows(office: Installation) -> Iterator[Session]:
    """The domain database, as somebody sees it who compares rows."""
    engine = create_engine(office.database())
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture(scope="module")
def people(office: Installation) -> walk.Office:
    """The office after the first steps of the installation page."""
    return walk.first_steps(office)


@pytest.fixture(scope="module")
def told(people: walk.Office, chromium: Browser) -> Story:
    """The campaign, told to its end."""
    story = walk.campaign_story(people)
    walk.whole(story, people, chromium)
    return story


def test_the_doctor_finds_amiss_only_what_is(people: walk.Office) -> None:
    def looks(look: Callable[[], str]) -> str:
        for _ in range(3):  # an answer may come late where the machine is busy
            said = look()
            amiss = [line.split("\t")[0] for line in said.splitlines() if line.split("\t")[1:2] == ["否"]]
            if amiss == ["分享區", "備份"]:
                return said
        raise AssertionError(said)

    inside = people.installation.within
    by_hand = looks(lambda: people.inspection("doctor", allowed=(0, 1)))
    in_worker = looks(lambda: inside("worker", "inspection", "doctor", allowed=(0, 1)))
    assert all("172.30.87.250:1445" in one for one in (by_hand, in_worker))


def test_each_gate_was_answered_by_its_door(told: Story, rows: Session) -> None:
    decided = {one.subject_kind: one for one in rows.scalars(select(Approval))}
    assert {one.state for one in decided.values()} == {ApprovalState.APPROVED}
    assert {name: one.decided_by for name, one in decided.items()} == {
        "plan": HEAD, "campaign_report": HEAD, "unit_report": ETHICS_HEAD,
    }  # fmt: skip


def test_the_server_that_is_off_is_on_record_and_the_others_are_read(told: Story, rows: Session) -> None:
    shares = {one.share_id: one for one in rows.scalars(select(CrawlShare))}
    assert set(shares) == set(UNITS)
    assert (shares[ON_DEAD].listed, shares[ON_DEAD].reason) == (False, ReadReason.OFFLINE)
    # what the ethics office keeps of its informants is read by no crawl
    assert shares[ETHICS_UNIT].reason is ReadReason.EXCLUDED
    others = set(UNITS) - {ON_DEAD, ETHICS_UNIT}
    assert {one for one, share in shares.items() if share.complete} == others
    assert {one.share_id for one in rows.scalars(select(CrawledFile))} == others
    with told.at_portal(ETHICS) as visitor:
        assert "未完整" in visitor.go(f"/progress/{told.campaign_id}")
    tries = [one for one in told.api.task_instances(walk.SEMIANNUAL, told.run_id) if one.task_id == "crawl.list_share"]
    assert sorted(one.try_number for one in tries) == [1, 1, 1, 6]


def test_both_machines_work_and_what_needs_the_offices_folder_is_done_where_it_is(
    told: Story, office: Installation, rows: Session
) -> None:
    for name in ("worker", ELSEWHERE):
        said = office.machine.containers[name].log.read_text(encoding="utf-8", errors="replace")
        assert re.search(r"Task .*succeeded", said), name
    kept = {one.name for one in office.machine.volume("inspection-home").rglob("documents/*/*")}
    assert set(rows.scalars(select(Document.id))) <= kept
    assert list(office.machine.volume("inspection-home", "-elsewhere").rglob("documents/*/*")) == []


def test_no_letter_was_lost(told: Story, rows: Session, people: walk.Office) -> None:
    states = {one.id: one.state for one in rows.scalars(select(Notice))}
    assert set(states.values()) <= {NoticeState.SENT, NoticeState.CANCELLED, NoticeState.PENDING}
    ids = [str(one.message["Message-ID"]) for one in people.mail.all()]
    assert len(ids) == len(set(ids)), "the mail server took a letter twice"
