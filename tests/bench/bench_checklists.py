"""What checklists cost: `python tests/bench/bench_checklists.py [--units 1000] [--contacts 200] [--seconds 60]`.

First the forms of a very large agency are written from its approved plan, by the verbs a campaign calls, beside docxtpl
filling as many of the same form. Then contacts of as many units save their drafts on PostgreSQL, each every three
seconds, and what stands in the drafts afterwards is counted against what was said to be saved: every version, and the
last text of every field. A save whose connection broke is sent again, as the page does. Exit status 1 where an aim is
missed, or one save is lost.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

TESTS = Path(__file__).resolve().parents[1]
REPOSITORY = TESTS.parent
sys.path[:0] = [str(TESTS), str(REPOSITORY / "plugins"), str(REPOSITORY)]

import httpx  # noqa: E402
from bench_documents import by_docxtpl  # noqa: E402
from bench_pages import database  # noqa: E402
from bench_visitors import HOST, WORKERS, spent  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

import inspection.campaigns.matters  # noqa: E402, F401  # as every door does
from documents.specimens import SPECIMENS  # noqa: E402
from inspection import settings  # noqa: E402
from inspection.access import sessions  # noqa: E402
from inspection.checklists import draft as drafting  # noqa: E402
from inspection.checklists.issue import issue  # noqa: E402
from inspection.checklists.prepare import prepare  # noqa: E402
from inspection.model import Person, RoleGrant, Unit  # noqa: E402
from inspection.portal.cookies import session_cookie  # noqa: E402
from inspection.rules import catalogue  # noqa: E402
from inspection.settings import TEMPLATES  # noqa: E402
from inspection.store import checklists  # noqa: E402
from inspection.store.session import session_scope  # noqa: E402
from inspection.vocabulary import Role  # noqa: E402
from portal import story  # noqa: E402
from portal.small_office import settle  # noqa: E402
from servers.process import ServerProcess, free_port  # noqa: E402

FORM = "checklist/unit_checklist.docx"
START = datetime.fromisoformat("2026-11-02T09:00:00+08:00")
EVERY_SECONDS = 3.0
AIM_FORM_MS = 60.0  # "in the order of seconds" for a thousand: a minute at the most


def agency(session: Session, units: int) -> list[str]:
    """The small office and so many further units, each with a contact of its own; the further units' ids."""
    settle(session)
    further = [f"V{number:04}" for number in range(1, units - 11)]
    session.add_all(
        Unit(id=one, name=f"附屬機關{one}", kind="所", tags=[], staff_count=9, is_ethics=False, active=True)
        for one in further
    )
    session.flush()
    session.add_all(
        Person(id=f"c{one}", name="窗口", title="課員", email=f"c{one}@shifan.test", unit_id=one, active=True)
        for one in further
    )
    session.flush()
    session.add_all(
        RoleGrant(person_id=f"c{one}", role=Role.CONTACT, unit_id=one, valid_from=None, valid_until=None)
        for one in further
    )
    return further


def write_forms(units: int) -> float:
    """Writes all forms and record sheets of a campaign; processor milliseconds of one unit's."""
    with session_scope() as session:
        prepare(session, story.CAMPAIGN, actor="ethics", at=START)
    begun, at = time.process_time(), time.monotonic()
    with session_scope() as session:
        count = issue(session, story.CAMPAIGN, catalogue=catalogue.current(), actor="ethics", at=START)
    cost, took = time.process_time() - begun, time.monotonic() - at
    assert count == units, (count, units)
    print(f"{count} forms and their record sheets: {took:.1f} s, {cost:.1f} CPU s")
    return 1000 * cost / count


def docxtpl_ms(rounds: int = 10) -> float:
    """Processor milliseconds in which docxtpl fills the form alone, sealing and rows left out."""
    data = SPECIMENS[FORM]()
    begun = time.process_time()
    for _ in range(rounds):
        by_docxtpl(TEMPLATES / FORM, data)  # type: ignore[arg-type]
    return 1000 * (time.process_time() - begun) / rounds


@dataclass(slots=True)
class Told:
    """What the portal answered: seconds, statuses, and by checklist how often and what was said to be saved last.

    `broken`: saves without an answer. Each may have been kept, and then its repetition changes nothing.
    """

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    saved: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    last: dict[str, dict[str, str]] = field(default_factory=dict)

    def within(self, share: float) -> float:
        """The time within which such a share of the answers was there."""
        return sorted(self.seconds)[int(share * (len(self.seconds) - 1))]


