"""Stands before every door: who is it, may they, did the form come from our page; only then the page is asked.

A page is a plain function of a `Visit` and its subject. GET and HEAD run in a transaction that is rolled back:
looking cannot change anything (workflow research C10).
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.orm import Session
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response

from inspection import clock
from inspection.access import policy, sessions
from inspection.access.policy import Act, Subject
from inspection.access.sessions import SignedIn
from inspection.access.tokens import form_token, is_form_token
from inspection.access.who import Who, asking
from inspection.access.work import Work, begin
from inspection.calendar.working_days import WorkingCalendar
from inspection.documents.scans import LARGEST_SCAN_BYTES
from inspection.errors import BadSource, Conflict, NotAllowed, NotFound, SourceUnavailable
from inspection.language import legible, speak
from inspection.portal import menu, parking, rendering
from inspection.portal.cookies import session_cookie
from inspection.portal.responses import (
    Download,
    GoTo,
    Page,
    Reply,
    Told,
    as_data,
    as_download,
    as_redirection,
    as_response,
)
from inspection.portal.threads import examining, require_room, writing
from inspection.store import calendar_days
from inspection.store.session import session_scope

logger = logging.getLogger(__name__)

LARGEST_FORM_BYTES = 64 * 1024
LARGEST_TYPED_BYTES = 1 << 20  # 25 remarks as long as a row holds, as browsers write Chinese
LARGEST_UPLOAD_BYTES = LARGEST_SCAN_BYTES + LARGEST_FORM_BYTES
LARGEST_ID = 2**31 - 1  # what an integer column of both databases holds
SIGN_IN = "/sign-in"
Form = Mapping[str, tuple[str, ...]]


class TooLarge(BadSource):
    """More was sent than a form or a scan may hold."""


class StaleForm(NotAllowed):
    """A form that did not come from the page we gave this browser, or not any more."""


@dataclass(frozen=True)
class Visit:
    """One request of a signed-in person: the unit of work, the person, what was sent."""

    work: Work
    signed: SignedIn
    form: Form
    query: Mapping[str, str]
    cookie: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    # what the door's `examines` said of the file that came
    examined: Any = None

    def text(self, name: str) -> str:
        """A field's text, trimmed; empty where it was not sent."""
        return self.form.get(name, ("",))[0].strip()

    @property
    def session(self) -> Session:
        """The open transaction."""
        return self.work.session

    @property
    def at(self) -> datetime:
        """When the request began."""
        return self.work.at

    @property
    def person_id(self) -> str:
        """Who asks, by id."""
        return self.signed.person.id

    @property
    def who(self) -> Who:
        """Who asks, with everything the policy wants to know."""
        return asking(self.session, self.person_id, at=self.at)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The working calendar, read once for the page."""
        return calendar_days.calendar(self.session)

    def may(self, act: Act, subject: Subject | None = None) -> bool:
        """Whether the policy lets the visitor; asks no database."""
        return policy.may(self.who, act, subject).allowed


@dataclass(frozen=True, slots=True)
class Door:
    """A way in: path, method, the act the policy is asked about, the kind of matter named in the path, the page."""

    method: str
    path: str
    act: Act
    page: Callable[[Visit, Any], Reply]
    subject: type[Subject] | None = None
    # how the matter is found where the path names it otherwise than by its id
    find: Callable[[Session, str], Subject | None] | None = None
    # a form that brings a file along
    takes_file: bool = False
    # what is done with the file (its name and bytes) once somebody who may is known, before any transaction begins
    examines: Callable[[str, bytes], Any] | None = None
    # a page that must note that it was shown writes on GET, never on HEAD
    notes_view: bool = False
    # a form in which people write: much is taken, and where it cannot be (the session ended, somebody was first) what
    # was typed is given back
    keeps_typed: bool = False
    # what a script of ours sends, which keeps what was typed until it hears that it was saved
    by_script: bool = False


def place_of(request: Request) -> str:
    """The network address a request came from; of IPv6 the network of 64 bits, all of which one machine may use."""
    if request.client is None:
        return "unknown"
    try:
        address = ip_address(request.client.host)
    except ValueError:  # a name, as tests give one
        return request.client.host
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Network((address, 64), strict=False))
    return str(address)


async def read_form(request: Request, most: int = LARGEST_FORM_BYTES) -> Form:
    """The fields of a posted form; raises BadSource for other content or one that is too large."""
    if content_type(request) != "application/x-www-form-urlencoded":
        raise BadSource(speak("此處僅接受一般表單", "only plain forms are taken here"))
    body = bytearray()
    async for chunk in _limited(request, most):
        body += chunk
    # a megabyte takes tenths of a second, in which nobody else would be answered
    return await run_in_threadpool(_fields, body) if len(body) > LARGEST_FORM_BYTES else _fields(body)


def _fields(body: bytearray) -> Form:
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=2000)
    except (UnicodeDecodeError, ValueError):
        raise BadSource(speak("無法讀取表單", "the form cannot be read")) from None
    return {legible(name): tuple(map(legible, values)) for name, values in fields.items()}


class _InMemory(MultiPartParser):
    """Puts nothing of a file on the disk: what is refused was never there (decision 0046)."""

    spool_max_size = LARGEST_UPLOAD_BYTES


async def read_upload(request: Request) -> tuple[Form, Mapping[str, bytes], str]:
    """Fields and files of a form that brings a file along, and what the browser calls that file; errors as in
    `read_form`, TooLarge beyond the limit."""
    parser = _InMemory(
        request.headers, _limited(request, LARGEST_UPLOAD_BYTES), max_files=1, max_fields=100,
        max_part_size=LARGEST_FORM_BYTES,
    )  # fmt: skip
    fields: dict[str, tuple[str, ...]] = {}
    files: dict[str, bytes] = {}
    called = ""
    try:
        parsed = await parser.parse()
    except (MultiPartException, UnicodeDecodeError, KeyError, ValueError):
        raise BadSource(speak("無法讀取表單", "the form cannot be read")) from None
    try:
        for name, value in parsed.multi_items():
            if isinstance(value, str):
                fields[name] = (*fields.get(name, ()), legible(value))
            elif data := await value.read():  # an empty one: no file was chosen
                files[name], called = data, value.filename or ""
    finally:
        await parsed.close()
    return fields, files, called


def content_type(request: Request) -> str:
    """What a request says its body is."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _limited(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > most:
            raise TooLarge(speak("表單過大", "the form is too large"))
        yield chunk


