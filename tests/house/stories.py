"""Short stories of an office told by the product's own verbs under any rules, and all that can be seen of them.

Each is a generator: it yields after each chapter, so that whoever compares two tellings may stop where they differ.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select
from tools.generate_docs import OF_RULES
from typer.testing import CliRunner

from campaigns import paper_office
from campaigns.paper_office import PaperOffice
from findings.crawled import Seen, crawl, drawn, hinted
from findings.declaring import contradict, declare, handle
from findings.test_learning import draw, filled, judge, night, release
from house.stage import Stage, Telling, planted
from inspection import clock as now
from inspection.approvals.opinions import AdoptionNote, Given
from inspection.awareness.case_sheet import case_sheet, topics
from inspection.awareness.coverage import of_half
from inspection.awareness.importing import bring_in
from inspection.awareness.records import HandlerEntry, SessionEntry, Written, typed_in
from inspection.campaigns import consultation, retention
from inspection.campaigns.archive import archive
from inspection.campaigns.calendar_watch import check_calendar
from inspection.campaigns.closing import lacking
from inspection.campaigns.gates import awaited
from inspection.campaigns.open import Wanted, open_campaign
from inspection.campaigns.package import package
from inspection.campaigns.simulate import simulate
from inspection.campaigns.year_paper import print_year
from inspection.checklists.entering import lacks_evidence
from inspection.checklists.review import reopen, send_back
from inspection.cli import calendar
from inspection.cli.speaking import kind_word
from inspection.crawling.campaign import vault
from inspection.detection.traits import traits
from inspection.errors import BadSource
from inspection.escalation.climb import follow_up
from inspection.findings.made_public import project_folders
from inspection.findings.triage import Verdict, triage
from inspection.fixes.claim import claim
from inspection.fixes.settle import settle
from inspection.model import Campaign, ChecklistQuestion, Fix, ReportReader, Suspicion
from inspection.model.lifecycle import CampaignState
from inspection.planning.assess import assess
from inspection.planning.draft import draft_plan
from inspection.projects.content import Place
from inspection.projects.pledges import remind_of_pledges
from inspection.reports.compile import compile_reports
from inspection.reports.decision import SUBJECTS, decide_reports, submit_reports
from inspection.reports.reading import open_report
from inspection.rules import catalogue
from inspection.rules.answers import StatementAnswer, kept_answer
from inspection.rules.catalogue import Catalogue
from inspection.rules.checklist_items import ChecklistItem, Respondent
from inspection.rules.lesson_papers import shipped_papers
from inspection.rules.mail_texts import template_faults
from inspection.rules.meaning import shipped_meaning
from inspection.rules.plan_sections import SectionContent, gaps
from inspection.settings import TEMPLATES
from inspection.spring.papers import (
    print_announcement,
    print_daily_reports,
    print_outside_form,
    print_safety_checklist,
)
from inspection.store import campaigns
from inspection.store.session import session_scope
from inspection.vocabulary import Adoption, AnswerValue, Severity, Stance, TriageOutcome
from inspection.vocabulary import Verdict as Judged
from portal import story
from projects.project_office import AFTER, FOLDER, PROJECT, ProjectOffice
from spring.window_office import CAMPAIGN as WINDOW
from spring.window_office import WindowOffice, lists, shift

SHIPPED = catalogue.load()


def follow(stage: Stage, *days: str) -> None:
    """The follow-up of some days."""
    for day in days:
        stage.clock.set(f"{day}T09:30:00+08:00")
        with session_scope() as session:
            follow_up(session, on=date.fromisoformat(day), catalogue=catalogue.current(), at=now.now())


def awareness_work() -> None:
    """One lecture for one unit, and two people who handle secrets, of whom one attended."""
    given = {"held_on": "2026-08-05", "kind": "lecture", "title": "保密講習", "attendees": 3, "units": ["U04"]}
    more = {"tags": ["law"], "people": ["works"], "channels": ["letter 2026-08-06"]}
    handlers = (("works", "U04"), ("social", "U02"))
    people = [{"person": one, "unit": unit, "since": "2026-01-01"} for one, unit in handlers]
    written = Written(
        sessions=(typed_in(SessionEntry, given | more),),
        handlers=tuple(typed_in(HandlerEntry, one) for one in people),
    )
    with session_scope() as session:
        bring_in(session, written, catalogue=catalogue.current(), person_id="ethics", at=now.now())


def semiannual(stage: Stage) -> Telling:
    """A regular inspection of the small office, from the assessment to the last rung, with the pages people read."""
    stage.begin("small", "2026-10-14T09:00:00+08:00")
    awareness_work()
    with session_scope() as session:
        plan_id = story.submit(session)
        told = repr(simulate(session, story.CAMPAIGN, catalogue=catalogue.current()))
    yield stage.seen(told, stage.page("mayor", f"/plans/{plan_id}"), stage.page("it_head", f"/plans/{plan_id}"))
    with session_scope() as session:
        plan = campaigns.plan(session, plan_id)
        given = Given(Stance.REMARKS, "清查帳號請於期滿停用", "it_head", plan.content_hash, now.today())
        consultation.give(session, "plan", story.CAMPAIGN, "U08", given, catalogue=catalogue.current(), at=now.now())
        adopted = AdoptionNote(Adoption.PARTLY, "期滿後次日停用", "ethics")
        consultation.answer(session, "plan", story.CAMPAIGN, "U08", adopted, at=now.now())
    follow(stage, "2026-10-15", "2026-10-16", "2026-10-19", "2026-10-20", "2026-10-21", "2026-10-22", "2026-10-26")
    with session_scope() as session:
        made = package(session, "plan", story.CAMPAIGN, catalogue=catalogue.current(), at=now.now())
    reached = stage.page("ethics", f"/campaigns/{story.CAMPAIGN}/contacts")
    yield stage.seen(made.files["01_簽稿.txt"].decode(), stage.page("mayor", f"/plans/{plan_id}"), reached)
    with session_scope() as session:
        story.approve(session)
        story.inspect(session)
        story.visit(session)
    fillers = stage.page("works", f"/checklists/{story.CAMPAIGN}:U04/fillers")
    review = stage.page("ethics", f"/checklists/{story.CAMPAIGN}:U04")
    yield stage.seen(stage.page("mayor", f"/plans/{plan_id}"), fillers, review)
    follow(stage, "2026-11-09", "2026-11-11", "2026-11-12", "2026-11-16", "2026-11-18")
    with session_scope() as session:
        found = [one for one in session.scalars(select(Suspicion).order_by(Suspicion.id)) if not one.is_question]
        asked, own, dismissed = found[0].id, [one.id for one in found if one.crawled_file_id is None], found[2].id
        rules = catalogue.current()
        triage(session, [asked], Verdict(TriageOutcome.ASK_UNIT, "ethics", "請說明"), catalogue=rules, at=now.now())
        triage(session, own, Verdict(TriageOutcome.CONFIRMED, "ethics", "屬實"), catalogue=rules, at=now.now())
        ground = rules.triage.dismissal_grounds[0].id
        verdict = Verdict(TriageOutcome.DISMISSED, "ethics", "範例文件", ground=ground)
        triage(session, [dismissed], verdict, catalogue=rules, at=now.now())
    yield stage.seen(
        *(stage.page("ethics", f"/suspicions/{unit}") for unit in ("U02", "U04")), stage.page("social", "/questions")
    )
    own_case = next(one.id for one in found if one.unit_id == "U11")
    yield stage.seen(stage.page("secretary", f"/cases/{own_case}"), stage.page("ethics", f"/cases/{own_case}"))
    follow(stage, "2026-11-19", "2026-11-20", "2026-11-23", "2026-11-25", "2026-11-26", "2026-11-27")
    with session_scope() as session:
        story.report(session)
        made = package(session, "campaign_report", story.CAMPAIGN, catalogue=catalogue.current(), at=now.now())
    yield stage.seen(
        made.files["01_簽稿.txt"].decode(), stage.page("mayor", f"/campaigns/{story.CAMPAIGN}/campaign_report")
    )
    with session_scope() as session:
        story.sign_and_issue(session)
        missing = lacking(session, story.CAMPAIGN, catalogue=catalogue.current())
        report, reader = session.execute(select(ReportReader.report_id, ReportReader.person_id)).first() or ("", "")
        open_report(session, report, person_id=reader, at=now.now())
    yield stage.seen(*map(repr, missing), stage.page(reader, f"/reports/{report}"))
    follow(stage, *(f"2026-{day}" for day in ("11-24", "11-25", "11-26", "11-27", "11-30", "12-01", "12-03", "12-08")))
    follow(stage, "2026-12-15", "2026-12-31", "2027-01-20")
    with session_scope() as session:
        fix_id = session.scalars(select(Fix.id).order_by(Fix.id)).first()
        rules, months = catalogue.current(), of_half("115H2")
        for topic in topics(session, months, rules):
            case_sheet(session, topic.category, months, catalogue=rules, person_id="ethics", at=now.now())
    yield stage.seen(stage.page("works_head", "/"), stage.page("ethics", f"/fixes/{fix_id}"))


def spring_window(stage: Stage) -> Telling:
    """The days around New Year: the window's campaign, its plan and papers, and those on duty."""
    stage.begin("demo", "2027-01-11T09:00:00+08:00")
    office = WindowOffice(stage.folder)
    office.confirm()
    office.open()
    office.import_file(office.write(own_lists()))
    office.draft()
    yield stage.seen()
    office.submit()
    office.decide()
    rules, paper = catalogue.current(), PaperOffice()
    with session_scope() as session:
        plan = campaigns.latest_plan(session, WINDOW)
        assert plan is not None
        plan_id = plan.id
    paper.send_forms(WINDOW)
    yield stage.seen(stage.page(paper_office.STAFF, f"/plans/{plan_id}"))
    with session_scope() as session:
        for unit in ("U04", "U07", "U08"):
            print_safety_checklist(session, WINDOW, unit, catalogue=rules, at=now.now())
        for form in rules.spring.outside_forms:
            print_outside_form(session, WINDOW, form.id, catalogue=rules, at=now.now())
        for text in rules.spring.announcements:
            print_announcement(session, WINDOW, text.id, catalogue=rules, at=now.now())
    for minute in ("29T08:01", "29T08:31", "29T09:01", "29T09:31", "29T10:01", "29T11:01", "29T14:01"):
        office.ask(f"2027-01-{minute}:00+08:00")
    stage.clock.set("2027-01-29T14:05:00+08:00")
    with session_scope() as session:
        print_daily_reports(session, WINDOW, catalogue=rules, at=now.now())
    yield stage.seen(stage.page("P072", f"/duty/{shift('0128')}"))


