"""The campaign the specimens are taken from: a second half-year of the demo agency, told by the verbs.

It goes neither well nor badly, so that every part of a paper has something to say: a first half-year before it, forms
that never came or were sent back, a share not served, something mended, dismissed and undecided, opinions on the plan.
What no half-year prints comes from the smallest project and Spring-Festival window beside it. Shares hold files
invented anew; nothing of them reaches a paper.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from demo.people import fill_form
from sqlalchemy import select

from campaigns.paper_office import CONTACT, ETHICS_HEAD, SECOND_STAFF, SOCIAL, STAFF, WORKS, PaperOffice
from checklists.keyed_in import key_in
from documents.recorded import Printed, recording
from inspection import clock as now
from inspection.approvals.opinions import AdoptionNote, Given, answer_opinion, give_opinion
from inspection.audit import chain
from inspection.awareness.case_sheet import case_sheet, topics
from inspection.awareness.coverage import of_half
from inspection.campaigns.package import package
from inspection.campaigns.year_paper import print_year
from inspection.checklists.pocket_card import print_pocket_card
from inspection.checklists.review import send_back
from inspection.checklists.spot_paper import FOR_FILES, print_record
from inspection.fixes.claim import claim
from inspection.fixes.verify import release, verify
from inspection.handovers.listing import Wanted
from inspection.handovers.open import open_handover
from inspection.handovers.paper import print_list
from inspection.model import Opinion
from inspection.planning.paper import print_plan
from inspection.rules.catalogue import Catalogue
from inspection.spring.papers import (
    print_announcement,
    print_daily_reports,
    print_outside_form,
    print_safety_checklist,
)
from inspection.store import campaigns, checklists, findings, roster
from inspection.store.session import session_scope
from inspection.vocabulary import Adoption, Role, Severity, Stance, SuspicionKind, TriageOutcome
from projects.project_office import AFTER, ProjectOffice
from reports.two_stories import FARMING, PERSONNEL, Story
from spring.window_office import CAMPAIGN as SPRING
from spring.window_office import WindowOffice, shift

if TYPE_CHECKING:
    from conftest import FixedClock

SEED = 1
BEFORE, CAMPAIGN = "C-115-H1", "C-115-H2"
SPRING_DAY, FIRST_DAY = "2026-05-04T09:00:00+08:00", "2026-11-02T09:00:00+08:00"
READ_AT = "2026-11-02T18:00:00+08:00"  # after the project's, so that both databases tell the two apart alike
REPORTED = "2026-11-20T09:00:00+08:00"
CLIMBED = (date(2026, 11, 26), date(2026, 12, 2), date(2026, 12, 8), date(2026, 12, 16))
NEW_YEAR, NEW_YEAR_OVER = "2027-01-11T09:00:00+08:00", "2027-02-02T09:00:00+08:00"


def printed(folder: Path, clock: FixedClock) -> list[Printed]:
    """Every paper of the year, in the order it was printed; needs the demo agency's roster and rules."""
    with recording() as heard:
        with session_scope() as session:
            everybody = tuple(unit.id for unit in roster.units(session))
        office = replace(PaperOffice(), units=everybody)
        _half_year_before(replace(office, units=(SOCIAL, WORKS)), clock)
        with session_scope() as session:
            chain.seal(session, at=now.now())
        clock.set(FIRST_DAY)
        story = Story(office, folder, clock, CAMPAIGN)
        story.write(seed=SEED)
        story.withdraw("農業課")
        project = ProjectOffice(folder / "shares" / "工務課")
        _project_begins(project, story)
        _half_year(story)
        _project_ends(project, clock)
        _climbed(story)
        _new_year(WindowOffice(folder), office.rules, clock)
    return heard


