"""Situation assessment from what is on record: the three factors of seed 000 art. 7(一)1.

Figures come from earlier campaigns; every sentence carries the number it rests on, and where the records do not
suffice it says 資料不足.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.model import Assessment, Campaign, Unit
from inspection.model.lifecycle import CampaignState
from inspection.rules.assessment_sentences import Factor, Sentence, say
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, history


def assess(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> Assessment:
    """Makes the assessment of a campaign; the same figures again are the same assessment."""
    campaign = campaigns.get(session, campaign_id)
    figures = _figures(session, campaign)
    sentences = _sentences(catalogue, figures)
    latest = campaigns.latest_assessment(session, campaign_id)
    if latest is not None and latest.figures == figures and latest.sentences == sentences:
        return latest
    version = (latest.version if latest else 0) + 1
    assessment = Assessment(
        id=f"{campaign_id}:a{version}",
        campaign_id=campaign_id,
        version=version,
        figures=figures,
        sentences=sentences,
        made_at=at,
    )
    session.add(assessment)
    session.flush()
    if campaign.state == CampaignState.DRAFT:
        advance(session, campaign, CampaignState.ASSESSED, actor=actor, at=at)
    record(
        session, at=at, actor=actor, subject=("assessment", assessment.id), action="made", details={"version": version}
    )
    return assessment


def _figures(session: Session, campaign: Campaign) -> dict[str, object]:
    on = clock.local_date(campaign.window_start)
    units = campaigns.units(session, campaign.id)
    return {
        "agency": history.agency_facts(session, campaign, on=on),
        "units": {unit.id: history.unit_facts(session, campaign, unit.id, on=on) for unit in units},
    }


def _sentences(catalogue: Catalogue, figures: dict[str, object]) -> list[dict[str, object]]:
    facts = figures["agency"]
    assert isinstance(facts, dict)
    said: list[Sentence] = []
    for factor in Factor:
        said.extend(say(catalogue.assessment_sentences, facts[str(int(factor))], factor))
    return [
        {
            "rule": sentence.rule_id,
            "factor": int(sentence.factor),
            "text": sentence.text,
            "numbers": dict(sentence.numbers),
            "stresses": list(sentence.stresses),
        }
        for sentence in said
    ]


def stressed_categories(assessment: Assessment) -> dict[str, str]:
    """Item categories (prefixes) the plan should stress, each with the sentence it rests on."""
    reasons: dict[str, str] = {}
    for sentence in assessment.sentences:
        for prefix in sentence["stresses"]:
            reasons.setdefault(str(prefix), str(sentence["text"]))
    return reasons


def unit_reasons(assessment: Assessment, unit: Unit) -> dict[str, int]:
    """Categories (printed names) in which the unit had confirmed faults last time, with their number."""
    own = assessment.figures["units"].get(unit.id, {})
    return {str(name): int(count) for name, count in own.get("faults_by_category", {}).items()}
