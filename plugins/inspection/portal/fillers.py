"""填報人: who else may fill a unit's checklist; named and revoked on one page of the checklist."""

from __future__ import annotations

from inspection.access.policy import Act
from inspection.checklists.entering import kept_out
from inspection.checklists.fillers import LONGEST_NAME, MOST, Colleague, Ground, Unfit, name, revoke
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Checklist
from inspection.model.lifecycle import ChecklistState
from inspection.notices.addresses import LONGEST_ADDRESS
from inspection.portal import rendering
from inspection.portal.guard import LARGEST_ID, Door, Visit
from inspection.portal.responses import GoTo, Page, Reply
from inspection.store import campaigns, fillers, people

FILLERS = "/checklists/{subject_id}/fillers"


def page(visit: Visit, checklist: Checklist, problem: Ground | None = None) -> Reply:
    """Who was named, by whom, and for contact and head the fields to name another."""
    if checklist.state is ChecklistState.PREPARED:
        raise NotFound(speak("查無此事項", "there is no such matter"))
    standing = fillers.named(visit.session, checklist.id)
    campaign = campaigns.get(visit.session, checklist.campaign_id)
    may_name = visit.may(Act.NAME_FILLER, checklist) and not kept_out(checklist, campaign)
    values = {
        "checklist": checklist,
        "campaign": campaign,
        "unit_name": rendering.unit_names(visit.session).get(checklist.unit_id, checklist.unit_id),
        "standing": standing,
        "names": people.named(visit.session, {row.named_by for row, _ in standing}),
        "may_name": may_name and len(standing) < MOST,
        "is_full": may_name and len(standing) >= MOST,
        "domains": visit.work.catalogue.office.filler_domains,
        "problem": problem.value if problem else "",
        "typed": {one: visit.text(one) for one in ("name", "title", "address")},
        "longest": LONGEST_NAME,
        "longest_address": LONGEST_ADDRESS,
        "most": MOST,
        "here": "checklists",
    }
    return Page("fillers.html.j2", values, status=422 if problem else 200)


def name_one(visit: Visit, checklist: Checklist) -> Reply:
    """Names a colleague; back to the page, or with what stands against it."""
    given = Colleague(visit.text("name"), visit.text("title"), visit.text("address"))
    domains = visit.work.catalogue.office.filler_domains
    try:
        name(visit.session, checklist.id, given, domains=domains, person_id=visit.person_id, at=visit.at)
    except Unfit as unfit:
        return page(visit, checklist, unfit.ground)
    return GoTo(f"/checklists/{checklist.id}/fillers")


def revoke_one(visit: Visit, checklist: Checklist) -> Reply:
    """Takes a grant back."""
    given = visit.text("filler")
    filler_id = int(given) if given.isascii() and given.isdecimal() and len(given) < 11 else 0
    if not 0 < filler_id <= LARGEST_ID:
        raise NotFound(speak("查無此填報人", "nobody of this checklist was named so"))
    revoke(visit.session, checklist.id, filler_id, person_id=visit.person_id, at=visit.at)
    return GoTo(f"/checklists/{checklist.id}/fillers")


DOORS = (
    Door("GET", FILLERS, Act.KEEP_FILLERS, page, Checklist),
    Door("POST", FILLERS, Act.NAME_FILLER, name_one, Checklist),
    Door("POST", f"{FILLERS}/revoke", Act.KEEP_FILLERS, revoke_one, Checklist),
)