def own_lists() -> dict[str, list[dict[str, object]]]:
    """What a window's plan needs but the division of work, which the rules propose then."""
    return {name: rows for name, rows in lists().items() if name != "division"}


def project(stage: Stage) -> Telling:
    """A tender under a code name, from its opening to the letter to the superior; what was crawled is made up."""
    stage.begin("demo", "2026-11-02T09:00:00+08:00")
    office = ProjectOffice(stage.folder)
    office.open(places=(Place(paper_office.WORKS, FOLDER), Place(paper_office.SOCIAL)))
    entry = office.enter()
    office.plan()
    office.decide()
    office.pledges()
    yield stage.seen()
    for day in (3, 4, 5, 6, 9, 10, 12):
        follow(stage, f"2026-11-{day:02}")
        with session_scope() as session:
            remind_of_pledges(session, on=now.today(), catalogue=catalogue.current(), at=now.now())
    yield stage.seen()
    office.sign(entry)
    told = ("TOP-PROC-PRICE", "TOP-DRAFT")
    crawl(PROJECT, [Seen(f"{one}.txt", one, share=paper_office.SOCIAL, detectors=(one,)) for one in told])
    office.suspect()
    yield stage.seen()
    office.award(date(2026, 11, 12))
    stage.clock.set(AFTER)
    with session_scope() as session:
        folders = project_folders(session, catalogue=catalogue.current(), at=now.now())
        yield repr([(one.code_name, sorted(one.watched), sorted(one.public), one.day_name) for one in folders])
    office.review()
    office.write()
    office.submit_review()
    yield stage.seen(stage.page("P01", f"/projects/{PROJECT}/closing_review"))
    office.decide(subject="closing_review")
    office.submission()
    yield stage.seen()


