"""The figures of an assessment: by factor for the agency and for each unit, beside those of the round before.

Of a figure `late` that also was on record before, `late_before` is what it was, `late_more` and `late_fewer` by how
much it rose or fell (one of them is 0). What is not on record is absent, never nought.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.awareness.coverage import Coverage, UnitCoverage, coverage, half_a_year_before
from inspection.calendar import roc
from inspection.model import Campaign
from inspection.rules.assessment_sentences import AssessmentSentences
from inspection.rules.awareness import AwarenessRules, name_of
from inspection.rules.catalogue import Catalogue
from inspection.store import calendar_days, campaigns, declarations, history
from inspection.store.history import Facts
from inspection.vocabulary import DeclaredReaders

COMPARED = ("nonconforming_share", "late", "days_late", "mismatches", "confirmed", "files_open", "unmarked")
A_YEAR = timedelta(days=365)
AROUND = timedelta(days=7)
"""A holiday this near to the window counts as lying around it."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the figures of one campaign are looked up with: the awareness work of both half-years, and the overdue
    fixes of the assessment before (agency: '')."""

    session: Session
    campaign: Campaign
    rules: AwarenessRules
    sentences: AssessmentSentences
    catalogue: Catalogue
    now: Coverage
    before: Coverage
    overdue_before: Mapping[str, int]

    @property
    def on(self) -> date:
        """The day the assessment speaks of: the first of the window."""
        return clock.local_date(self.campaign.window_start)


def look_at(session: Session, campaign: Campaign, catalogue: Catalogue) -> Look:
    """Reads what both halves and the earlier assessment hold."""
    rules = catalogue.awareness
    on = clock.local_date(campaign.window_start)
    months = half_a_year_before(on)
    now = coverage(session, months, rules=rules, on=on)
    before = coverage(session, months.before(), rules=rules, on=months.start)
    overdue = _overdue_before(session, campaign)
    return Look(session, campaign, rules, catalogue.assessment_sentences, catalogue, now, before, overdue)


def agency_facts(look: Look) -> dict[str, Facts]:
    """Facts of the agency by factor ('1', '2', '3')."""
    session = look.session
    first, second = awareness_facts(look.now, look.before, look.rules), holiday_facts(session, look.campaign)
    earlier = history.earlier(session, look.campaign)
    ready = ready_facts(look)
    first, second = ready["1"] | first, ready["2"] | second
    if earlier:
        rounds = [_round(look, one.id) for one in earlier[:2]]
        first |= compared(rounds[0][0], rounds[1][0] if len(rounds) > 1 else {})
        second |= compared(rounds[0][1], rounds[1][1] if len(rounds) > 1 else {})
    third = _fix_facts(look, None)
    if not earlier and not third:
        third = ready["3"]
    return {"1": first, "2": second, "3": third}


def ready_facts(look: Look) -> dict[str, Facts]:
    """What roster and 分享區清冊 say before anything was ever inspected, by factor; no figure of a crawl."""
    units = campaigns.units(look.session, look.campaign.id)
    first: Facts = {"units_asked": len(units), "people": sum(unit.staff_count for unit in units)}
    secret = [unit.name for unit in units if set(unit.tags) & set(look.sentences.secret_tags)]
    first |= {"secret_units": len(secret), "secret_named": "、".join(secret)}
    contractors = [unit.name for unit in units if set(unit.tags) & set(look.sentences.contractor_tags)]
    second: Facts = {"contractor_units": len(contractors), "contractor_named": "、".join(contractors)}
    told = [one for _, one in declarations.of_units(look.session, [unit.id for unit in units]) if one is not None]
    if told:
        opened = [one for one in told if one.readers is DeclaredReaders.EVERYBODY]
        second |= {
            "declared": len(told),
            "declared_open": len(opened),
            "declared_exposed": sum(one.holds_secrets for one in opened),
            "declared_on": roc.plain(max(one.declared_on for one in told)),
        }
    return {"1": first, "2": second, "3": {"fixes_known": 0}}


def unit_facts(look: Look, unit_id: str) -> dict[str, object]:
    """Facts of one unit by factor, its confirmed faults of the last round by category, and fixes overdue now."""
    session = look.session
    now, before = _of_unit(look.now, unit_id), _of_unit(look.before, unit_id)
    first: Facts = {"period": look.now.months.name}
    if now is not None and look.now.is_recorded:
        first["reached"] = now.sessions
    if now is not None and now.handlers:
        first |= {"staff": now.handlers, "untrained": len(now.untrained)}
        if before is not None and before.handlers and look.before.is_recorded:
            first |= _compared("untrained", len(now.untrained), len(before.untrained))
    second: Facts = {}
    earlier = history.earlier(session, look.campaign, unit_id)
    faults: dict[str, int] = {}
    if earlier:
        faults = history.faults_by_category(session, earlier[0].id, unit_id)
        rounds = [_round(look, one.id, unit_id) for one in earlier[:2]]
        first |= compared(rounds[0][0], rounds[1][0] if len(rounds) > 1 else {})
        second = compared(rounds[0][1], rounds[1][1] if len(rounds) > 1 else {})
    third = _fix_facts(look, unit_id)
    return {
        "faults_by_category": faults,
        "overdue": third.get("overdue", 0),
        "1": first,
        "2": second,
        "3": third,
    }


def _round(look: Look, campaign_id: str, unit_id: str | None = None) -> tuple[Facts, Facts]:
    """What one campaign left on record for the first two factors."""
    session = look.session
    first = {
        **history.answers(session, campaign_id, unit_id),
        **history.timeliness(session, campaign_id, unit_id),
        **history.mismatches(session, campaign_id, look.catalogue, unit_id),
    }
    second = history.crawled(session, campaign_id, unit_id)
    if second:
        second |= history.confirmed(session, campaign_id, unit_id)
    return first, second


def compared(now: Facts, before: Facts) -> Facts:
    """The facts of a round, those of `COMPARED` set beside the round before."""
    found = dict(now)
    for name in COMPARED:
        if name in now and name in before:
            found |= _compared(name, float(now[name]), float(before[name]))
    return found


def _compared(name: str, now: float, before: float) -> Facts:
    change = round(now - before, 1)
    return {f"{name}_before": before, f"{name}_more": max(change, 0), f"{name}_fewer": max(-change, 0)}


def awareness_facts(now: Coverage, before: Coverage, rules: AwarenessRules) -> Facts:
    """Training, months, contents, units and quiz of the half-year; absent where nothing is on record."""
    facts: Facts = {"period": now.months.name}
    if now.handlers:
        share = round(100 * (now.handlers - now.untrained) / now.handlers, 1)
        facts |= {"staff": now.handlers, "trained": now.handlers - now.untrained, "share": share}
        untrained = sorted((one for one in now.units if one.untrained), key=lambda one: -len(one.untrained))
        facts["untrained_units"] = len(untrained)
        if untrained:
            facts |= {"untrained_unit": untrained[0].unit.name, "untrained_most": len(untrained[0].untrained)}
        if before.handlers and before.is_recorded:
            facts |= _compared("share", share, round(100 * (before.handlers - before.untrained) / before.handlers, 1))
    if now.is_recorded:
        missing = now.tags_missing
        facts |= {
            "sessions": now.sessions,
            "months": now.months_over,
            "months_held": now.months_over - len(now.months_without),
            "contents": len(now.sessions_by_tag),
            "contents_missing": len(missing),
            "contents_named": "、".join(name_of(rules.tags, tag) for tag in missing),
            "units": len(now.units),
            "units_without": len(now.units_without),
        }
        if before.is_recorded:
            facts |= _compared("sessions", now.sessions, before.sessions)
    if now.quiz_average is not None:
        facts |= {"quiz_takers": now.quiz_takers, "quiz_average": now.quiz_average}
        if before.quiz_average is not None:
            facts |= _compared("quiz_average", now.quiz_average, before.quiz_average)
    return facts


def holiday_facts(session: Session, campaign: Campaign) -> Facts:
    """The longest run of closed days within or around the window; absent where a year has no calendar."""
    calendar = calendar_days.calendar(session)
    first = clock.local_date(campaign.window_start) - AROUND
    last = clock.local_date(campaign.window_end) + AROUND
    if not all(calendar.knows(year) for year in {first.year, last.year}):
        return {}
    longest = run = 0
    for offset in range((last - first).days):
        run = 0 if calendar.is_working(first + timedelta(days=offset)) else run + 1
        longest = max(longest, run)
    return {"holiday_days": longest}


def _fix_facts(look: Look, unit_id: str | None) -> Facts:
    facts = history.fixes(look.session, look.on, unit_id)
    if not facts:
        return {}
    since = datetime.combine(look.on, datetime.min.time(), clock.zone()) - A_YEAR
    facts |= history.reopened(look.session, since, unit_id)
    before = look.overdue_before.get(unit_id or "")
    return facts if before is None else facts | _compared("overdue", float(facts["overdue"]), before)


def _overdue_before(session: Session, campaign: Campaign) -> dict[str, int]:
    """The overdue fixes the assessment of the round before counted, by unit; '' is the agency."""
    earlier = history.earlier(session, campaign)
    made = campaigns.latest_assessment(session, earlier[0].id) if earlier else None
    if made is None:
        return {}
    units = {unit: int(facts["overdue"]) for unit, facts in made.figures["units"].items()}
    agency = made.figures["agency"]["3"]
    return units | ({"": int(agency["overdue"])} if "overdue" in agency else {})


def _of_unit(found: Coverage, unit_id: str) -> UnitCoverage | None:
    return next((one for one in found.units if one.unit.id == unit_id), None)
