"""Which units are visited on the spot: every one, or those drawn by the plan's seed and those people added.

The seed is opened once the forms are in, by an officer, and never before: nobody can choose whom to look at, and nobody
knows it while units still answer. A unit that was drawn is never taken out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.policy import Act, demand
from inspection.access.who import asking
from inspection.audit.events import record
from inspection.checklists.record_sheet import print_record_sheets
from inspection.errors import BadSource, Conflict
from inspection.language import speak
from inspection.model import Campaign, Plan, SpotSample
from inspection.planning import lots
from inspection.planning.decision import plan_in_force
from inspection.planning.spot_seed import SUBJECT, of_plan, opened
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, checklists, spot_sample
from inspection.store.unannounced import is_untold

LONGEST_REASON = 500


def draw(session: Session, campaign_id: str, *, catalogue: Catalogue, person_id: str, at: datetime) -> SpotSample:
    """Opens the seed, draws the units of the plan in force, and prints their record sheets; drawn twice is once.

    Raises NotFound for others, Conflict where the plan has nothing drawn or forms are still awaited before their day,
    BadSource where the seed is not the one of the plan.
    """
    campaign, plan, told = _planned(session, campaign_id, person_id, at=at)
    row = _row(session, campaign_id)
    if row.opened_at is None:
        _require_in(session, campaign, at=at)
        if row.commitment != told["commitment"]:
            raise BadSource(
                speak("抽籤種子之雜湊值與核定計畫不符", "the seed is not the one whose hash the approved plan prints")
            )
        seed, listed = opened(session, row), sorted(str(unit["id"]) for unit in plan.content["units"])
        found = lots.drawn(campaign_id, seed, listed, int(told["count"]))
        if spot_sample.open_once(session, campaign_id, seed=seed, listed=listed, drawn=found, by=person_id, at=at):
            details: dict[str, object] = {"count": len(found), "sha256": row.commitment, "version": plan.version}
            subject = (SUBJECT, campaign_id)
            record(session, at=at, actor=person_id, subject=subject, action="drawn", details=details)
        row = _row(session, campaign_id)
    print_record_sheets(session, campaign_id, catalogue=catalogue, at=at)
    return row


def add(
    session: Session, campaign_id: str, unit_id: str, *, reason: str, catalogue: Catalogue, person_id: str, at: datetime
) -> bool:
    """Has a unit visited beside those drawn, for a reason the report prints; True where that is new.

    Raises NotFound for others, BadSource without a reason or for a unit the plan does not name, Conflict before the
    drawing, or where it was drawn anyhow.
    """
    _, plan, _ = _planned(session, campaign_id, person_id, at=at)
    row, reason = _row(session, campaign_id), " ".join(reason.split())
    if row.opened_at is None:
        raise Conflict(speak("尚未開籤，不得加列", "nothing is added before the drawing"))
    if not 0 < len(reason) <= LONGEST_REASON:
        raise BadSource(
            speak(
                f"加列須敘明理由，至多{LONGEST_REASON}字", f"a reason is needed, of at most {LONGEST_REASON} characters"
            )
        )
    if unit_id not in {unit["id"] for unit in plan.content["units"]}:
        raise BadSource(speak(f"單位 {unit_id} 不在計畫內", f"the plan does not name the unit {unit_id}"))
    if unit_id in (row.drawn or ()):
        raise Conflict(speak(f"單位 {unit_id} 已中籤，無須加列", f"the unit {unit_id} was drawn anyhow"))
    is_new = spot_sample.add(session, campaign_id, unit_id, reason=reason, by=person_id, at=at)
    if is_new:
        details: dict[str, object] = {"unit_id": unit_id}
        subject = (SUBJECT, campaign_id)
        record(session, at=at, actor=person_id, subject=subject, action="added", reason=reason, details=details)
        print_record_sheets(session, campaign_id, catalogue=catalogue, at=at)
    return is_new


def _planned(
    session: Session, campaign_id: str, person_id: str, *, at: datetime
) -> tuple[Campaign, Plan, Mapping[str, Any]]:
    campaign = campaigns.get(session, campaign_id)
    demand(asking(session, person_id, at=at), Act.KEEP_CAMPAIGN, campaign)
    plan = plan_in_force(session, campaign_id)
    told = of_plan(plan.content)
    if told is None:
        raise Conflict(
            speak("本次計畫各單位均實地檢查，無須抽籤", "the plan has every unit visited; there is nothing to draw")
        )
    if campaign.state in campaigns.CONCLUDED:
        raise Conflict(speak("本次檢查已結案，不再抽籤", "the inspection is concluded; nothing is drawn"))
    return campaign, plan, told


def _row(session: Session, campaign_id: str) -> SpotSample:
    row = spot_sample.get(session, campaign_id)
    if row is None:
        raise BadSource(
            speak("查無本次檢查之抽籤種子", "the seed of this inspection is gone"),
            remedy=speak("請自備份還原", "restore it from a backup"),
        )
    return row


def _require_in(session: Session, campaign: Campaign, *, at: datetime) -> None:
    """Nothing is opened while a unit may still answer in time, nor before an unannounced inspection's hour."""
    every = checklists.of_campaign(session, campaign.id)
    awaited = sum(one.state in checklists.AWAITED for one in every)
    over = clock.local_date(at) > campaign.checklist_due_on
    if is_untold(campaign, at=at) or not every or (awaited and not over):
        raise Conflict(
            speak(
                f"檢查表尚未收齊（未送回{awaited}份）且未逾填報期限，不得開籤",
                f"{awaited} checklists are awaited and their day is not over: the seed stays closed",
            )
        )
