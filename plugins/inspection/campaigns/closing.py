"""檢查結案: a person concludes an inspection when all is in that its kind demands; its cases may be open.

Two things end apart (officer review A18). 檢查結案 is a person's step: reports approved and told to the units, the
result sent up and the number of that letter entered. 列管結清 follows from the release of the last case
(`fixes.settle`). The next half-year never waits for the latter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.roles import on_behalf
from inspection.access.who import Held, asking
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.checklists import on_paper, photos, proofs
from inspection.errors import BadSource, BadSources, Conflict, NotAllowed
from inspection.fixes.settle import settle, unreleased
from inspection.language import speak
from inspection.model import Campaign, SentUp
from inspection.model.lifecycle import CampaignState, ChecklistState, CrawlState, ReportState
from inspection.rules.campaign_kinds import CampaignKind, Chapter, EndsWith
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, checklists, drafts, evidence, findings, spot, spring
from inspection.store.campaigns import CONCLUDED
from inspection.store.once import insert_once
from inspection.vocabulary import Role

WRITERS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})
BEFORE_APPROVAL = frozenset(
    {CampaignState.DRAFT, CampaignState.ASSESSED, CampaignState.PLANNED, CampaignState.SUBMITTED}
)
READ = frozenset({CrawlState.COMPLETE, CrawlState.INCOMPLETE})
NAMED_AT_MOST = 6


class Where(StrEnum):
    """Where what is missing is mended."""

    CAMPAIGN = "campaign"
    PLAN = "plan"
    CRAWL = "crawl"
    CHECKLISTS = "checklists"
    DUTY = "duty"
    SUSPICIONS = "suspicions"
    REPORT = "report"
    UNIT_REPORTS = "unit_reports"
    LETTER = "letter"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing: a sentence, where it is mended, and the id of the letter or case it is about."""

    words: str
    where: Where
    subject_id: str = ""


def lacking(session: Session, campaign_id: str, *, catalogue: Catalogue) -> list[Lack]:
    """What keeps a campaign from 檢查結案; empty once nothing does, or where it is concluded."""
    campaign = campaigns.get(session, campaign_id)
    if campaign.state in CONCLUDED or campaign.state is CampaignState.CANCELLED:
        return []
    kind = catalogue.campaign_kinds.rule(campaign.kind)
    return list(_lacks(session, campaign, kind, catalogue))


def open_cases(session: Session, campaign_id: str, *, catalogue: Catalogue) -> list[Lack]:
    """What keeps a campaign from 列管結清: each case that is not released, with its unit and day."""
    left = unreleased(session, campaign_id)
    names = campaigns.unit_names(session, campaign_id) if left else {}
    return [
        Lack(
            catalogue.wording.line(
                "closing_open_case",
                {"fix": fix.id, "unit": names.get(fix.unit_id, fix.unit_id), "due": roc.plain(fix.due_on)},
            ),
            Where.CASE,
            fix.id,
        )
        for fix in left
    ]


