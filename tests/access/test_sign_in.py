"""Signing in: what a thief, a guesser, a mail scanner and a colleague who has left cannot do."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection.access import sessions, sign_in
from inspection.access.tokens import form_token, is_form_token, token
from inspection.model import Event, Person, PortalSession, RoleGrant, SignInCode
from inspection.store.session import session_scope
from portal.small_office import MORNING, address, settle

PLACE = "192.0.2.10"


@pytest.fixture
def office(session: Session) -> Session:
    settle(session)
    return session


def asked(session: Session, visit: str, person: str = "works") -> sign_in.IssuedCode:
    issued = sign_in.issue(session, address(person), sign_in.Asker(visit, PLACE), at=MORNING)
    assert issued is not None
    return issued


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


def test_the_right_code_in_the_right_browser_signs_in_once(office: Session) -> None:
    visit = token()
    issued = asked(office, visit)
    assert len(issued.code) == 8
    spaced = f" {issued.code[:4]} {issued.code[4:]} "
    secret = sign_in.enter(office, visit, spaced, place=PLACE, at=MORNING + timedelta(minutes=9))
    assert secret is not None
    signed = sessions.recognise(office, secret, at=MORNING + timedelta(minutes=10))
    assert signed is not None
    assert signed.person.id == "works"
    # a replay of the same code
    assert sign_in.enter(office, visit, issued.code, place=PLACE, at=MORNING + timedelta(minutes=9)) is None


def test_a_code_ends_after_ten_minutes(office: Session) -> None:
    visit = token()
    issued = asked(office, visit)
    assert sign_in.enter(office, visit, issued.code, place=PLACE, at=MORNING + timedelta(minutes=10)) is None


def test_a_code_overheard_is_of_no_use_in_another_browser(office: Session) -> None:
    visit = token()
    issued = asked(office, visit)
    assert sign_in.enter(office, token(), issued.code, place=PLACE, at=MORNING) is None
    assert sign_in.enter(office, visit, issued.code, place=PLACE, at=MORNING) is not None


def test_the_sixth_try_is_not_compared_even_where_it_is_right(office: Session) -> None:
    visit = token()
    issued = asked(office, visit)
    for _ in range(sign_in.TRIES):
        assert sign_in.enter(office, visit, wrong(issued.code), place=PLACE, at=MORNING) is None
    assert sign_in.enter(office, visit, issued.code, place=PLACE, at=MORNING) is None


def test_the_fifth_try_still_counts(office: Session) -> None:
    visit = token()
    issued = asked(office, visit)
    for _ in range(sign_in.TRIES - 1):
        assert sign_in.enter(office, visit, wrong(issued.code), place=PLACE, at=MORNING) is None
    assert sign_in.enter(office, visit, issued.code, place=PLACE, at=MORNING) is not None


def mails(session: Session, person: str, place: str = PLACE, *, times: int = 1, familiar: str = "") -> int:
    """How many of so many requests for a person's code from a place bring a mail."""
    asker = sign_in.Asker(token(), place, familiar)
    return sum(sign_in.issue(session, address(person), asker, at=MORNING) is not None for _ in range(times))


def test_wrong_codes_of_a_whole_place_keep_nobody_there_from_entering_theirs(office: Session) -> None:
    for _ in range(sign_in.WRONG_CODES_NOTED_PER_PLACE + 5):
        assert sign_in.enter(office, token(), "00000000", place=PLACE, at=MORNING) is None
    noted = [one for one in office.scalars(select(Event)) if one.action == "code_refused"]
    assert len(noted) == sign_in.WRONG_CODES_NOTED_PER_PLACE
    visit = token()
    issued = asked(office, visit)
    assert sign_in.enter(office, visit, issued.code, place=PLACE, at=MORNING) is not None


def test_asking_for_who_is_not_here_uses_up_nobody_s_limit_and_writes_nothing(office: Session) -> None:
    for number in range(sign_in.MAILS_PER_PLACE + 10):
        stranger = sign_in.Asker(token(), PLACE)
        assert sign_in.issue(office, f"stranger{number}@example.test", stranger, at=MORNING) is None
    assert list(office.scalars(select(Event))) == []
    assert mails(office, "works") == 1


