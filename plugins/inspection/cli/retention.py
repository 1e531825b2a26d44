"""`inspection retention`: what filed campaigns left behind, what is held, and taking away what its term is over of."""

from __future__ import annotations

from typing import Annotated

import typer

from inspection import clock
from inspection.access.policy import Act
from inspection.campaigns import archive as filing
from inspection.campaigns import retention
from inspection.cli.speaking import Actor, AsJson, MaybeActor, door, knows, say, table
from inspection.rules import catalogue as rules
from inspection.store import campaigns
from inspection.store.session import session_scope

app = typer.Typer(help="Working rows of filed campaigns: how long they are kept, and holds.", no_args_is_help=True)


@app.command()
def show(actor: MaybeActor = "", as_json: AsJson = False) -> None:
    """What of filed campaigns would be taken away now, by class, and what waits for what. Changes nothing."""
    with door(actor) as opened:
        every = retention.look(opened.session, catalogue=opened.catalogue, at=opened.at)
        by_id = campaigns.by_ids(opened.session, {one.campaign_id for one in every})
        rows: list[dict[str, object]] = [
            {
                "campaign": one.campaign_id,
                "file_number": one.file_number,
                "category": one.rule.id.value if as_json else one.rule.name,
                "basis": one.rule.basis,
                "kept_until": one.over_on,
                "waits_for": one.waits,
                "rows": one.count,
            }
            for one in every
            if knows(opened, actor, by_id[one.campaign_id])
        ]
    table(rows, as_json=as_json)


@app.command("apply")
def apply_now(actor: Actor, as_json: AsJson = False) -> None:
    """Take away what `show` calls ready, as the hourly DAG does; how many rows of each class."""
    with door(actor, act=Act.KEEP_RETENTION):
        pass
    taken = retention.apply(session_scope, catalogue=rules.current(), at=clock.now(), actor=actor)
    say({kind.value: count for kind, count in taken.items()}, as_json=as_json)


@app.command("archive")
def archive(
    campaign_id: str,
    file_number: Annotated[str, typer.Option(help="檔號 the archive gave it, e.g. 115/0205/1/3.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Say that a settled campaign is filed (已歸檔); from then on the terms of its working rows run."""
    with door(actor, keeps=campaign_id) as opened:
        done = filing.archive(opened.session, campaign_id, file_number=file_number, person_id=actor, at=opened.at)
        say({"campaign": done.id, "state": done.state.value, "file_number": done.file_number}, as_json=as_json)


@app.command()
def hold(
    campaign_id: str,
    reason: Annotated[str, typer.Option(help="The case or proceeding it is kept for.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Hold a campaign (保全): nothing of it is taken away until another person lifts it."""
    with door(actor, keeps=campaign_id) as opened:
        row = filing.hold(opened.session, campaign_id, reason=reason, person_id=actor, at=opened.at)
        say({"campaign": campaign_id, "held_since": row.set_at}, as_json=as_json)


@app.command()
def lift(
    campaign_id: str,
    reason: Annotated[str, typer.Option(help="Why nothing needs it any more.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Lift a hold that somebody else set."""
    with door(actor, keeps=campaign_id) as opened:
        row = filing.lift(opened.session, campaign_id, reason=reason, person_id=actor, at=opened.at)
        say({"campaign": campaign_id, "held_until": row.lifted_at}, as_json=as_json)
