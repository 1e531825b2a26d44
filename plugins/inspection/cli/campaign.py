"""`inspection campaign`: opened, shown, paused, amended, called off."""

from __future__ import annotations

from typing import Annotated

import typer

from inspection import clock
from inspection.access.policy import Act
from inspection.calendar import roc
from inspection.campaigns.amend import Amendment
from inspection.campaigns.amend import amend as amend_verb
from inspection.campaigns.cancel import cancel as cancel_verb
from inspection.campaigns.closing import conclude as conclude_verb
from inspection.campaigns.closing import enter_sent_up, lacking, open_cases
from inspection.campaigns.open import Wanted, open_campaign
from inspection.campaigns.pause import pause as pause_verb
from inspection.campaigns.pause import resume as resume_verb
from inspection.campaigns.pledge import Signed
from inspection.campaigns.pledge import pledge as pledge_verb
from inspection.campaigns.progress import progress
from inspection.campaigns.simulate import simulate as simulate_verb
from inspection.cli.speaking import Actor, AsJson, MaybeActor, day, door, kind_word, knows, say, table
from inspection.errors import BadSource
from inspection.language import speak
from inspection.operations.contacts import Contact, Stand
from inspection.operations.contacts import contacts as contacts_verb
from inspection.operations.probing import probe_contacts
from inspection.planning.paper import print_plan
from inspection.planning.preflight import said
from inspection.planning.submit import submit_plan
from inspection.rules import campaign_kinds
from inspection.rules.campaign_kinds import OpenedBy
from inspection.store import campaigns
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalRoute

app = typer.Typer(help="Inspection campaigns.", no_args_is_help=True)


def _known(kind: str) -> str:
    """A kind the rules know; told as wrong usage otherwise."""
    try:
        return campaign_kinds.current().rule(kind).id
    except BadSource as unknown:
        raise typer.BadParameter(str(unknown)) from None


