"""檢查結案 and 列管結清 are two things: a person concludes when all is in, the last release settles."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from demo.people import fill_form

from campaigns.doing_twice import twice
from campaigns.office import CAMPAIGN, ETHICS_HEAD, SECOND_STAFF, STAFF, SmallOffice, demo_office
from conftest import FixedClock
from inspection import clock as now
from inspection.campaigns.cancel import cancel
from inspection.campaigns.closing import conclude, enter_sent_up, lacking, open_cases
from inspection.campaigns.open import Wanted, open_campaign
from inspection.campaigns.pause import pause, resume
from inspection.errors import BadSource, BadSources, Conflict, NotAllowed
from inspection.findings.triage import Verdict, triage
from inspection.fixes.claim import claim
from inspection.fixes.verify import release, verify
from inspection.model import Event, Fix, SentUp, Suspicion
from inspection.model.lifecycle import CampaignState, SuspicionState
from inspection.rules import catalogue
from inspection.store import campaigns, drafts, findings
from inspection.store.session import session_scope
from inspection.vocabulary import Severity, SuspicionKind, TriageOutcome

LETTER, NUMBER, SENT = "report_to_superior_agency", "示市政字第1150009001號", date(2026, 11, 2)
CONTACTS = {"U02": "P022", "U04": "P042"}


@pytest.fixture
def office(
    database_url: str, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SmallOffice]:
    """Two units of the demo agency, on the morning of the first day."""
    with demo_office(tmp_path, clock, monkeypatch, units=tuple(CONTACTS)) as made:
        yield made


def lacks() -> list[str]:
    with session_scope() as session:
        return [one.words for one in lacking(session, CAMPAIGN, catalogue=catalogue.current())]


def state() -> CampaignState:
    with session_scope() as session:
        return campaigns.get(session, CAMPAIGN).state


def send_up(letter: str = LETTER, *, number: str = NUMBER, on: date = SENT, person: str = STAFF) -> SentUp:
    with session_scope() as session:
        return enter_sent_up(
            session,
            CAMPAIGN,
            letter,
            on=on,
            number=number,
            person_id=person,
            catalogue=catalogue.current(),
            at=now.now(),
        )


def concluded(person: str = STAFF) -> CampaignState:
    with session_scope() as session:
        return conclude(session, CAMPAIGN, person_id=person, catalogue=catalogue.current(), at=now.now()).state


def cases() -> list[Fix]:
    with session_scope() as session:
        return findings.unreleased_of(session, CAMPAIGN)


def mended(fix: Fix) -> None:
    """The unit says it is done, another looked: what is left is the release."""
    with session_scope() as session:
        claim(session, fix.id, person_id=CONTACTS[fix.unit_id], claim="已移至限權資料夾", at=now.now())
    with session_scope() as session:
        verify(session, fix.id, person_id=SECOND_STAFF, passed=True, note="實地複查無誤", at=now.now())


def released(fix: Fix) -> None:
    with session_scope() as session:
        release(session, fix.id, person_id=ETHICS_HEAD, at=now.now())


def reported(office: SmallOffice, outcome: TriageOutcome = TriageOutcome.CONFIRMED) -> None:
    """From the opening to the reports issued."""
    office.open()
    office.plan()
    office.decide_plan()
    office.crawl()
    office.issue_checklists()
    office.return_forms(lambda form: fill_form(form, {}))
    office.triage(outcome)
    office.report()
    office.sign()
    office.issue()


def steps() -> list[tuple[str, str | None]]:
    """Who brought the campaign into its last states, in order."""
    with session_scope() as session:
        rows = session.query(Event).filter_by(subject_kind="campaign", subject_id=CAMPAIGN, action="step")
        return [(one.actor, one.to_state) for one in rows.order_by(Event.id)][-2:]


@pytest.mark.clause("S0-07i")
def test_a_whole_inspection_is_concluded_with_cases_open_and_settled_with_the_last(office: SmallOffice) -> None:
    office.open()
    told = "\n".join(lacks())
    for missing in ("檢查計畫尚未核定", "分享區清查尚未完成", "檢查表尚未分送", "檢查報告尚未核定", "2個單位未通知"):
        assert missing in told
    with pytest.raises(BadSources) as refused:
        concluded()
    assert "檢查計畫尚未核定" in str(refused.value) and "發文日期及文號尚未登錄" in str(refused.value)
    office.plan()
    office.decide_plan()
    office.crawl()
    assert not any("清查" in one for one in lacks())
    office.issue_checklists()
    assert any("檢查表尚有2份未審查完成" in one for one in lacks())
    office.return_forms(lambda form: fill_form(form, {}))
    office.triage()
    office.report()
    with pytest.raises(Conflict, match="尚未核定"):
        send_up()
    office.sign()
    assert any("2個單位未通知" in one for one in lacks())
    office.issue()
    assert lacks() == ["「檢查結果陳報上一級機關」之發文日期及文號尚未登錄。"]
    with pytest.raises(BadSource, match="文號尚未登錄"):
        concluded()
    assert state() is CampaignState.FOLLOWING_UP
    twice(send_up)
    assert lacks() == []
    with session_scope() as session:
        drafts.begin(session, f"{CAMPAIGN}:U02", {"opinion": {"text": "未送出", "by": CONTACTS["U02"]}}, at=now.now())
    twice(concluded)
    with session_scope() as session:
        assert drafts.begun(session, [f"{CAMPAIGN}:U02"]) == set()
    assert state() is CampaignState.CONCLUDED
    every = cases()
    assert len(every) >= 2
    with session_scope() as session:
        named = open_cases(session, CAMPAIGN, catalogue=catalogue.current())
        assert len(named) == len(every) and all("尚未解除列管" in one.words for one in named)
        later = Wanted("semiannual", date(2027, 5, 3), date(2027, 5, 21), STAFF, office.units, "C-next", False)
        following = open_campaign(session, later, catalogue=catalogue.current(), at=now.now())
        assert [one.id for one in campaigns.before(session, following)] == [CAMPAIGN]
    for fix in every:
        mended(fix)
    for fix in every[:-1]:
        released(fix)
    assert state() is CampaignState.CONCLUDED
    twice(lambda: released(every[-1]))
    assert state() is CampaignState.CLOSED
    assert steps() == [(STAFF, "concluded"), (ETHICS_HEAD, "closed")]
    assert concluded() is CampaignState.CLOSED


def test_without_a_case_the_conclusion_settles_at_once(office: SmallOffice) -> None:
    reported(office, TriageOutcome.DISMISSED)
    send_up()
    assert concluded(ETHICS_HEAD) is CampaignState.CLOSED
    assert steps() == [(ETHICS_HEAD, "concluded"), (ETHICS_HEAD, "closed")]


def test_what_was_sent_up_is_entered_by_the_office_and_put_right_until_the_conclusion(office: SmallOffice) -> None:
    reported(office)
    with pytest.raises(NotAllowed):
        send_up(person="P042")
    with pytest.raises(NotAllowed):
        concluded("P042")
    with pytest.raises(BadSource, match="report_to_superior_agency"):
        send_up("report_to_superior_ethics")
    for wrong in ({"number": "  "}, {"on": date(2026, 11, 3)}):
        with pytest.raises(BadSource, match="陳報文號未填，或日期在今日之後"):
            send_up(**wrong)
    send_up(number="誤植")
    assert send_up().number == NUMBER
    with session_scope() as session:
        kept = session.query(Event).filter(Event.action.in_(("sent_up", "sent_up_corrected")))
        assert [(one.action, one.actor) for one in kept.order_by(Event.id)] == [
            ("sent_up", STAFF),
            ("sent_up_corrected", STAFF),
        ]
    concluded()
    with pytest.raises(Conflict, match="不再更動"):
        send_up(number="再改")
    assert send_up().number == NUMBER


def test_a_pause_keeps_from_both_ends_and_a_release_within_it_is_not_forgotten(office: SmallOffice) -> None:
    reported(office)
    send_up()
    with session_scope() as session:
        pause(session, CAMPAIGN, person_id=ETHICS_HEAD, reason="機關搬遷", at=now.now())
    with pytest.raises(BadSource, match="暫停"):
        concluded()
    with session_scope() as session:
        resume(session, CAMPAIGN, person_id=ETHICS_HEAD, at=now.now())
    concluded()
    with session_scope() as session:
        pause(session, CAMPAIGN, person_id=ETHICS_HEAD, reason="再次搬遷", at=now.now())
    for fix in cases():
        mended(fix)
        released(fix)
    assert state() is CampaignState.PAUSED
    with session_scope() as session:
        resume(session, CAMPAIGN, person_id=ETHICS_HEAD, at=now.now())
    assert state() is CampaignState.CLOSED


def test_two_who_release_the_last_two_cases_at_one_moment_leave_none_unsettled(office: SmallOffice) -> None:
    reported(office)
    send_up()
    concluded()
    every = cases()
    for fix in every:
        mended(fix)
    for fix in every[2:]:
        released(fix)
    together, faults = threading.Barrier(2), []

    def at_once(fix: Fix) -> None:
        together.wait()
        try:
            released(fix)
        except Exception as error:  # told below
            faults.append(error)

    both = [threading.Thread(target=at_once, args=(fix,)) for fix in every[:2]]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert faults == []
    assert state() is CampaignState.CLOSED


def test_what_was_called_off_is_not_concluded(office: SmallOffice) -> None:
    office.open()
    with session_scope() as session:
        cancel(session, CAMPAIGN, person_id=ETHICS_HEAD, reason="無須辦理", document_number="", at=now.now())
    assert lacks() == []
    with pytest.raises(Conflict, match="已取消"):
        concluded()


@pytest.mark.clause("S0-07i")
def test_nothing_is_judged_any_more_after_the_conclusion(office: SmallOffice) -> None:
    reported(office)
    send_up()
    concluded()
    with session_scope() as session:
        kept = findings.suspicions(session, CAMPAIGN)
        late = Suspicion(
            campaign_id=CAMPAIGN, unit_id="U04", kind=SuspicionKind.SELF_REPORTED, fingerprint="f" * 64,
            state=SuspicionState.OPEN, suggested_severity=Severity.LOW, detectors=[], noted_at=now.now(),
        )  # fmt: skip
        session.add(late)
        session.flush()
        wanted, settled = late.id, [one.id for one in kept if one.state is SuspicionState.CONFIRMED]
    for outcome in set(TriageOutcome) - {TriageOutcome.RAISED}:  # said of a contradicted statement alone
        with session_scope() as session, pytest.raises(Conflict, match="已檢查結案，疑似事項不再判定"):
            judged = Verdict(outcome, SECOND_STAFF, "事後發現")
            triage(session, [wanted], judged, catalogue=catalogue.current(), at=now.now())
    with session_scope() as session:
        assert session.get_one(Suspicion, wanted).state is SuspicionState.OPEN
        assert findings.number_without_fix(session, CAMPAIGN) == 0
        # what was confirmed before stays, and saying it again is no fault
        again = Verdict(TriageOutcome.CONFIRMED, SECOND_STAFF, "經開啟檔案核對屬實")
        mine = [one for one in settled if session.get_one(Suspicion, one).unit_id != "U11"]
        assert triage(session, mine, again, catalogue=catalogue.current(), at=now.now())
