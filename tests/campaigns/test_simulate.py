"""A campaign simulated before it starts is the campaign that happens: same mails, same people, same days."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from campaigns.paper_office import CAMPAIGN, CONTACT, HEAD, SOCIAL, STAFF, WORKS, PaperOffice, notices
from conftest import FixedClock
from inspection import clock as now
from inspection.campaigns.open import Wanted, open_campaign
from inspection.campaigns.simulate import Simulation, _ground, compute, simulate
from inspection.cli.main import app
from inspection.errors import NotFound
from inspection.escalation.climb import follow_up
from inspection.escalation.day import day_to_follow
from inspection.model import CalendarDay, Deputy, Event, Record
from inspection.store import campaigns
from inspection.store.session import session_scope

LATE = {"checklist_issued", "checklist_reminder", "escalation_draft_ready"}


def simulated(office: PaperOffice, *, late: bool = False) -> Simulation:
    """The simulation as it is now."""
    with session_scope() as session:
        return simulate(session, CAMPAIGN, catalogue=office.rules, late=late)


def planned(office: PaperOffice) -> PaperOffice:
    """A campaign with a plan nobody has decided on."""
    office.open()
    office.draft()
    return office


def collisions(office: PaperOffice) -> set[tuple[str, str]]:
    """Kind and day of every collision but the calendar's being estimated."""
    return {(one.kind, str(one.on)) for one in simulated(office).collisions if one.kind != "estimated"}


def test_what_is_simulated_is_what_happens_when_nobody_hands_in(office: PaperOffice, clock: FixedClock) -> None:
    planned(office)
    foretold = Counter(
        (mail.on, mail.person_id, mail.kind) for mail in simulated(office, late=True).mails if mail.kind in LATE
    )
    office.submit()
    office.decide()
    office.send_forms()
    day = date(2026, 11, 2)
    while day <= date(2026, 11, 27):
        clock.set(datetime.fromisoformat(f"{day}T08:30:00+08:00") if day.day > 2 else "2026-11-02T09:00:00+08:00")
        with session_scope() as session:
            working = day_to_follow(session, "", at=now.now())
            if working is not None:
                follow_up(session, on=working, catalogue=office.rules, at=now.now())
        day += timedelta(days=1)
    happened = Counter(
        (one.written_at.astimezone(now.zone()).date(), one.person_id, one.kind) for one in notices() if one.kind in LATE
    )
    assert happened == foretold
    assert sum(foretold.values()) > len(CONTACT) * 5


def test_simulating_writes_nothing(office: PaperOffice) -> None:
    planned(office)
    with session_scope() as session:
        before = session.query(Event).count()
    simulated(office)
    with session_scope() as session:
        assert session.query(Event).count() == before
    assert notices() == []


def test_each_leader_has_the_units_and_statements_of_the_plan(office: PaperOffice) -> None:
    planned(office)
    work = simulated(office).workload
    assert sorted(unit for one in work for unit in one.units) == [SOCIAL, WORKS]
    counts = {unit: len(office_items) for unit, office_items in _items(office).items()}
    assert {one.units: one.statements for one in work} == {one.units: sum(counts[u] for u in one.units) for one in work}
    assert {one.working_days for one in work} == {7}  # from the day after 11 November to 20 November
    assert all(one.per_day == round(one.statements / 7, 1) for one in work)


def _items(office: PaperOffice) -> dict[str, list[str]]:
    with session_scope() as session:
        plan = campaigns.latest_plan(session, CAMPAIGN)
        assert plan is not None
        return {unit["id"]: [one["id"] for one in unit["items"]] for unit in plan.content["units"]}


def test_a_closed_day_an_absence_and_a_window_too_short_are_told(office: PaperOffice) -> None:
    with session_scope() as session:
        session.add(
            CalendarDay(
                day=date(2026, 11, 10), source="local", working=False, remark="颱風", document_number="1",
                imported_at=now.now(),
            )
        )  # fmt: skip
        session.add(
            Deputy(
                principal_id=STAFF, deputy_id="P113", valid_from=date(2026, 11, 16), valid_until=date(2026, 11, 17),
                ground="休假",
            )
        )  # fmt: skip
    planned(office)
    assert collisions(office) == {("holiday", "2026-11-10"), ("absent", "2026-11-16")}


def test_a_window_without_a_day_left_for_judging_is_told(office: PaperOffice) -> None:
    office.open(last_day=date(2026, 11, 8))
    office.draft()
    assert collisions(office) == {("closed", "2026-11-08"), ("short", "2026-11-08")}


def test_more_mails_in_a_day_than_one_person_gets_is_told(office: PaperOffice) -> None:
    planned(office)
    with session_scope() as session:
        campaign = campaigns.get(session, CAMPAIGN)
        plan = campaigns.latest_plan(session, CAMPAIGN)
        assert plan is not None
        ground = _ground(session, campaign, plan, office.rules)
    units = [{"id": f"X{number}", "items": []} for number in range(21)]
    crowded = replace(
        ground,
        content={**ground.content, "units": units},
        holders={(role, unit["id"]): (HEAD,) for role, _ in ground.holders for unit in units},  # type: ignore[misc]
    )
    assert {one.kind for one in compute(crowded).collisions} >= {"cap"}
    assert compute(crowded) == compute(crowded)


def test_without_a_plan_there_is_nothing_to_simulate(office: PaperOffice) -> None:
    office.open()
    with pytest.raises(NotFound, match="尚無計畫"):
        simulated(office)


def test_machines_and_people_read_it_on_the_command_line(office: PaperOffice) -> None:
    planned(office)
    told = json.loads(CliRunner().invoke(app, ["campaign", "simulate", CAMPAIGN, "--json"]).stdout)
    assert (told["told_on"], told["checklist_due_on"], told["working_days"]) == ("2026-11-02", "2026-11-11", 15)
    assert {"on": "2026-11-02", "person": CONTACT[WORKS], "mails": 1} in told["mails"]
    shown = CliRunner().invoke(app, ["campaign", "simulate", CAMPAIGN, "--late"])
    assert shown.exit_code == 0
    assert "領組\t單位\t題數\t工作日數\t每日題數\n" in shown.stdout


@pytest.mark.parametrize("kind", ["semiannual", "ad_hoc", "remote_work"])
def test_each_kind_shows_mails_work_and_collisions_and_writes_nothing(office: PaperOffice, kind: str) -> None:
    wanted = Wanted(kind, date(2026, 12, 21), date(2027, 1, 8), STAFF, office.units, CAMPAIGN, False)
    with session_scope() as session:
        open_campaign(session, wanted, catalogue=office.rules, at=now.now())
    office.draft()

    def counted() -> dict[str, int]:
        with session_scope() as session:
            return {
                name: session.execute(select(func.count()).select_from(one)).scalar_one()
                for name, one in Record.metadata.tables.items()
            }

    before = counted()
    found = simulated(office, late=True)
    assert counted() == before
    assert {person for _, person in found.per_person_and_day} >= {CONTACT[SOCIAL], CONTACT[WORKS], HEAD}
    assert sum(one.statements for one in found.workload) > 0
    assert ("holiday", date(2027, 1, 1)) in {(one.kind, one.on) for one in found.collisions}
