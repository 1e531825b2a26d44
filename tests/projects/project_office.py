"""A tender of the works unit, kept under a code name: its people, its folder on a local share, and its steps."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from documents.word import parts_of
from inspection import clock as now
from inspection import settings
from inspection.approvals.decide import Decision
from inspection.campaigns.gates import awaited
from inspection.crawling import campaign as crawl
from inspection.documents.storage import read_document
from inspection.findings.suspect import suspect
from inspection.model import Document, PersonInTheKnow, ShareRecord, Suspicion
from inspection.planning.assess import assess
from inspection.planning.decision import decide_plan
from inspection.planning.draft import draft_plan
from inspection.planning.paper import print_plan
from inspection.planning.submit import submit_plan
from inspection.projects import closing, days, pledges
from inspection.projects.content import Place
from inspection.projects.hits import hand_over
from inspection.projects.open import WantedProject, open_project
from inspection.projects.people import Newcomer, Signature, add_person, sign
from inspection.roster.importing import apply
from inspection.rules import catalogue
from inspection.rules.roster import parse_roster
from inspection.store import findings, projects
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute, ProjectKind

if TYPE_CHECKING:
    from conftest import FixedClock

DEMO = Path(__file__).resolve().parents[2] / "demo"
CODE, REAL = "松風", "示範路拓寬工程採購案"
PROJECT = "C-115-PJ-01"
STAFF, OTHER_STAFF, ETHICS_HEAD, HEAD, SECRETARY = "P112", "P113", "P111", "P01", "P02"
WORKS, OWNER, STRANGER, ACCOUNTANT = "U04", "P042", "P062", "P102"
FOLDER, ELSEWHERE = "標案/甲", "標案/乙"
FIRST, LAST = date(2026, 11, 2), date(2026, 11, 20)
AFTER = "2026-11-21T09:00:00+08:00"
OPINION = ["知悉人員均依計畫切結，底價持有人員列冊管制，執行尚無缺失。", "建議下次提前一週會同資訊室清查分享區。"]


def price_sheet() -> str:
    """A sheet a tender's price stands on, with an amount made up now."""
    amount = f"{secrets.randbelow(8_000_000) + 1_000_000:,}"
    return f"工程底價表\n核定底價：新臺幣{amount}元\n核定人：首長\n"


