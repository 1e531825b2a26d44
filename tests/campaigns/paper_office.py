"""An office on paper: the demo's people and two units, no share crawled; faults come from the units' own checklists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from demo.people import fill_form

from campaigns.assessed import confirm_assessment
from inspection import clock as now
from inspection import settings
from inspection.approvals.decide import Decision
from inspection.campaigns.gates import awaited
from inspection.campaigns.open import Wanted, open_campaign
from inspection.checklists.issue import issue
from inspection.checklists.prepare import prepare
from inspection.checklists.review import accept
from inspection.checklists.take_in import Taken, take_in
from inspection.documents.forms import read_checklist
from inspection.documents.storage import read_document
from inspection.findings.suspect import suspect
from inspection.findings.triage import Verdict, triage
from inspection.model import Approval, Document, Finding, Fix, Notice, Person, RoleGrant
from inspection.planning.assess import assess
from inspection.planning.decision import decide_plan
from inspection.planning.draft import draft_plan
from inspection.planning.submit import submit_plan
from inspection.reports.compile import compile_reports
from inspection.reports.decision import decide_reports, submit_reports
from inspection.reports.issue import issue_reports
from inspection.roster.importing import apply
from inspection.rules import catalogue
from inspection.rules.roster import parse_roster
from inspection.store import campaigns, checklists, findings
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute, Role, Severity, TriageOutcome

if TYPE_CHECKING:
    from conftest import FixedClock

CAMPAIGN = "C-paper"
STAFF, SECOND_STAFF, ETHICS_HEAD, HEAD, SECRETARY = "P112", "P113", "P111", "P01", "P02"
SOCIAL, WORKS, ETHICS = "U02", "U04", "U11"
CONTACT = {SOCIAL: "P022", WORKS: "P042"}
UNIT_HEAD = {SOCIAL: "P021", WORKS: "P041"}
DEMO = Path(__file__).resolve().parents[2] / "demo"


def reviewer(unit: str) -> str:
    """Who reviews the form of a unit: of the ethics office's own, whom the plan names from outside it."""
    return SECRETARY if unit == ETHICS else SECOND_STAFF


