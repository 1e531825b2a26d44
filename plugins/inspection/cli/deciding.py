"""The verbs every matter to be decided has on the command line, built once from its entry in the register.

A group names its kinds and gets `enter-decision`, `file` and, where a 簽 is made, `package`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from typing import Annotated, Any

import typer

from inspection.access.insiders import project_for_keeper
from inspection.access.work import Work
from inspection.approvals import matters
from inspection.approvals.decide import Decision
from inspection.approvals.filing import file_decision
from inspection.approvals.matters import MatterKind
from inspection.campaigns.gates import awaited
from inspection.campaigns.returned_paper import require_code
from inspection.cli.filing import Code, FileNumber, Retention, Scan, filing_of
from inspection.cli.packaging import Out, write_package
from inspection.cli.speaking import Actor, AsJson, day, door, say
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute

Opened = AbstractContextManager[tuple[Work, str]]
Decider = Annotated[str, typer.Option(help="Id of the person who decided on paper.")]
Number = Annotated[str, typer.Option(help="Number of the approved paper (文號).")]
DecidedOn = Annotated[str, typer.Option(help="Day of the decision, 2026-10-26.")]
Remark = Annotated[str, typer.Option(help="What is to be changed, or why it was returned.")]


@contextmanager
def by_campaign(place: str, actor: str) -> Iterator[tuple[Work, str]]:
    """A door for one who changes a campaign named by its id."""
    with door(actor, keeps=place) as opened:
        yield opened, place


@contextmanager
def by_project(place: str, actor: str) -> Iterator[tuple[Work, str]]:
    """A door for one who keeps a project named by code name or id."""
    with door(actor) as opened:
        yield opened, project_for_keeper(opened.session, place, actor, at=opened.at).campaign_id


def add_decisions(
    app: typer.Typer,
    kinds: tuple[MatterKind, ...],
    *,
    named: tuple[str, Any] = ("campaign_id", str),
    opening: Callable[[str, str], Opened] = by_campaign,
) -> None:
    """Adds the verbs for some kinds to a group; of several kinds the SUBJECT is told behind the campaign.

    `named` is the argument by which the group names a campaign, `opening` the door through which it is found.
    """

    def enter(
        place: str, subject: str, outcome: ApprovalOutcome, decider: Decider, number: Number, decided_on: DecidedOn,
        actor: Actor, remark: Remark = "", paper_code: Code = "", file_number: FileNumber = "",
        retention: Retention = "", scan: Scan = None, as_json: AsJson = False,
    ) -> None:  # fmt: skip
        filing = filing_of(file_number, retention, scan)
        with opening(place, actor) as (opened, campaign_id):
            approval = awaited(opened.session, subject, campaign_id)
            matter = matters.matter(opened.session, approval)
            require_code(paper_code, list(matter.printed))
            decision = Decision(
                outcome=outcome,
                person_id=decider,
                seen_hash=matter.content_hash,
                route=ApprovalRoute.PAPER,
                decided_on=day(decided_on, "--decided-on"),
                document_number=number,
                remark=remark or None,
                entered_by=actor,
            )
            done = matter.kind.decide(opened.session, matter.subject_id, decision, opened.at)
            if not filing.is_empty:
                file_decision(opened.session, done, filing, person_id=actor, at=opened.at)
            values = {"approval": done.id, "state": done.state.value, "scan": done.scan_document_id}
            say(values, as_json=as_json)

    def file(
        place: str, subject: str, actor: Actor, file_number: FileNumber = "", retention: Retention = "",
        scan: Scan = None, as_json: AsJson = False,
    ) -> None:  # fmt: skip
        filing = filing_of(file_number, retention, scan)
        with opening(place, actor) as (opened, campaign_id):
            asked = awaited(opened.session, subject, campaign_id)
            done = file_decision(opened.session, asked, filing, person_id=actor, at=opened.at)
            values = {"approval": done.id, "file_number": done.file_number, "retention": done.retention}
            say({**values, "scan": done.scan_document_id}, as_json=as_json)

    def package(place: str, subject: str, out: Out, actor: Actor, as_json: AsJson = False) -> None:
        say({"files": write_package(subject, place, out, actor)}, as_json=as_json)

    on = "、".join(kind.short for kind in kinds)
    app.command(
        "enter-decision",
        help=f"Enter a decision on {on} taken on paper or in the 公文系統, with the scan of the signed paper.",
    )(_verb(enter, kinds, named))
    app.command(
        "file", help=f"Add 檔號, 保存年限 and the scan to a decision on {on}; later ones replace earlier ones."
    )(_verb(file, kinds, named))
    packed = tuple(kind for kind in kinds if kind.brief)
    if packed:
        what = "、".join(kind.short for kind in packed)
        app.command(
            "package",
            help=f"Write the 簽稿 package of the submitted {what}: draft text, 簽, the paper in three formats, "
            "opinions.",
        )(_verb(package, packed, named))


def _verb(verb: Callable[..., None], kinds: tuple[MatterKind, ...], named: tuple[str, Any]) -> Callable[..., None]:
    """The verb as typer is to see it: the campaign named as its group does, a subject only where there are several."""
    asked = inspect.signature(verb, eval_str=True)
    shown = dict(asked.parameters)
    place, annotation = named
    shown["place"] = shown["place"].replace(name=place, annotation=annotation)
    if len(kinds) == 1:
        del shown["subject"]
    else:
        choice = StrEnum("Subject", {kind.id.upper(): kind.id for kind in kinds})  # type: ignore[misc]
        shown["subject"] = shown["subject"].replace(annotation=choice)

    def command(**given: Any) -> None:
        subject = str(given.pop("subject", kinds[0].id))
        verb(place=given.pop(place), subject=subject, **given)

    signature = asked.replace(parameters=list(shown.values()))
    command.__signature__ = signature  # type: ignore[attr-defined]
    command.__annotations__ = {name: one.annotation for name, one in signature.parameters.items()}
    return command
