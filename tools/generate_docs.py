"""Writes the pages that are made from the code itself, or says (`--check`) which of them are out of date."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

from inspection.settings import PREFIX, REPOSITORY, Settings

FOLDER = REPOSITORY / "docs" / "generated"
NOTE = "<!-- Made by `make docs` from the code; do not edit. -->\n"


def settings_page() -> str:
    """Every setting of the environment, its default and its meaning."""
    rows = []
    for field in fields(Settings):
        default = "" if field.default is None else str(field.default)
        secret = " (a secret: give it as `_FILE`)" if field.metadata["secret"] else ""
        shown = f"`{default}`" if default else "—"
        rows.append(f"| `{PREFIX}{field.name.upper()}` | {shown} | {field.metadata['meaning']}{secret} |")
    head = (
        "# Settings\n\nEvery setting may be given as `NAME` or, from a file, as `NAME_FILE`.\n\n"
        "| variable | default | meaning |\n|---|---|---|\n"
    )
    return NOTE + head + "\n".join(rows) + "\n"


PAGES: dict[str, Callable[[], str]] = {"settings.md": settings_page}


def outdated() -> list[Path]:
    """Pages that are missing or differ from what the code says."""
    return [
        FOLDER / name
        for name, page in PAGES.items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != page()
    ]


def main(arguments: list[str]) -> int:
    """0 where all is well; with `--check` 1 where a page is out of date."""
    if arguments == ["--check"]:
        for path in outdated():
            sys.stdout.write(f"{path.relative_to(REPOSITORY)} is out of date: run `make docs`\n")
        return 1 if outdated() else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
