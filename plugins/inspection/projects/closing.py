"""The end of a project: the review opens by itself, a person writes the opinion, the head decides, the superior hears.

Nothing is sent to the superior by the system: a 函稿 is laid ready (seed 000 art. 6; officer review A6).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.insiders import project_for_keeper
from inspection.approvals.decide import Decision, approved, decide
from inspection.approvals.laying import lay_before_decider, tell_decider
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.documents.frame import mark_of
from inspection.documents.kinds import closing_review, project_submission
from inspection.documents.kinds.project_submission import Submission
from inspection.documents.paper_code import short_code
from inspection.documents.printing import Paper, print_paper
from inspection.documents.render import fingerprint
from inspection.errors import BadSource, Conflict, NotAllowed, NotFound
from inspection.fixes.settle import settle
from inspection.language import speak
from inspection.model import Approval, Document, Project, Report
from inspection.model.lifecycle import CampaignState, ReportState
from inspection.notices.outbox import Letter, write
from inspection.planning.decision import plan_in_force
from inspection.planning.versions import SUBJECT as PLAN
from inspection.projects.review import decision_words, facts
from inspection.rules.campaign_kinds import OpenedBy
from inspection.rules.catalogue import Catalogue
from inspection.rules.messages import state_word
from inspection.store import approvals, calendar_days, campaigns, findings, projects, roster
from inspection.vocabulary import ApprovalOutcome, Role

CLOSING_REVIEW = "closing_review"
LONGEST_LINE = 2000
SHORTEST_OPINION = 20
ENDED = frozenset({CampaignState.CONCLUDED, CampaignState.CLOSED, CampaignState.ARCHIVED})
WRITTEN_IN = frozenset({ReportState.DRAFT, ReportState.RETURNED, ReportState.SUBMITTED})


def has_ended(session: Session, campaign_id: str, *, at: datetime) -> bool:
    """Whether the last day is over, as it stands now, and the plan in force allows to go on."""
    if at < campaigns.get(session, campaign_id).window_end:
        return False
    try:
        plan_in_force(session, campaign_id)
    except NotAllowed:  # an amendment waits for its approval
        return False
    return True


def open_review(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> Report:
    """Opens the review once the last day is over, with its deadline; twice is once, and one under way stays as it is.

    Raises NotAllowed before the end or without the approved plan.
    """
    project, campaign = projects.get(session, campaign_id), campaigns.get(session, campaign_id)
    standing = findings.latest_report(session, campaign_id)
    if standing is not None and standing.state != ReportState.SUPERSEDED:
        return standing
    plan_in_force(session, campaign_id)
    if at < campaign.window_end:
        raise NotAllowed(
            speak(
                f"專案 {project.code_name} 期間至{roc.last_day(campaign.window_end)}為止",
                f"project {project.code_name} lasts until {roc.last_day(campaign.window_end)}",
            )
        )
    if campaign.state == CampaignState.APPROVED:
        advance(session, campaign, CampaignState.INSPECTING, actor=actor, at=at)
    if campaign.state == CampaignState.INSPECTING:
        advance(session, campaign, CampaignState.REPORTING, actor=actor, at=at)
    ended = roc.last_day(campaign.window_end)
    days = catalogue.project_kinds.review_due_working_days
    project.review_due_on = calendar_days.calendar(session).add_working_days(ended, days)
    review = _freeze(session, project, catalogue=catalogue, by=campaign.opened_by, at=at)
    letter = Letter(
        key=f"project-review:{campaign_id}:{ended}",
        kind="project_review_open",
        person_id=campaign.opened_by,
        values={"code_name": project.code_name, "due": roc.with_weekday(project.review_due_on)},
        campaign_id=campaign_id,
    )
    write(session, letter, at=at)
    return review


def write_opinion(
    session: Session, name: str, lines: Sequence[str], *, by: str, catalogue: Catalogue, at: datetime
) -> Report:
    """Takes the 檢討改進意見 as a person wrote it, one paragraph per line; the same text again changes nothing."""
    project = project_for_keeper(session, name, by, at=at)
    review = _open_review_of(session, project)
    text = [line.strip() for line in lines if line.strip()]
    if sum(len(line) for line in text) < SHORTEST_OPINION:
        raise BadSource(
            speak("檢討改進意見過短", "the review is too short"),
            remedy=speak(
                f"請具體敘明執行情形、缺失及改進措施，至少{SHORTEST_OPINION}字",
                f"say how it went, what was wrong and what to improve, at least {SHORTEST_OPINION} characters",
            ),
        )
    if any(len(line) > LONGEST_LINE for line in text):
        raise BadSource(
            speak(f"有一段超過{LONGEST_LINE}字", f"a paragraph is longer than {LONGEST_LINE} characters"),
            remedy=speak("請分段", "divide it"),
        )
    if text == project.opinion:
        return review
    project.opinion = text
    record(session, at=at, actor=by, subject=("project", project.campaign_id), action="opinion_written")
    return _freeze(session, project, catalogue=catalogue, by=by, at=at)


def submit_review(session: Session, name: str, *, by: str, catalogue: Catalogue, at: datetime) -> Approval:
    """Lays the review, with the facts as they are now, before the one who decides. Twice is once."""
    project = project_for_keeper(session, name, by, at=at)
    _open_review_of(session, project)
    if not project.opinion:
        raise BadSource(
            speak("檢討改進意見未填", "the review has no opinion"),
            remedy=speak(
                "以 inspection project close --opinion 檔案 填入", "give it by inspection project close --opinion FILE"
            ),
        )
    campaign = campaigns.get(session, project.campaign_id)
    review = _freeze(session, project, catalogue=catalogue, by=by, at=at)
    asked = lay_before_decider(
        session,
        (CLOSING_REVIEW, campaign.id),
        campaign,
        review_hash(session, campaign.id),
        requested_by=review.compiled_by,
        catalogue=catalogue,
        at=at,
    )
    if review.state == ReportState.DRAFT:
        advance(session, review, ReportState.SUBMITTED, actor=by, at=at)
    tell_decider(session, asked, catalogue=catalogue, at=at)
    return asked


def newest(session: Session, campaign_id: str) -> Report:
    """The newest version of a project's review; raises NotFound before it opened."""
    review = findings.latest_report(session, campaign_id)
    if review is None:
        raise NotFound(speak(f"專案 {campaign_id} 尚無檢討", f"project {campaign_id} has no review yet"))
    return review