def year(stage: Stage) -> Telling:
    """What the year asks for, and plans of the other kinds."""
    stage.begin("demo", "2027-04-20T09:00:00+08:00")
    rules = catalogue.current()
    with session_scope() as session:
        check_calendar(session, catalogue=rules, at=now.now())
        for kind in ("ad_hoc", "remote_work", "it_audit"):
            wanted = Wanted(kind, date(2027, 5, 3), date(2027, 5, 21), "P112", ("U08", "U04"), f"C-{kind}")
            open_campaign(session, wanted, catalogue=rules, at=now.now())
            assess(session, f"C-{kind}", catalogue=rules, actor="P112", at=now.now())
            draft_plan(session, f"C-{kind}", catalogue=rules, drafted_by="P112", at=now.now())
        print_year(session, 2027, catalogue=rules, at=now.now())
    items = rules.checklist_items.applicable("ad_hoc", frozenset(), Respondent.UNIT)
    written = ("8", "10", "-1", "115年4月1日", "密" * 250)
    read = [read_as(item, one) for item in items for one in written]
    with session_scope() as session:
        kinds = [kind_word(campaigns.get(session, f"C-{kind}")) for kind in ("ad_hoc", "remote_work", "it_audit")]
    past = CliRunner().invoke(calendar.app, ["announced", "--as", "P112"])
    named = [counts_as_evidence(items[0], word) for word in SHIPPED.checklist_items.no_evidence]
    yield stage.seen(*kinds, past.output, lacks("C-ad_hoc"), lacks("C-it_audit"), *read, *named)


