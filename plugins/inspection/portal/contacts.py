"""單位窗口與通知: whether every contact can be reached and answer, how each invitation stands, and one more try."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from threading import Lock

from inspection.access.policy import Act
from inspection.errors import BadSource, Conflict, NotFound
from inspection.model import Campaign
from inspection.operations.contacts import Stand, contacts, resend
from inspection.operations.probing import may_probe, probe_contacts
from inspection.planning.preflight import said
from inspection.portal.guard import LARGEST_ID, Door, Visit
from inspection.portal.responses import GoTo, Page, Reply
from inspection.portal.threads import writing
from inspection.store.session import session_scope

PATH = "/campaigns/{subject_id}/contacts"
_asking = Lock()


def page(visit: Visit, campaign: Campaign, problem: str = "") -> Reply:
    """The contacts unit by unit; what stands in somebody's way first of all."""
    return Page("contacts.html.j2", _values(visit, campaign) | {"problem": problem}, status=409 if problem else 200)


def _values(visit: Visit, campaign: Campaign) -> dict[str, object]:
    catalogue = visit.work.catalogue
    every = contacts(visit.session, campaign, catalogue=catalogue, at=visit.at)
    return {
        "campaign": campaign,
        "listed": every,
        "said": said,
        "troubled": [one for one in every if one.checked.troubles],
        "lost": sum(one.stand in {Stand.FAILED, Stand.BOUNCED} for one in every),
        "may_probe": may_probe(campaign, catalogue=catalogue, at=visit.at),
        "is_probing": False,
        "problem": "",
        "here": "progress",
    }


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


def ask_server(visit: Visit, campaign: Campaign) -> Reply:
    """Has the mail server asked about the addresses once the page has left: no transaction waits for it."""
    values = _values(visit, campaign)
    if not values["may_probe"]:
        return page(visit, campaign, "not_probed")
    asking = partial(_ask_in_turn, campaign.id, actor=visit.person_id, at=visit.at)

    async def afterwards() -> None:
        await writing(asking)

    return Page("contacts.html.j2", values | {"is_probing": True}, afterwards=afterwards)


def _ask_in_turn(campaign_id: str, *, actor: str, at: datetime) -> None:
    """One round at a time in this process: it takes up to a minute of a thread that others' forms wait for."""
    if _asking.acquire(blocking=False):
        try:
            probe_contacts(session_scope, campaign_id, actor=actor, at=at)
        finally:
            _asking.release()


DOORS = (
    Door("GET", PATH, Act.KEEP_CAMPAIGN, page, Campaign),
    Door("POST", PATH, Act.KEEP_CAMPAIGN, send_once_more, Campaign),
    Door("POST", f"{PATH}/probe", Act.KEEP_CAMPAIGN, ask_server, Campaign),
)
