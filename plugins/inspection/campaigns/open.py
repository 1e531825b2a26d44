"""Opens a campaign for a window: its units, its checklist deadline, and whether it is a 首次清查."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.policy import ETHICS
from inspection.audit.events import record
from inspection.calendar import half_year
from inspection.calendar.roc import roc_year
from inspection.errors import BadSource, Conflict
from inspection.language import speak
from inspection.model import Campaign, CampaignUnit, Unit
from inspection.model.lifecycle import CampaignState
from inspection.rules.campaign_kinds import CampaignKind
from inspection.rules.catalogue import Catalogue
from inspection.store import calendar_days, history, roster
from inspection.store.once import insert_once

CHECKLIST_WORKING_DAYS = 7


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to open: kind, first and last day of the window, units (empty: all), and who opens it.

    `window` gives hours to the days (its end is exclusive); `checklist_due_on` and `name` go before what is reckoned.
    """

    kind: str
    first_day: date
    last_day: date
    opened_by: str
    unit_ids: tuple[str, ...] = ()
    campaign_id: str | None = None
    first_crawl: bool | None = None
    reveal_at: datetime | None = None
    window: tuple[datetime, datetime] | None = None
    checklist_due_on: date | None = None
    name: str = ""
    outsider_id: str | None = None


def open_campaign(session: Session, wanted: Wanted, *, catalogue: Catalogue, at: datetime) -> Campaign:
    """Opens the campaign, or returns the one of this id already open; raises Conflict where that one differs."""
    kind = catalogue.campaign_kinds.rule(wanted.kind)
    if kind.is_project:
        raise BadSource(
            speak("專案須有代號及承辦人", "a project has a code name and an owner of its own"),
            remedy=speak("請使用 `inspection project open`", "use `inspection project open`"),
        )
    if wanted.last_day < wanted.first_day:
        raise BadSource(
            speak("期間迄日早於起日", "the window ends before it begins"),
            remedy=speak("迄日須在起日當日或之後", "give a last day on or after the first"),
        )
    start = datetime.combine(wanted.first_day, time(), clock.zone())
    end = datetime.combine(wanted.last_day + timedelta(days=1), time(), clock.zone())
    start, end = wanted.window or (start, end)
    half = half_year.of_day(wanted.first_day)
    campaign_id = wanted.campaign_id or _id_of(wanted, kind)
    units = [roster.unit(session, one) for one in wanted.unit_ids] or roster.units(session)
    known = session.get(Campaign, campaign_id)
    if known is not None:
        return _as_open(known, wanted, (start, end))
    roster.person(session, wanted.opened_by)
    if wanted.outsider_id is not None:
        _require_outsider(session, wanted.outsider_id, on=wanted.first_day)
    told_on = max(wanted.first_day, clock.local_date(wanted.reveal_at)) if wanted.reveal_at else wanted.first_day
    if told_on > wanted.last_day:
        raise BadSource(
            speak("受檢單位將於期間過後才獲知", "the inspected would hear of it after the window"),
            remedy=speak("請指定期間內之時刻", "give an hour within the window"),
        )
    due = wanted.checklist_due_on
    if due is None:
        due = calendar_days.calendar(session).add_working_days(told_on, CHECKLIST_WORKING_DAYS)
    values = {
        "id": campaign_id,
        "kind": wanted.kind,
        "name": wanted.name or f"{half.name}{kind.name}",
        "state": CampaignState.DRAFT,
        "window_start": start,
        "window_end": end,
        "checklist_due_on": min(due, wanted.last_day),
        "first_crawl": _first_crawl(session, campaign_id, wanted, kind),
        "opened_by": wanted.opened_by,
        "opened_at": at,
        "reveal_at": wanted.reveal_at,
        "outsider_id": wanted.outsider_id,
    }
    is_new = insert_once(session, Campaign, values, keys=["id"])
    campaign = session.get_one(Campaign, campaign_id)
    if not is_new:  # opened by somebody else at the same moment
        return _as_open(campaign, wanted, (start, end))
    session.add_all(CampaignUnit(campaign_id=campaign_id, unit_id=unit.id, unit_name=unit.name) for unit in units)
    session.flush()
    record(
        session,
        at=at,
        actor=wanted.opened_by,
        subject=("campaign", campaign_id),
        action="opened",
        states=(None, CampaignState.DRAFT.value),
        details={"count": len(units), "due_on": str(campaign.checklist_due_on)},
    )
    return campaign


def _as_open(known: Campaign, wanted: Wanted, window: tuple[datetime, datetime]) -> Campaign:
    if (known.kind, known.window_start, known.window_end) != (wanted.kind, *window):
        raise Conflict(
            speak(
                f"檢查專案 {known.id} 已開立，其種類或期間不同",
                f"campaign {known.id} is already open with another kind or window",
            )
        )
    if wanted.outsider_id is not None and wanted.outsider_id != known.outsider_id:
        raise Conflict(
            speak(
                f"檢查專案 {known.id} 已開立，其外部檢查人員不同",
                f"campaign {known.id} is already open with another outsider",
            )
        )
    return known


def _require_outsider(session: Session, person_id: str, *, on: date) -> None:
    """Who inspects the ethics office is not of it (officer review A15)."""
    person = roster.person(session, person_id)
    unit = session.get(Unit, person.unit_id) if person.unit_id else None
    of_ethics = any(role in ETHICS for role, _ in roster.roles_of(session, person_id, on=on))
    if not person.active or of_ethics or (unit is not None and unit.is_ethics):
        raise BadSource(
            speak(f"{person_id} 不得檢查政風室", f"{person_id} may not inspect the ethics office"),
            remedy=speak("請指定政風室以外之人員", "name somebody from outside it"),
        )


def _id_of(wanted: Wanted, kind: CampaignKind) -> str:
    """C-115-H2 for the inspection of a half-year; others by kind and first day, C-115-AD-1105."""
    half = half_year.of_day(wanted.first_day)
    year = roc_year(wanted.first_day)
    if kind.every_half_year:
        return f"C-{year}-{kind.code}{int(half.half)}"
    return f"C-{year}-{kind.code}-{wanted.first_day:%m%d}"


def _first_crawl(session: Session, campaign_id: str, wanted: Wanted, kind: CampaignKind) -> bool:
    """Whether it is a 首次清查: as asked, else whether nothing was crawled before; never where no share is read."""
    if not kind.has_crawl:
        if wanted.first_crawl:
            raise BadSource(
                speak(
                    f"「{kind.title}」不清查分享區，無首次清查可言",
                    f"no share is read in {kind.id}: no first crawl either",
                ),
                remedy=speak("是否為首次清查請選 auto 或 no", "choose auto or no for first_crawl"),
            )
        return False
    return history.earliest_run(session, campaign_id) is None if wanted.first_crawl is None else wanted.first_crawl
