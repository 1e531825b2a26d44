"""Takes the daily report of a shift: from who is on duty or the deputy, or by telephone through the ethics office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.roles import on_day
from inspection.audit.events import record
from inspection.calendar import roc
from inspection.errors import BadSource, Conflict, NotAllowed, NotFound
from inspection.language import speak
from inspection.model import Campaign, DutyReport, DutyShift
from inspection.model.lifecycle import CampaignState
from inspection.notices.outbox import Letter, write
from inspection.planning.forms.spring import hours
from inspection.planning.versions import AMENDS
from inspection.rules.messages import state_word
from inspection.store import campaigns, roster, spring
from inspection.store.once import insert_once
from inspection.vocabulary import Role

LONGEST_SUMMARY = 1000
ETHICS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported of a shift: by whom (on duty or deputy), who typed it in, and whether it came by telephone."""

    has_situation: bool
    summary: str
    reported_by: str
    entered_by: str
    by_phone: bool = False


def take_report(session: Session, shift_id: str, told: Report, *, at: datetime) -> DutyReport:
    """Keeps a report; the same words again are the same report, other words are added to it (補報).

    Raises NotAllowed where the reporter is not on duty, or somebody else's report is entered by other than the ethics
    office; Conflict before the plan was approved, before the shift begins or after it was taken out of the roster;
    BadSource where a situation is reported without a word on it.
    """
    shift = spring.shift(session, shift_id)
    acting = _require_on_duty(session, shift, told, at=at)
    _require_time(session, shift, at=at)
    summary = told.summary.strip()
    if told.has_situation and not summary:
        raise BadSource(
            speak("有狀況者請填摘要", "a situation needs a summary"),
            remedy=speak(
                "請寫明種類、時間、地點及處置情形，勿填機密內容",
                "say kind, time, place and what was done, nothing secret",
            ),
        )
    if len(summary) > LONGEST_SUMMARY:
        raise BadSource(
            speak(f"摘要超過{LONGEST_SUMMARY}字", f"the summary is longer than {LONGEST_SUMMARY} characters"),
            remedy=speak("請扼要填寫", "keep it short"),
        )
    known = spring.reports_of(session, shift_id)
    said = (told.has_situation, summary, told.reported_by)
    if known and (known[-1].has_situation, known[-1].summary, known[-1].reported_by) == said:
        return known[-1]
    number = len(known) + 1
    values = {
        "shift_id": shift_id,
        "number": number,
        "has_situation": told.has_situation,
        "summary": summary,
        "reported_by": told.reported_by,
        "entered_by": told.entered_by,
        "by_phone": told.by_phone,
        "reported_at": at,
    }
    if not insert_once(session, DutyReport, values, keys=["shift_id", "number"]):
        raise Conflict(
            speak(
                "此時段方才已回報；請重新檢視並補充",
                "this shift was reported a moment ago; look again and add what is missing",
            )
        )
    details: dict[str, object] = {"count": number, "channel": "phone" if told.by_phone else "portal", **acting}
    if told.entered_by != told.reported_by:
        details["entered_by"] = told.entered_by
    action = "reported_situation" if told.has_situation else "reported"
    subject = ("duty_shift", shift_id)
    record(session, at=at, actor=told.reported_by, subject=subject, action=action, details=details)
    if told.has_situation:
        _tell_ethics(session, shift, number, at=at)
    return session.get_one(DutyReport, (shift_id, number))


