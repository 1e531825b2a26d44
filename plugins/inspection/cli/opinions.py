"""`inspection opinion`: 會辦 on a plan or a campaign's report: listed, given, and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inspection import clock
from inspection.approvals.opinions import AdoptionNote, Given
from inspection.campaigns import consultation
from inspection.campaigns.gates import awaited
from inspection.campaigns.matters import KINDS
from inspection.cli.speaking import Actor, AsJson, MaybeActor, day, door, read_text, say, table
from inspection.language import speak
from inspection.vocabulary import Adoption, Stance

app = typer.Typer(help="Opinions of units asked beside a decision (會辦).", no_args_is_help=True)


# every kind of matter on which a unit may be asked, as the register has it
ASKED_ON = tuple(kind.id for kind in KINDS if kind.opines)


def _asked_on(text: str) -> str:
    if text not in ASKED_ON:
        raise typer.BadParameter(
            speak(f"{text!r} 不是 {'、'.join(ASKED_ON)} 之一", f"{text!r} is not one of {', '.join(ASKED_ON)}")
        )
    return text


Matter = Annotated[str, typer.Argument(parser=_asked_on, help=f"On what: {', '.join(ASKED_ON)}.")]
UnitId = Annotated[str, typer.Argument(help="Id of the unit asked, U08.")]


@app.command("list")
def list_all(matter: Matter, campaign_id: str, actor: MaybeActor = "", as_json: AsJson = False) -> None:
    """What each unit said, and 採納情形."""
    with door(actor, reads=campaign_id) as opened:
        on = clock.local_date(opened.at)
        found = consultation.lines(opened.session, matter, campaign_id, catalogue=opened.catalogue, on=on)
    rows: list[dict[str, object]] = [
        {"unit": one.unit, "kind": one.kind, "said": one.said, "by": one.by, "adoption": one.adoption} for one in found
    ]
    table(rows, as_json=as_json)


@app.command()
def give(
    matter: Matter,
    campaign_id: str,
    unit_id: UnitId,
    stance: Stance,
    actor: Actor,
    text: Annotated[Path | None, typer.Option(help="A text file, UTF-8, with the remarks.")] = None,
    given_by: Annotated[str, typer.Option(help="Who signed it on paper; none: the one who acts.")] = "",
    given_on: Annotated[str, typer.Option(help="Day of the signature on paper, 2026-10-26; none: today.")] = "",
    as_json: AsJson = False,
) -> None:
    """Give a unit's opinion as its head or deputy; with --given-by the ethics office enters it from paper."""
    with door(actor, reads=campaign_id) as opened:
        asked = awaited(opened.session, matter, campaign_id)
        given = Given(
            stance=stance,
            text=read_text(text) if text else "",
            person_id=given_by or actor,
            seen_hash=asked.content_hash,
            given_on=day(given_on, "--given-on") if given_on else clock.local_date(opened.at),
            entered_by=actor if given_by else None,
        )
        done = consultation.give(
            opened.session, matter, campaign_id, unit_id, given, catalogue=opened.catalogue, at=opened.at
        )
        say({"opinion": done.id, "state": done.state.value}, as_json=as_json)


@app.command()
def answer(
    matter: Matter,
    campaign_id: str,
    unit_id: UnitId,
    adoption: Adoption,
    actor: Actor,
    reason: Annotated[str, typer.Option(help="Why it was not, or only partly, adopted.")] = "",
    as_json: AsJson = False,
) -> None:
    """Put down what became of a unit's remarks (採納情形)."""
    with door(actor, reads=campaign_id) as opened:
        answered = AdoptionNote(adoption, reason, actor)
        done = consultation.answer(opened.session, matter, campaign_id, unit_id, answered, at=opened.at)
        say({"opinion": done.id, "state": done.state.value}, as_json=as_json)
