"""Copies of one paper are one row with its places: decided once, and each place keeps its own row and event."""

from __future__ import annotations

from sqlalchemy import select, update

from inspection.model import CrawledFile, Event, Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.store.session import session_scope
from portal.client import visible_text
from portal.conftest import Portal
from portal.test_cases import add_files, entered
from portal.test_cases import inspected as inspected  # noqa: PLC0414 - a fixture

SAME = "c" * 64


def test_copies_are_one_row_and_one_decision(inspected: Portal) -> None:
    add_files(4)
    with session_scope() as session:
        copies = select(CrawledFile.id).where(CrawledFile.path_shown.in_(["檔100", "檔101", "檔102"]))
        session.execute(update(CrawledFile).where(CrawledFile.id.in_(copies)).values(content_key=SAME))
        ids = [str(one) for one in session.scalars(select(Suspicion.id).where(Suspicion.crawled_file_id.in_(copies)))]
    officer = entered(inspected, "ethics")
    officer.get("/suspicions/U04")
    text = visible_text(officer.page)
    assert "同一文件之副本或版本，計3處" in text
    assert all(name in text for name in ("檔100", "檔101", "檔102", "檔103"))
    told = "the copies, the fourth, the one of before, and the statement it speaks against"
    assert officer.page.count('name="suspicion"') == 4, told
    row = ",".join(ids)
    assert f'value="{row}"' in officer.page
    form = {"suspicion": row, "outcome": "dismissed", "reason": "公開底稿", "severity": "", "ground": "public"}
    assert officer.send("/suspicions/U04", form).status_code == 303
    with session_scope() as session:
        states = session.scalars(select(Suspicion.state).where(Suspicion.id.in_([int(one) for one in ids])))
        assert set(states) == {SuspicionState.DISMISSED}
        steps = select(Event.subject_id).where(Event.subject_kind == "suspicion", Event.action == "step")
        assert sorted(session.scalars(steps.where(Event.to_state == "dismissed"))) == sorted(ids)
    officer.get("/suspicions/U04")
    assert officer.page.count('name="suspicion"') == 3


def test_a_row_with_a_place_somebody_decided_meanwhile_is_refused_whole(inspected: Portal) -> None:
    ids = add_files(2)
    officer = entered(inspected, "ethics")
    officer.get("/suspicions/U04")
    form = {
        "suspicion": f"{ids[0]},999999", "outcome": "dismissed", "reason": "公開", "severity": "", "ground": "public",
    }  # fmt: skip
    assert officer.send("/suspicions/U04", form).status_code == 422
    with session_scope() as session:
        assert session.get_one(Suspicion, ids[0]).state is SuspicionState.OPEN
