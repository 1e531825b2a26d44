"""Situation assessment from what is on record: the three factors of seed 000 art. 7(一)1, of the agency and each unit.

Figures come from earlier campaigns and the awareness work; every sentence carries the number it rests on, and where
the records do not suffice it says 資料不足. What a person wrote instead of a sentence stays while its figures do.
A project is judged by where its own stages may leak (art. 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.model import Assessment, Campaign, Unit
from inspection.model.lifecycle import CampaignState
from inspection.planning import leaks
from inspection.planning.facts import agency_facts, look_at, unit_facts
from inspection.rules.assessment_sentences import AssessmentSentences, Factor, Scope, Sentence, say
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns

Spoken = dict[str, object]
"""A sentence of an assessment: rule, factor, unit (agency: ''), text, numbers, stresses; `weight` where it is only
ready or says 資料不足; `written_by` where a person wrote the text, `machine` then what the rules would have said;
`confirmed_by` where a person let it stand."""
READY, LACKING = "ready", "lacking"


def assess(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> Assessment:
    """Makes the assessment of a campaign; the same figures again are the same assessment."""
    campaign = campaigns.get(session, campaign_id)
    figures = _figures(session, campaign, catalogue)
    latest = campaigns.latest_assessment(session, campaign_id)
    said = (
        leaks.sentences(catalogue, figures)
        if catalogue.campaign_kinds.rule(campaign.kind).is_project
        else _sentences(catalogue.assessment_sentences, figures)
    )
    sentences = _lay_over(said, latest)
    if latest is not None and latest.figures == figures and latest.sentences == sentences:
        return latest
    assessment = next_assessment(session, campaign_id, latest, figures=figures, sentences=sentences, at=at)
    if campaign.state == CampaignState.DRAFT:
        advance(session, campaign, CampaignState.ASSESSED, actor=actor, at=at)
    record(
        session,
        at=at,
        actor=actor,
        subject=("assessment", assessment.id),
        action="made",
        details={"version": assessment.version},
    )
    return assessment


def next_assessment(
    session: Session,
    campaign_id: str,
    latest: Assessment | None,
    *,
    figures: dict[str, object],
    sentences: list[Spoken],
    at: datetime,
) -> Assessment:
    """Adds the version after `latest`."""
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
    return assessment


def _figures(session: Session, campaign: Campaign, catalogue: Catalogue) -> dict[str, object]:
    if catalogue.campaign_kinds.rule(campaign.kind).is_project:
        return leaks.figures(session, campaign, catalogue)
    look = look_at(session, campaign, catalogue)
    units = campaigns.units(session, campaign.id)
    return {"agency": agency_facts(look), "units": {unit.id: unit_facts(look, unit.id) for unit in units}}


def _sentences(rules: AssessmentSentences, figures: Mapping[str, object]) -> list[Spoken]:
    agency, units = figures["agency"], figures["units"]
    assert isinstance(agency, dict)
    assert isinstance(units, dict)
    said = [_spoken(one, "") for factor in Factor for one in say(rules, agency[str(int(factor))], factor)]
    for unit, facts in units.items():
        for factor in Factor:
            said += [_spoken(one, unit) for one in say(rules, facts[str(int(factor))], factor, Scope.UNIT)]
    return said


def _spoken(sentence: Sentence, unit: str) -> Spoken:
    return {
        "rule": sentence.rule_id,
        "factor": int(sentence.factor),
        "unit": unit,
        "text": sentence.text,
        "numbers": dict(sentence.numbers),
        "stresses": list(sentence.stresses),
        **_weight(sentence),
    }


def _weight(sentence: Sentence) -> Spoken:
    if not sentence.is_sufficient:
        return {"weight": LACKING}
    return {"weight": READY} if sentence.is_ready else {}


def _lay_over(sentences: list[Spoken], latest: Assessment | None) -> list[Spoken]:
    """Keeps what people wrote where the machine would still say the same."""
    touched = latest.sentences if latest else ()
    written = {_key(one): one for one in touched if "written_by" in one or "confirmed_by" in one}
    return [_as_written(one, written.get(_key(one))) for one in sentences]


def _as_written(sentence: Spoken, before: Mapping[str, object] | None) -> Spoken:
    if before is None or before.get("machine", before["text"]) != sentence["text"]:
        return sentence
    kept = ("text", "machine", "written_by", "confirmed_by")
    return {**sentence, **{name: before[name] for name in kept if name in before}}


def _key(sentence: Mapping[str, object]) -> tuple[object, object, object]:
    return sentence["rule"], sentence["factor"], sentence.get("unit", "")


def sentences_of(assessment: Assessment, unit_id: str = "") -> list[Spoken]:
    """The sentences about one unit; '' gives those about the agency."""
    return [one for one in assessment.sentences if one.get("unit", "") == unit_id]


def is_settled(assessment: Assessment) -> bool:
    """Whether the agency's assessment may be laid before the head: it says something of what happened, or a person has
    confirmed or changed what the machine proposed (a first round says only what roster and declarations tell)."""
    own = [one for one in assessment.sentences if not one.get("unit", "")]
    return any("weight" not in one or "written_by" in one or "confirmed_by" in one for one in own)


def stressed_categories(assessment: Assessment, unit_id: str = "") -> dict[str, str]:
    """Item categories (prefixes) the plan should stress, each with the sentence it rests on."""
    reasons: dict[str, str] = {}
    for sentence in assessment.sentences:
        if sentence.get("unit", "") == unit_id:
            for prefix in sentence["stresses"]:
                reasons.setdefault(str(prefix), str(sentence["text"]))
    return reasons


def unit_reasons(assessment: Assessment, unit: Unit) -> dict[str, int]:
    """Categories (printed names) in which the unit had confirmed faults last time, with their number."""
    own = assessment.figures["units"].get(unit.id, {})
    return {str(name): int(count) for name, count in own.get("faults_by_category", {}).items()}