def enter_sent_up(
    session: Session,
    campaign_id: str,
    letter_id: str,
    *,
    on: date,
    number: str,
    person_id: str,
    catalogue: Catalogue,
    at: datetime,
) -> SentUp:
    """Enters that the result went to those above by a letter: its day and number. Twice is once; until the campaign is
    concluded a wrong entry is put right by another.

    Raises NotAllowed for people outside the ethics office, BadSource for a letter the kind does not demand or
    particulars that make no sense, Conflict before the report is approved or after the campaign is concluded.
    """
    held = _require_writer(session, person_id, at=at)
    campaign = campaigns.get(session, campaign_id)
    kind = catalogue.campaign_kinds.rule(campaign.kind)
    _refuse_project(kind)
    given = (on, number.strip())
    if letter_id not in kind.sent_up:
        raise BadSource(
            speak(
                f"{kind.title}不以「{letter_id[:40]}」陳報",
                f"a {kind.id} is not sent up by the letter {letter_id[:40]!r}",
            ),
            remedy=speak(
                f"可用代碼：{'、'.join(kind.sent_up) or '無'}", f"known are {', '.join(kind.sent_up) or 'none'}"
            ),
        )
    if not given[1] or on > clock.local_date(at):
        raise BadSource(
            speak("陳報文號未填，或日期在今日之後", "the number is missing, or the day lies in the future"),
            remedy=speak("請填實際發文日期及文號", "give the day and number of the letter sent"),
        )
    campaigns.lock(session, campaign_id)
    known = session.get(SentUp, (campaign_id, letter_id), populate_existing=True)
    if known is not None and (known.sent_on, known.number) == given:
        return known
    session.refresh(campaign, ["state"])
    if campaign.state in CONCLUDED:
        raise Conflict(speak("專案已檢查結案，陳報文號不再更動", "the inspection is concluded; the number stands"))
    report = findings.latest_report(session, campaign_id)
    if report is None or report.state not in findings.APPROVED_REPORTS:
        raise Conflict(
            speak("檢查報告尚未核定，尚無可陳報之結果", "the report is not signed yet; there is nothing to send up")
        )
    if known is None:
        values = {"sent_on": on, "number": given[1], "entered_by": person_id, "entered_at": at}
        insert_once(
            session,
            SentUp,
            {"campaign_id": campaign_id, "letter": letter_id, **values},
            keys=["campaign_id", "letter"],
        )
        known = session.get_one(SentUp, (campaign_id, letter_id))
        action = "sent_up"
    else:
        known.sent_on, known.number, known.entered_by, known.entered_at = on, given[1], person_id, at
        action = "sent_up_corrected"
    session.flush()
    details: dict[str, object] = {"document_number": given[1], "decided_on": str(on), **on_behalf(person_id, held)}
    record(
        session,
        at=at,
        actor=person_id,
        subject=("campaign", campaign_id),
        action=action,
        reason=letter_id,
        details=details,
    )
    return known


def conclude(session: Session, campaign_id: str, *, person_id: str, catalogue: Catalogue, at: datetime) -> Campaign:
    """檢查結案; without a case left 列管結清 follows at once. Twice is once.

    Raises NotAllowed for people outside the ethics office, Conflict for a campaign called off or a project, BadSources
    naming each thing that is missing.
    """
    held = _require_writer(session, person_id, at=at)
    campaigns.lock(session, campaign_id)
    campaign = campaigns.get(session, campaign_id)
    session.refresh(campaign, ["state"])
    if campaign.state in CONCLUDED:
        return campaign
    if campaign.state is CampaignState.CANCELLED:
        raise Conflict(speak("專案已取消，無須結案", "the campaign was cancelled; there is nothing to conclude"))
    _refuse_project(catalogue.campaign_kinds.rule(campaign.kind))
    missing = lacking(session, campaign_id, catalogue=catalogue)
    if missing:
        raise BadSources([BadSource(one.words, place=campaign_id) for one in missing])
    left = len(unreleased(session, campaign_id))
    details: dict[str, object] = {"count": left, **on_behalf(person_id, held)}
    advance(session, campaign, CampaignState.CONCLUDED, actor=person_id, at=at, details=details)
    drafts.forget(session, campaign_id, at=at)
    proofs.forget(session, campaign_id, at=at)
    photos.forget(session, campaign_id, at=at)
    spot.forget(session, campaign_id, at=at)
    on_paper.forget(session, campaign_id, actor=person_id, at=at)
    settle(session, campaign_id, actor=person_id, at=at)
    return campaign


def _require_writer(session: Session, person_id: str, *, at: datetime) -> Held:
    held = asking(session, person_id, at=at).holding(WRITERS)
    if held is None:
        raise NotAllowed(
            speak(
                "僅政風室得登錄陳報及辦理檢查結案",
                "only the ethics office enters what was sent up and concludes an inspection",
            )
        )
    return held


def _refuse_project(kind: CampaignKind) -> None:
    if kind.ends_with is EndsWith.CLOSING_REVIEW:
        raise Conflict(
            speak(
                "專案以檢討改進意見之陳報結案：請用 inspection project reported",
                "a project ends when its closing review was sent up: inspection project reported",
            )
        )


