"""Units that lie, tell the truth or stand on the border, for each kind of fact a statement is held against.

Written from the catalogue's statements and the manuals: who answered 符合 while evidence plainly speaks against it is
asked, once and neutrally; who told the truth is not; what was not looked at says neither 相符 nor 不符.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaigns.paper_office import CAMPAIGN, CONTACT, SECOND_STAFF, SOCIAL, WORKS, PaperOffice
from checklists.told_case import ANSWERED, BEFORE, A, Case, D, Step, U
from checklists.told_of_registers import fix_cases, training_cases
from conftest import FixedClock
from findings.crawled import Seen, crawl_in
from findings.declaring import declare
from inspection import clock as now
from inspection.crawling.campaign import run_id_of
from inspection.findings.describe import describe
from inspection.findings.questions import questions_for
from inspection.findings.suspect import suspect
from inspection.findings.triage import Verdict as Decided
from inspection.findings.triage import triage
from inspection.model import (
    Answer,
    CrawledFile,
    CrawlShare,
    Notice,
    ShareRecord,
    Suspicion,
)
from inspection.model.lifecycle import SuspicionState
from inspection.rules import catalogue
from inspection.store import crawl_folders
from inspection.store.comparison import compared
from inspection.store.crawl_folders import ListedFolder
from inspection.store.session import session_scope
from inspection.vocabulary import ReadReason, SuspicionKind, TriageOutcome, Verdict

EVERYBODY, FEW, UNKNOWN = ("Everyone",), (), None
SECOND_SHARE = "U04-2"
SHARE_ELSEWHERE = 17  # on PostgreSQL every seventeenth case: what decides is one code over rows
FOLDERS = 20  # of a share some of which may not be listed, of five files each
PLANTED = 30  # a planted file was last written so many days before its crawl
BLAMING = ("不實", "虛偽", "隱匿", "違反", "違規", "說謊", "造假")


def bare(
    path: str, *detectors: str, readers: tuple[str, ...] | None = FEW, days: int = PLANTED, **more: object
) -> Seen:
    """A sensitive file without a mark, last written so many days ago."""
    return replace(
        Seen(path, path, detectors=detectors, broad_readers=readers, minutes=(PLANTED - days) * 1440), **more
    )


def level(path: str, *detectors: str, **more: object) -> Seen:
    """A file that bears its level as it should."""
    return replace(bare(path, *detectors, **more), verdict=Verdict.MARKED)


def wrong(path: str, *defects: str, **more: object) -> Seen:
    """A file whose mark has defects."""
    return replace(bare(path, **more), verdict=Verdict.DEFECTIVE_MARK, defects=defects)


def both(item: str, lie: Seen, truth: Seen, why: str) -> list[Case]:
    """A lie with what must always be so about it, and the truth beside it."""
    return [
        Case(f"{why}：謊", item, (lie,), D),
        Case(f"{why}：實", item, (truth,), A),
        Case(f"{why}：自承不符合", item, (lie,), None, said="does_not_conform"),
        Case(f"{why}：不適用", item, (lie,), None, said="not_applicable"),
        Case(f"{why}：在他單位分享區", item, (replace(lie, share=SOCIAL),), A),
        Case(f"{why}：涵蓋率恰足", item, (lie,), D, scanned=80),
        Case(f"{why}：涵蓋率差一萬分之一", item, (lie,), U, seen=10000, scanned=7999),
        Case(f"{why}：依計畫不讀者不計，恰足", item, (lie,), D, scanned=64, left=20),
        Case(f"{why}：依計畫不讀者不計，不足", item, (lie,), U, scanned=63, left=20),
        Case(f"{why}：資料夾不得列出，推計恰足", item, (lie,), D, refused=5),
        Case(f"{why}：資料夾不得列出，推計不足", item, (lie,), U, refused=6),
        Case(f"{why}：實而一資料夾不得列出", item, (truth,), U, refused=1),
        Case(f"{why}：另一分享區離線", item, (lie,), U, before=_second_share(listed=False)),
        Case(f"{why}：實而另一分享區離線", item, (truth,), U, before=_second_share(listed=False)),
        Case(f"{why}：前次已判不成立", item, (lie,), A, before=_dismissed_before(lie)),
        Case(f"{why}：前次有、本次已移除", item, (truth,), A, before=_seen_before(lie)),
        Case(f"{why}：僅語意線索", item, (replace(lie, **_MEANING),), A),
    ]


_MEANING = {"detectors": (), "verdict": Verdict.CLEAN, "defects": (), "hints": (), "clue": ("TOP-LABOR", 3)}


def _second_share(*, listed: bool) -> Step:
    """The unit has another share, of whose hundred files all were read, or that could not be listed."""

    def plant(session: Session) -> None:
        session.add(
            ShareRecord(id=SECOND_SHARE, unit_id=WORKS, name="SCAN暫存", address=f"//x/{SECOND_SHARE}", is_common=False,
                        active=True)
        )  # fmt: skip
        session.flush()
        session.info["shares"] = [(SECOND_SHARE, listed)]

    return plant


def _seen_before(lie: Seen) -> Step:
    """An earlier campaign's crawl saw the file."""
    return lambda session: crawl_in(session, BEFORE, (lie,))


