"""檢查結案 and 列管結清 of one campaign: what each still lacks, where that is mended, and the verb for who may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from inspection import clock
from inspection.access.policy import Act
from inspection.campaigns.closing import Lack, Where, conclude, enter_sent_up, lacking, open_cases
from inspection.errors import BadSource, BadSources
from inspection.model import Campaign, Plan
from inspection.portal import projects
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import GoTo, Page, Reply
from inspection.rules import catalogue
from inspection.store import campaigns, retention
from inspection.store.kinds import kind_of

SHOWN_AT_MOST = 100
PATH = "/campaigns/{subject_id}/conclusion"
LINKS = {
    Where.CRAWL: "/progress/{campaign}",
    Where.CHECKLISTS: "/checklists",
    Where.DUTY: "/duty",
    Where.SUSPICIONS: "/suspicions",
    Where.REPORT: "/campaigns/{campaign}/campaign_report",
    Where.UNIT_REPORTS: "/campaigns/{campaign}/unit_report",
    Where.LETTER: "#sent-{subject}",
    Where.CASE: "/fixes/{subject}",
}
"""Where a thing is mended, as a path; what has none is mended on the command line or in Airflow."""


@dataclass(frozen=True, slots=True)
class LinkedLack:
    """One thing that is missing, with the page where it is mended; empty where there is none for the visitor."""

    words: str
    path: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter by which the result goes up, with what is entered of it, or was just typed."""

    id: str
    name: str
    on: str
    number: str
    entered: bool


def page(visit: Visit, campaign: Campaign, problem: str = "", letter_id: str = "") -> Reply:
    """What keeps a campaign from either end; of a project, where it stands."""
    kind = kind_of(campaign)
    if kind.is_project:
        return projects.project_page(visit, campaign)
    rules, session = catalogue.current(), visit.session
    keeps = visit.may(Act.KEEP_CAMPAIGN, campaign)
    plan = campaigns.latest_plan(session, campaign.id)
    missing = lacking(session, campaign.id, catalogue=rules)
    cases = open_cases(session, campaign.id, catalogue=rules)
    known = campaigns.sent_up(session, campaign.id)
    held = retention.standing_hold(session, campaign.id) if campaign.state in campaigns.SETTLED else None
    letters = []
    for one in kind.sent_up:
        letter, entered = rules.office.letter(one), known.get(one)
        if letter is None:
            continue
        day, number = (entered.sent_on.isoformat(), entered.number) if entered else ("", "")
        if one == letter_id:
            day, number = visit.text("on"), visit.text("number")
        letters.append(Letter(one, letter.name, day, number, entered is not None))
    return Page(
        "conclusion.html.j2",
        {
            "campaign": campaign,
            "is_concluded": campaign.state in campaigns.CONCLUDED,
            "is_settled": campaign.state in campaigns.SETTLED,
            "held_since": held.set_at if held else None,
            "missing": [_linked(one, campaign, plan, linked=keeps) for one in missing],
            "cases": [_linked(one, campaign, plan, linked=keeps) for one in cases[:SHOWN_AT_MOST]],
            "case_count": len(cases),
            "letters": letters,
            "may_conclude": keeps,
            "problem": problem,
            "wrong_letter": letter_id,
            "today": clock.local_date(visit.at).isoformat(),
            "here": "progress",
        },
        status=422 if problem else 200,
    )


def _linked(one: Lack, campaign: Campaign, plan: Plan | None, *, linked: bool) -> LinkedLack:
    if not linked:
        return LinkedLack(one.words, "")
    if one.where is Where.PLAN:
        return LinkedLack(one.words, f"/plans/{plan.id}" if plan else "")
    return LinkedLack(one.words, LINKS.get(one.where, "").format(campaign=campaign.id, subject=one.subject_id))


def sent(visit: Visit, campaign: Campaign) -> Reply:
    """The day and number of a letter that went up."""
    letter_id = visit.text("letter")
    try:
        on = date.fromisoformat(visit.text("on"))
    except ValueError:
        return page(visit, campaign, "發文日期未填，或不是日期。", letter_id)
    try:
        enter_sent_up(
            visit.session,
            campaign.id,
            letter_id,
            on=on,
            number=visit.text("number"),
            person_id=visit.person_id,
            catalogue=catalogue.current(),
            at=visit.at,
        )
    except BadSource as error:
        return page(visit, campaign, f"{error.problem}。", letter_id)
    return GoTo(PATH.format(subject_id=campaign.id))


def conclusion(visit: Visit, campaign: Campaign) -> Reply:
    """檢查結案; the page says anew what is missing where something is."""
    try:
        conclude(visit.session, campaign.id, person_id=visit.person_id, catalogue=catalogue.current(), at=visit.at)
    except BadSources:
        return page(visit, campaign, "尚有未完成事項，未能檢查結案。")
    return GoTo(PATH.format(subject_id=campaign.id))


DOORS = (
    Door("GET", PATH, Act.READ_PROGRESS, page, Campaign),
    Door("POST", PATH, Act.KEEP_CAMPAIGN, conclusion, Campaign),
    Door("POST", f"{PATH}/sent", Act.KEEP_CAMPAIGN, sent, Campaign),
)
