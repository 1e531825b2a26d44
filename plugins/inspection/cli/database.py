"""`inspection db`: migrations and a look at the database."""

from __future__ import annotations

import typer
from sqlalchemy.engine import make_url

from inspection import settings
from inspection.cli.speaking import AsJson, say, warn
from inspection.language import speak
from inspection.store import migrate

app = typer.Typer(help="The domain database.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Bring the database to the newest shape; safe to run again and beside itself."""
    migrate.upgrade()


@app.command()
def check(as_json: AsJson = False) -> None:
    """Where the database is and whether its shape is the newest; exit 1 where it is not."""
    found, newest = migrate.current_revision()
    url = make_url(settings.get().effective_database_url)
    where = url.database if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    say({"database": where, "revision": found, "newest": newest}, as_json=as_json)
    if found != newest:
        warn(speak("請執行 `inspection db upgrade`", "run `inspection db upgrade`"))
        raise typer.Exit(1)
