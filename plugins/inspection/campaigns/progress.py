"""Where a campaign stands, in counts."""

from __future__ import annotations

from collections import Counter

from sqlalchemy.orm import Session

from inspection.rules.campaign_kinds import Chapter
from inspection.store import campaigns, checklists, evidence, findings, notices, spring
from inspection.store.kinds import kind_of


def progress(session: Session, campaign_id: str) -> dict[str, object]:
    """State and counts of a campaign: nothing in it was found in a file."""
    campaign = campaigns.get(session, campaign_id)
    plan = campaigns.latest_plan(session, campaign_id)
    run = evidence.campaign_run(session, campaign_id)
    every = evidence.coverage(session, run.id) if run else []
    shares = [(covered, share) for covered, share in every if not covered.left_out]
    told: dict[str, object] = {
        "campaign": campaign.id,
        "name": campaign.name,
        "state": campaign.state.value,
        "plan": plan.state.value if plan else None,
        "plan_version": plan.version if plan else None,
        "crawl": run.state.value if run else None,
        "shares_complete": f"{sum(one.complete for one, _ in shares)}/{len(shares)}",
        "shares_left_out": len(every) - len(shares),
        "files_seen": sum(one.seen for one, _ in shares),
        "checklists": dict(Counter(one.state.value for one in checklists.of_campaign(session, campaign_id))),
        "suspicions": evidence.decided_counts(session, campaign_id),
        "findings": len(findings.of_campaign(session, campaign_id)),
        "fixes": dict(Counter(one.state.value for one in findings.fixes_of_campaign(session, campaign_id))),
        "notices": dict(Counter(one.state.value for one in notices.of_campaign(session, campaign_id))),
    }
    if Chapter.DUTY in kind_of(campaign).runs:
        told["duty"] = duty_progress(session, campaign_id)
    return told


def duty_progress(session: Session, campaign_id: str) -> dict[str, object]:
    """Shifts on the roster and those reported; once the window is over, what its days came to."""
    closed = spring.spring_campaign(session, campaign_id).figures
    if closed is not None:
        return dict(closed)
    shifts = [one.id for one in spring.shifts(session, campaign_id)]
    return {"shifts": len(shifts), "reported": len(spring.reported(session, shifts))}
