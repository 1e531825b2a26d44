"""`make audit`: whether any package the lock names has a known weakness. Exit 0 none, 1 some, 3 nobody could be asked.

Apart from `make check`: what others found since yesterday is no fault of a change, and an office without the internet
must be able to check its copy. uv asks the database of Open Source Vulnerabilities.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from tools.sbom import UV

from inspection.settings import REPOSITORY

NONE, SOME, WRONG, NOT_ASKED = 0, 1, 2, 3
AWAY = ("error sending request", "Request failed", "dns error", "HTTP status")


def audit(arguments: Sequence[str] = ()) -> tuple[int, str]:
    """The status as above (2 where uv cannot be run so), and what there is to say."""
    command = [str(UV), "audit", "--frozen", "--no-dev", "--preview-features", "audit-command", *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    told = f"{done.stdout}{done.stderr}".strip()
    if done.returncode in {NONE, SOME}:
        return done.returncode, told
    if any(one in told for one in AWAY):
        return NOT_ASKED, f"{told}\nnot tested on: known weaknesses of packages, for the database could not be asked"
    return WRONG, told


def main() -> None:
    """Prints what was found; the status says it to other programs."""
    status, told = audit(sys.argv[1:])
    sys.stdout.write(f"{told}\n")
    sys.exit(status)


if __name__ == "__main__":
    main()
