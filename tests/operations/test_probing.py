"""The mail server is asked whether it would take a mail for a contact: nothing is delivered, and nobody is wrongly
called unreachable."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from campaigns.paper_office import CAMPAIGN, CONTACT, SOCIAL, STAFF, WORKS, PaperOffice
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.model import Campaign, Person
from inspection.notices import probing
from inspection.notices.probing import Limits, Said, probe
from inspection.operations.probing import AGAIN_AFTER, may_probe, probe_contacts
from inspection.planning.preflight import PROBE_HOLDS, check
from inspection.rules import catalogue
from inspection.store import campaigns, events
from inspection.store.session import session_scope
from inspection.vocabulary import AddressProbe, ContactTrouble, Reach
from servers.mail import MailServer

QUICK = Limits(answer_seconds=0.4, total_seconds=5, pause_seconds=0)
WORKS_ADDRESS, SOCIAL_ADDRESS = "u04-contact@shifan.test", "u02-contact@shifan.test"
FROM = "Inspection <inspection@shifan.test>"


def ask(server: MailServer, *addresses: str, limits: Limits = QUICK) -> dict[str, Said]:
    """What the server says of some addresses."""
    return probe(addresses, server.url, sender=FROM, limits=limits)


def test_only_what_is_refused_for_good_is_bad_and_only_what_nobody_else_gets_is_good(mail_server: MailServer) -> None:
    mail_server.take_only("a@x.test", "slow@x.test", "busy@x.test")
    mail_server.refuse("busy@x.test", 452)
    mail_server.refuse("how@x.test", 503)
    found = ask(mail_server, "a@x.test", "gone@x.test", "busy@x.test", "how@x.test")
    assert {one: said.reach for one, said in found.items()} == {
        "a@x.test": Reach.CONFIRMED, "gone@x.test": Reach.REFUSED,
        "busy@x.test": Reach.UNDETERMINED, "how@x.test": Reach.UNDETERMINED,
    }  # fmt: skip
    assert [said.code for said in found.values()] == [250, 550, 452, 503]
    mail_server.accept_all()
    assert ask(mail_server, "a@x.test", "a@y.test")["a@x.test"] == Said(Reach.UNDETERMINED, 250), "it takes everything"
    # one that falls silent has said nothing of it, and of those behind it; what was refused before stays refused
    mail_server.take_only("a@x.test")
    mail_server.keep_silent_about("mute@x.test")
    reaches = [one.reach for one in ask(mail_server, "gone@x.test", "a@x.test", "mute@x.test", "b@x.test").values()]
    assert reaches == [Reach.REFUSED, Reach.UNDETERMINED, Reach.UNDETERMINED, Reach.UNDETERMINED]
    assert mail_server.messages() == [], "no mail was given to it"


def test_it_ends_in_time_and_with_the_number_and_stops_where_it_is_told_to(mail_server: MailServer) -> None:
    mail_server.take_only()
    many = [f"{number}@x.test" for number in range(30)]
    assert sum(one.code is not None for one in ask(mail_server, *many, limits=replace(QUICK, most=3)).values()) == 3
    slow = ask(mail_server, *many, limits=replace(QUICK, total_seconds=0.2, pause_seconds=0.05))
    assert 0 < sum(one.code is not None for one in slow.values()) < 10
    mail_server.refuse("1@x.test", probing.NO_MORE)
    told = list(ask(mail_server, *many[:3]).values())
    assert (told[0].reach, told[1], told[2]) == (Reach.REFUSED, Said(), Said())


@pytest.fixture
def waiting(office: PaperOffice, mail_server: MailServer) -> PaperOffice:
    """A campaign is open, and the mail server knows one of two contacts."""
    office.open()
    mail_server.take_only(WORKS_ADDRESS)
    return office


def round_of() -> dict[str, int]:
    """One round of questions."""
    return dict(probe_contacts(session_scope, CAMPAIGN, actor=STAFF, at=now.now(), limits=QUICK))


def troubles() -> dict[str, tuple[Reach | None, bool]]:
    """By unit what the server said, and whether that stands in the way."""
    with session_scope() as session:
        found = check(session, campaigns.get(session, CAMPAIGN), catalogue=catalogue.current(), at=now.now())
        return {
            one.unit.id: (one.probed.reach if one.probed else None, ContactTrouble.REFUSED in one.troubles)
            for one in found
        }


def test_what_was_said_is_kept_with_its_time_until_the_address_changes(
    waiting: PaperOffice, mail_server: MailServer, clock: FixedClock
) -> None:
    assert troubles() == {SOCIAL: (None, False), WORKS: (None, False)}
    assert round_of() == {"confirmed": 1, "refused": 1}
    assert troubles() == {SOCIAL: (Reach.REFUSED, True), WORKS: (Reach.CONFIRMED, False)}
    with session_scope() as session:
        (asked,) = [one for one in events.of_subject(session, "campaign", CAMPAIGN) if one.action == "addresses_probed"]
        assert (asked.actor, asked.details) == (STAFF, {"count": 2})
    assert round_of() == {}, "asked a moment ago"
    clock.set(clock.instant + AGAIN_AFTER)
    mail_server.stop()
    assert round_of() == {"undetermined": 2}
    assert troubles()[SOCIAL] == (Reach.REFUSED, True), "silence undoes nothing"
    mail_server.start()
    with session_scope() as session:
        session.get_one(Person, CONTACT[SOCIAL]).email = "new@shifan.test"
    assert troubles()[SOCIAL] == (None, False), "what was said of another address says nothing of this one"
    mail_server.take_only(WORKS_ADDRESS, "new@shifan.test")
    assert round_of() == {"confirmed": 2}
    clock.set(clock.instant + PROBE_HOLDS + timedelta(minutes=1))
    assert troubles()[SOCIAL] == (None, False), "too long ago"


def test_a_server_that_is_none_or_refuses_us_says_nothing_of_anybody(
    waiting: PaperOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTION_SMTP_URL", "")
    settings.reset()
    assert round_of() == {"undetermined": 2}
    assert not any(bad for _, bad in troubles().values())


@pytest.mark.parametrize(
    ("rule", "announced", "untold", "told"),
    [
        (AddressProbe.NEVER, False, False, False),
        (AddressProbe.ANNOUNCED, True, False, True),
        (AddressProbe.ALWAYS, True, True, True),
    ],
)
def test_the_rule_says_for_which_inspections_it_is_asked(
    rule: AddressProbe, announced: bool, untold: bool, told: bool
) -> None:
    shipped = catalogue.load()
    rules = replace(shipped, office=shipped.office.model_copy(update={"address_probe": rule}))
    at = datetime.fromisoformat("2026-11-04T14:00:00+08:00")
    hour = at + timedelta(hours=1)
    open_one = Campaign(id="a", kind="semiannual", reveal_at=None, window_start=at)
    hidden = Campaign(id="b", kind="ad_hoc", reveal_at=hour, window_start=at)
    assert may_probe(open_one, catalogue=rules, at=at) is announced
    assert may_probe(hidden, catalogue=rules, at=at) is untold
    assert may_probe(hidden, catalogue=rules, at=hour) is told
    assert not may_probe(Campaign(id="c", kind="project", reveal_at=None), catalogue=rules, at=at)


def test_before_the_hour_the_mail_server_hears_nothing(waiting: PaperOffice, mail_server: MailServer) -> None:
    with session_scope() as session:
        session.get_one(Campaign, CAMPAIGN).reveal_at = now.now() + timedelta(hours=1)
    mail_server.stop()
    assert round_of() == {}
    assert troubles() == {SOCIAL: (None, False), WORKS: (None, False)}
