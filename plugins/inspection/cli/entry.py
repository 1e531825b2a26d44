"""Where `inspection` begins: loads the verbs asked for and turns errors into words and exit statuses."""

from __future__ import annotations

import sys

from inspection.errors import InspectionError


def main() -> None:
    """The entry point: errors of the family become one line on stderr and their exit status."""
    try:
        # a scan knows no campaign and no database: loading all other verbs would cost more than an unchanged tree
        if sys.argv[1:2] == ["scan"]:
            from inspection.cli.scan import scan_command

            raise SystemExit(scan_command(sys.argv[2:]))
        from inspection.cli.main import app

        app()
    except InspectionError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(error.exit_status) from None
