"""Somebody leaves in mid-campaign: what was held moves to whoever may take it, and history stays with who did it."""

from __future__ import annotations

from datetime import date

import pytest

from access.asked import allows
from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    ETHICS,
    ETHICS_HEAD,
    HEAD,
    SECOND_STAFF,
    SECRETARY,
    SOCIAL,
    STAFF,
    UNIT_HEAD,
    WORKS,
    PaperOffice,
    fix,
    grant,
    notices,
)
from conftest import FixedClock
from inspection import clock as now
from inspection.access.policy import Act
from inspection.audit.actors import DAG, program
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.fixes.claim import accept, claim
from inspection.fixes.verify import verify
from inspection.handovers.carry_out import carry_out, carry_out_due
from inspection.handovers.listing import Wanted
from inspection.handovers.open import open_handover, withdraw
from inspection.model import Approval, Checklist, Handover, Person, Report
from inspection.model.lifecycle import FixState, HandoverState
from inspection.notices.deliver import deliver_due
from inspection.store import approvals, documents, events, groups, handovers, roster
from inspection.store.session import session_scope
from inspection.vocabulary import HandedKind, Role, Severity
from servers.mail import MailServer

TODAY = date(2026, 11, 2)
NEW = "P049"
HOUSEKEEPING = program(DAG, "housekeeping")


def newcomer(person: str = NEW, unit: str | None = WORKS) -> None:
    """Somebody new in the roster, without a role."""
    with session_scope() as session:
        session.add(
            Person(id=person, name="方○新", title="技佐", email=f"{person}@shifan.test", unit_id=unit, active=True)
        )


def handed(
    giver: str,
    taker: str,
    *,
    on: date = TODAY,
    unit: str = "",
    instead: dict[str, str] | None = None,
    actor: str = SECOND_STAFF,
) -> str:
    """Opens a handover; its number."""
    wanted = Wanted(giver, taker, on, "調職", unit, None, instead or {})
    with session_scope() as session:
        return open_handover(session, wanted, catalogue=PaperOffice().rules, actor=actor, at=now.now()).id


def listed(handover_id: str) -> dict[HandedKind, list[str]]:
    """What a handover lists, in words, by kind."""
    found: dict[HandedKind, list[str]] = {}
    with session_scope() as session:
        for line in handovers.lines(session, handover_id):
            found.setdefault(line.kind, []).append(line.words)
    return found


def state(handover_id: str) -> HandoverState:
    """How a handover stands."""
    with session_scope() as session:
        return handovers.get(session, handover_id).state


def told_of(handover_id: str) -> tuple[int, int]:
    """How many events a handover has, and how many notices were ever written."""
    with session_scope() as session:
        count = len(events.of_subject(session, "handover", handover_id))
    return count, len(notices())


def holders(role: Role, unit: str = "", *, on: date = TODAY) -> list[str]:
    """Who holds a role on a day."""
    with session_scope() as session:
        return [one.id for one in roster.holders(session, role, on=on, unit_id=unit)]


# ------------------------------------------------------------------------------------------------ a contact leaves


def test_a_contacts_form_fault_share_and_copy_go_to_the_successor(office: PaperOffice, clock: FixedClock) -> None:
    fix_id = office.one_fix()
    newcomer()
    number = handed(CONTACT[WORKS], NEW, unit=WORKS)
    assert number == f"H-1151102-{CONTACT[WORKS]}-{NEW}-{WORKS}"
    found = listed(number)
    assert found[HandedKind.ROLE] == ["單位窗口（工務課）"]
    assert found[HandedKind.FIX] == [f"列管編號{fix_id}（工務課）"]
    assert found[HandedKind.SHARE] == ["工務課（工務課）"]
    assert len(found[HandedKind.COPY]) == 1
    assert "第2號" in found[HandedKind.COPY][0]
    assert holders(Role.CONTACT, WORKS) == [NEW]
    with session_scope() as session:  # the new contact answers for the fault, the old one does not any more
        accept(session, fix_id, person_id=NEW, plan="移置並補正標示", at=now.now())
    with pytest.raises(NotAllowed), session_scope() as session:
        claim(session, fix_id, person_id=CONTACT[WORKS], claim="已辦", at=now.now())


def test_the_numbered_copy_keeps_its_number_and_the_leaver_reads_it_no_more(office: PaperOffice) -> None:
    office.one_fix()
    newcomer()
    handed(CONTACT[WORKS], NEW, unit=WORKS)
    report_id = f"{CAMPAIGN}:{WORKS}:r1"
    with session_scope() as session:
        report = session.get_one(Report, report_id)
        assert allows(session, NEW, Act.READ_REPORT, report, at=now.now())
        assert not allows(session, CONTACT[WORKS], Act.READ_REPORT, report, at=now.now())
        ((_, copy),) = handovers.copies_of(session, NEW)
        assert copy.copy_number == 2
        assert handovers.copies_of(session, CONTACT[WORKS]) == []


