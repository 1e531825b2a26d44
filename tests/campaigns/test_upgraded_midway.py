"""An upgrade finds a campaign at a gate and another in a wait: after the migrations both are released as ever, and the
task each is parked at is still there."""

from __future__ import annotations

import re
from datetime import date

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import select

from campaigns.paper_office import CAMPAIGN, STAFF, PaperOffice
from campaigns.test_releases import GATE, Sender
from inspection import clock as now
from inspection.audit import chain
from inspection.audit.steps import advance
from inspection.campaigns import waits
from inspection.campaigns.gates import decided, park, passed, summary
from inspection.model import AirflowGate, AirflowWait
from inspection.model.lifecycle import ChecklistState
from inspection.settings import REPOSITORY
from inspection.store import checklists, migrate
from inspection.store.parked import ParkedGate
from inspection.store.session import dispose_engines, session_scope
from inspection.vocabulary import ApprovalOutcome

SENT = "C-sent"
WAIT = ParkedGate("semiannual_inspection", "another run", "checklists.await_checklists")
# how many migrations an upgrade may bring at once here
NEWEST = 4
# at which tasks a run may be parked when an upgrade comes, by DAG or chapter. Whoever renames or removes one leaves
# runs behind that no code knows: keep the task until those have ended, for a project that may be years
PARKED = {
    "planning": {"planning.await_assessment", "planning.await_contents", "planning.approve_plan"},
    "checklists": {"checklists.await_checklists"},
    "triage": {"triage.await_triage"},
    "reporting": {"reporting.sign_campaign_report", "reporting.sign_unit_reports"},
    "window": {"window.await_window_end"},
    "ad_hoc_inspection": {"await_hour"},
    "project_safeguard": {"await_end", "await_review", "sign_review"},
}


def earlier_revision() -> str:
    """What the head was before the newest migrations."""
    chain_down = ScriptDirectory.from_config(migrate.configuration("sqlite://")).walk_revisions()
    return [one.revision for one in chain_down][NEWEST]


def parked_by_the_version_before(office: PaperOffice) -> None:
    """One campaign before the head's decision, another whose forms are out."""
    office.open()
    office.draft()
    office.submit()
    office.approved_plan(SENT, first_day=date(2026, 12, 1), last_day=date(2026, 12, 18))
    office.send_forms(SENT)
    with session_scope() as session:
        park(session, GATE, "plan", CAMPAIGN)
        assert waits.arrive(session, WAIT, "checklists", SENT, catalogue=office.rules, at=now.now()) != []
        chain.seal(session, at=now.now())


def test_a_gate_and_a_wait_parked_before_an_upgrade_go_on_after_it(office: PaperOffice, database_url: str) -> None:
    parked_by_the_version_before(office)
    dispose_engines()
    command.downgrade(migrate.configuration(database_url), earlier_revision())
    assert migrate.current_revision(database_url)[0] == earlier_revision()
    migrate.upgrade(database_url)
    dispose_engines()

    sender = Sender()
    sender.airflow.parked |= {GATE, WAIT}
    assert sender.rounds(3) == 0, "nothing was decided by the upgrade"
    office.decide()
    with session_scope() as session:
        for one in checklists.of_campaign(session, SENT):
            advance(session, one, ChecklistState.EXEMPT, actor=STAFF, at=now.now(), reason="裁撤")
    assert sender.rounds(3) == 2
    assert set(sender.airflow.answered) == {(GATE.task_id, "核定"), (WAIT.task_id, waits.LOOK_AGAIN)}

    with session_scope() as session:  # what each task asks when it goes on
        assert decided(session, "plan", CAMPAIGN) is ApprovalOutcome.APPROVED
        shown = session.scalars(select(AirflowGate.shown_hash)).one()
        assert park(session, GATE, "plan", CAMPAIGN) == shown, "what the person saw is what was bound"
        assert CAMPAIGN in summary(session, CAMPAIGN, shown)
        passed(session, GATE, at=now.now())
        assert waits.arrive(session, WAIT, "checklists", SENT, catalogue=office.rules, at=now.now()) == []
    assert sender.rounds(3) == 0
    with session_scope(read_only=True) as session:
        assert None not in session.scalars(select(AirflowGate.passed_at)).all()
        assert None not in session.scalars(select(AirflowWait.passed_at)).all()
        assert chain.verify(session, at=now.now()).fault is None


def tasks_of(part: str) -> set[str]:
    """What a DAG or a chapter consists of, as their page says, which the house keeps true."""
    page = (REPOSITORY / "docs" / "generated" / "dags.md").read_text(encoding="utf-8")
    told = next(one for one in re.split(r"^## ", page, flags=re.MULTILINE) if f"`{part}`" in one.splitlines()[0])
    own = REPOSITORY / "dags" / f"{part}.py"
    gates = re.findall(r'task_id="(\w+)"', own.read_text(encoding="utf-8")) if own.exists() else []
    return {*re.findall(r"^\| `([\w.]+)` \|", told, flags=re.MULTILINE), *gates}


@pytest.mark.parametrize("part", PARKED)
def test_each_task_at_which_a_run_may_be_parked_is_still_there(part: str) -> None:
    assert PARKED[part] <= tasks_of(part)
