"""A truthful and a lying unit for each statement that can be cross-checked, told apart on both databases.

What the units do is written from the words of the statements; which predicates stand behind them is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    SECOND_STAFF,
    SOCIAL,
    STAFF,
    UNIT_HEAD,
    WORKS,
    PaperOffice,
    notices,
)
from checklists.filling import filled
from conftest import FixedClock
from findings.crawled import Seen, crawl_in, drawn
from inspection import clock as now
from inspection.checklists.review import accept
from inspection.crawling.campaign import run_id_of
from inspection.errors import BadSource, Conflict
from inspection.escalation.climb import follow_up
from inspection.findings.describe import describe
from inspection.findings.questions import Explanation, explain, questions_for
from inspection.findings.suspect import suspect
from inspection.model import (
    Answer,
    AwarenessSession,
    ChecklistQuestion,
    CrawlShare,
    Event,
    Finding,
    Fix,
    Notice,
    SecretHandler,
    Suspicion,
)
from inspection.model.lifecycle import FixState, SuspicionState
from inspection.rules import catalogue
from inspection.store import checklists, events, findings
from inspection.store.comparison import compared
from inspection.store.session import session_scope
from inspection.vocabulary import CrossChecked, SuspicionKind, TriageOutcome, Verdict

EVERYBODY = ("S-1-1-0",)
OLD = -60 * 24 * 1500
SAID = {"kind": "statement", "said": "conforms"}
A, D, U, N = CrossChecked.AGREES, CrossChecked.DISAGREES, CrossChecked.UNDETERMINED, CrossChecked.NOT_CHECKED


def marked(path: str, **other: object) -> Seen:
    """A file that bears its level as it should."""
    return replace(Seen(path, path, detectors=(), verdict=Verdict.MARKED), **other)


def unmarked(path: str, *detectors: str, **other: object) -> Seen:
    """A sensitive file without any mark."""
    return replace(Seen(path, path, detectors=detectors), **other)


@dataclass(frozen=True, slots=True)
class Told:
    """A statement, what lies in the share of a unit that says the truth of it, and in that of one that lies."""

    item: str
    truth: Seen
    lie: Seen


TOLD = [
    # 網路分享資料夾均已逐一審查，內容不含公務機密，並設有存取權限。
    Told("SHR-001", unmarked("名冊.xlsx", "PII-NID"), unmarked("底價單.docx", "TOP-PROC-PRICE")),
    Told("SHR-001", unmarked("名冊.xlsx", "PII-NID"), unmarked("名冊.xlsx", "PII-NID", broad_readers=EVERYBODY)),
    Told("SHR-001", marked("函.docx"), marked("函.docx", hints=("D06",), broad_readers=EVERYBODY)),
    # 會議資料等電子檔，均依會議性質設定合宜之存取權限。
    Told(
        "SHR-005",
        unmarked("閉門會議.docx", "TOP-SECRET-MTG"),
        unmarked("閉門會議.docx", "TOP-SECRET-MTG", broad_readers=EVERYBODY),
    ),
    # 逾保存需要或已無用途之敏感檔案均定期清理。
    Told("SHR-006", unmarked("今年.xlsx", "PII-NID"), unmarked("舊.xlsx", "PII-NID", minutes=OLD)),
    # 事務機暫存檔與掃描共用夾定期清除，未留存密件影像。
    Told("COP-005", unmarked("舊案/甲.pdf", "PII-NID", minutes=OLD), unmarked("掃描/甲.pdf", "PII-NID", minutes=OLD)),
    # 已逾保密期限或解密條件已成就之檔案，均已完成變更或註銷標示。
    Told(
        "MRK-007",
        marked("未到期.docx"),
        Seen("已逾期.docx", "x", detectors=(), verdict=Verdict.DEFECTIVE_MARK, defects=("D04",)),
    ),
    # 機密會議資料均註明等級、編號分發並簽收……
    Told("MTG-005", marked("會議資料.docx"), unmarked("會議資料.docx", "TOP-SECRET-MTG", hints=("D08",))),
    # 底價於決標前之持有人員，均列冊並簽具切結。
    Told(
        "PRO-004",
        unmarked("底價單.docx", "TOP-PROC-PRICE"),
        unmarked("底價單.docx", "TOP-PROC-PRICE", broad_readers=EVERYBODY),
    ),
    # 評選委員名單公開前均予保密
    Told(
        "PRO-006",
        unmarked("委員名單.docx", "TOP-PROC-BIDDER"),
        unmarked("委員名單.docx", "TOP-PROC-BIDDER", broad_readers=EVERYBODY),
    ),
    # 考題、評分標準及閱卷資料於使用前隔離保管，電子檔未存於共用區。
    Told("PRO-007", unmarked("試題.docx", "TOP-EXAM"), unmarked("試題.docx", "TOP-EXAM", broad_readers=EVERYBODY)),
]


@pytest.fixture
def forms(office: PaperOffice, clock: FixedClock) -> PaperOffice:
    """Both units have answered 符合 to everything."""
    office.approved_plan()
    clock.set("2026-11-03T09:00:00+08:00")
    office.send_forms()
    for unit in office.units:
        office.return_form(unit)
    return office


def put(session: Session, item: str, unit: str = WORKS) -> None:
    """A unit is put a statement beside those of its form, and answers 符合; nothing else does it declare."""
    checklist, found = f"{CAMPAIGN}:{unit}", catalogue.current().checklist_items.item(item)
    assert found is not None
    for other in checklists.answers(session, checklist):
        other.value = None
    if session.get(ChecklistQuestion, (checklist, item)) is None:
        session.add(
            ChecklistQuestion(
                checklist_id=checklist, item_id=item, position=90, category="類", statement=found.statement, basis="",
                selected_because="core", spec={},
            )
        )  # fmt: skip
    version = checklists.newest_version(session, checklist)
    session.merge(Answer(checklist_id=checklist, version=version, item_id=item, value=SAID, mended=False, remark=""))
    session.flush()


def look(session: Session, *files: Seen, scanned: int = 100) -> None:
    """The works unit's share, of which so many of a hundred files were read."""
    crawl_in(session, CAMPAIGN, files)
    session.add(
        CrawlShare(
            run_id=run_id_of(CAMPAIGN), share_id=WORKS, listed=True, reason=None, seen=100, scanned=scanned,
            unreadable={"locked": 100 - scanned} if scanned < 100 else {}, folders_refused=0, folders_excluded=0,
            complete=scanned == 100,
        )
    )  # fmt: skip
    session.flush()


