"""Queries on projects, the people in the know of them, their days and folders."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Campaign, PersonInTheKnow, Project, ProjectDate, ProjectShare
from inspection.vocabulary import ProjectDay


def unknown(name: str) -> NotFound:
    """What is told of a project that is not there, and of one that is there for others only: the same words."""
    return NotFound(speak(f"查無專案 {name!r}，或非您所得知悉", f"there is no project {name!r} for you"))


def find(session: Session, name: str) -> Project:
    """A project by its code name or its campaign's id; raises NotFound."""
    found = with_name(session, name)
    if found is None:
        raise unknown(name)
    return found


def with_name(session: Session, name: str) -> Project | None:
    """The project of a code name or campaign id."""
    query = select(Project).where(or_(Project.code_name == name, Project.campaign_id == name))
    return session.scalars(query).first()


def with_code(session: Session, code_name: str) -> Project | None:
    """The project of a code name."""
    return session.scalars(select(Project).where(Project.code_name == code_name)).first()


def get(session: Session, campaign_id: str) -> Project:
    """The project of a campaign."""
    found = session.get(Project, campaign_id)
    if found is None:
        raise unknown(campaign_id)
    return found


def of_campaigns(session: Session, *, only: Collection[str] | None = None) -> list[tuple[Project, Campaign]]:
    """Projects with their campaigns, newest first; some by the campaign's id, or (None) all."""
    query = select(Project, Campaign).join(Campaign, Campaign.id == Project.campaign_id)
    if only is not None:
        query = query.where(Campaign.id.in_(only))
    rows = session.execute(query.order_by(Campaign.window_start.desc(), Campaign.id))
    return [(project, campaign) for project, campaign in rows]


def how_many_of(session: Session, prefix: str) -> int:
    """How many projects have an id that begins so: the next one's number is one more."""
    query = select(func.count()).where(Project.campaign_id.startswith(prefix, autoescape=True))
    return session.scalar(query) or 0


def entries(session: Session, campaign_id: str) -> list[PersonInTheKnow]:
    """Everybody who was ever entered, in order of entry."""
    query = select(PersonInTheKnow).where(PersonInTheKnow.campaign_id == campaign_id)
    return list(session.scalars(query.order_by(PersonInTheKnow.id)))


def in_the_know(session: Session, campaign_id: str, *, on: date) -> list[PersonInTheKnow]:
    """Who is entered on a day, signed or not."""
    return [
        one
        for one in entries(session, campaign_id)
        if one.from_on <= on and (one.until_on is None or one.until_on >= on)
    ]


def unsigned(session: Session, campaign_id: str, *, on: date) -> list[PersonInTheKnow]:
    """The gaps: entered on a day, and no 切結書 signed by then."""
    return [
        one
        for one in in_the_know(session, campaign_id, on=on)
        if one.pledge_signed_on is None or one.pledge_signed_on > on
    ]


def has_signed(session: Session, campaign_id: str, person_id: str, *, on: date) -> bool:
    """Whether a person of the roster is in the know of a project on a day and has signed."""
    return campaign_id in _signed_in(session, person_id, on=on)


def _signed_in(session: Session, person_id: str, *, on: date) -> frozenset[str]:
    query = select(PersonInTheKnow.campaign_id).where(
        PersonInTheKnow.person_id == person_id,
        PersonInTheKnow.from_on <= on,
        or_(PersonInTheKnow.until_on.is_(None), PersonInTheKnow.until_on >= on),
        PersonInTheKnow.pledge_signed_on <= on,
    )
    return frozenset(session.scalars(query))


def entry(session: Session, campaign_id: str, entry_id: int) -> PersonInTheKnow:
    """One entry of a project's list by its number."""
    found = session.get(PersonInTheKnow, entry_id)
    if found is None or found.campaign_id != campaign_id:
        raise NotFound(
            speak(f"本專案知悉人員名單無第 {entry_id} 項", f"the list of this project has no entry {entry_id}")
        )
    return found


def standing_entry(session: Session, campaign_id: str, who: str) -> PersonInTheKnow | None:
    """The entry of somebody who has not been released."""
    query = select(PersonInTheKnow).where(
        PersonInTheKnow.campaign_id == campaign_id, PersonInTheKnow.who == who, PersonInTheKnow.until_on.is_(None)
    )
    return session.scalars(query.limit(1)).first()


def dates(session: Session, campaign_id: str, what: ProjectDay | None = None) -> list[ProjectDate]:
    """How a project's days were set and moved, oldest first; of one kind, or of both."""
    query = select(ProjectDate).where(ProjectDate.campaign_id == campaign_id)
    if what is not None:
        query = query.where(ProjectDate.what == what)
    return list(session.scalars(query.order_by(ProjectDate.entered_at, ProjectDate.what, ProjectDate.version)))


def shares(session: Session, campaign_id: str) -> list[ProjectShare]:
    """Where a project's files lie."""
    query = select(ProjectShare).where(ProjectShare.campaign_id == campaign_id)
    return list(session.scalars(query.order_by(ProjectShare.share_id, ProjectShare.folder)))


def places(session: Session) -> list[tuple[ProjectShare, Project]]:
    """Every folder of every project, in a stable order."""
    query = select(ProjectShare, Project).join(Project, Project.campaign_id == ProjectShare.campaign_id)
    rows = session.execute(query.order_by(ProjectShare.share_id, ProjectShare.folder, Project.campaign_id))
    return [(share, project) for share, project in rows]
