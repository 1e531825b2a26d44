"""`inspection notices`: letters that reached nobody, sent again or set aside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inspection.access.policy import Act
from inspection.access.who import asking
from inspection.calendar import roc
from inspection.cli.speaking import Actor, AsJson, door, say, table
from inspection.errors import BadSource
from inspection.language import speak
from inspection.operations.bounces import LARGEST_BYTES, read_bounces, record_bounce
from inspection.operations.letters import send_again, set_aside, undelivered

app = typer.Typer(help="Letters that reached nobody: listed, sent again, set aside.", no_args_is_help=True)


@app.command("list")
def show(actor: Actor, as_json: AsJson = False) -> None:
    """Letters given up, and those tried again and again: to whom, why, and what to do."""
    with door(actor, act=Act.KEEP_NOTICES) as opened:
        who = asking(opened.session, actor, at=opened.at)
        rows: list[dict[str, object]] = [
            {
                "id": one.notice.id,
                "notice_number": one.number,
                "purpose": one.purpose,
                "person": f"{one.reader.title}{one.reader.name}",
                "written_at": roc.moment(one.notice.written_at),
                "notice_state": one.notice.state.value,
                "delivery_fault": one.cause,
            }
            for one in undelivered(opened.session, who, texts=opened.catalogue.mail_texts)
        ]
    table(rows, as_json=as_json)


@app.command("resend")
def resend(notice_ids: Annotated[list[int], typer.Argument()], actor: Actor, as_json: AsJson = False) -> None:
    """Send letters again that were given up, to the addresses the roster has now; all or none."""
    with door(actor, act=Act.KEEP_NOTICES) as opened:
        count = send_again(opened.session, notice_ids, by=actor, at=opened.at)
    say({"sent_again": count}, as_json=as_json)


@app.command("bounce")
def bounce(
    file: Annotated[Path, typer.Argument(help="The mail that came back, saved whole (.eml).")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Note that letters came back (退信), as a delivery status notification tells; exit 1 where none is ours."""
    try:
        with file.open("rb") as opened_file:
            data = opened_file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise BadSource(speak("無法讀取", f"cannot be read: {type(error).__name__}"), place=file) from None
    told = read_bounces(data)
    with door(actor, act=Act.KEEP_NOTICES) as opened:
        noted = [record_bounce(opened.session, one, actor=actor, at=opened.at) for one in told]
    count = sum(one is not None for one in noted)
    say({"came_back": count}, as_json=as_json)
    if not count:
        raise typer.Exit(1)


@app.command("set-aside")
def put_aside(
    notice_ids: Annotated[list[int], typer.Argument()],
    reason: Annotated[str, typer.Option(help="How the reader was told, or why nothing is sent; always needed.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Note that letters given up are not sent any more; all or none."""
    with door(actor, act=Act.KEEP_NOTICES) as opened:
        count = set_aside(opened.session, notice_ids, by=actor, reason=reason, at=opened.at)
    say({"set_aside": count}, as_json=as_json)
