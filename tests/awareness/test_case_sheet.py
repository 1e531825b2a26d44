"""Our own confirmed faults become awareness cases: most frequent first, and nobody can tell which unit it was."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import pytest

from campaigns.paper_office import STAFF, WORKS, PaperOffice
from inspection import clock as now
from inspection.awareness.case_sheet import case_sheet, topics
from inspection.awareness.coverage import of_half
from inspection.cli.entry import main
from inspection.errors import NotAllowed, NotFound
from inspection.store import roster
from inspection.store.session import session_scope
from inspection.vocabulary import Severity

H2 = of_half("115H2")


def text_of(document: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(document)) as parts:
        return parts.read("word/document.xml").decode()


def written(office: PaperOffice, category: str, person: str = STAFF) -> str:
    with session_scope() as session:
        _, data = case_sheet(session, category, H2, catalogue=office.rules, person_id=person, at=now.now())
    return text_of(data)


@pytest.mark.clause("S0-04a", "S0-04b")
def test_a_confirmed_fault_becomes_a_case_that_names_no_unit(office: PaperOffice) -> None:
    finding_id = office.one_fix(Severity.HIGH)
    with session_scope() as session:
        (topic,) = topics(session, H2, office.rules)
        names = {unit.name for unit in roster.units(session)}
    assert (topic.faults, topic.units) == (1, 1)
    text = written(office, topic.category)
    assert topic.cause in text
    assert "某單位經保密檢查，未能落實「" in text
    assert {name for name in names - {"政風室"} if name in text} == set()
    assert finding_id not in text
    assert WORKS not in text
    assert "P112" not in text


def test_a_fault_whose_report_was_not_issued_is_no_case_yet(office: PaperOffice) -> None:
    office.approved_plan()
    office.to_findings(Severity.HIGH)
    with session_scope() as session:
        assert topics(session, H2, office.rules) == []
    with pytest.raises(NotFound, match="115年7月至12月 沒有已確認並發出之 'SHR' 類缺失"):
        written(office, "SHR")


def test_the_same_case_of_a_day_is_one_document_and_only_the_ethics_office_writes_it(
    office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office.one_fix(Severity.HIGH)
    with session_scope() as session:
        (topic,) = topics(session, H2, office.rules)
        first, _ = case_sheet(session, topic.name, H2, catalogue=office.rules, person_id=STAFF, at=now.now())
        again, _ = case_sheet(session, topic.name, H2, catalogue=office.rules, person_id=STAFF, at=now.now())
        assert first.id == again.id
    with pytest.raises(NotAllowed):
        written(office, topic.category, "P042")
    path = tmp_path / "case.docx"
    words = ["case-sheet", topic.category, str(path), "--half", "115H2", "--as", STAFF]
    for command in (["topics", "--half", "115H2"], words):
        monkeypatch.setattr(sys, "argv", ["inspection", "awareness", *command])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
    assert topic.name in capsys.readouterr().out
    assert text_of(path.read_bytes())
