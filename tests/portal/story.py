"""One inspection as far as a test needs it, told with the product's own verbs; only what was crawled is made up."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from campaigns.assessed import confirm_assessment
from inspection.approvals.decide import Decision
from inspection.audit.steps import advance
from inspection.campaigns.open import Wanted, open_campaign
from inspection.checklists.issue import issue
from inspection.checklists.prepare import prepare
from inspection.findings.suspect import suspect
from inspection.findings.triage import Verdict, triage
from inspection.model import (
    Answer,
    ChecklistReturn,
    CrawledFile,
    CrawlRun,
    CrawlShard,
    CrawlShare,
    Hit,
    SpotAnswer,
    SpotRecord,
)
from inspection.model.lifecycle import ChecklistState, CrawlState, ShardState, SpotState
from inspection.planning.assess import assess
from inspection.planning.decision import decide_plan
from inspection.planning.draft import draft_plan
from inspection.planning.paper import print_plan
from inspection.planning.submit import submit_plan
from inspection.reports.compile import compile_reports
from inspection.reports.decision import SUBJECTS, decide_reports, subject_hash, submit_reports
from inspection.reports.issue import issue_reports
from inspection.rules import catalogue
from inspection.rules.answers import StatementAnswer, kept_answer
from inspection.store import approvals, campaigns, checklists, findings
from inspection.vocabulary import (
    AnswerValue,
    ApprovalOutcome,
    ApprovalRoute,
    ReadStatus,
    Severity,
    SpotSigned,
    TriageOutcome,
)
from inspection.vocabulary import Verdict as FileVerdict
from portal.small_office import UNITS

CAMPAIGN = "C-115H2"
SUBMITTED_AT = datetime.fromisoformat("2026-10-14T15:20:00+08:00")
FOUND = (
    # unit, place as masked, detector, people, masked excerpt, severity, readable by all
    ("U02", "暫存/中低收入戶名冊(含身分證).xlsx", "PII-NID", 312, "許○玲 F22＊＊＊＊＊＊＊", Severity.CRITICAL, True),
    ("U02", "暫存/名冊0910.xlsx", "PII-NID", 312, "許○玲 F22＊＊＊＊＊＊＊", Severity.CRITICAL, True),
    ("U02", "申請書/場地借用申請書(空白).docx", "PII-NID", 1, "身分證字號：＿＿＿＿", Severity.LOW, False),
    ("U04", "115標案/示範路拓寬_核定底價.xlsx", "TOP-PROC-PRICE", 0, "底價＊＊＊＊＊＊元", Severity.CRITICAL, False),
    ("U09", "考績/114考績評分清冊.ods", "TOP-HR", 5, "何○芬 考列＊等", Severity.HIGH, False),
    ("U11", "檢舉案/訪談紀錄.docx", "TOP-WHISTLE", 1, "檢舉人○○○", Severity.HIGH, False),
)


def submit(session: Session, *, drafted_by: str = "ethics", at: datetime = SUBMITTED_AT) -> str:
    """Opens the campaign, assesses, drafts, prints and submits its plan; returns the plan's id."""
    rules = catalogue.current()
    wanted = Wanted("semiannual", date(2026, 11, 2), date(2026, 11, 20), drafted_by, campaign_id=CAMPAIGN)
    open_campaign(session, wanted, catalogue=rules, at=at)
    assess(session, CAMPAIGN, catalogue=rules, actor=drafted_by, at=at)
    confirm_assessment(session, CAMPAIGN)
    plan = draft_plan(session, CAMPAIGN, catalogue=rules, drafted_by=drafted_by, at=at)
    print_plan(session, CAMPAIGN, catalogue=rules, at=at)
    submit_plan(session, CAMPAIGN, catalogue=rules, actor=drafted_by, at=at)
    return plan.id


def decision(person_id: str, seen_hash: str, on: date) -> Decision:
    """核定 through the portal."""
    return Decision(ApprovalOutcome.APPROVED, person_id, seen_hash, ApprovalRoute.PORTAL, on)


def approve(session: Session) -> None:
    """The mayor approves the plan."""
    at = datetime.fromisoformat("2026-10-20T10:00:00+08:00")
    plan = campaigns.latest_plan(session, CAMPAIGN)
    assert plan is not None
    decide_plan(session, plan.id, decision("mayor", plan.content_hash, at.date()), at=at)


def send_forms(session: Session) -> datetime:
    """Sends the checklists on the first morning; when that was."""
    start = datetime.fromisoformat("2026-11-02T09:00:00+08:00")
    prepare(session, CAMPAIGN, actor="ethics", at=start)
    issue(session, CAMPAIGN, catalogue=catalogue.current(), actor="ethics", at=start)
    return start


def inspect(session: Session) -> None:
    """Sends the checklists, takes most of them back, crawls, and draws what is suspected."""
    start = send_forms(session)
    for number, checklist in enumerate(checklists.of_campaign(session, CAMPAIGN)):
        if number in {4, 5}:
            continue
        back = start + timedelta(days=1 + number % 8, hours=number)
        advance(session, checklist, ChecklistState.RETURNED, actor="works", at=back)
        checklist.returned_at = back
        for position, question in enumerate(checklists.questions(session, checklist.id)):
            value = AnswerValue.NOT_APPLICABLE if position % 11 == 7 else AnswerValue.CONFORMS
            if number == 7 and position == 2:
                value = AnswerValue.DOES_NOT_CONFORM
            kept = kept_answer(StatementAnswer(said=value))
            session.add(
                Answer(
                    checklist_id=checklist.id,
                    version=1,
                    item_id=question.item_id,
                    value=kept,
                    mended=position == 4,
                    remark="無此類業務" if value is AnswerValue.NOT_APPLICABLE else "",
                )
            )
        session.add(
            ChecklistReturn(
                checklist_id=checklist.id,
                version=1,
                channel="drop_folder",
                filler="蔡○翰",
                dated=f"{back:%Y/%m/%d}",
                opinion="無意見",
                document_id=None,
                received_at=back,
            )
        )
        if number == 2:
            advance(session, checklist, ChecklistState.SENT_BACK, actor="ethics", at=back, reason="缺說明")
        elif number % 3:
            advance(session, checklist, ChecklistState.ACCEPTED, actor="ethics", at=back + timedelta(days=1))
            checklist.accepted_at = back + timedelta(days=1)
    _crawl(session, start + timedelta(days=7))
    suspect(session, CAMPAIGN, catalogue=catalogue.current(), actor="ethics", at=start + timedelta(days=8))


