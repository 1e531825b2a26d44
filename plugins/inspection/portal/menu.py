"""The menu of a signed-in person: the pages there are something for them on, in one order for everybody."""

from __future__ import annotations

from dataclasses import dataclass

from inspection.access import policy
from inspection.access.policy import Act
from inspection.access.who import Who


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the menu; `key` is what the page calls itself (`here`)."""

    key: str
    path: str
    name: str
    act: Act
    # for those of the whole agency only: who sees single units comes by the desk
    agency_wide: bool = False
    # for those of a unit only
    of_unit: bool = False


ENTRIES = (
    Entry("home", "/", "待辦", Act.SEE_HOME),
    Entry("progress", "/progress", "檢查進度", Act.READ_PROGRESS),
    Entry("suspicions", "/suspicions", "疑似事項", Act.READ_SUSPICION),
    Entry("checklists", "/checklists", "檢查表", Act.READ_CHECKLIST),
    Entry("questions", "/questions", "請單位說明", Act.ANSWER_QUESTION, of_unit=True),
    Entry("fixes", "/fixes", "改善追蹤", Act.LIST_FIXES),
    Entry("handovers", "/handovers", "移交", Act.LIST_HANDOVERS),
    Entry("paper", "/paper", "紙本登錄", Act.ENTER_PAPER_DECISION),
    Entry("duty", "/duty", "值勤回報", Act.READ_DUTY, agency_wide=True),
)


def entries(who: Who) -> list[Entry]:
    """What a person's menu shows; empty where only the desk is theirs."""
    shown = [one for one in ENTRIES if _shows(who, one)]
    return shown if len(shown) > 1 else []


def _shows(who: Who, entry: Entry) -> bool:
    if not policy.may(who, entry.act):
        return False
    units = policy.scope(who, entry.act).units
    return units is None if entry.agency_wide else not entry.of_unit or bool(units)
