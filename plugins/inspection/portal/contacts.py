"""單位窗口與通知: whether every contact can be reached and answer, how each invitation stands, and one more try."""

from __future__ import annotations

from inspection.access.policy import Act
from inspection.errors import BadSource, Conflict, NotFound
from inspection.model import Campaign
from inspection.operations.contacts import Stand, contacts, resend, said
from inspection.portal.guard import LARGEST_ID, Door, Visit
from inspection.portal.responses import GoTo, Page, Reply

PATH = "/campaigns/{subject_id}/contacts"


def page(visit: Visit, campaign: Campaign, problem: str = "") -> Reply:
    """The contacts unit by unit; what stands in somebody's way first of all."""
    every = contacts(visit.session, campaign, domains=visit.work.catalogue.office.filler_domains, at=visit.at)
    return Page(
        "contacts.html.j2",
        {
            "campaign": campaign,
            "listed": every,
            "said": said,
            "troubled": [one for one in every if one.troubles],
            "lost": sum(one.stand in {Stand.FAILED, Stand.BOUNCED} for one in every),
            "problem": problem,
            "here": "progress",
        },
        status=409 if problem else 200,
    )


def send_once_more(visit: Visit, campaign: Campaign) -> Reply:
    """One more try to the address the roster has now."""
    given = visit.text("notice")
    try:
        if not (given.isascii() and given.isdecimal() and int(given[:12]) <= LARGEST_ID):
            raise NotFound("")
        with visit.session.begin_nested():
            resend(visit.session, campaign.id, int(given), by=visit.person_id, at=visit.at)
    except (Conflict, NotFound, BadSource):
        visit.session.expire_all()
        return page(visit, campaign, "moved")
    return GoTo(f"/campaigns/{campaign.id}/contacts")


DOORS = (
    Door("GET", PATH, Act.KEEP_CAMPAIGN, page, Campaign),
    Door("POST", PATH, Act.KEEP_CAMPAIGN, send_once_more, Campaign),
)