def _crawl(session: Session, at: datetime) -> None:
    run = CrawlRun(
        id=f"{CAMPAIGN}:crawl", campaign_id=CAMPAIGN, purpose="campaign", state=CrawlState.COMPLETE,
        rules_version="0" * 64, account="inspector", opened_at=at, closed_at=at,
    )  # fmt: skip
    session.add(run)
    session.flush()
    for unit_id in UNITS:
        if unit_id == "U12":
            continue
        session.add(
            CrawlShare(
                run_id=run.id, share_id=f"S-{unit_id}", listed=True, reason=None, seen=840, scanned=838,
                unreadable={}, folders_refused=0, folders_excluded=0, complete=unit_id != "U08",
            )
        )  # fmt: skip
    session.flush()
    shard = CrawlShard(
        id=f"{run.id}:0", run_id=run.id, share_id="S-U02", ordinal=0, state=ShardState.DONE, file_count=6, size_bytes=1
    )
    session.add(shard)
    session.flush()
    for number, (unit_id, shown, detector, people, excerpt, severity, broad) in enumerate(FOUND):
        file = CrawledFile(
            run_id=run.id, shard_id=shard.id, share_id=f"S-{unit_id}", path_key=f"{number:064}", path_shown=shown,
            path_sealed=b"sealed", size_bytes=18_211, modified_at=at, changed_at=at, file_id=str(number),
            content_key=f"{number:064}", status=ReadStatus.SCANNED, verdict=FileVerdict.UNMARKED_SENSITIVE,
            severity=severity, mark=None, hints=[], broad_readers=["Everyone"] if broad else [],
        )  # fmt: skip
        session.add(file)
        session.flush()
        session.add(
            Hit(
                crawled_file_id=file.id, detector=detector, count=max(people, 1), people=people, severity=severity,
                excerpts=[excerpt], locators=[],
            )
        )  # fmt: skip
    session.flush()


def visit(session: Session) -> None:
    """Inspectors were at the works unit; two statements of their record, which a second person confirmed."""
    at = datetime.fromisoformat("2026-11-09T16:00:00+08:00")
    checklist = f"{CAMPAIGN}:U04"
    people = {"sent_by": "ethics", "sent_at": at, "confirmed_by": "ethics_head", "confirmed_at": at}
    told = {"visited_on": at.date(), "place": "", "present": "蔡○翰", "merits": "鑰匙分人保管", "besides": ""}
    rest = {"unit_statement": "將即改善", "signed": SpotSigned.HEAD, "copy_left": True}
    row = SpotRecord(
        checklist_id=checklist, state=SpotState.CONFIRMED, version=1, content={}, saved_at=at, content_hash="0" * 64,
        **people, **told, **rest,
    )  # fmt: skip
    session.add(row)
    session.flush()
    for position, (item, said) in enumerate(
        (("DOC-010", AnswerValue.CONFORMS), ("DST-003", AnswerValue.DOES_NOT_CONFORM)), start=1
    ):
        session.add(
            SpotAnswer(
                checklist_id=checklist, item_id=item, position=position, category="x", statement=f"{item}之現場檢視。",
                basis="x", value=kept_answer(StatementAnswer(said=said)), sampled=3, conforming=2 + position % 2,
                register="登記簿", drawn="第17、42、88號", remark="一件未碎",
            )
        )  # fmt: skip
    session.flush()


def report(session: Session) -> None:
    """Confirms what is grave outside the ethics office, compiles, has the reports signed, and issues them."""
    at = datetime.fromisoformat("2026-11-19T10:00:00+08:00")
    rules = catalogue.current()
    grave = [
        one.id
        for one in findings.suspicions(session, CAMPAIGN)
        if one.crawled_file_id and one.unit_id != "U11" and one.suggested_severity is not Severity.LOW
    ]
    verdict = Verdict(TriageOutcome.CONFIRMED, "ethics", "含未遮蔽個人資料，置於全機關可讀之資料夾")
    triage(session, grave, verdict, catalogue=rules, at=at)
    compile_reports(session, CAMPAIGN, catalogue=rules, compiled_by="ethics", at=at)
    submit_reports(session, CAMPAIGN, catalogue=rules, actor="ethics", at=at)


def sign_and_issue(session: Session) -> None:
    """Signs all reports and issues them."""
    at = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
    for subject in SUBJECTS:
        asked = approvals.latest(session, (subject, CAMPAIGN))
        assert asked is not None
        digest = subject_hash(session, CAMPAIGN, subject)
        decide_reports(session, CAMPAIGN, subject, decision(asked.approver_id, digest, at.date()), at=at)
    issue_reports(session, CAMPAIGN, catalogue=catalogue.current(), actor="ethics", at=at)
