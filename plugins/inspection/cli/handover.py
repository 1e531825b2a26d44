"""`inspection handover`: opened, shown, printed, carried out, withdrawn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inspection import clock
from inspection.access.work import Work
from inspection.cli.speaking import Actor, AsJson, MaybeActor, day, door, knows, say, table
from inspection.errors import BadSource, NotAllowed, Place, command_line
from inspection.handovers.carry_out import carry_out_due
from inspection.handovers.listing import Wanted
from inspection.handovers.open import open_handover
from inspection.handovers.open import withdraw as withdraw_verb
from inspection.handovers.paper import print_list
from inspection.language import speak
from inspection.model import Campaign
from inspection.store import handovers

app = typer.Typer(help="Handovers (移交): what a leaver holds, and who takes it.", no_args_is_help=True)


@app.command("open")
def open_one(
    giver: Annotated[str, typer.Option("--from", help="Id of the person who hands over.")],
    taker: Annotated[str, typer.Option("--to", help="Id of the successor.")],
    on: Annotated[str, typer.Option(help="From this day, 2026-12-01.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    actor: Actor,
    unit: Annotated[str, typer.Option(help="Unit id: only what is held for this unit; none: all.")] = "",
    witness: Annotated[str, typer.Option(help="Id of the 監交人; none: the head of the leaver's unit.")] = "",
    instead: Annotated[
        list[str] | None, typer.Option(help="KEY=PERSON: one line to somebody else; may be given several times.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what a person holds and move it to the successor from a day; the same again finds the same handover."""
    wanted = Wanted(giver, taker, day(on, "--on"), reason, unit, witness or None, _lines(instead or []))
    with door(actor) as opened:
        handover = open_handover(opened.session, wanted, catalogue=opened.catalogue, actor=actor, at=opened.at)
        listed = len(handovers.lines(opened.session, handover.id))
        say({"handover": handover.id, "state": handover.state.value, "lines": listed}, as_json=as_json)


def _lines(given: list[str]) -> dict[str, str]:
    pairs = [one.rpartition("=") for one in given]
    if any(not key or not person for key, _, person in pairs):
        raise BadSource(
            speak("格式不符", "is no line"),
            place=Place(command_line(), field="--instead"),
            remedy=speak("請寫成 KEY=PERSON", "write KEY=PERSON"),
        )
    return {key: person for key, _, person in pairs}


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """All handovers, newest first."""
    with door() as opened:
        rows: list[dict[str, object]] = [
            {"handover": one.id, "on": one.effective_on, "from": one.from_id, "to": one.to_id, "state": one.state.value}
            for one in handovers.everything(opened.session)
        ]
    table(rows, as_json=as_json)


@app.command()
def show(
    handover_id: str,
    docx: Annotated[Path | None, typer.Option(help="Write the 移交清冊 (.docx) here; it is kept too.")] = None,
    actor: MaybeActor = "",
    as_json: AsJson = False,
) -> None:
    """What a handover lists, line by line; --docx prints it for the three signatures."""
    with door(actor) as opened:
        handovers.get(opened.session, handover_id)
        lines = handovers.lines(opened.session, handover_id)
        seen = [one for one in lines if _is_known(opened, actor, one.campaign_id)]
        if docx is not None and len(seen) < len(lines):
            raise NotAllowed(
                speak(
                    "清冊載有尚不得知悉之檢查；請由政風人員以 --as 指明後列印",
                    "the list names an inspection not to be known yet; an ethics officer prints it, named with --as",
                )
            )
        rows: list[dict[str, object]] = [
            {
                "number": one.number,
                "kind": one.kind.value,
                "matter": one.words,
                "due": one.due_on,
                "taker": one.taker_id,
                "key": f"{one.kind.value}:{one.subject_id}",
            }
            for one in seen
        ]
        if docx is not None:
            _, data = print_list(opened.session, handover_id, catalogue=opened.catalogue, at=opened.at)
            docx.write_bytes(data)
    table(rows, as_json=as_json)


def _is_known(work: Work, actor: str, campaign_id: str | None) -> bool:
    campaign = work.session.get(Campaign, campaign_id) if campaign_id else None
    return campaign is None or knows(work, actor, campaign)


@app.command()
def run(as_json: AsJson = False) -> None:
    """Carry out every handover whose day has come; the hourly housekeeping does the same."""
    with door() as opened:
        on = clock.local_date(opened.at)
        done = carry_out_due(opened.session, on=on, catalogue=opened.catalogue, actor=opened.actor, at=opened.at)
    say({"carried_out": done}, as_json=as_json)


@app.command()
def withdraw(
    handover_id: str, reason: Annotated[str, typer.Option(help="Why.")], actor: Actor, as_json: AsJson = False
) -> None:
    """Take a handover back before its day."""
    with door(actor) as opened:
        done = withdraw_verb(opened.session, handover_id, reason=reason, actor=actor, at=opened.at)
        say({"handover": done.id, "state": done.state.value}, as_json=as_json)