def read_as(item: ChecklistItem, written: str) -> str:
    """What is read of an answer, or why it is not read."""
    try:
        return repr(item.answer.read([written]))
    except ValueError as error:
        return str(error)


def counts_as_evidence(item: ChecklistItem, written: str) -> str:
    """Whether what was written beside 符合 is told of as naming no evidence."""
    spec = {**item.kept(), "evidence": "登記簿", "evidence_required": True}
    put = ChecklistQuestion(item_id=item.id, statement=item.statement, spec=spec)
    said = kept_answer(StatementAnswer(said=AnswerValue.CONFORMS))
    return f"{written}: {lacks_evidence(put, said, written, has_proof=False)}"


def refusals(rules: Catalogue) -> list[str]:
    """What is said of legal bases that may not be cited, and of sentences that cite them by an outdated name."""
    told = []
    for basis in rules.legal_bases.bases:
        try:
            told.append(rules.valid_basis(basis.id, now.today()).citation("本所"))
        except BadSource as error:
            told.append(f"{error.problem} {error.remedy}")
    old = "、".join(drift.wording for drift in SHIPPED.legal_bases.drifts)
    phrase = rules.wording.phrases[0].model_copy(update={"lines": (old,)})
    outdated = planted(rules, wording=rules.wording.model_copy(update={"phrases": (phrase,)}))
    return told + [f"{fault.problem} {fault.remedy}" for fault in catalogue.outdated(outdated)]


