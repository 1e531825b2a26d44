"""`inspection metrics`: the installation in numbers, in the text form Prometheus reads.

Counts, instants and names of our own stages: nothing that was found, no unit, no person, no file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit import head
from inspection.keeping import last_backup
from inspection.operations import runs as operating
from inspection.operations.letters import MANY_TRIES
from inspection.store import events, gauges, notices, parked, runs

Told = dict[str, float]
"""Values by the label they bear; "" for a gauge without one. Empty where there is nothing to tell yet."""


@dataclass(frozen=True)
class Scrape:
    """One asking for all numbers, at an instant; what two of them tell is looked up once."""

    session: Session
    at: datetime

    @cached_property
    def unreached(self) -> tuple[int, int]:
        """Letters given up, and letters tried again and again."""
        return notices.unreached_count(self.session, tries=MANY_TRIES)


@dataclass(frozen=True, slots=True)
class Gauge:
    """One number: its name, what it means, and how it is asked for. `label` names what its values are told apart by."""

    name: str
    meaning: str
    ask: Callable[[Scrape], Told]
    label: str = ""


def _one(value: float) -> Told:
    return {"": float(value)}


def _instant(value: datetime | None) -> Told:
    return {} if value is None else _one(value.timestamp())


def _last_backup(scrape: Scrape) -> Told:
    last = events.last_of(scrape.session, last_backup.SUBJECT, (last_backup.MADE, last_backup.RESTORED))
    return _instant(last.at if last else None)


def _seals(scrape: Scrape) -> Told:
    newest = head.newest(scrape.session)
    return _one(newest.count if newest else 0)


def _stages(scrape: Scrape) -> Told:
    last = runs.last_of(scrape.session, [one.stage for one in operating.PERIODIC])
    return {stage: at.timestamp() for stage, at in sorted(last.items())}


GAUGES = (
    Gauge("inspection_letters_waiting", "letters not sent yet", lambda s: _one(gauges.letters_waiting(s.session))),
    Gauge(
        "inspection_letters_retrying", "letters tried many times without success",
        lambda s: _one(s.unreached[1]),
    ),
    Gauge(
        "inspection_letters_given_up", "letters that reached nobody",
        lambda s: _one(s.unreached[0]),
    ),
    Gauge("inspection_decisions_waiting", "matters not decided", lambda s: _one(gauges.decisions_waiting(s.session))),
    Gauge(
        "inspection_gates_waiting", "approval gates parked in Airflow",
        lambda s: _one(len(parked.open_gates(s.session))),
    ),
    Gauge("inspection_campaigns_open", "campaigns not concluded", lambda s: _one(gauges.campaigns_open(s.session))),
    Gauge("inspection_fixes_open", "cases neither mended nor excepted", lambda s: _one(gauges.fixes_open(s.session))),
    Gauge(
        "inspection_fixes_overdue", "cases past their day that wait for their unit",
        lambda s: _one(gauges.fixes_overdue(s.session, on=clock.local_date(s.at))),
    ),
    Gauge(
        "inspection_tasks_failed", "failures told and not mended since",
        lambda s: _one(len(operating.unmended(s.session, at=s.at))),
    ),
    Gauge(
        "inspection_work_overdue", "work of the clock that was not done in time",
        lambda s: _one(len(operating.overdue(s.session, at=s.at))),
    ),
    Gauge("inspection_record_seals", "events the record's chain holds; never falls", _seals),
    Gauge("inspection_record_whole", "1 while the chain holds the seal this machine knows",
          lambda s: _one(not head.lost(s.session))),
    Gauge("inspection_last_crawl_timestamp_seconds", "last crawl that read every share",
          lambda s: _instant(gauges.last_crawl(s.session))),
    Gauge("inspection_last_backup_timestamp_seconds", "last backup made or restored", _last_backup),
    Gauge("inspection_stage_timestamp_seconds", "when work of the clock last ended well", _stages, "stage"),
)  # fmt: skip


def exposition(session: Session, *, at: datetime) -> str:
    """All gauges as text (Prometheus 0.0.4); what there is nothing to tell of is left out."""
    lines, scrape = [], Scrape(session, at)
    for gauge in GAUGES:
        told = gauge.ask(scrape)
        if told:
            lines += [f"# HELP {gauge.name} {gauge.meaning}", f"# TYPE {gauge.name} gauge"]
        for label, value in told.items():
            lines.append(f"{gauge.name}{_label(gauge.label, label)} {value:.0f}")
    return "\n".join(lines) + "\n"


def _label(name: str, value: str) -> str:
    return f'{{{name}="{value}"}}' if name else ""
