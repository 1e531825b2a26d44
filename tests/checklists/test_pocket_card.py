"""檢查口袋卡: for the group of a unit alone, one page however much there is to say, nothing in it that is sensitive."""

from __future__ import annotations

from datetime import date

import pytest

from campaigns.paper_office import CAMPAIGN, ETHICS_HEAD, SECOND_STAFF, SOCIAL, STAFF, WORKS, PaperOffice, fix
from conftest import FixedClock
from documents.word import text_of
from findings.crawled import Seen
from findings.test_mismatches import look, put
from inspection import clock as now
from inspection import settings
from inspection.access.policy import Act, may
from inspection.access.who import asking
from inspection.campaigns.pause import pause
from inspection.checklists.pocket_card import (
    LONGEST_NAMES,
    LONGEST_STATEMENT,
    LONGEST_STRESS,
    MOST_DOUBTED,
    MOST_FAULTS,
    print_pocket_card,
)
from inspection.documents.convert import to_pdf
from inspection.documents.kinds.pocket_card import KIND
from inspection.documents.render import render
from inspection.documents.storage import read_document
from inspection.errors import NotAllowed
from inspection.store import checklists, groups
from inspection.store.session import session_scope
from inspection.vocabulary import Severity
from reports.reading_papers import pages_of

OF_WORKS = f"{CAMPAIGN}:{WORKS}"


def card(unit: str = WORKS, campaign: str = CAMPAIGN) -> str:
    """The text of a unit's card as things stand."""
    with session_scope() as session:
        checklist = checklists.get(session, f"{campaign}:{unit}")
        printed = print_pocket_card(session, checklist, catalogue=PaperOffice().rules, at=now.now())
        return text_of(read_document(printed))


def may_take(person: str, unit: str = WORKS) -> bool:
    """Whether somebody may have it."""
    with session_scope() as session:
        who = asking(session, person, at=now.now())
        return bool(may(who, Act.TAKE_POCKET_CARD, checklists.get(session, f"{CAMPAIGN}:{unit}")))


@pytest.fixture
def sent(office: PaperOffice) -> PaperOffice:
    """Forms are out."""
    office.approved_plan()
    office.send_forms()
    return office


def test_only_the_group_of_the_unit_takes_it(sent: PaperOffice) -> None:
    with session_scope() as session:
        own = {unit: one for one in groups.in_force(session) for unit in one.unit_ids}
    leader, other = own[WORKS].leader_id, {STAFF, SECOND_STAFF} - {own[WORKS].leader_id}
    assert may_take(leader)
    assert not any(may_take(one) for one in (*other, "P041", "P042", "P111", "P01"))
    (member, *_) = own[WORKS].member_ids
    assert not may_take(member), "before the 切結"


def test_it_tells_last_faults_and_what_is_open_and_no_fact_of_them(office: PaperOffice, clock: FixedClock) -> None:
    number = office.one_fix(Severity.HIGH)
    clock.set("2027-05-03T09:00:00+08:00")
    office.approved_plan("C-next", first_day=date(2027, 5, 3), last_day=date(2027, 5, 21))
    office.send_forms("C-next")
    told, quiet = card(campaign="C-next"), card(SOCIAL, "C-next")
    assert number in told
    assert f"（期限{fix(number).due_on.year - 1911}年" in told
    assert number not in quiet


def test_it_names_statements_the_crawl_speaks_against_but_neither_file_nor_topic(sent: PaperOffice) -> None:
    sent.return_form(WORKS)
    file = Seen("甲.docx", "a", detectors=("PII-NID",), broad_readers=("S-1-1-0",))
    with session_scope() as session:
        put(session, "SHR-001")
        look(session, file)
    sent.suspect()
    told = card()
    assert "SHR-001" in told
    assert "甲.docx" not in told
    assert "身分證" not in told


def test_no_card_before_the_plan_is_approved(sent: PaperOffice) -> None:
    with session_scope() as session:
        checklist = checklists.get(session, OF_WORKS)
        pause(session, CAMPAIGN, person_id=ETHICS_HEAD, reason="另有要公", at=now.now())
        with pytest.raises(NotAllowed):
            print_pocket_card(session, checklist, catalogue=sent.rules, at=now.now())


def test_the_fullest_card_is_one_page(office: PaperOffice) -> None:
    full = {
        "agency": "虛構縣虛構鄉公所暨所屬機關聯合辦公室",
        "office": "政風室",
        "title": "115年下半年定期保密檢查口袋卡",
        "unit": "第十二區公所農業經濟暨鄉村發展與觀光遊憩行銷推廣課示範聯合服務中心",
        "period": "115年11月2日（星期一）至11月20日（星期五）",
        "group": "第12組",
        "leader": "甲" * LONGEST_NAMES,
        "members": "乙" * LONGEST_NAMES,
        "stress": "丙" * LONGEST_STRESS,
        "faults_rest": "另1,234件，列於列管案件頁。",
        "doubted_rest": "另123項，列於檢查表頁。",
        "faults": [
            {
                "number": "C-115-H2-1234",
                "category": "資訊及通訊安全保密管理事項",
                "severity": "重大",
                "standing": "退回補正（期限115年11月20日）",
            }
        ]
        * MOST_FAULTS,
        "doubted": [{"code": "SHR-001", "statement": "丁" * LONGEST_STATEMENT, "outcome": "無法判定"}] * MOST_DOUBTED,
        "registers": office.rules.wording.say("pocket_registers"),
        "reminders": office.rules.wording.say("pocket_reminders", {"count": 28}),
        "frame": {
            "mark": "密",
            "declassification": "解密條件：本案缺失全部解除列管後解密",
            "copy_number": "",
            "code": "",
            "identifier": "ABCD-EFGH",
            "watermark": "機敏資料",
            "hotline": "廉政專線：02-0000-0000",
        },
    }
    pdf = to_pdf(render(settings.TEMPLATES / KIND.template, full))
    assert len(pages_of(pdf)) == 1
