"""`inspection project`: safeguarded by a plan of its own, from the opening to the letter to the superior."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from inspection.access.insiders import project_for_keeper, project_for_reader
from inspection.access.work import Work
from inspection.cli.deciding import add_decisions, by_project
from inspection.cli.speaking import Actor, AsJson, day, door, read_text, say, table, warn
from inspection.documents.storage import read_document
from inspection.errors import BadSource, system_fault
from inspection.language import speak
from inspection.model import Document
from inspection.planning.paper import print_plan
from inspection.projects import closing, days, people, pledges, reassign, show
from inspection.projects.content import Place, Rewriting
from inspection.projects.content import rewrite as rewrite_verb
from inspection.projects.matter import REVIEW
from inspection.projects.open import WantedProject, open_project
from inspection.rules.project_kinds import read_stages
from inspection.store import campaigns, projects
from inspection.vocabulary import ProjectKind

app = typer.Typer(help="Projects safeguarded by a plan of their own (專案機密維護).", no_args_is_help=True)
Code = Annotated[str, typer.Argument(help="Code name, or the id C-115-PJ-01.")]
NameFile = Annotated[
    str, typer.Option(help="A file whose one line is the real name; - reads it from standard input. Never an argument.")
]
Shares = Annotated[
    list[str] | None, typer.Option("--share", help="SHARE or SHARE:FOLDER with the project's files; several times.")
]
Out = Annotated[Path | None, typer.Option(help="Where to write the Word document.")]


def _real_name(file: str) -> str:
    if not file:
        return ""
    if file == "-":
        return sys.stdin.readline().strip()
    return read_text(Path(file)).strip()


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadSource(
            speak(f"無法讀取：{system_fault(error)}", f"cannot be read: {error.strerror}"), place=file
        ) from None


def _places(given: list[str]) -> tuple[Place, ...]:
    split = [one.partition(":") for one in given]
    return tuple(Place(share, folder) for share, _, folder in split)


def _write_out(opened: Work, document: Document, out: Path | None) -> None:
    if out is not None:
        out.write_bytes(read_document(document))
        out.chmod(0o600)


@app.command("open")
def open_one(
    kind: ProjectKind,
    unit: Annotated[str, typer.Option(help="Id of the owning unit (主辦單位).")],
    first_day: Annotated[str, typer.Option(help="First day of the period, 2026-11-02.")],
    last_day: Annotated[str, typer.Option(help="Last day of the period; it may be moved later.")],
    actor: Actor,
    code_name: Annotated[str, typer.Option(help="A neutral code name; none: the number of the project.")] = "",
    name_file: NameFile = "",
    share: Shares = None,
    as_json: AsJson = False,
) -> None:
    """Open a project under a neutral code name; the same again finds the one already open."""
    wanted = WantedProject(
        kind,
        unit,
        day(first_day, "--first-day"),
        day(last_day, "--last-day"),
        actor,
        code_name=code_name,
        real_name=_real_name(name_file),
        places=_places(share or []),
    )
    with door(actor) as opened:
        project = open_project(opened.session, wanted, catalogue=opened.catalogue, at=opened.at)
        say({"project": project.campaign_id, "code_name": project.code_name}, as_json=as_json)


@app.command()
def rewrite(
    code: Code,
    actor: Actor,
    name_file: NameFile = "",
    stages: Annotated[Path | None, typer.Option(help="The 分工表, YAML as in project_kinds.yaml: stages.")] = None,
    share: Shares = None,
    no_shares: Annotated[bool, typer.Option(help="No share is crawled for it.")] = False,
    reason: Annotated[str, typer.Option(help="Why; needed once the plan was approved.")] = "",
    as_json: AsJson = False,
) -> None:
    """Change real name, stages or folders; an approved plan is amended and laid before the head again."""
    wanted = Rewriting(
        real_name=_real_name(name_file) or None,
        stages=read_stages(stages).stages if stages else None,
        places=() if no_shares else _places(share) if share else None,
        reason=reason,
    )
    with door(actor) as opened:
        session, rules = opened.session, opened.catalogue
        plan = rewrite_verb(session, code, wanted, person_id=actor, catalogue=rules, at=opened.at)
        if plan is not None:
            print_plan(session, plan.campaign_id, catalogue=rules, at=opened.at)
        version = plan.version if plan else None
        say({"plan": plan.id if plan else None, "version": version}, as_json=as_json)


@app.command("list")
def list_all(actor: Actor, as_json: AsJson = False) -> None:
    """The projects you may know of, newest first."""
    with door(actor) as opened:
        rows = show.overview(opened.session, person_id=actor, at=opened.at)
    table(rows, as_json=as_json)


@app.command("show")
def show_one(code: Code, actor: Actor, as_json: AsJson = False) -> None:
    """Where a project stands: days, gaps in the list, hits in counts, the review."""
    with door(actor) as opened:
        found = show.standing(opened.session, code, person_id=actor, catalogue=opened.catalogue, at=opened.at)
        say(found, as_json=as_json)


@app.command("people")
def list_people(code: Code, actor: Actor, as_json: AsJson = False) -> None:
    """知悉人員名冊 with its history; who has not signed is a gap, and reads nothing."""
    with door(actor) as opened:
        rows = show.listed(opened.session, code, person_id=actor, catalogue=opened.catalogue, at=opened.at)
    table(rows, as_json=as_json)


@app.command()
def add(
    code: Code,
    role: Annotated[str, typer.Option(help="In which role: 承辦人、外聘評選委員.")],
    actor: Actor,
    person: Annotated[str, typer.Option(help="Id of a roster person.")] = "",
    name: Annotated[str, typer.Option(help="Name of an outsider.")] = "",
    body: Annotated[str, typer.Option(help="Body or firm of an outsider.")] = "",
    from_on: Annotated[str, typer.Option("--from", help="First day; none: today.")] = "",
    as_json: AsJson = False,
) -> None:
    """Enter a person in the know; once the plan is approved the 切結書 goes out at once."""
    new = people.Newcomer(role, person, name, body, day(from_on, "--from") if from_on else None)
    with door(actor) as opened:
        session, rules = opened.session, opened.catalogue
        entry = people.add_person(session, code, new, by=actor, at=opened.at)
        if campaigns.get(session, entry.campaign_id).state in pledges.SENT_IN:
            pledges.send_pledges(session, entry.campaign_id, catalogue=rules, actor=actor, at=opened.at)
        say({"entry": entry.id, "from": entry.from_on, "signed_on": entry.pledge_signed_on}, as_json=as_json)


@app.command()
def release(
    code: Code,
    entry: int,
    until: Annotated[str, typer.Option(help="Last day on which the person may know.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Release a person; the entry stays on the list."""
    with door(actor) as opened:
        done = people.release_person(
            opened.session, code, entry, until=day(until, "--until"), reason=reason, by=actor, at=opened.at
        )
        say({"entry": done.id, "until": done.until_on}, as_json=as_json)


