"""現場檢查紀錄 as a paper: whole for the files, and for the unit without what nobody has judged."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import func, select

from campaigns.paper_office import CAMPAIGN, SECOND_STAFF, SOCIAL, WORKS, PaperOffice
from checklists.keyed_in import HEAD, key_in
from documents.word import text_of
from inspection import clock as now
from inspection.checklists.spot_paper import FOR_FILES, FOR_UNIT, print_record
from inspection.documents.storage import read_document
from inspection.errors import NotFound
from inspection.findings.triage import Verdict, triage
from inspection.model import Document, Finding, Report, SpotEquipment, Suspicion
from inspection.store import checklists, spot
from inspection.store.session import session_scope
from inspection.vocabulary import Equipment, SuspicionKind, TriageOutcome

UNIT = f"{CAMPAIGN}:{WORKS}"
WRONG, DRAWN = "第42號座位之公文櫃下班後未上鎖", "第17、42、88號座位"


@pytest.fixture
def visited(office: PaperOffice) -> PaperOffice:
    """Forms are out, one unit's record is confirmed; two statements were not in order there."""
    office.approved_plan()
    office.send_forms()
    with session_scope() as session:
        key_in(session, UNIT, wrong=2)
    return office


def printed(office: PaperOffice, whose: str, unit: str = WORKS) -> tuple[str, str, str]:
    """Id, SHA-256 and text of the paper as it is printed now."""
    with session_scope() as session:
        checklist = checklists.get(session, f"{CAMPAIGN}:{unit}")
        kept = print_record(session, checklist, whose=whose, catalogue=office.rules, at=now.now())
        data = read_document(kept)
        assert kept.sha256 == hashlib.sha256(data).hexdigest()
        return kept.id, kept.sha256, text_of(data)


def test_all_that_was_confirmed_stands_in_the_paper_for_the_files(visited: PaperOffice) -> None:
    once, again = printed(visited, FOR_FILES), printed(visited, FOR_FILES)
    assert once == again
    text = once[2]
    with session_scope() as session:
        answers = spot.answers(session, [UNIT])
        for one in answers:
            assert one.item_id in text
            assert one.statement in text
        looked_at = [one for one in answers if one.value is not None]
        sampled, right = sum(one.sampled or 0 for one in answers), sum(one.conforming or 0 for one in answers)
    left = len(answers) - len(looked_at)
    told = f"檢視{len(looked_at)}項，未檢視{left}項；結果不符合2項。抽查{sampled}件，符合{right}件。"
    assert told in text
    for word in ("place_seen", "present", "merits", "unit_statement", "besides"):
        assert HEAD[word] in text
    for word in (WRONG, DRAWN, "單位主管已簽章", "影本已於現場交受檢單位", "檔案室、主管室", "115年10月12日", "存卷聯"):
        assert word in text
    for signs in ("檢查人員", "會同人員", "複核人員", "受檢單位主管"):
        assert signs in text


def test_nothing_reaches_the_unit_that_was_not_confirmed_and_told(visited: PaperOffice) -> None:
    def is_told() -> bool:
        text = printed(visited, FOR_UNIT)[2]
        assert (WRONG in text) == (DRAWN in text) == ("不符合" in text)
        assert "結果不符合" not in text
        assert HEAD["besides"] not in text
        assert HEAD["unit_statement"] in text
        assert "檔案室、主管室" in text
        return WRONG in text

    before = printed(visited, FOR_UNIT)
    assert not is_told()
    for unit in visited.units:
        visited.return_form(unit)
    visited.suspect()
    with session_scope() as session:
        seen = session.query(Suspicion).filter_by(kind=SuspicionKind.SEEN_ON_THE_SPOT).order_by(Suspicion.id)
        right, wrong = [(one.id, one.item_id) for one in seen]
        no = Verdict(TriageOutcome.DISMISSED, SECOND_STAFF, "經核紀錄另存")
        triage(session, [wrong[0]], no, catalogue=visited.rules, at=now.now())
    visited.triage([right[0]])
    assert printed(visited, FOR_UNIT) == before, "what was judged and not told yet changes nothing"
    visited.compile()
    visited.submit_reports()
    visited.sign("campaign_report")
    visited.sign("unit_report")
    assert not is_told()
    whole = printed(visited, FOR_FILES)
    visited.issue_reports()
    assert is_told()
    text = printed(visited, FOR_UNIT)[2]
    with session_scope() as session:
        (fault,) = session.query(Finding)
        assert f"缺失 {fault.id}" in text
    assert text.count(WRONG) == 1, "what was dismissed is nowhere"
    assert printed(visited, FOR_FILES) == whole, "the record stays as it was confirmed"


def test_no_paper_before_a_second_person_confirmed(visited: PaperOffice) -> None:
    for whose in (FOR_FILES, FOR_UNIT):
        with pytest.raises(NotFound):
            printed(visited, whose, SOCIAL)


def test_the_equipment_of_every_unit_visited_is_an_annex_of_the_report(visited: PaperOffice) -> None:
    with session_scope() as session:
        key_in(session, f"{CAMPAIGN}:{SOCIAL}", wrong=0)
    for unit in visited.units:
        visited.return_form(unit)
    visited.triage(visited.suspect())
    (whole, *_) = visited.compile()
    with session_scope() as session:
        counted = {
            kind: int(total)
            for kind, total in session.execute(
                select(SpotEquipment.kind, func.sum(SpotEquipment.count)).group_by(SpotEquipment.kind)
            )
        }
        report = session.get_one(Report, whole)
        *lines, total = report.content["equipment"]
        text = text_of(read_document(session.get_one(Document, report.document_id)))
    assert [one["unit"] for one in lines] == ["社會課", "工務課"]
    assert {kind: total[kind]["count"] for kind in Equipment} == {
        kind: str(counted[kind]) if kind in counted else "—" for kind in Equipment
    }
    assert counted[Equipment.HOLDING] == 6
    assert lines[0]["marking"] == {"count": "0", "note": ""}
    assert lines[0]["guarding"] == {"count": "—", "note": ""}
    annex = text[text.index("附表2") :]
    for word in ("保密設備清冊", "檔案室、主管室", "115.10.12", "社會課", "工務課", "合計"):
        assert word in annex