def find_shift(session: Session, campaign_id: str, day: date, by: str, *, begins: str = "") -> DutyShift:
    """The shift of a day in which a person is on duty or deputy; `begins` (22:00) tells several apart."""
    names = set(on_day(session, by, day).names)
    mine = [
        shift
        for shift in spring.shifts(session, campaign_id)
        if clock.local_date(shift.starts_at) == day
        and names & {shift.person_id, shift.deputy_id}
        and begins in {"", f"{shift.starts_at.astimezone(clock.zone()):%H:%M}"}
    ]
    if not mine:
        raise NotFound(
            speak(
                f"{by} 於 {day} 未值勤；請以 `inspection spring show` 查詢",
                f"{by} is not on duty on {day}; see `inspection spring show`",
            )
        )
    if len(mine) > 1:
        hours_of = "、".join(f"{one.starts_at.astimezone(clock.zone()):%H:%M}" for one in mine)
        raise BadSource(
            speak(f"{by} 於 {day} 有數個時段：{hours_of}", f"{by} has several shifts on {day}: {hours_of}"),
            remedy=speak("請以 --begins 22:00 指明時段", "name the one with --begins 22:00"),
        )
    return mine[0]


def _require_on_duty(session: Session, shift: DutyShift, told: Report, *, at: datetime) -> dict[str, object]:
    """For whom a deputy of the roster acts; nothing for those the duty roster names."""
    on = clock.local_date(at)
    named = {shift.person_id, shift.deputy_id}
    names = on_day(session, told.reported_by, on).names
    principal = next((one for one in names if one in named), None)
    if principal is None:
        raise NotAllowed(
            speak("僅得由值勤人員或其代理人回報", "only the person on duty or the deputy reports for this shift")
        )
    by_ethics = on_day(session, told.entered_by, on).holding(ETHICS) is not None
    if (told.by_phone or told.entered_by != told.reported_by) and not by_ethics:
        raise NotAllowed(
            speak("電話回報由政風室登錄", "a report that came by telephone is entered by the ethics office")
        )
    if told.entered_by != told.reported_by and not told.by_phone:
        raise BadSource(
            speak("他人之回報須為電話回報", "somebody else's report came by telephone"),
            remedy=speak("請加 --by-phone", "say so (--by-phone)"),
        )
    if principal == told.reported_by:
        return {}
    return {"on_behalf_of": principal, "acting": f"{told.reported_by}代{principal}"}


def _require_time(session: Session, shift: DutyShift, *, at: datetime) -> None:
    if not shift.active:
        raise Conflict(
            speak(
                "此時段已不在值勤輪值表；請重新檢視",
                "this shift is no longer in the duty roster; look at the roster again",
            )
        )
    if at < shift.starts_at:
        raise Conflict(speak("時段尚未開始；開始後始得回報", "the shift has not begun; report once it has"))
    campaign = campaigns.get(session, shift.campaign_id)
    if campaign.state is CampaignState.CANCELLED or not _was_approved(session, campaign):
        raise Conflict(
            speak(
                f"檢查專案 {campaign.id} 現為「{state_word('campaign', campaign.state)}」，不再回報",
                f"campaign {campaign.id} is {campaign.state.value}; nothing is reported for it",
            )
        )


def _was_approved(session: Session, campaign: Campaign) -> bool:
    """Approved, or being amended after it was: a report is a fact and need not wait for the amendment."""
    if campaign.state not in spring.BEFORE_APPROVAL:
        return True
    plan = campaigns.latest_plan(session, campaign.id)
    return plan is not None and AMENDS in plan.content


def _tell_ethics(session: Session, shift: DutyShift, number: int, *, at: datetime) -> None:
    """At once, on holidays too; what happened stands in the system, not in the mail."""
    on = clock.local_date(at)
    campaign = campaigns.get(session, shift.campaign_id)
    told = {one.id for role in (Role.ETHICS_STAFF, Role.ETHICS_HEAD) for one in roster.holders(session, role, on=on)}
    for person in sorted(told):
        letter = Letter(
            key=f"duty-situation:{shift.id}:{number}:{person}",
            kind="duty_situation",
            person_id=person,
            values={"campaign_name": campaign.name, "shift": named(shift)},
            campaign_id=campaign.id,
        )
        write(session, letter, at=at)


def named(shift: DutyShift) -> str:
    """116年1月28日（星期四）22時至翌日8時（值勤室）."""
    return f"{roc.with_weekday(clock.local_date(shift.starts_at))}{hours(shift)}（{shift.post}）"
