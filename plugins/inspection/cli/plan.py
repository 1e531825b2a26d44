"""`inspection plan`: assessed, drafted, submitted, and decisions taken on paper entered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inspection.cli.deciding import add_decisions
from inspection.cli.speaking import Actor, AsJson, door, read_text, say, table, warn
from inspection.language import speak
from inspection.planning.amend import amend_as_decided, check_amended
from inspection.planning.assess import assess as assess_verb
from inspection.planning.assess_edit import confirm_sentence, rewrite_sentence
from inspection.planning.declared import changed, declare, form, read_list
from inspection.planning.draft import draft_plan
from inspection.planning.edit import edit_section
from inspection.planning.matter import PLAN
from inspection.planning.paper import print_plan
from inspection.planning.submit import submit_plan

app = typer.Typer(help="Assessment, plan and its approval.", no_args_is_help=True)

# which sentence of the assessment is meant
RuleOf = Annotated[str, typer.Argument(help="Which sentence: its rule as `assess` shows it.")]
UnitOf = Annotated[str, typer.Option(help="Unit it speaks of; none: the agency.")]
FactorOf = Annotated[int | None, typer.Option(help="Factor 1, 2 or 3, where a rule speaks of several.")]


@app.command()
def assess(campaign_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """Make the situation assessment from what is on record."""
    with door(actor, keeps=campaign_id) as opened:
        made = assess_verb(opened.session, campaign_id, catalogue=opened.catalogue, actor=actor, at=opened.at)
        sentences = [
            {"rule": one["rule"], "factor": one["factor"], "unit": one.get("unit", ""), "text": one["text"]}
            for one in made.sentences
        ]
        if as_json:
            texts = [one["text"] for one in made.sentences]
            say(
                {"assessment": made.id, "sentences": texts, "said": made.sentences, "figures": made.figures},
                as_json=True,
            )
            return
        say({"assessment": made.id}, as_json=False)
        table(sentences, as_json=False)


@app.command("assess-edit")
def assess_edit(
    campaign_id: str,
    rule: RuleOf,
    text: Annotated[Path, typer.Option(help="A text file, UTF-8; the numbers of the sentence must stand in it.")],
    actor: Actor,
    unit: UnitOf = "",
    factor: FactorOf = None,
    as_json: AsJson = False,
) -> None:
    """Rewrite a sentence of the assessment: a new version; the figures stay. Draft the plan anew afterwards."""
    with door(actor, keeps=campaign_id) as opened:
        made = rewrite_sentence(
            opened.session,
            campaign_id,
            rule,
            read_text(text),
            unit_id=unit,
            factor=factor,
            person_id=actor,
            at=opened.at,
        )
        say({"assessment": made.id, "version": made.version}, as_json=as_json)


@app.command("assess-confirm")
def assess_confirm(
    campaign_id: str,
    rule: RuleOf,
    actor: Actor,
    unit: UnitOf = "",
    factor: FactorOf = None,
    as_json: AsJson = False,
) -> None:
    """Let a sentence of the assessment stand as proposed; a first round is not submitted without one."""
    with door(actor, keeps=campaign_id) as opened:
        made = confirm_sentence(
            opened.session, campaign_id, rule, unit_id=unit, factor=factor, person_id=actor, at=opened.at
        )
        say({"assessment": made.id, "version": made.version}, as_json=as_json)


@app.command("declare-form")
def declare_form(
    out: Annotated[Path, typer.Argument(help="Where to write the list (.xlsx), a line for each share of the roster.")],
) -> None:
    """Write the 分享區清冊 the unit in charge of computing fills in before the first inspection."""
    with door() as opened:
        out.write_bytes(form(opened.session, opened.catalogue.wording))
    say({"file": str(out)}, as_json=False)


@app.command("declare")
def declare_list(
    file: Annotated[Path, typer.Argument(help="The filled 分享區清冊: .xlsx, .ods or .csv.")],
    actor: Actor,
    apply: Annotated[bool, typer.Option(help="Write it; without this only what is new is shown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take over who may read each share, as declared; the assessment rests on it until something was inspected."""
    with door(actor) as opened:
        given = read_list(opened.session, file, opened.catalogue.wording)
        if apply:
            fresh = declare(opened.session, given, person_id=actor, at=opened.at)
        else:
            fresh = changed(opened.session, given)
    table([{"unit": one.unit, "share": one.share, "day": one.declared_on} for one in fresh], as_json=as_json)
    if fresh and not apply:
        warn(
            speak(
                f"{len(fresh)}處分享區有異動；加 --apply 始寫入",
                f"{len(fresh)} shares differ; run again with --apply to write them",
            )
        )
        raise typer.Exit(1)


@app.command()
def draft(campaign_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """Draft the plan and print it."""
    with door(actor, keeps=campaign_id) as opened:
        plan = draft_plan(opened.session, campaign_id, catalogue=opened.catalogue, drafted_by=actor, at=opened.at)
        document = print_plan(opened.session, campaign_id, catalogue=opened.catalogue, at=opened.at)
        say({"plan": plan.id, "version": plan.version, "document": document.id}, as_json=as_json)


@app.command()
def submit(campaign_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """Lay the plan before the one who decides; refused while a mandatory section is empty."""
    with door(actor, keeps=campaign_id) as opened:
        asked = submit_plan(opened.session, campaign_id, catalogue=opened.catalogue, actor=actor, at=opened.at)
        say({"approval": asked.id, "approver": asked.approver_id, "due": asked.due_on}, as_json=as_json)


@app.command()
def edit(
    campaign_id: str,
    section: Annotated[str, typer.Argument(help="Section id: purpose, items, units, inspectors, method, …")],
    text: Annotated[Path, typer.Option(help="A text file, UTF-8, one paragraph per line.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Rewrite the text of a section: a new version; its figures stay."""
    with door(actor, keeps=campaign_id) as opened:
        plan = edit_section(opened.session, campaign_id, section, read_text(text), person_id=actor, at=opened.at)
        document = print_plan(opened.session, campaign_id, catalogue=opened.catalogue, at=opened.at)
        say({"plan": plan.id, "version": plan.version, "document": document.id}, as_json=as_json)


@app.command("amend-as-decided")
def amend_decided(
    campaign_id: str,
    actor: Actor,
    change: Annotated[
        list[str] | None, typer.Option(help="SECTION=FILE with the changed text; may be given several times.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Carry out a 修正後如擬: the next version goes to the ethics head for a check, not to a new round."""
    texts = {}
    for one in change or ():
        section, _, file = one.partition("=")
        texts[section] = read_text(Path(file))
    with door(actor, keeps=campaign_id) as opened:
        asked = amend_as_decided(
            opened.session, campaign_id, texts, catalogue=opened.catalogue, drafted_by=actor, at=opened.at
        )
        print_plan(opened.session, campaign_id, catalogue=opened.catalogue, at=opened.at)
        values = {"approval": asked.id, "follows": asked.follows_id, "checker": asked.approver_id, "due": asked.due_on}
        say(values, as_json=as_json)


@app.command("check-amended")
def check(
    campaign_id: str,
    actor: Actor,
    send_back: Annotated[str, typer.Option(help="Why it goes back to the drafter; none: it is right.")] = "",
    as_json: AsJson = False,
) -> None:
    """Check that the next version says what 修正後如擬 asked for."""
    with door(actor, keeps=campaign_id) as opened:
        done = check_amended(
            opened.session, campaign_id, person_id=actor, passed=not send_back, remark=send_back, at=opened.at
        )
        say({"approval": done.id, "state": done.state.value}, as_json=as_json)


add_decisions(app, (PLAN,))
