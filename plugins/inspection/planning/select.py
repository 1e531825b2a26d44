"""Chooses at most 25 statements per unit and round: core, stressed, and in turn the rest (officer review A16)."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from inspection.rules.checklist_items import MOST_ITEMS_PER_UNIT, ChecklistItem, Rotation
from inspection.vocabulary import SEVERITY_RANK


class Selection(StrEnum):
    """Why a statement is on a unit's list."""

    CORE = "core"
    STRESSED = "stressed"
    ROTATING = "rotating"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A statement with the reason it was chosen."""

    item: ChecklistItem
    because: Selection


def choose(
    items: Sequence[ChecklistItem],
    *,
    stressed: AbstractSet[str],
    turn: int,
    most: int = MOST_ITEMS_PER_UNIT,
) -> tuple[Chosen, ...]:
    """The statements of one unit, in catalogue order.

    `turn` counts rounds (half-years): the rotating statements are taken in turn, so that two rounds of a year
    ask different ones. Graver core statements go first where not all find room.
    """
    core = [item for item in items if item.rotation is Rotation.CORE]
    core.sort(key=lambda item: (-SEVERITY_RANK[item.severity], item.id))
    picked: dict[str, Selection] = {item.id: Selection.STRESSED for item in items if item.id in stressed}
    room = most - len(picked)
    for item in [item for item in core if item.id not in picked][: max(0, room)]:
        picked[item.id] = Selection.CORE
    rotating = [item for item in items if item.rotation is Rotation.ROTATING and item.id not in picked]
    room = max(0, most - len(picked))
    if rotating and room:
        start = (turn * room) % len(rotating)
        for item in (rotating[start:] + rotating[:start])[:room]:
            picked[item.id] = Selection.ROTATING
    if len(picked) > most:
        keep = sorted(picked, key=lambda item_id: item_id)[:most]
        picked = {item_id: picked[item_id] for item_id in keep}
    return tuple(Chosen(item, picked[item.id]) for item in items if item.id in picked)
