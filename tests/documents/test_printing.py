"""Printing by the register: the head is the agency's own, a letter bears the mark of what it encloses."""

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

import pytest

from campaigns.paper_office import CAMPAIGN, ETHICS, PaperOffice
from documents.word import body_of, lines_of
from inspection import clock as now
from inspection.documents.kinds import case_sheet, closing_review, project_submission
from inspection.documents.kinds.case_sheet import CaseSheet
from inspection.documents.kinds.project_submission import Submission
from inspection.documents.printing import Paper, head_of, print_paper
from inspection.documents.storage import read_document
from inspection.model import Unit
from inspection.store import roster
from inspection.store.session import session_scope

SHEET: CaseSheet = {
    "title": "案例",
    "date": "115年11月2日",
    "theme": "機密標示",
    "cause": "甲",
    "explanation": "乙",
    "scenes": ["丙"],
    "bases": ["丁"],
    "practice": ["戊"],
    "closing": "己",
}
LETTER: Submission = {
    "date": "115年11月2日",
    "register": "函",
    "recipient": "縣政府",
    "classification": "",
    "attachments": "",
    "subject": "主旨。",
    "explanations": ["說明。"],
    "contact": "政風室",
    "signer": "市長",
}


def sheet(**changes: str) -> Paper:
    return Paper(case_sheet.KIND, "202611-MRK", cast("Mapping[str, object]", {**SHEET, **changes}))


def test_the_office_is_called_as_the_agency_calls_it(office: PaperOffice) -> None:
    with session_scope() as session:
        session.get_one(Unit, ETHICS).name = "廉政室"
    with session_scope() as session:
        kept = print_paper(session, sheet(), catalogue=office.rules, at=now.now())
        assert any("廉政室" in line for line in lines_of(body_of(read_document(kept))))
    with session_scope() as session:
        session.get_one(Unit, ETHICS).active = False
        session.flush()
        body = roster.agency(session).superior_ethics_name
        assert head_of(session, sheet(), catalogue=office.rules)["office"] == body


def test_the_same_paper_is_kept_once_and_its_code_outlives_the_day(office: PaperOffice) -> None:
    with session_scope() as session:
        first = print_paper(session, sheet(), catalogue=office.rules, at=now.now())
        assert (first.kind, first.title, first.template) == ("case_sheet", "案例", "awareness/case_sheet.docx")
        again = print_paper(session, sheet(), catalogue=office.rules, at=now.now() + timedelta(days=1))
        assert again.id == first.id
        another_day = head_of(session, sheet(date="115年11月3日"), catalogue=office.rules)
        assert another_day == head_of(session, sheet(), catalogue=office.rules)
        assert another_day != head_of(session, sheet(theme="別題"), catalogue=office.rules)


def test_a_field_too_many_or_too_few_is_named(office: PaperOffice) -> None:
    with session_scope() as session, pytest.raises(ValueError, match="case_sheet: not the fields of its context: mood"):
        print_paper(session, sheet(mood="好"), catalogue=office.rules, at=now.now())


def test_a_letter_bears_the_mark_of_what_it_encloses(office: PaperOffice) -> None:
    named = {"campaign": "松風"}
    with session_scope() as session:
        paper = Paper(project_submission.KIND, CAMPAIGN, LETTER, encloses=closing_review.KIND, named=named)
        kept = print_paper(session, paper, catalogue=office.rules, at=now.now())
        assert (kept.level, kept.title) == ("密", "松風陳報函稿")
        bare = Paper(project_submission.KIND, CAMPAIGN, LETTER, named=named)
        with pytest.raises(ValueError, match="encloses"):
            print_paper(session, bare, catalogue=office.rules, at=now.now())
