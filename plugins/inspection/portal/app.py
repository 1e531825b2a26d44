"""The portal as one application: every door behind the guard, every error a page with an incident number."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Awaitable, Callable
from functools import cache
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

import inspection.campaigns.matters  # noqa: F401 - pages are made from the register of matters
from inspection import clock, settings
from inspection.access import sessions
from inspection.access.work import begin
from inspection.audit.actors import PORTAL, program
from inspection.errors import (
    BadSource,
    Conflict,
    InspectionError,
    NotAllowed,
    NotFound,
    NotGranted,
    NotMigrated,
    SourceUnavailable,
    TooManyTries,
)
from inspection.language import speak
from inspection.portal import (
    answering,
    cases,
    checklists,
    closing,
    clues,
    contacts,
    cross_checks,
    duty,
    fillers,
    fixes,
    handovers,
    home,
    lessons,
    matters,
    notices,
    on_paper,
    paper,
    photos,
    plans,
    pledges,
    progress,
    projects,
    proofs,
    questions,
    rendering,
    reports,
    reviewing,
    signing_in,
    spot,
    suspicions,
    threads,
    uploads,
)
from inspection.portal.cookies import session_cookie
from inspection.portal.guard import Door, StaleForm, TooLarge, Visit, guarded, signed_values
from inspection.portal.responses import as_response, with_headers
from inspection.portal.signing_in import opened
from inspection.store.session import session_scope

logger = logging.getLogger(__name__)

DOORS: tuple[Door, ...] = (
    *home.DOORS,
    *plans.DOORS,
    *matters.DOORS,
    *paper.DOORS,
    *reports.DOORS,
    *fixes.DOORS,
    *suspicions.DOORS,
    *clues.DOORS,
    *lessons.DOORS,
    *notices.DOORS,
    *cases.DOORS,
    *questions.DOORS,
    *checklists.DOORS,
    *reviewing.DOORS,
    *answering.DOORS,
    *photos.DOORS,
    *proofs.DOORS,
    *uploads.DOORS,
    *fillers.DOORS,
    *on_paper.DOORS,
    *spot.DOORS,
    *progress.DOORS,
    *cross_checks.DOORS,
    *closing.DOORS,
    *contacts.DOORS,
    *handovers.DOORS,
    *duty.DOORS,
    *pledges.DOORS,
    *projects.DOORS,
)
KINDS: tuple[tuple[type[Exception], str], ...] = (
    (StaleForm, "stale_form"),
    (NotFound, "not_found"),
    (NotAllowed, "not_allowed"),
    (Conflict, "conflict"),
    (TooManyTries, "too_many"),
    (NotMigrated, "unavailable"),
    (NotGranted, "unavailable"),
    (TooLarge, "too_large"),
    (BadSource, "bad_input"),
    (threads.ManyAtOnce, "many_at_once"),
    (SourceUnavailable, "unavailable"),
)
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
PROBES = 2  # threads of their own for whoever asks whether we are alive
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that look alike when read out


def create_app() -> FastAPI:
    """The application. No interface description is served, nothing from elsewhere; one page has a script of ours."""
    # no slash is mended by a redirection: it would name whatever host the request named, past our headers
    app = FastAPI(
        title="inspection portal",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=threads.shared_out,
    )
    for door in DOORS:
        app.router.routes.append(Route(door.path, guarded(door), methods=[door.method]))
    for public in signing_in.DOORS:
        app.router.routes.append(Route(public.path, opened(public), methods=[public.method]))
    app.router.routes.append(Route("/static/portal.css", _stylesheet))
    app.router.routes.append(Route("/static/answering.js", _script))
    app.router.routes.append(Route("/static/icon.svg", _icon))
    app.router.routes.append(Route("/health", _health))
    app.router.routes.append(Route("/healthz", _alive))
    app.add_exception_handler(InspectionError, _answer_error)
    app.add_exception_handler(HTTPException, _answer_error)
    app.middleware("http")(_nothing_escapes)
    return app


async def _nothing_escapes(request: Request, proceed: Callable[[Request], Awaitable[Response]]) -> Response:
    """Turns what nobody foresaw into the same page as any error, with the same headers."""
    try:
        if not _is_our_host(request):
            raise HTTPException(status_code=400)
        return await proceed(request)
    except Exception as error:
        return await _answer_error(request, error)


def _is_our_host(request: Request) -> bool:
    """Whether the request names the portal as people reach it, or this machine, as the health check does."""
    chosen = settings.get()
    named = {one.strip().lower() for one in chosen.portal_hosts.split(",") if one.strip()}
    own = {urlsplit(chosen.portal_url).hostname, *THIS_MACHINE, *named}
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname in own
    except ValueError:
        return False


async def _answer_error(request: Request, error: Exception) -> Response:
    incident = incident_number()
    kind, status = _kind_of(error)
    if status >= 500:
        # where, not what: the message of a foreign error may hold values
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
        logger.error(speak("錯誤編號 %s：%s，位於 %s", "incident %s: %s at %s"), incident, type(error).__name__, where)
    else:
        logger.warning(speak("錯誤編號 %s：%s", "incident %s: %s"), incident, type(error).__name__)
    cookie = request.cookies.get(session_cookie(), "")
    return await run_in_threadpool(_error_page, kind, status, incident, cookie)


def incident_number() -> str:
    """What a person can read out on the telephone: E-7Q4K-2."""
    drawn = [secrets.choice(LETTERS) for _ in range(5)]
    return f"E-{''.join(drawn[:4])}-{drawn[4]}"


def _kind_of(error: Exception) -> tuple[str, int]:
    for kind, name in KINDS:
        if isinstance(error, kind):
            return name, error.http_status if isinstance(error, InspectionError) else 500
    if isinstance(error, HTTPException):
        return ("bad_input" if error.status_code == 405 else "not_found"), error.status_code
    return "fault", 500


def _error_page(kind: str, status: int, incident: str, cookie: str) -> Response:
    at = clock.now()
    values = {"kind": kind, "incident": incident, "now": at, "person": None, "form_token": ""}
    try:
        with begin(program(PORTAL, "error page"), at=at, read_only=True) as work:
            told = values | rendering.particulars(work.session)
            signed = sessions.recognise(work.session, cookie, at=at) if cookie else None
            if signed is not None:
                told |= signed_values(Visit(work, signed, {}, {}, cookie))
            return as_response(rendering.render("error.html.j2", told), status=status)
    except Exception:  # the database itself may be what is out of order
        told = values | rendering.no_particulars()
        return as_response(rendering.render("error.html.j2", told), status=status)


async def _stylesheet(_request: Request) -> Response:
    response = with_headers(Response(rendering.stylesheet()[0], media_type="text/css; charset=utf-8"))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"  # its address changes with its content
    return response


async def _script(_request: Request) -> Response:
    response = with_headers(Response(rendering.script()[0], media_type="text/javascript; charset=utf-8"))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"  # as the style sheet
    return response


async def _icon(_request: Request) -> Response:
    return with_headers(Response((rendering.FOLDER / "icon.svg").read_bytes(), media_type="image/svg+xml"))


async def _alive(_request: Request) -> Response:
    """That this process answers: asks no thread and no database, for who would start it anew."""
    return with_headers(PlainTextResponse("ok"))


async def _health(_request: Request) -> Response:
    """Whether the portal and its database answer; says nothing else.

    Asked beside the pages' threads and by reading alone: a busy portal, or one that waits for a writer, is alive.
    """
    await anyio.to_thread.run_sync(_ask_database, limiter=_probes())
    return with_headers(PlainTextResponse("ok"))


@cache
def _probes() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(PROBES)


def _ask_database() -> None:
    with session_scope(read_only=True) as session:
        rendering.particulars(session)
