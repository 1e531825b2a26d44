"""Returned checklists as they are read: the list, what each unit wrote and its file, with what the review says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from inspection.access import policy
from inspection.access.policy import ETHICS, Act
from inspection.checklists import draft as drafting
from inspection.checklists import past, refusals, sealing
from inspection.checklists import sheet as sheets
from inspection.checklists.entering import kept_out
from inspection.checklists.file_names import handed_out
from inspection.checklists.on_paper import CHANNEL as PAPER
from inspection.checklists.pocket_card import take_pocket_card
from inspection.checklists.review import is_reported, may_reopen
from inspection.checklists.rulings import LONGEST_REASON
from inspection.documents.kinds.inspection_record import KIND
from inspection.documents.proof_files import SUFFIX
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Answer as Given
from inspection.model import Campaign, Checklist, ChecklistReturn, Person, ReturnedFile
from inspection.model.lifecycle import ChecklistState, SpotState
from inspection.portal import rendering, spot
from inspection.portal.beside import beside
from inspection.portal.downloads import download
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import Download, Page, Reply
from inspection.rules import catalogue
from inspection.rules.answers import stance
from inspection.store import campaigns, checklists, documents, drafts, groups, on_paper, people
from inspection.store import fillers as stored_fillers
from inspection.vocabulary import AnswerValue

CHECKLIST = "/checklists/{subject_id}"
MOST_REFUSED = 30


@dataclass(frozen=True, slots=True)
class Row:
    """One unit's checklist in the list. `counts`: how many answers say 不符合, 不適用, 已自行改善;
    `is_begun`: something is typed on the page and not sent."""

    checklist: Checklist
    unit_name: str
    version: int
    nonconforming: int
    not_applicable: int
    mended: int
    is_read: bool
    is_begun: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that could not be taken: whose, if the form says so, what to do, its file's name, and how it came."""

    unit_name: str
    lines: tuple[str, ...]
    at: datetime
    name: str
    way: str

    @classmethod
    def of(cls, visit: Visit, one: ReturnedFile, checklist: Checklist | None) -> Refused:
        """What a page prints of a row."""
        rules, names = catalogue.current(), rendering.unit_names(visit.session)
        lines = refusals.said(visit.session, checklist, one.problems, rules)
        unit_name = names.get(checklist.unit_id, "") if checklist else ""
        way = rules.wording.line(f"way_{one.channel}")
        return cls(unit_name, tuple(lines), one.received_at, one.name_shown, way)


def list_page(visit: Visit, _subject: None) -> Reply:
    """The checklists of the units the visitor may read, by campaign."""
    found: dict[str, tuple[Campaign, list[Row]]] = {}
    mine = checklists.shown(visit.session, policy.scope(visit.who, Act.READ_CHECKLIST))
    unread = {one.id for one in sheets.unread(visit.session, [one for one, _, _ in mine])}
    given = checklists.newest_answers(visit.session, [one.id for one, _, _ in mine])
    begun = drafts.begun(visit.session, [one.id for one, _, _ in mine])
    for one, campaign, unit_name in mine:
        row = _row(one, unit_name, given.get(one.id, []), is_read=one.id not in unread, is_begun=one.id in begun)
        found.setdefault(campaign.id, (campaign, []))[1].append(row)
    values = {"campaigns": list(found.values()), "refused": _refused(visit), "here": "checklists"}
    return Page("checklists.html.j2", values)


def _refused(visit: Visit) -> list[Refused]:
    """Forms that could not be taken, newest first, for those who read every unit's."""
    if policy.scope(visit.who, Act.READ_CHECKLIST).units is not None:
        return []
    return [
        Refused.of(visit, one, visit.session.get(Checklist, one.checklist_id) if one.checklist_id else None)
        for one in checklists.refused(visit.session, limit=MOST_REFUSED)
    ]


def _standing(visit: Visit, checklist: Checklist, campaign: Campaign) -> Refused | None:
    """The newest form of a checklist that was refused and that nothing has come after, while one is still taken."""
    one = checklists.standing_refusals(visit.session, [checklist.id]).get(checklist.id)
    return None if one is None or kept_out(checklist, campaign) else Refused.of(visit, one, checklist)