def declares(item: str) -> None:
    """The same, kept."""
    with session_scope() as session:
        put(session, item)


def crawled(*files: Seen) -> None:
    """The same, kept."""
    with session_scope() as session:
        look(session, *files)


def said_of(session: Session, item: str, *files: Seen, scanned: int = 100) -> tuple[CrossChecked, list[Suspicion]]:
    """What is said of a statement beside such files, and what the unit was asked; nothing of it is kept."""
    put(session, item)
    look(session, *files, scanned=scanned)
    for _ in range(2):
        suspect(session, CAMPAIGN, catalogue=catalogue.current(), actor="test", at=now.now())
    said = compared(session, CAMPAIGN, catalogue.current())[WORKS].outcomes[item]
    return said, list(session.scalars(select(Suspicion).where(Suspicion.kind == SuspicionKind.DECLARED_OTHERWISE)))


@contextmanager
def tried() -> Iterator[Session]:
    """A transaction that is given back."""
    with session_scope() as session:
        yield session
        session.rollback()


def outcome(item: str, unit: str = WORKS) -> CrossChecked | None:
    """What is said of a unit's statement."""
    with session_scope() as session:
        return compared(session, CAMPAIGN, catalogue.current())[unit].outcomes.get(item)


def questions(item: str | None = None) -> list[Suspicion]:
    """The contradictions drawn."""
    with session_scope() as session:
        query = select(Suspicion).where(Suspicion.kind == SuspicionKind.DECLARED_OTHERWISE).order_by(Suspicion.id)
        return [one for one in session.scalars(query) if item in {None, one.item_id}]


