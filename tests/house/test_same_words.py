"""Mails, forms and sign-in page send people to places the portal calls by the same names, and ask for no more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inspection.portal.menu import ENTRIES
from inspection.settings import REPOSITORY

TEMPLATES = REPOSITORY / "templates"
PLACE = re.compile(r"[於在至]「([^」{}]+)」")
TITLE = re.compile(r"{% block title %}([^{－]+)")
SENT_THERE = [*(TEMPLATES / "mail").glob("*.j2"), *(TEMPLATES / "portal").glob("sign_in*.j2")]


def names() -> set[str]:
    """What the menu and the pages call themselves."""
    pages = (path.read_text(encoding="utf-8") for path in (TEMPLATES / "portal").glob("*.html.j2"))
    return {one.name for one in ENTRIES} | {found[1] for page in pages if (found := TITLE.search(page))}


@pytest.mark.parametrize("path", SENT_THERE, ids=lambda path: path.name)
def test_a_place_named_in_a_mail_is_called_so_in_the_portal(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert set(PLACE.findall(text)) <= names()


def test_the_sign_in_page_forbids_nothing_that_a_mail_asks_for() -> None:
    trust = (TEMPLATES / "portal" / "sign_in_trust.html.j2").read_text(encoding="utf-8")
    issued = (TEMPLATES / "mail" / "checklist_issued.j2").read_text(encoding="utf-8")
    assert "附" in issued
    assert "開啟附件" not in trust
    assert "點選信中連結" in trust
    assert "無須點選任何連結" in (TEMPLATES / "mail" / "_footer.j2").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("other", "ours"), [("驗證碼", "代碼"), ("送件資料夾", "收件資料夾"), ("便簽所載電話", "政風室電話")]
)
def test_one_thing_has_one_name_in_mails_pages_papers_and_manuals(other: str, ours: str) -> None:
    rooms = (
        TEMPLATES,
        REPOSITORY / "plugins",
        REPOSITORY / "dags",
        REPOSITORY / "docs" / "manual",
        REPOSITORY / "demo",
    )
    texts = [path for room in rooms for path in room.rglob("*") if path.suffix in {".j2", ".py", ".yaml", ".md", ".js"}]
    said = {path.name: path.read_text(encoding="utf-8") for path in [*texts, REPOSITORY / "README.zh-TW.md"]}
    assert [name for name, text in said.items() if other in text] == []
    assert any(ours in text for text in said.values())
