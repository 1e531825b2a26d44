"""A wait for anything but a decision: a task that is parked in Airflow, and starts again only when it is released.

What it waits for stands in the register of waits (`inspection.campaigns.waits`). Parked it takes no slot, no trigger
and no processor time; `inspection sender` answers it when the wait is over, as it does for gates. No DAG stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator

from inspection_door import RETRYING, door, note_run, place_of, step_of

LOOK_AGAIN = "再看一次"  # as `inspection.campaigns.waits` names it, which parsing must not import


class ParkedWait(HITLOperator):
    """Waits for what is called `awaits` in the register of waits.

    It asks the house first, so that what is settled already, by whichever door, lets the run pass without parking; it
    asks again whenever it is released, and parks anew within the same try where something is left.
    """

    template_fields: Sequence[str] = (*HITLOperator.template_fields, "campaign_id")

    def __init__(self, *, awaits: str, campaign_id: str, **options: Any) -> None:
        options.pop("params", None)  # Airflow hands in an empty one of its own
        super().__init__(
            subject=str(options["task_display_name"]),
            options=[LOOK_AGAIN],
            # Airflow would take a limit for the time the wait may last; one try is one question to our tables
            **{**RETRYING, **options, "execution_timeout": None},
        )
        self.awaits = awaits
        self.campaign_id = campaign_id

    def execute(self, context: Any) -> Any:
        """Passes at once where nothing is left to wait for; else parks."""
        from inspection.campaigns.waits import arrive, shown

        place = place_of(context)
        with door() as opened:  # a cancelled campaign too: it is noted that nobody need release it
            left = arrive(
                opened.session, place, self.awaits, self.campaign_id, catalogue=opened.catalogue, at=opened.at
            )
            body = shown(opened.session, self.campaign_id)
        if left:
            for one in left:
                self.log.info(one)
            self.body = body
            return super().execute(context)
        with step_of(self.campaign_id):  # skipped where the campaign was cancelled
            pass
        return note_run(place.task_id.rpartition(".")[2], self.campaign_id, {})

    def execute_complete(self, context: Any, event: Mapping[str, Any]) -> Any:
        """Looks again, whoever asked for it: an answer here settles nothing."""
        return self.execute(context)


Step = Callable[[Any], ParkedWait]


def parked_wait(*, task_display_name: str, awaits: str) -> Callable[[Callable[[Any], None]], Step]:
    """Makes a step of a function that only says what is waited for: called with the campaign's id it is the task."""

    def made(described: Callable[[Any], None]) -> Step:
        def step(campaign_id: Any) -> ParkedWait:
            return ParkedWait(
                task_id=described.__name__,
                task_display_name=task_display_name,
                doc=described.__doc__,
                awaits=awaits,
                campaign_id=campaign_id,
            )

        return step

    return made