@app.command()
def sign(
    code: Code,
    entry: int,
    on: Annotated[str, typer.Option(help="Day of the signature.")],
    actor: Actor,
    number: Annotated[str, typer.Option(help="Number of the signed document.")] = "",
    scan: Annotated[Path | None, typer.Option(help="The signed page: PDF, JPEG or PNG.")] = None,
    as_json: AsJson = False,
) -> None:
    """Enter a signed 切結書: from now on the person may read."""
    signature = people.Signature(day(on, "--on"), number, _bytes(scan) if scan else b"")
    with door(actor) as opened:
        done = people.sign(opened.session, code, entry, signature, by=actor, at=opened.at)
        say({"entry": done.id, "signed_on": done.pledge_signed_on}, as_json=as_json)


@app.command("in-charge")
def in_charge(
    code: Code,
    officer: Annotated[str, typer.Argument(help="Id of the ethics officer who takes over.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Put another ethics officer in charge; the ethics head says so."""
    with door(actor) as opened:
        project = reassign.put_in_charge(opened.session, code, officer, by=actor, at=opened.at)
        say({"project": project.campaign_id, "in_charge": officer}, as_json=as_json)


@app.command("pledges")
def send(code: Code, actor: Actor, as_json: AsJson = False) -> None:
    """Hand out the 切結書; exit 1 while somebody has not signed."""
    with door(actor) as opened:
        project = project_for_keeper(opened.session, code, actor, at=opened.at)
        unsigned = pledges.send_pledges(
            opened.session, project.campaign_id, catalogue=opened.catalogue, actor=actor, at=opened.at
        )
        say({"project": project.campaign_id, "unsigned": unsigned}, as_json=as_json)
    if unsigned:
        warn(
            speak(
                f"尚有 {unsigned} 人未切結；切結前不得閱覽",
                f"{unsigned} have not signed; they read nothing before they do",
            )
        )
        raise typer.Exit(1)


@app.command("pledge-form")
def pledge_form(
    code: Code,
    entry: int,
    out: Annotated[Path, typer.Option(help="Where to write the Word document.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """The 切結書 of one person as a Word document, for outsiders above all."""
    with door(actor) as opened:
        project = project_for_keeper(opened.session, code, actor, at=opened.at)
        found = projects.entry(opened.session, project.campaign_id, entry)
        document = pledges.pledge_document(opened.session, found)
        _write_out(opened, document, out)
        say({"entry": entry, "document": document.id, "file": str(out)}, as_json=as_json)


@app.command("move-end")
def move_end(
    code: Code,
    to: Annotated[str, typer.Option(help="The new last day.")],
    reason: Annotated[str, typer.Option(help="Why: 流標、二次公告.")],
    actor: Actor,
    number: Annotated[str, typer.Option(help="Number of the decision, once the plan was approved.")] = "",
    decided_on: Annotated[str, typer.Option(help="Day of that decision.")] = "",
    as_json: AsJson = False,
) -> None:
    """Move the last day; what waits for it waits for the new one."""
    moved = days.Moved(reason, day(decided_on, "--decided-on") if decided_on else None, number)
    with door(actor) as opened:
        project = days.move_end(
            opened.session, code, day(to, "--to"), moved, by=actor, catalogue=opened.catalogue, at=opened.at
        )
        say({"project": project.campaign_id, "last_day": to}, as_json=as_json)


@app.command()
def award(
    code: Code,
    actor: Actor,
    on: Annotated[str, typer.Option(help="決標日／公告日; from the next day on prices are no secret.")] = "",
    withdraw: Annotated[bool, typer.Option(help="There is no such day any more (撤銷決標).")] = False,
    reason: Annotated[str, typer.Option(help="Why it is corrected or withdrawn.")] = "",
    number: Annotated[str, typer.Option(help="Number of the announcement.")] = "",
    as_json: AsJson = False,
) -> None:
    """Enter the day on which the secret became public, correct it, or withdraw it."""
    if bool(on) == withdraw:
        raise BadSource(
            speak("請加 --on DAY 或 --withdraw", "give --on DAY or --withdraw"),
            remedy=speak(
                "例如 inspection project award CODE --on 2026-12-01 --as P112",
                "inspection project award CODE --on 2026-12-01 --as P112",
            ),
        )
    moved = days.Moved(reason, None, number)
    with door(actor) as opened:
        when = day(on, "--on") if on else None
        project = days.set_public_day(opened.session, code, when, moved, by=actor, at=opened.at)
        say({"project": project.campaign_id, "public_on": project.public_on}, as_json=as_json)


@app.command()
def close(
    code: Code,
    actor: Actor,
    opinion: Annotated[Path | None, typer.Option(help="The 檢討改進意見: a text file, one paragraph per line.")] = None,
    submit: Annotated[bool, typer.Option(help="Lay it before the one who decides.")] = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Open the closing review once the last day is over, write its opinion, submit it; exit 1 while it lacks one."""
    with door(actor) as opened:
        session, rules, at = opened.session, opened.catalogue, opened.at
        project = project_for_keeper(session, code, actor, at=at)
        review = closing.open_review(session, project.campaign_id, catalogue=rules, actor=actor, at=at)
        if opinion is not None:
            lines = read_text(opinion).splitlines()
            review = closing.write_opinion(session, code, lines, by=actor, catalogue=rules, at=at)
        asked = closing.submit_review(session, code, by=actor, catalogue=rules, at=at) if submit else None
        review = closing.newest(session, project.campaign_id)
        _write_out(opened, session.get_one(Document, review.document_id), out)
        lacking = not project.opinion
        values = {"review": review.id, "state": review.state.value, "due": project.review_due_on}
        say({**values, "approval": asked.id if asked else None}, as_json=as_json)
    if lacking:
        warn(
            speak(
                "檢討尚無意見；請以 --opinion FILE 提供", "the review has no opinion yet; give it with --opinion FILE"
            )
        )
        raise typer.Exit(1)


@app.command()
def submission(code: Code, actor: Actor, out: Out = None, as_json: AsJson = False) -> None:
    """The 函稿 to the superior, once the review is approved; it is never sent by the system."""
    with door(actor) as opened:
        project = project_for_keeper(opened.session, code, actor, at=opened.at)
        document = closing.draft_submission(
            opened.session, project.campaign_id, catalogue=opened.catalogue, actor=actor, at=opened.at
        )
        _write_out(opened, document, out)
        say({"document": document.id, "file": str(out) if out else None}, as_json=as_json)


@app.command()
def reported(
    code: Code,
    on: Annotated[str, typer.Option(help="Day the letter was sent.")],
    number: Annotated[str, typer.Option(help="Its number.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Enter that the review went to the superior: the project is closed."""
    with door(actor) as opened:
        project = closing.enter_reported(
            opened.session, code, on=day(on, "--on"), number=number, by=actor, at=opened.at
        )
        say({"project": project.campaign_id, "reported": project.reported_number}, as_json=as_json)


@app.command("plan")
def plan_document(
    code: Code,
    out: Annotated[Path, typer.Option(help="Where to write the Word document.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """The newest version of the plan as a Word document, for who may read it."""
    with door(actor) as opened:
        project = project_for_reader(opened.session, code, actor, at=opened.at)
        plan = campaigns.latest_plan(opened.session, project.campaign_id)
        if plan is None or plan.document_id is None:
            raise BadSource(
                speak("尚無計畫", "there is no plan yet"),
                remedy=speak("請先執行 inspection plan draft", "inspection plan draft, then again"),
            )
        _write_out(opened, opened.session.get_one(Document, plan.document_id), out)
        say({"plan": plan.id, "version": plan.version, "file": str(out)}, as_json=as_json)


add_decisions(app, (REVIEW,), named=("code", Code), opening=by_project)
