"""What inspectors look at on the spot: in the annex of the plan and on a sheet of each unit, asked of no unit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from campaigns.paper_office import CAMPAIGN, SOCIAL, WORKS, PaperOffice
from documents.word import text_of
from inspection import clock as now
from inspection.checklists.record_sheet import print_record_sheets
from inspection.documents.kinds.inspection_record import KIND
from inspection.documents.storage import read_document
from inspection.model import Document
from inspection.planning.paper import print_plan
from inspection.rules.checklist_items import Respondent
from inspection.store import checklists, roster
from inspection.store.session import session_scope
from reports.reading_papers import ITEM_CODE


def looked_at(office: PaperOffice, kind: str = "semiannual") -> dict[str, str]:
    """The inspector's statements of a kind that are for every unit, by id."""
    return {
        item.id: item.statement
        for item in office.rules.checklist_items.items
        if item.respondent is Respondent.INSPECTOR and kind in item.kinds and not item.unit_tags and not item.retired
    }


def sheets() -> dict[str, str]:
    """The text of the sheets kept, by checklist."""
    with session_scope() as session:
        kept = session.query(Document).filter_by(kind=KIND.id).order_by(Document.id)
        return {one.subject_id: text_of(read_document(one)) for one in kept}


@pytest.fixture
def sent(office: PaperOffice) -> PaperOffice:
    """Forms are out."""
    office.approved_plan()
    office.send_forms()
    return office


def test_each_statement_stands_in_the_annex_and_on_the_sheet_of_each_unit(sent: PaperOffice) -> None:
    wanted = looked_at(sent)
    assert len(wanted) > 20
    with session_scope() as session:
        plan = text_of(read_document(print_plan(session, CAMPAIGN, catalogue=sent.rules, at=now.now())))
    found = sheets()
    assert set(found) == {f"{CAMPAIGN}:{SOCIAL}", f"{CAMPAIGN}:{WORKS}"}
    for code, statement in wanted.items():
        for paper in (plan, *found.values()):
            assert code in paper
            assert statement in paper
    assert all("□符合" in paper for paper in found.values())
    assert all("抽查＿件、符合＿件" in paper for paper in found.values())


def test_all_that_inspectors_look_at_stands_in_a_half_years_annex_and_on_a_sheet(office: PaperOffice) -> None:
    """All of a half-year's, with the units whose tags they bear; no kind of campaign without sheets names one."""
    with session_scope() as session:
        everybody = tuple(unit.id for unit in roster.units(session))
    whole = replace(office, units=everybody)
    whole.approved_plan()
    whole.send_forms()
    every = [one for one in office.rules.checklist_items.items if one.respondent is Respondent.INSPECTOR]
    items = [one for one in every if "semiannual" in one.kinds]
    assert len(items) > 20
    with session_scope() as session:
        plan = text_of(read_document(print_plan(session, CAMPAIGN, catalogue=office.rules, at=now.now())))
    annex = plan[plan.index("現場查核項目（由檢查人員查核") :]
    found = sheets()
    assert len(found) == len(everybody)
    with_sheets = set(office.rules.campaign_kinds.ids(lambda kind: kind.has_checklists))
    for item in items:
        assert item.id in annex and item.statement in annex, item.id
        assert any(item.id in paper for paper in found.values()), f"{item.id} stands on no sheet"
    assert all(set(one.kinds) <= with_sheets for one in every)
    for checklist, paper in found.items():
        with session_scope() as session:
            own = set(roster.unit(session, checklist.rpartition(":")[2]).tags)
        wanted = {one.id for one in items if not one.unit_tags or own & set(one.unit_tags)}
        assert set(ITEM_CODE.findall(paper)) == wanted
        assert all(one.statement in paper for one in items if one.id in wanted)


def test_no_unit_is_asked_what_inspectors_look_at(sent: PaperOffice) -> None:
    with session_scope() as session:
        asked = {one.item_id for one in checklists.questions(session, f"{CAMPAIGN}:{WORKS}")}
    assert asked.isdisjoint(looked_at(sent))


def test_the_same_plan_gives_the_same_sheets(sent: PaperOffice) -> None:
    before = sheets()
    with session_scope() as session:
        print_record_sheets(session, CAMPAIGN, catalogue=sent.rules, at=now.now())
    sent.send_forms()
    assert sheets() == before
    with session_scope() as session:
        assert session.query(Document).filter_by(kind=KIND.id).count() == len(before)
