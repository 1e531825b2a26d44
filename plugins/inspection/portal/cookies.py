"""The portal's cookies: out of reach of scripts and of other sites."""

from __future__ import annotations

from starlette.responses import Response

from inspection import settings


def session_cookie() -> str:
    """Name of the cookie; the prefix makes browsers insist on https and our own host (ASVS 3.3.1)."""
    return named("inspection")


def named(name: str) -> str:
    """A cookie's name as browsers keep it."""
    return f"__Host-{name}" if is_https() else name


def is_https() -> bool:
    """Whether people reach the portal by https."""
    return settings.get().portal_url.startswith("https://")


def set_cookie(response: Response, name: str, value: str, *, days: int = 0) -> None:
    """A cookie for this browser session only, or for some days, out of reach of scripts and of other sites."""
    kept = days * 86_400 or None
    response.set_cookie(name, value, max_age=kept, httponly=True, samesite="strict", secure=is_https(), path="/")
