"""A figure that is wrong at its source is found: in a row that changed after the paper, or in the code that counts.

The code is made to count wrongly, the papers are printed anew from it, and the comparison must contradict them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.paper_office import CAMPAIGN, PaperOffice
from conftest import FixedClock
from inspection import clock as now
from inspection.checklists import record_sheet
from inspection.documents.kinds import campaign_report, inspection_record, unit_report
from inspection.documents.printing import Paper, print_paper
from inspection.documents.storage import read_document
from inspection.model import (
    Answer,
    CalendarDay,
    Campaign,
    CampaignUnit,
    Checklist,
    ChecklistQuestion,
    CrawlShare,
    Document,
    Finding,
    Fix,
    Person,
    Suspicion,
    Unit,
)
from inspection.model.lifecycle import ChecklistState, FindingState, FixState, SuspicionState
from inspection.planning.decision import plan_in_force
from inspection.reports import content, figures, papers, tallies, words
from inspection.store import campaigns, findings, roster
from inspection.store.comparison import Compared
from inspection.store.session import session_scope
from inspection.vocabulary import Severity
from reports.comparing_papers import contradictions
from reports.gathering_papers import as_papers, as_they_are, word_files
from reports.reading_papers import count
from reports.two_stories import BEFORE, COMPUTING, EIGHT, NUMBERS, Story, as_it_should_not, ask_numbers


@pytest.fixture
def told(office: PaperOffice, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PaperOffice:
    """The nastier campaign to its end."""
    ask_numbers(tmp_path / "rules", monkeypatch)
    as_it_should_not(Story(replace(office, units=EIGHT), tmp_path, clock))
    return office


def reprinted(session: Session, office: PaperOffice) -> dict[str, bytes]:
    """The reports and record sheets as the code makes them now, under the names of those that went out."""
    campaign, rules = campaigns.get(session, CAMPAIGN), office.rules
    plan = plan_in_force(session, CAMPAIGN)
    counted = figures.gather(session, CAMPAIGN, rules)
    teller = papers.Teller(session, campaign, plan, counted, rules, roster.agency(session), now.now())
    made = {findings.newest_reports(session, CAMPAIGN)[""].id: (campaign_report.KIND, papers.campaign_context(teller))}
    for unit in counted.units:
        report = findings.newest_reports(session, CAMPAIGN)[unit.unit.id]
        made[report.id] = (unit_report.KIND, papers.unit_context(teller, unit))
    documents = {}
    for subject, (kind, context) in made.items():
        paper = print_paper(session, Paper(kind, subject, context), catalogue=rules, at=now.now())
        documents[f"{kind.id} {subject}"] = read_document(paper)
    for sheet in record_sheet.print_record_sheets(session, CAMPAIGN, catalogue=rules, at=now.now()):
        documents[f"{inspection_record.KIND.id} {sheet.subject_id}"] = read_document(sheet)
    return documents


@contextmanager
def undone() -> Iterator[Session]:
    """A session whose changes nobody sees afterwards."""
    with session_scope() as session:
        try:
            yield session
        finally:
            session.rollback()


def first(session: Session, record: type[Any], **where: object) -> Any:  # any table
    """The first row of the campaign that is so."""
    own = {"campaign_id": CAMPAIGN} if hasattr(record, "campaign_id") else {}
    query = select(record).filter_by(**own, **where).limit(1)
    return session.scalars(query).one()


def _answer(session: Session) -> None:
    arrived = select(Checklist.id).filter_by(campaign_id=CAMPAIGN, state=ChecklistState.ACCEPTED)
    query = select(Answer).where(Answer.checklist_id.in_(arrived)).order_by(Answer.checklist_id, Answer.item_id)
    answer = next(one for one in session.scalars(query) if (one.value or {}).get("said") == "conforms")
    answer.value = {**answer.value, "said": "does_not_conform"}


def _share(session: Session) -> None:
    share = session.scalars(select(CrawlShare).where(CrawlShare.complete, CrawlShare.scanned > 1)).first()
    assert share is not None
    share.scanned -= 1


def _withdrawn(session: Session) -> None:
    first(session, Finding).state = FindingState.WITHDRAWN


def _graver(session: Session) -> None:
    one = first(session, Finding)
    one.severity = Severity.LOW if one.severity is not Severity.LOW else Severity.CRITICAL


def _decided(session: Session) -> None:
    first(session, Suspicion, state=SuspicionState.SELF_IMPROVED).state = SuspicionState.DISMISSED


def _another_unit(session: Session) -> None:
    one = first(session, Suspicion, state=SuspicionState.CONFIRMED)
    one.unit_id = next(unit for unit in EIGHT if unit != one.unit_id)


def _due(session: Session) -> None:
    session.get_one(Campaign, CAMPAIGN).checklist_due_on += timedelta(days=1)


def _window(session: Session) -> None:
    session.get_one(Campaign, CAMPAIGN).window_end += timedelta(days=1)


def _unit_name(session: Session) -> None:
    first(session, CampaignUnit, unit_id="U07").unit_name = "總務處"


def _person(session: Session) -> None:
    plan = plan_in_force(session, CAMPAIGN)
    session.get_one(Person, plan.content["groups"][0]["leader_id"]).name = "陳某某"


def _form(session: Session) -> None:
    first(session, Checklist, state=ChecklistState.ACCEPTED).state = ChecklistState.SENT_BACK


def _statement(session: Session) -> None:
    first(session, ChecklistQuestion, checklist_id=f"{CAMPAIGN}:U07", position=1).statement = "從未送出之文句。"


def _fix(session: Session) -> None:
    climbed = set(session.scalars(select(Document.subject_id).where(Document.kind == "escalation_brief")))
    one = next(one for one in session.scalars(select(Fix).order_by(Fix.id)) if one.id in climbed)
    one.due_on += timedelta(days=1)


def _staff(session: Session) -> None:
    session.get_one(Unit, "U07").staff_count += 1


def _previous(session: Session) -> None:
    session.get_one(Fix, f"{BEFORE}-001").state = FixState.REOPENED


def _category(session: Session) -> None:
    one = first(session, ChecklistQuestion, checklist_id=f"{CAMPAIGN}:U07", position=1)
    one.category = next(name for name in ("文書機密", "會議機密") if name != one.category)


def _number(session: Session) -> None:
    answer = first(session, Answer, checklist_id=f"{CAMPAIGN}:U07", item_id=NUMBERS[0])
    answer.value = {**answer.value, "number": str(int(answer.value["number"]) + 1)}


def _holiday(session: Session) -> None:
    day = session.get_one(Campaign, CAMPAIGN).checklist_due_on + timedelta(days=1)
    local = {"source": "local", "working": False, "remark": "", "document_number": "", "imported_at": now.now()}
    session.add(CalendarDay(day=day, **local))


ROWS: tuple[Callable[[Session], None], ...] = (
    _answer, _share, _withdrawn, _graver, _decided, _another_unit, _due, _window, _unit_name, _person, _form,
    _statement, _fix, _staff, _previous, _category, _number, _holiday,
)  # fmt: skip


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # both: test_papers_agree
def test_a_row_changed_after_the_papers_is_found(told: PaperOffice) -> None:
    with undone() as session:
        texts = as_they_are(word_files(session, told.rules))
        printed = as_papers(texts)
        assert contradictions(printed, count(session.connection(), CAMPAIGN)) == []
    missed = []
    for change in ROWS:
        with undone() as session:
            change(session)
            session.flush()
            if not contradictions(printed, count(session.connection(), CAMPAIGN)):
                missed.append(change.__name__)
    assert missed == []


def _declared_and_verified(patch: pytest.MonkeyPatch) -> None:
    """What was declared and what was verified under one figure: the fault decision 0015 is about."""
    before = words.declared

    def added(unit: figures.UnitFigures, catalogue: Any) -> list[str]:
        tally = replace(unit.tally, conforms=unit.tally.conforms + unit.compared.verified)
        return before(replace(unit, tally=tally), catalogue)

    patch.setattr(words, "declared", added)


def _declared_as_faults(patch: pytest.MonkeyPatch) -> None:
    before = content.unit_results

    def added(every: figures.CampaignFigures, catalogue: Any) -> Any:
        lines = before(every, catalogue)
        for line, unit in zip(lines, every.units, strict=True):
            line["faults"] += unit.tally.nonconforming + unit.suspected.undecided
        return lines

    patch.setattr(content, "unit_results", added)


def _nothing_contradicted(patch: pytest.MonkeyPatch) -> None:
    """Consistently wrong everywhere: what is contradicted counts as 符合, and as verified."""
    before = figures.compared

    def deaf(*given: Any) -> dict[str, Compared]:
        return {unit: replace(one, contradicted=set(), doubted=set()) for unit, one in before(*given).items()}

    patch.setattr(figures, "compared", deaf)


def _blank_conforms(patch: pytest.MonkeyPatch) -> None:
    before = tallies._tally_of

    def kind(said: Any, is_contradicted: bool) -> tallies.Tally:
        tally = before(said, is_contradicted)
        return replace(tally, conforms=tally.conforms + tally.blank, blank=0)

    patch.setattr(tallies, "_tally_of", kind)


def _undecided_vanish(patch: pytest.MonkeyPatch) -> None:
    before = figures._suspected
    patch.setattr(figures, "_suspected", lambda own: replace(before(own), undecided=0))


def _pending_vanish(patch: pytest.MonkeyPatch) -> None:
    before = figures._shares
    patch.setattr(figures, "_shares", lambda *given: [replace(one, pending=0, complete=True) for one in before(*given)])


def _missing_forms_are_back(patch: pytest.MonkeyPatch) -> None:
    before = figures._returned

    def back(checklist: Checklist | None) -> figures.Return:
        state = before(checklist)
        return figures.Return.IN_TIME if state is figures.Return.MISSING else state

    patch.setattr(figures, "_returned", back)


def _everybody_inspected(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(papers.Teller, "groups_of", lambda self, unit_id: self.groups)


def _wrong_group_on_the_sheet(patch: pytest.MonkeyPatch) -> None:
    before = record_sheet.group_of
    patch.setattr(record_sheet, "group_of", lambda content, unit_id: before(content, COMPUTING))


def _another_severity(patch: pytest.MonkeyPatch) -> None:
    before = content.printed_finding

    def other(*given: Any) -> Any:
        line = before(*given)
        line["severity"] = "低" if line["severity"] != "低" else "重大"
        return line

    patch.setattr(content, "printed_finding", other)


def _numbers_conform(patch: pytest.MonkeyPatch) -> None:
    """A number given counts as a statement that conforms."""
    before = figures.declared

    def counted(*given: Any) -> tallies.Declared:
        said = before(*given)
        for name, one in said.by_category.items():
            plain = replace(one, asked=one.asked + one.other, conforms=one.conforms + one.told)
            said.by_category[name] = plain
        return said

    patch.setattr(figures, "declared", counted)


def _numbers_of_the_last_unit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(figures, "summed", lambda every: list({one.item_id: one for one in every}.values()))


def _another_category(patch: pytest.MonkeyPatch) -> None:
    before = content.categories

    def shifted(every: figures.CampaignFigures) -> Any:
        lines = before(every)
        for line, other in zip(lines, [*lines[1:], lines[0]], strict=True):
            line["category"], other["category"] = other["category"], line["category"]
        return lines

    patch.setattr(content, "categories", shifted)


def _all_released(patch: pytest.MonkeyPatch) -> None:
    before = content.previous_findings
    patch.setattr(content, "previous_findings", lambda *given: [{**one, "state": "解除列管"} for one in before(*given)])


CODE: tuple[Callable[[pytest.MonkeyPatch], None], ...] = (
    _declared_and_verified, _declared_as_faults, _nothing_contradicted, _blank_conforms, _undecided_vanish,
    _pending_vanish, _missing_forms_are_back, _everybody_inspected, _wrong_group_on_the_sheet, _another_severity,
    _numbers_conform, _numbers_of_the_last_unit, _another_category, _all_released,
)  # fmt: skip


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # both: test_papers_agree
def test_code_that_counts_wrongly_is_found_by_what_it_prints(told: PaperOffice) -> None:
    with undone() as session:
        kept = word_files(session, told.rules)
        rows = count(session.connection(), CAMPAIGN)
        anew = as_papers(as_they_are(kept | reprinted(session, told)))
        assert contradictions(anew, rows) == []
    missed = []
    for plant in CODE:
        with undone() as session, pytest.MonkeyPatch.context() as patch:
            plant(patch)
            printed = as_papers(as_they_are(kept | reprinted(session, told)))
            if not contradictions(printed, rows):
                missed.append(plant.__name__)
    assert missed == []
