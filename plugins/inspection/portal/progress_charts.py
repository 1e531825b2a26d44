"""The two drawings beside the progress matrix: returned checklists by day, and how 疑似事項 were judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from inspection import clock
from inspection.calendar import roc
from inspection.calendar.working_days import WorkingCalendar
from inspection.model import Campaign, Checklist
from inspection.model.lifecycle import ChecklistState, SuspicionState
from inspection.store import checklists, findings


@dataclass(frozen=True, slots=True)
class Line:
    """A horizontal line of the chart with its number."""

    count: int
    y: float


@dataclass(frozen=True, slots=True)
class Returns:
    """The growing number of checklists that are here, as points of a drawing 580 by 236; one sent back is not here."""

    now: int
    total: int
    sent_back: int
    first: date
    last: date
    lines: tuple[Line, ...]
    points: str
    end_x: float
    end_y: float
    due_x: float

    @property
    def missing(self) -> int:
        """How many are not here, those sent back among them."""
        return self.total - self.now


def asked_of(lists: Iterable[Checklist]) -> list[Checklist]:
    """Those that a unit has to fill."""
    return [one for one in lists if one.state is not ChecklistState.EXEMPT]


def returns(campaign: Campaign, asked: Sequence[Checklist], *, today: date, calendar: WorkingCalendar) -> Returns:
    """The steps of the checklists that are here, up to today, among all that are asked."""
    total = len(asked)
    first, last = clock.local_date(campaign.window_start), roc.last_day(campaign.window_end)
    span = max(1, calendar.working_days_between(first, last))

    def x(on: date) -> float:
        return 44 + 516 * min(1.0, max(0.0, calendar.working_days_between(first, on) / span))

    def y(count: int) -> float:
        return round(206 - 176 * count / max(1, total), 1)

    here = [one for one in asked if one.state in checklists.ARRIVED and one.returned_at]
    days = sorted(clock.local_date(one.returned_at) for one in here if one.returned_at)
    days = [on for on in days if on <= today]
    path = [(44.0, y(0))]
    for number, on in enumerate(days, start=1):
        path += [(round(x(on), 1), path[-1][1]), (round(x(on), 1), y(number))]
    path.append((round(x(today), 1), path[-1][1]))
    marks = sorted({0, round(total / 3), round(total * 2 / 3), total})
    return Returns(
        now=len(days),
        total=total,
        sent_back=sum(one.state is ChecklistState.SENT_BACK for one in asked),
        first=first,
        last=last,
        lines=tuple(Line(count, y(count)) for count in marks),
        points=" ".join(f"{px},{py}" for px, py in path) if today >= first else "",
        end_x=path[-1][0],
        end_y=path[-1][1],
        due_x=round(x(campaign.checklist_due_on), 1),
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """疑似事項 by outcome: (name, count, share in percent)."""

    total: int
    waiting: int
    rows: tuple[tuple[str, int, float], ...]


JUDGED_NAMES = {
    SuspicionState.CONFIRMED: "確認為缺失",
    SuspicionState.SELF_IMPROVED: "自主改善",
    SuspicionState.DISMISSED: "不成立",
}


def judged(states: Mapping[SuspicionState, int]) -> Judged:
    """How many wait and how the others were decided, of how many there are in each state."""
    total = sum(states.values())
    waiting = sum(states.get(state, 0) for state in findings.UNDECIDED)
    counts = [("待判定", waiting)]
    counts += [(name, states.get(state, 0)) for state, name in JUDGED_NAMES.items()]
    return Judged(total, waiting, tuple((name, count, round(100 * count / max(1, total), 1)) for name, count in counts))
