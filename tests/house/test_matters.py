"""Every kind of matter to be decided stands in the register, whole, and every door fills it before it asks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from campaigns.paper_office import CAMPAIGN, PaperOffice
from house import not_yet
from inspection.approvals import matters
from inspection.approvals.matters import MatterKind
from inspection.campaigns.matters import KINDS
from inspection.errors import BadSource
from inspection.model import AirflowGate
from inspection.rules import catalogue
from inspection.store.session import session_scope

REPOSITORY = Path(__file__).resolve().parents[2]
# rows of chapters to come
LATER = {name.removeprefix("decision:") for name in not_yet.lines() if name.startswith("decision:")}
DOORS = ("inspection.cli.main", "inspection.portal.app", "inspection.doctor")


def rows_of(kind: MatterKind) -> set[str]:
    """The rows of the approval table a kind is decided under, over all kinds of campaign."""
    rules = catalogue.current()
    return (
        {kind.id}
        if kind.document is None
        else {kind.document(one, rules) for one in rules.campaign_kinds.ids(lambda _: True)}
    )


def test_every_row_of_the_approval_table_is_asked_for() -> None:
    asked = set().union(*(rows_of(kind) for kind in KINDS))
    rows = {one.id for one in catalogue.current().approval_table.documents}
    assert rows - asked == LATER
    assert asked <= rows


def test_every_kind_says_how_desk_mails_and_handovers_call_it() -> None:
    wording = catalogue.current().wording
    for kind in KINDS:
        assert kind.short
        assert wording.line(kind.handed, {"campaign": "春安"})
        assert kind.page("X").startswith("/")
    assert len({kind.path for kind in KINDS}) == len({kind.short for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("door", DOORS)
def test_a_door_fills_the_register(door: str) -> None:
    asked = f"import {door}; from inspection.approvals import matters; print(*(one.id for one in matters.kinds()))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [kind.id for kind in KINDS]


def test_a_task_fills_the_register() -> None:
    # what every task runs in; loading Airflow to see it would cost more than all other tests here
    inner = (REPOSITORY / "dags" / "inspection_door.py").read_text("utf-8").partition("def errors_as_airflow_knows")[2]
    assert "import inspection.campaigns.matters" in inner.partition("\ndef ")[0]


def test_two_entries_of_one_kind_are_refused() -> None:
    plan = matters.of("plan")
    matters.enter(plan)  # the same again changes nothing
    other = MatterKind("plan", "計畫", plan.find, plan.newest, plan.decide)
    with pytest.raises(ValueError, match="plan"):
        matters.enter(other)
    assert matters.of("plan") is plan


def test_nothing_starts_with_a_gate_of_a_kind_nobody_entered(office: PaperOffice) -> None:
    office.open()
    with session_scope() as session:
        matters.require_known(session, catalogue.current())
        session.add(AirflowGate(dag_id="d", run_id="r", task_id="t", decides="newer_kind", campaign_id=CAMPAIGN))
        session.flush()
        with pytest.raises(BadSource, match="newer_kind"):
            matters.require_known(session, catalogue.current())


def test_nothing_starts_where_nobody_is_to_decide(office: PaperOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = matters.of("plan")
    monkeypatch.setitem(matters._kinds, "made_up", MatterKind("made_up", "試辦", plan.find, plan.newest, plan.decide))
    with session_scope() as session, pytest.raises(BadSource, match="made_up"):
        matters.require_known(session, catalogue.current())