def is_submitted(session: Session, campaign_id: str) -> bool:
    """Whether the newest review was laid before the one who decides."""
    review = findings.latest_report(session, campaign_id)
    return review is not None and review.state in {ReportState.SUBMITTED, ReportState.SIGNED, ReportState.ISSUED}


def review_hash(session: Session, campaign_id: str) -> str:
    """The hash a decision binds itself to: over the newest review as it stands now."""
    review = findings.latest_report(session, campaign_id)
    return fingerprint(dict(review.content)) if review else ""


def decide_review(session: Session, campaign_id: str, decision: Decision, *, at: datetime) -> Approval:
    """Takes the decision from any door; 修正後如擬 and 退回 send the review back to its writer. Twice is once."""
    asked = approvals.latest(session, (CLOSING_REVIEW, campaign_id))
    review = findings.latest_report(session, campaign_id)
    if asked is None or review is None:
        raise NotFound(
            speak(f"{campaign_id} 之檢討尚未陳核", f"the closing review of {campaign_id} has not been submitted")
        )
    answer = decide(session, asked.id, decision, current_hash=review_hash(session, campaign_id), at=at)
    target = ReportState.SIGNED if decision.outcome == ApprovalOutcome.APPROVED else ReportState.RETURNED
    if review.state == ReportState.SUBMITTED:
        advance(session, review, target, actor=decision.person_id, at=at, reason=decision.remark)
    return answer