def _dismissed_before(lie: Seen) -> Step:
    """In an earlier round an officer looked at the same content, and found nothing in it."""

    def plant(session: Session) -> None:
        crawl_in(session, BEFORE, (lie,))
        suspect(session, BEFORE, catalogue=catalogue.current(), actor="test", at=now.now())
        ids = list(session.scalars(select(Suspicion.id).where(Suspicion.campaign_id == BEFORE)))
        said = Decided(TriageOutcome.DISMISSED, SECOND_STAFF, "已核對", ground="not_sensitive")
        triage(session, ids, said, catalogue=catalogue.current(), at=now.now())

    return plant


def _national_secret(session: Session) -> None:
    session.execute(
        update(CrawledFile)
        .where(CrawledFile.run_id == run_id_of(CAMPAIGN))
        .values(reason=ReadReason.NATIONAL_SECRET_MARK)
    )


def exposure(item: str, detector: str, *, asked: bool | None = None) -> list[Case]:
    lie = bare("甲.docx", detector, readers=EVERYBODY)
    return [
        Case(f"{item} {detector}：全機關可讀", item, (lie,), D, asked=asked),
        Case(f"{item} {detector}：限閱而已標示仍全機關可讀", item, (level("甲.docx", detector, readers=EVERYBODY),), D,
             asked=asked),
        Case(f"{item} {detector}：權限適當", item, (level("甲.docx", detector),), A),
        Case(f"{item} {detector}：權限未能讀得", item, (level("甲.docx", detector, readers=UNKNOWN),), U),
    ]  # fmt: skip


