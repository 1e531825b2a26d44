"""`inspection report`: compiled, submitted, decided on paper, filed, issued."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from inspection.approvals.decide import Decision
from inspection.approvals.filing import file_decision
from inspection.campaigns.gates import awaited
from inspection.campaigns.returned_paper import require_code
from inspection.cli.filing import Code, FileNumber, Retention, Scan, filing_of
from inspection.cli.packaging import Out, write_package
from inspection.cli.speaking import Actor, AsJson, day, door, say
from inspection.reports.compile import compile_reports
from inspection.reports.decision import decide_reports, reports_of, submit_reports
from inspection.reports.issue import issue_reports
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute

app = typer.Typer(help="Reports of a campaign.", no_args_is_help=True)


class Subject(StrEnum):
    """Which reports are decided on."""

    CAMPAIGN_REPORT = "campaign_report"
    UNIT_REPORT = "unit_report"


@app.command("compile")
def compile_all(campaign_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """Compile the campaign's report and every unit's."""
    with door(actor, keeps=campaign_id) as opened:
        ids = compile_reports(opened.session, campaign_id, catalogue=opened.catalogue, compiled_by=actor, at=opened.at)
    say({"reports": ids}, as_json=as_json)


@app.command()
def submit(campaign_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """Ask for both decisions."""
    with door(actor, keeps=campaign_id) as opened:
        asked = submit_reports(opened.session, campaign_id, catalogue=opened.catalogue, actor=actor, at=opened.at)
        say({"approvals": [one.id for one in asked]}, as_json=as_json)


@app.command("enter-decision")
def enter_decision(
    campaign_id: str,
    subject: Subject,
    outcome: ApprovalOutcome,
    decider: Annotated[str, typer.Option(help="Id of the person who decided on paper.")],
    number: Annotated[str, typer.Option(help="Number of the approved paper (文號).")],
    decided_on: Annotated[str, typer.Option(help="Day of the decision, 2026-11-26.")],
    actor: Actor,
    remark: Annotated[str, typer.Option(help="What is to be changed, or why it was returned.")] = "",
    code: Code = "",
    file_number: FileNumber = "",
    retention: Retention = "",
    scan: Scan = None,
    as_json: AsJson = False,
) -> None:
    """Enter a decision on the reports taken on paper or in the 公文系統, with the scan of the signed paper."""
    filing = filing_of(file_number, retention, scan)
    with door(actor, keeps=campaign_id) as opened:
        printed = reports_of(opened.session, campaign_id, subject.value)
        require_code(code, [report.content_hash for report in printed])
        decision = Decision(
            outcome=outcome,
            person_id=decider,
            seen_hash=awaited(opened.session, subject.value, campaign_id).content_hash,
            route=ApprovalRoute.PAPER,
            decided_on=day(decided_on, "--decided-on"),
            document_number=number,
            remark=remark or None,
            entered_by=actor,
        )
        done = decide_reports(opened.session, campaign_id, subject.value, decision, at=opened.at)
        if not filing.is_empty:
            file_decision(opened.session, done, filing, person_id=actor, at=opened.at)
        say({"approval": done.id, "state": done.state.value, "scan": done.scan_document_id}, as_json=as_json)


@app.command("package")
def package_(campaign_id: str, out: Out, actor: Actor, as_json: AsJson = False) -> None:
    """Write the 簽稿 package of the submitted campaign report: draft text, 簽, report in three formats, opinions."""
    say({"files": write_package("campaign_report", campaign_id, out, actor)}, as_json=as_json)


@app.command("file")
def file_(
    campaign_id: str,
    subject: Subject,
    actor: Actor,
    file_number: FileNumber = "",
    retention: Retention = "",
    scan: Scan = None,
    as_json: AsJson = False,
) -> None:
    """Add 檔號, 保存年限 and the scan to a decision on the reports; later ones replace earlier ones."""
    filing = filing_of(file_number, retention, scan)
    with door(actor, keeps=campaign_id) as opened:
        asked = awaited(opened.session, subject.value, campaign_id)
        done = file_decision(opened.session, asked, filing, person_id=actor, at=opened.at)
        values = {"approval": done.id, "file_number": done.file_number, "retention": done.retention}
        say({**values, "scan": done.scan_document_id}, as_json=as_json)


@app.command()
def issue(campaign_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """Issue signed reports and open the fixes."""
    with door(actor, keeps=campaign_id) as opened:
        count = issue_reports(opened.session, campaign_id, catalogue=opened.catalogue, actor=actor, at=opened.at)
    say({"issued": count}, as_json=as_json)
