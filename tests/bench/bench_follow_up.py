"""What a day's follow-up costs where many fixes are open and few are due: `python tests/bench/bench_follow_up.py`.

On SQLite, in a folder of its own. Of the fixes that are not due half lie ahead and half have climbed their highest
rung; those that are due have a mail's rung today, of each severity and rung alike. Drafts are printed one by one and
measured by themselves.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "plugins"), str(REPOSITORY / "tests"), str(REPOSITORY)]

from sqlalchemy import event, insert  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from inspection import clock, settings  # noqa: E402
from inspection.campaigns.open import Wanted, open_campaign  # noqa: E402
from inspection.escalation.climb import FollowUpCounts, follow_up  # noqa: E402
from inspection.model import Finding, Fix, RungClimbed, Suspicion  # noqa: E402
from inspection.model.lifecycle import FindingState, FixState, SuspicionState  # noqa: E402
from inspection.roster.importing import apply  # noqa: E402
from inspection.rules import catalogue  # noqa: E402
from inspection.rules.ladder import Channel, LadderKind  # noqa: E402
from inspection.rules.roster import parse_roster  # noqa: E402
from inspection.store import calendar_days, campaigns, migrate, roster  # noqa: E402
from inspection.store.session import engine_for, session_scope  # noqa: E402
from inspection.vocabulary import Severity  # noqa: E402

CAMPAIGN, STAFF, ON = "C-bench", "P112", date(2026, 11, 16)
CHUNK = 5000
AIM_CPU_SECONDS, AIM_STATEMENTS = 15.0, 5.0
EARLIER_MS, EARLIER_STATEMENTS = 52, 17  # of a draft, when each was printed and looked up by itself


def office(folder: Path) -> None:
    """An empty installation with the demo's people and one campaign."""
    os.environ["INSPECTION_HOME"] = str(folder)
    os.environ["INSPECTION_DATABASE_URL"] = f"sqlite:///{folder / 'bench.db'}"
    os.environ.setdefault("INSPECTION_SECRET_KEY", "of the bench alone, nothing is kept under it")
    settings.reset()
    migrate.upgrade(os.environ["INSPECTION_DATABASE_URL"])
    with session_scope() as session:
        apply(session, parse_roster(REPOSITORY / "demo" / "roster.yaml"), actor="bench", at=clock.now())
        units = tuple(unit.id for unit in roster.units(session) if not unit.is_ethics)
        days = date(2026, 11, 2), date(2026, 11, 20)
        wanted = Wanted("semiannual", *days, STAFF, units, CAMPAIGN, False)
        open_campaign(session, wanted, catalogue=catalogue.current(), at=clock.now())


def kinds_of_due(session: Session, channel: Channel) -> list[tuple[Severity, date]]:
    """Severity and due date of a fix for each rung of a channel that is reached on the day."""
    calendar = calendar_days.calendar(session)
    ladder = catalogue.current().ladders.ladder(LadderKind.FIX)
    return [
        (severity, calendar.add_working_days(ON, -offset))
        for severity in Severity
        for offset, rung in ladder.rungs_for(severity)
        if rung.channel is channel
    ]


def put(session: Session, open_fixes: int, due: int, drafts: int) -> None:
    """Writes the fixes, in chunks."""
    units = [unit.id for unit in campaigns.units(session, CAMPAIGN)]
    ladder = catalogue.current().ladders.ladder(LadderKind.FIX)
    mails, letters = cycle(kinds_of_due(session, Channel.MAIL)), cycle(kinds_of_due(session, Channel.DRAFT_LETTER))
    ahead, behind = ON + timedelta(days=60), ON - timedelta(days=200)
    kinds: Iterator[tuple[Severity, date, str]] = iter(
        [(*next(mails), "") for _ in range(due)]
        + [(*next(letters), "") for _ in range(drafts)]
        + [
            (Severity.HIGH, ahead, "") if one % 2 else (Severity.LOW, behind, ladder.rungs_for(Severity.LOW)[-1][1].id)
            for one in range(open_fixes - due - drafts)
        ]
    )
    at, rows = clock.now(), []
    for number, (severity, due_on, climbed) in enumerate(kinds, start=1):
        rows.append((number, units[number % len(units)], severity, due_on, climbed))
        if len(rows) == CHUNK or number == open_fixes:
            _write(session, rows, at)
            rows = []


