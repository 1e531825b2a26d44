"""Serves the portal in processes of its own, apart from Airflow (`inspection portal`)."""

from __future__ import annotations

import socket
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from inspection import settings
from inspection.access import proxies
from inspection.approvals import matters
from inspection.errors import BadSource, NotMigrated, SourceUnavailable, system_fault
from inspection.language import speak
from inspection.rules import catalogue
from inspection.store import kinds, rights
from inspection.store.session import session_scope

APPLICATION = "inspection.portal.app:create_app"  # by name: each process makes its own
BACKLOG = 2048  # as uvicorn itself asks for
KEPT_SECONDS = 75  # an idle connection; longer than a reverse proxy keeps its own, lest it sends into one just closed
LOOPBACK = ("http://127.0.0.1", "http://localhost", "http://[::1]")


def serve(bind: str | None = None, *, log_config: dict[str, Any] | None = None) -> None:
    """Listens on `host:port` (default: the settings') until told to stop. `log_config` as `logging.config` takes it.

    Raises BadSource for a bind that cannot be read, a missing key, plain http beyond this machine in production, a
    right at the database that was not given, or a kind of matter to be decided that this program does not know.
    """
    chosen = settings.get()
    chosen.require_secret_key()
    address = bind or chosen.portal_bind
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdigit():
        raise BadSource(
            speak(f"{address!r} 不是 host:port 格式", f"{address!r} is not host:port"),
            remedy=speak("例如 127.0.0.1:8601", "give for example 127.0.0.1:8601"),
        )
    if (
        chosen.profile == "production"
        and not chosen.portal_url.startswith("https://")
        and not chosen.portal_url.startswith(LOOPBACK)
    ):
        raise BadSource(
            speak(
                "INSPECTION_PORTAL_URL 為 http；登入代碼及 Cookie 將以明文傳送",
                "INSPECTION_PORTAL_URL is plain http; codes and cookies would travel in clear",
            ),
            remedy=speak(
                "請於入口前架設 TLS 反向代理，並填其 https:// 位址",
                "put a reverse proxy with TLS before the portal and give its https:// address",
            ),
        )
    _require_known()
    config = configured(log_config)
    with _listening(host.strip("[]"), int(port)) as listener:
        if chosen.portal_workers > 1:  # they share the socket; one that dies is started anew
            Multiprocess(config, sockets=[listener]).run()
        else:
            uvicorn.Server(config).run(sockets=[listener])


def configured(log_config: dict[str, Any] | None = None) -> uvicorn.Config:
    """The application as it is served: who the visitor is, is told by the proxies the settings name and by no other."""
    return uvicorn.Config(
        APPLICATION, factory=True, log_level="warning", access_log=False, server_header=False, date_header=True,
        timeout_keep_alive=KEPT_SECONDS,
        proxy_headers=True, forwarded_allow_ips=list(proxies.believed()), workers=settings.get().portal_workers,
        log_config=log_config or uvicorn.config.LOGGING_CONFIG,
    )  # fmt: skip


def _listening(host: str, port: int) -> socket.socket:
    """The socket to serve on, opened by us: a port that is taken is told as all else is."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        why = system_fault(error) if isinstance(error, OSError) else speak("埠號過大", "no such port")
        raise SourceUnavailable(
            speak(f"無法於 {host}:{port} 提供服務：{why}", f"cannot listen on {host}:{port}: {why}"),
        ) from None


def _require_known() -> None:
    try:
        with session_scope(read_only=True) as session:
            rights.require_given(session)
            kinds.require_known(session)
            matters.require_known(session, catalogue.current())
    except (NotMigrated, SourceUnavailable):
        return  # every page says so until the database is there
