"""`inspection fixes`: the mending of findings."""

from __future__ import annotations

from typing import Annotated

import typer

from inspection.access.policy import Act, scope
from inspection.access.who import asking
from inspection.cli.speaking import Actor, AsJson, MaybeActor, door, say, table
from inspection.fixes.claim import accept as accept_verb
from inspection.fixes.claim import claim as claim_verb
from inspection.fixes.verify import release as release_verb
from inspection.fixes.verify import verify as verify_verb
from inspection.store import desk, findings, projects
from inspection.store.scope import Scope

app = typer.Typer(help="Fixes under control.", no_args_is_help=True)


@app.command("list")
def list_all(actor: MaybeActor = "", as_json: AsJson = False) -> None:
    """Fixes that are not finished, by due date; with --as those the person may see, without it none of a project."""
    with door(actor) as opened:
        session = opened.session
        if actor:
            whose = scope(asking(session, actor, at=opened.at), Act.LIST_FIXES)
        else:
            whose = Scope(units=None, barred=frozenset(campaign.id for _, campaign in projects.of_campaigns(session)))
        rows: list[dict[str, object]] = [
            {"fix": one.id, "unit": one.unit_id, "state": one.state.value, "due": one.due_on, "rung": one.top_rung}
            for one, _, _ in desk.fixes(session, whose, states=findings.UNFINISHED)
        ]
    table(rows, as_json=as_json)


@app.command()
def accept(fix_id: str, plan: Annotated[str, typer.Option(help="How it will be mended.")], actor: Actor) -> None:
    """研提改善措施."""
    with door(actor) as opened:
        accept_verb(opened.session, fix_id, person_id=actor, plan=plan, at=opened.at)


@app.command()
def claim(fix_id: str, text: Annotated[str, typer.Option(help="What was done.")], actor: Actor) -> None:
    """申報改善完成."""
    with door(actor) as opened:
        claim_verb(opened.session, fix_id, person_id=actor, claim=text, at=opened.at)


@app.command()
def verify(
    fix_id: str,
    note: Annotated[str, typer.Option(help="How it was looked at, and what was seen.")],
    actor: Actor,
    passed: Annotated[bool, typer.Option("--passed/--sent-back")] = True,
) -> None:
    """複查, by another person than the fixer."""
    with door(actor) as opened:
        verify_verb(opened.session, fix_id, person_id=actor, passed=passed, note=note, at=opened.at)


@app.command()
def release(fix_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """解除列管 by the ethics head."""
    with door(actor) as opened:
        fix = release_verb(opened.session, fix_id, person_id=actor, at=opened.at)
        say({"fix": fix.id, "state": fix.state.value, "days_late": fix.days_late}, as_json=as_json)
