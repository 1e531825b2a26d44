"""`inspection lessons`: what decisions on clues teach, which version is in force, released and taken back."""

from __future__ import annotations

from typing import Annotated

import typer

from inspection.access.policy import Act
from inspection.cli.speaking import Actor, AsJson, MaybeActor, door, say, table
from inspection.crawling.campaign import vault
from inspection.findings.corrections import figures_told, lay, take_back, topics_told
from inspection.findings.learning import learn_tonight
from inspection.store import corrections

app = typer.Typer(help="What decisions on 語意線索 teach, and what of it is in force.", no_args_is_help=True)


@app.command("show")
def show(actor: MaybeActor = "", as_json: AsJson = False) -> None:
    """All versions, newest first: their state, the topics they speak of, and what they change."""
    with door(actor, act=Act.KEEP_LESSONS) as opened:
        rows: list[dict[str, object]] = [
            {
                "version": one.version,
                "correction_state": one.state.value,
                "topics": topics_told(one, opened.catalogue),
                "compared": "；".join(f"{name}：{text}" for name, text in figures_told(one)),
            }
            for one in corrections.everything(opened.session)
        ]
    table(rows, as_json=as_json)


@app.command("learn")
def learn(as_json: AsJson = False) -> None:
    """Learn from all lessons that stand, as the nightly DAG does; nothing takes effect before it is released."""
    with door() as opened:
        key = vault(opened.session).sketch_key
        night = learn_tonight(
            opened.session,
            catalogue=opened.catalogue,
            key=key,
            actor=opened.actor,
            at=opened.at,
        )
    say({"lessons": night.lessons, "learned": night.learned or "", "narrowed": night.narrowed or ""}, as_json=as_json)


@app.command("lay")
def lay_before(version: int, actor: Actor, as_json: AsJson = False) -> None:
    """Lay the newest version before whoever releases it."""
    with door(actor) as opened:
        asked = lay(opened.session, version, by=actor, catalogue=opened.catalogue, at=opened.at)
        told = {"approval": asked.id, "approver": asked.approver_id}
    say(told, as_json=as_json)


@app.command("take-back")
def take_all_back(
    reason: Annotated[str, typer.Option(help="Why; always needed.")], actor: Actor, as_json: AsJson = False
) -> None:
    """Take back all that was released: nothing is lowered any more, open clues get their grade back."""
    with door(actor) as opened:
        raised = take_back(opened.session, by=actor, reason=reason, at=opened.at)
    say({"raised": raised}, as_json=as_json)
