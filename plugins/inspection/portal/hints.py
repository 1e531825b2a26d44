"""語意線索 as the page of a unit's 疑似事項 shows them: below those, the strong ones first, and counted apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspection.access import policy
from inspection.access.policy import Act
from inspection.crawling.shown import place_shown
from inspection.findings.families import Member, families
from inspection.model import Clue, Unit
from inspection.portal.guard import Visit
from inspection.rules import catalogue
from inspection.store import campaigns, clues, corrections

MOST_SHOWN = 20
"""What one page lays before an officer; the rest waits in the list with its count (officer review A6)."""
MOST_READ = 400
"""Of so many, the strongest, copies and versions are put together."""
GRADES = {1: "弱", 2: "中", 3: "強"}


@dataclass(frozen=True, slots=True)
class Hint:
    """One clue as shown: masked place, the machine's topic and grade, the masked lines that weighed most."""

    clue: Clue
    place: str
    share: str
    campaign_name: str
    topic: str
    grade: str
    lines: tuple[tuple[str, str], ...]
    content_key: str | None
    sketch: str | None


def hints(visit: Visit, shown: Sequence[Clue]) -> list[Hint]:
    """What the page prints of some clues, read together."""
    rules, session = catalogue.current(), visit.session
    files = clues.files(session, shown)
    names = {one: campaigns.get(session, one).name for one in {one.campaign_id for one in shown}}
    topics = {rule.id: rule.name for rule in rules.detectors.detectors}
    found = []
    for one in shown:
        file, share, hit = files[one.id]
        lines = tuple(zip(hit.excerpts, hit.locators, strict=False))
        topic, grade = topics.get(one.topic, one.topic), GRADES[one.strength]
        told = (one, place_shown(file, rules), share.name, names[one.campaign_id], topic, grade, lines)
        found.append(Hint(*told, file.content_key, file.sketch))
    return found


def papers(visit: Visit, shown: Sequence[Clue]) -> list[list[Hint]]:
    """Clues with copies and versions of one paper together, in their order."""
    found = {hint.clue.id: hint for hint in hints(visit, shown)}
    members = [
        Member(one.id, one.campaign_id, found[one.id].place, found[one.id].content_key, found[one.id].sketch)
        for one in shown
    ]
    return [[found[one] for one in family] for family in families(members)]


def context(visit: Visit, unit: Unit, count: int, problem: str = "") -> dict[str, object]:
    """What the page of a unit's 疑似事項 is told of its clues, of which `count` wait."""
    whose = policy.scope(visit.who, Act.READ_SUSPICION)
    judges = bool(count) and visit.may(Act.TRIAGE, unit)
    strongest = clues.open_of(visit.session, unit.id, whose, size=MOST_READ) if judges else []
    lowered, shown_anyway = corrections.lowered_counts(visit.session, unit.id, whose)
    return {
        "lowered": lowered,
        "shown_anyway": shown_anyway,
        "hints": papers(visit, strongest)[:MOST_SHOWN],
        "hint_count": count,
        "hint_problem": problem,
        "hint_ticked": visit.form.get("clue", ()),
        "categories": sorted((rule.id, rule.name) for rule in catalogue.current().detectors.detectors),
    }
