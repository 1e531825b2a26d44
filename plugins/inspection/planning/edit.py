"""A person rewrites the text of a section; the figures the plan rests on stay as they are."""

from __future__ import annotations

import copy
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.insiders import require_keeper
from inspection.audit.events import record
from inspection.errors import BadSource, NotAllowed, NotFound
from inspection.language import speak
from inspection.model import Plan
from inspection.model.lifecycle import PlanState
from inspection.planning.versions import EDITED, next_version
from inspection.store import campaigns, roster
from inspection.vocabulary import Role

LONGEST_LINE = 2000


def edit_section(session: Session, campaign_id: str, section: str, text: str, *, person_id: str, at: datetime) -> Plan:
    """Makes the next version with a section's text replaced, one paragraph per line; the same text is no change.

    Raises NotAllowed for people outside the ethics office and for a plan in force (a running campaign is amended),
    BadSource for a section the plan does not have or an empty text.
    """
    on = clock.local_date(at)
    if not any(roster.holds_role(session, person_id, role, on=on) for role in (Role.ETHICS_STAFF, Role.ETHICS_HEAD)):
        raise NotAllowed(speak("計畫僅得由政風室撰寫", "only the ethics office writes the plan"))
    require_keeper(session, campaigns.get(session, campaign_id), person_id, at=at)
    latest = campaigns.latest_plan(session, campaign_id)
    if latest is None:
        raise NotFound(
            speak(
                f"檢查專案 {campaign_id} 尚無計畫；請先擬訂", f"campaign {campaign_id} has no plan yet; draft it first"
            )
        )
    if latest.state == PlanState.APPROVED:
        raise NotAllowed(
            speak(
                f"計畫 {latest.id} 已核定；請改以 `inspection campaign amend` 變更檢查專案",
                f"plan {latest.id} is in force; amend the campaign instead (`inspection campaign amend`)",
            )
        )
    content = copy.deepcopy(dict(latest.content))
    lines = _lines(content, section, text)
    if content["sections"][section]["lines"] == lines and latest.state != PlanState.RETURNED:
        return latest
    content["sections"][section]["lines"] = lines
    content[EDITED] = {**content.get(EDITED, {}), section: lines}
    campaign = campaigns.get(session, campaign_id)
    plan = next_version(
        session, campaign, content, assessment_id=latest.assessment_id, latest=latest, drafted_by=person_id, at=at
    )
    record(session, at=at, actor=person_id, subject=("plan", plan.id), action="edited", details={"section": section})
    return plan


def _lines(content: dict[str, object], section: str, text: str) -> list[str]:
    sections = content["sections"]
    assert isinstance(sections, dict)
    if section not in sections:
        raise BadSource(
            speak(f"計畫沒有 {section!r} 這一節", f"the plan has no section {section!r}"),
            remedy=speak(f"請用 {'、'.join(sections)} 之一", f"one of {', '.join(sections)}"),
        )
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise BadSource(
            speak(f"{section!r} 節沒有內容", f"the text of section {section!r} is empty"),
            remedy=speak("請至少填寫一行", "write at least one line"),
        )
    if any(len(line) > LONGEST_LINE for line in lines):
        raise BadSource(
            speak(
                f"{section!r} 節有一行超過 {LONGEST_LINE} 字",
                f"a line of section {section!r} is longer than {LONGEST_LINE} characters",
            ),
            remedy=speak("請分行", "divide it"),
        )
    return lines
