"""A form that could not be taken, its session being over or somebody else first: nothing of it is kept here, all is
given back to be sent again.

Without scripts the page is the only place where it is. It comes back in a form of its own with a token of its own,
which a random cookie of that browser bears out, so that it can be sent once more after signing in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from inspection import clock
from inspection.access import sessions
from inspection.access.tokens import form_token, is_form_token, token
from inspection.errors import BadSource, Conflict, InspectionError, SourceUnavailable
from inspection.language import speak
from inspection.portal import rendering
from inspection.portal.cookies import named, set_cookie
from inspection.portal.responses import as_response
from inspection.store import sign_in
from inspection.store.session import session_scope

COOKIE = "parked"
UNSEEN = frozenset({"do", "seen"})
EXPIRED, STALE = 401, 403
Form = Mapping[str, Sequence[str]]


def was_ours(cookie: str) -> bool:
    """Whether a browser had a session here, good still or not."""
    if not cookie:
        return False
    with session_scope(read_only=True) as session:
        return sign_in.portal_session(session, sessions.token_hash(cookie)) is not None


def is_given_back(request: Request, form: Form) -> bool:
    """Whether a form is one that `give_back` gave to this very browser."""
    cookie = request.cookies.get(named(COOKIE), "")
    return bool(cookie) and is_form_token(cookie, form.get("form_token", ("",))[0])


def give_back(path: str, form: Form, *, signed: bool, at: datetime, refused: InspectionError | None = None) -> Response:
    """The page that holds what was typed: to be sent again after signing in, or at once where somebody is signed in but
    the form was made for an earlier session. `refused`: why it was not taken; it may be sent again all the same."""
    cookie = token()
    typed = {name: values for name, values in form.items() if name != "form_token"}
    shown = {
        name: values[0]
        for name, values in typed.items()
        if values[0].strip() and name not in UNSEEN and not name.startswith("was.")
    }
    values = {
        **_particulars(),
        "person": None,
        "now": at,
        "today": clock.local_date(at),
        "form_token": form_token(cookie),
        "path": path,
        "typed": [(name, value) for name, values in typed.items() for value in values],
        "shown": shown,
        "signed": signed,
        "problem": _why(refused),
        "pressed": typed.get("do", ("save",))[0] if refused else "save",
    }
    status = refused.http_status if refused else STALE if signed else EXPIRED
    response = as_response(rendering.render("given_back.html.j2", values), status=status)
    set_cookie(response, named(COOKIE), cookie)
    return response


def _why(refused: InspectionError | None) -> str:
    """What is said of a form that was not taken: the reason as it is told to whoever reads it, never where it broke."""
    if isinstance(refused, Conflict | BadSource):
        return str(refused)
    return (
        speak("系統暫時無法儲存，請稍候再送一次", "it cannot be kept now; send it again in a while") if refused else ""
    )


def _particulars() -> dict[str, object]:
    try:
        with session_scope(read_only=True) as session:
            return dict(rendering.particulars(session))
    except SourceUnavailable:  # what is away may be the database itself
        return dict(rendering.no_particulars())