def test_the_lie_is_found_and_asked_once_in_words_that_name_no_file(forms: PaperOffice) -> None:
    for told in TOLD:
        with tried() as session:
            said, asked = said_of(session, told.item, told.lie)
            assert said is D, told
            assert [(one.item_id, one.state, one.asked_by) for one in asked] == [
                (told.item, SuspicionState.ASKED, None)
            ], told
            (mail,) = session.scalars(select(Notice).where(Notice.kind == "mismatch_to_unit"))
            assert mail.person_id == CONTACT[WORKS]
            assert told.item not in mail.body + mail.subject
            shown = describe(session, asked[0], catalogue.current()).fact
            assert told.item in shown
            assert told.lie.path not in mail.body + str(asked[0].question) + shown
            assert asked == questions_for(session, CONTACT[WORKS], catalogue=catalogue.current(), at=now.now())


def test_a_corrected_answer_closes_the_question_and_the_same_declared_again_is_asked_again(
    office: PaperOffice, clock: FixedClock
) -> None:
    office.approved_plan()
    clock.set("2026-11-03T09:00:00+08:00")
    office.send_forms()
    told = next(one for one in TOLD if one.item in office.items(WORKS))
    assert office.take_in(filled(office.form(WORKS))).accepted
    crawled(told.lie)
    office.suspect()
    (asked,) = questions(told.item)
    assert asked.state is SuspicionState.ASKED
    with pytest.raises(Conflict, match="須逐項審查，不得一併通過"), session_scope() as session:
        accept(session, f"{CAMPAIGN}:{WORKS}", person_id=SECOND_STAFF, at=now.now())
    assert office.take_in(filled(office.form(WORKS), {told.item: "不符合"})).accepted
    (closed,) = questions(told.item)
    assert (closed.state, closed.ground) == (SuspicionState.DISMISSED, "corrected")
    (mail,) = notices("question_corrected")
    assert (mail.person_id, mail.values["question_count"]) == (CONTACT[WORKS], 1)
    with session_scope() as session:
        last = events.of_subject(session, "suspicion", str(closed.id))[-1]
        assert (last.from_state, last.to_state, last.details["version"]) == ("asked", "dismissed", 2)
        assert questions_for(session, CONTACT[WORKS], catalogue=catalogue.current(), at=now.now()) == []
        assert findings.named_for_answers(session, CAMPAIGN, WORKS) == set()
    assert outcome(told.item) is None
    office.suspect()
    assert [one.state for one in questions(told.item)] == [SuspicionState.DISMISSED]
    assert office.take_in(filled(office.form(WORKS), {}, {"form.statement": "再確認"})).accepted
    clock.set("2026-11-04T09:00:00+08:00")
    assert outcome(told.item) is D, "a correction taken back has verified nothing"
    for _ in range(2):
        office.suspect()
    (again,) = questions(told.item)
    assert (again.state, again.explanation) == (SuspicionState.ASKED, None)
    assert len(notices("mismatch_to_unit")) == 2


def test_a_truthful_unit_is_asked_nothing(forms: PaperOffice) -> None:
    for told in TOLD:
        with tried() as session:
            assert said_of(session, told.item, told.truth) == (A, []), told


def test_below_the_bound_nobody_says_不符(forms: PaperOffice) -> None:
    least = catalogue.current().triage.cross_check.least_coverage_per_hundred
    for told in TOLD:
        with tried() as session:
            assert said_of(session, told.item, told.lie, scanned=least - 1) == (U, []), told
    with tried() as session:
        assert said_of(session, "SHR-001", TOLD[0].lie, scanned=least)[0] is D
    with tried() as session:  # what was not all looked at bears nothing out
        assert said_of(session, "SHR-001", TOLD[0].truth, scanned=99) == (U, [])


def test_without_a_crawl_it_is_未檢(forms: PaperOffice) -> None:
    declares("SHR-001")
    forms.suspect()
    assert outcome("SHR-001") is N
    assert questions() == []


def _handles() -> None:
    with session_scope() as session:
        session.add(
            SecretHandler(person_id=CONTACT[WORKS], unit_id=WORKS, duties="密件", since=date(2026, 1, 1), until=None)
        )