def test_the_form_that_is_out_is_sent_to_the_new_contact(office: PaperOffice, mail_server: MailServer) -> None:
    office.approved_plan()
    office.send_forms()
    newcomer()
    number = handed(CONTACT[WORKS], NEW, unit=WORKS)
    assert listed(number)[HandedKind.CHECKLIST] == ["115年下半年定期保密檢查檢查表（工務課）"]
    deliver_due(session_scope, at=now.now())
    mails = [mail for mail in mail_server.messages() if f"{NEW}@shifan.test" in mail.recipients]
    (taken,) = [mail for mail in mails if "由您接辦" in mail.subject]
    with session_scope() as session:
        form = session.get_one(Checklist, f"{CAMPAIGN}:{WORKS}").document_id or ""
        beside = [one.id for _, one in sorted(documents.copies(session, form).items())]
    (notice,) = [one for one in notices("handover_carried_out") if one.person_id == NEW]
    assert notice.attachments == [form, *beside]
    assert len(beside) == 2
    assert "檢查表 1 份" in taken.text
    (old,) = [one for one in notices("checklist_issued") if one.person_id == CONTACT[WORKS]]
    assert old.state.value == "cancelled"  # it had not left, and the unit is not theirs any more


def test_mails_of_a_handover_hold_numbers_and_counts_and_no_name_or_reason(office: PaperOffice) -> None:
    office.one_fix()
    newcomer()
    handed(CONTACT[WORKS], NEW, unit=WORKS)
    bodies = [one.body for one in notices("handover_listed")] + [one.body for one in notices("handover_carried_out")]
    assert len(bodies) >= 4
    for body in bodies:
        assert "工務課" not in body
        assert "調職" not in body
        assert CAMPAIGN not in body


