"""The visited units are drawn by a seed: its hash in the plan, the seed in the report, and anybody draws them again."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient
from typer.testing import CliRunner

from campaigns.paper_office import CAMPAIGN, CONTACT, DEMO, HEAD, SECOND_STAFF, SOCIAL, STAFF, WORKS, PaperOffice
from conftest import FixedClock
from documents.word import text_of
from inspection import clock as now
from inspection import settings
from inspection.access import sessions
from inspection.checklists import spot_reading
from inspection.checklists.pocket_card import print_pocket_card
from inspection.checklists.visited import add, draw
from inspection.cli.main import app
from inspection.documents.kinds.inspection_record import KIND
from inspection.documents.storage import read_document
from inspection.errors import BadSource, Conflict, NotFound
from inspection.model import Campaign, Document, Event, Report, SpotSample
from inspection.planning import lots
from inspection.planning.draft import draft_plan
from inspection.planning.paper import print_plan
from inspection.portal.app import create_app
from inspection.portal.cookies import session_cookie
from inspection.rules import campaign_kinds
from inspection.store import campaigns, checklists, spot_sample
from inspection.store.session import session_scope

UNITS = ("U01", SOCIAL, "U03", WORKS, "U05")
AFTER_THE_DAY = "2026-11-19T09:00:00+08:00"


@pytest.fixture
def drawing(office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PaperOffice]:
    """An office whose half-yearly inspection visits two of five units; forms are out."""
    folder = tmp_path / "rules"
    shutil.copytree(DEMO / "rules", folder)
    (folder / "campaign_kinds.yaml").write_text("kinds:\n- {id: semiannual, spot_per_hundred: 30}\n", encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(folder))
    settings.reset()
    campaign_kinds.reset()
    own = replace(office, units=UNITS)
    own.approved_plan()
    own.send_forms()
    yield own
    campaign_kinds.reset()


def drawn(office: PaperOffice, by: str = STAFF) -> SpotSample:
    """An officer opens the seed."""
    with session_scope() as session:
        row = draw(session, CAMPAIGN, catalogue=office.rules, person_id=by, at=now.now())
        session.expunge(row)
        return row


def sheets() -> set[str]:
    """The units whose record sheet was printed."""
    with session_scope() as session:
        return {one.subject_id.rpartition(":")[2] for one in session.scalars(select(Document).filter_by(kind=KIND.id))}


def plan_text(office: PaperOffice) -> str:
    """The plan as it is printed."""
    with session_scope() as session:
        return text_of(read_document(print_plan(session, CAMPAIGN, catalogue=office.rules, at=now.now())))


def events(action: str) -> list[Event]:
    """What happened to the sample."""
    with session_scope() as session:
        return list(session.scalars(select(Event).filter_by(subject_kind="spot_sample", action=action)))


def test_the_seed_is_promised_by_its_hash_and_nothing_tells_the_units_before_it_is_opened(
    drawing: PaperOffice, clock: FixedClock
) -> None:
    with session_scope() as session:
        row = session.get_one(SpotSample, CAMPAIGN)
        promised, sealed = row.commitment, row.seed_sealed
        assert (row.seed, row.drawn, row.listed) == (None, None, None)
    assert lots.printed(promised) in plan_text(drawing)
    assert sheets() == set()
    with session_scope() as session:
        form = checklists.get(session, f"{CAMPAIGN}:{WORKS}")
        with pytest.raises(NotFound):
            spot_reading.looked_at(session, form)
        with pytest.raises(NotFound):
            print_pocket_card(session, form, catalogue=drawing.rules, at=now.now())
    with pytest.raises(Conflict):  # forms are awaited, and may still come in time
        drawn(drawing)
    clock.set(AFTER_THE_DAY)
    with session_scope() as session:  # as of an unannounced inspection whose hour is still to come
        session.get_one(Campaign, CAMPAIGN).reveal_at = now.now() + timedelta(hours=1)
    with pytest.raises(Conflict):
        drawn(drawing)
    with session_scope() as session:
        session.get_one(Campaign, CAMPAIGN).reveal_at = None
    for other in (CONTACT[WORKS], CONTACT[SOCIAL]):
        with pytest.raises(NotFound):
            drawn(drawing, other)
    row = drawn(drawing)
    assert row.seed is not None and row.seed.encode() not in sealed
    assert hashlib.sha256(f"{CAMPAIGN}:{row.seed}".encode()).hexdigest() == promised
    assert row.listed == sorted(UNITS)
    lots_of = {unit: hashlib.sha256(f"{row.seed}:{CAMPAIGN}:{unit}".encode()).hexdigest() for unit in UNITS}
    assert row.drawn == sorted(UNITS, key=lots_of.__getitem__)[:2]
    assert sheets() == set(row.drawn)
    again = drawn(drawing, SECOND_STAFF)
    assert (again.drawn, again.opened_by) == (row.drawn, STAFF)
    assert len(events("drawn")) == len(events("seed_made")) == 1
    with session_scope() as session:
        for unit in UNITS:
            if unit in row.drawn:
                assert spot_reading.looked_at(session, checklists.get(session, f"{CAMPAIGN}:{unit}"))
            else:
                with pytest.raises(NotFound):
                    spot_reading.looked_at(session, checklists.get(session, f"{CAMPAIGN}:{unit}"))


def test_a_unit_is_added_with_its_reason_and_the_report_alone_lets_anybody_draw_again(
    drawing: PaperOffice, clock: FixedClock
) -> None:
    def added(unit: str, reason: str) -> bool:
        with session_scope() as session:
            words = {"reason": reason, "catalogue": drawing.rules, "person_id": STAFF, "at": now.now()}
            return add(session, CAMPAIGN, unit, **words)  # type: ignore[arg-type]

    with pytest.raises(Conflict):
        added(WORKS, "上期缺失多")
    clock.set(AFTER_THE_DAY)
    row = drawn(drawing)
    assert row.drawn is not None and row.seed is not None
    left = sorted(set(UNITS) - set(row.drawn))
    for unit, reason, refusal in ((left[0], " ", BadSource), ("U12", "x", BadSource), (row.drawn[0], "x", Conflict)):
        with pytest.raises(refusal):
            added(unit, reason)
    assert added(left[0], "上期缺失多") and not added(left[0], "上期缺失多")
    assert sheets() == {*row.drawn, left[0]}
    [told] = events("added")
    assert (told.actor, told.reason, told.details) == (STAFF, "上期缺失多", {"unit_id": left[0]})
    drawing.compile()
    with session_scope() as session:
        report = session.scalars(select(Report).filter_by(campaign_id=CAMPAIGN, unit_id="")).one()
        printed = text_of(read_document(session.get_one(Document, report.document_id))).replace("\n", "")
    assert f"加列{left[0]}" in printed and "上期缺失多" in printed
    found = re.search(
        r"檢查專案代碼(C-paper)，列籤單位5個：([^。]+)。.*?：([0-9a-f ]{71}).*?：([0-9a-f ]{71}).*?中籤2個：([^。]+)。",
        printed,
    )
    assert found is not None, printed
    campaign, listed, commitment, seed, sample = found.groups()
    ids = "、".join(re.findall(r"U\d\d", sample))
    words = ["--seed", seed, "--sha256", commitment, "--listed", listed, "--drawn"]
    told_true = CliRunner().invoke(app, ["sample", "verify", campaign, *words, ids, "--json"])
    assert told_true.exit_code == 0, told_true.output
    assert set(json.loads(told_true.stdout)["drawn"]) == set(row.drawn)
    chosen = "、".join(left[:2])
    assert CliRunner().invoke(app, ["sample", "verify", campaign, *words, chosen]).exit_code == 1
    words[1] = lots.new_seed()
    assert CliRunner().invoke(app, ["sample", "verify", campaign, *words, ids]).exit_code == 1


def test_the_page_of_the_plan_says_the_hash_a_redraft_keeps_the_seed_and_a_changed_one_opens_nothing(
    drawing: PaperOffice, clock: FixedClock
) -> None:
    with session_scope() as session:
        before = session.get_one(SpotSample, CAMPAIGN).commitment
        secret = sessions.start(session, HEAD, at=now.now())
        plan = campaigns.latest_plan(session, CAMPAIGN)
        assert plan is not None
        path = f"/plans/{plan.id}"
    http = TestClient(create_app(), base_url="http://127.0.0.1:8601", follow_redirects=False)
    http.cookies.set(session_cookie(), secret)
    assert lots.printed(before) in http.get(path).text
    with session_scope() as session:
        draft_plan(session, CAMPAIGN, catalogue=drawing.rules, drafted_by=STAFF, at=now.now())
        row = session.get_one(SpotSample, CAMPAIGN)
        assert row.commitment == before
        row.seed_sealed = row.seed_sealed[:-1] + bytes([row.seed_sealed[-1] ^ 1])
    clock.set(AFTER_THE_DAY)
    with pytest.raises(BadSource):
        drawn(drawing)
    with session_scope() as session:
        assert spot_sample.visited(session, CAMPAIGN) == frozenset()


def test_without_a_share_nothing_is_drawn_promised_or_printed(office: PaperOffice) -> None:
    office.approved_plan()
    office.send_forms()
    assert "抽籤" not in plan_text(office)
    assert sheets() == set(office.units)
    with pytest.raises(Conflict):
        drawn(office)
    with session_scope() as session:
        assert spot_sample.get(session, CAMPAIGN) is None


def test_each_unit_is_as_likely_as_any_other() -> None:
    units = [f"U{number:02}" for number in range(1, 13)]
    counted = Counter(one for number in range(3000) for one in lots.drawn(CAMPAIGN, f"{number:064x}", units, 3))
    expected = 3000 * 3 / 12
    # chi-square with 11 degrees of freedom: 31.3 is passed once in a thousand; the seeds are fixed, so is the outcome
    assert sum((counted[unit] - expected) ** 2 / expected for unit in units) < 31.3
    assert [lots.how_many(units, 30) for units in (1, 3, 10, 11)] == [1, 1, 3, 4]
    assert lots.drawn("C", "s", reversed(units), 4) == lots.drawn("C", "s", units, 4)
