"""Fixes: what a unit has to mend and what the ethics office has to look at; longest overdue first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from inspection import clock
from inspection.access import policy
from inspection.access.policy import Act
from inspection.fixes.claim import claim as claim_fix
from inspection.fixes.verify import release as release_fix
from inspection.fixes.verify import verify as verify_fix
from inspection.model import Campaign, Finding, Fix
from inspection.model.lifecycle import FixState
from inspection.portal import marks, rendering
from inspection.portal.guard import Door, Visit
from inspection.portal.home import FIXES, fix_bounds, working_days_left
from inspection.portal.paging import paged
from inspection.portal.responses import GoTo, Page, Reply
from inspection.rules import catalogue
from inspection.rules.ladder import STATIONS, LadderKind
from inspection.store import campaigns, desk, findings, fix_list, roster
from inspection.store.findings import AWAITS_UNIT
from inspection.store.fix_list import Show

LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Row:
    """A fix as it is listed. `days` working days left; `rung` the station the reminding has reached, from 0."""

    fix: Fix
    finding: Finding
    campaign: Campaign
    unit_name: str
    days: int
    paused: bool
    rung: int


def _row(visit: Visit, fix: Fix, finding: Finding, campaign: Campaign, names: dict[str, str]) -> Row:
    days = working_days_left(visit, fix.due_on)
    ladder = catalogue.current().ladders.ladder(LadderKind.FIX_FIRST_CRAWL if campaign.first_crawl else LadderKind.FIX)
    return Row(
        fix,
        finding,
        campaign,
        names.get(fix.unit_id, fix.unit_id),
        days,
        fix.state not in AWAITS_UNIT,
        ladder.station(finding.severity, fix.top_rung, -days),
    )


def _stations() -> list[str]:
    """What the stations of a ladder are called, lowest first."""
    return [catalogue.current().wording.line(f"station_{role.value}") for role in STATIONS]


def list_page(visit: Visit, _subject: None) -> Reply:
    """The fixes under control that the visitor may see, a page at a time; all else is only counted."""
    whose, bounds = policy.scope(visit.who, Act.LIST_FIXES), fix_bounds(visit)
    units, names = whose.units_named, rendering.unit_names(visit.session)
    every = fix_list.counts(visit.session, whose, bounds)
    unit_id, show = _chosen(visit, {one.unit_id for one in every})
    of_unit = [one for one in every if unit_id in {"", one.unit_id}]
    shown = {one: sum(counts.shown[one] for counts in of_unit) for one in Show}
    pages = paged(FIXES, visit.query, shown[show], chosen=_parameters(show, unit_id))
    rows = fix_list.page(
        visit.session, whose, bounds, show=show, unit_id=unit_id, first=pages.first_row, size=pages.size
    )
    oldest = min((one.oldest for one in of_unit if one.oldest is not None), default=None)
    return Page(
        "fixes.html.j2",
        {
            "rows": [_row(visit, fix, finding, campaign, names) for fix, finding, campaign in rows],
            "pages": pages,
            "views": [
                (one.value, shown[one], paged(FIXES, {}, 0, chosen=_parameters(one, unit_id)).link(1)) for one in Show
            ],
            "show": show.value,
            "units": sorted((names.get(one.unit_id, one.unit_id), one.unit_id, one.shown[show]) for one in every),
            "unit_id": unit_id,
            "unit_name": names.get(unit_id, unit_id),
            "mark": marks.of_cases(),
            "rungs": _stations(),
            "total": shown[Show.ALL],
            "soon": shown[Show.SOON],
            "late": shown[Show.LATE],
            "longest": -working_days_left(visit, oldest) if oldest and shown[Show.LATE] else 0,
            "released": desk.released(visit.session, whose, unit_id=unit_id),
            "own_units": sorted(names.get(one, one) for one in units if one) if units is not None else [],
            "looks_only": not visit.may(Act.CLAIM_FIX) and visit.may(Act.VERIFY_FIX),
            "here": "fixes",
        },
    )


def _chosen(visit: Visit, units: Collection[str]) -> tuple[str, Show]:
    """The unit and the standing an address asks for; what is not offered is as if nothing were chosen."""
    unit_id, show = visit.query.get("unit", ""), visit.query.get("show", "")
    return unit_id if unit_id in units else "", Show(show) if show in set(Show) else Show.ALL


def _parameters(show: Show, unit_id: str) -> dict[str, str]:
    return {"show": "" if show is Show.ALL else show.value, "unit": unit_id}


def fix_page(visit: Visit, fix: Fix, problem: str = "") -> Reply:
    """One fix: the fault, its deadline, and what the visitor may do about it."""
    names = rendering.unit_names(visit.session)
    finding = findings.finding(visit.session, fix.finding_id)
    campaign = campaigns.get(visit.session, fix.campaign_id)

    def may(act: Act) -> bool:
        return visit.may(act, fix)

    return Page(
        "fix.html.j2",
        {
            "row": _row(visit, fix, finding, campaign, names),
            "mark": marks.of_cases(campaign),
            "rungs": _stations(),
            "climbed": findings.rungs(visit.session, fix.id),
            "claimed_by": roster.person(visit.session, fix.claimed_by) if fix.claimed_by else None,
            "verified_by": roster.person(visit.session, fix.verified_by) if fix.verified_by else None,
            "may_claim": fix.state in AWAITS_UNIT and may(Act.CLAIM_FIX),
            "may_verify": fix.state is FixState.CLAIMED and fix.claimed_by != visit.person_id and may(Act.VERIFY_FIX),
            "may_release": fix.state is FixState.VERIFIED
            and fix.verified_by != visit.person_id
            and may(Act.RELEASE_FIX),
            "place": _place_link(visit, finding),
            "problem": problem,
            "typed": visit.text("claim") or visit.text("note"),
            "here": "fixes",
            "on": clock.local_date(visit.at),
        },
        status=422 if problem else 200,
    )


def _place_link(visit: Visit, finding: Finding) -> str:
    """The page of the file's place, for who may ask there; empty for a fault without a file."""
    suspicion = findings.suspicion(visit.session, finding.suspicion_id)
    if suspicion.crawled_file_id is None:
        return ""
    may = visit.may(Act.READ_PLACE, suspicion)
    return f"/cases/{suspicion.id}/place" if may else ""


