"""What a project's plan is made of: real name, stages and folders, checked, and rewritten by who keeps the project.

Once the plan was approved a change of content is an amendment: the next version waits for its own approval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from inspection.access.insiders import project_for_keeper
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.errors import BadSource, Conflict
from inspection.language import speak
from inspection.model import Campaign, Plan, Project, ProjectShare
from inspection.model.lifecycle import CampaignState, PlanState
from inspection.planning.draft import draft_plan, redraft
from inspection.planning.versions import AMENDS
from inspection.rules.catalogue import Catalogue
from inspection.rules.messages import state_word
from inspection.rules.project_kinds import Stage
from inspection.store import campaigns, projects, roster
from inspection.vocabulary import ProjectKind

LONGEST_NAME = 200
LONGEST_FOLDER = 500
RUNNING = frozenset({CampaignState.APPROVED, CampaignState.INSPECTING})
BEFORE_APPROVAL = frozenset(
    {CampaignState.DRAFT, CampaignState.ASSESSED, CampaignState.PLANNED, CampaignState.SUBMITTED}
)


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of a share where files of the project lie; '' is the whole share."""

    share_id: str
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What changes; None leaves a part as it is. `reason` is needed once the plan was approved."""

    real_name: str | None = None
    stages: tuple[Stage, ...] | None = None
    places: tuple[Place, ...] | None = None
    reason: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return self.real_name is None and self.stages is None and self.places is None


def checked_name(real_name: str, code_name: str) -> str:
    """The real name, in one line, and not its code name."""
    name = " ".join(real_name.split())
    if not name or len(name) > LONGEST_NAME:
        raise BadSource(
            speak("案名空白或過長", "the title is missing or too long"),
            remedy=speak(f"請以一行、{LONGEST_NAME}字以內書寫", f"write one line of at most {LONGEST_NAME} characters"),
        )
    if code_name in name or name in code_name:
        raise BadSource(
            speak("代號取自案名，會洩漏專案內容", "the code name is taken from the title and would give it away"),
            remedy=speak("另取與專案無關之中性代號", "choose a neutral one that has nothing to do with it"),
        )
    return name


def checked_places(session: Session, places: Sequence[Place]) -> tuple[Place, ...]:
    """Folders of shares in the roster, each once; raises NotFound for a share nobody knows, BadSource for a path."""
    found: dict[Place, None] = {}
    for one in places:
        roster.share(session, one.share_id)
        parts = [part for part in one.folder.replace("\\", "/").split("/") if part]
        if any(part in {".", ".."} for part in parts) or len(one.folder) > LONGEST_FOLDER:
            raise BadSource(
                speak("資料夾寫法有誤", "the folder is not well formed"),
                remedy=speak("請寫分享區內之資料夾路徑，例：採購/甲案", "write the path of a folder on the share"),
            )
        found[Place(one.share_id, "/".join(parts))] = None
    return tuple(found)


def default_stages(session: Session, catalogue: Catalogue, kind: ProjectKind, unit_id: str) -> list[dict[str, Any]]:
    """The stages of a kind, the owning unit's name filled in."""
    return _as_rows(session, catalogue.project_kinds.rule(kind).stages, unit_id)


def _as_rows(session: Session, stages: Sequence[Stage], unit_id: str) -> list[dict[str, Any]]:
    unit = roster.unit(session, unit_id).name
    return [
        {name: str(value).replace("{unit}", unit) for name, value in stage.model_dump().items()} for stage in stages
    ]


def rewrite(
    session: Session, name: str, wanted: Rewriting, *, person_id: str, catalogue: Catalogue, at: datetime
) -> Plan | None:
    """Changes the content of a project; returns the plan's next version, None before there was any. Twice is once.

    After its approval the plan is amended: nothing is crawled or handed out until the next version is approved.
    Raises NotFound and NotAllowed for who does not keep the project, Conflict once its review is open.
    """
    project = project_for_keeper(session, name, person_id, at=at)
    if wanted.is_empty:
        raise BadSource(
            speak("未指定變更事項", "nothing to change was named"),
            remedy=speak("請指定案名、分工表或清查資料夾", "name the title, the division of work or the folders"),
        )
    campaign = campaigns.get(session, project.campaign_id)
    latest = campaigns.latest_plan(session, campaign.id)
    if campaign.state not in BEFORE_APPROVAL | RUNNING:
        raise Conflict(
            speak(
                f"專案 {project.code_name} 現為「{state_word('campaign', campaign.state)}」，內容不得變更",
                f"project {project.code_name} is {campaign.state.value}; its content stands",
            )
        )
    amends = latest is not None and (latest.state == PlanState.APPROVED or AMENDS in latest.content)
    if amends and not wanted.reason.strip():
        raise BadSource(
            speak("計畫已核定，變更內容須載明理由", "the plan is approved: a change of content needs its reason"),
            remedy=speak("請寫明變更理由；修正計畫將重新陳核", "say why; the plan will be submitted again"),
        )
    if not _write(session, project, wanted):
        return latest
    record(session, at=at, actor=person_id, subject=("project", campaign.id), action="rewritten")
    if latest is None:
        return None
    if not amends:
        return draft_plan(session, campaign.id, catalogue=catalogue, drafted_by=person_id, at=at)
    return _amend(session, campaign, latest, wanted.reason, person_id=person_id, catalogue=catalogue, at=at)


def _amend(
    session: Session,
    campaign: Campaign,
    latest: Plan,
    reason: str,
    *,
    person_id: str,
    catalogue: Catalogue,
    at: datetime,
) -> Plan:
    if campaign.state in RUNNING:
        advance(session, campaign, CampaignState.PLANNED, actor=person_id, at=at, reason=reason)
    amended = latest.id if latest.state == PlanState.APPROVED else latest.content[AMENDS]["plan"]
    return redraft(session, campaign.id, catalogue=catalogue, drafted_by=person_id, amends=(amended, reason), at=at)


def _write(session: Session, project: Project, wanted: Rewriting) -> bool:
    changed = False
    if wanted.real_name is not None:
        name = checked_name(wanted.real_name, project.code_name)
        changed = changed or name != project.real_name
        project.real_name = name
    if wanted.stages is not None:
        stages = _as_rows(session, wanted.stages, project.unit_id)
        changed = changed or stages != project.stages
        project.stages = stages
    if wanted.places is not None:
        places = checked_places(session, wanted.places)
        before = projects.shares(session, project.campaign_id)
        if {(one.share_id, one.folder) for one in before} != {(one.share_id, one.folder) for one in places}:
            changed = True
            for gone in before:
                session.delete(gone)
            session.flush()
            session.add_all(
                ProjectShare(campaign_id=project.campaign_id, share_id=one.share_id, folder=one.folder)
                for one in places
            )
    session.flush()
    return changed
