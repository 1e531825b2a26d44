"""`inspection checklists`: shown, taken in, accepted, sent back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from inspection import clock
from inspection.access import policy
from inspection.access.policy import Act
from inspection.access.who import asking
from inspection.checklists import sheet as sheets
from inspection.checklists.fillers import Colleague
from inspection.checklists.fillers import name as name_verb
from inspection.checklists.fillers import revoke as revoke_verb
from inspection.checklists.gathering import gather
from inspection.checklists.issue import issue as issue_verb
from inspection.checklists.prepare import prepare
from inspection.checklists.reading import read_in_sandbox
from inspection.checklists.record_sheet import print_record_sheets
from inspection.checklists.review import accept as accept_verb
from inspection.checklists.review import reopen as reopen_verb
from inspection.checklists.review import send_back as send_back_verb
from inspection.checklists.rulings import Ruling, refusal
from inspection.checklists.rulings import rule as rule_verb
from inspection.checklists.unchanged import accept_unchanged, acceptable
from inspection.cli.speaking import Actor, AsJson, MaybeActor, door, say, table, warn
from inspection.documents.storage import read_document
from inspection.language import speak
from inspection.model import Checklist
from inspection.model.lifecycle import ChecklistState, RulingState
from inspection.store import campaigns, checklists, fillers, rulings
from inspection.store.session import session_scope

app = typer.Typer(help="Checklists of the units.", no_args_is_help=True)


@app.command("list")
def list_all(campaign_id: str, actor: MaybeActor = "", as_json: AsJson = False) -> None:
    """All checklists of a campaign with state and lateness, and whether the newest return was read for the review."""
    with door(actor, reads=campaign_id) as opened:
        every = checklists.of_campaign(opened.session, campaign_id)
        unread = {one.id for one in sheets.unread(opened.session, every)}
        rows: list[dict[str, object]] = [
            {
                "checklist": one.id,
                "checklist_state": one.state.value,
                "due": one.wanted_by,
                "days_late": one.days_late,
                "is_read": one.id not in unread,
            }
            for one in every
        ]
    table(rows, as_json=as_json)


@app.command()
def show(checklist_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """Everything a unit wrote in its newest return; that it was read is noted."""
    with door(actor) as opened:
        checklist = checklists.get(opened.session, checklist_id)
        policy.demand(asking(opened.session, actor, at=opened.at), Act.READ_CHECKLIST, checklist)
        sheets.note_opened(opened.session, checklist, actor, at=opened.at)
        shown = sheets.sheet(opened.session, checklist_id)
        whole = shown.whole
        head: dict[str, object] = {
            "checklist": checklist_id,
            "checklist_state": checklist.state.value,
            "version": shown.version,
            "filler": whole.filler if whole else "",
            "filled_on": whole.dated if whole else "",
            "opinion": whole.opinion if whole else "",
        }
        rows: list[dict[str, object]] = [
            {
                "position": line.position,
                "item": line.item_id,
                "answer": line.said,
                "mended": line.mended,
                "remark": line.remark,
                "statement": line.statement,
            }
            for line in shown.lines
        ]
    if as_json:
        say({**head, "answers": rows}, as_json=True)
        return
    say(head, as_json=False)
    table(rows, as_json=False)


@app.command()
def issue(campaign_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """Make and send the checklists of an approved plan; those already out stay as they are."""
    with door(actor, keeps=campaign_id) as opened:
        prepare(opened.session, campaign_id, actor=actor, at=opened.at)
        count = issue_verb(opened.session, campaign_id, catalogue=opened.catalogue, actor=actor, at=opened.at)
    say({"issued": count}, as_json=as_json)


@app.command("record-sheets")
def record_sheets(
    campaign_id: str,
    to: Annotated[Path, typer.Argument(help="Folder the sheets are written into, one .docx per unit.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Write the inspectors' record sheets of the plan in force: what is looked at in each unit on the spot."""
    with door(actor, keeps=campaign_id, act=Act.REVIEW_CHECKLIST) as opened:
        printed = print_record_sheets(opened.session, campaign_id, catalogue=opened.catalogue, at=opened.at)
        to.mkdir(parents=True, exist_ok=True)
        for one in printed:
            (to / f"{one.subject_id.rpartition(':')[2]}.docx").write_bytes(read_document(one))
    say({"sheets": len(printed)}, as_json=as_json)


