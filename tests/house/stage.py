"""Where the stories are played: a home and a database of their own, under any rules, and all that can be seen there."""

from __future__ import annotations

import contextlib
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from campaigns.paper_office import DEMO
from conftest import FixedClock
from documents.word import parts_of
from inspection import clock as now
from inspection import settings
from inspection.access import sessions
from inspection.documents.storage import read_document
from inspection.errors import InspectionError
from inspection.model import Document, Record
from inspection.portal.app import create_app
from inspection.portal.cookies import session_cookie
from inspection.roster.importing import apply
from inspection.rules import campaign_kinds, catalogue
from inspection.rules.catalogue import Catalogue
from inspection.rules.roster import parse_roster
from inspection.store.session import dispose_engines, session_scope
from portal.small_office import settle

# runs, sessions and codes bear random numbers and nothing a rule says; a sealed text differs each time it is sealed
NOT_TOLD = {"stage_run", "portal_session", "sign_in_code"}
RANDOM = {("document", "sha256"), ("document", "path"), ("event", "hash")}
TOLD_PART = re.compile(r"word/(document|header\d*|footer\d*)\.xml$|docProps/core\.xml$")
FORM_TOKEN = re.compile(r'name="form_token" value="[^"]*"')
Telling = Iterator[str]


class Planted(Catalogue):
    """Rules without a version: that a rule changed is seen by what it does, not by the hash of the rules."""

    @property
    def version(self) -> str:
        """One for all."""
        return "0" * 64

    @property
    def reading_version(self) -> str:
        """One for all."""
        return "0" * 64


def planted(rules: Catalogue, **changed: Any) -> Catalogue:
    """A catalogue with some families replaced."""
    return Planted(**{one.name: getattr(rules, one.name) for one in fields(rules)} | changed)


@dataclass(slots=True)
class Stage:
    """Where stories are played: each on a database and a home of its own, under the rules given."""

    folder: Path
    clock: FixedClock
    monkeypatch: pytest.MonkeyPatch
    migrated: Path
    rules: Catalogue
    words: dict[str, str] = field(default_factory=dict)
    bases: dict[str, Path] = field(default_factory=dict)
    pages: TestClient | None = None
    key: str = field(default_factory=lambda: secrets.token_hex(32))

    def play(self, told: Callable[[Stage], Telling], rules: Catalogue, *, whole: bool = False) -> Telling:
        """Tells a story under these rules. Where the product refuses to go on, that is told too; rules that only break
        the story, as some do that would not load, end it untold."""
        self.monkeypatch.setattr(catalogue, "current", lambda: rules)
        self.monkeypatch.setattr(campaign_kinds, "current", lambda: rules.campaign_kinds)
        # what is drawn by chance with ten of a hundred is just not drawn
        self.monkeypatch.setattr(secrets, "randbelow", lambda most: most // 10)
        steps = told(self)
        while True:
            try:
                yield next(steps)
            except StopIteration:
                return
            except Exception as stopped:
                if whole:  # as the rules are, every story ends well
                    raise
                if isinstance(stopped, InspectionError):
                    yield f"{type(stopped).__name__}: {stopped}"
                return

    def begin(self, office: str, at: str) -> None:
        """A fresh home at an hour, its roster already imported."""
        self.words.clear()
        self.clock.set(at)
        if office not in self.bases:
            self._home(self.migrated)
            rules, current = self.rules, catalogue.current
            self.monkeypatch.setattr(catalogue, "current", lambda: rules)
            with session_scope() as session:
                if office == "small":
                    settle(session)
                else:
                    apply(session, parse_roster(DEMO / "roster.yaml"), actor="test", at=now.now())
            self.monkeypatch.setattr(catalogue, "current", current)
            dispose_engines()
            self.bases[office] = settings.get().home / "inspection.db"
        self._home(self.bases[office])

    def _home(self, base: Path) -> None:
        dispose_engines()
        home = self.folder / secrets.token_hex(6)
        home.mkdir()
        with (
            contextlib.closing(sqlite3.connect(base)) as source,
            contextlib.closing(sqlite3.connect(home / "inspection.db")) as copy,
        ):
            source.backup(copy)
        self.monkeypatch.setenv("INSPECTION_PROFILE", "test")
        self.monkeypatch.setenv("INSPECTION_SECRET_KEY", self.key)
        self.monkeypatch.setenv("INSPECTION_NOW", f"@{self.clock.file}")
        self.monkeypatch.setenv("INSPECTION_RULES_DIR", str(DEMO / "rules"))
        self.monkeypatch.setenv("INSPECTION_HOME", str(home))
        self.monkeypatch.setenv("INSPECTION_DATABASE_URL", f"sqlite:///{home / 'inspection.db'}")
        settings.reset()

    def seen(self, *more: str) -> str:
        """Every row and the words of every document there are now, and what else was shown."""
        told = [*more]
        with session_scope() as session:
            for name, table in sorted(Record.metadata.tables.items()):
                if name in NOT_TOLD:
                    continue
                columns = [one for one in table.columns if (name, one.name) not in RANDOM]
                rows = session.execute(select(*columns).order_by(*table.primary_key.columns))
                told += [f"{name} {tuple(row)}" for row in rows]
            for kept in session.scalars(select(Document).order_by(Document.id)):
                if kept.id not in self.words:  # a kept document never changes
                    self.words[kept.id] = self._words_of(read_document(kept))
                    told.append(self.words[kept.id])
        return "\n".join(told)

    def page(self, person: str, path: str) -> str:
        """A page as a signed-in person gets it."""
        with session_scope() as session:
            token = sessions.start(session, person, at=now.now())
        if self.pages is None:
            self.pages = TestClient(create_app(), base_url="http://127.0.0.1:8601", follow_redirects=False)
        self.pages.cookies.clear()
        self.pages.cookies.set(session_cookie(), token)
        answer = self.pages.get(path)
        if answer.status_code != HTTPStatus.OK:
            return f"{path} {answer.status_code}"
        return f"{path} {FORM_TOKEN.sub('', answer.text)}"

    def _words_of(self, data: bytes) -> str:
        if not data.startswith(b"PK"):
            return repr(data)
        parts = parts_of(data)
        return "\n".join(parts[name].decode("utf-8", "replace") for name in sorted(parts) if TOLD_PART.search(name))