@dataclass(frozen=True, slots=True)
class PaperOffice:
    """Every step opens its own transaction, as a task does."""

    units: tuple[str, ...] = (SOCIAL, WORKS)

    @property
    def rules(self) -> catalogue.Catalogue:
        """The shipped rules with the demo agency's own laid over them."""
        return catalogue.current()

    def open(
        self,
        campaign_id: str = CAMPAIGN,
        *,
        first_day: date = date(2026, 11, 2),
        last_day: date = date(2026, 11, 20),
        first_crawl: bool = False,
    ) -> None:
        """Opens a campaign."""
        wanted = Wanted("semiannual", first_day, last_day, STAFF, self.units, campaign_id, first_crawl)
        with session_scope() as session:
            open_campaign(session, wanted, catalogue=self.rules, at=now.now())

    def draft(self, campaign_id: str = CAMPAIGN) -> str:
        """Assesses and drafts; the plan's id."""
        with session_scope() as session:
            assess(session, campaign_id, catalogue=self.rules, actor=STAFF, at=now.now())
            confirm_assessment(session, campaign_id)
            return draft_plan(session, campaign_id, catalogue=self.rules, drafted_by=STAFF, at=now.now()).id

    def submit(self, campaign_id: str = CAMPAIGN) -> Approval:
        """Lays the plan before the head."""
        with session_scope() as session:
            return submit_plan(session, campaign_id, catalogue=self.rules, actor=STAFF, at=now.now())

    def decide(
        self,
        outcome: ApprovalOutcome = ApprovalOutcome.APPROVED,
        *,
        campaign_id: str = CAMPAIGN,
        person: str = HEAD,
        remark: str | None = None,
        on: date | None = None,
    ) -> Approval:
        """Somebody decides on the plan in the portal."""
        with session_scope() as session:
            asked = awaited(session, "plan", campaign_id)
            decision = Decision(
                outcome, person, asked.content_hash, ApprovalRoute.PORTAL, on or now.today(), remark=remark
            )
            return decide_plan(session, asked.subject_id, decision, at=now.now())

    def approved_plan(
        self,
        campaign_id: str = CAMPAIGN,
        *,
        first_day: date = date(2026, 11, 2),
        last_day: date = date(2026, 11, 20),
        first_crawl: bool = False,
    ) -> None:
        """A campaign whose plan is in force."""
        self.open(campaign_id, first_day=first_day, last_day=last_day, first_crawl=first_crawl)
        self.draft(campaign_id)
        self.submit(campaign_id)
        self.decide(campaign_id=campaign_id)

    def send_forms(self, campaign_id: str = CAMPAIGN) -> None:
        """Prepares the checklists and sends them out."""
        with session_scope() as session:
            prepare(session, campaign_id, actor=STAFF, at=now.now())
            issue(session, campaign_id, catalogue=self.rules, actor=STAFF, at=now.now())

    def form(self, unit: str, campaign_id: str = CAMPAIGN) -> bytes:
        """The form as it went out to a unit."""
        with session_scope() as session:
            checklist = checklists.get(session, f"{campaign_id}:{unit}")
            return read_document(session.get_one(Document, checklist.document_id))

    def items(self, unit: str, campaign_id: str = CAMPAIGN) -> list[str]:
        """The codes of the statements put to a unit, in order."""
        with session_scope() as session:
            return [one.item_id for one in checklists.questions(session, f"{campaign_id}:{unit}")]

    def take_in(self, form: bytes) -> Taken:
        """A form comes back."""
        with session_scope() as session:
            return take_in(session, form, channel="drop_folder", read=read_checklist, at=now.now())

    def return_form(self, unit: str, answers: Mapping[str, str] | None = None, campaign_id: str = CAMPAIGN) -> Taken:
        """A unit answers 符合 to everything but `answers`; the ethics office accepts."""
        taken = self.take_in(fill_form(self.form(unit, campaign_id), answers or {}))
        with session_scope() as session:
            accept(session, f"{campaign_id}:{unit}", person_id=reviewer(unit), at=now.now())
        return taken

    def suspect(self, campaign_id: str = CAMPAIGN) -> list[int]:
        """Draws 疑似事項; their ids."""
        with session_scope() as session:
            suspect(session, campaign_id, catalogue=self.rules, actor=STAFF, at=now.now())
            return [one.id for one in findings.suspicions(session, campaign_id)]

    def triage(
        self,
        ids: list[int],
        outcome: TriageOutcome = TriageOutcome.CONFIRMED,
        *,
        person: str = SECOND_STAFF,
        reason: str = "經現場核對屬實",
        severity: Severity | None = None,
    ) -> list[str]:
        """Decides on 疑似事項; numbers of the findings."""
        with session_scope() as session:
            verdict = Verdict(outcome, person, reason, severity)
            return triage(session, ids, verdict, catalogue=self.rules, at=now.now())

    def compile(self, campaign_id: str = CAMPAIGN) -> list[str]:
        """Compiles the reports."""
        with session_scope() as session:
            return compile_reports(session, campaign_id, catalogue=self.rules, compiled_by=STAFF, at=now.now())

    def submit_reports(self, campaign_id: str = CAMPAIGN) -> None:
        """Asks for both decisions on the reports."""
        with session_scope() as session:
            submit_reports(session, campaign_id, catalogue=self.rules, actor=STAFF, at=now.now())

    def sign(
        self,
        subject: str,
        outcome: ApprovalOutcome = ApprovalOutcome.APPROVED,
        *,
        remark: str | None = None,
        campaign_id: str = CAMPAIGN,
    ) -> None:
        """The head decides on the campaign's report, the ethics head on the units'."""
        person = HEAD if subject == "campaign_report" else ETHICS_HEAD
        with session_scope() as session:
            asked = awaited(session, subject, campaign_id)
            decision = Decision(outcome, person, asked.content_hash, ApprovalRoute.PORTAL, now.today(), remark=remark)
            decide_reports(session, campaign_id, subject, decision, at=now.now())

    def issue_reports(self, campaign_id: str = CAMPAIGN) -> int:
        """Issues the reports and opens the fixes."""
        with session_scope() as session:
            return issue_reports(session, campaign_id, catalogue=self.rules, actor=STAFF, at=now.now())

    def to_findings(self, severity: Severity, campaign_id: str = CAMPAIGN, *, unit: str = WORKS) -> str:
        """From issued forms to one confirmed finding of a unit: one statement answered 不符合."""
        self.send_forms(campaign_id)
        wrong = self.items(unit, campaign_id)[0]
        for one in self.units:
            self.return_form(one, {wrong: "不符合"} if one == unit else {}, campaign_id)
        (finding,) = self.triage(self.suspect(campaign_id), severity=severity)
        return finding

    def one_fix(self, severity: Severity = Severity.HIGH, *, first_crawl: bool = False) -> str:
        """A whole campaign up to one open fix of the works unit, issued at the time the clock shows."""
        self.approved_plan(first_crawl=first_crawl)
        fix_id = self.to_findings(severity)
        self.compile()
        self.submit_reports()
        self.sign("campaign_report")
        self.sign("unit_report")
        self.issue_reports()
        return fix_id


def fix(fix_id: str) -> Fix:
    """A fix as it stands."""
    with session_scope() as session:
        return findings.fix(session, fix_id)


def finding(finding_id: str) -> Finding:
    """A finding as it stands."""
    with session_scope() as session:
        return findings.finding(session, finding_id)


def notices(kind: str | None = None) -> list[Notice]:
    """All notices ever written, or those of a kind, in order."""
    with session_scope() as session:
        return [one for one in session.query(Notice).order_by(Notice.id) if kind is None or one.kind == kind]


def grant(person: str, role: Role, unit: str = "") -> None:
    """Gives a role, as an import would."""
    with session_scope() as session:
        session.add(RoleGrant(person_id=person, role=role, unit_id=unit, valid_from=None, valid_until=None))


def hand_over(role: Role, unit: str, *, old: str, new: str) -> None:
    """Moves a role from one person to another."""
    with session_scope() as session:
        held = session.query(RoleGrant).filter_by(person_id=old, role=role, unit_id=unit).one()
        held.person_id = new


def leaves(person: str) -> None:
    """Somebody leaves the agency."""
    with session_scope() as session:
        session.get_one(Person, person).active = False


def plan_content(campaign_id: str = CAMPAIGN) -> dict[str, object]:
    """The newest plan as data."""
    with session_scope() as session:
        plan = campaigns.latest_plan(session, campaign_id)
        assert plan is not None
        return dict(plan.content)


@pytest.fixture
def office(database_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[PaperOffice]:
    """The demo's people in each of both databases, at nine on the first morning of the window."""
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(DEMO / "rules"))
    settings.reset()
    catalogue.reset()
    clock.set("2026-11-02T09:00:00+08:00")
    with session_scope() as session:
        apply(session, parse_roster(DEMO / "roster.yaml"), actor="test", at=now.now())
    yield PaperOffice()
    catalogue.reset()