@app.command("open")
def open_one(
    kind: Annotated[str, typer.Argument(callback=_known, help="Id of a kind; `inspection campaign kinds` lists them.")],
    first_day: Annotated[str, typer.Option(help="First day of the window, 2026-11-02.")],
    last_day: Annotated[str, typer.Option(help="Last day of the window.")],
    actor: Actor,
    unit: Annotated[
        list[str] | None, typer.Option(help="Unit id; may be given several times. None: all units.")
    ] = None,
    outsider: Annotated[
        str, typer.Option(help="Id of who inspects the ethics office itself; none: the roster's, else the 主任秘書.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Open a campaign; the same again finds the one already open."""
    if campaign_kinds.current().rule(kind).opened_by is OpenedBy.SPRING_WINDOW:
        raise BadSource(
            speak("春安專案須依已確認之期間開立", "a Spring-Festival campaign stands on a confirmed window"),
            remedy=speak(
                "先依函確認期間，再以 inspection spring open 期間代碼 開立",
                "confirm the window by its circular, then run inspection spring open WINDOW",
            ),
        )
    first, last = day(first_day, "--first-day"), day(last_day, "--last-day")
    wanted = Wanted(kind, first, last, actor, tuple(unit or ()), outsider_id=outsider or None)
    with door(actor, act=Act.OPEN_CAMPAIGN) as opened:
        campaign = open_campaign(opened.session, wanted, catalogue=opened.catalogue, at=opened.at)
        say({"campaign": campaign.id, "name": campaign.name, "state": campaign.state.value}, as_json=as_json)


@app.command()
def show(campaign_id: str, actor: MaybeActor = "", as_json: AsJson = False) -> None:
    """Where a campaign stands; a project to who may read it (--as)."""
    with door(actor, reads=campaign_id) as opened:
        session, rules = opened.session, opened.catalogue
        ends: dict[str, object] = {
            "lacking": [one.words for one in lacking(session, campaign_id, catalogue=rules)],
            "open_cases": [one.words for one in open_cases(session, campaign_id, catalogue=rules)],
        }
        say({**progress(session, campaign_id), **ends}, as_json=as_json)


@app.command()
def kinds(as_json: AsJson = False) -> None:
    """The kinds of campaigns the rules know, with what runs in each."""
    rows: list[dict[str, object]] = [
        {
            "kind": one.id,
            "name": one.title,
            "opened_by": one.opened_by.value,
            "runs": [chapter.value for chapter in one.runs],
            "told": one.told.value,
            "ends_with": one.ends_with.value,
        }
        for one in campaign_kinds.current().kinds
    ]
    table(rows, as_json=as_json)


@app.command("list")
def list_all(actor: MaybeActor = "", as_json: AsJson = False) -> None:
    """All campaigns the person (--as) may know of, newest first; without one no unannounced one before its hour."""
    with door(actor) as opened:
        rows: list[dict[str, object]] = [
            {
                "campaign": one.id,
                "kind": one.kind if as_json else kind_word(one),
                "state": one.state.value,
                "name": one.name,
            }
            for one in campaigns.everything(opened.session)
            if knows(opened, actor, one)
        ]
    table(rows, as_json=as_json)


@app.command()
def pause(
    campaign_id: str, reason: Annotated[str, typer.Option(help="Why.")], actor: Actor, as_json: AsJson = False
) -> None:
    """Lay a campaign to rest: nothing is sent, crawled or climbed until it goes on."""
    with door(actor, keeps=campaign_id) as opened:
        campaign = pause_verb(opened.session, campaign_id, person_id=actor, reason=reason, at=opened.at)
        say({"campaign": campaign.id, "state": campaign.state.value}, as_json=as_json)


@app.command()
def resume(campaign_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """Let a paused campaign go on; what was due moves by the working days it lay."""
    with door(actor, keeps=campaign_id) as opened:
        moved = resume_verb(opened.session, campaign_id, person_id=actor, at=opened.at)
        say({"campaign": campaign_id, "working_days": moved}, as_json=as_json)


@app.command()
def cancel(
    campaign_id: str,
    reason: Annotated[str, typer.Option(help="Why.")],
    actor: Actor,
    number: Annotated[str, typer.Option(help="Number of the head's decision, once the plan was approved.")] = "",
    as_json: AsJson = False,
) -> None:
    """Call a campaign off; what waits becomes void and the units are told."""
    with door(actor, keeps=campaign_id) as opened:
        campaign = cancel_verb(
            opened.session, campaign_id, person_id=actor, reason=reason, document_number=number, at=opened.at
        )
        say({"campaign": campaign.id, "state": campaign.state.value}, as_json=as_json)


@app.command("sent-up")
def sent_up(
    campaign_id: str,
    letter: Annotated[str, typer.Option(help="Id of the letter in office.yaml, as the kind of campaign names it.")],
    on: Annotated[str, typer.Option(help="Day the letter was sent, 2026-11-27.")],
    number: Annotated[str, typer.Option(help="Its number.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Enter that the result went to those above; without it there is no conclusion."""
    with door(actor, keeps=campaign_id) as opened:
        sent = enter_sent_up(
            opened.session,
            campaign_id,
            letter,
            on=day(on, "--on"),
            number=number,
            person_id=actor,
            catalogue=opened.catalogue,
            at=opened.at,
        )
        say(
            {"campaign": campaign_id, "letter": sent.letter, "on": sent.sent_on, "number": sent.number}, as_json=as_json
        )


@app.command()
def conclude(campaign_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """Conclude the inspection; names each thing that is missing. Its cases may be open: the last release settles it."""
    with door(actor, keeps=campaign_id) as opened:
        rules = opened.catalogue
        campaign = conclude_verb(opened.session, campaign_id, person_id=actor, catalogue=rules, at=opened.at)
        left = [one.words for one in open_cases(opened.session, campaign_id, catalogue=rules)]
        say({"campaign": campaign.id, "state": campaign.state.value, "open_cases": left}, as_json=as_json)


@app.command()
def amend(
    campaign_id: str,
    reason: Annotated[str, typer.Option(help="Why.")],
    actor: Actor,
    last_day: Annotated[str, typer.Option(help="New last day of the window, 2026-11-27.")] = "",
    checklist_due: Annotated[str, typer.Option(help="New due date of the checklists.")] = "",
    add_unit: Annotated[list[str] | None, typer.Option(help="Unit id; may be given several times.")] = None,
    drop_unit: Annotated[list[str] | None, typer.Option(help="Unit id; may be given several times.")] = None,
    as_json: AsJson = False,
) -> None:
    """Amend a running campaign: the next version of the plan is laid before the one who decides."""
    wanted = Amendment(
        reason,
        last_day=day(last_day, "--last-day") if last_day else None,
        checklist_due_on=day(checklist_due, "--checklist-due") if checklist_due else None,
        add_units=tuple(add_unit or ()),
        drop_units=tuple(drop_unit or ()),
    )
    with door(actor, keeps=campaign_id) as opened:
        session, rules = opened.session, opened.catalogue
        plan = amend_verb(session, campaign_id, wanted, catalogue=rules, person_id=actor, at=opened.at)
        print_plan(session, campaign_id, catalogue=rules, at=opened.at)
        asked = submit_plan(session, campaign_id, catalogue=rules, actor=actor, at=opened.at)
        say({"plan": plan.id, "version": plan.version, "approval": asked.id}, as_json=as_json)


@app.command()
def pledge(
    campaign_id: str,
    person: Annotated[str, typer.Option(help="Id of the 會辦 member who signed.")],
    actor: Actor,
    on: Annotated[str, typer.Option(help="Day of the signature, 2026-11-02; none: today.")] = "",
    as_json: AsJson = False,
) -> None:
    """Enter the 保密切結 of a 會辦 member; before it he or she sees nothing of the campaign."""
    with door(actor, keeps=campaign_id) as opened:
        signed_on = day(on, "--on") if on else clock.local_date(opened.at)
        signed = Signed(person, signed_on, ApprovalRoute.PAPER, actor)
        done = pledge_verb(opened.session, campaign_id, signed, catalogue=opened.catalogue, at=opened.at)
        say({"campaign": campaign_id, "person": done.person_id, "on": done.pledged_on}, as_json=as_json)


@app.command("contacts")
def show_contacts(
    campaign_id: str,
    actor: Actor,
    probe: Annotated[
        bool, typer.Option(help="Ask the mail server about each address first, as address_probe allows; sends nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Whether every contact can be reached, open and submit, and how each invitation stands; exit 1 where not.

    Nothing is sent; no mail server is spoken to but by --probe.
    """
    with door(actor, keeps=campaign_id) as opened:
        at = opened.at
    if probe:
        probe_contacts(session_scope, campaign_id, actor=actor, at=at)
    with door(actor, keeps=campaign_id) as opened:
        campaign = campaigns.get(opened.session, campaign_id)
        every = contacts_verb(opened.session, campaign, catalogue=opened.catalogue, at=opened.at)
        rows = [_contact_row(one) for one in every]
    table(rows, as_json=as_json)
    if any(one.checked.troubles or one.stand in {Stand.FAILED, Stand.BOUNCED} for one in every):
        raise typer.Exit(1)


def _contact_row(one: Contact) -> dict[str, object]:
    person, probed = one.checked.person, one.checked.probed
    return {
        "unit": one.checked.unit.name,
        "person": f"{person.title}{person.name}" if person else "",
        "in_the_way": "; ".join(said(trouble) for trouble in one.checked.troubles),
        "address_probed": probed.reach.value if probed else "",
        "probed_at": roc.moment(probed.probed_at) if probed else "",
        "invitation": one.stand.value,
        "delivery_fault": one.cause,
    }


@app.command()
def simulate(
    campaign_id: str,
    late: Annotated[bool, typer.Option(help="As if no unit handed in: with the reminders after the due date.")] = False,
    actor: MaybeActor = "",
    as_json: AsJson = False,
) -> None:
    """The campaign on a calendar before it starts: mails per person and day, work per inspector, collisions."""
    with door(actor, reads=campaign_id) as opened:
        found = simulate_verb(opened.session, campaign_id, catalogue=opened.catalogue, late=late)
    counted = found.per_person_and_day
    mails = [{"on": on, "person": person, "mails": count} for (on, person), count in counted.items()]
    work = [
        {
            "leader": one.person_id,
            "units": list(one.units),
            "statements": one.statements,
            "working_days": one.working_days,
            "per_day": one.per_day,
        }
        for one in found.workload
    ]
    collisions = [{"on": one.on, "kind": one.kind, "told": one.told} for one in found.collisions]
    if as_json:
        dates = {"first_day": found.first_day, "last_day": found.last_day, "told_on": found.told_on}
        due = {"checklist_due_on": found.checklist_due_on, "working_days": found.working_days}
        lists = {"mails": mails, "workload": work, "collisions": collisions}
        say({"campaign": campaign_id, **dates, **due, **lists}, as_json=True)
        return
    say({"campaign": campaign_id, "first_day": found.first_day, "last_day": found.last_day}, as_json=False)
    for rows in (mails, work, collisions):
        typer.echo()
        table(rows, as_json=False)
