"""Opens the Spring-Festival campaign of a confirmed window: one window, one campaign, however often it is asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.events import record
from inspection.calendar import roc, spring
from inspection.calendar.working_days import WorkingCalendar
from inspection.campaigns.open import Wanted, open_campaign
from inspection.errors import Conflict, NotAllowed, NotFound
from inspection.language import speak
from inspection.model import Campaign, SpringCampaign, SpringWindow
from inspection.model.lifecycle import SpringWindowState
from inspection.rules.campaign_kinds import OpenedBy
from inspection.rules.catalogue import Catalogue
from inspection.rules.messages import state_word
from inspection.store import calendar_days, roster
from inspection.store import spring as spring_store
from inspection.store.once import insert_once
from inspection.vocabulary import Role


def to_be_opened(session: Session, *, at: datetime) -> list[str]:
    """Ids of windows in force, not over, whose year has no campaign: housekeeping starts a run for each."""
    ahead = spring_store.confirmed_ahead(session, at=at)
    return [window.id for window in ahead if spring_store.of_year(session, window.year) is None]


def open_spring(
    session: Session, window_id: str, *, catalogue: Catalogue, at: datetime, opened_by: str = ""
) -> Campaign:
    """Opens the campaign of a window, or returns the one of its year.

    A newer circular may name another window or move this one: a campaign not yet approved follows it. Raises NotFound
    for an unknown window, NotAllowed for one nobody confirmed, Conflict where an approved campaign stands on other
    days (amend or cancel it first).
    """
    window = session.get(SpringWindow, window_id)
    if window is None:
        raise NotFound(
            speak(
                f"查無春安工作期間 {window_id!r}；請以 `inspection calendar spring YEAR` 查詢",
                f"no Spring-Festival window {window_id!r}; see `inspection calendar spring YEAR`",
            )
        )
    if window.state is not SpringWindowState.CONFIRMED:
        raise NotAllowed(
            speak(
                f"春安工作期間 {window_id} 現為「{state_word('spring_window', window.state)}」；須先確認始得開立",
                f"window {window_id} is {window.state.value}; a campaign stands on a confirmed one",
            )
        )
    known = spring_store.of_year(session, window.year)
    if known is not None:
        return _follow(session, known, window, catalogue=catalogue, at=at)
    today = clock.local_date(at)
    kind = catalogue.campaign_kinds.opened_by(OpenedBy.SPRING_WINDOW)
    wanted = Wanted(
        kind=kind.id,
        first_day=clock.local_date(window.start_at),
        last_day=roc.last_day(window.end_at),
        opened_by=opened_by or roster.holder(session, Role.ETHICS_STAFF, on=today).id,
        campaign_id=_new_id(session, window, kind.code),
        window=(window.start_at, window.end_at),
        checklist_due_on=checklists_due(session, window, catalogue),
        name=catalogue.spring.campaign_name.format(year=_roc_year(window)),
    )
    campaign = open_campaign(session, wanted, catalogue=catalogue, at=at)
    insert_once(
        session,
        SpringCampaign,
        {"campaign_id": campaign.id, "window_id": window.id, "closed_at": None, "figures": None},
        keys=["campaign_id"],
    )
    return campaign


def checklists_due(session: Session, window: SpringWindow, catalogue: Catalogue) -> date:
    """So many working days before the holiday, that faults can be mended before the doors close; within the window."""
    calendar = calendar_days.calendar(session)
    first_closed, _, _ = spring.holiday_block(spring.lunar_new_year(window.year), calendar)
    due, left = first_closed, catalogue.spring.checklists_due_before_holiday
    first, last = clock.local_date(window.start_at), roc.last_day(window.end_at)
    while left and due > first:
        due -= timedelta(days=1)
        left -= _is_working(calendar, due)
    return min(max(due, first), last)


def _is_working(calendar: WorkingCalendar, day: date) -> bool:
    return spring.standing(day, calendar).is_working


def _follow(
    session: Session, campaign: Campaign, window: SpringWindow, *, catalogue: Catalogue, at: datetime
) -> Campaign:
    bounds = (window.start_at, window.end_at)
    kept = spring_store.spring_campaign(session, campaign.id)
    if (campaign.window_start, campaign.window_end) == bounds:
        kept.window_id = window.id
        session.flush()
        return campaign
    if campaign.state not in spring_store.BEFORE_APPROVAL:
        raise Conflict(
            speak(
                f"檢查專案 {campaign.id} 核定之期間為{roc.window(campaign.window_start, campaign.window_end)}，"
                f"現行來函為{roc.window(*bounds)}；請先變更或取消該檢查專案",
                f"campaign {campaign.id} is approved for {roc.window(campaign.window_start, campaign.window_end)}; the "
                f"circular in force says {roc.window(*bounds)}: amend or cancel the campaign first",
            )
        )
    kept.window_id = window.id
    campaign.window_start, campaign.window_end = bounds
    campaign.checklist_due_on = checklists_due(session, window, catalogue)
    session.flush()
    record(
        session,
        at=at,
        actor=campaign.opened_by,
        subject=("campaign", campaign.id),
        action="window_followed",
        reason=roc.window(*bounds),
        details={"document_number": window.circular_number or "", "due_on": str(campaign.checklist_due_on)},
    )
    return campaign


def _roc_year(window: SpringWindow) -> int:
    return roc.roc_year(date(window.year, 1, 1))


def _new_id(session: Session, window: SpringWindow, code: str) -> str:
    """C-116-SF; with a number where an earlier one was called off."""
    stem = f"C-{_roc_year(window)}-{code}"
    before = spring_store.opened_in_year(session, stem)
    return stem if not before else f"{stem}-{before + 1}"
