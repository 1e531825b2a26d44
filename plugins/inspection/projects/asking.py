"""Reads what an operator asked for on the trigger form: a project already open, or a new one by codes and dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar.typed import day_typed
from inspection.errors import BadSource
from inspection.language import speak
from inspection.model import Project
from inspection.projects.open import WantedProject, open_project
from inspection.rules.catalogue import Catalogue
from inspection.store import projects, roster
from inspection.vocabulary import ProjectKind, Role


def project_asked_for(session: Session, params: Mapping[str, Any], *, catalogue: Catalogue, at: datetime) -> Project:
    """The project of the code name or number given, or a new one; raises BadSource naming the field."""
    asked = {name: str(params.get(name) or "").strip() for name in params}
    code = asked.get("project", "")
    known = projects.with_name(session, code) if code else None
    if known is not None:
        return known
    last = day_typed(asked, "last_day")
    if not asked.get("kind") or not asked.get("unit_id") or last is None:
        raise BadSource(
            speak(
                "新開立專案須填種類、主辦單位代碼及訖日", "a new project needs its kind, unit in charge and last day"
            ),
            remedy=speak(
                "已開立者請填其代號或編號，例 C-115-PJ-01",
                "one that is open is named by code name or number, for example C-115-PJ-01",
            ),
        )
    try:
        kind = ProjectKind(asked["kind"])
    except ValueError:
        raise BadSource(
            speak(f"kind 不是專案種類：{asked['kind'][:20]}", f"kind is no kind of project: {asked['kind'][:20]}"),
            remedy="、".join(ProjectKind),
        ) from None
    today = clock.local_date(at)
    opened_by = asked.get("opened_by") or roster.holder(session, Role.ETHICS_STAFF, on=today).id
    wanted = WantedProject(
        kind, asked["unit_id"], day_typed(asked, "first_day") or today, last, opened_by, code_name=code
    )
    return open_project(session, wanted, catalogue=catalogue, at=at)
