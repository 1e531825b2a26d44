"""An office drawn by lot: roles, deputies, merged units, campaigns of every secrecy, matters that name people."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from inspection.model import (
    Approval,
    Assessment,
    Campaign,
    CampaignUnit,
    Checklist,
    Deputy,
    DutyShift,
    Finding,
    Fix,
    Handover,
    HandoverLine,
    Opinion,
    Person,
    PersonInTheKnow,
    Plan,
    Pledge,
    Project,
    Record,
    Report,
    ReportReader,
    RoleGrant,
    Suspicion,
    Unit,
)
from inspection.model.lifecycle import (
    ApprovalState,
    CampaignState,
    ChecklistState,
    FindingState,
    FixState,
    HandoverState,
    OpinionState,
    PlanState,
    ReportState,
    SuspicionState,
)
from inspection.vocabulary import ApprovalRoute, HandedKind, ProjectKind, Role, Severity
from portal.small_office import MORNING, PEOPLE, UNITS, grant, settle

DAY = date(2026, 10, 12)
HASH = "a" * 64
OF_UNIT = {Role.CONTACT, Role.UNIT_HEAD, Role.INSPECTOR}


@dataclass
class Crowd:
    """What was drawn: subjects of every kind the policy knows, besides `None`."""

    lot: random.Random
    subjects: list[Record] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)

    def person(self) -> str:
        """Somebody."""
        return self.lot.choice(sorted(PEOPLE))

    def two(self) -> list[str]:
        """Two people."""
        return self.lot.sample(sorted(PEOPLE), 2)

    def unit(self) -> str:
        """Some unit."""
        return self.lot.choice(sorted(UNITS))

    def keep(self, session: Session, *rows: Record) -> None:
        """Writes rows that the policy may be asked about."""
        session.add_all(rows)
        session.flush()
        self.subjects += rows


def crowd(session: Session, seed: int) -> Crowd:
    """Draws an office on MORNING; the same seed draws the same."""
    settle(session)
    drawn = Crowd(random.Random(seed))
    _roster(session, drawn)
    for number in range(6):
        _campaign(session, drawn, number)
    drawn.subjects += [session.get_one(Unit, one) for one in sorted(UNITS)]
    _handover(session, drawn)
    return drawn


def _roster(session: Session, drawn: Crowd) -> None:
    lot = drawn.lot
    for old, new in zip(lot.sample(sorted(UNITS), 3), lot.sample(sorted(UNITS), 3), strict=True):
        if old != new and session.get_one(Unit, new).merged_into != old:
            session.get_one(Unit, old).merged_into = new
    for person in sorted(PEOPLE):
        if lot.random() < 0.3:
            session.get_one(Person, person).unit_id = drawn.unit()
        if lot.random() < 0.1:
            session.get_one(Person, person).active = False
    session.flush()
    held = {("inspector", Role.INSPECTOR, "U11")}
    for _ in range(6):
        role, person = lot.choice(list(Role)), drawn.person()
        unit = drawn.unit() if role in OF_UNIT else ""
        known = (person, role) in {(one, what) for one, what, _ in held}
        if not known and not _holds(session, person, role, unit):
            grant(session, person, role, unit)
            held.add((person, role, unit))
    for _ in range(4):
        principal, deputy = drawn.two()
        first = DAY + timedelta(days=lot.choice((-9, -1, 0, 1)))
        session.merge(
            Deputy(
                principal_id=principal, deputy_id=deputy, valid_from=first,
                valid_until=first + timedelta(days=lot.choice((0, 1, 20))), ground="公差",
            )
        )  # fmt: skip
        session.flush()


def _holds(session: Session, person: str, role: Role, unit: str) -> bool:
    return session.query(RoleGrant).filter_by(person_id=person, role=role, unit_id=unit).first() is not None


def _campaign(session: Session, drawn: Crowd, number: int) -> None:
    lot = drawn.lot
    kind = lot.choice(("semiannual", "ad_hoc", "project", "it_audit"))
    start = MORNING + timedelta(days=lot.choice((-5, 0, 5)))
    campaign = Campaign(
        id=f"C{number}", kind=kind, name="檢查", state=lot.choice((CampaignState.SUBMITTED, CampaignState.INSPECTING,
        CampaignState.CLOSED)), window_start=start, window_end=start + timedelta(days=20), first_crawl=False,
        checklist_due_on=DAY, opened_by=drawn.person(), opened_at=MORNING,
        reveal_at=lot.choice((None, MORNING - timedelta(hours=1), MORNING + timedelta(hours=1))),
    )  # fmt: skip
    session.add(campaign)
    session.flush()
    for unit in lot.sample(sorted(UNITS), 4):
        session.add(CampaignUnit(campaign_id=campaign.id, unit_id=unit, unit_name=unit))
    drawn.campaigns.append(campaign)
    drawn.keep(session, campaign)
    _plan(session, drawn, campaign)
    if kind == "project":
        _project(session, drawn, campaign)
    _matters(session, drawn, campaign)
    _report(session, drawn, campaign)
    _duty(session, drawn, campaign)


def _plan(session: Session, drawn: Crowd, campaign: Campaign) -> None:
    lot = drawn.lot
    basis = f"A-{campaign.id}"
    session.add(Assessment(id=basis, campaign_id=campaign.id, version=1, figures={}, sentences=[], made_at=MORNING))
    session.flush()
    leader, member = drawn.two()
    group = {
        "leader_id": leader, "member_ids": [member], "unit_ids": lot.sample(sorted(UNITS), 3),
        "outsider": lot.random() < 0.5,
    }  # fmt: skip
    plan = Plan(
        id=f"P-{campaign.id}", campaign_id=campaign.id, assessment_id=basis, version=1,
        state=lot.choice((PlanState.SUBMITTED, PlanState.APPROVED)), content={"groups": [group]}, content_hash=HASH,
        document_id=None, drafted_by="ethics", drafted_at=MORNING,
    )  # fmt: skip
    drawn.keep(session, plan)
    if lot.random() < 0.7:
        session.add(
            Pledge(
                campaign_id=campaign.id, person_id=member, pledged_on=DAY, route=ApprovalRoute.PORTAL, text_hash=HASH,
                entered_by=member, entered_at=MORNING,
            )
        )  # fmt: skip
    _approvals(session, drawn, campaign, "plan", plan.id)
    for about in ("campaign_report", "unit_report", "closing_review"):
        _approvals(session, drawn, campaign, about, campaign.id)


def _approvals(session: Session, drawn: Crowd, campaign: Campaign, kind: str, subject: str) -> None:
    for number in range(1, drawn.lot.choice((1, 2, 3))):
        asker, approver = drawn.two()
        row = Approval(
            id=f"{kind}:{subject}:{number}", subject_kind=kind, subject_id=subject, content_hash=HASH, round=number,
            state=drawn.lot.choice((ApprovalState.PENDING, ApprovalState.RETURNED)), requested_by=asker,
            requested_at=MORNING, approver_id=approver, due_on=DAY, campaign_id=campaign.id,
        )  # fmt: skip
        drawn.keep(session, row)
        session.add(
            Opinion(
                id=f"O-{row.id}", approval_id=row.id, unit_id=drawn.unit(), unit_name="會辦", due_on=DAY,
                content_hash=drawn.lot.choice((HASH, "b" * 64)), asked_at=MORNING,
                state=drawn.lot.choice((OpinionState.ASKED, OpinionState.NOT_ASKED, OpinionState.VOIDED)),
            )
        )  # fmt: skip
        session.flush()


def _project(session: Session, drawn: Crowd, campaign: Campaign) -> None:
    session.add(
        Project(
            campaign_id=campaign.id, code_name=f"code {campaign.id}", kind=next(iter(ProjectKind)), real_name="甲案",
            unit_id=drawn.unit(), public_on=None, stages=[], opinion="",
        )
    )  # fmt: skip
    session.flush()
    for person in drawn.two():
        session.add(
            PersonInTheKnow(
                campaign_id=campaign.id, who=person, person_id=person, name=person, body="", role="承辦",
                from_on=DAY - timedelta(days=3), until_on=drawn.lot.choice((None, DAY - timedelta(days=1), DAY)),
                pledge_signed_on=drawn.lot.choice((None, DAY, DAY + timedelta(days=1))), pledge_number="1",
                added_by="ethics", added_at=MORNING,
            )
        )  # fmt: skip
    session.flush()


def _matters(session: Session, drawn: Crowd, campaign: Campaign) -> None:
    for number in range(4):
        unit = drawn.unit()
        suspicion = Suspicion(
            campaign_id=campaign.id, unit_id=unit, kind="checklist_answer", fingerprint=f"{campaign.id}{number}" * 4,
            state=SuspicionState.OPEN, suggested_severity=Severity.MEDIUM, detectors=[], noted_at=MORNING,
            confidant_id=drawn.lot.choice((None, drawn.person())),
        )  # fmt: skip
        drawn.keep(session, suspicion)
        one = f"{campaign.id}-{number}"
        session.add(
            Finding(
                id=one, campaign_id=campaign.id, number=number, unit_id=unit, suspicion_id=suspicion.id,
                state=FindingState.CONFIRMED, severity=Severity.LOW, category="x", fact="x", basis="x", remedies=[],
                confirmed_by="ethics", confirmed_at=MORNING,
            )
        )  # fmt: skip
        session.flush()
        drawn.keep(
            session,
            Fix(
                id=one, finding_id=one, campaign_id=campaign.id, unit_id=unit, state=FixState.OPEN, opened_on=DAY,
                original_due_on=DAY, due_on=DAY, due_version=1,
            ),
        )  # fmt: skip
    for unit in drawn.lot.sample(sorted(UNITS), 2):
        row = Checklist(
            id=f"{campaign.id}:{unit}", campaign_id=campaign.id, unit_id=unit, state=ChecklistState.ISSUED, due_on=DAY,
            questions_hash=HASH,
        )  # fmt: skip
        drawn.keep(session, row)


def _report(session: Session, drawn: Crowd, campaign: Campaign) -> None:
    report = Report(
        id=f"R-{campaign.id}", campaign_id=campaign.id, unit_id=drawn.unit(), version=1,
        state=drawn.lot.choice((ReportState.ISSUED, ReportState.SUPERSEDED)), content={}, content_hash=HASH,
        compiled_by="ethics", compiled_at=MORNING, issued_at=MORNING,
    )  # fmt: skip
    drawn.keep(session, report)
    for copy, person in enumerate(drawn.two(), start=1):
        handed = drawn.lot.choice((None, DAY))
        session.add(ReportReader(report_id=report.id, person_id=person, copy_number=copy, handed_on=handed))
    session.flush()


def _duty(session: Session, drawn: Crowd, campaign: Campaign) -> None:
    person, deputy = drawn.two()
    starts = MORNING + timedelta(days=drawn.lot.choice((-20, -1, 0, 1, 5)))
    drawn.keep(
        session,
        DutyShift(
            id=f"D-{campaign.id}", campaign_id=campaign.id, post="值勤室", starts_at=starts, person_id=person,
            ends_at=starts + timedelta(hours=8), deputy_id=deputy, telephone="", active=drawn.lot.random() < 0.8,
        ),
    )  # fmt: skip


def _handover(session: Session, drawn: Crowd) -> None:
    for number in range(3):
        giver, taker = drawn.two()
        row = Handover(
            id=f"H{number}", from_id=giver, to_id=taker, unit_id="", effective_on=DAY, reason="調職", by_roster=False,
            witness_id=drawn.lot.choice((None, drawn.person())), state=HandoverState.CARRIED_OUT, opened_by="ethics",
            opened_at=MORNING, carried_out_at=MORNING + timedelta(minutes=number),
        )  # fmt: skip
        drawn.keep(session, row)
        plan = session.get_one(Plan, f"P-{drawn.lot.choice(drawn.campaigns).id}")
        session.add(
            HandoverLine(
                handover_id=row.id, number=1, kind=HandedKind.GROUP, subject_id=f"{plan.id}:1", unit_id="",
                words="分組", taker_id=drawn.person(),
            )
        )  # fmt: skip
        session.flush()


def instants() -> list[datetime]:
    """Moments at which people, days and hours differ."""
    return [MORNING, MORNING + timedelta(hours=2), MORNING + timedelta(days=1), MORNING + timedelta(days=6)]
