"""The story told once per process up to a stage, then copied: printing thirteen reports per test takes minutes."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from inspection import settings
from inspection.store import migrate
from inspection.store.session import dispose_engines, session_scope
from portal import story
from portal.small_office import settle

STAGES: dict[str, tuple[Callable[[Session], object], ...]] = {
    "settled": (settle,),
    "submitted": (settle, story.submit),
    "sent": (settle, story.submit, story.approve, story.send_forms),
    "inspected": (settle, story.submit, story.approve, story.inspect),
    "reported": (settle, story.submit, story.approve, story.inspect, story.report),
    "issued": (settle, story.submit, story.approve, story.inspect, story.report, story.sign_and_issue),
}
_KEPT: list[tempfile.TemporaryDirectory[str]] = []


@cache
def _told(stage: str) -> tuple[Path, str]:
    """A home folder in which the story stands at a stage, and its key; made under settings of its own."""
    folder = tempfile.TemporaryDirectory(prefix="inspection-story-")
    _KEPT.append(folder)
    home, key = Path(folder.name), secrets.token_hex(32)
    before = {name: value for name, value in os.environ.items() if name.startswith("INSPECTION_")}
    with pytest.MonkeyPatch.context() as patch:
        for name in before:
            patch.delenv(name)
        patch.setenv("INSPECTION_HOME", str(home))
        patch.setenv("INSPECTION_PROFILE", "test")
        patch.setenv("INSPECTION_NOW", "2026-10-12T09:00:00+08:00")
        patch.setenv("INSPECTION_SECRET_KEY", key)
        settings.reset()
        migrate.upgrade()
        for chapter in STAGES[stage]:
            with session_scope() as session:
                chapter(session)
        dispose_engines()
    settings.reset()
    return home, key


def restore(stage: str, home: Path, patch: pytest.MonkeyPatch) -> None:
    """Puts a copy of the story into a test's home and names its database and its key in the settings: what was sealed
    then is known as its own."""
    told, key = _told(stage)
    with sqlite3.connect(told / "inspection.db") as source, sqlite3.connect(home / "inspection.db") as copy:
        source.backup(copy)
    if (told / "documents").exists():
        shutil.copytree(told / "documents", home / "documents", dirs_exist_ok=True)
    patch.setenv("INSPECTION_SECRET_KEY", key)
    patch.setenv("INSPECTION_DATABASE_URL", f"sqlite:///{home / 'inspection.db'}")
    settings.reset()