def test_one_place_sends_few_mails_to_one_address(office: Session) -> None:
    assert mails(office, "mayor", times=50) == sign_in.MAILS_PER_PLACE_AND_ADDRESS
    assert mails(office, "mayor", "192.0.2.12", times=2) == 2
    later = MORNING + sign_in.WINDOW + timedelta(seconds=1)
    assert sign_in.issue(office, f" {address('mayor').upper()} ", sign_in.Asker(token(), PLACE), at=later) is not None


def test_strangers_from_many_places_lock_nobody_out(office: Session) -> None:
    sent = sum(mails(office, "mayor", f"192.0.2.{number}", times=50) for number in range(100, 140))
    assert sent <= sign_in.MAILS_PER_ADDRESS + 40  # a place that has not asked for the address lately is served once
    assert mails(office, "mayor", "198.51.100.7") == 1


def test_who_sits_in_the_same_place_as_a_stranger_gets_in_by_a_browser_known_before(office: Session) -> None:
    mails(office, "mayor", times=50)
    assert mails(office, "mayor") == 0
    known = sign_in.familiar_browser("mayor")
    assert mails(office, "mayor", times=9, familiar=known) == sign_in.MAILS_PER_FAMILIAR_BROWSER
    assert mails(office, "mayor", familiar=sign_in.familiar_browser("works")) == 0
    assert mails(office, "mayor", familiar=known[:-1] + ("0" if known[-1] != "0" else "1")) == 0


def test_a_place_that_asked_much_still_brings_everybody_a_first_mail(office: Session) -> None:
    everybody = ("mayor", "secretary", "ethics_head", "ethics", "works_head", "works", "social", "inspector", "it_head")
    for number in range(sign_in.MAILS_PER_PLACE):
        mails(office, everybody[number % 8], times=9, familiar=sign_in.familiar_browser(everybody[number % 8]))
    assert mails(office, "mayor") == 1
    assert mails(office, "it_head", times=5) == 1


def test_the_question_before_writing_writes_nothing_and_answers_alike(office: Session) -> None:
    asker = sign_in.Asker(token(), PLACE)
    for who, expected in ((address("works"), True), ("stranger@example.test", False), (address("nobody"), False)):
        assert sign_in.is_expected(office, who, asker, at=MORNING) is expected
    assert list(office.scalars(select(Event))) == []
    mails(office, "works", times=50)
    assert not sign_in.is_expected(office, address("works"), asker, at=MORNING)


def test_nobody_gets_a_code_without_role_or_after_leaving(office: Session) -> None:
    asker = sign_in.Asker(token(), PLACE)
    assert sign_in.issue(office, "stranger@example.test", asker, at=MORNING) is None
    assert sign_in.issue(office, address("nobody"), asker, at=MORNING) is None
    office.get_one(Person, "works").active = False
    office.flush()
    assert sign_in.issue(office, address("works"), asker, at=MORNING) is None


def test_who_leaves_between_code_and_entry_is_not_let_in(office: Session) -> None:
    visit = token()
    issued = asked(office, visit)
    office.get_one(Person, "works").active = False
    office.flush()
    assert sign_in.enter(office, visit, issued.code, place=PLACE, at=MORNING) is None


def test_a_person_losing_the_last_role_is_out_at_once_and_stays_out(office: Session) -> None:
    secret = sessions.start(office, "works", at=MORNING)
    grant = office.scalars(select(RoleGrant).where(RoleGrant.person_id == "works")).one()
    office.delete(grant)
    office.flush()
    later = MORNING + timedelta(minutes=1)
    assert sessions.recognise(office, secret, at=later) is None
    sessions.renew(office, secret, at=later)
    office.add(RoleGrant(person_id="works", role=grant.role, unit_id="U04", valid_from=None, valid_until=None))
    office.flush()
    office.expire_all()
    assert sessions.recognise(office, secret, at=later) is None


