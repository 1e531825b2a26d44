"""All verbs of `inspection`, gathered."""

from __future__ import annotations

import typer

import inspection.campaigns.matters  # noqa: F401 - whatever a verb asks, the register of matters is full
from inspection.cli import (
    awareness,
    calendar,
    campaign,
    checklists,
    crawl,
    database,
    findings,
    fixes,
    handover,
    house,
    keeping,
    lessons,
    notices,
    opinions,
    plan,
    project,
    reports,
    retention,
    roster,
    sample,
    scan,
    spring,
)
from inspection.cli.speaking import note_verb

app = typer.Typer(
    name="inspection",
    help="Secrecy inspections: campaigns, plans, crawls, checklists, findings, reports and follow-up.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.callback()(note_verb)
app.add_typer(database.app, name="db", callback=note_verb)
app.add_typer(roster.app, name="roster", callback=note_verb)
app.add_typer(calendar.app, name="calendar", callback=note_verb)
app.add_typer(awareness.app, name="awareness", callback=note_verb)
app.add_typer(campaign.app, name="campaign", callback=note_verb)
app.add_typer(plan.app, name="plan", callback=note_verb)
app.add_typer(opinions.app, name="opinion", callback=note_verb)
app.add_typer(project.app, name="project", callback=note_verb)
app.add_typer(crawl.app, name="crawl", callback=note_verb)
app.add_typer(checklists.app, name="checklists", callback=note_verb)
app.add_typer(sample.app, name="sample", callback=note_verb)
app.add_typer(findings.app, name="hits", callback=note_verb)
app.add_typer(lessons.app, name="lessons", callback=note_verb)
app.add_typer(notices.app, name="notices", callback=note_verb)
app.add_typer(reports.app, name="report", callback=note_verb)
app.add_typer(fixes.app, name="fixes", callback=note_verb)
app.add_typer(spring.app, name="spring", callback=note_verb)
app.add_typer(handover.app, name="handover", callback=note_verb)
app.add_typer(retention.app, name="retention", callback=note_verb)
app.add_typer(keeping.keys_app, name="keys", callback=note_verb)
app.add_typer(house.audit_app, name="audit", callback=note_verb)
app.command("follow-up")(house.follow_up)
app.command("deliver")(house.deliver)
app.command("copies")(house.copies)
app.command("portal")(house.portal)
app.command("sender")(house.sender)
app.command("backup")(keeping.backup)
app.command("restore")(keeping.restore)
app.command("tidy")(keeping.tidy)
app.command("doctor")(house.doctor)
app.command("metrics")(house.metrics)


@app.command("scan", add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def scan_alone(context: typer.Context) -> None:
    """Scan a folder or share outside a campaign, without a database (options: `inspection scan --help`)."""
    raise typer.Exit(scan.scan_command(context.args))
