"""What happens when a plan comes back: a bare return is refused, a cleared draft is laid before the head again, and an
answer to the version before counts for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo.office import HEAD, OPERATOR, SERVICE, opened_office
from demo.people import inspection
from demo.story import CAMPAIGN_DAG, ETHICS, Story, begin
from demo.telling import Teller
from sqlalchemy import select

from inspection.documents.paper_code import short_code
from inspection.model import Approval, Notice, Plan
from inspection.model.lifecycle import ApprovalState, PlanState
from inspection.store import approvals
from inspection.store.session import session_scope

pytestmark = [pytest.mark.slow, pytest.mark.airflow, pytest.mark.timeout(3000)]
GATE = "planning.approve_plan"
PURPOSE = "依本期狀況研判所列情形，實施公務機密維護檢查，確認各單位公文、檔案及網路分享區之保管符合規定。"


def test_a_plan_returned_in_airflow_is_drafted_anew_and_approved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("INSPECTION_HOME", "INSPECTION_SECRET_KEY"):  # the office sets the environment; give it back after
        monkeypatch.setenv(name, "")
    with opened_office(tmp_path / "home", begins="2026-11-02T09:00:00+08:00") as office:
        story = Story(office, Teller())
        begin(story)
        head = office.airflow.api(HEAD)
        head.answer(story.gate(GATE), "退回", {"remark": "", "decided_on": "", "document_number": ""})
        story.wait(lambda: retried(story), "the bare return to be refused and asked again")
        with session_scope() as session:
            assert session.scalars(select(Approval.state)).all() == [ApprovalState.PENDING]
        answer = {"remark": "請補充狀況研判", "decided_on": "2026-11-03", "document_number": ""}
        head.answer(story.gate(GATE), "退回", answer)
        story.reached("plan_returned")
        assert story.state("begin_inspection") == "skipped"
        purpose = tmp_path / "purpose.txt"
        purpose.write_text(PURPOSE, encoding="utf-8")
        inspection("plan", "edit", story.campaign_id, "purpose", "--text", str(purpose), "--as", ETHICS)
        office.airflow.api(OPERATOR).clear(CAMPAIGN_DAG, story.run_id, ["planning.draft_plan"])
        story.wait(lambda: story.state(GATE) == "awaiting_input", "the second version to be laid before the head")
        approve = {"remark": "", "decided_on": "2026-11-04", "document_number": "示市政字第2號"}
        parked = story.gate(GATE)  # Airflow still shows the words of the first version
        head.answer(parked, "核定", approve)
        story.wait(refused, "the answer to the version before to be refused")
        again = story.gate(GATE)
        assert again.task.try_number == parked.task.try_number  # parked anew, and no try was spent
        with session_scope() as session:
            second = session.scalars(select(Plan).where(Plan.version == 2)).one()
            code = short_code(second.content_hash)
        head.answer(again, "核定", {**approve, "identifier": code})
        story.reached("begin_inspection")
        with session_scope() as session:
            states = {plan.version: plan.state for plan in session.scalars(select(Plan))}
            decided = session.scalars(select(Approval).order_by(Approval.requested_at, Approval.id)).all()
            assert states == {1: PlanState.SUPERSEDED, 2: PlanState.APPROVED}
            assert [one.state for one in decided] == [ApprovalState.RETURNED, ApprovalState.APPROVED]
            assert {one.decided_by for one in decided} == {HEAD} != {SERVICE}


def refused() -> bool:
    """Whether the house told the head that the answer did not count."""
    with session_scope() as session:
        (waiting,) = session.scalars(select(Approval).where(Approval.state == ApprovalState.PENDING)).all()
        told = session.scalars(select(Notice.person_id).where(Notice.kind == "gate_answer_refused")).all()
        return told == [HEAD] and approvals.refused_in_airflow(session, waiting, HEAD)


def retried(story: Story) -> bool:
    """Whether the gate stands parked in a later try."""
    tasks = story.api.task_instances(CAMPAIGN_DAG, story.run_id)
    gate = next(task for task in tasks if task.task_id == GATE)
    return gate.state == "awaiting_input" and gate.try_number > 1
