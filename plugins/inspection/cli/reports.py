"""`inspection report`: compiled, submitted, decided on paper, filed, issued."""

from __future__ import annotations

import typer

from inspection.cli.deciding import add_decisions
from inspection.cli.speaking import Actor, AsJson, door, say
from inspection.reports.compile import compile_reports
from inspection.reports.decision import submit_reports
from inspection.reports.issue import issue_reports
from inspection.reports.matter import OF_CAMPAIGN, OF_UNITS

app = typer.Typer(help="Reports of a campaign.", no_args_is_help=True)


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


@app.command()
def issue(campaign_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """Issue signed reports and open the fixes."""
    with door(actor, keeps=campaign_id) as opened:
        count = issue_reports(opened.session, campaign_id, catalogue=opened.catalogue, actor=actor, at=opened.at)
    say({"issued": count}, as_json=as_json)


add_decisions(app, (OF_CAMPAIGN, OF_UNITS))