def require_own_form(request: Request, cookie: str, form: Form) -> None:
    """Refuses a form that another site sent, or that was shown to another browser; raises StaleForm."""
    require_own_site(request)
    if not cookie or not is_form_token(cookie, form.get("form_token", ("",))[0]):
        raise StaleForm(speak("表單已過期，請重新開啟頁面", "the form is out of date; open the page again"))


def require_own_site(request: Request) -> None:
    """Refuses what another site sent; raises StaleForm."""
    origin = request.headers.get("origin")
    # our own no-referrer makes browsers send "null" here; Sec-Fetch-Site and the form token speak then
    foreign = origin not in {None, "null"} and urlsplit(origin or "").netloc != request.headers.get("host")
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"} or foreign:
        raise StaleForm(speak("表單來自其他網站", "the form came from another site"))


@dataclass(frozen=True, slots=True)
class _Came:
    """What came to a door: the request, its cookie, what was sent with it and what was said of a file among that.

    `known`: the browser had a session here, looked at where what was typed is kept (`Door.keeps_typed`).
    """

    door: Door
    request: Request
    cookie: str
    form: Form
    files: Mapping[str, bytes]
    examined: Any
    known: bool


def guarded(door: Door) -> Callable[[Request], Any]:
    """The endpoint of a door, with the guard before it."""

    async def endpoint(request: Request) -> Response:
        cookie = request.cookies.get(session_cookie(), "")
        form: Form = {}
        files: Mapping[str, bytes] = {}
        examined: Any = None
        known = False
        if request.method == "POST" and door.takes_file and content_type(request) == "multipart/form-data":
            # a stranger's megabytes are not read: only somebody signed in uploads, who may where the file is looked at
            if not await run_in_threadpool(_recognised, cookie, at=clock.now()):
                return as_redirection(GoTo(SIGN_IN))
            if door.examines is not None:
                await run_in_threadpool(_admit, door, request, cookie)
                require_room()
            form, files, called = await read_upload(request)
            if files and door.examines is not None:
                require_own_form(request, cookie, form)
                examined = await examining(door.examines, called, next(iter(files.values())))
        elif request.method == "POST":
            # a stranger's megabyte is not read
            known = door.keeps_typed and await run_in_threadpool(parking.was_ours, cookie)
            form = await read_form(request, LARGEST_TYPED_BYTES if known else LARGEST_FORM_BYTES)
        run = writing if _writes(door, request) else run_in_threadpool
        return await run(_pass, _Came(door, request, cookie, form, files, examined, known))

    endpoint.__name__ = f"{door.method.lower()}_{door.act.value}"
    return endpoint


def _admit(door: Door, request: Request, cookie: str) -> None:
    """Asks the policy before the bytes of a file are read; nobody's transaction is open while it is looked at."""
    at = clock.now()
    with session_scope(read_only=True) as session:
        signed = sessions.recognise(session, cookie, at=at)
        if signed is not None:
            policy.demand(asking(session, signed.person.id, at=at), door.act, _subject(door, request, session))


def _writes(door: Door, request: Request) -> bool:
    return request.method == "POST" or (request.method == "GET" and door.notes_view)


