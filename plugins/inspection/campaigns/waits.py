"""What a campaign waits for beside decisions: one register, asked by the parked task and by the sender.

A wait looks at what is so now, never at a message: released twice, late, or by hand it only looks again. A date comes
by itself, for each look is given the instant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.calendar import roc
from inspection.campaigns import gates
from inspection.campaigns.pause import is_paused
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import AirflowWait, Campaign
from inspection.model.lifecycle import CampaignState
from inspection.planning.submit import await_contents, awaits_person
from inspection.projects.closing import has_ended, is_submitted, open_review
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, checklists, findings, parked
from inspection.store.parked import ParkedGate
from inspection.store.unannounced import hour_of

LOOK_AGAIN = "再看一次"
"""The one answer a wait takes: to look at once."""

NOBODY_NEED_ANSWER = (
    f"**本項無須作答**：所等事項完成或期日屆至後，系統於一分鐘內自動續辦。「{LOOK_AGAIN}」僅使系統立即查看，"
    "不代表完成或核定；所等事項載於本步驟之紀錄（Log）。"
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look has before it."""

    session: Session
    campaign: Campaign
    catalogue: Catalogue
    at: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """One kind of wait. `left` says what is still awaited, one line each and nothing secret; no line: it is over.

    `writes`: a look may leave rows (a plan drafted anew). `every_seconds`: how often the sender looks at most.
    """

    id: str
    left: Callable[[Looked], list[str]]
    writes: bool = False
    every_seconds: float = 0.0


def _assessment(look: Looked) -> list[str]:
    if not awaits_person(look.session, look.campaign, look.catalogue):
        return []
    return [speak("狀況研判尚待政風人員確認", "nobody of the ethics office has confirmed the assessment")]


def _contents(look: Looked) -> list[str]:
    lacks = await_contents(look.session, look.campaign.id, catalogue=look.catalogue, at=look.at)
    return [str(one) for one in lacks]


def _checklists(look: Looked) -> list[str]:
    left = checklists.unsettled(look.session, look.campaign.id)
    return [speak(f"尚有 {left} 份檢查表未審查完成", f"{left} checklists are neither accepted nor exempt")] * bool(left)


def _triage(look: Looked) -> list[str]:
    left = findings.undecided(look.session, look.campaign.id)
    return [speak(f"尚有 {left} 件疑似事項未判定", f"{left} suspicions wait for a person")] * bool(left)


def _until(instant: datetime | None, at: datetime) -> list[str]:
    if instant is None or at >= instant:
        return []
    return [speak(f"等候至 {roc.moment(instant)}", f"waits until {instant.astimezone(clock.zone()):%Y-%m-%d %H:%M}")]


def _hour(look: Looked) -> list[str]:
    return _until(hour_of(look.campaign), look.at)


def _window_end(look: Looked) -> list[str]:
    return _until(look.campaign.window_end, look.at)


def _project_end(look: Looked) -> list[str]:
    if has_ended(look.session, look.campaign.id, at=look.at):
        return []
    amended = speak("計畫之修正尚待核定", "an amendment of the plan waits for its approval")
    return _until(look.campaign.window_end, look.at) or [amended]


def _review(look: Looked) -> list[str]:
    """One withdrawn because the end moved opens anew after it."""
    if has_ended(look.session, look.campaign.id, at=look.at):
        by = look.campaign.opened_by
        open_review(look.session, look.campaign.id, catalogue=look.catalogue, actor=by, at=look.at)
    if is_submitted(look.session, look.campaign.id):
        return []
    return [speak("檢討改進意見尚未陳核", "the closing review has not been laid before the head")]


WAITS = {
    one.id: one
    for one in (
        Wait("assessment", _assessment),
        Wait("contents", _contents, writes=True, every_seconds=30),
        Wait("checklists", _checklists),
        Wait("triage", _triage),
        Wait("hour", _hour),
        Wait("window_end", _window_end),
        Wait("project_end", _project_end),
        Wait("review", _review, writes=True, every_seconds=30),
    )
}


def of(wait_id: str) -> Wait:
    """The wait of this id; raises NotFound for one this version does not know."""
    if wait_id not in WAITS:
        raise NotFound(speak(f"不識等候事項 {wait_id!r}", f"no wait is called {wait_id!r}"))
    return WAITS[wait_id]


def left(session: Session, wait_id: str, campaign_id: str, *, catalogue: Catalogue, at: datetime) -> list[str]:
    """What a wait still waits for. While a campaign rests all of it does; after a cancellation nothing is awaited."""
    campaign = campaigns.get(session, campaign_id)
    if campaign.state is CampaignState.CANCELLED:
        return []
    if campaign.state is CampaignState.PAUSED:
        return [speak("檢查專案暫停中", "the campaign is paused")]
    return of(wait_id).left(Looked(session, campaign, catalogue, at))


def arrive(
    session: Session, place: ParkedGate, wait_id: str, campaign_id: str, *, catalogue: Catalogue, at: datetime
) -> list[str]:
    """A task asks whether it may go on; where anything is left it is noted as parked, for the sender to release."""
    missing = left(session, wait_id, campaign_id, catalogue=catalogue, at=at)
    if missing:
        parked.note(session, AirflowWait, place, awaits=wait_id, campaign_id=campaign_id)
    else:
        parked.passed(session, AirflowWait, place, at=at)
    return missing


def require_not_cancelled(session: Session, campaign_id: str) -> None:
    """Raises CalledOff where a campaign was cancelled: its run ends here."""
    is_paused(session, campaign_id)


def shown(session: Session, campaign_id: str) -> str:
    """What the required action of a wait shows: nothing a reader of DAGs may not see, and that nobody need answer."""
    return gates.shown(session, campaign_id, {"入口網站": settings.get().portal_url}, NOBODY_NEED_ANSWER)