def lacks(campaign_id: str) -> str:
    """What is said of a plan that lacks something."""
    with session_scope() as session:
        plan = campaigns.latest_plan(session, campaign_id)
        assert plan is not None
        form = catalogue.current().plan_form(campaigns.get(session, campaign_id).kind)
        empty = {section.id: SectionContent("字" * 12) for section in form.sections}
        return repr(gaps(form, empty))


def mending(stage: Stage) -> Telling:
    """Faults of each severity, told by the units themselves, until each rung was climbed or the fault was mended; one
    form is sent back, and nobody corrects it."""
    stage.begin("demo", "2026-11-02T09:00:00+08:00")
    office = PaperOffice()
    office.approved_plan()
    office.send_forms()
    wrong = office.items("U04")[:4]
    for unit in office.units:
        office.return_form(unit, dict.fromkeys(wrong, "不符合") if unit == "U04" else {})
    with session_scope() as session:
        form, (item, *_) = f"{paper_office.CAMPAIGN}:{paper_office.SOCIAL}", office.items(paper_office.SOCIAL)
        reopen(session, form, person_id=paper_office.SECOND_STAFF, reason="漏看一項", at=now.now())
        send_back(session, form, person_id=paper_office.SECOND_STAFF, item_ids=[item], reason="請補正", at=now.now())
    for one, severity in zip(office.suspect(), Severity, strict=True):
        office.triage([one], severity=severity)
    with session_scope() as session:  # by the ethics head, who would decide on the units' reports
        rules, campaign = catalogue.current(), paper_office.CAMPAIGN
        compile_reports(session, campaign, catalogue=rules, compiled_by="P111", at=now.now())
        submit_reports(session, campaign, catalogue=rules, actor="P111", at=now.now())
        for subject in SUBJECTS:
            asked = awaited(session, subject, paper_office.CAMPAIGN)
            decision = story.decision(asked.approver_id, asked.content_hash, now.today())
            decide_reports(session, paper_office.CAMPAIGN, subject, decision, at=now.now())
    office.issue_reports()
    yield stage.seen()
    follow(stage, *(f"2026-11-{day:02}" for day in (3, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17, 20, 23, 30)))
    with session_scope() as session:
        mended = session.scalars(select(Fix.id).order_by(Fix.id.desc())).first()
        claim(session, str(mended), person_id="P042", claim="已移置", at=now.now())
    follow(stage, "2026-12-07", "2026-12-21", "2027-01-11")
    yield stage.seen(stage.page("P041", "/"), stage.page("P112", f"/fixes/{mended}"))


def again(stage: Stage) -> Telling:
    """What was dismissed is found in a later inspection, the same and elsewhere."""
    stage.begin("demo", "2026-11-02T09:00:00+08:00")
    office, (first, later) = PaperOffice(), ("C-first", "C-later")
    for campaign, day in ((first, date(2026, 11, 2)), (later, date(2027, 3, 1))):
        office.open(campaign, first_day=day, last_day=day + timedelta(days=18))
    files = [Seen(f"收發/{ground.id}.txt", ground.id) for ground in SHIPPED.triage.dismissal_grounds]
    crawl(first, files)
    office.suspect(first)
    rules = catalogue.current()
    for path, one in drawn(first).items():
        ground = path.partition("/")[2].partition(".")[0]
        verdict = Verdict(TriageOutcome.DISMISSED, "P112", "已開啟檔案核對", ground=ground)
        with session_scope() as session:
            triage(session, [one.id], verdict, catalogue=rules, at=now.now())
    defective = Seen("缺漏.txt", "缺漏", verdict=Judged.DEFECTIVE_MARK, defects=("D02",), share=paper_office.SOCIAL)
    crawl(later, [*(replace(one, share=paper_office.SOCIAL) for one in files), defective])
    office.suspect(later)
    yield stage.seen(stage.page(paper_office.STAFF, f"/cases/{drawn(later)[defective.path].id}"))


