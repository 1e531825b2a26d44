"""The mail server asked about everybody a campaign's checklists go to; what it said is kept, with the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.audit.events import record
from inspection.errors import BadSource, SourceUnavailable
from inspection.model import Campaign, Person
from inspection.notices.addresses import ADDRESS
from inspection.notices.logging_on import note_refused, require_welcome
from inspection.notices.mail_server import PasswordRefused
from inspection.notices.probing import Limits, Said, probe
from inspection.rules import catalogue as rules
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, reaching, roster
from inspection.store.unannounced import hour_of, is_untold
from inspection.vocabulary import AddressProbe

Scope = Callable[..., AbstractContextManager[Session]]
AGAIN_AFTER = timedelta(minutes=5)
PROBED = "addresses_probed"


def may_probe(campaign: Campaign, *, catalogue: Catalogue, at: datetime) -> bool:
    """Whether the mail server is asked for this inspection: its log is read by people who are inspected, so that of an
    unannounced one it may learn nothing before the hour unless the agency says otherwise."""
    if not catalogue.campaign_kinds.rule(campaign.kind).has_checklists:
        return False
    match catalogue.office.address_probe:
        case AddressProbe.NEVER:
            return False
        case AddressProbe.ANNOUNCED:
            return not is_untold(campaign, at=at)
        case AddressProbe.ALWAYS:
            return True


def probe_contacts(
    scope: Scope, campaign_id: str, *, actor: str, at: datetime, limits: Limits | None = None
) -> Mapping[str, int]:
    """Asks about each contact's address, longest unasked first, and keeps the answers; how many came to each `Reach`.

    Nothing is asked where `may_probe` says no, nor of an address asked about within the last minutes. A server that is
    away, or refuses us, leaves all undetermined: that is no error of a contact, and hinders nobody.
    """
    url = settings.get().smtp_url
    with scope() as session:  # the campaign and all that is asked; closed before the server is spoken to
        campaign = campaigns.get(session, campaign_id)
        if not may_probe(campaign, catalogue=rules.current(), at=at):
            return {}
        asked = _to_ask(session, campaign, at=at)
    if not asked:
        return {}
    told = _ask(scope, list(dict.fromkeys(asked.values())), url, limits)
    kept = {person: (address, told[address].reach, told[address].code) for person, address in asked.items()}
    with scope() as session:
        before = reaching.probed(session, kept.keys())
        silent = {one for one, (address, _, code) in kept.items() if code is None and one in before}
        answered = {one: said for one, said in kept.items() if one not in silent or before[one].address != said[0]}
        reaching.keep_probed(session, answered, at=at)  # what was said before is not undone by silence
        details: dict[str, object] = {"count": len(kept)}
        record(session, at=at, actor=actor, subject=("campaign", campaign_id), action=PROBED, details=details)
    return Counter(reach.value for _, reach, _ in kept.values())


def _to_ask(session: Session, campaign: Campaign, *, at: datetime) -> dict[str, str]:
    """Addresses by person, those longest unasked first."""
    on = clock.local_date(max(at, hour_of(campaign) or at))
    units = campaigns.units(session, campaign.id)
    named = {one.id: one for unit in units for one in roster.answering_for(session, unit.id, on=on)}
    said = reaching.probed(session, named.keys())

    def last(person: Person) -> datetime | None:
        known = said.get(person.id)
        return known.probed_at if known and known.address == _address(person) else None

    waiting = [one for one in named.values() if ADDRESS.fullmatch(_address(one))]
    waiting = [one for one in waiting if (asked := last(one)) is None or asked <= at - AGAIN_AFTER]
    waiting.sort(key=lambda one: (last(one) is not None, last(one) or at, one.id))
    return {one.id: _address(one) for one in waiting}


def _address(person: Person) -> str:
    return person.email.strip().lower()


def _ask(scope: Scope, addresses: list[str], url: str, limits: Limits | None) -> Mapping[str, Said]:
    nothing = dict.fromkeys(addresses, Said())
    try:
        with scope() as session:
            require_welcome(session, url, at=clock.now())
    except BadSource:  # no server is named, or it refused our password within the hour
        return nothing
    try:
        return probe(addresses, url, sender=settings.get().mail_from, limits=limits)
    except PasswordRefused:
        with scope() as session:
            note_refused(session, url, at=clock.now())
    except (SourceUnavailable, BadSource):
        pass
    return nothing