def test_a_session_ends_when_idle_and_at_the_end_of_a_working_day(office: Session) -> None:
    secret = sessions.start(office, "works", at=MORNING)
    assert sessions.recognise(office, secret, at=MORNING + sessions.IDLE) is None
    at = MORNING
    while at < MORNING + sessions.ABSOLUTE - timedelta(minutes=20):
        at += timedelta(minutes=20)
        sessions.renew(office, secret, at=at)
        office.expire_all()
    assert sessions.recognise(office, secret, at=MORNING + sessions.ABSOLUTE - timedelta(seconds=1)) is not None
    assert sessions.recognise(office, secret, at=MORNING + sessions.ABSOLUTE) is None


def test_signing_out_ends_the_session_for_good(office: Session) -> None:
    secret = sessions.start(office, "works", at=MORNING)
    sessions.finish(office, secret, at=MORNING)
    office.expire_all()
    assert sessions.recognise(office, secret, at=MORNING) is None


def test_a_proof_fits_one_decision_of_one_session(office: Session) -> None:
    signed = sessions.recognise(office, sessions.start(office, "mayor", at=MORNING), at=MORNING)
    other = sessions.recognise(office, sessions.start(office, "secretary", at=MORNING), at=MORNING)
    assert signed
    assert other
    issued = sign_in.ask_again(office, signed.session, "plan p1 abc approved", at=MORNING)
    assert not sign_in.prove(office, signed.session, "plan p1 abc returned", issued.code, at=MORNING)
    assert not sign_in.prove(office, other.session, "plan p1 abc approved", issued.code, at=MORNING)
    later = MORNING + timedelta(minutes=3)
    assert sign_in.prove(office, signed.session, "plan p1 abc approved", issued.code, at=later)
    assert signed.session.proven_at == later
    assert not sign_in.prove(office, signed.session, "plan p1 abc approved", issued.code, at=later)


def test_neither_code_nor_token_nor_address_stands_in_the_database(office: Session) -> None:
    visit = token()
    issued = asked(office, visit)
    secret = sign_in.enter(office, visit, issued.code, place=PLACE, at=MORNING)
    assert secret is not None
    rows = [
        *(vars(row) for row in office.scalars(select(SignInCode))),
        *(vars(row) for row in office.scalars(select(PortalSession))),
        *(vars(row) for row in office.scalars(select(Event))),
    ]
    text = repr(rows)
    assert len(rows) >= 5
    for hidden in (issued.code, visit, secret, address("works"), PLACE):
        assert hidden not in text


def test_two_browsers_entering_one_code_at_once_get_one_session(database_url: str) -> None:
    visit = token()
    with session_scope(database_url) as session:
        settle(session)
        issued = asked(session, visit)
    gate, secrets = threading.Barrier(4), []

    def enter() -> None:
        gate.wait()
        with session_scope(database_url) as session:
            secrets.append(sign_in.enter(session, visit, issued.code, place=PLACE, at=MORNING))

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(secrets) == 4
    assert len([secret for secret in secrets if secret]) == 1


def test_many_guesses_at_once_use_up_no_more_than_the_tries(database_url: str) -> None:
    visit = token()
    with session_scope(database_url) as session:
        settle(session)
        issued = asked(session, visit)
    gate = threading.Barrier(8)

    def guess() -> None:
        gate.wait()
        with session_scope(database_url) as session:
            sign_in.enter(session, visit, wrong(issued.code), place=PLACE, at=MORNING)

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with session_scope(database_url) as session:
        assert session.scalars(select(SignInCode)).one().tries_left == 0
        assert sign_in.enter(session, visit, issued.code, place=PLACE, at=MORNING) is None


def test_a_form_token_belongs_to_one_cookie(home: object) -> None:
    mine, other = token(), token()
    assert is_form_token(mine, form_token(mine))
    assert not is_form_token(other, form_token(mine))
    assert not is_form_token(mine, "")
