"""Reads what an operator asked for on the trigger form into a campaign to be opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar.typed import day_typed
from inspection.campaigns.open import Wanted
from inspection.errors import BadSource
from inspection.language import speak
from inspection.store import calendar_days, roster
from inspection.vocabulary import Role

WINDOW_WORKING_DAYS = 15


def campaign_asked_for(session: Session, kind: str, params: Mapping[str, Any], *, at: datetime) -> Wanted:
    """The campaign a form asks for; blanks mean: from today, fifteen working days, all units, the ethics staff.

    Raises BadSource naming the field for a date that is none or a unit nobody knows.
    """
    today = clock.local_date(at)
    calendar = calendar_days.calendar(session)
    first = day_typed(params, "first_day") or calendar.first_working_day(today)
    last = day_typed(params, "last_day") or calendar.add_working_days(first, WINDOW_WORKING_DAYS - 1)
    units = tuple(str(one).strip() for one in params.get("unit_ids") or () if str(one).strip())
    known = {unit.id for unit in roster.units(session)}
    unknown = [one for one in units if one not in known]
    if unknown:
        raise BadSource(
            speak(f"受檢單位代碼不在名冊：{'、'.join(unknown)}", f"units not in the roster: {', '.join(unknown)}"),
            remedy=speak(f"可用代碼：{'、'.join(sorted(known))}", f"known are {', '.join(sorted(known))}"),
        )
    opened_by = str(params.get("opened_by") or "").strip()
    if not opened_by:
        opened_by = roster.holder(session, Role.ETHICS_STAFF, on=today).id
    roster.person(session, opened_by)
    first_crawl = {"yes": True, "no": False}.get(str(params.get("first_crawl") or "auto"))
    return Wanted(kind, first, last, opened_by, units, first_crawl=first_crawl, reveal_at=_hour(params, "reveal_at"))


def _hour(params: Mapping[str, Any], name: str) -> datetime | None:
    """An hour in the office's own time zone."""
    text = str(params.get(name) or "").strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadSource(
            speak(f"{name} 不是時間：{text[:20]}", f"{name} is no instant: {text[:20]}"),
            remedy=speak("請寫成 2026-11-05 14:00", "write 2026-11-05 14:00"),
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=clock.zone())
