"""What units declared beside what was found, over a whole campaign: 相符, 不符, 無法判定, 未檢 by statement and unit.

The reckoning is that of reports and questions (`store/comparison.py`); nothing is reckoned here but sums. No file and
no detector is named. Nobody is shown their own unit, as nobody judges it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inspection.access import policy
from inspection.access.policy import Act
from inspection.model import Campaign, Checklist
from inspection.portal import rendering
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import Page, Reply
from inspection.store import checklists
from inspection.store.comparison import compared
from inspection.store.kinds import kind_of
from inspection.vocabulary import CrossChecked

PATH = "/campaigns/{subject_id}/cross-checks"


@dataclass(frozen=True, slots=True)
class Place:
    """One statement of one unit. `is_confirmed`: of 不符, a person said so; `is_reserved`: it rests on files alone that
    only a person named for them may be told of."""

    item_id: str
    checklist: Checklist
    unit_name: str
    outcome: CrossChecked
    is_confirmed: bool
    is_reserved: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A statement, or a unit, with what was said of it."""

    name: str
    code: str
    places: tuple[Place, ...]

    def of(self, outcome: str) -> list[Place]:
        """Those of one outcome."""
        return [one for one in self.places if one.outcome == outcome]


def page(visit: Visit, campaign: Campaign) -> Reply:
    """The outcomes of every unit the visitor may judge; the statements asked do not grow with units or statements."""
    rules, whose = visit.work.catalogue, policy.scope(visit.who, Act.TRIAGE)
    names = rendering.unit_names(visit.session)
    forms = {one.unit_id: one for one in checklists.of_campaign(visit.session, campaign.id)}
    judged = {unit: one for unit, one in forms.items() if whose.holds(unit, campaign.id)}
    places, verified, comparable = [], 0, 0
    for unit, own in compared(visit.session, campaign.id, rules).items():
        if unit not in judged:
            continue
        verified, comparable = verified + own.verified, comparable + len(own.comparable)
        places += [
            Place(
                item,
                judged[unit],
                names.get(unit, unit),
                outcome,
                item in own.contradicted,
                outcome is CrossChecked.DISAGREES and own.is_reserved(item, rules),
            )
            for item, outcome in own.outcomes.items()
        ]
    known = rules.checklist_items
    statements = {one.item_id: item.statement for one in places if (item := known.item(one.item_id))}
    values = {
        "campaign": campaign,
        "has_lists": kind_of(campaign).has_checklists,
        "items": [
            Line(statements.get(code, code), code, tuple(one for one in places if one.item_id == code))
            for code in sorted({one.item_id for one in places})
        ],
        "units": _by_unit(judged, names, places),
        "whole": Line("", "", tuple(places)),
        "confirmed": sum(one.is_confirmed for one in places),
        "verified": verified,
        "comparable": comparable,
        "left_out": [names.get(unit, unit) for unit in forms if unit not in judged],
        "least": rules.triage.cross_check.least_coverage_per_hundred,
        "here": "progress",
    }
    return Page("cross_checks.html.j2", values)


def _by_unit(
    judged: Mapping[str, Checklist], names: Mapping[str, str], places: Sequence[Place]
) -> list[tuple[Checklist, Line]]:
    return [
        (one, Line(names.get(unit, unit), unit, tuple(place for place in places if place.checklist is one)))
        for unit, one in judged.items()
    ]


DOORS = (Door("GET", PATH, Act.TRIAGE, page, Campaign),)