def test_what_the_leaver_did_stays_with_the_leaver(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    with session_scope() as session:
        claim(session, fix_id, person_id=CONTACT[WORKS], claim="已移置", at=now.now())
    newcomer()
    number = handed(CONTACT[WORKS], NEW, unit=WORKS)
    assert fix(fix_id).claimed_by == CONTACT[WORKS]
    assert HandedKind.FIX not in listed(number)  # it waits for the ethics office, not for the unit


# ------------------------------------------------------------------------------------------------ an ethics officer


def test_an_ethics_officers_groups_cases_and_drafts_move(office: PaperOffice) -> None:
    office.approved_plan()
    office.send_forms()
    wrong = office.items(WORKS)[0]
    for unit in office.units:
        office.return_form(unit, {wrong: "不符合"} if unit == WORKS else {})
    office.suspect()
    with session_scope() as session:
        before = {one.leader_id: one.unit_ids for one in groups.in_force(session)}
    number = handed(STAFF, SECOND_STAFF, actor=ETHICS_HEAD)
    found = listed(number)
    assert found[HandedKind.CRAWL_ACCOUNT] == ["svc-inspection（唯讀帳號；密碼請即變更，不列本清冊）"]
    assert len(found[HandedKind.GROUP]) == 1
    led = [unit for unit in before[STAFF] if unit == WORKS]
    assert found.get(HandedKind.SUSPICIONS, []) == [f"工務課：{1}件待判定" for _ in led]
    with session_scope() as session:
        after = groups.in_force(session)
    assert STAFF not in {one.leader_id for one in after}
    assert {unit for one in after if one.leader_id == SECOND_STAFF for unit in one.unit_ids} >= set(before[STAFF])
    assert office.rules.wording.line("handover_title") == "公務機密維護業務移交清冊"


def test_a_request_that_waits_goes_to_the_new_head_who_is_asked_anew(
    office: PaperOffice, mail_server: MailServer
) -> None:
    office.open()
    office.draft()
    asked = office.submit()
    newcomer("P009", None)
    handed(HEAD, "P009")
    with session_scope() as session:
        assert approvals.get(session, asked.id).approver_id == "P009"
    deliver_due(session_scope, at=now.now())
    requested = {one.person_id: one.state.value for one in notices("approval_requested")}
    assert requested == {HEAD: "cancelled", "P009": "sent"}
    with pytest.raises(NotAllowed):
        office.decide(person=HEAD)
    office.decide(person="P009")


# --------------------------------------------------------------------------------------- who may not take it over


def test_nobody_decides_through_a_handover_what_they_asked_for(office: PaperOffice) -> None:
    office.open()
    office.draft()
    asked = office.submit()
    with pytest.raises(NotAllowed) as refused:
        handed(HEAD, STAFF)
    told = str(refused.value)
    assert "係接交人自己陳核之案件" in told
    assert f"--instead decision:{asked.id}=" in told
    assert f"主任秘書游○賢（{SECRETARY}）" in told
    with session_scope() as session:  # nothing was half done
        assert session.query(Handover).count() == 0
    assert holders(Role.AGENCY_HEAD) == [HEAD]
    handed(HEAD, STAFF, instead={f"decision:{asked.id}": SECRETARY})
    with session_scope() as session:
        assert approvals.get(session, asked.id).approver_id == SECRETARY
    assert holders(Role.AGENCY_HEAD) == [STAFF]


def test_the_decider_does_not_become_the_one_who_asked(office: PaperOffice) -> None:
    office.open()
    office.draft()
    office.submit()
    with pytest.raises(NotAllowed, match="接交人為該案核定人"):
        handed(STAFF, HEAD)


def test_nobody_verifies_through_a_handover_what_they_mended(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    with session_scope() as session:
        claim(session, fix_id, person_id=UNIT_HEAD[WORKS], claim="已移置", at=now.now())
        leader = next(one.leader_id for one in groups.in_force(session) if WORKS in one.unit_ids)
    with pytest.raises(NotAllowed) as refused:
        handed(leader, UNIT_HEAD[WORKS], actor=ETHICS_HEAD)
    told = str(refused.value)
    assert f"列管編號{fix_id}（工務課）：接交人為該案申報改善或複查之人" in told
    assert "不得檢查或判定自己單位" in told  # the group inspects that very unit
    assert f"--instead verification:{fix_id}=" in told


def test_nobody_inspects_the_own_unit_through_a_handover(office: PaperOffice) -> None:
    office.approved_plan()
    with session_scope() as session:
        (one,) = [one for one in groups.in_force(session) if WORKS in one.unit_ids]
    with pytest.raises(NotAllowed, match="接交人不得檢查或判定自己單位"):
        handed(one.leader_id, CONTACT[WORKS], actor=ETHICS_HEAD)
    other = next(person for person in (STAFF, SECOND_STAFF, ETHICS_HEAD) if person != one.leader_id)
    handed(one.leader_id, CONTACT[WORKS], instead={f"group:{one.key}": other}, actor=ETHICS_HEAD)
    with session_scope() as session:
        (now_led,) = [one for one in groups.in_force(session) if WORKS in one.unit_ids]
    assert now_led.leader_id == other


def test_only_the_ethics_office_opens_one_and_never_for_oneself(office: PaperOffice) -> None:
    newcomer()
    with pytest.raises(NotAllowed, match="移交案僅得由政風室開立"):
        handed(CONTACT[WORKS], NEW, actor=UNIT_HEAD[WORKS])
    with pytest.raises(NotAllowed, match="不得自行開立本人之移交案；請由其他政風人員開立"):
        handed(ETHICS_HEAD, SECOND_STAFF, actor=SECOND_STAFF)


@pytest.mark.parametrize(
    ("giver", "taker", "instead", "told"),
    [
        (CONTACT[WORKS], CONTACT[WORKS], {}, "移交人與接交人為同一人"),
        (NEW, CONTACT[WORKS], {}, f"人員 {NEW} 沒有經管事項"),
        (CONTACT[WORKS], NEW, {"fix:none": NEW}, "不在其經管事項內：fix:none"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_do(
    office: PaperOffice, giver: str, taker: str, instead: dict[str, str], told: str
) -> None:
    newcomer()
    with pytest.raises(BadSource, match=told):
        handed(giver, taker, instead=instead)


# ------------------------------------------------------------------------------------------------ its day, and twice


def test_it_takes_effect_on_its_day_and_lists_what_came_meanwhile(office: PaperOffice, clock: FixedClock) -> None:
    office.approved_plan()
    office.send_forms()
    newcomer()
    later = date(2026, 11, 9)
    number = handed(CONTACT[WORKS], NEW, on=later, unit=WORKS)
    assert state(number) is HandoverState.OPEN
    assert holders(Role.CONTACT, WORKS) == [CONTACT[WORKS]]
    with pytest.raises(Conflict, match="生效，不得提前"), session_scope() as session:
        carry_out(session, number, catalogue=office.rules, actor=SECOND_STAFF, at=now.now())
    wrong = office.items(WORKS)[0]
    for unit in office.units:
        office.return_form(unit, {wrong: "不符合"} if unit == WORKS else {})
    (fix_id,) = office.triage(office.suspect(), severity=Severity.HIGH)
    office.compile()
    office.submit_reports()
    office.sign("campaign_report")
    office.sign("unit_report")
    office.issue_reports()
    clock.set("2026-11-09T08:30:00+08:00")
    for _ in range(2):  # twice is once
        with session_scope() as session:
            carry_out_due(session, on=now.today(), catalogue=office.rules, actor=HOUSEKEEPING, at=now.now())
    assert state(number) is HandoverState.CARRIED_OUT
    assert listed(number)[HandedKind.FIX] == [f"列管編號{fix_id}（工務課）"]
    assert holders(Role.CONTACT, WORKS, on=date(2026, 11, 8)) == [CONTACT[WORKS]]
    assert holders(Role.CONTACT, WORKS, on=later) == [NEW]


def test_the_same_handover_again_is_the_same_and_moves_nothing_twice(office: PaperOffice) -> None:
    office.one_fix()
    newcomer()
    number = handed(CONTACT[WORKS], NEW, unit=WORKS)
    before = told_of(number)
    assert handed(CONTACT[WORKS], NEW, unit=WORKS) == number
    with session_scope() as session:
        carry_out(session, number, catalogue=office.rules, actor=SECOND_STAFF, at=now.now())
    assert told_of(number) == before


def test_one_withdrawn_before_its_day_moves_nothing(office: PaperOffice, clock: FixedClock) -> None:
    newcomer()
    number = handed(CONTACT[WORKS], NEW, on=date(2026, 11, 9), unit=WORKS)
    for _ in range(2):
        with session_scope() as session:
            withdraw(session, number, reason="調職取消", actor=SECOND_STAFF, at=now.now())
    clock.set("2026-11-10T08:30:00+08:00")
    with session_scope() as session:
        assert carry_out_due(session, on=now.today(), catalogue=office.rules, actor=HOUSEKEEPING, at=now.now()) == 0
    assert holders(Role.CONTACT, WORKS, on=now.today()) == [CONTACT[WORKS]]
    with pytest.raises(Conflict, match="已撤回；請另以其他日期開立"):
        handed(CONTACT[WORKS], NEW, on=date(2026, 11, 9), unit=WORKS)


def test_what_was_decided_before_its_day_stays_decided_by_the_leaver(office: PaperOffice, clock: FixedClock) -> None:
    office.open()
    office.draft()
    asked = office.submit()
    newcomer("P009", None)
    number = handed(HEAD, "P009", on=date(2026, 11, 9))
    office.decide()
    clock.set("2026-11-09T08:30:00+08:00")
    with session_scope() as session:
        carry_out(session, number, catalogue=office.rules, actor=SECOND_STAFF, at=now.now())
        decided = session.get_one(Approval, asked.id)
        assert (decided.approver_id, decided.decided_by) == (HEAD, HEAD)


def test_a_deputyship_moves_with_the_days_that_are_left(office: PaperOffice, clock: FixedClock) -> None:
    clock.set("2026-11-24T09:00:00+08:00")
    newcomer()
    number = handed(CONTACT[WORKS], NEW, on=date(2026, 11, 24))
    assert listed(number)[HandedKind.DEPUTYSHIP] == ["代理課長劉○平：115年11月24日至115年11月25日"]
    with session_scope() as session:
        on = {
            day: [one.deputy_id for one in roster.deputies_of(session, UNIT_HEAD[WORKS], on=date(2026, 11, day))]
            for day in (23, 24, 25, 26)
        }
    assert on == {23: [CONTACT[WORKS]], 24: [NEW], 25: [NEW], 26: []}


def test_a_verifier_who_takes_over_verifies_and_the_mender_still_may_not(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    with session_scope() as session:
        claim(session, fix_id, person_id=CONTACT[WORKS], claim="已移置", at=now.now())
        leader = next(one.leader_id for one in groups.in_force(session) if WORKS in one.unit_ids)
    grant(CONTACT[WORKS], Role.ETHICS_STAFF)
    newcomer("P119", ETHICS)
    number = handed(leader, "P119", actor=next(one for one in (ETHICS_HEAD, SECOND_STAFF) if one != leader))
    assert listed(number)[HandedKind.VERIFICATION] == [f"列管編號{fix_id}（工務課）"]
    with pytest.raises(NotAllowed), session_scope() as session:
        verify(session, fix_id, person_id=CONTACT[WORKS], passed=True, note="屬實", at=now.now())
    with session_scope() as session:
        verify(session, fix_id, person_id="P119", passed=True, note="屬實", at=now.now())
    assert fix(fix_id).state is FixState.VERIFIED


def test_a_unit_head_hands_over_one_unit_and_nothing_else(office: PaperOffice) -> None:
    office.approved_plan()
    office.send_forms()
    newcomer()
    grant(UNIT_HEAD[WORKS], Role.UNIT_HEAD, SOCIAL)
    found = listed(handed(UNIT_HEAD[WORKS], NEW, unit=WORKS))
    assert found[HandedKind.ROLE] == ["單位主管（工務課）"]
    assert all("社會課" not in words for lines in found.values() for words in lines)
    assert UNIT_HEAD[WORKS] in holders(Role.UNIT_HEAD, SOCIAL)