@dataclass(frozen=True, slots=True)
class ProjectOffice:
    """Every step opens its own transaction, as a task does; the works unit's share is the folder `files`."""

    files: Path

    @property
    def rules(self) -> catalogue.Catalogue:
        """The shipped rules with the demo agency's own laid over them."""
        return catalogue.current()

    def open(self, *, places: tuple[Place, ...] = (Place(WORKS, FOLDER),), real_name: str = REAL) -> str:
        """Opens the project; its campaign's id."""
        wanted = WantedProject(ProjectKind.TENDER, WORKS, FIRST, LAST, STAFF, CODE, real_name, places)
        with session_scope() as session:
            return open_project(session, wanted, catalogue=self.rules, at=now.now()).campaign_id

    def enter(self, person: str = OWNER, role: str = "採購承辦人", *, name: str = "", body: str = "") -> int:
        """Enters a person in the know; the entry's number."""
        with session_scope() as session:
            new = Newcomer(role, person, name, body)
            return add_person(session, CODE, new, by=STAFF, at=now.now()).id

    def enter_outsider(self) -> int:
        """An outside member of the panel."""
        return self.enter("", "外聘評選委員", name="范○評", body="虛構大學土木系")

    def plan(self) -> None:
        """Assesses, drafts, prints and submits."""
        with session_scope() as session:
            assess(session, PROJECT, catalogue=self.rules, actor=STAFF, at=now.now())
            draft_plan(session, PROJECT, catalogue=self.rules, drafted_by=STAFF, at=now.now())
            print_plan(session, PROJECT, catalogue=self.rules, at=now.now())
            submit_plan(session, PROJECT, catalogue=self.rules, actor=STAFF, at=now.now())

    def decide(
        self,
        outcome: ApprovalOutcome = ApprovalOutcome.APPROVED,
        *,
        subject: str = "plan",
        person: str = HEAD,
        remark: str | None = None,
    ) -> None:
        """The head decides on the plan or the closing review."""
        with session_scope() as session:
            asked = awaited(session, subject, PROJECT)
            decision = Decision(outcome, person, asked.content_hash, ApprovalRoute.PORTAL, now.today(), remark=remark)
            if subject == "plan":
                decide_plan(session, asked.subject_id, decision, at=now.now())
            else:
                closing.decide_review(session, PROJECT, decision, at=now.now())

    def pledges(self) -> int:
        """Hands out the 切結書; how many have not signed."""
        with session_scope() as session:
            return pledges.send_pledges(session, PROJECT, catalogue=self.rules, actor=STAFF, at=now.now())

    def sign(self, entry: int, *, on: date | None = None, number: str = "示市政字第1150000200號") -> None:
        """A signed 切結書 is entered."""
        with session_scope() as session:
            sign(session, CODE, entry, Signature(on or now.today(), number), by=STAFF, at=now.now())

    def under_way(self) -> int:
        """Opened, one person entered, approved, handed out and signed; the entry's number."""
        self.open()
        entry = self.enter()
        self.plan()
        self.decide()
        self.pledges()
        self.sign(entry)
        return entry

    def crawl(self) -> None:
        """Lists and reads what the approved plan names."""
        with session_scope() as session:
            shares = crawl.begin_campaign_crawl(session, PROJECT, catalogue=self.rules, at=now.now())
        for share in shares:
            crawl.list_campaign_share(session_scope, PROJECT, share, login_for=lambda _: None)
        with session_scope() as session:
            shards = crawl.open_campaign_reading(session, PROJECT, at=now.now())
        for shard in shards:
            crawl.read_campaign_shard(session_scope, PROJECT, shard, login_for=lambda _: None)
        with session_scope() as session:
            crawl.finish_campaign_crawl(session, PROJECT, at=now.now())

    def suspect(self) -> list[Suspicion]:
        """Draws 疑似事項."""
        with session_scope() as session:
            suspect(session, PROJECT, catalogue=self.rules, actor=STAFF, at=now.now())
            return findings.suspicions(session, PROJECT)

    def hand_over(self) -> int:
        """What was confirmed is to be mended."""
        with session_scope() as session:
            return hand_over(session, PROJECT, catalogue=self.rules, actor="airflow", at=now.now())

    def plant(self, folder: str = FOLDER, name: str = "核定底價.txt", text: str | None = None) -> None:
        """Lays a price sheet into the works unit's share."""
        path = self.files / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text or price_sheet(), encoding="utf-8")

    def move_end(self, to: date, *, number: str = "示市政字第1150000300號") -> None:
        """The end is moved by a decision of today."""
        moved = days.Moved("流標，辦理第二次公告", now.today(), number)
        with session_scope() as session:
            days.move_end(session, CODE, to, moved, by=STAFF, catalogue=self.rules, at=now.now())

    def award(self, day: date | None, reason: str = "") -> None:
        """決標日 is entered, corrected or withdrawn."""
        with session_scope() as session:
            days.set_public_day(session, CODE, day, days.Moved(reason), by=STAFF, at=now.now())

    def review(self) -> None:
        """The closing review opens."""
        with session_scope() as session:
            closing.open_review(session, PROJECT, catalogue=self.rules, actor="airflow", at=now.now())

    def write(self, lines: list[str] | None = None) -> None:
        """The officer writes the opinion."""
        with session_scope() as session:
            closing.write_opinion(session, CODE, lines or OPINION, by=STAFF, catalogue=self.rules, at=now.now())

    def submit_review(self) -> None:
        """The review is laid before the head."""
        with session_scope() as session:
            closing.submit_review(session, CODE, by=STAFF, catalogue=self.rules, at=now.now())

    def submission(self) -> str:
        """The 函稿 to the superior; its document's id."""
        with session_scope() as session:
            return closing.draft_submission(session, PROJECT, catalogue=self.rules, actor=STAFF, at=now.now()).id

    def report(self) -> None:
        """The letter went out."""
        with session_scope() as session:
            closing.enter_reported(
                session, CODE, on=now.today(), number="示市政字第1150000999號", by=STAFF, at=now.now()
            )


def text_of(document_id: str) -> str:
    """All that stands in a kept document, markup and properties included."""
    with session_scope() as session:
        parts = parts_of(read_document(session.get_one(Document, document_id)))
    return "".join(part.decode("utf-8", "replace") for part in parts.values())


def entries() -> list[PersonInTheKnow]:
    """The list as it stands."""
    with session_scope() as session:
        return projects.entries(session, PROJECT)


@pytest.fixture
def office(
    database_url: str, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ProjectOffice]:
    """The demo's people in each of both databases, at nine on the project's first morning."""
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(DEMO / "rules"))
    settings.reset()
    catalogue.reset()
    clock.set("2026-11-02T09:00:00+08:00")
    files = tmp_path / "工務課"
    files.mkdir()
    with session_scope() as session:
        apply(session, parse_roster(DEMO / "roster.yaml"), actor="test", at=now.now())
        session.get_one(ShareRecord, WORKS).address = str(files)
    yield ProjectOffice(files)
    catalogue.reset()
