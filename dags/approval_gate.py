"""A decision awaited in Airflow: a required action that shows the subject and asks the house who may decide.

The truth is the domain's. The gate asks it first, so that a decision taken on paper or in the portal lets the run
pass; an answer given here goes through the same verb, and a refusal parks the task anew with the reason in its log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLBranchOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from inspection_door import may_be_blank, patiently, place_of

if TYPE_CHECKING:
    from inspection.vocabulary import ApprovalOutcome


class ApprovalGate(HITLBranchOperator):
    """Waits for the decision on a campaign's matter of one kind: `decides` is its id in the register.

    `approved` and `returned` name the tasks that follow. Nobody is assigned: Airflow compares assignees with ids that
    each login manager makes in its own way (FAB: a number), and keeps those of the first park though deputies change.
    Who may sign is decided by the verb alone.
    """

    template_fields: Sequence[str] = (*HITLBranchOperator.template_fields, "campaign_id")

    def __init__(self, *, decides: str, campaign_id: str, approved: str, returned: str, **options: Any) -> None:
        options.pop("params", None)  # Airflow hands in an empty one of its own
        branches = {"核定": approved, "修正後如擬": returned, "退回": returned}
        super().__init__(
            options=list(branches),
            options_mapping=branches,
            params={
                "remark": may_be_blank(title="批示（修正後如擬、退回時必填）"),
                "decided_on": may_be_blank(format="date", title="核定日（空白為今日）"),
                "document_number": may_be_blank(title="核定文號（循公文系統者）"),
                "identifier": may_be_blank(title="識別碼（核閱新版者填其頁尾識別碼；空白為本頁所示版次）"),
            },
            # a refused answer, or one that came within seconds of parking, costs a try and parks anew: as many as
            # nobody needs, and soon, for a person waits before the page
            retries=100,
            retry_delay=timedelta(seconds=5),
            # Airflow would take a time limit for the time the person has; parked the gate is in nobody's way, and what
            # runs here is one question to our tables
            execution_timeout=None,
            on_retry_callback=None,  # a refused answer is told to whoever gave it, and is no fault
            **options,
        )
        self.decides = decides
        self.campaign_id = campaign_id

    def execute(self, context: Any) -> Any:
        """Passes at once where the domain has decided; else parks. Skipped where the campaign was cancelled."""
        from inspection.campaigns.gates import decided, page_of, park, passed, summary
        from inspection.campaigns.task_pages import PAGE_KEY
        from inspection_door import door

        self._end_if_called_off(context)
        with door() as opened:
            outcome = decided(opened.session, self.decides, self.campaign_id)
            shown = park(opened.session, place_of(context), self.decides, self.campaign_id)
            body = summary(opened.session, self.campaign_id, shown)
            page = page_of(opened.session, self.decides, self.campaign_id)
            if outcome is not None:
                passed(opened.session, place_of(context), at=opened.at)
        context["ti"].xcom_push(PAGE_KEY, page)
        if outcome is not None:
            return self.do_branch(context=context, branches_to_execute=[self._branch(outcome)])
        self.body = body
        return super().execute(context)

    def execute_complete(self, context: Any, event: Mapping[str, Any]) -> Any:
        """Hands the answer to the verb of the house; one it refuses costs a try, and the gate asks anew.

        An answer to another version costs none: the person was told, and the gate is parked again within this try.
        What was left empty is None, whichever way it was sent.
        """
        answered = {name: value or None for name, value in (event.get("params_input") or {}).items()}
        event = {**event, "params_input": answered}
        try:
            counts, passed_on = patiently(lambda: self._taken(context, event))
        except AirflowFailException as refusal:  # final elsewhere, here a person may answer better
            self._note_refused(context)
            raise AirflowException(str(refusal)) from None
        if not counts:
            self.log.warning("作答之版本與現行內容不符，未採計，已函告作答人；請核閱現行版本後再作答")
            return self.execute(context)
        if passed_on is not None:  # passed on by the service account: the domain's outcome counts, not the answer
            return self.do_branch(context=context, branches_to_execute=[passed_on])
        return super().execute_complete(context, event)

    def _taken(self, context: Any, event: Mapping[str, Any]) -> tuple[bool, str | None]:
        """Takes the answer as the person who is signed in: whether it counts, and the branch where another door had
        decided before.

        The service account passes on what was decided on paper or in the portal, and decides nothing itself. The
        login is the name: its id is a number of the login manager's own under FAB.
        """
        from inspection import settings
        from inspection.campaigns.gates import AirflowAnswer, decide_from_airflow, decided, passed
        from inspection_door import door

        self._end_if_called_off(context)
        login = str((event.get("responded_by_user") or {}).get("name") or "")
        with door() as opened:
            standing = decided(opened.session, self.decides, self.campaign_id)
            if standing is not None and login == settings.get().airflow_user:
                passed(opened.session, place_of(context), at=opened.at)
                return True, self._branch(standing)
            answer = AirflowAnswer.of(event["chosen_options"][0], login, event.get("params_input") or {})
            taken = decide_from_airflow(
                opened.session, place_of(context), answer, catalogue=opened.catalogue, at=opened.at
            )
            if taken is not None:
                passed(opened.session, place_of(context), at=opened.at)
        return taken is not None, None

    def _note_refused(self, context: Any) -> None:
        """What is not noted so is taken for lost, and carried out by the sender (`campaigns.lost_answers`)."""
        from inspection.campaigns.gates import note_refused
        from inspection_door import door

        with door() as opened:
            note_refused(opened.session, place_of(context), at=opened.at)

    def _end_if_called_off(self, context: Any) -> None:
        """Of a cancelled campaign nothing is asked any more: the gate is skipped, and with it what follows."""
        from inspection.campaigns.gates import is_called_off, passed
        from inspection_door import door, step_of

        with door() as opened:
            called_off = is_called_off(opened.session, self.campaign_id)
            if called_off:
                passed(opened.session, place_of(context), at=opened.at)
        if called_off:
            with step_of(self.campaign_id):
                pass

    def _branch(self, outcome: ApprovalOutcome) -> str:
        from inspection.campaigns.gates import OPTION

        return str(self.options_mapping[OPTION[outcome]])
