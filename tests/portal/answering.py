"""The page on which the works unit answers its checklist, as its tests fill it in, and what came of it."""

from __future__ import annotations

import re
from html import unescape

from checklists.filling import filled
from inspection import clock as now
from inspection.access import sessions
from inspection.checklists.take_in import Taken, take_in
from inspection.documents.forms import read_checklist
from inspection.documents.storage import read_document
from inspection.model import Document, Event
from inspection.model.lifecycle import ChecklistState
from inspection.portal.cookies import session_cookie
from inspection.rules.answers import Asked
from inspection.store import checklists, events
from inspection.store.session import session_scope
from portal import story
from portal.client import Browser
from portal.conftest import Portal

OF_WORKS = f"{story.CAMPAIGN}:U04"
PAGE, CHECK, DRAFT = (f"/checklists/{OF_WORKS}/{one}" for one in ("answers", "answers/check", "draft"))
Fields = dict[str, str | list[str]]


def entered(portal: Portal, person: str) -> Browser:
    """Somebody with a session, signed in without the mails other tests look at."""
    browser = portal.browser()
    sign_in_again(browser, person)
    return browser


def sign_in_again(browser: Browser, person: str) -> None:
    """Gives a browser a new session."""
    with session_scope() as session:
        secret = sessions.start(session, person, at=now.now())
    browser.http.cookies.clear()
    browser.http.cookies.set(session_cookie(), secret)


def items() -> dict[str, Asked]:
    """What is asked of the works unit, in order."""
    with session_scope() as session:
        return {one.item_id: Asked.of(one.spec) for one in checklists.questions(session, OF_WORKS)}


def answered(**other: str) -> Fields:
    """Every statement 符合, with its evidence named where it demands that."""
    fields: Fields = {"filler": "蔡○翰"}
    for item, asked in items().items():
        fields[f"answer.{item}"] = "conforms"
        if asked.evidence_required:
            fields[f"remark.{item}"] = "收發登記簿第3冊"
    return {**fields, **{name.replace("__", ".").replace("_", "-"): text for name, text in other.items()}}


def typed(page: str) -> Fields:
    """What stands in the fields of a page, as a browser without scripts sends it back."""
    fields: Fields = {}
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S):
        fields[name] = re.sub(r"\r\n?|\n", "\r\n", unescape(text))
    for tag in re.findall(r"<input[^>]+>", page):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))  # a line holds no line end
        if given.get("type") in {"radio", "checkbox"} and " checked" not in tag:
            continue
        if "name" in given and given.get("type") != "hidden":
            fields[given["name"]] = re.sub(r"[\r\n]", "", unescape(given.get("value", "")))
    return fields


def returned() -> tuple[ChecklistState, int]:
    """How the works unit's checklist stands, and the number of its newest return."""
    with session_scope() as session:
        return checklists.get(session, OF_WORKS).state, checklists.newest_version(session, OF_WORKS)


def word_file(**answers: str) -> bytes:
    """The works unit's Word form, filled."""
    with session_scope() as session:
        form = read_document(session.get_one(Document, checklists.get(session, OF_WORKS).document_id))
    return filled(form, answers)


def take_word(data: bytes) -> Taken:
    """The drop folder takes a Word form in, written a minute ago."""
    with session_scope() as session:
        return take_in(session, data, channel="drop_folder", read=read_checklist, at=now.now(), modified_at=now.now())


def fill_and_look(browser: Browser, fields: Fields | None = None) -> None:
    """Fills the form and goes on to what will be sent."""
    browser.get(PAGE)
    assert browser.send(PAGE, {**typed(browser.page), **(fields or answered()), "do": "check"}).status_code == 303
    browser.get(CHECK)


def happened(action: str) -> list[Event]:
    """Events of the works unit's checklist."""
    with session_scope() as session:
        return [one for one in events.of_subject(session, "checklist", OF_WORKS) if one.action == action]