def draft_submission(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> Document:
    """Lays the 函稿 to the superior ready, and tells the officer in charge; it is never sent. Twice is once.

    Raises NotAllowed unless the very content of the review was approved.
    """
    project, campaign = projects.get(session, campaign_id), campaigns.get(session, campaign_id)
    review = findings.latest_report(session, campaign_id)
    held = approved(session, (CLOSING_REVIEW, campaign_id), content_hash=review_hash(session, campaign_id))
    if review is None or held is None:
        raise NotAllowed(
            speak(
                f"{campaign_id} 之檢討與核定內容不符",
                f"the closing review of {campaign_id} is not approved as it stands",
            )
        )
    if campaign.state == CampaignState.REPORTING:
        advance(session, campaign, CampaignState.FOLLOWING_UP, actor=actor, at=at)
    document = _print_submission(session, project, review, held, catalogue=catalogue)
    letter = Letter(
        key=f"project-submission:{campaign_id}:{review.id}",
        kind="project_submission_ready",
        person_id=campaign.opened_by,
        values={"code_name": project.code_name},
        campaign_id=campaign_id,
    )
    write(session, letter, at=at)
    return document


def enter_reported(session: Session, name: str, *, on: date, number: str, by: str, at: datetime) -> Project:
    """Enters that the review went to the superior, by which letter. Twice is once.

    That is 檢查結案; 列管結清 follows at once, or with the release of the last case.
    """
    project = project_for_keeper(session, name, by, at=at)
    campaign = campaigns.get(session, project.campaign_id)
    if campaign.state in ENDED and (project.reported_on, project.reported_number) == (on, number):
        return project
    if not number.strip() or on > clock.local_date(at):
        raise BadSource(
            speak("陳報文號未填，或日期在今日之後", "the number is missing, or the day lies in the future"),
            remedy=speak("請填實際發文日期及文號", "give the day and number of the letter sent"),
        )
    if campaign.state != CampaignState.FOLLOWING_UP:
        raise Conflict(
            speak(
                f"專案 {project.code_name} 現為「{state_word('campaign', campaign.state)}」，檢討尚未核定",
                f"project {project.code_name} is {campaign.state.value}; its review is not approved yet",
            )
        )
    project.reported_on, project.reported_number = on, number.strip()
    review = findings.latest_report(session, campaign.id)
    if review is not None and review.state == ReportState.SIGNED:
        advance(session, review, ReportState.ISSUED, actor=by, at=at)
        review.issued_at = at
    details: dict[str, object] = {"document_number": number.strip(), "decided_on": str(on)}
    advance(session, campaign, CampaignState.CONCLUDED, actor=by, at=at, details=details)
    settle(session, campaign.id, actor=by, at=at)
    return project


def _open_review_of(session: Session, project: Project) -> Report:
    review = findings.latest_report(session, project.campaign_id)
    if review is None or review.state == ReportState.SUPERSEDED:
        raise NotAllowed(
            speak(
                f"{project.code_name} 之檢討於期間屆滿後始得開立",
                f"the review of {project.code_name} opens when its last day is over",
            )
        )
    if review.state not in WRITTEN_IN:
        raise Conflict(
            speak(
                f"{project.code_name} 之檢討現為「{state_word('report', review.state)}」，不得變更",
                f"the review of {project.code_name} is {review.state.value}; it stands",
            )
        )
    return review


def _freeze(session: Session, project: Project, *, catalogue: Catalogue, by: str, at: datetime) -> Report:
    """The review with the facts of now as a new version, or the version there is where nothing changed."""
    content = facts(session, project, catalogue=catalogue, at=at)
    digest = fingerprint(content)
    latest = findings.latest_report(session, project.campaign_id)
    if latest is not None and latest.content_hash == digest and latest.state in WRITTEN_IN - {ReportState.RETURNED}:
        return latest
    if latest is not None and latest.state != ReportState.SUPERSEDED:
        advance(session, latest, ReportState.SUPERSEDED, actor=by, at=at)
    version = (latest.version if latest else 0) + 1
    review = Report(
        id=f"{project.campaign_id}:all:r{version}",
        campaign_id=project.campaign_id,
        unit_id="",
        version=version,
        state=ReportState.DRAFT,
        content=content,
        content_hash=digest,
        compiled_by=by,
        compiled_at=at,
    )
    session.add(review)
    session.flush()
    review.document_id = _print(session, review, catalogue=catalogue).id
    session.flush()
    record(
        session,
        at=at,
        actor=by,
        subject=("report", review.id),
        action="compiled",
        states=(None, ReportState.DRAFT.value),
        details={"version": version, "content_hash": digest},
    )
    return review


def _print(session: Session, review: Report, *, catalogue: Catalogue) -> Document:
    context = {**review.content, "date": roc.plain(clock.local_date(review.compiled_at))}
    paper = Paper(closing_review.KIND, review.id, context, review.content_hash, created=review.compiled_at)
    return print_paper(session, paper, catalogue=catalogue, at=review.compiled_at)


def _print_submission(
    session: Session, project: Project, review: Report, held: Approval, *, catalogue: Catalogue
) -> Document:
    (letter_id,) = catalogue.campaign_kinds.opened_by(OpenedBy.PROJECT).sent_up
    letter = catalogue.office.letter(letter_id)
    assert letter is not None  # load() refuses a kind that names one there is not
    campaign = campaigns.get(session, project.campaign_id)
    plan = plan_in_force(session, campaign.id)
    decided_at = held.decided_at or review.compiled_at
    agency = roster.agency(session)
    head = roster.holder(session, Role.AGENCY_HEAD, on=clock.local_date(decided_at))
    values = {
        "plan": decision_words(session, (PLAN, plan.id), plan.content_hash),
        "ended": roc.plain(roc.last_day(campaign.window_end)),
        "review": decision_words(session, (CLOSING_REVIEW, campaign.id), held.content_hash),
    }
    context: Submission = {
        "date": roc.plain(clock.local_date(decided_at)),
        "register": letter.register_form.value,
        "recipient": agency.superior_name,
        "classification": mark_of(catalogue.office, closing_review.KIND).words,
        "attachments": f"檢討改進意見1份（識別碼 {short_code(review.content_hash)}）",
        "subject": catalogue.wording.line(
            "submission_subject",
            {
                "short": agency.short_name,
                "code": project.code_name,
                "closing": f"{letter.closing}{_verb(catalogue, letter_id)}",
            },
        ),
        "explanations": catalogue.wording.say("submission_explanations", {"short": agency.short_name, **values}),
        "contact": f"{roster.ethics_office_name(session)}　{agency.details.get('hotline', '')}".rstrip("　"),
        "signer": f"{head.title}　{head.name}",
    }
    paper = Paper(
        project_submission.KIND,
        review.id,
        context,
        review.content_hash,
        created=decided_at,
        encloses=closing_review.KIND,
        named={"campaign": campaign.name},
    )
    return print_paper(session, paper, catalogue=catalogue, at=decided_at)


def _verb(catalogue: Catalogue, letter_id: str) -> str:
    """核備 or 備查 as the agency has it, after 請鑒核."""
    return f"並予{catalogue.submission_verb(letter_id)}"
