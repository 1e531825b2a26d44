"""Where `inspection` begins: loads the verbs asked for and turns errors into words and exit statuses."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from inspection.errors import InspectionError

if TYPE_CHECKING:
    import typer


def main() -> None:
    """The entry point: errors of the family become one line on stderr and their exit status."""
    try:
        _verbs()()
    except InspectionError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(error.exit_status) from None


def _verbs() -> typer.Typer:
    # a scan knows no campaign and no database: loading all other verbs would cost more than an unchanged tree
    if sys.argv[1:2] == ["scan"]:
        from inspection.cli.scan import alone

        return alone
    from inspection.cli.main import app

    return app