def _half_year_before(office: PaperOffice, clock: FixedClock) -> None:
    """Two units with a fault each; one is mended and released, one is not."""
    clock.set(SPRING_DAY)
    office.approved_plan(BEFORE, first_day=date(2026, 5, 4), last_day=date(2026, 5, 22))
    office.send_forms(BEFORE)
    for unit in office.units:
        office.return_form(unit, {office.items(unit, BEFORE)[0]: "不符合"}, BEFORE)
    for suspicion in office.suspect(BEFORE):
        office.triage([suspicion], severity=Severity.MEDIUM)
    office.compile(BEFORE)
    office.submit_reports(BEFORE)
    for subject in ("campaign_report", "unit_report"):
        office.sign(subject, campaign_id=BEFORE)
    office.issue_reports(BEFORE)
    with session_scope() as session:
        fix = next(one for one in findings.unreleased_of(session, BEFORE) if one.unit_id == WORKS).id
    for step in (
        lambda session: claim(session, fix, person_id=CONTACT[WORKS], claim="已移至限權資料夾", at=now.now()),
        lambda session: verify(session, fix, person_id=SECOND_STAFF, passed=True, note="實地複查無誤", at=now.now()),
        lambda session: release(session, fix, person_id=ETHICS_HEAD, at=now.now()),
    ):
        with session_scope() as session:
            step(session)


def _half_year(story: Story) -> None:
    office, rules = story.office, story.office.rules
    office.open(CAMPAIGN)
    plan_id = office.draft(CAMPAIGN)
    with session_scope() as session:
        print_plan(session, CAMPAIGN, catalogue=rules, at=now.now())
    office.submit(CAMPAIGN)
    _opinions(plan_id)
    with session_scope() as session:
        package(session, "plan", CAMPAIGN, catalogue=rules, at=now.now())
    office.decide(campaign_id=CAMPAIGN)
    story.clock.set(READ_AT)
    addresses = story.serve()
    story.crawl()
    story.stop_serving(addresses)
    office.send_forms(CAMPAIGN)
    for number, unit in enumerate(office.units):
        items = office.items(unit, CAMPAIGN)
        if unit == FARMING:
            continue
        if unit == PERSONNEL:
            office.take_in(fill_form(office.form(unit, CAMPAIGN), {}))
            with session_scope() as session:
                send_back(
                    session,
                    f"{CAMPAIGN}:{unit}",
                    person_id=SECOND_STAFF,
                    item_ids=items[:1],
                    reason="請敘明辦理情形",
                    at=now.now(),
                )
            continue
        answers = {items[-1]: "不適用"} | ({items[0]: "不符合"} if number == 1 else {})
        office.return_form(unit, answers, CAMPAIGN)
    ids = office.suspect(CAMPAIGN)
    with session_scope() as session:
        print_pocket_card(session, checklists.get(session, f"{CAMPAIGN}:{SOCIAL}"), catalogue=rules, at=now.now())
        ids = [one.id for one in findings.suspicions(session, CAMPAIGN) if one.id in ids]
    story.judge(ids[0::2], TriageOutcome.CONFIRMED, "經開啟檔案核對屬實")
    story.judge(ids[1::6], TriageOutcome.SELF_IMPROVED, "單位已於說明期間移置")
    story.judge(ids[3::6], TriageOutcome.DISMISSED, "範例文件，無真實個人資料")
    _visited(story)
    story.clock.set(REPORTED)
    story.report()
    with session_scope() as session:
        checklist = checklists.get(session, f"{CAMPAIGN}:{WORKS}")
        print_record(session, checklist, whose=FOR_FILES, catalogue=rules, at=now.now())


def _visited(story: Story) -> None:
    """Two units were visited: in one something was not in order, which an officer confirmed."""
    for unit, wrong in ((SOCIAL, 0), (WORKS, 1)):
        with session_scope() as session:
            key_in(session, f"{CAMPAIGN}:{unit}", wrong=wrong)
    with session_scope() as session:
        seen = [one.id for one in findings.suspicions(session, CAMPAIGN) if one.kind is SuspicionKind.SEEN_ON_THE_SPOT]
    story.judge(seen, TriageOutcome.CONFIRMED, "核對現場紀錄屬實")


