"""What was declared beside what was found, over a campaign: the one reckoning, for who judges alone."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from conftest import FixedClock
from inspection.rules import catalogue
from inspection.store.comparison import Compared, compared
from inspection.store.session import session_scope
from inspection.vocabulary import CrossChecked
from portal import story
from portal.client import visible_text
from portal.conftest import Portal
from portal.snapshots import restore
from portal.test_checklists import entered
from portal.test_progress import PAGE as PROGRESS
from portal.test_progress import inspected
from servers.mail import MailServer

__all__ = ["inspected"]
PAGE = f"/campaigns/{story.CAMPAIGN}/cross-checks"
WORDS = {
    CrossChecked.AGREES: "相符", CrossChecked.DISAGREES: "不符", CrossChecked.UNDETERMINED: "無法判定",
    CrossChecked.NOT_CHECKED: "未檢",
}  # fmt: skip


def told() -> dict[str, Compared]:
    """The reckoning, without the ethics office's own unit."""
    with session_scope() as session:
        found = compared(session, story.CAMPAIGN, catalogue.current())
    return {unit: one for unit, one in found.items() if unit != "U11"}


def test_the_four_outcomes_stand_by_statement_and_by_unit(inspected: Portal) -> None:
    officer = entered(inspected, "ethics")
    officer.get(PROGRESS)
    assert f'href="{PAGE}"' in officer.page
    officer.get(PAGE)
    text, units = visible_text(officer.page), told()
    sums = Counter(outcome for one in units.values() for outcome in one.outcomes.values())
    assert sums[CrossChecked.DISAGREES]
    for outcome, word in WORDS.items():
        assert f"{word}{sums[outcome]}" in text, word
    verified, comparable = (
        sum(one) for one in zip(*((c.verified, len(c.comparable)) for c in units.values()), strict=True)
    )
    assert f"經查證相符{verified}／可比對{comparable}項" in text
    by_item = officer.page.partition('id="items"')[2].partition('id="units"')[0]
    rows = {code: row for row in by_item.split("<tr")[2:] for code in re.findall(r'raw">([A-Z]{3}-\d+)<', row)}
    assert rows.keys() == {item for one in units.values() for item in one.outcomes}
    for item, row in rows.items():
        counted = [found.strip() for found in re.findall(r'class="num"[^>]*>(?:<b[^>]*>)?([^<]*)<', row)]
        of_item = Counter(one.outcomes[item] for one in units.values() if item in one.outcomes)
        assert counted == [str(of_item[outcome] or "—") for outcome in WORDS], item
    assert "（疑似）" in text
    assert not any(place.rpartition("/")[2] in text for _, place, *_ in story.FOUND), "no file is named"
    reserved = [
        item
        for one in units.values()
        for item, outcome in one.outcomes.items()
        if outcome is CrossChecked.DISAGREES and one.is_reserved(item, catalogue.current())
    ]
    assert text.count("，限指定之人員知悉）") == len(reserved) > 0


def test_nobody_else_is_shown_it_and_the_own_unit_is_left_to_others(
    home: Path, clock: FixedClock, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore("issued", home, monkeypatch)
    clock.set("2026-11-23T09:10:00+08:00")
    portal = Portal(mail_server)
    for person in ("mayor", "secretary", "inspector", "works"):
        browser = entered(portal, person)
        assert browser.get(PAGE).status_code in {403, 404}
        assert f'href="{PAGE}"' not in browser.get(PROGRESS).text
    officer = entered(portal, "ethics")
    officer.get(PAGE)
    assert "政風室由檢查計畫指定之政風室以外人員判定，不列於此" in visible_text(officer.page)
    assert f"/checklists/{story.CAMPAIGN}:U11" not in officer.page


def test_before_anything_came_back_the_page_says_so(sent_here: Portal) -> None:
    officer = entered(sent_here, "ethics")
    officer.get(PAGE)
    assert "目前沒有可比對之項次" in visible_text(officer.page)