def _trained(*people: str) -> None:
    kind = min(catalogue.current().awareness.training_kinds)
    with session_scope() as session:
        session.add(
            AwarenessSession(
                id="S-1", kind=kind, title="講習", held_on=date(2026, 5, 4), for_month=date(2026, 5, 1), tags=[],
                unit_ids=[WORKS], attendees=1, attendee_ids=list(people), quiz_takers=None, quiz_average=None,
                channels=[], active=True, entered_by=STAFF, entered_at=now.now(),
            )
        )  # fmt: skip


def test_who_handles_secrets_without_training_contradicts_it_who_was_trained_does_not(forms: PaperOffice) -> None:
    declares("PER-003")
    forms.suspect()
    assert (outcome("PER-003"), questions()) == (N, []), "a unit that stands on no register"
    _handles()
    assert outcome("PER-003") is D
    _trained(CONTACT[WORKS])
    forms.suspect()
    assert (outcome("PER-003"), questions()) == (A, [])


def test_faults_of_the_last_inspection_past_their_day_contradict_it(office: PaperOffice, clock: FixedClock) -> None:
    office.one_fix()
    clock.set("2027-05-03T09:00:00+08:00")
    second = "C-second"
    office.approved_plan(second, first_day=date(2027, 5, 3), last_day=date(2027, 5, 21))
    office.send_forms(second)
    for unit in office.units:
        office.return_form(unit, campaign_id=second)
    for state, said in ((FixState.CLAIMED, A), (FixState.RELEASED, A), (FixState.OPEN, D)):
        with session_scope() as session:
            session.scalars(select(Fix)).one().state = state
        office.suspect(second)
        with session_scope() as session:
            told = compared(session, second, catalogue.current())
        assert told[WORKS].outcomes["FUP-001"] is said
        assert told[SOCIAL].outcomes["FUP-001"] is N, "it had no fault"
        asked = [(one.campaign_id, one.unit_id, one.item_id) for one in questions()]
        assert asked == ([(second, WORKS, "FUP-001")] if said is D else [])


def test_what_is_reserved_is_asked_of_nobody_by_the_machine(forms: PaperOffice) -> None:
    declares("PRO-008")
    crawled(unmarked("考績.xlsx", "TOP-HR", broad_readers=EVERYBODY))
    forms.suspect()
    (one,) = questions()
    assert (outcome("PRO-008"), one.state, one.asked_at) == (D, SuspicionState.OPEN, None)
    assert notices("mismatch_to_unit") == []
    with pytest.raises(BadSource):
        forms.triage([one.id], TriageOutcome.ASK_UNIT, reason="請說明")


def test_a_question_is_in_no_figure_and_its_answer_may_settle_it(forms: PaperOffice) -> None:
    declares("SHR-006")
    crawled(marked("舊.docx", minutes=OLD))
    forms.suspect()
    (one,) = questions()
    with session_scope() as session:
        assert (findings.count(session, CAMPAIGN), findings.undecided(session, CAMPAIGN)) == (0, 1)
        said = Explanation("依保存年限表尚須保存", UNIT_HEAD[WORKS], entered_by=SECOND_STAFF)
        explain(session, one.id, said, catalogue=catalogue.current(), at=now.now())
    with pytest.raises(BadSource):
        forms.triage([one.id])
    forms.triage([one.id], TriageOutcome.DISMISSED, reason="說明可採")
    assert outcome("SHR-006") is A
    with session_scope() as session:
        assert (findings.count(session, CAMPAIGN), findings.undecided(session, CAMPAIGN)) == (0, 0)
        assert findings.of_campaign(session, CAMPAIGN) == []


