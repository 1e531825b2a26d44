"""The review of a return on its page: statement by statement, then 審查完成 or 退回補正."""

from __future__ import annotations

from inspection.access.policy import Act
from inspection.checklists.review import accept, reopen, send_back
from inspection.checklists.rulings import LONGEST_REASON, Ruling, rule
from inspection.checklists.unchanged import ACTION, accept_unchanged, acceptable, by_unit
from inspection.errors import Conflict
from inspection.model import Campaign, Checklist
from inspection.model.lifecycle import RulingState
from inspection.portal import rendering
from inspection.portal.checklists import CHECKLIST, page
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import GoTo, Page, Reply
from inspection.store import campaigns, checklists, events, people, rulings

UNCHANGED = "/campaigns/{subject_id}/unchanged"
SHOWN_DONE = 5
LONGEST_NUMBER = 9


def review(visit: Visit, checklist: Checklist) -> Reply:
    """Keeps what was ruled on single statements, and settles the form where that was asked for."""
    if visit.text("version") != str(checklists.newest_version(visit.session, checklist.id)):
        return page(visit, checklist, "moved")  # a corrected form came while the page was open
    if visit.text("outcome") == "reopened":
        return _reopen(visit, checklist)
    said, outcome = _said(visit, checklist), visit.text("outcome")
    if any(one.state is RulingState.RETURNED and not 0 < len(one.reason) <= LONGEST_REASON for one in said):
        return page(visit, checklist, "reason")
    if outcome == "sent_back" and not _returned(visit, checklist, said):
        return page(visit, checklist, "none")
    try:
        with visit.session.begin_nested():
            _carry_out(visit, checklist, said, outcome)
    except Conflict as conflict:
        visit.session.expire_all()
        return page(visit, checklists.get(visit.session, checklist.id), "moved", str(conflict))
    return GoTo(f"/checklists/{checklist.id}" + ("#reviewing" if outcome == "saved" else ""))


def _reopen(visit: Visit, checklist: Checklist) -> Reply:
    """Takes 審查完成 back, for a reason."""
    reason = visit.text("reason").strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        return page(visit, checklist, "reason")
    try:
        with visit.session.begin_nested():
            reopen(visit.session, checklist.id, person_id=visit.person_id, reason=reason, at=visit.at)
    except Conflict as conflict:
        visit.session.expire_all()
        return page(visit, checklists.get(visit.session, checklist.id), "moved", str(conflict))
    return GoTo(f"/checklists/{checklist.id}")


def _carry_out(visit: Visit, checklist: Checklist, said: list[Ruling], outcome: str) -> None:
    session = visit.session
    if said:
        version = checklists.newest_version(session, checklist.id)
        rule(session, checklist.id, said, version=version, person_id=visit.person_id, at=visit.at)
    if outcome == "accepted":
        accept(session, checklist.id, person_id=visit.person_id, at=visit.at)
    elif outcome == "sent_back":
        send_back(session, checklist.id, person_id=visit.person_id, item_ids=(), at=visit.at)


def _returned(visit: Visit, checklist: Checklist, said: list[Ruling]) -> bool:
    """Whether any statement is returned once what was said is kept."""
    stands = {item: one.state for item, one in rulings.of(visit.session, checklist.id).items()}
    return RulingState.RETURNED in (stands | {one.item_id: one.state for one in said}).values()


def _said(visit: Visit, checklist: Checklist) -> list[Ruling]:
    """What was changed on the page, each with what its author saw; a reason of its own or the one for all."""
    found = []
    for one in checklists.questions(visit.session, checklist.id):
        choice, was = visit.text(f"rule.{one.item_id}"), visit.text(f"was.{one.item_id}")
        known = {state.value for state in RulingState}
        if choice not in known or was not in known or (choice == was and choice != RulingState.RETURNED):
            continue
        reason = visit.text(f"reason.{one.item_id}") or visit.text("reason")
        found.append(Ruling(one.item_id, RulingState(choice), reason, RulingState(was)))
    return found


def unchanged_page(visit: Visit, campaign: Campaign, problem: str = "") -> Reply:
    """What can be accepted at once, by unit with its number; and what was, the last times."""
    rules = visit.work.catalogue
    found = acceptable(visit.session, campaign, person_id=visit.person_id, catalogue=rules, at=visit.at)
    names = rendering.unit_names(visit.session)
    happened = events.of_subject(visit.session, "campaign", campaign.id)
    done = [one for one in happened if one.action == ACTION][-SHOWN_DONE:]
    by = people.named(visit.session, {one.actor for one in done})
    values = {
        "campaign": campaign,
        "rows": [
            (one, names.get(one.unit_id, one.unit_id), number)
            for one, number in by_unit(found, checklists.of_campaign(visit.session, campaign.id))
        ],
        "count": sum(len(items) for items in found.values()),
        "done": [(by.get(one.actor), one) for one in reversed(done)],
        "problem": problem,
        "here": "checklists",
    }
    return Page("unchanged.html.j2", values, status=409 if problem else 200)


def accept_all_unchanged(visit: Visit, campaign: Campaign) -> Reply:
    """Accepts as many statements as were shown; where it is another number by now, shows that one."""
    seen = visit.text("seen")
    try:
        with visit.session.begin_nested():
            accept_unchanged(
                visit.session,
                campaign.id,
                seen=int(seen) if seen.isdecimal() and len(seen) < LONGEST_NUMBER else -1,
                person_id=visit.person_id,
                catalogue=visit.work.catalogue,
                at=visit.at,
            )
    except Conflict as conflict:
        visit.session.expire_all()
        return unchanged_page(visit, campaigns.get(visit.session, campaign.id), str(conflict))
    return GoTo(f"/campaigns/{campaign.id}/unchanged")


DOORS = (
    Door("POST", CHECKLIST, Act.REVIEW_CHECKLIST, review, Checklist, keeps_typed=True),
    Door("GET", UNCHANGED, Act.REVIEW_CHECKLIST, unchanged_page, Campaign),
    Door("POST", UNCHANGED, Act.REVIEW_CHECKLIST, accept_all_unchanged, Campaign),
)
