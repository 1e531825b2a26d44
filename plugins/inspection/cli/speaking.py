"""How verbs speak: a line for people in the language of the installation, or JSON for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from inspection import clock
from inspection.access.insiders import project_for_keeper, project_for_reader
from inspection.access.policy import Act, demand
from inspection.access.who import asking
from inspection.access.work import Work, begin
from inspection.audit.actors import COMMAND, program
from inspection.errors import BadSource, NotAllowed, NotFound, Place, command_line
from inspection.language import speak, speaks_english
from inspection.model import Campaign, Project
from inspection.rules.messages import label, word
from inspection.store import projects, roster
from inspection.store.kinds import kind_of
from inspection.store.unannounced import is_untold

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
Actor = Annotated[str, typer.Option("--as", help="Id of the roster person who acts.")]
MaybeActor = Annotated[str, typer.Option("--as", help="Id of the roster person who acts; needed for a project.")]
# the verb that was typed, as `fixes list`: who acts where no person is named
_typed: ContextVar[str] = ContextVar("typed", default="inspection")


def note_verb(context: typer.Context) -> None:
    """Every group calls it before its verb runs."""
    group = [context.info_name or ""] if context.parent else []
    _typed.set(" ".join([*group, context.invoked_subcommand or ""]).strip())


@contextmanager
def door(actor: str = "", *, reads: str = "", keeps: str = "", act: Act | None = None) -> Iterator[Work]:
    """One command, one transaction; who acts must be somebody of the roster who has not left.

    `reads` and `keeps` name the campaign shown or changed: it is changed by the ethics office, a project is shown to
    its readers and changed by its keepers; without `--as` neither a project nor an unannounced inspection before its
    hour is there. `act` is what somebody named must be allowed at all. Verbs on a single matter ask the
    policy themselves.
    """
    at = clock.now()
    with begin(actor or program(COMMAND, _typed.get()), at=at) as work:
        session = work.session
        if actor and not roster.person(session, actor).active:
            raise NotAllowed(
                speak(
                    f"人員 {actor} 已離職；請以名冊內現職人員執行",
                    f"person {actor} has left; act as somebody of the roster",
                )
            )
        project = session.get(Project, reads or keeps) if reads or keeps else None
        if project is not None and not actor:
            raise projects.unknown(project.campaign_id)
        if project is not None and keeps:
            project_for_keeper(session, keeps, actor, at=at)
        elif project is not None:
            project_for_reader(session, reads, actor, at=at)
        elif (reads or keeps) and (campaign := session.get(Campaign, reads or keeps)) is not None:
            _require_sight(work, campaign, actor, changes=bool(keeps))
        if actor and act is not None:
            demand(asking(session, actor, at=at), act)
        yield work


def knows(work: Work, actor: str, campaign: Campaign) -> bool:
    """Whether a campaign is there for who typed; without a name an unannounced inspection is not before its hour."""
    if not actor:
        return not is_untold(campaign, at=work.at)
    return campaign.id not in asking(work.session, actor, at=work.at).barred


def _require_sight(work: Work, campaign: Campaign, actor: str, *, changes: bool) -> None:
    """An inspection that is not to be known yet is not there either; changed it is by the ethics office alone."""
    if actor and changes:
        demand(asking(work.session, actor, at=work.at), Act.KEEP_CAMPAIGN, campaign)
    elif not knows(work, actor, campaign):
        raise NotFound(
            speak(
                f"查無檢查專案 {campaign.id!r}，或非您所得知悉；請以 --as 指明執行人員",
                f"there is no campaign {campaign.id!r} for you; say with --as who acts",
            )
        )


def day(text: str, option: str) -> date:
    """A day as typed on the command line; raises BadSource naming the option."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadSource(
            speak("不是日期", "is no day"),
            place=Place(command_line(), field=option),
            remedy=speak("請寫成 2026-11-02", "write 2026-11-02"),
        ) from None


def read_text(file: Path) -> str:
    """A text file given to a command; raises BadSource where it cannot be read as UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadSource(
            speak("無法讀取", f"cannot be read: {type(error).__name__}"),
            place=file,
            remedy=speak("請另存為 UTF-8", "save it as UTF-8"),
        ) from None


def say(values: Mapping[str, object], *, as_json: bool) -> None:
    """Prints a result: one JSON object, or `key: value` lines."""
    if as_json:
        sys.stdout.write(json.dumps(values, ensure_ascii=False, default=str) + "\n")
        return
    for name, value in values.items():
        sys.stdout.write(f"{label(name)}: {word(name, value)}\n")


def table(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """Prints rows: JSON lines, or TAB-separated columns under their names."""
    if as_json:
        for row in rows:
            sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
        return
    if rows:
        sys.stdout.write("\t".join(label(name) for name in rows[0]) + "\n")
    for row in rows:
        sys.stdout.write("\t".join(word(name, value) for name, value in row.items()) + "\n")


def kind_word(campaign: Campaign) -> str:
    """What a campaign's kind is called for people, in the language of the installation."""
    return campaign.kind if speaks_english() else kind_of(campaign).title


def refuse_unapplied(differences: int) -> NoReturn:
    """Ends a look at what a file would change: exit 1, as nothing was written."""
    warn(
        speak(
            f"{differences} 處不同；加 --apply 始寫入",
            f"{differences} differences; run again with --apply to write them",
        )
    )
    raise typer.Exit(1)


def warn(text: str) -> None:
    """Something a person should look at, on stderr."""
    sys.stderr.write(text + "\n")
