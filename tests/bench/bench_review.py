"""What the review costs with many units: `python tests/bench/bench_review.py [--units 60] [--database postgresql]`.

All units' forms are back with every statement answered, as half a year ago; shares were read, and inspectors were at
one unit, whose review is opened. The pages an officer judges forms on are opened in one process, as `bench_pages.py`
does: processor time of the whole request and of the database server, with the twelve units of the small office and
with many, so that the ratio shows what grows with the units. Exit status 1 where a page misses the aim.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import datetime
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
REPOSITORY = TESTS.parent
sys.path[:0] = [str(TESTS), str(REPOSITORY / "plugins"), str(REPOSITORY)]

from bench_checklists import agency  # noqa: E402
from bench_pages import database, signed_in  # noqa: E402
from sqlalchemy import text, update  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

import inspection.campaigns.matters  # noqa: E402, F401  # as every door does
from access.counting import statements  # noqa: E402
from checklists.test_unchanged import held_before  # noqa: E402
from inspection.findings.suspect import suspect  # noqa: E402
from inspection.model import Answer, Checklist, ChecklistReturn  # noqa: E402
from inspection.model.lifecycle import ChecklistState  # noqa: E402
from inspection.rules import catalogue  # noqa: E402
from inspection.rules.answers import StatementAnswer, kept_answer  # noqa: E402
from inspection.store import campaigns, checklists  # noqa: E402
from inspection.store.session import session_scope  # noqa: E402
from inspection.vocabulary import AnswerValue  # noqa: E402
from portal import story  # noqa: E402

AIM_MS = 300
SMALL = 12
BACK = datetime.fromisoformat("2026-11-10T10:00:00+08:00")
PAGES = {
    "all checklists": "/checklists",
    "the review of one": f"/checklists/{story.CAMPAIGN}:U04",
    "what may be accepted at once": f"/campaigns/{story.CAMPAIGN}/unchanged",
    "what the crawl says of all": f"/campaigns/{story.CAMPAIGN}/cross-checks",
    "the inspection's progress": f"/progress/{story.CAMPAIGN}",
}


def fill(session: Session, units: int) -> int:
    """The inspection of so many units at the moment of its review; how many statements were answered."""
    agency(session, units)
    story.submit(session)
    story.approve(session)
    story.send_forms(session)
    forms = checklists.of_campaign(session, story.CAMPAIGN)
    answered = sum(_come_back(session, one) for one in forms)
    held_before(session, ChecklistState.ACCEPTED, story.CAMPAIGN, [one.unit_id for one in forms])
    story._crawl(session, BACK)
    suspect(session, story.CAMPAIGN, catalogue=catalogue.current(), actor="ethics", at=BACK)
    story.visit(session)
    assert len(campaigns.units(session, story.CAMPAIGN)) == units
    return answered


def _come_back(session: Session, form: Checklist) -> int:
    """One form with 符合 everywhere and a remark that stands for its evidence; how many statements it has."""
    questions = checklists.questions(session, form.id)
    session.add_all(
        Answer(
            checklist_id=form.id, version=1, item_id=one.item_id, mended=False, remark="收發登記簿第3冊",
            value=kept_answer(StatementAnswer(said=AnswerValue.CONFORMS)),
        )
        for one in questions
    )  # fmt: skip
    session.add(
        ChecklistReturn(
            checklist_id=form.id, version=1, channel="drop_folder", filler="窗口", dated="2026/11/10", opinion="無意見",
            document_id=None, received_at=BACK,
        )
    )  # fmt: skip
    values = {"state": ChecklistState.RETURNED, "returned_at": BACK}
    session.execute(update(Checklist).where(Checklist.id == form.id).values(values))
    return len(questions)


def measure(units: int, kind: str, rounds: int) -> dict[str, tuple[float, float, float, int, int]]:
    """By page: processor milliseconds of ours and of the database server, wall milliseconds, statements, KB."""
    found: dict[str, tuple[float, float, float, int, int]] = {}
    with database(kind) as server:
        with session_scope() as session:
            answered = fill(session, units)
        with session_scope() as session:
            if kind == "postgresql":
                session.execute(text("ANALYZE"))
        print(f"{units} units, {answered:,} answers, as many half a year before, {kind}", flush=True)
        browser = signed_in("ethics")
        for name, path in PAGES.items():
            browser.get(path)
            with statements() as seen:
                answer = browser.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
            own, its, began = time.process_time(), server.seconds(), time.monotonic()
            for _ in range(rounds):
                browser.get(path)
            own, its, took = time.process_time() - own, server.seconds() - its, time.monotonic() - began
            each = (1000 * one / rounds for one in (own, its, took))
            found[name] = (*each, len(seen), len(answer.content) // 1024)  # type: ignore[assignment]
    return found


def main() -> int:
    """Prints a table; exit status 1 where a page misses the aim."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--units", type=int, default=60)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    options.add_argument("--rounds", type=int, default=10)
    given = options.parse_args()
    few = measure(SMALL, given.database, given.rounds)
    many = measure(given.units, given.database, given.rounds) if given.units > SMALL else few
    heads = (f"{SMALL} units: CPU ms", f"{given.units} units: CPU ms", "of the database", "wall ms", "statements", "KB")
    print(f"| page | {' | '.join(heads)} |")
    print("|---|---|---|---|---|---|---|")
    slow = []
    for name, (own, its, took, asked, size) in many.items():
        costs = " | ".join(f"{one:.0f}" for one in (sum(few[name][:2]), own + its, its, took))
        print(f"| {name} | {costs} | {few[name][3]} → {asked} | {size} |")
        if own + its > AIM_MS:
            slow.append(name)
    print(f"aim: at most {AIM_MS} CPU ms a page; missed: {', '.join(slow) or 'none'}")
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
