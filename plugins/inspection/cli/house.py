"""Verbs of the house itself: follow-up, delivery, audit, portal, doctor."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from inspection import clock
from inspection.audit import chain, head
from inspection.campaigns.sender import send
from inspection.cli.speaking import AsJson, day, door, say, table, warn
from inspection.documents.copies import make_copies
from inspection.escalation.climb import follow_up as follow_up_verb
from inspection.language import speak
from inspection.notices.deliver import deliver_due
from inspection.operations import logs
from inspection.projects.pledges import remind_of_pledges
from inspection.store.session import session_scope

audit_app = typer.Typer(help="Event rows and their chain.", no_args_is_help=True)


@audit_app.command()
def verify(
    expect: Annotated[
        str, typer.Option(help="A printed seal, or its first 16 digits: it must still be in the chain.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Walk the chain; name the first row that does not fit, exit 1. Reports and a monthly mail print seals."""
    with door() as opened:
        report = chain.verify(opened.session, at=opened.at, expect=expect)
        if not report.fault:
            head.remember(opened.session, over_damaged=bool(expect))
    say({"sealed": report.sealed, "seal": report.head, "fault": report.fault}, as_json=as_json)
    if report.fault:
        warn(report.fault)
        raise typer.Exit(1)


@audit_app.command()
def seal(as_json: AsJson = False) -> None:
    """Chain what is not chained yet."""
    with door() as opened:
        sealed = chain.seal(opened.session, at=opened.at)
    say({"sealed": sealed}, as_json=as_json)


def follow_up(
    on: Annotated[str, typer.Option(help="As of this day; none: today.")] = "", as_json: AsJson = False
) -> None:
    """Remind and escalate for one day; running it again sends nothing twice. Exit 1 where a matter failed."""
    with door() as opened:
        as_of = day(on, "--on") if on else clock.local_date(opened.at)
        counts = follow_up_verb(opened.session, on=as_of, catalogue=opened.catalogue, at=opened.at)
        pledges = remind_of_pledges(opened.session, on=as_of, catalogue=opened.catalogue, at=opened.at)
    failed = counts.failed + pledges.failed
    say(
        {
            "on": as_of,
            "looked_at": counts.looked_at,
            "reminded": counts.reminded,
            "escalated": counts.escalated,
            "drafts": counts.drafts,
            "waiting": counts.waiting,
            "passed": counts.passed,
            "failed": failed,
            "pledges": pledges.reminded,
        },
        as_json=as_json,
    )
    if failed:
        warn(
            speak(
                f"有 {failed} 件事項無法提醒，已通知政風室；原因載於操作紀錄",
                f"{failed} matters could not be reminded of, the ethics office was told; the events hold the reasons",
            )
        )
        raise typer.Exit(1)


def deliver(as_json: AsJson = False) -> None:
    """Drain the outbox; exit 1 where a notice failed for good."""
    counts = deliver_due(session_scope, at=clock.now())
    say(
        {"sent": counts.sent, "put_off": counts.put_off, "failed": counts.failed, "cancelled": counts.cancelled},
        as_json=as_json,
    )
    if counts.failed:
        warn(
            speak(
                "部分通知無法送達；該單位須另指定窗口",
                "some notices cannot be delivered; the units need another contact",
            )
        )
        raise typer.Exit(1)


def copies(as_json: AsJson = False) -> None:
    """Make ODT and PDF of every plan and report that has none yet."""
    made, at = 0, clock.now()
    while batch := make_copies(session_scope, at=at):
        made += batch
    say({"made": made}, as_json=as_json)


def portal(bind: Annotated[str, typer.Option(help="host:port; none: the settings'.")] = "") -> None:
    """Serve the portal."""
    from inspection import settings
    from inspection.portal.serve import serve

    serve(bind or settings.get().portal_bind, log_config=logs.configuration())


def sender(
    alive: Annotated[Path | None, typer.Option(help="A file touched at each round, for a health check.")] = None,
) -> None:
    """Let tasks parked in Airflow go on once they have what they wait for; runs until it is told to end."""
    end = Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: end.set())
    logs.begin()
    send(seconds=time.monotonic, pause=end.wait, alive=alive)


def metrics() -> None:
    """Print the installation in numbers, as Prometheus reads them: counts and instants, nothing that was found."""
    from inspection.doctor.gauges import exposition

    with session_scope(read_only=True) as session:
        told = exposition(session, at=clock.now())
    sys.stdout.write(told)


def doctor(as_json: AsJson = False) -> None:
    """Look at everything the product needs; each failure with its remedy. Exit 1 where something is amiss."""
    from inspection.doctor import examine

    found = examine()
    rows: list[dict[str, object]] = [
        {"check": one.name, "ok": one.ok, "found": one.found, "remedy": one.remedy} for one in found
    ]
    table(rows, as_json=as_json)
    if not all(one.ok for one in found):
        raise typer.Exit(1)