def contradicted(stage: Stage) -> Telling:
    """A unit answered 符合 to statements that its files and the registers speak against."""
    stage.begin("demo", "2026-11-02T09:00:00+08:00")
    office = PaperOffice()
    office.open()
    with session_scope() as session:
        declare(session, paper_office.CAMPAIGN, paper_office.WORKS)
        contradict(session, paper_office.CAMPAIGN, paper_office.WORKS)
        # a month before those that count
        handle(session, paper_office.WORKS, paper_office.CONTACT[paper_office.WORKS], trained_in=date(2025, 10, 1))
    office.suspect()
    yield stage.seen(stage.page(paper_office.CONTACT[paper_office.WORKS], "/questions"))


def taught(stage: Stage) -> Telling:
    """What two officers' decisions on clues teach in a night, and what it lowers in the next inspection."""
    stage.begin("demo", "2026-11-02T09:00:00+08:00")
    office, later = PaperOffice(), "C-next"
    for campaign, day in ((paper_office.CAMPAIGN, date(2026, 11, 2)), (later, date(2027, 3, 1))):
        office.open(campaign, first_day=day, last_day=day + timedelta(days=18))
    ids = [one.id for one in draw(paper_office.CAMPAIGN, *hints()).values()]
    judge(*ids[::2])
    judge(*ids[1::2], person=paper_office.SECOND_STAFF)
    night()
    yield stage.seen()
    release(1)
    draw(later, filled(50), version=1)
    yield stage.seen()
    yield stage.page(paper_office.STAFF, "/lessons")


def hints() -> list[Seen]:
    """Of one topic just as many forms as are needed to learn of it; of another as many papers like the one of the
    sensitive ones it is tried on that told most, so that this one would be lost of them."""
    topic, enough = "TOP-PERSONAL", 5
    tried = max(
        (one for one in shipped_papers()[1::2] if one.sensitive and one.topic == topic), key=lambda one: len(one.told)
    )
    phrases = shipped_meaning().phrases
    bits = traits((phrases[one] for one in tried.told), vault().sketch_key)
    alike = [hinted(f"仿{number}.txt", f"仿{number}", topic, traits=bits) for number in range(enough)]
    return [*map(filled, range(enough)), *alike]


def filed(stage: Stage) -> Telling:
    """What of a filed inspection is kept until when, and why, months after it was settled."""
    stage.begin("demo", "2026-11-02T09:00:00+08:00")
    PaperOffice().open()
    with session_scope() as session:
        session.get_one(Campaign, paper_office.CAMPAIGN).state = CampaignState.CONCLUDED
    with session_scope() as session:
        settle(session, paper_office.CAMPAIGN, actor=paper_office.STAFF, at=now.now())
    stage.clock.set("2027-03-02T09:00:00+08:00")
    with session_scope() as session:
        archive(session, paper_office.CAMPAIGN, file_number="115/1", person_id=paper_office.STAFF, at=now.now())
        yield repr(retention.look(session, catalogue=catalogue.current(), at=now.now()))


def citing(stage: Stage) -> Telling:
    """What may be cited, and what is said of what may not."""
    stage.begin("demo", "2027-04-20T09:00:00+08:00")
    yield "\n".join(refusals(catalogue.current()))


def explained(_: Stage) -> Telling:
    """What the pages made from the rules tell those who edit them, and what the linter of mails says."""
    rules = catalogue.current()
    yield "\n".join(page(rules) for page in OF_RULES.values())
    yield "\n".join(map(str, template_faults(rules.mail_texts, TEMPLATES / "mail")))


STORIES = (year, project, filed, again, contradicted, taught, citing, mending, spring_window, semiannual)
"""The cheapest first."""