def _row(checklist: Checklist, unit_name: str, given: Sequence[Given], *, is_read: bool, is_begun: bool) -> Row:
    stances = [stance(one.value) for one in given]
    return Row(
        checklist,
        unit_name,
        max((one.version for one in given), default=0),
        stances.count(AnswerValue.DOES_NOT_CONFORM),
        stances.count(AnswerValue.NOT_APPLICABLE),
        sum(one.mended for one in given),
        is_read,
        is_begun,
    )


def page(visit: Visit, checklist: Checklist, problem: str = "", told: str = "") -> Reply:
    """One unit's return, whole, the newest unless an earlier one is asked for; that a reviewer has it open is noted."""
    may_review, may_answer = (visit.may(act, checklist) for act in (Act.REVIEW_CHECKLIST, Act.ANSWER_CHECKLIST))
    if checklist.state is ChecklistState.PREPARED and not may_review:
        raise NotFound(speak("查無此事項", "there is no such matter"))  # not before it is sent out
    if may_answer:
        drafting.note_opened(visit.session, checklist, visit.person_id, at=visit.at)
    shown = sheets.sheet(visit.session, checklist.id, _version(visit))
    is_newest = shown.version == shown.newest
    if is_newest:
        sheets.note_opened(visit.session, checklist, visit.person_id, at=visit.at)
        shown = replace(shown, readers=sheets.readers(visit.session, checklist.id, shown.version))
    campaign = campaigns.get(visit.session, checklist.campaign_id)
    rounds = past.rounds_before(visit.session, checklist, barred=visit.who.barred)
    last = past.last_round(visit.session, checklist, rounds)
    reviews = may_review and is_newest and checklist.state is ChecklistState.RETURNED
    sender = shown.receipt.actor if shown.receipt else ""
    on_the_spot = spot.offered(visit, checklist, may_review=may_review)
    visited = on_the_spot["spot_state"] == SpotState.CONFIRMED
    takes = checklist.state is not ChecklistState.PREPARED and not kept_out(checklist, campaign)
    return Page(
        "checklist.html.j2",
        {
            "sheet": shown,
            "checklist": checklist,
            "campaign": campaign,
            "may_answer": may_answer and not kept_out(checklist, campaign),
            "keys_paper": takes and visit.may(Act.KEY_PAPER_RETURN, checklist),
            **_paper(visit, shown.whole),
            "fillers": stored_fillers.named(visit.session, checklist.id),
            "keeps_fillers": visit.may(Act.KEEP_FILLERS, checklist) and checklist.state is not ChecklistState.PREPARED,
            "is_newest": is_newest,
            "refused": _standing(visit, checklist, campaign) if is_newest and may_answer else None,
            "sender": people.named(visit.session, {sender}).get(sender),
            "sealer": people.named(visit.session, {shown.whole.sealed_by}).get(shown.whole.sealed_by)
            if shown.whole and shown.whole.sealed_by
            else None,
            "way": catalogue.current().wording.line(f"way_{shown.receipt.channel}") if shown.receipt else "",
            "seal_asked": sealing.asked_by(visit.session, checklist),
            "last_round": last,
            "unit_name": rendering.unit_names(visit.session).get(checklist.unit_id, checklist.unit_id),
            "readers": people.named(visit.session, set(shown.readers)),
            "may_review": reviews,
            "reviewed_by": _from_outside(visit, checklist) if is_newest else None,
            "review": beside(visit, checklist, shown, rounds, visited=visited) if reviews else None,
            "reopens": may_review
            and is_newest
            and checklist.state is ChecklistState.ACCEPTED
            and may_reopen(visit.session, checklist),
            "is_reported": is_reported(visit.session, checklist),
            "sees_readers": may_review,
            **on_the_spot,
            "reason": visit.text("reason"),
            "longest": LONGEST_REASON,
            "problem": problem,
            "told": told,
            "here": "checklists",
        },
        status=422 if problem else 200,
    )


