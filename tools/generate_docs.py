"""Writes the pages that are made from the code itself, or says (`--check`) which of them are out of date."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from pathlib import Path

from tools import clause_page, document_page, mail_page, mark_page, rule_pages, running_pages

from inspection.rules.catalogue import Catalogue
from inspection.settings import PREFIX, REPOSITORY, Settings

DOCS = REPOSITORY / "docs"
NOTE = "<!-- Made by `make docs` from the code; do not edit. -->\n"


def settings_page() -> str:
    """Every setting of the environment, its default and its meaning."""
    rows = []
    for field in (one for one in fields(Settings) if not one.metadata["later"]):
        default = "" if field.default is None else str(field.default)
        secret = " (a secret: give it as `_FILE`)" if field.metadata["secret"] else ""
        shown = f"`{default}`" if default else "—"
        rows.append((f"`{PREFIX}{field.name.upper()}`", shown, f"{field.metadata['meaning']}{secret}"))
    head = "# Settings\n\nEvery setting may be given as `NAME` or, from a file, as `NAME_FILE`.\n\n"
    return head + rule_pages.table(("variable", "default", "meaning"), rows) + "\n"


def _of_shipped(page: Callable[[Catalogue], str]) -> str:
    return page(rule_pages.shipped())


OF_RULES: dict[str, Callable[[Catalogue], str]] = {
    "generated/detectors.md": rule_pages.detectors_page,
    "generated/marks.md": mark_page.marks_page,
    "generated/checklist_items.md": rule_pages.checklist_items_page,
    "generated/catalogue_review.md": rule_pages.catalogue_review_page,
    "generated/ladder.md": rule_pages.ladder_page,
    "generated/mails.md": mail_page.mails_page,
}
"""Pages that say what the rules say."""

PAGES: dict[str, Callable[[], str]] = {
    "generated/settings.md": settings_page,
    "generated/commands.md": running_pages.commands_page,
    "generated/dags.md": running_pages.dags_page,
    **{name: partial(_of_shipped, page) for name, page in OF_RULES.items()},
    "generated/documents.md": document_page.documents_page,
    "clauses.md": clause_page.clauses_page,
}


def outdated() -> list[Path]:
    """Pages that are missing or differ from what the code says."""
    return [
        DOCS / name
        for name, page in PAGES.items()
        if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != NOTE + page()
    ]


def main(arguments: list[str]) -> int:
    """0 where all is well; 1 where a page is out of date (`--check`) or a clause of a finished chapter has no test."""
    faults = clause_page.faults(clause_page.clauses(), clause_page.marked_tests())
    if arguments == ["--check"]:
        faults += [f"{path.relative_to(REPOSITORY)} is out of date: run `make docs`" for path in outdated()]
    else:
        for name, page in PAGES.items():
            (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
            (DOCS / name).write_text(NOTE + page(), encoding="utf-8")
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
