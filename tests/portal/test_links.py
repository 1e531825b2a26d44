"""What a mail scanner does: it opens a link a hundred times, and nothing is used up by it."""

from __future__ import annotations

from sqlalchemy import func, select

from inspection.model import Checklist, Event, Notice, PortalSession, SignInCode
from inspection.store.session import session_scope
from portal import story
from portal.conftest import Portal
from portal.small_office import address

LINK = f"/checklists/{story.CAMPAIGN}:U04/answers"


def counted() -> list[object]:
    """Rows a look might leave, and how each form stands."""
    with session_scope(read_only=True) as session:
        told = [session.scalar(select(func.count()).select_from(one)) for one in (Event, PortalSession, Notice)]
        forms = session.execute(select(Checklist.id, Checklist.state).order_by(Checklist.id)).all()
        codes = session.execute(select(SignInCode.id, SignInCode.used_at, SignInCode.tries_left)).all()
        return [*told, *map(tuple, forms), *map(tuple, codes)]


def test_a_link_looked_at_a_hundred_times_changes_nothing_and_the_code_still_works(sent: Portal) -> None:
    contact, scanner = sent.browser(), sent.browser()
    contact.get("/sign-in")
    contact.send("/sign-in", {"address": address("works")})
    contact.get("/sign-in/code")
    before = counted()
    for _ in range(50):
        for path in (LINK, "/sign-in/code"):
            scanner.http.get(path)
            scanner.http.head(path)
    assert counted() == before
    assert contact.send("/sign-in/code", {"code": contact.code("works")}).status_code == 303
    assert contact.get(LINK).status_code == 200