def _pass(came: _Came) -> Response:
    at = clock.now()
    if came.request.method == "POST" and came.door.keeps_typed:
        require_own_site(came.request)
        return _keeping(came, at=at) if came.known else as_redirection(GoTo(SIGN_IN))
    if came.request.method == "POST":
        if not _recognised(came.cookie, at=at):
            return as_redirection(GoTo(SIGN_IN))
        require_own_form(came.request, came.cookie, came.form)
    return _inside(came, at=at) or as_redirection(GoTo(SIGN_IN))


def _keeping(came: _Came, *, at: datetime) -> Response:
    """The page for a long form; where its session has ended, or was another one, or it cannot be taken now, what was
    typed is given back. A script holds what was typed itself, and is told what any page is."""
    token, path = came.form.get("form_token", ("",))[0], came.request.url.path
    ours = parking.is_given_back(came.request, came.form) or is_form_token(came.cookie, token)
    try:
        response = _inside(came, at=at) if ours else None
    except (Conflict, BadSource, SourceUnavailable) as error:
        if came.door.by_script:
            raise
        logger.warning(speak("表單未收：%s", "a form was not taken: %s"), type(error).__name__)
        return parking.give_back(path, came.form, signed=True, at=at, refused=error)
    signed = not ours and bool(_recognised(came.cookie, at=at))
    return response or parking.give_back(path, came.form, signed=signed, at=at)


def _inside(came: _Came, *, at: datetime) -> Response | None:
    """The page for whoever the cookie tells of, in one transaction; None where it tells of nobody."""
    door, request, cookie = came.door, came.request, came.cookie
    if not cookie:
        return None
    response: Response | None = None
    with begin("", at=at, read_only=not _writes(door, request)) as work:
        signed = sessions.recognise(work.session, cookie, at=at)
        if signed is not None:
            asked = {name: legible(value) for name, value in request.query_params.items()}
            acting = replace(work, actor=signed.person.id)
            visit = Visit(acting, signed, came.form, asked, cookie, came.files, came.examined)
            subject = _subject(door, request, work.session)
            policy.demand(visit.who, door.act, subject)
            response = answer(visit, door.page(visit, subject))
            if signed.stale:
                response.background = BackgroundTask(_renew_afterwards, cookie, response.background, at=at)
        over = signed is None and sessions.stands(work.session, cookie)
    if over:
        _tend(cookie, at=at)
    return response


async def _renew_afterwards(cookie: str, then: BackgroundTask | None, *, at: datetime) -> None:
    """Moves the idle end once the page has left, in a thread of what writes: on SQLite somebody else may be writing for
    long, and who only reads is not to wait for that. Where it cannot be done the next page does it."""
    if then is not None:
        await then()
    try:
        await writing(_tend, cookie, at=at)
    except SourceUnavailable as error:
        logger.info(str(error))


def _tend(cookie: str, *, at: datetime) -> None:
    """Moves the idle end of a stale session, ends one that is good no more, in a transaction of its own."""
    with session_scope() as session:
        sessions.renew(session, cookie, at=at)


def _recognised(cookie: str, *, at: datetime) -> str:
    """Whose the cookie is, '' where it is not good; a session that is stale or good no more is tended in a transaction
    of its own."""
    if not cookie:
        return ""
    with session_scope(read_only=True) as session:
        signed = sessions.recognise(session, cookie, at=at)
        person_id = signed.person.id if signed else ""
        tended = signed.stale if signed else sessions.stands(session, cookie)
    if tended:
        _tend(cookie, at=at)
    return person_id


def _subject(door: Door, request: Request, session: Session) -> Subject | None:
    if door.subject is None:
        return None
    kind: type[Any] = door.subject
    key = request.path_params["subject_id"]
    found: Subject | None = None
    if isinstance(key, str) and key != legible(key):
        pass  # no id holds such a character, and one of the databases takes offence at the question
    elif door.find is not None:
        found = door.find(session, key)
    elif not (isinstance(key, int) and key > LARGEST_ID):
        found = session.get(kind, key)
    if found is None:
        raise NotFound(speak("查無此事項", "there is no such matter"))
    return found


def answer(visit: Visit, given: Reply) -> Response:
    """Turns what a page answered into a response, with what every page of a signed-in person prints."""
    match given:
        case Download():
            return as_download(given)
        case GoTo():
            return as_redirection(given)
        case Told():
            return as_data(given)
        case Page():
            values = {**rendering.particulars(visit.session), **signed_values(visit), **given.values}
            html = rendering.render(given.template, values)
            response = as_response(html, status=given.status, scripted=given.scripted)
            if given.afterwards is not None:
                response.background = BackgroundTask(given.afterwards)
            return response


def signed_values(visit: Visit) -> dict[str, Any]:
    """Person, navigation, form token and time, as the frame of the page prints them."""
    return {
        "person": visit.signed.person,
        "now": visit.at,
        "today": clock.local_date(visit.at),
        "form_token": form_token(visit.cookie),
        "is_ethics": policy.scope(visit.who, Act.READ_SUSPICION).units is None,
        "menu": menu.entries(visit.who),
    }