@app.command()
def collect(as_json: AsJson = False) -> None:
    """Take in the forms in the drop folder, and in the mailbox where one is set; exit 1 where one was refused."""
    with read_in_sandbox() as read:
        counts = gather(session_scope, read=read, at=clock.now())
    say(counts, as_json=as_json)
    if counts["refused"]:
        warn(
            speak(
                "退件存於收件資料夾之 refused/，各附原因；寄至收件信箱者，已告知寄件人",
                "refused forms lie in the drop folder under refused/, each with its reason; who mailed one was told",
            )
        )
        raise typer.Exit(1)


@app.command()
def accept(
    actor: Actor,
    checklist_id: Annotated[list[str] | None, typer.Argument(help="Checklist ids.")] = None,
    campaign: Annotated[str, typer.Option(help="Returned checklists of a campaign that were read.")] = "",
    unit: Annotated[list[str] | None, typer.Option(help="With --campaign: this unit's; may be given often.")] = None,
    as_json: AsJson = False,
) -> None:
    """Accept returned checklists. Of a whole campaign only those read (`show`, or the portal); exit 1 for the rest."""
    with door(actor) as opened:
        named = [checklists.get(opened.session, one) for one in checklist_id or ()]
        named += [checklists.of_unit(opened.session, campaign, one) for one in unit or ()]
        returned: list[Checklist] = []
        of_others: list[str] = []
        if campaign and not unit:
            every = checklists.of_campaign(opened.session, campaign)
            who = asking(opened.session, actor, at=opened.at)
            policy.demand(who, Act.REVIEW_CHECKLIST)
            seen, whose = policy.scope(who, Act.READ_CHECKLIST), policy.scope(who, Act.REVIEW_CHECKLIST)
            back = [one for one in every if one.state == ChecklistState.RETURNED and seen.holds(one.unit_id, campaign)]
            returned = [one for one in back if whose.holds(one.unit_id, campaign)]
            of_others = [one.id for one in back if one not in returned]
        unread = {one.id for one in sheets.unread(opened.session, [*named, *returned])}
        left = [one.id for one in returned if one.id in unread]
        chosen = [*named, *(one for one in returned if one.id not in unread)]
        for one in chosen:
            accept_verb(opened.session, one.id, person_id=actor, at=opened.at)
    say({"accepted": len(chosen), "read_before": sum(one.id not in unread for one in chosen)}, as_json=as_json)
    if left:
        warn(
            speak(
                f"未審查通過，尚無人閱覽：{'、'.join(left)}；請逐一以 `inspection checklists show` 閱覽",
                f"not accepted, as nobody has read them: {', '.join(left)}; read each with `inspection "
                "checklists show`",
            )
        )
    if of_others:
        warn(
            speak(
                f"未審查通過，須由他人審查：{'、'.join(of_others)}（{refusal()}）",
                f"not accepted, as others review them: {', '.join(of_others)} ({refusal()})",
            )
        )
    if left or of_others:
        raise typer.Exit(1)


@app.command("fillers")
def list_fillers(checklist_id: str, actor: Actor, as_json: AsJson = False) -> None:
    """Who else was named to fill a checklist (填報人)."""
    with door(actor) as opened:
        checklist = checklists.get(opened.session, checklist_id)
        policy.demand(asking(opened.session, actor, at=opened.at), Act.KEEP_FILLERS, checklist)
        rows: list[dict[str, object]] = [
            {"filler": row.id, "name": one.name, "title": one.title, "named_by": row.named_by}
            for row, one in fillers.named(opened.session, checklist.id)
        ]
    table(rows, as_json=as_json)


