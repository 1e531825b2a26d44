"""Rows about the installation itself go after a quarter; what anything rests on stays however old it is."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection import clock as now
from inspection.model import DailyCount, Event, PortalSession, SignInCode, StageRun
from inspection.operations.tidying import KEPT, tidy
from inspection.store import runs
from inspection.store.runs import note
from portal.small_office import MORNING, settle

REPOSITORY = Path(__file__).resolve().parents[2]


def test_only_what_nothing_rests_on_goes_and_only_after_a_quarter(session: Session) -> None:
    settle(session)
    session.flush()
    at = now.now()
    old, young = at - KEPT - timedelta(days=1), at - KEPT + timedelta(days=1)
    for when in (old, young):
        for stage, campaign in (("drain_outbox", None), ("assess", "C1")):
            note(session, stage=stage, campaign_id=campaign, door="dag", counts={}, at=when)
        session.add(
            SignInCode(
                id=f"code-{when:%d%m}",
                person_id="works",
                code_hash="0" * 64,
                made_at=when,
                expires_at=when,
                tries_left=1,
            )
        )
        session.add(
            PortalSession(
                token_hash=f"{when:%d%m}" * 16, person_id="works", started_at=when, expires_at=when, proven_at=when
            )
        )
        session.add(DailyCount(person_id="works", on=now.local_date(when), sent=2))
    note(session, stage="rested", campaign_id=None, door="dag", counts={}, at=old)
    session.flush()
    assert tidy(session, at=at) == {"runs_forgotten": 1, "sign_ins_forgotten": 2, "counts_forgotten": 1}
    assert set(tidy(session, at=at).values()) == {0}
    left = session.scalars(select(StageRun).order_by(StageRun.id)).all()
    assert [(one.stage, one.started_at) for one in left] == [
        ("assess", old), ("drain_outbox", young), ("assess", young), ("rested", old),
    ]  # fmt: skip
    # how long a stage has rested is still known
    assert runs.last_of(session, ["rested"]) == {"rested": old}
    assert [one.expires_at for one in session.scalars(select(SignInCode))] == [young]
    assert [one.expires_at for one in session.scalars(select(PortalSession))] == [young]


def test_the_record_of_what_people_did_is_not_touched(session: Session) -> None:
    settle(session)
    session.add(
        Event(
            at=MORNING - timedelta(days=3000),
            actor="ethics",
            subject_kind="campaign",
            subject_id="C1",
            action="x",
            details={},
        )
    )
    session.flush()
    tidy(session, at=now.now())
    assert session.scalars(select(Event)).one().actor == "ethics"


def test_the_manual_cleans_airflow_of_everything_but_campaigns() -> None:
    """Airflow would delete a run by the day it began, though it still waits for people."""
    manual = (REPOSITORY / "docs" / "manual" / "操作手冊.md").read_text(encoding="utf-8")
    told = re.search(r"airflow db clean .*--tables (\S+) --exclude-dag-ids (\S+)", manual)
    assert told is not None
    sources = {path.stem: path.read_text(encoding="utf-8") for path in (REPOSITORY / "dags").glob("*.py")}
    opening = {name for name, source in sources.items() if re.search(r"^def open_(campaign|project)\(", source, re.M)}
    assert set(told[2].split(",")) == opening
    assert "trigger" not in told[1].split(","), "a parked run hangs on its trigger"
