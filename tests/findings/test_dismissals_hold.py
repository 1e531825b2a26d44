"""What a person dismissed is not asked about again while its content is the same; anything else is looked at anew."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import event, text, update

from campaigns.office import CAMPAIGN as FIRST
from campaigns.office import small_office
from campaigns.paper_office import CAMPAIGN, ETHICS, SECOND_STAFF, SOCIAL, WORKS, PaperOffice
from conftest import FixedClock
from crawling.papers import docx, roster_text, zipped
from findings.crawled import Seen, counted, crawl, drawn
from findings.test_triage import crawled
from inspection import clock as now
from inspection.findings.triage import Verdict, triage
from inspection.model import Campaign, Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.store import findings, migrate
from inspection.store.session import dispose_engines, engine_for, session_scope
from inspection.vocabulary import TriageOutcome
from inspection.vocabulary import Verdict as Judged

SECOND, THIRD, SECOND_ROUND = "C-second", "C-third", "C-next"
DISMISSED, OPEN = SuspicionState.DISMISSED, SuspicionState.OPEN
PLAIN = Seen("收發/名冊.txt", "某名冊")
SHARE_OF_ETHICS, SHARE_OF_SOCIAL = ETHICS, SOCIAL


@pytest.fixture
def office(office: PaperOffice) -> PaperOffice:
    """Three campaigns, one half-year after the other."""
    for campaign_id, first in ((CAMPAIGN, date(2026, 11, 2)), (SECOND, date(2027, 3, 1)), (THIRD, date(2027, 9, 6))):
        office.open(campaign_id, first_day=first, last_day=first + timedelta(days=18))
    return office


def decide(paths: list[str], outcome: TriageOutcome, *, campaign_id: str = CAMPAIGN, ground: str = "other") -> None:
    """An officer decides on files of a campaign."""
    with session_scope() as session:
        ids = [one.id for path, one in drawn(campaign_id).items() if path in paths]
        verdict = Verdict(outcome, SECOND_STAFF, "已開啟檔案核對", ground=ground)
        triage(session, ids, verdict, catalogue=PaperOffice().rules, at=now.now())


def after(office: PaperOffice, then: Seen, later: Seen, *, ground: str = "other") -> SuspicionState:
    """What becomes of a file in the second campaign that was dismissed as it was in the first."""
    crawl(CAMPAIGN, [then])
    office.suspect(CAMPAIGN)
    decide([then.path], TriageOutcome.DISMISSED, ground=ground)
    crawl(SECOND, [later])
    office.suspect(SECOND)
    (one,) = drawn(SECOND).values()
    first = drawn(CAMPAIGN)[then.path]
    took_over = (one.decided_by, one.decided_reason, one.decided_at, one.ground)
    if one.state is DISMISSED:
        assert took_over == (first.decided_by, first.decided_reason, first.decided_at, first.ground)
    else:
        assert took_over == (None, None, None, None)
    return one.state


@pytest.mark.parametrize(
    ("then", "later", "ground", "state"),
    [
        (PLAIN, replace(PLAIN, path="收發/名冊_最終版.txt"), "other", DISMISSED),
        (PLAIN, replace(PLAIN, path="舊檔/114/名冊.txt"), "not_sensitive", DISMISSED),
        (PLAIN, replace(PLAIN, share=SHARE_OF_SOCIAL), "public", DISMISSED),
        (PLAIN, replace(PLAIN, content="改過的名冊"), "other", OPEN),
        (PLAIN, replace(PLAIN, path="改名.txt", content="改過的名冊"), "other", OPEN),
        # a name gives fewer grounds, or more
        (replace(PLAIN, detectors=("PII-NID", "TOP-HR")), replace(PLAIN, path="清單.txt"), "other", DISMISSED),
        (PLAIN, replace(PLAIN, path="考績.txt", detectors=("PII-NID", "TOP-HR")), "other", OPEN),
        # a mark that became wrong by itself, as its day passed
        (
            replace(PLAIN, verdict=Judged.DEFECTIVE_MARK, defects=("D02",)),
            replace(PLAIN, verdict=Judged.DEFECTIVE_MARK, defects=("D02",), path="改名.txt"),
            "other",
            DISMISSED,
        ),
        (
            replace(PLAIN, verdict=Judged.DEFECTIVE_MARK, defects=("D02",)),
            replace(PLAIN, verdict=Judged.DEFECTIVE_MARK, defects=("D02", "D05")),
            "other",
            OPEN,
        ),
        (PLAIN, replace(PLAIN, verdict=Judged.DEFECTIVE_MARK, defects=("D02",)), "other", OPEN),
        # protected where it lay: not on another share, nor once others may read it
        (PLAIN, replace(PLAIN, path="改名.txt"), "protected", DISMISSED),
        (PLAIN, replace(PLAIN, share=SHARE_OF_SOCIAL), "protected", OPEN),
        (PLAIN, replace(PLAIN, broad_readers=("Everyone",)), "protected", OPEN),
        (PLAIN, replace(PLAIN, broad_readers=("Everyone",)), "public", DISMISSED),
        # without a hash the same place, size and time stand for it
        (replace(PLAIN, content=None), replace(PLAIN, content=None), "other", DISMISSED),
        (replace(PLAIN, content=None), replace(PLAIN, content=None, minutes=5), "other", OPEN),
        (replace(PLAIN, content=None), replace(PLAIN, content=None, size=2), "other", OPEN),
        # nobody decides on the own unit, not even by a decision on another one's file
        (PLAIN, replace(PLAIN, share=SHARE_OF_ETHICS), "public", OPEN),
    ],
)  # fmt: skip
def test_a_dismissal_holds_for_the_same_content_suspected_of_no_more(
    office: PaperOffice, then: Seen, later: Seen, ground: str, state: SuspicionState
) -> None:
    assert after(office, then, later, ground=ground) is state


def test_copies_of_what_was_dismissed_are_dismissed_with_it_and_so_is_what_comes_late(office: PaperOffice) -> None:
    crawl(CAMPAIGN, [PLAIN])
    office.suspect(CAMPAIGN)
    decide([PLAIN.path], TriageOutcome.DISMISSED)
    crawl(SECOND, [PLAIN, replace(PLAIN, path="副本/名冊.txt"), replace(PLAIN, path="別的.txt", content="別的")])
    office.suspect(SECOND)
    assert {path: one.state for path, one in drawn(SECOND).items()} == {
        PLAIN.path: DISMISSED, "副本/名冊.txt": DISMISSED, "別的.txt": OPEN,
    }  # fmt: skip


def test_the_newest_decision_on_a_content_counts(office: PaperOffice, clock: FixedClock) -> None:
    elsewhere = replace(PLAIN, path="副本/名冊.txt", broad_readers=("Everyone",))
    crawl(CAMPAIGN, [PLAIN])
    office.suspect(CAMPAIGN)
    decide([PLAIN.path], TriageOutcome.DISMISSED, ground="protected")
    clock.set("2027-03-01T09:00:00+08:00")
    crawl(SECOND, [PLAIN, elsewhere])
    office.suspect(SECOND)
    assert {path: one.state for path, one in drawn(SECOND).items()} == {PLAIN.path: DISMISSED, elsewhere.path: OPEN}
    decide([elsewhere.path], TriageOutcome.CONFIRMED, campaign_id=SECOND)
    clock.set("2027-09-06T09:00:00+08:00")
    crawl(THIRD, [PLAIN])
    office.suspect(THIRD)
    assert drawn(THIRD)[PLAIN.path].state is OPEN


def test_what_was_taken_over_holds_on_by_the_grounds_the_person_saw(office: PaperOffice) -> None:
    """Renamed to a name that tells less, and back: nothing more is suspected than was seen then."""
    told = replace(PLAIN, detectors=("PII-NID", "TOP-HR"), path="考績名冊.txt")
    assert after(office, told, PLAIN) is DISMISSED
    crawl(THIRD, [told])
    office.suspect(THIRD)
    assert drawn(THIRD)[told.path].state is DISMISSED


def test_a_decision_within_a_project_holds_in_the_project_alone(office: PaperOffice) -> None:
    """Its reason is for those in it; so is that there is something to decide on."""
    crawl(CAMPAIGN, [PLAIN])
    office.suspect(CAMPAIGN)
    decide([PLAIN.path], TriageOutcome.DISMISSED)
    with session_scope() as session:
        session.execute(update(Campaign).where(Campaign.id == CAMPAIGN).values(kind="project"))
    crawl(SECOND, [PLAIN])
    office.suspect(SECOND)
    assert drawn(SECOND)[PLAIN.path].state is OPEN


# ------------------------------------------------------------------------------------------------ how much it costs


def test_a_thousand_files_take_three_statements(office: PaperOffice) -> None:
    taken = []
    for campaign_id, thousands in ((CAMPAIGN, 1), (SECOND, 3)):
        crawl(campaign_id, [replace(PLAIN, path=f"{one}.txt", content=f"內容{one}") for one in range(thousands * 1000)])
        with counted() as sent:
            office.suspect(campaign_id)
        assert len(drawn(campaign_id)) == thousands * 1000
        taken.append(len(sent))
    assert taken[1] - taken[0] == 2 * 3
    rest = "the rest does not grow: crawl, projects, checklists and what contradicts them, clues, campaign and event"
    assert taken[0] <= 3 + 17, rest


def test_what_earlier_campaigns_dismissed_is_found_by_an_index(office: PaperOffice) -> None:
    """However many there were: the lookup of a batch touches the rows of its own contents alone."""
    crawl(CAMPAIGN, [replace(PLAIN, path=f"{one}.txt", content=f"內容{one}") for one in range(3000)])
    office.suspect(CAMPAIGN)
    with session_scope() as session:
        session.execute(update(Suspicion).values(state=DISMISSED, decided_by=SECOND_STAFF, decided_at=now.now()))
        session.execute(text("ANALYZE"))
    asked: list[tuple[str, object]] = []

    def note(*told: object) -> None:
        if "row_number()" in str(told[2]):
            asked.append((str(told[2]), told[3]))

    event.listen(engine_for(), "before_cursor_execute", note)
    with session_scope() as session:
        findings.decided_of(session, {f"{one:064}" for one in range(10)}, campaign_id=CAMPAIGN)
    event.remove(engine_for(), "before_cursor_execute", note)
    ((statement, values),) = asked
    with session_scope() as session:
        connection = session.connection()
        sqlite = connection.dialect.name == "sqlite"
        plan = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{statement}", values)
        assert "ix_suspicion_likeness" in str(plan.all())


# ------------------------------------------------------------------------------------------------ real files


def test_files_renamed_and_folders_moved_on_a_server_stay_dismissed_and_changed_ones_come_back(
    office: PaperOffice, clock: FixedClock, tmp_path: Path
) -> None:
    """Among them one that is read in pieces (1 MiB and more) and one inside an archive."""
    office = PaperOffice(units=(SOCIAL, WORKS))
    with small_office(tmp_path, units=office.units) as served:
        works = served.folder / "shares" / "工務課"
        (works / "圖說").mkdir()
        (works / "圖說" / "名冊附圖.docx").write_bytes(docx(*_roster(), picture_bytes=2 << 20))
        (works / "圖說" / "附件.zip").write_bytes(zipped(inner=docx(*_roster())))
        office.approved_plan(FIRST)
        before = crawled(office, FIRST)
        assert len(before) >= 5
        office.triage([one.id for one in before], TriageOutcome.DISMISSED, reason="均為公開底稿")
        clock.set("2027-03-01T09:00:00+08:00")
        for moved in [path for path in (served.folder / "shares").rglob("*") if path.is_file()]:
            moved.rename(moved.with_name(f"改{moved.name}"))
        (works / "圖說").rename(works / "舊圖")
        changed = works / "舊圖" / "改附件.zip"
        changed.write_bytes(zipped(inner=docx(*_roster(), "另有異動。")))
        office.approved_plan(SECOND_ROUND, first_day=date(2027, 3, 1), last_day=date(2027, 3, 19))
        again = crawled(office, SECOND_ROUND)
    assert len(again) == len(before)
    assert sorted(one.state for one in again) == sorted([DISMISSED] * (len(before) - 1) + [OPEN])
    assert {(one.decided_by, one.decided_reason) for one in again if one.state is DISMISSED} == {
        (SECOND_STAFF, "均為公開底稿")
    }


def _roster() -> list[str]:
    return roster_text(random.Random())[0].splitlines()


# ------------------------------------------------------------------------------------------------ rows there are


def test_rows_of_before_get_what_tells_their_content(office: PaperOffice, database_url: str) -> None:
    crawl(CAMPAIGN, [PLAIN, replace(PLAIN, path="無雜湊.txt", content=None)])
    office.suspect(CAMPAIGN)
    before = {path: one.likeness for path, one in drawn(CAMPAIGN).items()}
    assert all(before.values())
    dispose_engines()
    command.downgrade(migrate.configuration(database_url), "0010")
    migrate.upgrade(database_url)
    assert {path: one.likeness for path, one in drawn(CAMPAIGN).items()} == before
