"""`inspection spring`: the Spring-Festival campaign, its lists, daily reports and papers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inspection import clock
from inspection.access.policy import Act
from inspection.access.work import Work
from inspection.calendar import roc
from inspection.campaigns.spring_open import open_spring, to_be_opened
from inspection.cli.speaking import Actor, AsJson, day, door, refuse_unapplied, say, table, warn
from inspection.documents.storage import read_document
from inspection.language import speak
from inspection.rules.campaign_kinds import OpenedBy
from inspection.spring import asking, close, importing
from inspection.spring.lists import read_lists
from inspection.spring.papers import (
    print_announcement,
    print_daily_reports,
    print_outside_form,
    print_safety_checklist,
)
from inspection.spring.report import Report, find_shift, take_report
from inspection.spring.standing import ShiftState, standings
from inspection.store import campaigns, roster, spring
from inspection.store.kinds import kind_of

app = typer.Typer(help="Spring-Festival work (春安): lists, duty roster, daily reports, papers.", no_args_is_help=True)
Campaign = Annotated[str, typer.Option("--campaign", help="Id of the campaign, C-116-SF.")]


@app.command("open")
def open_window(
    window: Annotated[str, typer.Argument(help="Id of the confirmed window, spring-116-npa15.")],
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Open the campaign of a confirmed window; the DAG does the same."""
    with door(actor, act=Act.OPEN_CAMPAIGN) as opened:
        made = open_spring(opened.session, window, catalogue=opened.catalogue, at=opened.at, opened_by=actor)
        say(
            {
                "campaign": made.id,
                "window": roc.window(made.window_start, made.window_end),
                "checklists_due": made.checklist_due_on,
            },
            as_json=as_json,
        )