def _lacks(session: Session, campaign: Campaign, kind: CampaignKind, catalogue: Catalogue) -> Iterator[Lack]:
    line = catalogue.wording.line
    if campaign.state is CampaignState.PAUSED:
        yield Lack(line("closing_paused"), Where.CAMPAIGN)
    if campaign.state in BEFORE_APPROVAL:
        yield Lack(line("closing_plan"), Where.PLAN)
    yield from _of_chapters(session, campaign, kind, catalogue)
    if kind.ends_with is EndsWith.CLOSING_REVIEW:
        yield from _of_review(session, campaign, catalogue)
        return
    yield from _of_reports(session, campaign, catalogue)
    sent = campaigns.sent_up(session, campaign.id)
    for letter_id in kind.sent_up:
        letter = catalogue.office.letter(letter_id)
        if letter_id not in sent and letter is not None:
            yield Lack(line("closing_letter", {"letter": letter.name}), Where.LETTER, letter_id)


def _of_chapters(session: Session, campaign: Campaign, kind: CampaignKind, catalogue: Catalogue) -> Iterator[Lack]:
    """What is not in of crawl, checklists, duty and triage, of those that run in this kind."""
    line = catalogue.wording.line
    run = evidence.campaign_run(session, campaign.id)
    if Chapter.CRAWL in kind.runs and not kind.is_project and (run is None or run.state not in READ):
        yield Lack(line("closing_crawl"), Where.CRAWL)
    if Chapter.CHECKLISTS in kind.runs:
        yield from _of_checklists(session, campaign, catalogue)
    if Chapter.DUTY in kind.runs and spring.spring_campaign(session, campaign.id).closed_at is None:
        yield Lack(line("closing_duty"), Where.DUTY)
    undecided = findings.undecided(session, campaign.id)
    if undecided:
        yield Lack(line("closing_undecided", {"count": undecided}), Where.SUSPICIONS)


def _of_checklists(session: Session, campaign: Campaign, catalogue: Catalogue) -> Iterator[Lack]:
    lists = checklists.of_campaign(session, campaign.id)
    names = campaigns.unit_names(session, campaign.id)
    if not lists:
        yield Lack(catalogue.wording.line("closing_no_checklists"), Where.CHECKLISTS)
    waited_for: tuple[ChecklistState, ...] = checklists.OPEN
    if _is_approved(session, campaign):  # what never came stands in the approved report as 未送回 (officer review A18)
        waited_for = (ChecklistState.RETURNED,)
    left = [names.get(one.unit_id, one.unit_id) for one in lists if one.state in waited_for]
    if left:
        values = {"count": len(left), "units": _named(left)}
        yield Lack(catalogue.wording.line("closing_checklists", values), Where.CHECKLISTS)


def _is_approved(session: Session, campaign: Campaign) -> bool:
    report = findings.latest_report(session, campaign.id)
    return report is not None and report.state in findings.APPROVED_REPORTS


def _of_reports(session: Session, campaign: Campaign, catalogue: Catalogue) -> Iterator[Lack]:
    line = catalogue.wording.line
    reports = findings.newest_reports(session, campaign.id)
    own = reports.get("")
    if own is None or own.state not in findings.APPROVED_REPORTS:
        yield Lack(line("closing_report"), Where.REPORT)
    names = campaigns.unit_names(session, campaign.id)
    told = {unit for unit, one in reports.items() if one.state is ReportState.ISSUED}
    left = [name for unit, name in sorted(names.items()) if unit not in told]
    if left:
        yield Lack(line("closing_units_told", {"count": len(left), "units": _named(left)}), Where.UNIT_REPORTS)
    elif own is not None and own.state is ReportState.SIGNED:
        yield Lack(line("closing_report_issued"), Where.REPORT)
    untold = findings.number_without_fix(session, campaign.id)
    if untold:
        yield Lack(line("closing_no_fix", {"count": untold}), Where.UNIT_REPORTS)


def _of_review(session: Session, campaign: Campaign, catalogue: Catalogue) -> Iterator[Lack]:
    review = findings.latest_report(session, campaign.id)
    if review is None or review.state not in findings.APPROVED_REPORTS:
        yield Lack(catalogue.wording.line("closing_review"), Where.REPORT)
    yield Lack(catalogue.wording.line("closing_review_sent"), Where.REPORT)


def _named(names: list[str]) -> str:
    """民政課、財政課; of many the first and that there are more."""
    return "、".join(names[:NAMED_AT_MOST]) + ("等" if len(names) > NAMED_AT_MOST else "")
