"""A 會辦 member signs the 保密切結 of a campaign; before it he or she sees nothing of it (officer review A11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.policy import ETHICS
from inspection.access.roles import on_day
from inspection.audit.events import record
from inspection.calendar import roc
from inspection.documents.render import fingerprint
from inspection.errors import BadSource, Conflict, NotAllowed, NotFound
from inspection.language import speak
from inspection.model import Pledge
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, pledges, roster
from inspection.store.once import insert_once
from inspection.store.unannounced import hour_of
from inspection.vocabulary import ApprovalRoute


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed, on which day, by which route, and who enters it."""

    person_id: str
    pledged_on: date
    route: ApprovalRoute
    entered_by: str


def pledge_text(session: Session, campaign_id: str, catalogue: Catalogue) -> list[str]:
    """The lines that are signed."""
    campaign = campaigns.get(session, campaign_id)
    agency = roster.agency(session)
    return catalogue.wording.say("pledge_text", {"campaign": campaign.name, "agency": agency.name})


def pledge(session: Session, campaign_id: str, signed: Signed, *, catalogue: Catalogue, at: datetime) -> Pledge:
    """Records it; twice is once. Raises NotAllowed for somebody who is no 會辦 member, or enters another's without
    being of the ethics office; BadSource for a day to come or before the hour of an unannounced inspection; before that
    hour NotFound for the member, Conflict for the ethics office."""
    campaign = campaigns.get(session, campaign_id)
    today = clock.local_date(at)
    own = signed.entered_by == signed.person_id
    if not own and on_day(session, signed.entered_by, today).holding(ETHICS) is None:
        raise NotAllowed(
            speak(
                "切結僅得由本人登錄；紙本由政風室登錄",
                "only the person, or the ethics office for a paper, enters a pledge",
            )
        )
    if not pledges.is_member(session, campaign_id, signed.person_id):
        raise NotAllowed(
            speak(
                f"{signed.person_id} 不是檢查專案 {campaign_id} 檢查小組成員",
                f"person {signed.person_id} is no member of a group of campaign {campaign_id}",
            )
        )
    hour = hour_of(campaign)
    if hour is not None and at < hour:  # whoever goes along hears of it that morning (officer review A8)
        if own:
            raise NotFound(speak(f"查無檢查專案 {campaign_id}", f"campaign {campaign_id} does not exist"))
        raise Conflict(
            speak(
                f"本檢查不預先通知，會同人員於揭露時間（{roc.moment(hour)}）後始簽署切結",
                "an unannounced inspection: whoever goes along signs after its hour",
            )
        )
    if hour is not None and signed.pledged_on < clock.local_date(hour):
        raise BadSource(
            speak("切結日期早於本檢查之揭露時間", "the pledge lies before the hour of the inspection"),
            remedy=speak("請填實際簽署之日", "give the day it was signed"),
        )
    if signed.pledged_on > today:
        raise BadSource(
            speak("切結日期不得晚於今日", "the day of the pledge lies in the future"),
            remedy=speak("請填實際簽署之日", "give the day it was signed"),
        )
    known = pledges.get(session, campaign_id, signed.person_id)
    if known is not None:
        return known
    fresh = insert_once(
        session,
        Pledge,
        {
            "campaign_id": campaign_id,
            "person_id": signed.person_id,
            "pledged_on": signed.pledged_on,
            "route": signed.route,
            "text_hash": fingerprint({"lines": pledge_text(session, campaign_id, catalogue)}),
            "entered_by": signed.entered_by,
            "entered_at": at,
        },
        keys=["campaign_id", "person_id"],
    )
    if fresh:
        details: dict[str, object] = {"route": signed.route.value, "entered_by": signed.entered_by}
        subject = ("campaign", campaign.id)
        record(session, at=at, actor=signed.person_id, subject=subject, action="pledged", details=details)
    return session.get_one(Pledge, (campaign_id, signed.person_id))