def claim(visit: Visit, fix: Fix) -> Reply:
    """The unit says that it is done, and how."""
    text = visit.text("claim")[:LONGEST_TEXT]
    if not text:
        return fix_page(visit, fix, "claim")
    claim_fix(visit.session, fix.id, person_id=visit.person_id, claim=text, at=visit.at)
    return GoTo(f"{FIXES}/{fix.id}")


def verify(visit: Visit, fix: Fix) -> Reply:
    """The ethics office says what it saw."""
    note = visit.text("note")[:LONGEST_TEXT]
    passed = {"passed": True, "sent_back": False}.get(visit.text("result"))
    if not note or passed is None:
        return fix_page(visit, fix, "note" if passed is not None else "result")
    verify_fix(visit.session, fix.id, person_id=visit.person_id, passed=passed, note=note, at=visit.at)
    return GoTo(f"{FIXES}/{fix.id}")


def release(visit: Visit, fix: Fix) -> Reply:
    """The ethics head releases a verified fix from control."""
    release_fix(visit.session, fix.id, person_id=visit.person_id, at=visit.at)
    return GoTo(f"{FIXES}/{fix.id}")


DOORS = (
    Door("GET", FIXES, Act.LIST_FIXES, list_page),
    Door("GET", "/fixes/{subject_id}", Act.READ_FIX, fix_page, Fix),
    Door("POST", "/fixes/{subject_id}/claim", Act.CLAIM_FIX, claim, Fix),
    Door("POST", "/fixes/{subject_id}/verification", Act.VERIFY_FIX, verify, Fix),
    Door("POST", "/fixes/{subject_id}/release", Act.RELEASE_FIX, release, Fix),
)
