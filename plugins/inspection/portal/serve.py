"""Serves the portal in a process of its own, apart from Airflow (`inspection portal`)."""

from __future__ import annotations

import uvicorn

from inspection import settings
from inspection.approvals import matters
from inspection.errors import BadSource, NotMigrated, SourceUnavailable
from inspection.portal.app import create_app
from inspection.rules import catalogue
from inspection.store import kinds
from inspection.store.session import session_scope

LOOPBACK = ("http://127.0.0.1", "http://localhost", "http://[::1]")


def serve(bind: str | None = None) -> None:
    """Listens on `host:port` (default: the settings') until told to stop.

    Raises BadSource for a bind that cannot be read, a missing key, plain http beyond this machine in production, or
    a kind of matter to be decided that this program does not know.
    """
    chosen = settings.get()
    chosen.require_secret_key()
    address = bind or chosen.portal_bind
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdigit():
        raise BadSource(f"{address!r} is not host:port", remedy="give for example 127.0.0.1:8601")
    if (
        chosen.profile == "production"
        and not chosen.portal_url.startswith("https://")
        and not chosen.portal_url.startswith(LOOPBACK)
    ):
        raise BadSource(
            "INSPECTION_PORTAL_URL is plain http; codes and cookies would travel in clear",
            remedy="put a reverse proxy with TLS before the portal and give its https:// address",
        )
    _require_known()
    uvicorn.run(
        create_app(), host=host.strip("[]"), port=int(port), log_level="warning", access_log=False, server_header=False,
        proxy_headers=True, forwarded_allow_ips="127.0.0.1", date_header=True,
    )  # fmt: skip


def _require_known() -> None:
    try:
        with session_scope(read_only=True) as session:
            kinds.require_known(session)
            matters.require_known(session, catalogue.current())
    except (NotMigrated, SourceUnavailable):
        return  # every page says so until the database is there
