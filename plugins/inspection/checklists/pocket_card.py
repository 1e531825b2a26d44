"""檢查口袋卡: what a group should know before it walks into a unit, on one page, printed when it asks for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.calendar import roc
from inspection.documents.kinds.pocket_card import KIND, DoubtedStatement, EarlierFault, PocketCard
from inspection.documents.printing import Paper, print_paper
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Checklist, Document, Finding, Fix
from inspection.planning.annexes import group_of
from inspection.planning.decision import plan_in_force
from inspection.planning.spot_seed import is_visited
from inspection.rules.catalogue import Catalogue
from inspection.rules.messages import state_word
from inspection.store import campaigns, history, spot
from inspection.store.comparison import Compared, compared
from inspection.store.findings import UNFINISHED
from inspection.vocabulary import CrossChecked

TAKEN = "pocket_card_taken"
# what still fits one page beside the longest names; tests/checklists/test_pocket_card.py prints the fullest card
MOST_FAULTS, MOST_DOUBTED, LONGEST_STRESS, LONGEST_STATEMENT, LONGEST_NAMES = 4, 4, 110, 60, 40


def take_pocket_card(
    session: Session,
    checklist: Checklist,
    *,
    person_id: str,
    barred: Collection[str],
    catalogue: Catalogue,
    at: datetime,
) -> Document:
    """The card of one unit as things stand; that it was taken is noted. The same facts give the same document.

    `barred`: campaigns the person may not hear of. Raises NotAllowed without an approved plan, NotFound where the plan
    has no statements to look at there.
    """
    document = print_pocket_card(session, checklist, barred=barred, catalogue=catalogue, at=at)
    details: dict[str, object] = {"document_id": document.id}
    record(session, at=at, actor=person_id, subject=("checklist", checklist.id), action=TAKEN, details=details)
    return document


def print_pocket_card(
    session: Session, checklist: Checklist, *, barred: Collection[str] = (), catalogue: Catalogue, at: datetime
) -> Document:
    """As `take_pocket_card`, without the note."""
    plan = plan_in_force(session, checklist.campaign_id)
    unit = _unit(plan.content, checklist.unit_id)
    if not is_visited(session, checklist.campaign_id, plan.content, checklist.unit_id):
        raise NotFound(speak("本單位未抽中現場檢查", "this unit was not drawn to be visited"))
    campaign = campaigns.get(session, checklist.campaign_id)
    line = catalogue.wording.line
    led = group_of(plan.content, unit["id"])
    faults = _faults(session, checklist, barred, catalogue)
    doubted = _doubted(session, checklist, catalogue)
    looked_at = len(unit["inspector_items"])
    context: PocketCard = {
        "title": line("pocket_title", {"campaign": campaign.name}),
        "unit": unit["name"],
        "period": plan.content["period"],
        "group": led["number"],
        "leader": _cut(led["leader"], LONGEST_NAMES),
        "members": _cut(led["members"].replace("\n", "、"), LONGEST_NAMES),
        "stress": _cut(unit.get("stress", "") or line("pocket_no_stress"), LONGEST_STRESS),
        "faults": faults[:MOST_FAULTS],
        "faults_rest": _rest(catalogue, "pocket_faults_rest", "pocket_no_fault", len(faults), MOST_FAULTS),
        "doubted": doubted[:MOST_DOUBTED],
        "doubted_rest": _rest(catalogue, "pocket_doubted_rest", "pocket_no_doubt", len(doubted), MOST_DOUBTED),
        "registers": catalogue.wording.say("pocket_registers"),
        "reminders": catalogue.wording.say("pocket_reminders", {"count": looked_at}),
    }
    return print_paper(session, Paper(KIND, checklist.id, context), catalogue=catalogue, at=at)


def _unit(content: dict[str, Any], unit_id: str) -> dict[str, Any]:
    found = next((one for one in content["units"] if one["id"] == unit_id), None)
    if found is None or not found.get("inspector_items"):
        raise NotFound(speak("本單位沒有現場檢視項目", "nothing is looked at on the spot here"))
    return dict(found)


def _faults(
    session: Session, checklist: Checklist, barred: Collection[str], catalogue: Catalogue
) -> list[EarlierFault]:
    campaign = campaigns.get(session, checklist.campaign_id)
    rounds = [one.id for one in history.earlier(session, campaign, checklist.unit_id) if one.id not in barred]
    found = spot.faults_to_look_at(
        session, checklist.unit_id, last=rounds[0] if rounds else "", without=[campaign.id, *barred]
    )
    return [
        {
            "number": finding.id,
            "category": finding.category,
            "severity": catalogue.severities.rule(finding.severity).name,
            "standing": _standing(finding, fix, catalogue),
        }
        for finding, fix in found
    ]


def _standing(finding: Finding, fix: Fix | None, catalogue: Catalogue) -> str:
    if fix is None:
        return state_word("finding", finding.state)
    told = state_word("fix", fix.state)
    if fix.state not in UNFINISHED:
        return told
    return catalogue.wording.line("pocket_due", {"state": told, "due": roc.plain(fix.due_on)})


def _doubted(session: Session, checklist: Checklist, catalogue: Catalogue) -> list[DoubtedStatement]:
    """What speaks against a statement before what does not suffice; what rests on reserved files alone is left out."""
    own = compared(session, checklist.campaign_id, catalogue).get(checklist.unit_id, Compared())
    words = {
        CrossChecked.DISAGREES: catalogue.wording.line("pocket_disagrees"),
        CrossChecked.UNDETERMINED: catalogue.wording.line("pocket_undetermined"),
    }
    found: list[DoubtedStatement] = []
    for outcome, said in words.items():
        for item_id in sorted(one for one, told in own.outcomes.items() if told is outcome):
            item = catalogue.checklist_items.item(item_id)
            if item is not None and not own.is_reserved(item_id, catalogue):
                statement = _cut(item.statement, LONGEST_STATEMENT)
                found.append({"code": item_id, "statement": statement, "outcome": said})
    return found


def _rest(catalogue: Catalogue, more: str, none: str, count: int, most: int) -> str:
    if not count:
        return catalogue.wording.line(none)
    return catalogue.wording.line(more, {"count": count - most}) if count > most else ""


def _cut(words: str, longest: int) -> str:
    return words if len(words) <= longest else words[: longest - 1] + "…"
