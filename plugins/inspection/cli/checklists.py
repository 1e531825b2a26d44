"""`inspection checklists`: shown, taken in, accepted, sent back."""

from __future__ import annotations

from typing import Annotated

import typer

from inspection import clock, settings
from inspection.checklists.drop_folder import empty_drop_folder
from inspection.checklists.issue import issue as issue_verb
from inspection.checklists.prepare import prepare
from inspection.checklists.reading import read_in_sandbox
from inspection.checklists.review import accept as accept_verb
from inspection.checklists.review import send_back as send_back_verb
from inspection.cli.speaking import Actor, AsJson, door, say, table, warn
from inspection.model.lifecycle import ChecklistState
from inspection.store import checklists
from inspection.store.session import session_scope

app = typer.Typer(help="Checklists of the units.", no_args_is_help=True)


@app.command("list")
def list_all(campaign_id: str, as_json: AsJson = False) -> None:
    """All checklists of a campaign with state and lateness."""
    with door(reads=campaign_id) as opened:
        rows: list[dict[str, object]] = [
            {"checklist": one.id, "state": one.state.value, "due": one.due_on, "days_late": one.days_late}
            for one in checklists.of_campaign(opened.session, campaign_id)
        ]
    table(rows, as_json=as_json)


@app.command()
def issue(campaign_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """Make and send the checklists of an approved plan; those already out stay as they are."""
    with door(actor, keeps=campaign_id) as opened:
        prepare(opened.session, campaign_id, actor=actor, at=opened.at)
        count = issue_verb(opened.session, campaign_id, catalogue=opened.catalogue, actor=actor, at=opened.at)
    say({"issued": count}, as_json=as_json)


@app.command()
def collect(as_json: AsJson = False) -> None:
    """Take in the forms lying in the drop folder; exit 1 where one was refused."""
    with read_in_sandbox() as read:
        counts = empty_drop_folder(session_scope, settings.get().drop_folder_path, read=read, at=clock.now())
    say({"taken": counts.taken, "refused": counts.refused}, as_json=as_json)
    if counts.refused:
        warn("refused forms lie in the drop folder under refused/, each with its reason")
        raise typer.Exit(1)


@app.command()
def accept(
    actor: Actor,
    checklist_id: Annotated[list[str] | None, typer.Argument(help="Checklist ids.")] = None,
    campaign: Annotated[str, typer.Option(help="All returned checklists of a campaign.")] = "",
    as_json: AsJson = False,
) -> None:
    """Accept returned checklists (採認)."""
    with door(actor) as opened:
        ids = list(checklist_id or ())
        if campaign:
            returned = checklists.of_campaign(opened.session, campaign)
            ids += [one.id for one in returned if one.state == ChecklistState.RETURNED]
        for one in ids:
            accept_verb(opened.session, one, person_id=actor, at=opened.at)
    say({"accepted": len(ids)}, as_json=as_json)


@app.command("send-back")
def send_back(
    checklist_id: str,
    item: Annotated[list[str], typer.Option(help="Item id to correct; may be given several times.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    actor: Actor,
) -> None:
    """Send a checklist back for correction (退回補正)."""
    with door(actor) as opened:
        send_back_verb(opened.session, checklist_id, person_id=actor, item_ids=item, reason=reason, at=opened.at)