def compare(visit: Visit, checklist: Checklist) -> Reply:
    """What a return says otherwise than the one before it, side by side, the newest unless another is asked for; raises
    NotFound where there is none before it."""
    shown = sheets.sheet(visit.session, checklist.id, _version(visit))
    before = next((one for one in shown.earlier if one.version == shown.version - 1), None)
    if before is None:
        raise NotFound(speak("本次送回之前沒有其他送回紀錄，無可比較", "there is no return before this one"))
    values = {
        "sheet": shown,
        "checklist": checklist,
        "campaign": campaigns.get(visit.session, checklist.campaign_id),
        "unit_name": rendering.unit_names(visit.session).get(checklist.unit_id, checklist.unit_id),
        "before": before,
        "changed": [line for line in shown.lines if line.before],
        "here": "checklists",
    }
    return Page("compare.html.j2", values)


def _paper(visit: Visit, whole: ChecklistReturn | None) -> dict[str, object]:
    """Of a return on signed paper: when it was received, its scan, and who keyed it in and confirmed it."""
    paper = (
        on_paper.signed(visit.session, whole.checklist_id, whole.version) if whole and whole.channel == PAPER else None
    )
    names = people.named(visit.session, {paper.keyed_by, paper.confirmed_by}) if paper else {}
    return {"paper": paper, "paper_people": names}


def _from_outside(visit: Visit, checklist: Checklist) -> list[Person] | None:
    """Of the ethics office's own form, for who would review any other: who reviews it instead; None elsewhere."""
    if checklist.unit_id not in visit.who.own_units or visit.who.holding(ETHICS) is None:
        return None
    named = groups.from_outside(visit.session, checklist.campaign_id, checklist.unit_id)
    return list(people.named(visit.session, set(named)).values())


def _version(visit: Visit) -> int | None:
    asked = visit.query.get("version", "")
    return int(asked) if asked.isdecimal() and len(asked) < 9 else None


def take_form(visit: Visit, checklist: Checklist) -> Reply:
    """The file of a return as it came, under its sender's name for it; who takes it is noted."""
    version = _version(visit)
    document, data, name = sheets.take_form(visit.session, checklist, visit.person_id, version=version, at=visit.at)
    unit_name = rendering.unit_names(visit.session).get(checklist.unit_id, checklist.unit_id)
    suffix = SUFFIX.get(document.media_type, "json")
    ours = f"{document.title}（{unit_name}）.{suffix}"
    return Download(data, document.media_type, handed_out(name, document.media_type, ours))


def record_sheet(visit: Visit, checklist: Checklist) -> Reply:
    """The blank sheet of the inspectors of this unit; raises NotFound where nothing is looked at there."""
    document = documents.newest(visit.session, KIND.id, checklist.id)
    if document is None:
        raise NotFound(speak("本單位沒有現場檢視項目", "nothing is looked at on the spot here"))
    return download(visit, document, "")


def pocket_card(visit: Visit, checklist: Checklist) -> Reply:
    """The card of the group for this unit as things stand; who takes it is noted."""
    rules, who = catalogue.current(), visit.who
    kept = take_pocket_card(
        visit.session, checklist, person_id=visit.person_id, barred=who.barred, catalogue=rules, at=visit.at
    )
    return download(visit, kept, "")


DOORS = (
    Door("GET", "/checklists", Act.READ_CHECKLIST, list_page),
    Door("GET", CHECKLIST, Act.READ_CHECKLIST, page, Checklist, notes_view=True),
    Door("GET", f"{CHECKLIST}/compare", Act.READ_CHECKLIST, compare, Checklist),
    Door("GET", f"{CHECKLIST}/form", Act.READ_CHECKLIST, take_form, Checklist, notes_view=True),
    Door("GET", f"{CHECKLIST}/record", Act.REVIEW_CHECKLIST, record_sheet, Checklist),
    Door("GET", f"{CHECKLIST}/pocket-card", Act.TAKE_POCKET_CARD, pocket_card, Checklist, notes_view=True),
)
