"""`inspection sample`: which units are visited on the spot, drawn, added to, shown, and drawn again by anybody."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from inspection.checklists.visited import add as add_verb
from inspection.checklists.visited import draw as draw_verb
from inspection.cli.speaking import Actor, AsJson, door, say, warn
from inspection.language import speak
from inspection.planning import lots
from inspection.store import spot_sample

app = typer.Typer(help="The units visited on the spot, where the plan has them drawn.", no_args_is_help=True)
APART = re.compile(r"[、，,\s]+")


@app.command()
def draw(campaign_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """Open the seed once the checklists are in, and draw the units by it; drawn again nothing changes."""
    with door(actor, keeps=campaign_id) as opened:
        row = draw_verb(opened.session, campaign_id, catalogue=opened.catalogue, person_id=actor, at=opened.at)
        found = {"seed": row.seed, "commitment": row.commitment, "listed": row.listed, "drawn": row.drawn}
    say(found, as_json=as_json)


@app.command()
def add(
    campaign_id: str,
    unit: Annotated[str, typer.Option(help="Id of a unit of the plan that was not drawn.")],
    reason: Annotated[str, typer.Option(help="Why it is visited too; the report prints it.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Have a further unit visited beside those drawn. None can be taken out."""
    with door(actor, keeps=campaign_id) as opened:
        is_new = add_verb(
            opened.session,
            campaign_id,
            unit,
            reason=reason,
            catalogue=opened.catalogue,
            person_id=actor,
            at=opened.at,
        )
        added = [one.unit_id for one in spot_sample.additions(opened.session, campaign_id)]
    say({"added": added, "is_new": is_new}, as_json=as_json)


@app.command()
def verify(
    campaign_id: str,
    seed: Annotated[str, typer.Option(help="The seed, as the report prints it.")],
    sha256: Annotated[str, typer.Option(help="The hash, as the approved plan prints it.")],
    listed: Annotated[str, typer.Option(help="Ids of the units listed, with 、 or commas between them.")],
    drawn: Annotated[str, typer.Option(help="Ids of the units drawn, likewise.")],
    as_json: AsJson = False,
) -> None:
    """Draw the units again from the figures of plan and report alone, without a database; exit 1 where they differ."""
    told = [one for one in APART.split(drawn) if one]
    plain = lots.unprinted(seed)
    again = lots.drawn(campaign_id, plain, [one for one in APART.split(listed) if one], len(told))
    is_seed = lots.commitment(campaign_id, plain) == lots.unprinted(sha256)
    is_sample = set(again) == set(told) and bool(told)
    say({"drawn": list(again), "is_seed": is_seed, "is_sample": is_sample}, as_json=as_json)
    if not is_seed:
        warn(speak("種子與計畫所載雜湊值不符", "the seed is not the one whose hash the plan prints"))
    if not is_sample:
        warn(speak("中籤單位與種子所定者不符", "the units drawn are not those the seed gives"))
    if not (is_seed and is_sample):
        raise typer.Exit(1)
