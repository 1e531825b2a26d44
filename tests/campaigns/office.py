"""A small office for tests: the demo's roster, real shares on Samba, and its people deciding."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml
from demo.files import Planted, lay_out, office_files

from campaigns.assessed import confirm_assessment
from conftest import FixedClock
from inspection import clock, settings
from inspection.approvals.decide import Decision
from inspection.campaigns.gates import awaited
from inspection.campaigns.open import Wanted, open_campaign
from inspection.checklists.drop_folder import empty_drop_folder
from inspection.checklists.issue import issue
from inspection.checklists.prepare import prepare
from inspection.checklists.reading import read_in_sandbox
from inspection.checklists.review import accept
from inspection.crawling import campaign as crawl
from inspection.documents.storage import read_document
from inspection.findings.suspect import suspect
from inspection.findings.triage import Verdict, triage
from inspection.model import Document
from inspection.planning.assess import assess
from inspection.planning.decision import decide_plan
from inspection.planning.draft import draft_plan
from inspection.planning.paper import print_plan
from inspection.planning.submit import submit_plan
from inspection.reports.compile import compile_reports
from inspection.reports.decision import decide_reports, submit_reports
from inspection.reports.issue import issue_reports
from inspection.roster.importing import apply
from inspection.rules import catalogue
from inspection.rules.roster import parse_roster
from inspection.settings import REPOSITORY
from inspection.shares.address import ShareAddress
from inspection.shares.share import Login
from inspection.store import checklists, findings
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute, TriageOutcome
from servers.samba import SambaServer

ACCOUNT = "svc-inspection"
PASSWORD = "only-for-tests-on-loopback"
CAMPAIGN = "C-test"
STAFF, SECOND_STAFF, ETHICS_HEAD, HEAD, SECRETARY = "P112", "P113", "P111", "P01", "P02"
DEMO = Path(__file__).resolve().parents[2] / "demo"


@dataclass(slots=True)
class SmallOffice:
    """An office in a temporary folder; every step opens its own transactions, as a task does."""

    folder: Path
    samba: SambaServer
    planted: Planted
    units: tuple[str, ...] = ()

    @property
    def rules(self) -> catalogue.Catalogue:
        """The rules with the demo agency's own laid over them."""
        return catalogue.current()

    def login(self, address: ShareAddress) -> Login:
        """The crawl account."""
        return Login(ACCOUNT, PASSWORD)

    def import_roster(self) -> None:
        """The demo roster, its shares where this Samba serves them."""
        told = yaml.safe_load((DEMO / "roster.yaml").read_text(encoding="utf-8"))
        for unit in told["units"]:
            for share in unit.get("shares", []):
                name = share["address"].rpartition("/")[2]
                share["address"] = f"//{self.samba.host}:{self.samba.port}/{name}"
        path = self.folder / "roster.yaml"
        path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
        with session_scope() as session:
            apply(session, parse_roster(path), actor="test", at=clock.now())

    def open(self) -> None:
        """Opens the campaign."""
        wanted = Wanted("semiannual", date(2026, 11, 2), date(2026, 11, 20), STAFF, self.units, CAMPAIGN, False)
        with session_scope() as session:
            open_campaign(session, wanted, catalogue=self.rules, at=clock.now())

    def plan(self) -> None:
        """Assesses, drafts, prints and submits."""
        with session_scope() as session:
            assess(session, CAMPAIGN, catalogue=self.rules, actor=STAFF, at=clock.now())
            confirm_assessment(session, CAMPAIGN)
            draft_plan(session, CAMPAIGN, catalogue=self.rules, drafted_by=STAFF, at=clock.now())
            print_plan(session, CAMPAIGN, catalogue=self.rules, at=clock.now())
            submit_plan(session, CAMPAIGN, catalogue=self.rules, actor=STAFF, at=clock.now())

    def decide_plan(
        self, outcome: ApprovalOutcome = ApprovalOutcome.APPROVED, *, person: str = HEAD, remark: str | None = None
    ) -> None:
        """The head decides on the plan."""
        with session_scope() as session:
            asked = awaited(session, "plan", CAMPAIGN)
            decision = Decision(outcome, person, asked.content_hash, ApprovalRoute.PORTAL, clock.today(), remark=remark)
            decide_plan(session, asked.subject_id, decision, at=clock.now())

    def crawl(self) -> dict[str, int]:
        """Lists and reads every share of the plan."""
        with session_scope() as session:
            shares = crawl.begin_campaign_crawl(session, CAMPAIGN, catalogue=self.rules, at=clock.now())
        for share in shares:
            crawl.list_campaign_share(session_scope, CAMPAIGN, share, login_for=self.login)
        with session_scope() as session:
            shards = crawl.open_campaign_reading(session, CAMPAIGN, at=clock.now())
        for shard in shards:
            crawl.read_campaign_shard(session_scope, CAMPAIGN, shard, login_for=self.login)
        with session_scope() as session:
            return crawl.finish_campaign_crawl(session, CAMPAIGN, at=clock.now())

    def issue_checklists(self) -> None:
        """Prepares and issues."""
        with session_scope() as session:
            prepare(session, CAMPAIGN, actor="test", at=clock.now())
        with session_scope() as session:
            issue(session, CAMPAIGN, catalogue=self.rules, actor="test", at=clock.now())

    def forms(self) -> dict[str, bytes]:
        """The forms that went out, by unit."""
        with session_scope() as session:
            return {
                one.unit_id: read_document(session.get_one(Document, one.document_id))
                for one in checklists.of_campaign(session, CAMPAIGN)
            }

    def return_forms(self, fill: Callable[[bytes], bytes]) -> None:
        """Every unit lays its filled form into the drop folder; the ethics office accepts."""
        drop = settings.get().drop_folder_path
        drop.mkdir(exist_ok=True)
        for unit, form in self.forms().items():
            (drop / f"{unit}.docx").write_bytes(fill(form))
        with read_in_sandbox() as read:
            empty_drop_folder(session_scope, drop, read=read, at=clock.now())
        with session_scope() as session:
            for one in checklists.of_campaign(session, CAMPAIGN):
                by = SECRETARY if one.unit_id == "U11" else SECOND_STAFF
                accept(session, one.id, person_id=by, at=clock.now())

    def triage(self, outcome: TriageOutcome = TriageOutcome.CONFIRMED) -> None:
        """Everything suspected is decided alike, the ethics office's own by the secretary's named person."""
        with session_scope() as session:
            suspect(session, CAMPAIGN, catalogue=self.rules, actor="test", at=clock.now())
        with session_scope() as session:
            asked = [one.id for one in findings.contradictions(session, CAMPAIGN) if one.unit_id != "U11"]
            explained = Verdict(TriageOutcome.DISMISSED, SECOND_STAFF, "經說明可採")
            triage(session, asked, explained, catalogue=self.rules, at=clock.now())
            ids = [one.id for one in findings.suspicions(session, CAMPAIGN) if one.unit_id != "U11"]
            verdict = Verdict(outcome, SECOND_STAFF, "經開啟檔案核對屬實")
            triage(session, ids, verdict, catalogue=self.rules, at=clock.now())

    def report(self) -> None:
        """Compiles and submits."""
        with session_scope() as session:
            compile_reports(session, CAMPAIGN, catalogue=self.rules, compiled_by=STAFF, at=clock.now())
        with session_scope() as session:
            submit_reports(session, CAMPAIGN, catalogue=self.rules, actor=STAFF, at=clock.now())

    def sign(self) -> None:
        """Head and ethics head sign."""
        with session_scope() as session:
            for subject, person in (("campaign_report", HEAD), ("unit_report", ETHICS_HEAD)):
                asked = awaited(session, subject, CAMPAIGN)
                decision = Decision(
                    ApprovalOutcome.APPROVED, person, asked.content_hash, ApprovalRoute.PORTAL, clock.today()
                )
                decide_reports(session, CAMPAIGN, subject, decision, at=clock.now())

    def issue(self) -> None:
        """Issues the reports and opens the fixes."""
        with session_scope() as session:
            issue_reports(session, CAMPAIGN, catalogue=self.rules, actor=STAFF, at=clock.now())


@contextmanager
def small_office(folder: Path, *, units: tuple[str, ...] = ()) -> Iterator[SmallOffice]:
    """Sets the office up: files laid out, Samba serving them, the roster imported."""
    planted = Planted()
    files = office_files(planted, today=date(2026, 11, 2), seed=random.randrange(1 << 30))
    folders = lay_out(folder / "shares", files)
    with SambaServer(folder / "samba", folders, user=ACCOUNT, password=PASSWORD) as samba:
        office = SmallOffice(folder, samba, planted, units)
        office.import_roster()
        yield office


@contextmanager
def demo_office(
    folder: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, *, units: tuple[str, ...] = ()
) -> Iterator[SmallOffice]:
    """The same by the demo agency's own rules, on the morning of the first day; of all its units, or some."""
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(REPOSITORY / "demo" / "rules"))
    catalogue.reset()
    clock.set("2026-11-02T09:00:00+08:00")
    with small_office(folder, units=units) as made:
        yield made
    catalogue.reset()
