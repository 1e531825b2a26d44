"""Opens a project under its neutral code name, with the stages its kind usually has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.roles import on_behalf
from inspection.access.who import asking
from inspection.audit.events import record
from inspection.calendar.roc import roc_year
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.language import speak
from inspection.model import Campaign, Project, ProjectDate, ProjectShare
from inspection.model.lifecycle import CampaignState
from inspection.projects.content import Place, checked_name, checked_places, default_stages
from inspection.rules.campaign_kinds import OpenedBy
from inspection.rules.catalogue import Catalogue
from inspection.store import projects, roster
from inspection.vocabulary import ProjectDay, ProjectKind, Role

WRITERS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})
CODE_NAME = re.compile(r"[\w\-]{2,20}")
OPENED = "專案開立"


@dataclass(frozen=True, slots=True)
class WantedProject:
    """What to open. Without a code name the campaign's id is the code name; the real name may be told later."""

    kind: ProjectKind
    unit_id: str
    first_day: date
    last_day: date
    opened_by: str
    code_name: str = ""
    real_name: str = ""
    places: tuple[Place, ...] = ()


def open_project(session: Session, wanted: WantedProject, *, catalogue: Catalogue, at: datetime) -> Project:
    """Opens the project, or returns the one of this code name already open; raises Conflict where that one differs.

    Raises NotAllowed for people outside the ethics office, BadSource for what makes no sense.
    """
    held = asking(session, wanted.opened_by, at=at).holding(WRITERS)
    if held is None:
        raise NotAllowed(speak("專案僅得由政風室開立", "only the ethics office opens a project"))
    if wanted.last_day < wanted.first_day:
        raise BadSource(
            speak("專案迄日早於起日", "the project ends before it begins"),
            remedy=speak("迄日須在起日當日或之後", "give a last day on or after the first"),
        )
    code = catalogue.campaign_kinds.opened_by(OpenedBy.PROJECT).code
    prefix = f"C-{roc_year(wanted.first_day)}-{code}-"
    if wanted.code_name:
        known = _already(session, wanted)
        if known is not None:
            return known
    campaign_id = f"{prefix}{projects.how_many_of(session, prefix) + 1:02d}"
    code_name = _checked_code(wanted.code_name or campaign_id.removeprefix("C-"), wanted.real_name)
    roster.unit(session, wanted.unit_id)
    places = checked_places(session, wanted.places)
    campaign = Campaign(
        id=campaign_id,
        kind=catalogue.campaign_kinds.opened_by(OpenedBy.PROJECT).id,
        name=catalogue.wording.line("project_name", {"code": code_name}),
        state=CampaignState.DRAFT,
        window_start=datetime.combine(wanted.first_day, time(), clock.zone()),
        window_end=datetime.combine(wanted.last_day + timedelta(days=1), time(), clock.zone()),
        checklist_due_on=wanted.last_day,  # a project has no checklists
        first_crawl=False,
        opened_by=wanted.opened_by,
        opened_at=at,
        reveal_at=None,
    )
    session.add(campaign)
    session.flush()
    project = Project(
        campaign_id=campaign_id,
        code_name=code_name,
        kind=wanted.kind,
        real_name=checked_name(wanted.real_name, code_name) if wanted.real_name else "",
        unit_id=wanted.unit_id,
        public_on=None,
        stages=default_stages(session, catalogue, wanted.kind, wanted.unit_id),
        opinion=[],
    )
    session.add(project)
    session.flush()
    session.add(
        ProjectDate(
            campaign_id=campaign_id,
            what=ProjectDay.END,
            version=1,
            day=wanted.last_day,
            reason=OPENED,
            entered_by=wanted.opened_by,
            entered_at=at,
        )
    )
    session.add_all(ProjectShare(campaign_id=campaign_id, share_id=one.share_id, folder=one.folder) for one in places)
    session.flush()
    record(
        session,
        at=at,
        actor=wanted.opened_by,
        subject=("campaign", campaign_id),
        action="opened",
        states=(None, CampaignState.DRAFT.value),
        details={"due_on": str(wanted.last_day), "unit_id": wanted.unit_id, **on_behalf(wanted.opened_by, held)},
    )
    return project


def _already(session: Session, wanted: WantedProject) -> Project | None:
    known = projects.with_code(session, wanted.code_name)
    if known is None:
        return None
    begun = clock.local_date(session.get_one(Campaign, known.campaign_id).window_start)
    ends = projects.dates(session, known.campaign_id, ProjectDay.END)
    same = (known.kind, known.unit_id, begun) == (wanted.kind, wanted.unit_id, wanted.first_day)
    if not same or wanted.last_day not in {ends[0].day, ends[-1].day}:
        raise Conflict(
            speak(
                f"代號 {wanted.code_name!r} 已有人使用，請另擇一個",
                f"the code name {wanted.code_name!r} is taken; choose another",
            )
        )
    return known


def _checked_code(code_name: str, real_name: str) -> str:
    """A code name that tells nothing: no blanks or signs, and no part of the real name."""
    if not CODE_NAME.fullmatch(code_name):
        raise BadSource(
            speak(f"代號不合規定：{code_name[:20]!r}", f"the code name is not allowed: {code_name[:20]!r}"),
            remedy=speak(
                "二至二十個中英文、數字或連字號，不含空白", "two to twenty letters, digits or hyphens, no blanks"
            ),
        )
    if real_name and (code_name in real_name or real_name in code_name):
        raise BadSource(
            speak("代號取自案名，會洩漏專案內容", "the code name is taken from the title and would give it away"),
            remedy=speak("另取與專案無關之中性代號", "choose a neutral one that has nothing to do with it"),
        )
    return code_name