MARKS = [
    *both("MRK-007", wrong("甲.docx", "D04"), wrong("甲.docx", "D02"), "解密日期已過"),
    Case("標示妥適而久未異動", "MRK-007", (level("甲.docx", days=4000),), A),
    Case("國家機密標示另案處理", "MRK-007", (wrong("甲.docx", "D04"),), A, after=_national_secret),
    Case("數缺失之一", "MRK-007", (wrong("甲.docx", "D02", "D04"),), D),
    Case("密件全機關可讀", "SHR-001", (level("甲.docx", hints=("D06",), readers=EVERYBODY),), D),
    Case("限閱全機關可讀", "SHR-001", (level("甲.docx", hints=("D07",), readers=EVERYBODY),), D),
    Case("標密且權限適當", "SHR-001", (level("甲.docx"),), A),
    Case("標密而權限未能讀得", "SHR-001", (level("甲.docx", readers=UNKNOWN),), U),
    Case("標示有缺失而權限未能讀得", "SHR-001", (wrong("甲.docx", "D02", readers=UNKNOWN),), U),
    Case("會議資料無標示", "MTG-005", (bare("甲.docx", "TOP-SECRET-MTG", hints=("D08",)),), D),
    Case("會議資料已標示", "MTG-005", (level("甲.docx", "TOP-SECRET-MTG"),), A),
    Case("會議資料權限未能讀得，與標示無涉", "MTG-005", (level("甲.docx", "TOP-SECRET-MTG", readers=UNKNOWN),), A),
]
UNMARKED = [
    *both("SHR-001", bare("甲.docx", "TOP-LABOR"), level("甲.docx", "TOP-LABOR"), "應保密而無標示"),
    Case("個資限閱存放，非公務機密", "SHR-001", (bare("甲.docx", "PII-NID"),), A),
    Case("應保密者與檢舉各一", "SHR-001", (bare("甲.docx", "TOP-LABOR"), bare("乙.docx", "TOP-WHISTLE")), D),
    Case("僅檢舉：不問任何人", "SHR-001", (bare("乙.docx", "TOP-WHISTLE"),), D, asked=False),
    Case("另一分享區全部讀取，謊在其中", "SHR-001", (bare("甲.docx", "TOP-LABOR", share=SECOND_SHARE),), D,
         before=_second_share(listed=True)),
    Case("兩區合計恰足", "SHR-001", (bare("甲.docx", "TOP-LABOR", share=SECOND_SHARE),), D, scanned=60,
         before=_second_share(listed=True)),
    Case("兩區合計不足", "SHR-001", (bare("甲.docx", "TOP-LABOR", share=SECOND_SHARE),), U, scanned=59,
         before=_second_share(listed=True)),
]  # fmt: skip
EXPOSED = [
    *both(
        "SHR-005",
        bare("甲.docx", "TOP-SECRET-MTG", readers=EVERYBODY),
        bare("甲.docx", "TOP-SECRET-MTG"),
        "會議資料權限",
    ),
    *exposure("SHR-001", "PII-NID"),
    *exposure("PRO-004", "TOP-PROC-PRICE"),
    *exposure("PRO-006", "TOP-PROC-BIDDER"),
    *exposure("PRO-007", "TOP-EXAM"),
    *exposure("PRO-008", "TOP-HR", asked=False),
    *exposure("WHI-001", "TOP-WHISTLE", asked=False),
    Case("一件可讀、一件權限未能讀得", "PRO-007",
         (bare("甲.docx", "TOP-EXAM", readers=EVERYBODY), bare("乙.docx", "TOP-EXAM", readers=UNKNOWN)), D),
    Case("僅其他類別可讀", "PRO-007", (bare("甲.docx", "PII-NID", readers=EVERYBODY),), A),
    Case("權限未能讀得而與本項無涉", "PRO-007", (bare("甲.docx", "PII-NID", readers=UNKNOWN),), A),
]  # fmt: skip
STALE = [
    *both("SHR-006", bare("甲.docx", "PII-NID", days=1096), bare("甲.docx", "PII-NID", days=1094), "久未異動"),
    Case("恰滿日數不逾", "SHR-006", (level("甲.docx", days=1095),), A),
    Case("標示妥適而久未異動", "SHR-006", (level("甲.docx", days=1096),), D),
    Case("舊而不敏感", "SHR-006", (bare("甲.docx", days=5000, verdict=Verdict.CLEAN),), A),
    Case("異動時間在未來", "SHR-006", (level("甲.docx", days=-400),), A),
    Case("掃描夾逾日", "COP-005", (level("掃描/甲.pdf", days=91),), D),
    Case("掃描夾未逾日", "COP-005", (level("掃描/甲.pdf", days=89),), A),
    Case("掃描夾逾日，涵蓋不足", "COP-005", (level("掃描/甲.pdf", days=91),), U, scanned=79),
    *(
        Case(f"夾名 {folder}", "COP-005", (level(f"{folder}/甲.pdf", days=91),), D)
        for folder in ("掃瞄", "總務/掃瞄檔", "傳真收件", "SCAN", "ScanToFolder/甲", "FAX")
    ),
    Case("僅檔名有掃描", "COP-005", (level("文件/掃描甲.pdf", days=400),), A),
    Case("他夾久未異動", "COP-005", (level("文件/甲.pdf", days=400),), A),
    Case("分享區以掃描為名", "COP-005", (level("甲.pdf", days=91, share=SECOND_SHARE),), D,
         before=_second_share(listed=True)),
]  # fmt: skip


@pytest.fixture
def rounds(office: PaperOffice, clock: FixedClock) -> PaperOffice:
    """A round in progress and one before it."""
    clock.set("2026-05-04T09:00:00+08:00")
    office.open(BEFORE, first_day=date(2026, 5, 4), last_day=date(2026, 5, 22))
    clock.set("2026-11-02T09:00:00+08:00")
    office.open()
    clock.set(f"{ANSWERED}T09:00:00+08:00")
    return office


def _crawl(session: Session, case: Case) -> None:
    """The crawl of the round, how far it came on each share."""
    crawl_in(session, CAMPAIGN, case.files)
    unread = {"locked": case.seen - case.scanned - case.left, ReadReason.EXCLUDED.value: case.left}
    session.add_all(
        _covered(
            share, case.seen if share == WORKS else 100, unread if share == WORKS else {}, listed=listed,
            refused=case.refused if share == WORKS else 0,
        )
        for share, listed in [(WORKS, True), (SOCIAL, True), *session.info.pop("shares", [])]
    )  # fmt: skip
    if case.refused:
        listed = [ListedFolder(f"{number:064d}", "0" * 64, 5) for number in range(FOLDERS)]
        crawl_folders.note(session, run_id_of(CAMPAIGN), WORKS, listed)
    session.flush()


