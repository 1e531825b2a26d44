"""Sign-in and sign-out. The answer to an address is the same, known or not, and given before it is looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from inspection import clock
from inspection.access import sessions, sign_in
from inspection.access.tokens import form_token, token
from inspection.portal import codes, rendering
from inspection.portal.cookies import is_https, named, session_cookie, set_cookie
from inspection.portal.guard import SIGN_IN, Form, place_of, read_form, require_own_form
from inspection.portal.responses import GoTo, as_redirection, as_response
from inspection.portal.threads import writing
from inspection.store.session import session_scope

CODE_PAGE = "/sign-in/code"
LONGEST_ADDRESS = 254
FAMILIAR_DAYS = 180


@dataclass(frozen=True, slots=True)
class Guest:
    """A request of somebody not signed in; `visit` is the random cookie a code is bound to."""

    request: Request
    form: Form
    visit: str
    at: datetime

    def text(self, name: str) -> str:
        """A field's text, trimmed; empty where it was not sent."""
        return self.form.get(name, ("",))[0].strip()


@dataclass(frozen=True, slots=True)
class PublicDoor:
    """A way in for anybody: it shows nothing of any matter. `writes`: before it answers."""

    method: str
    path: str
    page: Callable[[Guest], Response]
    writes: bool = False


def visit_cookie() -> str:
    """Name of the cookie a code is bound to."""
    return named("visit")


def familiar_cookie() -> str:
    """Name of the cookie of a browser in which somebody has signed in before: strangers' requests use up no limit of
    its own."""
    return named("familiar")


def opened(door: PublicDoor) -> Callable[[Request], Any]:
    """The endpoint of a public door."""

    async def endpoint(request: Request) -> Response:
        visit = request.cookies.get(visit_cookie(), "")
        form: Form = {}
        if request.method == "POST":
            form = await read_form(request)
            own = request.cookies.get(session_cookie(), "") if door.path == "/sign-out" else visit
            require_own_form(request, own, form)
        run = writing if door.writes else run_in_threadpool
        return await run(door.page, Guest(request, form, visit, clock.now()))

    return endpoint


def _shown(guest: Guest, template: str, *, visit: str, status: int = 200, **values: object) -> Response:
    with session_scope(read_only=True) as session:
        html = rendering.render(
            template,
            {
                **rendering.particulars(session),
                "person": None,
                "now": guest.at,
                "today": clock.local_date(guest.at),
                "form_token": form_token(visit),
                **values,
            },
        )
    return as_response(html, status=status)


def ask_page(guest: Guest) -> Response:
    """The page that asks for the address; each showing begins a visit of its own."""
    visit = token()
    response = _shown(guest, "sign_in.html.j2", visit=visit, problem="", address="")
    set_cookie(response, visit_cookie(), visit)
    return response


def ask(guest: Guest) -> Response:
    """Takes an address, answers at once, looks it up afterwards."""
    address = guest.text("address")
    if "@" not in address or len(address) > LONGEST_ADDRESS or any(ord(one) < 32 for one in address):
        return _shown(guest, "sign_in.html.j2", visit=guest.visit, problem="address", address=address[:80], status=422)
    visit = token()  # a new one for each code: an earlier code of this browser is of no use any more
    asker = sign_in.Asker(visit, place_of(guest.request), guest.request.cookies.get(familiar_cookie(), ""))
    response = as_redirection(GoTo(CODE_PAGE))
    response.background = BackgroundTask(_answer, address, asker, guest.at)
    set_cookie(response, visit_cookie(), visit)
    return response


async def _answer(address: str, asker: sign_in.Asker, at: datetime) -> None:
    notice_key = await writing(_issue, address, asker, at)
    if notice_key:
        await codes.send_soon(notice_key)


def _issue(address: str, asker: sign_in.Asker, at: datetime) -> str:
    """The key of the notice with the code; '' where none is made: then nothing is written, and no writer waited for."""
    with session_scope(read_only=True) as session:
        if not sign_in.is_expected(session, address, asker, at=at):
            return ""
    with session_scope() as session:
        issued = sign_in.issue(session, address, asker, at=at)
        if issued is not None:
            codes.write_notice(session, issued, at=at)
    return issued.notice_key if issued else ""


def code_page(guest: Guest) -> Response:
    """The page that asks for the code."""
    if not guest.visit:
        return as_redirection(GoTo(SIGN_IN))
    return _shown(guest, "sign_in_code.html.j2", visit=guest.visit, problem="")


def enter(guest: Guest) -> Response:
    """Takes the code: a new session, or the same words for every kind of wrong."""
    with session_scope() as session:
        secret = sign_in.enter(session, guest.visit, guest.text("code"), place=place_of(guest.request), at=guest.at)
        if secret is not None:  # an older session of this browser ends with the new one
            sessions.finish(session, guest.request.cookies.get(session_cookie(), ""), at=guest.at)
            signed = sessions.recognise(session, secret, at=guest.at)
    if secret is None:
        return _shown(guest, "sign_in_code.html.j2", visit=guest.visit, problem="code", status=422)
    response = as_redirection(GoTo("/"))
    set_cookie(response, session_cookie(), secret)
    if signed is not None:
        familiar = sign_in.familiar_browser(signed.person.id)
        set_cookie(response, familiar_cookie(), familiar, days=FAMILIAR_DAYS)
    response.delete_cookie(visit_cookie(), path="/", secure=is_https(), httponly=True, samesite="strict")
    return response


def leave(guest: Guest) -> Response:
    """Ends the session here and in the database."""
    with session_scope() as session:
        sessions.finish(session, guest.request.cookies.get(session_cookie(), ""), at=guest.at)
    response = as_redirection(GoTo(SIGN_IN))
    response.delete_cookie(session_cookie(), path="/", secure=is_https(), httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


DOORS = (
    PublicDoor("GET", SIGN_IN, ask_page),
    PublicDoor("POST", SIGN_IN, ask),
    PublicDoor("GET", CODE_PAGE, code_page),
    PublicDoor("POST", CODE_PAGE, enter, writes=True),
    PublicDoor("POST", "/sign-out", leave, writes=True),
)