@app.command("import")
def import_lists(
    file: Annotated[Path, typer.Argument(help="YAML, CSV or XLSX (UTF-8, BOM, Big5).")],
    campaign: Campaign,
    actor: Actor,
    apply: Annotated[bool, typer.Option(help="Write it; without this only the differences are shown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a file of lists would change, and with --apply take it over; exit 1 while something is lacking."""
    given = read_lists(file)
    with door(actor, keeps=campaign) as opened:
        if apply:
            changes = importing.apply(opened.session, campaign, given, person_id=actor, at=opened.at)
        else:
            changes = importing.diff(opened.session, campaign, given)
        lacks = _lacking(opened, campaign) if apply else []
    table([{"change": one.kind.value, "list": one.section, "entry": one.entry} for one in changes], as_json=as_json)
    if changes and not apply:
        refuse_unapplied(len(changes))
    for lack in lacks:
        warn(lack)
    if lacks:
        raise typer.Exit(1)


@app.command()
def show(campaign: Campaign, as_json: AsJson = False) -> None:
    """How each shift stands, in order of time; exit 1 where a report is missing or the plan lacks a list."""
    with door(reads=campaign) as opened:
        stood = standings(opened.session, campaign, opened.catalogue.spring.report, at=opened.at)
        rows = [
            {
                "shift": one.shift.id,
                "begins": f"{one.shift.starts_at.astimezone(clock.zone()):%Y-%m-%d %H:%M}",
                "ends": f"{one.shift.ends_at.astimezone(clock.zone()):%Y-%m-%d %H:%M}",
                "post": one.shift.post,
                "person": one.shift.person_id,
                "deputy": one.shift.deputy_id,
                "state": one.state.value,
                "situation": one.has_situation,
            }
            for one in stood
        ]
        lacks = _lacking(opened, campaign)
    table(rows, as_json=as_json)
    missing = sum(one.state is ShiftState.MISSING for one in stood)
    if missing:
        lacks.append(speak(f"尚有 {missing} 份未回報", f"{missing} reports are missing"))
    for lack in lacks:
        warn(lack)
    if lacks:
        raise typer.Exit(1)


def _lacking(opened: Work, campaign_id: str) -> list[str]:
    """What the plan cannot be submitted without, as far as the lists go."""
    days = importing.days_uncovered(opened.session, campaign_id)
    kinds = importing.contacts_missing(opened.session, campaign_id, opened.catalogue.spring.required_contacts)
    told = (
        [
            speak(
                f"{'、'.join(str(one) for one in days)} 無人值勤",
                f"nobody is on duty on {', '.join(str(one) for one in days)}",
            )
        ]
        if days
        else []
    )
    return told + (
        [speak(f"缺少 {'、'.join(kinds)} 之聯絡人", f"no contact of the kinds {'、'.join(kinds)}")] if kinds else []
    )


@app.command()
def report(
    campaign: Campaign,
    on: Annotated[str, typer.Option("--day", help="Day the shift begins on, 2027-01-28.")],
    by: Annotated[str, typer.Option(help="Id of the person on duty, or of the deputy.")],
    actor: Actor,
    situation: Annotated[bool, typer.Option("--situation/--nothing", help="Whether there was anything.")] = False,
    summary: Annotated[str, typer.Option(help="What, when, where, what was done; no secret content.")] = "",
    begins: Annotated[str, typer.Option(help="Hour the shift begins, where somebody has several a day.")] = "",
    by_phone: Annotated[
        bool, typer.Option("--by-phone", help="It came by telephone; the ethics office enters it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Enter the daily report of a shift; the same words again are the same report."""
    with door(actor) as opened:
        roster.person(opened.session, by)
        shift = find_shift(opened.session, campaign, day(on, "--day"), by, begins=begins)
        told = Report(situation, summary, by, actor, by_phone)
        kept = take_report(opened.session, shift.id, told, at=opened.at)
        say({"shift": shift.id, "number": kept.number, "situation": kept.has_situation}, as_json=as_json)


@app.command("ask")
def ask(as_json: AsJson = False) -> None:
    """Ask those on duty for their reports and remind the late; housekeeping does it every hour."""
    with door() as opened:
        done = asking.ask_duty(opened.session, catalogue=opened.catalogue, at=opened.at)
    say({"waiting": done.waiting, "missing": done.missing, "letters": done.letters}, as_json=as_json)


@app.command("close")
def close_window(campaign: Campaign, actor: Actor, as_json: AsJson = False) -> None:
    """Freeze what the days of a window that is over came to; exit 1 where a report is missing."""
    with door(actor, keeps=campaign) as opened:
        told = close.close_window(opened.session, campaign, catalogue=opened.catalogue, actor=actor, at=opened.at)
    say(told, as_json=as_json)
    if told["missing"]:
        warn(speak(f"尚有 {told['missing']} 份未回報", f"{told['missing']} reports are missing"))
        raise typer.Exit(1)


@app.command()
def papers(
    campaign: Campaign,
    actor: Actor,
    to: Annotated[Path, typer.Option(help="Folder the Word files are written to.")],
    unit: Annotated[list[str] | None, typer.Option(help="Units for 春安檢查表; none: all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print 春安檢查表, forms for schools and 所屬, 每日狀況回報表, 防詐 notice and 澄清新聞稿."""
    with door(actor, keeps=campaign) as opened:
        session, rules, at = opened.session, opened.catalogue, opened.at
        units = unit or [one.id for one in campaigns.units(session, campaign)]
        made = [print_safety_checklist(session, campaign, one, catalogue=rules, at=at) for one in units]
        forms, texts = rules.spring.outside_forms, rules.spring.announcements
        made += [print_outside_form(session, campaign, one.id, catalogue=rules, at=at) for one in forms]
        made += [print_announcement(session, campaign, one.id, catalogue=rules, at=at) for one in texts]
        made.append(print_daily_reports(session, campaign, catalogue=rules, at=at))
        to.mkdir(parents=True, exist_ok=True, mode=0o700)
        for one in made:
            (to / f"{one.kind}-{one.id}.docx").write_bytes(read_document(one))
        rows = [{"document": one.id, "kind": one.kind, "title": one.title} for one in made]
    table(rows, as_json=as_json)


@app.command("windows")
def windows(as_json: AsJson = False) -> None:
    """Confirmed windows without a campaign yet, and the campaigns there are."""
    with door() as opened:
        waiting = to_be_opened(opened.session, at=opened.at)
        rows: list[dict[str, object]] = [{"window": one, "campaign": "", "state": ""} for one in waiting]
        for one in campaigns.everything(opened.session):
            if kind_of(one).opened_by is OpenedBy.SPRING_WINDOW:
                window = spring.window_of(opened.session, one.id)
                rows.append({"window": window.id, "campaign": one.id, "state": one.state.value})
    table(rows, as_json=as_json)
