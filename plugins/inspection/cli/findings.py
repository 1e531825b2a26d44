"""`inspection hits`: 疑似事項 looked at and decided."""

from __future__ import annotations

from typing import Annotated

import typer

from inspection.cli.speaking import Actor, AsJson, MaybeActor, door, say, table
from inspection.errors import BadSource, Place, command_line
from inspection.findings.clues import ClueVerdict, judge_clues
from inspection.findings.lessons import look_again
from inspection.findings.made_public import secrecy_ended
from inspection.findings.places import open_place
from inspection.findings.questions import Explanation, name_confidant
from inspection.findings.questions import explain as explain_verb
from inspection.findings.suspect import suspect as suspect_verb
from inspection.findings.triage import Verdict
from inspection.findings.triage import triage as triage_verb
from inspection.language import speak
from inspection.rules.triage import OTHER
from inspection.store import clues as clue_rows
from inspection.store import findings
from inspection.store.comparison import compared
from inspection.vocabulary import Severity, TriageOutcome

app = typer.Typer(help="What the machine suspects, and what a person makes of it.", no_args_is_help=True)

GROUND_REMEDY = "--ground not_sensitive、public、sample、protected、expired 或 other（機關自訂者見 triage.yaml）"
Ground = Annotated[str, typer.Option("--ground", help="On dismissed, why: an id of dismissal_grounds in triage.yaml.")]


def _ground(outcome: TriageOutcome, ground: str) -> str:
    """The ground given; where something is dismissed one must be, as on the page."""
    if outcome is TriageOutcome.DISMISSED and not ground:
        raise BadSource(
            speak("判定不成立者，須有事由", "a dismissal needs its ground"),
            place=Place(command_line(), field="--ground"),
            remedy=GROUND_REMEDY,
        )
    return ground or OTHER


@app.command("list")
def list_all(campaign_id: str, actor: MaybeActor = "", as_json: AsJson = False) -> None:
    """All 疑似事項 of a campaign and the questions about contradicted statements: codes and kinds, never contents;
    those of a project to who may read it (--as)."""
    with door(actor, reads=campaign_id) as opened:
        every = findings.suspicions(opened.session, campaign_id) + [
            one
            for one in findings.contradictions(opened.session, campaign_id)
            if one.is_question or one.beside_id is not None
        ]
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
            for one in every
        ]
    table(rows, as_json=as_json)


@app.command("cross-check")
def cross_check(campaign_id: str, actor: MaybeActor = "", as_json: AsJson = False) -> None:
    """What a crawl or a register says to each statement declared 符合: agrees, disagrees, undetermined, not_checked."""
    with door(actor, reads=campaign_id) as opened:
        found = compared(opened.session, campaign_id, opened.catalogue)
        rows: list[dict[str, object]] = [
            {"unit": unit, "item": item, "outcome": outcome.value}
            for unit, own in sorted(found.items())
            for item, outcome in sorted(own.outcomes.items())
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
    ground: Ground = "",
    as_json: AsJson = False,
) -> None:
    """Decide one or many 疑似事項; ask_unit puts the reason as a question to the unit."""
    with door(actor) as opened:
        confirmed = triage_verb(
            opened.session,
            suspicion_id,
            Verdict(outcome, actor, reason, severity, _ground(outcome, ground)),
            catalogue=opened.catalogue,
            at=opened.at,
        )
    say({"decided": len(suspicion_id), "findings": confirmed}, as_json=as_json)


@app.command()
def explain(
    suspicion_id: int,
    text: Annotated[str, typer.Option(help="What the unit said; no content of the file, no personal data.")],
    said_by: Annotated[str, typer.Option(help="Id of the person of the unit who said it.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Enter what a unit said, on paper or by mouth, to a question."""
    with door(actor) as opened:
        said = Explanation(text, said_by, entered_by=actor)
        one = explain_verb(opened.session, suspicion_id, said, catalogue=opened.catalogue, at=opened.at)
        told = {"id": one.id, "state": one.state.value}
    say(told, as_json=as_json)


@app.command()
def name(suspicion_id: int, person_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """Name the one person who may see and explain a reserved case (informants, appraisals, passwords)."""
    with door(actor) as opened:
        one = name_confidant(opened.session, suspicion_id, person_id, named_by=actor, at=opened.at)
        told = {"id": one.id, "person": one.confidant_id}
    say(told, as_json=as_json)


@app.command()
def place(
    suspicion_id: int,
    reason: Annotated[str, typer.Option(help="What the place is needed for; kept with who looked.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Show where the file of a case lies, once and logged; in clear, so neither into a file nor a mail."""
    with door(actor) as opened:
        shown = open_place(opened.session, suspicion_id, actor, reason, catalogue=opened.catalogue, at=opened.at)
    say({"file": shown.code, "share": shown.share, "address": shown.address, "path": shown.path}, as_json=as_json)


@app.command()
def clues(campaign_id: str, actor: MaybeActor = "", as_json: AsJson = False) -> None:
    """The 語意線索 of a campaign, strong ones first: where to look, in no figure and ground for nothing else."""
    with door(actor, reads=campaign_id) as opened:
        rows: list[dict[str, object]] = [
            {
                "clue": one.id,
                "unit": one.unit_id,
                "topic": one.topic,
                "strength": one.strength,
                "state": one.state.value,
                "suspicion": one.suspicion_id or "",
            }
            for one in clue_rows.of_campaign(opened.session, campaign_id)
        ]
    table(rows, as_json=as_json)


@app.command("judge-clue")
def judge_clue(
    outcome: TriageOutcome,
    clue_id: list[int],
    reason: Annotated[str, typer.Option(help="What was seen on opening the file; always needed.")],
    actor: Actor,
    category: Annotated[str, typer.Option(help="On confirmed, your own: an id of a detector, not the clue's.")] = "",
    severity: Annotated[Severity | None, typer.Option(help="If not the category's own.")] = None,
    ground: Ground = "",
    as_json: AsJson = False,
) -> None:
    """Say what a file holds that a clue pointed at, after reading it: confirmed or dismissed."""
    said = ClueVerdict(outcome, actor, reason, category, severity, ground)
    with door(actor) as opened:
        confirmed = judge_clues(opened.session, clue_id, said, catalogue=opened.catalogue, at=opened.at)
    say({"decided": len(clue_id), "findings": confirmed}, as_json=as_json)


@app.command("look-again")
def look_again_at(
    clue_id: list[int],
    reason: Annotated[str, typer.Option(help="What was seen on opening the file; always needed.")],
    actor: Actor,
    agree: Annotated[bool, typer.Option("--agree/--open-anew", help="Whether the dismissal was right.")],
    as_json: AsJson = False,
) -> None:
    """Look again at dismissed 語意線索 drawn by chance: agree, or let them wait anew; never one's own."""
    with door(actor) as opened:
        moved = look_again(opened.session, clue_id, agrees=agree, person_id=actor, reason=reason, at=opened.at)
    say({"looked_at": moved}, as_json=as_json)