def _write(session: Session, rows: list[tuple[int, str, Severity, date, str]], at: Any) -> None:
    suspicions, findings, fixes, rungs = [], [], [], []
    for number, unit, severity, due_on, climbed in rows:
        common = {"campaign_id": CAMPAIGN, "unit_id": unit}
        suspicions.append({
            **common, "id": number, "kind": "answer", "fingerprint": f"{number:064x}",
            "state": SuspicionState.CONFIRMED, "suggested_severity": severity, "detectors": [], "noted_at": at,
        })  # fmt: skip
        findings.append({
            **common, "id": f"F{number:07}", "number": number, "suspicion_id": number, "state": FindingState.CONFIRMED,
            "severity": severity, "category": "自評不符合", "fact": "檢查表自評不符合。", "basis": "機關保密規定",
            "remedies": [], "confirmed_by": STAFF, "confirmed_at": at,
        })  # fmt: skip
        fixes.append({
            **common, "id": f"X{number:07}", "finding_id": f"F{number:07}", "state": FixState.OPEN, "opened_on": due_on,
            "original_due_on": due_on, "due_on": due_on, "due_version": 1,
        })  # fmt: skip
        if climbed:
            rungs.append({
                "fix_id": f"X{number:07}", "due_version": 1, "rung": climbed, "on": due_on, "days_overdue": 30,
                "channel": "mail",
            })  # fmt: skip
    for kind, many in ((Suspicion, suspicions), (Finding, findings), (Fix, fixes), (RungClimbed, rungs)):
        if many:
            session.execute(insert(kind), many)


def measured(on: date) -> tuple[FollowUpCounts, float, int]:
    """What a day did, the processor seconds and the statements it took."""
    seen = 0

    def see(*_given: object) -> None:
        nonlocal seen
        seen += 1

    event.listen(engine_for(), "before_cursor_execute", see)
    start = time.process_time()
    with session_scope() as session:
        counts = follow_up(session, on=on, catalogue=catalogue.current(), at=clock.now())
    taken = time.process_time() - start
    event.remove(engine_for(), "before_cursor_execute", see)
    return counts, taken, seen


def main() -> int:
    """Prints what was measured; exit status 1 where an aim is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--open", type=int, default=100_000, dest="open_fixes")
    options.add_argument("--due", type=int, default=2_000)
    options.add_argument("--drafts", type=int, default=100)
    given = options.parse_args()
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, SQLite")
    with tempfile.TemporaryDirectory() as folder:
        office(Path(folder))
        with session_scope() as session:
            put(session, given.open_fixes, given.due, 0)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        counts, taken, seen = measured(ON)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sent = counts.reminded + counts.escalated
        print(
            f"{counts.looked_at} open, {sent} due, by mail: {taken:.2f} CPU s, "
            f"{seen / max(1, sent):.2f} statements each, peak {before:.0f} to {peak:.0f} MB"
        )
        _, idle, _ = measured(ON)
        print(f"{counts.looked_at} open, none due: {idle:.2f} CPU s")
        missed = sent != given.due or taken > AIM_CPU_SECONDS or seen / max(1, sent) > AIM_STATEMENTS
    with tempfile.TemporaryDirectory() as folder:
        office(Path(folder))
        with session_scope() as session:
            put(session, given.drafts, 0, given.drafts)
        counts, taken, seen = measured(ON)
        each = 1000 * taken / max(1, counts.drafts)
        print(
            f"{counts.drafts} drafts printed: {each:.0f} CPU ms and {seen / max(1, counts.drafts):.2f} statements each"
            f" ({EARLIER_MS} ms and {EARLIER_STATEMENTS} before: {EARLIER_MS / max(each, 1e-9):.0f}×)"
        )
        missed = missed or counts.drafts != given.drafts or seen / max(1, counts.drafts) > AIM_STATEMENTS
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