def _opinions(plan_id: str) -> None:
    """Of those asked one has remarks, which are answered; the next has none; the others say nothing."""
    with session_scope() as session:
        asked = list(session.scalars(select(Opinion).order_by(Opinion.id)))
        campaign = campaigns.get(session, CAMPAIGN)
        asked = [one for one in asked if one.approval_id.startswith(f"plan:{plan_id}")]
        for one, (stance, words) in zip(
            asked,
            ((Stance.REMARKS, "清查請避開上班尖峰時段，帳號期滿即停用。"), (Stance.NO_REMARKS, "")),
            strict=False,
        ):
            head = roster.holders(session, Role.UNIT_HEAD, on=now.today(), unit_id=one.unit_id)[0]
            given = Given(stance, words, head.id, one.content_hash, now.today())
            give_opinion(
                session,
                one.id,
                given,
                campaign=campaign,
                document_name="檢查計畫",
                current_hash=one.content_hash,
                at=now.now(),
            )
            if stance is Stance.REMARKS:
                note = AdoptionNote(Adoption.PARTLY, "期滿次一工作日停用；清查一律於離峰時段執行。", STAFF)
                answer_opinion(session, one.id, note, at=now.now())


def _climbed(story: Story) -> None:
    """Nothing is mended in time, so the ladder is climbed; then what the year's end prints."""
    for day in CLIMBED:
        story.follow_up(day)
    rules = story.office.rules
    with session_scope() as session:
        half = of_half("115H2")
        topic = topics(session, half, rules)[0].category
        case_sheet(session, topic, half, catalogue=rules, person_id=STAFF, at=now.now())
        print_year(session, 2026, catalogue=rules, at=now.now())


def _project_begins(project: ProjectOffice, story: Story) -> None:
    """A tender under a code name: one of the agency and one from outside are in the know and have signed."""
    project.plant()
    project.open()
    entries = (project.enter(), project.enter_outsider())
    project.plan()
    project.decide()
    project.pledges()
    for entry in entries:
        project.sign(entry)
    addresses = story.serve()
    project.crawl()
    story.stop_serving(addresses)
    PaperOffice().triage([one.id for one in project.suspect()], person=STAFF, reason="經開啟檔案核對屬實")
    project.hand_over()


def _project_ends(project: ProjectOffice, clock: FixedClock) -> None:
    clock.set(AFTER)
    project.review()
    project.write()
    project.submit_review()
    project.decide(subject="closing_review")
    project.submission()


def _new_year(window: WindowOffice, rules: Catalogue, clock: FixedClock) -> None:
    """The window with its papers, and after it an officer who leaves."""
    clock.set(NEW_YEAR)
    window.in_force()
    with session_scope() as session:
        print_plan(session, SPRING, catalogue=rules, at=now.now())
        print_safety_checklist(session, SPRING, WORKS, catalogue=rules, at=now.now())
        print_outside_form(session, SPRING, "school", catalogue=rules, at=now.now())
        print_announcement(session, SPRING, "press_release", catalogue=rules, at=now.now())
    window.report(shift("0128"), "2027-01-29T09:30:00+08:00", entered_by="P112", by_phone=True)
    window.report(shift("0129"), "2027-01-30T07:00:00+08:00", by="P122")
    window.report(shift("0129"), "2027-01-30T07:30:00+08:00", by="P122", situation=True, summary="停電五分鐘。")
    clock.set(NEW_YEAR_OVER)
    with session_scope() as session:
        print_daily_reports(session, SPRING, catalogue=rules, at=now.now())
    leaving = Wanted(STAFF, SECOND_STAFF, now.today() + timedelta(days=5), "調任他機關")
    with session_scope() as session:
        number = open_handover(session, leaving, catalogue=rules, actor=ETHICS_HEAD, at=now.now()).id
        print_list(session, number, catalogue=rules, at=now.now())
