"""保密切結 of a 會辦 member: read and signed before anything of the campaign is shown."""

from __future__ import annotations

from inspection import clock
from inspection.access.policy import Act
from inspection.campaigns.pledge import Signed, pledge, pledge_text
from inspection.model import Campaign
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import GoTo, Page, Reply
from inspection.rules import catalogue
from inspection.store import pledges
from inspection.vocabulary import ApprovalRoute


def page(visit: Visit, campaign: Campaign, problem: str = "") -> Reply:
    """The text, and the box to tick; or the day it was signed."""
    return Page(
        "pledge.html.j2",
        {
            "campaign": campaign,
            "lines": pledge_text(visit.session, campaign.id, catalogue.current()),
            "signed_on": (found := pledges.get(visit.session, campaign.id, visit.person_id)) and found.pledged_on,
            "problem": problem,
            "here": "home",
        },
        status=422 if problem else 200,
    )


def sign(visit: Visit, campaign: Campaign) -> Reply:
    """Signs."""
    if visit.text("agreed") != "yes":
        return page(visit, campaign, "agreed")
    person = visit.person_id
    signed = Signed(person, clock.local_date(visit.at), ApprovalRoute.PORTAL, person)
    pledge(visit.session, campaign.id, signed, catalogue=catalogue.current(), at=visit.at)
    return GoTo("/")


DOORS = (
    Door("GET", "/campaigns/{subject_id}/pledge", Act.PLEDGE, page, Campaign),
    Door("POST", "/campaigns/{subject_id}/pledge", Act.PLEDGE, sign, Campaign),
)
