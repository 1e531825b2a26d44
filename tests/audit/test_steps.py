"""A state changes by one conditional UPDATE: of two callers one wins, and the other is told."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.paper_office import CAMPAIGN, STAFF, PaperOffice
from inspection import clock as now
from inspection.audit.steps import advance
from inspection.errors import Conflict
from inspection.model import Plan
from inspection.model.lifecycle import STEPS, CampaignState, PlanState, allows
from inspection.store import campaigns, events
from inspection.store.session import session_scope

RACERS = 4


@pytest.fixture
def plan_id(office: PaperOffice) -> str:
    """A plan in draft."""
    office.open()
    return office.draft()


def steps_of(plan_id: str) -> list[tuple[str, str | None, str | None]]:
    """Who moved the plan from where to where."""
    with session_scope() as session:
        found = events.of_subject(session, "plan", plan_id)
        return [(one.actor, one.from_state, one.to_state) for one in found if one.action == "step"]


def test_of_several_callers_at_once_exactly_one_moves_it_and_leaves_one_event(plan_id: str) -> None:
    outcomes: list[str] = []
    ready = threading.Barrier(RACERS)

    def race(number: int) -> None:
        ready.wait()
        try:
            with session_scope() as session:
                advance(
                    session, campaigns.plan(session, plan_id), PlanState.SUBMITTED, actor=f"R{number}", at=now.now()
                )
            outcomes.append(f"R{number}")
        except Conflict:
            outcomes.append("conflict")

    racers = [threading.Thread(target=race, args=(number,)) for number in range(RACERS)]
    for one in racers:
        one.start()
    for one in racers:
        one.join()
    winners = [one for one in outcomes if one != "conflict"]
    assert len(outcomes) == RACERS
    assert len(winners) == 1
    assert steps_of(plan_id) == [(winners[0], "draft", "submitted")]


def test_who_looked_before_another_moved_it_is_told_to_look_again(plan_id: str) -> None:
    with session_scope() as session:
        stale = campaigns.plan(session, plan_id)
        session.expunge(stale)
    with session_scope() as session:
        advance(session, campaigns.plan(session, plan_id), PlanState.SUPERSEDED, actor=STAFF, at=now.now())
    with pytest.raises(Conflict, match="已非「籌備中」，他人已先處理"), session_scope() as session:
        session.add(stale)
        advance(session, stale, PlanState.SUBMITTED, actor="late", at=now.now())
    assert [to for _, _, to in steps_of(plan_id)] == ["superseded"]


def test_a_step_the_lifecycle_does_not_know_is_refused_and_leaves_nothing(plan_id: str) -> None:
    refusal = f"計畫 {CAMPAIGN}:v1 現為「籌備中」，不得改為「已核定」"
    with pytest.raises(Conflict, match=refusal), session_scope() as session:
        advance(session, campaigns.plan(session, plan_id), PlanState.APPROVED, actor=STAFF, at=now.now())
    with session_scope() as session:
        assert session.get_one(Plan, plan_id).state is PlanState.DRAFT
    assert steps_of(plan_id) == []


def test_a_step_undone_by_a_later_fault_leaves_neither_state_nor_event(plan_id: str) -> None:
    with pytest.raises(RuntimeError), session_scope() as session:
        advance(session, campaigns.plan(session, plan_id), PlanState.SUBMITTED, actor=STAFF, at=now.now())
        raise RuntimeError("the power went")
    assert steps_of(plan_id) == []


@given(st.sampled_from(sorted(STEPS, key=lambda kind: kind.__name__)).flatmap(st.sampled_from))
def test_no_lifecycle_steps_onto_itself_or_into_a_word_it_does_not_know(state: PlanState) -> None:
    known = set(type(state))
    assert set(STEPS[type(state)]) == {one.value for one in known}
    assert not allows(state, state)
    assert STEPS[type(state)][state.value] <= {one.value for one in known}


@pytest.mark.clause("S0-07f")
def test_no_campaign_is_inspected_without_having_been_approved() -> None:
    into = {state for state, targets in STEPS[CampaignState].items() if CampaignState.INSPECTING.value in targets}
    # a project whose end was moved goes on, from its closing review: it was approved before that
    assert into == {CampaignState.APPROVED.value, CampaignState.PAUSED.value, CampaignState.REPORTING.value}
    into_reporting = {state for state, targets in STEPS[CampaignState].items() if "reporting" in targets}
    assert not into_reporting & {"draft", "assessed", "planned", "submitted"}
    into_paused = {state for state, targets in STEPS[CampaignState].items() if "paused" in targets}
    assert not into_paused & {"draft", "assessed", "planned", "submitted"}
