"""The ladder of fixes: of each open fix the highest rung due, where it was not climbed.

Statements and memory grow with what is due, not with what is open: fixes are read in batches, and what a batch sends is
written at once, in a savepoint of its own. A batch that fails is halved until the matter that fails stands alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError

from inspection.audit.events import record_all
from inspection.calendar import roc
from inspection.errors import InspectionError
from inspection.escalation.apart import Matter, tell_failure
from inspection.escalation.brief import Overdue
from inspection.escalation.day import Day
from inspection.escalation.rung import ACTOR, PASSED, Climbed, Occasion, climb, vacant
from inspection.model import Campaign, RungClimbed
from inspection.notices.conditions.fix import while_unmended
from inspection.notices.outbox import write_all
from inspection.rules.ladder import Channel, Ladder, LadderKind, Rung
from inspection.store import campaigns, findings
from inspection.store.findings import OpenFix, RungBefore
from inspection.store.once import insert_all_once

BATCH = 500
HORIZON = timedelta(days=92)
"""How far ahead of the day a due date may lie: no rung stands more than 30 working days before it (`ladder.Offset`)."""
NOBODY = "無"
"""What a mail prints where nobody was told before."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A fix with a rung due: `offset` working days past the due date, negative before it; the rungs climbed `earlier`
    under this deadline; `again` where this very rung was passed upward before and its office is held now."""

    fix: OpenFix
    rung: Rung
    offset: int
    earlier: Sequence[RungBefore]
    again: bool

    @property
    def key(self) -> tuple[str, int, str]:
        """What it is climbed once by."""
        return self.fix.id, self.fix.due_version, self.rung.id


@dataclass(slots=True)
class _Known:
    """What is asked once: campaigns by id, working days by due date."""

    campaigns: dict[str, Campaign] = field(default_factory=dict)
    offsets: dict[date, int] = field(default_factory=dict)


def follow_fixes(day: Day) -> Counter[str]:
    """Follows up every open fix; how many were reminded, escalated, laid as drafts, passed, or failed."""
    tally: Counter[str] = Counter()
    known = _Known()
    batches = findings.waiting_for_units(day.session, at_rest=day.at_rest, due_until=day.on + HORIZON, size=BATCH)
    for batch in batches:
        cases = _due(day, batch, known, tally)
        if cases:
            known.campaigns |= campaigns.by_ids(
                day.session, {one.fix.campaign_id for one in cases} - set(known.campaigns)
            )
            _climb_apart(day, cases, known, tally)
    return tally


def _due(day: Day, batch: Sequence[OpenFix], known: _Known, tally: Counter[str]) -> list[_Case]:
    """The fixes of a batch with a rung due that was not climbed."""
    reached: list[tuple[OpenFix, Rung, int]] = []
    for fix in batch:
        try:
            if fix.due_on not in known.offsets:
                known.offsets[fix.due_on] = day.offset(fix.due_on)
        except InspectionError as error:  # a deadline in a year of which no working days are known
            tell_failure(day, _matter(fix), error, actor=ACTOR)
            tally["failed"] += 1
            continue
        offset = known.offsets[fix.due_on]
        rung = _ladder(day, fix).highest_reached(fix.severity, offset)
        if rung is not None:
            reached.append((fix, rung, offset))
    climbed = findings.rungs_of(day.session, [fix.id for fix, _, _ in reached]) if reached else {}
    cases = []
    for fix, rung, offset in reached:
        earlier = climbed.get((fix.id, fix.due_version), [])
        if any(one.on > day.on for one in earlier):
            continue  # a missed day run late: what came after it has been told already
        mine = next((one for one in earlier if one.rung == rung.id), None)
        if mine is not None and (mine.channel != PASSED or vacant(day, rung, fix.unit_id)):
            continue
        cases.append(_Case(fix, rung, offset, earlier, again=mine is not None))
    return cases


def _climb_apart(day: Day, cases: Sequence[_Case], known: _Known, tally: Counter[str]) -> None:
    """Climbs all or none of these; where they fail together, each half by itself."""
    try:
        with day.session.begin_nested():
            done = _climb_all(day, cases, known)
    except (OperationalError, InterfaceError):
        raise  # a database that does not answer is no failure of a matter: the whole run is tried again
    except Exception as error:
        if len(cases) == 1:
            tell_failure(day, _matter(cases[0].fix), error, actor=ACTOR)
            tally["failed"] += 1
            return
        middle = len(cases) // 2
        _climb_apart(day, cases[:middle], known, tally)
        _climb_apart(day, cases[middle:], known, tally)
        return
    tally.update(done)


def _climb_all(day: Day, cases: Sequence[_Case], known: _Known) -> list[str]:
    """Climbs the rungs of a batch, those that another run has not climbed meanwhile; what each came to."""
    won = _claimed(day, cases)
    going = [case for case in cases if case.key in won]
    drafts = [case.fix.finding_id for case in going if case.rung.channel is Channel.DRAFT_LETTER]
    facts = findings.facts_of(day.session, drafts) if drafts else {}
    climbed = [climb(day, _occasion(day, case, known, facts)) for case in going]
    write_all(day.session, [letter for one in climbed for letter in one.letters], at=day.at)
    pairs = list(zip(going, climbed, strict=True))
    findings.note_rungs(
        day.session, [(*case.key, one.channel, one.document_id) for case, one in pairs if _differs(case, one)]
    )
    for rung_id, ids in _tops(pairs).items():
        findings.note_top_rung(day.session, ids, rung_id)
    record_all(day.session, [one.event for one in climbed], at=day.at, actor=ACTOR)
    return [_outcome(case, one) for case, one in pairs]


def _claimed(day: Day, cases: Sequence[_Case]) -> set[tuple[Any, ...]]:
    """Writes that these rungs are climbed; the keys of those that nobody climbed before."""
    rows = [
        {
            "fix_id": case.fix.id,
            "due_version": case.fix.due_version,
            "rung": case.rung.id,
            "on": day.on,
            "days_overdue": max(0, case.offset),
            "channel": case.rung.channel.value,
        }
        for case in cases
        if not case.again
    ]
    won = insert_all_once(day.session, RungClimbed, rows, keys=["fix_id", "due_version", "rung"])
    again = [case for case in cases if case.again]
    return won | {
        case.key for case in again if findings.take_up_passed(day.session, *case.key, passed=PASSED, on=day.on)
    }


def _differs(case: _Case, climbed: Climbed) -> bool:
    """Whether the row of a rung says otherwise than it was written: passed upward, taken up again, or with a draft."""
    return climbed.channel != case.rung.channel.value or climbed.document_id is not None or case.again


def _tops(pairs: Sequence[tuple[_Case, Climbed]]) -> Mapping[str, list[str]]:
    """Overdue fixes by the rung that is now their highest; one passed upward was told to nobody."""
    found: dict[str, list[str]] = {}
    for case, climbed in pairs:
        if case.offset > 0 and climbed.channel != PASSED:
            found.setdefault(case.rung.id, []).append(case.fix.id)
    return found


def _outcome(case: _Case, climbed: Climbed) -> str:
    if climbed.channel == PASSED:
        return "passed"
    if case.rung.channel is Channel.DRAFT_LETTER:
        return "drafts"
    return "escalated" if case.offset > 0 else "reminded"


def _matter(fix: OpenFix) -> Matter:
    return Matter("fix", fix.id, str(fix.due_version), fix.unit_id, fix.campaign_id)


def _ladder(day: Day, fix: OpenFix) -> Ladder:
    return day.catalogue.ladders.ladder(LadderKind.FIX_FIRST_CRAWL if fix.first_crawl else LadderKind.FIX)


def _occasion(day: Day, case: _Case, known: _Known, facts: Mapping[str, str]) -> Occasion:
    fix, campaign, unit = case.fix, known.campaigns[case.fix.campaign_id], day.unit(case.fix.unit_id)
    told = _told_before(day, case)
    overdue = None
    if case.rung.channel is Channel.DRAFT_LETTER:
        overdue = Overdue(
            subject_id=fix.id,
            campaign=campaign,
            unit=unit,
            fact=facts[fix.finding_id],
            severity=day.catalogue.severities.rule(fix.severity).name,
            due_on=fix.due_on,
            days_late=case.offset,
            told_before=told,
            state=day.catalogue.wording.line(f"fix_state_{fix.state.value}"),
        )
    values: dict[str, object] = {
        "campaign_name": campaign.name,
        "unit_name": unit.name,
        "fix_numbers": fix.id,
        "due": roc.with_weekday(fix.due_on),
        "days_left": max(0, -case.offset),
        "days_late": max(0, case.offset),
        "tone": case.rung.tone.value,
        "told_before": told or NOBODY,
    }
    return Occasion(
        matter=_matter(fix),
        ladder=_ladder(day, fix),
        rung=case.rung,
        severity=fix.severity,
        named=f"{fix.id}:{fix.due_version}",
        called=fix.id,
        values=values,
        depends=while_unmended(fix.id, fix.due_version),
        overdue=overdue,
        details={"days_overdue": max(0, case.offset), "due_version": fix.due_version},
    )


def _told_before(day: Day, case: _Case) -> str:
    """Who was told when; a draft laid before the ethics head, or a rung passed upward, was told to nobody."""
    names = {rung.id: rung.name for rung in _ladder(day, case.fix).rungs}
    sent = [one for one in case.earlier if one.channel == Channel.MAIL]
    return "、".join(f"{roc.month_day(one.on)}{names.get(one.rung, one.rung)}" for one in sent)