def test_unanswered_it_becomes_one_疑似事項_of_its_own_and_only_then_a_fault(
    forms: PaperOffice, clock: FixedClock
) -> None:
    declares("SHR-006")
    crawled(marked("舊.docx", minutes=OLD))
    forms.suspect()
    (one,) = questions()
    assert one.answer_due_on == date(2026, 11, 10), "five working days from the next day"
    clock.set("2026-11-11T09:00:00+08:00")
    with session_scope() as session:
        follow_up(session, on=date(2026, 11, 11), catalogue=catalogue.current(), at=now.now())
        assert session.scalar(select(func.count()).select_from(Finding)) == 0
    assert questions()[0].state is SuspicionState.ASKED, "nothing lapses by itself"
    assert {mail.person_id for mail in notices("question_lapsed")}.isdisjoint({"P01", "P02"})
    for _ in range(2):
        forms.triage([one.id], TriageOutcome.RAISED, reason="逾期未說明")
    (raised,) = questions()
    assert (raised.state, raised.beside_id) == (SuspicionState.OPEN, None)
    with session_scope() as session:
        assert findings.count(session, CAMPAIGN) == 1
        assert session.scalar(select(func.count()).select_from(Finding)) == 0, "still nothing confirmed"
    with pytest.raises(Conflict):
        forms.triage([one.id], TriageOutcome.ASK_UNIT, reason="再請說明")
    (number,) = forms.triage([one.id])
    with session_scope() as session:
        told = session.get_one(Finding, number)
        assert "SHR-006" in told.fact
        assert "舊.docx" not in told.fact
        contradicted = compared(session, CAMPAIGN, catalogue.current())[WORKS].contradicted
    assert contradicted == {"SHR-006"}


def test_it_is_raised_beside_the_file_and_counted_once_with_it(forms: PaperOffice) -> None:
    declares("SHR-001")
    crawled(unmarked("底價單.docx", "TOP-PROC-PRICE"))
    forms.suspect()
    (one,) = questions()
    file = drawn(CAMPAIGN)["底價單.docx"]
    forms.triage([one.id], TriageOutcome.RAISED, reason="說明不足採")
    forms.triage([one.id], TriageOutcome.RAISED, reason="說明不足採")
    assert questions()[0].beside_id == file.id
    with session_scope() as session:
        assert (findings.count(session, CAMPAIGN), findings.undecided(session, CAMPAIGN)) == (1, 1)
        raised = session.scalars(select(Event).where(Event.action == "raised")).all()
        assert [(each.actor, each.subject_id) for each in raised] == [(SECOND_STAFF, str(one.id))]
        assert questions_for(session, CONTACT[WORKS], catalogue=catalogue.current(), at=now.now()) == []
    with pytest.raises(Conflict):
        forms.triage([one.id])
    (number,) = forms.triage([file.id])
    with session_scope() as session:
        assert "SHR-001" in session.get_one(Finding, number).fact
        assert len(findings.of_campaign(session, CAMPAIGN)) == 1
        assert findings.undecided(session, CAMPAIGN) == 0


def test_explained_it_is_no_part_of_the_file_s_fault(forms: PaperOffice) -> None:
    declares("SHR-001")
    crawled(unmarked("底價單.docx", "TOP-PROC-PRICE"))
    forms.suspect()
    (one,) = questions()
    forms.triage([one.id], TriageOutcome.DISMISSED, reason="已決標，說明可採")
    (number,) = forms.triage([drawn(CAMPAIGN)["底價單.docx"].id])
    with session_scope() as session:
        assert "SHR-001" not in session.get_one(Finding, number).fact


def test_who_dismissed_the_file_answered_for_the_statement(forms: PaperOffice) -> None:
    declares("SHR-001")
    crawled(unmarked("底價單.docx", "TOP-PROC-PRICE"))
    forms.suspect()
    forms.triage([drawn(CAMPAIGN)["底價單.docx"].id], TriageOutcome.DISMISSED, reason="範本")
    assert outcome("SHR-001") is A


def test_what_the_second_reading_alone_points_at_asks_nothing(forms: PaperOffice) -> None:
    declares("SHR-001")
    crawled(Seen("底價.docx", "x", detectors=(), verdict=Verdict.CLEAN, clue=("TOP-PROC-PRICE", 3)))
    forms.suspect()
    assert (outcome("SHR-001"), questions()) == (A, [])


def test_other_outcomes_are_refused_for_other_suspicions(forms: PaperOffice) -> None:
    declares("SHR-001")
    crawled(unmarked("底價單.docx", "TOP-PROC-PRICE"))
    forms.suspect()
    with pytest.raises(BadSource):
        forms.triage([drawn(CAMPAIGN)["底價單.docx"].id], TriageOutcome.RAISED, reason="再列")
