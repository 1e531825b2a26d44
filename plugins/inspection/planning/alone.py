"""An ethics office of one person: papers say so, and who looks at its work a second time (officer review A23)."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from inspection.rules.catalogue import Catalogue
from inspection.store import roster
from inspection.vocabulary import Role


def office_of_one(session: Session, catalogue: Catalogue, *, on: date) -> str:
    """政風室編制一人，由…複核 where one person holds every role of the ethics office on a day; '' where there are more.

    Whoever decides in that person's stead is the deputy of the roster; that none is named is said too.
    """
    roles = (Role.ETHICS_STAFF, Role.ETHICS_HEAD)
    everybody = {one.id: one for role in roles for one in roster.holders(session, role, on=on)}
    if len(everybody) != 1:
        return ""
    (only,) = everybody
    line = catalogue.wording.line
    staff = next((unit.staff_count for unit in roster.units(session) if unit.is_ethics), 1)
    staffing = line("ethics_staff_left", {"staff": staff}) if staff > 1 else line("ethics_staff_of_one")
    values: dict[str, object] = {"office": roster.ethics_office_name(session), "staffing": staffing}
    seconds = [roster.person(session, one.deputy_id) for one in roster.deputies_of(session, only, on=on)]
    if not seconds:
        return line("ethics_of_one_without", values)
    names = dict.fromkeys(f"{one.title}{one.name}" for one in seconds)
    return line("ethics_of_one", {**values, "reviewers": "、".join(names)})
