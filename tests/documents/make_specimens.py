"""Writes the specimens anew from the campaign they are taken from: `make specimens`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "plugins"), str(REPOSITORY / "tests"), str(REPOSITORY)]


def main() -> None:
    """A file per kind of document, and the words its template makes of it; a kind without a paper is an error."""
    from documents.specimen_files import FOLDER, GOLDEN, KEY, as_text, chosen

    with tempfile.TemporaryDirectory(prefix="inspection-specimens-") as made:
        folder = Path(made)
        os.environ |= {
            "INSPECTION_HOME": str(folder),
            "INSPECTION_PROFILE": "test",
            "INSPECTION_SECRET_KEY": KEY,
            "INSPECTION_DATABASE_URL": f"sqlite:///{folder / 'inspection.db'}",
            "INSPECTION_RULES_DIR": str(REPOSITORY / "demo" / "rules"),
            "INSPECTION_NOW": f"@{folder / 'now'}",
        }
        import inspection.campaigns.matters  # noqa: F401  # as every door does
        from conftest import FixedClock
        from documents.one_campaign import SPRING_DAY, printed
        from documents.specimen_files import FOLDER, GOLDEN, as_text, chosen
        from documents.word import words_of
        from inspection import clock as now
        from inspection.documents.kinds import register
        from inspection.documents.render import render
        from inspection.roster.importing import apply
        from inspection.rules.roster import parse_roster
        from inspection.settings import TEMPLATES
        from inspection.store import migrate
        from inspection.store.session import session_scope

        clock = FixedClock(folder / "now")
        clock.set(SPRING_DAY)
        migrate.upgrade(os.environ["INSPECTION_DATABASE_URL"])
        with session_scope() as session:
            apply(session, parse_roster(REPOSITORY / "demo" / "roster.yaml"), actor="test", at=now.now())
        found = chosen(printed(folder, clock))
    missing = set(register()) - set(found)
    if missing:
        sys.exit(f"the campaign prints no paper of {', '.join(sorted(missing))}")
    FOLDER.mkdir(exist_ok=True)
    for name, values in found.items():
        (FOLDER / f"{name}.json").write_text(as_text(values), encoding="utf-8")
    for name, kind in register().items():
        data = render(TEMPLATES / kind.template, found[name])
        (GOLDEN / f"{Path(kind.template).stem}.txt").write_text(words_of(data), encoding="utf-8")


if __name__ == "__main__":
    main()