async def type_on(base: str, checklist: str, cookie: str, told: Told, *, first: float, seconds: float) -> None:
    """One contact: opens the page, and so long saves every three seconds what was typed into the next remark."""
    path = f"/checklists/{checklist}"
    async with httpx.AsyncClient(base_url=base, headers={"Cookie": cookie}, timeout=60) as browser:
        await asyncio.sleep(max(0.0, first - time.monotonic()))
        page = (await browser.get(f"{path}/answers")).text
        token = re.findall(r'name="form_token" value="([^"]+)"', page)[-1]
        seen = {unescape(name): was for name, was in re.findall(r'name="was\.([^"]+)" value="([^"]*)"', page)}
        remarks = [name for name in seen if name.startswith("remark.")]
        number = 0
        due = time.monotonic() + EVERY_SECONDS
        until = due + seconds
        while due < until:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            name, text = remarks[number % len(remarks)], f"登記簿第{number}冊"
            body = {"form_token": token, name: text, f"was.{name}": seen[name]}
            begun = time.monotonic()
            try:
                answer = await browser.post(
                    f"{path}/draft",
                    content=urlencode(body),
                    headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": base},
                )
            except httpx.TransportError:
                told.broken[checklist] += 1
                continue  # what was typed is still there, and is sent again
            told.seconds.append(time.monotonic() - begun)
            told.statuses[answer.status_code] += 1
            if answer.status_code == 200:
                told.saved[checklist] += 1
                told.last.setdefault(checklist, {})[name] = text
                seen |= {one: now["was"] for one, now in answer.json()["fields"].items()}
            due, number = max(due + EVERY_SECONDS, begun), number + 1


async def all_type(base: str, cookies: dict[str, str], seconds: float) -> Told:
    """All contacts at once, begun one after another within three seconds before the time that counts."""
    told, begun = Told(), time.monotonic() + 0.5
    await asyncio.gather(
        *(
            type_on(base, one, cookie, told, first=begun + EVERY_SECONDS * place / len(cookies), seconds=seconds)
            for place, (one, cookie) in enumerate(cookies.items())
        )
    )
    return told


def lost(told: Told) -> list[str]:
    """Drafts in which something said to be saved does not stand, or which counted another number of saves."""
    wrong = []
    with session_scope() as session:
        for one, count in told.saved.items():
            stands = drafting.of(session, checklists.get(session, one))
            counted = count - told.broken[one] <= stands.version <= count
            if not counted or any(stands.texts[name] != text for name, text in told.last[one].items()):
                wrong.append(f"{one}: {stands.version} of {count}")
    return wrong


def main() -> int:
    """Prints what was measured; exit status 1 where an aim was missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--units", type=int, default=1000)
    options.add_argument("--contacts", type=int, default=200)
    options.add_argument("--seconds", type=float, default=60.0)
    given = options.parse_args()
    port = free_port()
    base = f"http://{HOST}:{port}"
    with database("postgresql") as server:
        os.environ |= {"INSPECTION_NOW": START.isoformat(), "INSPECTION_PORTAL_URL": base}
        settings.reset()
        with session_scope() as session:
            further = agency(session, given.units)
            story.submit(session)
            story.approve(session)
        ours, theirs = write_forms(given.units), docxtpl_ms()
        print(
            f"a unit: {ours:.1f} CPU ms with form, seal, record sheet, rows and letter (aim: at most"
            f" {AIM_FORM_MS:.0f}); docxtpl fills the form alone in {theirs:.1f} ({theirs / ours:.1f}x)",
            flush=True,
        )
        with session_scope() as session:
            cookies = {
                f"{story.CAMPAIGN}:{one}": f"{session_cookie()}={sessions.start(session, f'c{one}', at=START)}"
                for one in further[: given.contacts]
            }
        environment = {
            **os.environ,
            "INSPECTION_PORTAL_WORKERS": WORKERS,
            "PYTHONPATH": str(REPOSITORY / "plugins"),
        }
        command = [sys.executable, "-m", "inspection.cli", "portal", "--bind", f"{HOST}:{port}"]
        with ServerProcess(command, log=settings.get().home / "portal.log", env=environment) as portal:
            portal.wait_for_port(port)
            assert server.pid is not None
            begun = spent(portal.pid, server.pid)
            told = asyncio.run(all_type(base, cookies, given.seconds))
            cost = 1000 * (spent(portal.pid, server.pid) - begun) / max(1, len(told.seconds))
        wrong = lost(told)
    bad = {status: number for status, number in told.statuses.items() if status != 200}
    print(
        f"{given.contacts} contacts, {given.seconds:.0f} s: {len(told.seconds)} saves, p50 {told.within(0.5):.3f} s,"
        f" p99 {told.within(0.99):.3f} s, {cost:.0f} CPU ms a save with the pages, other answers {bad or 'none'},"
        f" connections broken {told.broken.total()}, versions {told.saved.total():,} counted,"
        f" drafts that lost something: {len(wrong)}"
    )
    for one in wrong[:5]:
        print(f"  {one}")
    return int(bool(wrong) or bool(bad) or ours > AIM_FORM_MS)


if __name__ == "__main__":
    sys.exit(main())
