"""The office around New Year: a confirmed window, its campaign, and lists as an office keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from campaigns.paper_office import ETHICS_HEAD, HEAD, STAFF, PaperOffice
from inspection import clock as now
from inspection.approvals.decide import Decision
from inspection.campaigns import spring_windows
from inspection.campaigns.gates import awaited
from inspection.campaigns.spring_open import open_spring
from inspection.campaigns.spring_windows import Circular, WindowChoice
from inspection.model import Approval, DutyReport
from inspection.planning.assess import assess
from inspection.planning.decision import decide_plan
from inspection.planning.draft import draft_plan
from inspection.planning.submit import submit_plan
from inspection.rules import catalogue
from inspection.spring import importing
from inspection.spring.asking import Asked, ask_duty
from inspection.spring.lists import read_lists
from inspection.spring.report import Report, take_report
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute

if TYPE_CHECKING:
    from conftest import FixedClock

WINDOW, CAMPAIGN = "spring-116-npa15", "C-116-SF"
ON_DUTY, DEPUTY = "P072", "P071"
NUMBER = "廉政字第11600000010號"


DEMO_PEOPLE = (ON_DUTY, DEPUTY, "P122", "朱○雄")
SMALL_PEOPLE = ("nobody", "works_head", "works", "inspector")


def duty_roster(first: date, days: int, people: tuple[str, str, str, str] = DEMO_PEOPLE) -> list[dict[str, object]]:
    """A night each day: 22:00 to 08:00, the last one to 24:00 only; two people in turn, each with a deputy."""
    return [
        {
            "day": date.fromordinal(first.toordinal() + offset).isoformat(),
            "begins": "22:00",
            "ends": "24:00" if offset == days - 1 else "08:00",
            "person": people[offset % 2 * 2],
            "deputy": people[offset % 2 * 2 + 1],
            "telephone": "(00)0000-0110",
        }
        for offset in range(days)
    ]


def lists(
    first: date = date(2027, 1, 28), days: int = 15, people: tuple[str, str, str, str] = DEMO_PEOPLE
) -> dict[str, list[dict[str, object]]]:
    """A whole file: roster, targets, division and contacts."""
    return {
        "duty_roster": duty_roster(first, days, people),
        "key_targets": [
            {"name": "市長辦公室", "kind": "場所", "place": "四樓", "responsible": "行政室", "measures": "門禁管制。"},
            {"name": "電腦機房", "kind": "設施", "place": "三樓", "responsible": "資訊室", "measures": "雙人進出。"},
        ],
        "division": [
            {"work": "專案策劃、協調及彙整", "lead": "政風室", "support": "各單位", "period": "專案期間"},
            {"work": "工地安全維護", "lead": "工務課", "support": "政風室", "period": "連續假期前完成"},
        ],
        "contacts": [
            {"who": "政風室", "kind": "政風", "telephone": "(00)0000-0315", "note": "內線315"},
            {"who": "值勤室", "kind": "值勤", "telephone": "(00)0000-0110", "note": "24小時", "emergency": True},
            {"who": "轄區警察分局", "kind": "警察", "telephone": "(00)0000-0119", "emergency": True},
            {"who": "調查處站", "kind": "調查", "telephone": "(00)0000-0120"},
            {"who": "消防分隊", "kind": "消防", "telephone": "(00)0000-0118", "emergency": True},
        ],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class WindowOffice:
    """Every step opens its own transaction, as a task does."""

    folder: Path
    staff: str = STAFF
    ethics_head: str = ETHICS_HEAD
    head: str = HEAD
    people: tuple[str, str, str, str] = DEMO_PEOPLE

    @property
    def rules(self) -> catalogue.Catalogue:
        """The shipped rules with the demo agency's own laid over them."""
        return catalogue.current()

    def confirm(self, choice: WindowChoice = WindowChoice.NPA15, year: int = 2027, number: str = NUMBER) -> str:
        """The ethics head confirms a window by its circular."""
        with session_scope() as session:
            spring_windows.propose(session, year, actor="test", at=now.now())
            circular = Circular(choice, date(2026, 12, 25) if year == 2027 else date(2013, 12, 25), number)
            return spring_windows.confirm(session, year, circular, person_id=self.ethics_head, at=now.now()).id

    def open(self, window_id: str = WINDOW) -> str:
        """Opens its campaign."""
        with session_scope() as session:
            return open_spring(session, window_id, catalogue=self.rules, at=now.now()).id

    def write(self, given: dict[str, list[dict[str, object]]]) -> Path:
        """A file of lists."""
        path = self.folder / "lists.yaml"
        path.write_text(yaml.safe_dump(given, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return path

    def import_file(self, path: Path, campaign_id: str = CAMPAIGN) -> list[importing.Change]:
        """The ethics staff imports a file."""
        given = read_lists(path)
        with session_scope() as session:
            return importing.apply(session, campaign_id, given, person_id=self.staff, at=now.now())

    def import_lists(self, campaign_id: str = CAMPAIGN, *, first: date = date(2027, 1, 28), days: int = 15) -> None:
        """All lists the plan needs."""
        self.import_file(self.write(lists(first, days, self.people)), campaign_id)

    def draft(self, campaign_id: str = CAMPAIGN) -> str:
        """Assesses and drafts."""
        with session_scope() as session:
            assess(session, campaign_id, catalogue=self.rules, actor=self.staff, at=now.now())
            return draft_plan(session, campaign_id, catalogue=self.rules, drafted_by=self.staff, at=now.now()).id

    def submit(self, campaign_id: str = CAMPAIGN) -> Approval:
        """Lays the plan before the head."""
        with session_scope() as session:
            return submit_plan(session, campaign_id, catalogue=self.rules, actor=self.staff, at=now.now())

    def decide(self, outcome: ApprovalOutcome = ApprovalOutcome.APPROVED, *, remark: str | None = None) -> None:
        """The head decides."""
        with session_scope() as session:
            asked = awaited(session, "plan", CAMPAIGN)
            decision = Decision(
                outcome, self.head, asked.content_hash, ApprovalRoute.PORTAL, now.today(), remark=remark
            )
            decide_plan(session, asked.subject_id, decision, at=now.now())

    def in_force(self) -> None:
        """From the circular to the approved plan."""
        self.confirm()
        self.open()
        self.import_lists()
        self.draft()
        self.submit()
        self.decide()

    def ask(self, at: str) -> Asked:
        """Housekeeping's look at those on duty, at an instant."""
        with session_scope() as session:
            return ask_duty(session, catalogue=self.rules, at=datetime.fromisoformat(at))

    def report(
        self,
        shift: str,
        at: str,
        *,
        by: str = ON_DUTY,
        entered_by: str = "",
        summary: str = "",
        situation: bool = False,
        by_phone: bool = False,
    ) -> DutyReport:
        """Somebody reports on a shift."""
        told = Report(situation, summary, by, entered_by or by, by_phone)
        with session_scope() as session:
            return take_report(session, shift, told, at=datetime.fromisoformat(at))


def small(folder: Path) -> WindowOffice:
    """The same over the small office of the portal's tests, where one of those on duty holds no role."""
    return WindowOffice(folder, "ethics", "ethics_head", "mayor", SMALL_PEOPLE)


def shift(day: str, hour: str = "2200") -> str:
    """Id of the shift that begins on a day: 0128."""
    return f"{CAMPAIGN}:2027{day}{hour}:1"


@pytest.fixture
def new_year(office: PaperOffice, clock: FixedClock, tmp_path: Path) -> Iterator[WindowOffice]:
    """The demo's people on a morning of January 2027, on both databases."""
    assert office.rules
    clock.set("2027-01-11T09:00:00+08:00")
    yield WindowOffice(tmp_path)
