"""Reports leave the house signed as they stand, to those on the list, and to nobody else."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    ETHICS_HEAD,
    HEAD,
    SECOND_STAFF,
    SECRETARY,
    SOCIAL,
    UNIT_HEAD,
    WORKS,
    PaperOffice,
    notices,
)
from documents.word import words_of
from inspection import clock as now
from inspection.audit import chain
from inspection.audit.steps import advance
from inspection.documents.storage import read_document
from inspection.errors import Conflict, NotAllowed, NotFound
from inspection.model import Document, Report
from inspection.model.lifecycle import CampaignState, ReportState
from inspection.reports.reading import open_report, readable_by
from inspection.store import campaigns, events, findings
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome, Severity

OF_WORKS, OF_SOCIAL, OF_ALL = (f"{CAMPAIGN}:{unit}:r1" for unit in (WORKS, SOCIAL, "all"))


@pytest.fixture
def compiled(office: PaperOffice) -> PaperOffice:
    """Reports compiled and laid before those who sign."""
    office.approved_plan()
    office.to_findings(Severity.HIGH)
    assert set(office.compile()) == {OF_ALL, OF_SOCIAL, OF_WORKS}
    office.submit_reports()
    return office


@pytest.fixture
def issued(compiled: PaperOffice) -> PaperOffice:
    """Reports signed and issued."""
    compiled.sign("campaign_report")
    compiled.sign("unit_report")
    assert compiled.issue_reports() == 3
    return compiled


def states() -> dict[str, str]:
    """All reports by id."""
    with session_scope() as session:
        return {one.id: one.state.value for one in session.query(Report)}


def read(report_id: str, person: str) -> bytes:
    """Somebody opens a report."""
    with session_scope() as session:
        return read_document(open_report(session, report_id, person_id=person, at=now.now()))


@pytest.mark.clause("S0-07i")
@pytest.mark.parametrize("signed", [(), ("campaign_report",), ("unit_report",)])
def test_nothing_is_issued_while_one_signature_is_missing(compiled: PaperOffice, signed: tuple[str, ...]) -> None:
    for subject in signed:
        compiled.sign(subject)
    with pytest.raises(NotAllowed, match="與核定內容不符，不得發出"):
        compiled.issue_reports()
    assert "issued" not in states().values()
    assert notices("report_delivered") == []
    with session_scope() as session:
        assert findings.fixes_of_campaign(session, CAMPAIGN) == []


@pytest.mark.parametrize("report_id", [OF_ALL, OF_WORKS])
def test_a_word_changed_after_the_signature_stops_the_issue(compiled: PaperOffice, report_id: str) -> None:
    compiled.sign("campaign_report")
    compiled.sign("unit_report")
    with session_scope() as session:
        row = session.execute(text("SELECT content FROM report WHERE id = :id"), {"id": report_id}).scalar_one()
        content = json.loads(row) if isinstance(row, str) else row
        content["title"] += "（稿）"
        session.execute(
            text("UPDATE report SET content = :content WHERE id = :id"),
            {"content": json.dumps(content, ensure_ascii=False), "id": report_id},
        )
    with pytest.raises(NotAllowed, match="與核定內容不符，不得發出"):
        compiled.issue_reports()


def test_compiling_and_signing_twice_is_once(compiled: PaperOffice) -> None:
    before = states()
    compiled.compile()
    compiled.submit_reports()
    assert states() == before
    compiled.sign("unit_report")
    compiled.sign("unit_report")
    with pytest.raises(Conflict, match="本案已決定"):
        compiled.sign("unit_report", ApprovalOutcome.RETURNED, remark="改變主意")


def test_the_heads_report_prints_the_records_seal_and_another_seal_is_no_other_report(compiled: PaperOffice) -> None:
    before = states()
    with session_scope() as session:
        assert session.get_one(Report, OF_ALL).content["record_seal"].endswith("尚未串鏈。")
        chain.seal(session, at=now.now())
    compiled.compile()
    assert states() == before, "signed and laid before the head, it stays as it is"
    compiled.sign("campaign_report", ApprovalOutcome.RETURNED, remark="請補充結論")
    compiled.sign("unit_report", ApprovalOutcome.RETURNED, remark="請補充結論")
    with session_scope() as session:
        campaigns.get(session, CAMPAIGN).name += "（修正）"
    compiled.compile()
    with session_scope() as session:
        report = findings.latest_report(session, CAMPAIGN)
        assert report is not None
        assert report.id != OF_ALL
        printed = report.content["record_seal"].split("串鏈值")[1].split("；")[0]
        words = words_of(read_document(session.get_one(Document, report.document_id)))
        assert printed in words
        assert chain.verify(session, at=now.now(), expect=printed).fault is None


def test_reports_returned_are_laid_before_again_and_every_one_is_issued(compiled: PaperOffice) -> None:
    compiled.sign("campaign_report")
    compiled.sign("unit_report", ApprovalOutcome.RETURNED, remark="請覆核工務課事實")
    assert states() == {OF_ALL: "signed", OF_SOCIAL: "returned", OF_WORKS: "returned"}
    compiled.compile()
    compiled.submit_reports()
    compiled.sign("unit_report")
    compiled.issue_reports()
    assert set(states().values()) == {ReportState.ISSUED.value}
    with session_scope() as session:
        assert campaigns.get(session, CAMPAIGN).state is CampaignState.FOLLOWING_UP


@pytest.mark.clause("S4-13")
def test_each_report_goes_to_its_readers_with_numbered_copies(issued: PaperOffice) -> None:
    with session_scope() as session:
        readers = {
            report_id: [(one.copy_number, one.person_id) for one in findings.readers(session, report_id)]
            for report_id in (OF_ALL, OF_WORKS)
        }
    assert readers == {
        OF_ALL: [(1, HEAD), (2, SECRETARY), (3, ETHICS_HEAD)],
        OF_WORKS: [(1, UNIT_HEAD[WORKS]), (2, CONTACT[WORKS])],
    }


@pytest.mark.parametrize(
    ("report_id", "person"),
    [
        (OF_WORKS, CONTACT[SOCIAL]),
        (OF_WORKS, UNIT_HEAD[SOCIAL]),
        (OF_WORKS, SECOND_STAFF),
        (OF_WORKS, HEAD),
        (OF_ALL, CONTACT[WORKS]),
        (OF_ALL, "P999"),
        (f"{CAMPAIGN}:{WORKS}:r2", CONTACT[WORKS]),
    ],
)
def test_to_a_reader_it_was_not_delivered_to_a_report_does_not_exist(
    issued: PaperOffice, report_id: str, person: str
) -> None:
    with pytest.raises(NotFound, match=f"查無報告 {report_id}"):
        read(report_id, person)
    with session_scope() as session:
        assert "opened" not in {one.action for one in events.of_subject(session, "report", report_id)}


def test_before_the_issue_not_even_its_reader_opens_it(compiled: PaperOffice) -> None:
    with pytest.raises(NotFound):
        read(OF_WORKS, CONTACT[WORKS])


def test_every_opening_leaves_an_event(issued: PaperOffice) -> None:
    assert read(OF_WORKS, CONTACT[WORKS]) == read(OF_WORKS, CONTACT[WORKS])
    with session_scope() as session:
        opened = [one.actor for one in events.of_subject(session, "report", OF_WORKS) if one.action == "opened"]
        assert [one.id for one in readable_by(session, CONTACT[WORKS])] == [OF_WORKS]
        assert readable_by(session, SECOND_STAFF) == []
    assert opened == [CONTACT[WORKS]] * 2


@pytest.mark.clause("S4-09")
def test_mails_of_the_issue_hold_counts_and_dates_only(issued: PaperOffice) -> None:
    with session_scope() as session:
        (found,) = findings.of_campaign(session, CAMPAIGN)
    mails = [one for one in notices() if one.kind in {"report_delivered", "findings_notified"}]
    assert len(mails) == 8
    for mail in mails:
        assert found.fact not in mail.body
        assert found.category not in mail.body
        assert mail.attachments == []
    (told,) = [one for one in mails if one.kind == "findings_notified"]
    assert (told.person_id, told.values["finding_count"]) == (CONTACT[WORKS], 1)


def test_a_report_that_another_took_the_place_of_opens_no_more(issued: PaperOffice) -> None:
    with session_scope() as session:
        advance(session, session.get_one(Report, OF_WORKS), ReportState.SUPERSEDED, actor=SECOND_STAFF, at=now.now())
    with pytest.raises(NotFound, match=f"查無報告 {OF_WORKS}"):
        read(OF_WORKS, CONTACT[WORKS])
