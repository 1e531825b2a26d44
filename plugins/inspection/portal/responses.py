"""What leaves the portal: pages, files and redirections, each with the same strict headers (ASVS 3.4, 14.3.2)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from inspection.errors import Misuse

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}


# the one page with a script of ours: fetched from our own address, it may speak to our own address and nothing else
SCRIPTED = HEADERS["Content-Security-Policy"] + "; script-src 'self'; connect-src 'self'"


@dataclass(frozen=True, slots=True)
class Page:
    """A template with its values. `status` is the HTTP status; `afterwards` runs when the page has been sent; a
    `scripted` page may run our own script."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    afterwards: Callable[[], Awaitable[None]] | None = None
    scripted: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """Plain data for a script of ours."""

    data: Mapping[str, Any]
    status: int = 200


@dataclass(frozen=True, slots=True)
class Download:
    """A document to be saved, never shown by the browser in our own place. `name` is the file name people see."""

    data: bytes
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class GoTo:
    """A redirection after a form (303), to a path of our own."""

    path: str


Reply = Page | Download | GoTo | Told


def as_response(html: str, *, status: int = 200, scripted: bool = False) -> Response:
    """A page's text with our headers."""
    response = with_headers(Response(html, status_code=status, media_type="text/html; charset=utf-8"))
    if scripted:
        response.headers["Content-Security-Policy"] = SCRIPTED
    return response


def as_data(told: Told) -> Response:
    """Data with our headers."""
    text = json.dumps(told.data, ensure_ascii=False)
    return with_headers(Response(text, status_code=told.status, media_type="application/json"))


def as_download(download: Download) -> Response:
    """A file to be saved under its name (RFC 6266)."""
    response = Response(download.data, media_type=download.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(download.name, safe='')}"
    return with_headers(response)


def as_redirection(target: GoTo) -> Response:
    """Sends the browser to another page of ours."""
    if not target.path.startswith("/") or target.path.startswith("//"):
        raise Misuse("redirections stay in the house")
    return with_headers(RedirectResponse(target.path, status_code=303))


def with_headers(response: Response) -> Response:
    """Adds the strict headers."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response
