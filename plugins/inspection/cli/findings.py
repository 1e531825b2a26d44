"""`inspection hits`: 疑似事項 looked at and decided."""

from __future__ import annotations

from typing import Annotated

import typer

from inspection.cli.speaking import Actor, AsJson, MaybeActor, door, say, table
from inspection.findings.made_public import secrecy_ended
from inspection.findings.suspect import suspect as suspect_verb
from inspection.findings.triage import Verdict
from inspection.findings.triage import triage as triage_verb
from inspection.store import findings
from inspection.vocabulary import Severity, TriageOutcome

app = typer.Typer(help="What the machine suspects, and what a person makes of it.", no_args_is_help=True)


@app.command("list")
def list_all(campaign_id: str, actor: MaybeActor = "", as_json: AsJson = False) -> None:
    """All 疑似事項 of a campaign: codes and kinds, never contents; those of a project to who may read it (--as)."""
    with door(actor, reads=campaign_id) as opened:
        rows: list[dict[str, object]] = [
            {
                "id": one.id,
                "unit": one.unit_id,
                "kind": one.kind,
                "detectors": " ".join(one.detectors),
                "severity": one.suggested_severity.value,
                "state": one.state.value,
                "hint": secrecy_ended(opened.session, one, catalogue=opened.catalogue, at=opened.at),
            }
            for one in findings.suspicions(opened.session, campaign_id)
        ]
    table(rows, as_json=as_json)


@app.command()
def suspect(campaign_id: str, actor: MaybeActor = "", as_json: AsJson = False) -> None:
    """Draw 疑似事項 from crawl and checklists."""
    with door(actor, keeps=campaign_id) as opened:
        found = suspect_verb(opened.session, campaign_id, catalogue=opened.catalogue, actor=opened.actor, at=opened.at)
    say({"suspected": found}, as_json=as_json)


@app.command()
def decide(
    outcome: TriageOutcome,
    suspicion_id: list[int],
    reason: Annotated[str, typer.Option(help="Why; always needed.")],
    actor: Actor,
    severity: Annotated[Severity | None, typer.Option(help="If not the suggested one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Decide one or many 疑似事項."""
    with door(actor) as opened:
        confirmed = triage_verb(
            opened.session,
            suspicion_id,
            Verdict(outcome, actor, reason, severity),
            catalogue=opened.catalogue,
            at=opened.at,
        )
    say({"decided": len(suspicion_id), "findings": confirmed}, as_json=as_json)
