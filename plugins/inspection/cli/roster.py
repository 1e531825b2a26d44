"""`inspection roster`: the agency's units, people, roles and shares."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inspection.cli.speaking import AsJson, door, table, warn
from inspection.roster import importing
from inspection.rules.roster import parse_roster

app = typer.Typer(help="Units, people, roles and shares.", no_args_is_help=True)


@app.command("import")
def import_roster(
    file: Annotated[Path, typer.Argument(help="Roster as YAML.")],
    apply: Annotated[bool, typer.Option(help="Write it; without this only the differences are shown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a roster file would change, and with --apply bring the database up to it; exit 1 while not applied."""
    roster = parse_roster(file)
    with door() as opened:
        if apply:
            changes = importing.apply(opened.session, roster, actor="cli", at=opened.at)
        else:
            changes = importing.diff(opened.session, roster)
    table([one.as_row() for one in changes], as_json=as_json)
    if changes and not apply:
        warn(f"{len(changes)} differences; run again with --apply to write them")
        raise typer.Exit(1)
