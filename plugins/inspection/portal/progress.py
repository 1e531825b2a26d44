"""How far each unit has come in a campaign: seven stages, what needs a hand on top, never a ranking."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inspection import clock
from inspection.access import policy
from inspection.access.policy import Act
from inspection.calendar import roc
from inspection.model import Campaign, Checklist, CrawlShare, Report, Unit
from inspection.model.lifecycle import ChecklistState, CrawlState, ReportState, SuspicionState
from inspection.planning.submit import awaits_person
from inspection.portal import projects
from inspection.portal.guard import Door, Visit
from inspection.portal.progress_charts import asked_of, judged, returns
from inspection.portal.rendering import day
from inspection.portal.responses import Page, Reply
from inspection.rules import catalogue
from inspection.rules.messages import state_word
from inspection.store import campaigns, checklists, evidence, findings, fix_list
from inspection.store.fix_list import OpenOfUnit
from inspection.store.kinds import kind_of

STAGES = ("通知", "收件", "審核", "清查", "判定", "函發", "改善")
RUNNING = frozenset({CrawlState.LISTING, CrawlState.READING})
RETURN_STAGE, CRAWL_STAGE, JUDGE_STAGE, ISSUE_STAGE = 1, 3, 4, 5


class CellKind(StrEnum):
    """How a stage of a unit stands."""

    DONE = "done"
    DOING = "doing"
    WAITING = "waiting"
    LATE = "late"
    AHEAD = "ahead"


class Group(StrEnum):
    """Where a unit is listed."""

    NEEDS_A_HAND = "needs_a_hand"
    UNDER_WAY = "under_way"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Cell:
    """One stage of one unit, with a word or date on it. Where nothing is asked of the unit it is not `counted`."""

    kind: CellKind
    text: str = ""
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One unit's way."""

    unit: Unit
    cells: tuple[Cell, ...]
    told: str

    @property
    def group(self) -> Group:
        """Late or sent back first."""
        kinds = {cell.kind for cell in self.cells}
        if kinds & {CellKind.LATE, CellKind.WAITING}:
            return Group.NEEDS_A_HAND
        return Group.FINISHED if kinds == {CellKind.DONE} else Group.UNDER_WAY


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a campaign, read once for all units."""

    today: date
    campaign: Campaign
    late_days: int
    lists: dict[str, Checklist]
    crawl: CrawlState | None
    covered: dict[str, list[CrawlShare]]
    suspicions: dict[str, Counter[SuspicionState]]
    reports: dict[str, Report]
    fixes: dict[str, OpenOfUnit]


def list_page(visit: Visit, _subject: None) -> Reply:
    """All campaigns, newest first."""
    only = policy.campaigns_for(visit.who, Act.READ_PROGRESS)
    shown = campaigns.shown(visit.session, only=only, without=visit.who.barred)
    return Page("campaigns.html.j2", {"campaigns": shown, "here": "progress"})


def progress_page(visit: Visit, campaign: Campaign) -> Reply:
    """The matrix of one campaign; of a project, where it stands."""
    if kind_of(campaign).is_project:
        return projects.project_page(visit, campaign)
    units = campaigns.units(visit.session, campaign.id)
    known = _gather(visit, campaign)
    rows = [_row(known, unit) for unit in units]
    groups = [(group, [row for row in rows if row.group is group]) for group in Group]
    counted = [[row.cells[stage] for row in rows if row.cells[stage].counted] for stage in range(len(STAGES))]
    calendar = visit.calendar
    first, last = clock.local_date(campaign.window_start), roc.last_day(campaign.window_end)
    return Page(
        "progress.html.j2",
        {
            "campaign": campaign,
            "stages": STAGES,
            "groups": [(group.value, members) for group, members in groups if members],
            "counts": {group.value: len(members) for group, members in groups},
            "plan": campaigns.latest_plan(visit.session, campaign.id),
            "assessment_waits": awaits_person(visit.session, campaign, catalogue.current()),
            "has_reports": "" in known.reports,
            "done": [(sum(cell.kind is CellKind.DONE for cell in cells), len(cells)) for cells in counted],
            "total": len(rows),
            "expected": _expected(known),
            "day_number": max(0, calendar.working_days_between(first, known.today) + 1),
            "returns": returns(campaign, asked_of(known.lists.values()), today=known.today, calendar=calendar),
            "judged": judged(sum(known.suspicions.values(), Counter())),
            "day_count": calendar.working_days_between(first, last) + 1,
            "here": "progress",
        },
    )


def _gather(visit: Visit, campaign: Campaign) -> _Known:
    session, today = visit.session, clock.local_date(visit.at)
    run = evidence.campaign_run(session, campaign.id)
    covered: dict[str, list[CrawlShare]] = {}
    for one, share in evidence.coverage(session, run.id) if run else []:
        covered.setdefault(share.unit_id, []).append(one)
    return _Known(
        today=today,
        campaign=campaign,
        late_days=visit.calendar.days_late(campaign.checklist_due_on, today),
        lists={one.unit_id: one for one in checklists.of_campaign(session, campaign.id)},
        crawl=run.state if run else None,
        covered=covered,
        suspicions=findings.state_counts(session, campaign.id),
        reports=findings.newest_reports(session, campaign.id),
        fixes=fix_list.open_of_units(session, campaign.id, today=today),
    )


def _row(known: _Known, unit: Unit) -> Row:
    cells = (
        *_checklist_cells(known, known.lists.get(unit.id)),
        _crawl_cell(known, unit),
        _judge_cell(known, unit),
        _issue_cell(known.reports.get(unit.id)),
        _mend_cell(known, unit),
    )
    stuck = next((cell for cell in cells if cell.kind in {CellKind.LATE, CellKind.WAITING}), None)
    doing = next((cell for cell in cells if cell.kind is CellKind.DOING), None)
    current = stuck or doing
    done = all(cell.kind is CellKind.DONE for cell in cells)
    return Row(unit, cells, current.text if current else "完成" if done else "依進度辦理")


def _checklist_cells(known: _Known, checklist: Checklist | None) -> tuple[Cell, Cell, Cell]:
    if checklist is None or checklist.issued_at is None:
        return Cell(CellKind.AHEAD), Cell(CellKind.AHEAD), Cell(CellKind.AHEAD)
    told = Cell(CellKind.DONE, day(clock.local_date(checklist.issued_at)))
    if checklist.state is ChecklistState.EXEMPT:
        return told, Cell(CellKind.DONE, "免填報", counted=False), Cell(CellKind.DONE, "免填報", counted=False)
    if checklist.state is ChecklistState.SENT_BACK:
        return told, Cell(CellKind.WAITING, "退回補正"), Cell(CellKind.AHEAD)
    if checklist.returned_at is None:
        late = known.late_days
        return (
            told,
            Cell(CellKind.LATE, f"逾期{late}日")
            if late
            else Cell(CellKind.DOING, state_word("checklist", checklist.state)),
            Cell(CellKind.AHEAD),
        )
    back = Cell(CellKind.DONE, day(clock.local_date(checklist.returned_at)))
    if checklist.accepted_at is None:
        return told, back, Cell(CellKind.DOING, "審核中")
    return told, back, Cell(CellKind.DONE, day(clock.local_date(checklist.accepted_at)))


def _crawl_cell(known: _Known, unit: Unit) -> Cell:
    """Only what the plan has read is waited for; whether it is complete is known when the crawl has ended."""
    if not kind_of(known.campaign).has_crawl:
        return Cell(CellKind.DONE, "本次不清查", counted=False)
    if known.crawl is None:
        return Cell(CellKind.AHEAD)
    shares = known.covered.get(unit.id, [])
    if not shares:
        return Cell(CellKind.DONE, "無分享區", counted=False)
    asked = [share for share in shares if not share.left_out]
    if not asked:
        return Cell(CellKind.DONE, "計畫不予清查", counted=False)
    if known.crawl in RUNNING:
        return Cell(CellKind.DOING, "清查中")
    complete = all(share.complete for share in asked)
    return Cell(CellKind.DONE, "已清查") if complete else Cell(CellKind.WAITING, "未完整")


def _judge_cell(known: _Known, unit: Unit) -> Cell:
    """Nothing is judged before 疑似事項 were drawn, and nothing was to be judged where none were."""
    if known.campaign.suspected_at is None:
        return Cell(CellKind.AHEAD)
    own = known.suspicions.get(unit.id, Counter())
    waiting = sum(own[state] for state in findings.UNDECIDED)
    if waiting:
        return Cell(CellKind.DOING, f"待判定{waiting}件")
    return Cell(CellKind.DONE, "已判定" if own else "無疑似事項")


def _issue_cell(report: Report | None) -> Cell:
    if report is None:
        return Cell(CellKind.AHEAD)
    if report.state is ReportState.ISSUED and report.issued_at is not None:
        return Cell(CellKind.DONE, day(clock.local_date(report.issued_at)))
    if report.state is ReportState.RETURNED:
        return Cell(CellKind.WAITING, "退回補正")
    return Cell(CellKind.DOING, "陳核中")


def _mend_cell(known: _Known, unit: Unit) -> Cell:
    report = known.reports.get(unit.id)
    if report is None or report.state is not ReportState.ISSUED:
        return Cell(CellKind.AHEAD)
    own = known.fixes.get(unit.id)
    if own is None:
        return Cell(CellKind.DONE, "無列管")
    return Cell(CellKind.LATE, f"逾期{own.late}件") if own.late else Cell(CellKind.DOING, f"列管{own.total}件")


def _expected(known: _Known) -> int:
    """How many stages ought to be behind every unit today, by the plan's dates."""
    if known.today < clock.local_date(known.campaign.window_start):
        return 0
    if known.today <= known.campaign.checklist_due_on:
        return RETURN_STAGE
    if known.today <= roc.last_day(known.campaign.window_end):
        return CRAWL_STAGE
    return ISSUE_STAGE


DOORS = (
    Door("GET", "/progress", Act.READ_PROGRESS, list_page),
    Door("GET", "/progress/{subject_id}", Act.READ_PROGRESS, progress_page, Campaign),
)
