"""Where a campaign stands, in counts."""

from __future__ import annotations

from collections import Counter

from sqlalchemy.orm import Session

from inspection.store import campaigns, checklists, evidence, findings, notices


def progress(session: Session, campaign_id: str) -> dict[str, object]:
    """State and counts of a campaign: nothing in it was found in a file."""
    campaign = campaigns.get(session, campaign_id)
    plan = campaigns.latest_plan(session, campaign_id)
    run = evidence.campaign_run(session, campaign_id)
    shares = evidence.coverage(session, run.id) if run else []
    return {
        "campaign": campaign.id,
        "name": campaign.name,
        "state": campaign.state.value,
        "plan": plan.state.value if plan else None,
        "plan_version": plan.version if plan else None,
        "crawl": run.state.value if run else None,
        "shares_complete": f"{sum(one.complete for one, _ in shares)}/{len(shares)}",
        "files_seen": sum(one.seen for one, _ in shares),
        "checklists": dict(Counter(one.state.value for one in checklists.of_campaign(session, campaign_id))),
        "suspicions": evidence.decided_counts(session, campaign_id),
        "findings": len(findings.of_campaign(session, campaign_id)),
        "fixes": dict(Counter(one.state.value for one in findings.fixes_of_campaign(session, campaign_id))),
        "notices": dict(Counter(one.state.value for one in notices.of_campaign(session, campaign_id))),
    }