@app.command("name-filler")
def name_filler(
    checklist_id: str,
    name: Annotated[str, typer.Option(help="Name of the colleague.")],
    title: Annotated[str, typer.Option(help="Title of the colleague.")],
    address: Annotated[str, typer.Option(help="Mail address: of the roster, or of the agency's own domains.")],
    actor: Actor,
) -> None:
    """Name a colleague who fills a checklist, as its contact or head (填報人)."""
    with door(actor) as opened:
        domains = opened.catalogue.office.filler_domains
        given = Colleague(name, title, address)
        name_verb(opened.session, checklist_id, given, domains=domains, person_id=actor, at=opened.at)


@app.command("revoke-filler")
def revoke_filler(checklist_id: str, filler: int, actor: Actor) -> None:
    """Take back that somebody may fill a checklist; their sessions end at once, their draft stays."""
    with door(actor) as opened:
        revoke_verb(opened.session, checklist_id, filler, person_id=actor, at=opened.at)


@app.command()
def rule(
    checklist_id: str,
    actor: Actor,
    accept: Annotated[list[str] | None, typer.Option(help="Item id accepted; may be given several times.")] = None,
    back: Annotated[list[str] | None, typer.Option(help="Item id returned, with --reason.")] = None,
    take_back: Annotated[list[str] | None, typer.Option(help="Item id whose ruling is taken back.")] = None,
    reason: Annotated[str, typer.Option(help="Why the items are returned.")] = "",
    as_json: AsJson = False,
) -> None:
    """Rule on single items of a return; once every item is accepted, so is the checklist. `send-back` sends it."""
    said = [Ruling(one, RulingState.ACCEPTED) for one in accept or ()]
    said += [Ruling(one, RulingState.RETURNED, reason) for one in back or ()]
    said += [Ruling(one, RulingState.OPEN) for one in take_back or ()]
    with door(actor) as opened:
        rule_verb(opened.session, checklist_id, said, person_id=actor, at=opened.at)
        stands = Counter(one.state for one in rulings.of(opened.session, checklist_id).values())
        told = {
            "accepted": stands[RulingState.ACCEPTED],
            "returned": stands[RulingState.RETURNED],
            "unsettled": stands[RulingState.OPEN],
        }
    say(told, as_json=as_json)


@app.command("accept-unchanged")
def accept_all_unchanged(
    campaign_id: str,
    actor: Actor,
    count: Annotated[int, typer.Option(help="Accept them: the number this command told before.")] = -1,
    as_json: AsJson = False,
) -> None:
    """Accept at once what is unchanged against the accepted round before, complete and uncontradicted."""
    with door(actor, keeps=campaign_id, act=Act.REVIEW_CHECKLIST) as opened:
        session, rules, at = opened.session, opened.catalogue, opened.at
        if count < 0:
            campaign = campaigns.get(session, campaign_id)
            found = acceptable(session, campaign, person_id=actor, catalogue=rules, at=at)
            told = {"unchanged": sum(len(items) for items in found.values()), "units": len(found)}
        else:
            done = accept_unchanged(session, campaign_id, seen=count, person_id=actor, catalogue=rules, at=at)
            told = {"accepted": done}
    say(told, as_json=as_json)


@app.command()
def reopen(
    checklist_id: str, actor: Actor, reason: Annotated[str, typer.Option(help="Why the review goes on.")]
) -> None:
    """Take 審查完成 back; the unit is told. Not once the approved report tells of the form."""
    with door(actor) as opened:
        reopen_verb(opened.session, checklist_id, person_id=actor, reason=reason, at=opened.at)


@app.command("send-back")
def send_back(
    checklist_id: str,
    actor: Actor,
    item: Annotated[list[str] | None, typer.Option(help="Item id to correct; may be given several times.")] = None,
    reason: Annotated[str, typer.Option(help="Why; for the items named here.")] = "",
) -> None:
    """Send a checklist back for correction (退回補正), by the items named here and those returned one by one."""
    with door(actor) as opened:
        send_back_verb(opened.session, checklist_id, person_id=actor, item_ids=item or (), reason=reason, at=opened.at)
