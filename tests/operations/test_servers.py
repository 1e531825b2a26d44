"""A file server a campaign could not read is told to the operators once, and once more when it was read after all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from campaigns.paper_office import CAMPAIGN, ETHICS_HEAD, STAFF, WORKS, PaperOffice, notices
from conftest import FixedClock
from inspection import clock as now
from inspection.campaigns.cancel import cancel
from inspection.crawling import campaign as crawl
from inspection.crawling.inventory import list_share
from inspection.doctor import CHECKS
from inspection.errors import AccessRefused, SourceUnavailable
from inspection.model import CrawlShard, ShareRecord
from inspection.model.lifecycle import NoticeState, ShardState
from inspection.notices.deliver import deliver_due
from inspection.operations.servers import watch_servers
from inspection.shares.local import LocalShare
from inspection.shares.share import Share
from inspection.store.session import session_scope
from servers.mail import MailServer

FIRST, SECOND, OTHER = "S-first", "S-second", "S-other"
HOST = "FS.shifan.test"


@pytest.fixture
def crawled(office: PaperOffice) -> PaperOffice:
    """A campaign whose crawl was begun: two shares on one server, one on another."""
    with session_scope() as session:
        for one in session.scalars(select(ShareRecord)):
            one.active = False
        for share_id, host in ((FIRST, HOST), (SECOND, HOST.lower()), (OTHER, "other.shifan.test")):
            address = f"//{host}/{share_id}"
            session.add(
                ShareRecord(id=share_id, unit_id=WORKS, name=share_id, address=address, is_common=False, active=True)
            )
    office.approved_plan()
    with session_scope() as session:
        crawl.begin_campaign_crawl(session, CAMPAIGN, catalogue=office.rules, at=now.now())
    return office


def lists(share_id: str, open_it: Callable[[], Share]) -> None:
    try:
        list_share(
            session_scope, crawl.run_id_of(CAMPAIGN), share_id, open_it,
            vault=crawl.vault(), limits=crawl.limits(), mask=str,
        )  # fmt: skip
    except SourceUnavailable:
        return


def off() -> Share:
    raise SourceUnavailable("it does not answer")


def refusing() -> Share:
    raise AccessRefused("not for us")


def watched() -> dict[str, int]:
    with session_scope() as session:
        return watch_servers(session, at=now.now())


def sent(clock: FixedClock, **later: int) -> int:
    clock.set(clock.instant + timedelta(**later))
    return deliver_due(session_scope, at=now.now()).sent


def test_a_server_that_is_off_is_told_once_and_its_end_once(
    crawled: PaperOffice, clock: FixedClock, mail_server: MailServer, tmp_path: Path
) -> None:
    deliver_due(session_scope, at=now.now())  # of the plan
    (tmp_path / "說明.txt").write_text("會議室借用須知", encoding="utf-8")
    lists(OTHER, lambda: LocalShare(tmp_path))
    assert watched() == {"servers_unread": 0, "servers_told": 0}, "not listed yet is not away"
    lists(FIRST, off)
    lists(SECOND, off)
    assert watched() == {"servers_unread": 1, "servers_told": 1}, "one letter for a server, by whatever spelling"
    assert sent(clock, minutes=19) == 0, "it may come back by itself"
    assert sent(clock, minutes=2) == 1
    assert watched()["servers_told"] == 0
    [letter] = notices("server_unread")
    assert letter.person_id == STAFF, "the demo's operator"
    assert HOST.lower() in letter.subject and CAMPAIGN in letter.body and "2處" in letter.body
    assert "沒有回應" in letter.body and FIRST not in letter.body, "the server's name and no share's"
    found = CHECKS["servers"]()
    assert not found.ok and HOST.lower() in found.found

    lists(FIRST, lambda: LocalShare(tmp_path))
    assert watched()["servers_told"] == 0, "one of its shares is not read yet"
    lists(SECOND, lambda: LocalShare(tmp_path))
    assert watched() == {"servers_unread": 0, "servers_told": 0}, "listed, not read"
    with session_scope() as session:
        crawl.finish_campaign_crawl(session, CAMPAIGN, at=now.now())
    assert watched()["servers_unread"] == 2, "the crawl ended and left something at both"
    with session_scope() as session:
        for shard in session.scalars(select(CrawlShard)):
            shard.state = ShardState.DONE
    assert watched() == {"servers_unread": 0, "servers_told": 1}
    assert watched()["servers_told"] == 0
    assert sent(clock, minutes=1) == 1
    [end] = notices("server_read")
    assert (end.person_id, HOST.lower() in end.subject) == (STAFF, True)
    [dropped] = [one for one in notices("server_unread") if "other" in one.key]
    sent(clock, minutes=20)
    assert [one.state for one in notices("server_unread") if one.id == dropped.id] == [NoticeState.CANCELLED]
    assert CHECKS["servers"]().ok


def test_a_refusal_is_told_as_one_and_a_word_nobody_got_is_said_again(
    crawled: PaperOffice, clock: FixedClock, mail_server: MailServer, tmp_path: Path
) -> None:
    deliver_due(session_scope, at=now.now())
    lists(OTHER, off)
    watched()
    lists(OTHER, lambda: LocalShare(tmp_path))  # an empty folder: listed, and nothing left to read
    assert sent(clock, minutes=30) == 0
    assert watched()["servers_told"] == 0, "nobody heard of it, so nobody hears of its end"
    lists(FIRST, refusing)
    assert watched()["servers_told"] == 1
    assert sent(clock, minutes=30) == 1
    assert "拒絕本系統之帳號" in notices("server_unread")[-1].body


def test_of_a_campaign_that_was_cancelled_nothing_is_told(
    crawled: PaperOffice, clock: FixedClock, mail_server: MailServer
) -> None:
    lists(FIRST, off)
    assert watched()["servers_told"] == 1
    with session_scope() as session:
        cancel(session, CAMPAIGN, person_id=ETHICS_HEAD, reason="重新規劃", document_number="115-1", at=now.now())
    sent(clock, hours=1)
    assert [one.state for one in notices("server_unread")] == [NoticeState.CANCELLED]
    assert watched() == {"servers_unread": 0, "servers_told": 0}
