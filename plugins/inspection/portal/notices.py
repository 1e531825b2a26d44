"""未送達通知: letters that reached nobody, for whoever keeps the outbox; sent again, or set aside with a reason."""

from __future__ import annotations

from inspection.access.policy import Act
from inspection.errors import BadSource, Conflict, NotFound
from inspection.operations.home import abandoned
from inspection.operations.letters import by_number, send_again, set_aside, undelivered
from inspection.portal import rendering
from inspection.portal.guard import LARGEST_ID, Door, Visit
from inspection.portal.responses import GoTo, Page, Reply
from inspection.rules import catalogue

PAGE = "/notices"
LONGEST_REASON = 2000
LONGEST_NUMBER = 20


def page(visit: Visit, _subject: None, problem: str = "") -> Reply:
    """Each letter with its reader, why it did not arrive and what to do."""
    texts, number = catalogue.current().mail_texts, visit.query.get("number", "").strip()[:LONGEST_NUMBER]
    found = undelivered(visit.session, visit.who, texts=texts)
    return Page(
        "notices.html.j2",
        {
            "given_up": [one for one in found if not one.waits],
            "waiting": [one for one in found if one.waits],
            "units": rendering.unit_names(visit.session),
            "ticked": visit.form.get("notice", ()),
            "reason": visit.text("reason"),
            "problem": problem,
            "number": number,
            "numbered": by_number(visit.session, visit.who, number, texts=texts) if number else [],
            "folder": abandoned(visit.session, at=visit.at),
            "here": "notices",
        },
        status=422 if problem else 200,
    )


def act_on(visit: Visit, _subject: None) -> Reply:
    """Sends the ticked letters again, or sets them aside; all or none."""
    ticked = visit.form.get("notice", ())
    if not ticked:
        return page(visit, None, "none")
    if not all(one.isascii() and one.isdecimal() and int(one) <= LARGEST_ID for one in ticked):
        return page(visit, None, "moved")
    ids = [int(one) for one in ticked]
    try:
        with visit.session.begin_nested():
            if visit.text("outcome") == "set_aside":
                reason = visit.text("reason")[:LONGEST_REASON]
                set_aside(visit.session, ids, by=visit.person_id, reason=reason, at=visit.at)
            else:
                send_again(visit.session, ids, by=visit.person_id, at=visit.at)
    except (Conflict, NotFound):  # somebody else was faster
        visit.session.expire_all()
        return page(visit, None, "moved")
    except BadSource:
        return page(visit, None, "reason" if visit.text("outcome") == "set_aside" else "code")
    return GoTo(PAGE)


DOORS = (
    Door("GET", PAGE, Act.KEEP_NOTICES, page),
    Door("POST", PAGE, Act.KEEP_NOTICES, act_on),
)
