"""Some shares listed in one task: what is away or not to be read now stops none of the others, and is tried again."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from campaigns.paper_office import CAMPAIGN, WORKS, PaperOffice
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.crawling import campaign as crawl
from inspection.crawling.portions import MOST_TASKS
from inspection.errors import ServerLater, ServerQuiet, SourceUnavailable
from inspection.model import CrawlShare, ServerTurn, ShareRecord
from inspection.store.session import session_scope
from inspection.vocabulary import ReadReason

AWAY = "//127.0.0.1:1/dead"
QUIET = "servers: [{id: localhost, quiet: [{from: '08:00', until: '18:00'}]}]\n"


def roster_of(addresses: dict[str, str]) -> None:
    """The roster's only active shares, all of 工務課."""
    with session_scope() as session:
        for one in session.scalars(select(ShareRecord)):
            one.active = False
        session.add_all(
            ShareRecord(id=one, unit_id=WORKS, name=one, address=address, is_common=False, active=True)
            for one, address in addresses.items()
        )


def folder(tmp_path: Path, name: str) -> str:
    """A folder of this machine with one file."""
    made = tmp_path / name
    made.mkdir()
    (made / "須知.txt").write_text("會議室借用須知", encoding="utf-8")
    return str(made)


def begun(office: PaperOffice) -> list[str]:
    """The crawl of an approved plan, begun."""
    office.approved_plan()
    with session_scope() as session:
        return crawl.begin_campaign_crawl(session, CAMPAIGN, catalogue=office.rules, at=now.now())


def list_all(shares: list[str], *, last_try: bool = False) -> list[str]:
    return crawl.list_campaign_portion(session_scope, CAMPAIGN, shares, login_for=lambda _: None, last_try=last_try)


def covered() -> dict[str, tuple[bool, ReadReason | None]]:
    with session_scope(read_only=True) as session:
        return {one.share_id: (one.listed, one.reason) for one in session.scalars(select(CrawlShare))}


@pytest.fixture
def quiet_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server nobody may read by day; nothing answers there."""
    shutil.copytree(settings.get().rules_dir or crawl.SHIPPED, tmp_path / "rules")
    (tmp_path / "rules" / "crawl_limits.yaml").write_text(QUIET, encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(tmp_path / "rules"))
    settings.reset()


def test_what_is_away_or_quiet_stops_none_of_the_others_and_is_tried_again(
    office: PaperOffice, tmp_path: Path, quiet_server: None, clock: FixedClock
) -> None:
    roster_of({
        "A": "//localhost:1/one", "B": AWAY, "C": "//LOCALHOST:1/two", "D": folder(tmp_path, "d"),
    })  # fmt: skip
    shares = begun(office)
    with pytest.raises(ServerQuiet) as raised:  # and not that B is away: this is waited for without spending a try
        list_all(shares)
    assert raised.value.until.astimezone(UTC) == datetime(2026, 11, 2, 10, tzinfo=UTC)
    off = (False, ReadReason.OFFLINE)
    assert covered() == {"A": (False, None), "B": off, "C": (False, None), "D": (True, None)}
    with session_scope(read_only=True) as session:
        assert session.scalars(select(ServerTurn)).all() == [], "nobody waits at a server that is quiet"
    clock.set("2026-11-02T18:30:00+08:00")
    shutil.rmtree(tmp_path / "d")  # what was listed is not asked again
    with pytest.raises(SourceUnavailable) as away:
        list_all(shares)
    assert not isinstance(away.value, ServerLater)
    assert list_all(shares, last_try=True) == shares
    assert covered() == {"A": off, "B": off, "C": off, "D": (True, None)}


def test_of_more_shares_than_airflow_maps_over_each_is_listed_by_some_task(office: PaperOffice) -> None:
    many = {f"S{number:04}": f"//fs{number % 3}.test/s{number}" for number in range(MOST_TASKS + 25)}
    roster_of(many)
    with session_scope(read_only=True) as session:
        found = crawl.portions_to_list(session, list(many))
        assert crawl.portions_to_list(session, ["S0000", "S0003"]) == [["S0000"], ["S0003"]]
    assert len(found) <= MOST_TASKS
    assert sorted(one for portion in found for one in portion) == list(many)
    assert all(len({many[one].split("/")[2] for one in portion}) == 1 for portion in found)
