"""`inspection campaign`: opened and shown."""

from __future__ import annotations

from typing import Annotated

import typer

from inspection.campaigns.open import Wanted, open_campaign
from inspection.campaigns.progress import progress
from inspection.cli.speaking import Actor, AsJson, day, door, say, table
from inspection.store import campaigns
from inspection.vocabulary import CampaignKind

app = typer.Typer(help="Inspection campaigns.", no_args_is_help=True)


@app.command("open")
def open_one(
    kind: CampaignKind,
    first_day: Annotated[str, typer.Option(help="First day of the window, 2026-11-02.")],
    last_day: Annotated[str, typer.Option(help="Last day of the window.")],
    actor: Actor,
    unit: Annotated[
        list[str] | None, typer.Option(help="Unit id; may be given several times. None: all units.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Open a campaign; the same again finds the one already open."""
    wanted = Wanted(kind, day(first_day, "--first-day"), day(last_day, "--last-day"), actor, tuple(unit or ()))
    with door(actor) as opened:
        campaign = open_campaign(opened.session, wanted, catalogue=opened.catalogue, at=opened.at)
        say({"campaign": campaign.id, "name": campaign.name, "state": campaign.state.value}, as_json=as_json)


@app.command()
def show(campaign_id: str, as_json: AsJson = False) -> None:
    """Where a campaign stands."""
    with door() as opened:
        say(progress(opened.session, campaign_id), as_json=as_json)


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """All campaigns, newest first."""
    with door() as opened:
        rows: list[dict[str, object]] = [
            {"campaign": one.id, "kind": one.kind.value, "state": one.state.value, "name": one.name}
            for one in campaigns.everything(opened.session)
        ]
    table(rows, as_json=as_json)