def _covered(share: str, seen: int, unread: dict[str, int], *, listed: bool, refused: int = 0) -> CrawlShare:
    unread = {reason: count for reason, count in unread.items() if count}
    return CrawlShare(
        run_id=run_id_of(CAMPAIGN), share_id=share, listed=listed, reason=None if listed else ReadReason.ACCESS_DENIED,
        seen=seen if listed else 0, scanned=seen - sum(unread.values()) if listed else 0, unreadable=unread,
        folders_refused=refused, folders_excluded=0, complete=listed and not unread and not refused,
    )  # fmt: skip


def _said(session: Session, item: str, said: str) -> None:
    declare(session, CAMPAIGN, WORKS, [item])
    for answer in session.scalars(select(Answer).where(Answer.checklist_id == f"{CAMPAIGN}:{WORKS}")):
        answer.value = {"kind": "statement", "said": said}
    session.flush()


def _tell(session: Session, case: Case) -> list[str]:
    """What is wrong with what comes of a case; nothing of it is kept."""
    token = secrets.token_hex(6)  # stands in every path: in no letter, page or event may it be read again
    case = replace(case, files=tuple(replace(one, path=one.path.replace(".", f"{token}.")) for one in case.files))
    if case.before is not None:
        case.before(session)
    _said(session, case.item, case.said)
    if case.files:
        _crawl(session, case)
    if case.after is not None:
        case.after(session)
    suspect(session, CAMPAIGN, catalogue=catalogue.current(), actor="test", at=now.now())
    wrong = _said_of(session, case)
    return [f"{case.why}：{one}" for one in wrong + _asked_of(session, case, token)]


def _said_of(session: Session, case: Case) -> list[str]:
    told = compared(session, CAMPAIGN, catalogue.current())
    said = told[WORKS].outcomes.get(case.item)
    return [] if said is case.outcome else [f"{said}, not {case.outcome}"]


def _asked_of(session: Session, case: Case, token: str) -> list[str]:
    drawn = list(session.scalars(select(Suspicion).where(Suspicion.kind == SuspicionKind.DECLARED_OTHERWISE)))
    mails = list(session.scalars(select(Notice).where(Notice.kind == "mismatch_to_unit")))
    if len(drawn) != (case.outcome is D):
        return [f"{len(drawn)} questions drawn"]
    if not case.is_asked:
        waits = all(one.state is SuspicionState.OPEN and one.asked_at is None for one in drawn)
        return [] if not mails and waits else ["asked"]
    if [mail.person_id for mail in mails] != [CONTACT[WORKS]] or drawn[0].state is not SuspicionState.ASKED:
        return ["not asked once of the contact"]
    page = questions_for(session, CONTACT[WORKS], catalogue=catalogue.current(), at=now.now())
    words = mails[0].subject + mails[0].body
    fact = str(drawn[0].question) + describe(session, drawn[0], catalogue.current()).fact
    hidden = [token, *(detector for one in case.files for detector in one.detectors)]
    return [
        *(["stands on no page"] if page != drawn else []),
        *(["the mail names the statement"] if case.item in words else []),
        *(["the page does not name it"] if case.item not in fact else []),
        *(f"{one} in clear" for one in hidden if one in words + fact),
        *(f"blames: {one}" for one in BLAMING if one in words + fact),
    ]


def _all(cases: Sequence[Case]) -> list[str]:
    wrong = []
    for case in cases:
        with session_scope() as session:
            wrong += _tell(session, case)
            session.rollback()
    return wrong


def _cases() -> list[Case]:
    return [*MARKS, *UNMARKED, *EXPOSED, *STALE, *training_cases(), *fix_cases()]


def test_what_is_said_of_each_and_who_is_asked(rounds: PaperOffice, database_url: str) -> None:
    cases = _cases() if database_url.startswith("sqlite") else _cases()[::SHARE_ELSEWHERE]
    assert _all(cases) == []


def test_no_predicate_of_the_catalogue_is_without_a_lie_a_truth_and_a_border() -> None:
    cases = _cases()
    for item in catalogue.current().checklist_items.items:
        if item.cross_checks:
            told = [one for one in cases if one.item == item.id]
            assert {A, D} <= {one.outcome for one in told}, item.id
            assert len(told) >= 3 * len({one.against for one in item.cross_checks}), item.id
