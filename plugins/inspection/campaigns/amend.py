"""A running campaign is amended: the next version of its plan is approved anew before anything more is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.roles import on_behalf
from inspection.access.who import asking
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.language import speak
from inspection.model import Campaign, CampaignUnit, Plan
from inspection.model.lifecycle import CampaignState, PlanState
from inspection.planning.draft import redraft
from inspection.planning.versions import AMENDS
from inspection.rules.catalogue import Catalogue
from inspection.rules.messages import state_word
from inspection.store import campaigns, findings, roster
from inspection.vocabulary import Role

AMENDED_IN = frozenset({CampaignState.APPROVED, CampaignState.INSPECTING})
WRITERS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})


@dataclass(frozen=True, slots=True)
class Amendment:
    """What changes, and why: last day, due date of the checklists, units added and dropped, the hour of revealing."""

    reason: str
    last_day: date | None = None
    checklist_due_on: date | None = None
    add_units: tuple[str, ...] = ()
    drop_units: tuple[str, ...] = ()
    reveal_at: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        dates = (self.last_day, self.checklist_due_on, self.reveal_at)
        return not any(dates) and not self.add_units and not self.drop_units


def amend(
    session: Session, campaign_id: str, wanted: Amendment, *, catalogue: Catalogue, person_id: str, at: datetime
) -> Plan:
    """Writes the amended version of the plan; it is then submitted and decided as the first one was.

    From here until its approval nothing is sent or crawled. Raises NotAllowed for people outside the ethics office,
    Conflict where the campaign is not running or a dropped unit has findings, BadSource for what makes no sense.
    """
    held = asking(session, person_id, at=at).holding(WRITERS)
    if held is None:
        raise NotAllowed(speak("檢查專案僅得由政風室變更", "only the ethics office amends a campaign"))
    if wanted.is_empty or not wanted.reason.strip():
        raise BadSource(
            speak("修正內容或理由未填", "changes or reason are missing"),
            remedy=speak("請寫明修正事項及理由", "write down what changes and why"),
        )
    campaign = campaigns.get(session, campaign_id)
    if catalogue.campaign_kinds.rule(campaign.kind).is_project:
        raise Conflict(
            speak(
                "專案請以 `inspection project rewrite` 及 `inspection project move-end` 變更",
                "a project is changed by `inspection project rewrite` and `inspection project move-end`",
            )
        )
    latest = campaigns.latest_plan(session, campaign_id)
    if latest is None or not _may_change(campaign, latest):
        raise Conflict(
            speak(
                f"檢查專案 {campaign_id} 現為「{state_word('campaign', campaign.state)}」；已核定或辦理中者始得變更",
                f"campaign {campaign_id} is {campaign.state.value}; only one approved or under way is amended",
            )
        )
    _change_dates(campaign, wanted)
    _change_units(session, campaign, wanted)
    if campaign.state in AMENDED_IN:
        details: dict[str, object] = {"due_on": str(campaign.checklist_due_on), **on_behalf(person_id, held)}
        target = CampaignState.PLANNED
        advance(session, campaign, target, actor=person_id, at=at, reason=wanted.reason, details=details)
    amended = latest.content[AMENDS]["plan"] if latest.state != PlanState.APPROVED else latest.id
    plan = redraft(
        session, campaign_id, catalogue=catalogue, drafted_by=person_id, amends=(amended, wanted.reason), at=at
    )
    subject = ("plan", plan.id)
    record(session, at=at, actor=person_id, subject=subject, action="amends", details={"follows": amended})
    return plan


def _may_change(campaign: Campaign, latest: Plan) -> bool:
    """Approved or under way, or an amendment not yet approved that is written anew."""
    if campaign.state in AMENDED_IN:
        return latest.state == PlanState.APPROVED
    return campaign.state in {CampaignState.PLANNED, CampaignState.SUBMITTED} and AMENDS in latest.content


def _change_dates(campaign: Campaign, wanted: Amendment) -> None:
    if wanted.last_day is not None:
        campaign.window_end = datetime.combine(wanted.last_day + timedelta(days=1), time(), clock.zone())
    if wanted.checklist_due_on is not None:
        campaign.checklist_due_on = wanted.checklist_due_on
    if wanted.reveal_at is not None:
        campaign.reveal_at = wanted.reveal_at
    first = clock.local_date(campaign.window_start)
    last = clock.local_date(campaign.window_end - timedelta(seconds=1))
    if not first <= campaign.checklist_due_on <= last:
        raise BadSource(
            speak(
                f"檢查表期限 {campaign.checklist_due_on} 不在檢查期間 {first} 至 {last} 內",
                f"the due date {campaign.checklist_due_on} lies outside the window {first} to {last}",
            )
        )


def _change_units(session: Session, campaign: Campaign, wanted: Amendment) -> None:
    known = {unit.id for unit in campaigns.units(session, campaign.id)}
    unknown = set(wanted.drop_units) - known
    left = (known | set(wanted.add_units)) - set(wanted.drop_units)
    if unknown or not left:
        inspected = "、".join(sorted(known))
        raise BadSource(
            speak(
                f"無法刪除單位 {'、'.join(sorted(wanted.drop_units))}",
                f"cannot drop {'、'.join(sorted(wanted.drop_units))}",
            ),
            remedy=speak(f"受檢單位為 {inspected}", f"inspected are {inspected}"),
        )
    faulted = {one.unit_id for one in findings.of_campaign(session, campaign.id)} & set(wanted.drop_units)
    if faulted:
        raise Conflict(
            speak(
                f"已有確認缺失之單位不得刪除：{'、'.join(sorted(faulted))}",
                f"units with confirmed findings stay: {'、'.join(sorted(faulted))}",
            )
        )
    for unit_id in wanted.drop_units:
        session.delete(session.get_one(CampaignUnit, (campaign.id, unit_id)))
    for unit_id in sorted(set(wanted.add_units) - known):
        unit = roster.unit(session, unit_id)
        session.add(CampaignUnit(campaign_id=campaign.id, unit_id=unit.id, unit_name=unit.name))
    session.flush()
