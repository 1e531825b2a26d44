"""What filed campaigns left behind is taken away class by class, each when its term is over (`rules/retention.yaml`).

Nothing goes of a campaign that is not 已歸檔, that is held (保全), or of which a case is under control again; nothing a
later crawl would be compared with. Findings, papers, notices and events are of no class and never go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.events import record
from inspection.fixes.settle import unreleased
from inspection.language import speak
from inspection.model import Campaign
from inspection.rules.catalogue import Catalogue
from inspection.rules.retention import ClassRule
from inspection.store import campaigns, retention
from inspection.vocabulary import CountsFrom, RetentionClass

GONE = "rows_deleted"
BATCH = 2000
Scope = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Due:
    """One class of one filed campaign: when its term is over, what it waits for all the same ('' for nothing), and how
    much would go now."""

    campaign_id: str
    file_number: str
    rule: ClassRule
    over_on: date
    waits: str
    count: int


def look(session: Session, *, catalogue: Catalogue, at: datetime) -> list[Due]:
    """What would be taken away now and what waits for what, by campaign and class; writes nothing."""
    held, found = retention.held(session), []
    for campaign in retention.filed(session):
        runs = retention.runs(session, campaign.id)
        free = _free(session, runs, at)
        stopped = _stopped(session, campaign, held)
        for rule in catalogue.retention.classes:
            over_on = rule.over_on(_start(session, campaign, rule.counts_from))
            early = over_on > clock.local_date(at)
            waits = stopped or (speak("保存期限未滿", "its term is not over") if early else "")
            waits = waits or _compared(rule.id, runs, free)
            count = 0 if waits else retention.number_to_go(session, rule.id, campaign.id, free)
            found.append(Due(campaign.id, campaign.file_number or "", rule, over_on, waits, count))
    return found


def _free(session: Session, runs: list[str], at: datetime) -> list[str]:
    return [one for one in runs if not retention.is_compared_with(session, one, at=at)]


def _stopped(session: Session, campaign: Campaign, held: set[str]) -> str:
    if campaign.id in held:
        return speak("保全中", "held")
    return speak("仍有列管案件", "a case is under control") if unreleased(session, campaign.id) else ""


def _compared(kind: RetentionClass, runs: list[str], free: list[str]) -> str:
    if kind is RetentionClass.RUNS or not runs or free:
        return ""
    return speak("尚為下次清查比對基準", "the next crawl is compared with it")


def _start(session: Session, campaign: Campaign, counts_from: CountsFrom) -> date:
    filed = campaign.archived_at or campaign.window_end
    settled = retention.settled_at(session, campaign.id) if counts_from is CountsFrom.SETTLED else None
    return clock.local_date(settled or filed)


def apply(scope: Scope, *, catalogue: Catalogue, at: datetime, actor: str) -> dict[RetentionClass, int]:
    """Takes away what is ready, a batch a transaction, each with an event that tells class and count; how many rows of
    each class.

    May run twice at once and be broken off anywhere: each batch asks anew, and run again it goes on.
    """
    with scope() as session:
        ready = [one for one in look(session, catalogue=catalogue, at=at) if not one.waits]
    taken = dict.fromkeys(RetentionClass, 0)
    for due in ready:
        taking = _Taking(scope, due, at, actor, catalogue.version)
        taken[due.rule.id] += sum(WORK[due.rule.id](taking))
    return taken


@dataclass(frozen=True, slots=True)
class _Taking:
    """One class of one campaign while it is taken away."""

    scope: Scope
    due: Due
    at: datetime
    actor: str
    rules_version: str

    def runs(self) -> list[str]:
        """The crawls of the campaign no later one would be compared with; said of each that it lacks rows now."""
        with self._step() as session:
            free = _free(session, retention.runs(session, self.due.campaign_id), self.at)
            for one in free:
                retention.note_gone(session, self.due.campaign_id, one, at=self.at)
            return free

    def pages(self, run_id: str, drop: Callable[[Session, str, list[int]], int]) -> int:
        """Goes through what goes of a crawl once, a batch a transaction; how many rows went."""
        kind, after, count = self.due.rule.id, None, 0
        while True:
            with self._step() as session:
                found = retention.to_go(session, kind, run_id, after=after, size=BATCH)
                gone = drop(session, self.due.campaign_id, [one for one, _ in found]) if found else 0
                self._note(session, gone)
            count += gone
            if len(found) < BATCH or not gone:  # none: it is held since, or filed no more
                return count
            after = found[-1][1]

    def until_none(self, drop: Callable[[Session], int]) -> int:
        """Takes batch after batch, a transaction each, until one is empty; how many rows went."""
        count = 0
        while True:
            with self._step() as session:
                gone = drop(session)
                self._note(session, gone)
            count += gone
            if not gone:
                return count

    @contextmanager
    def _step(self) -> Iterator[Session]:
        with self.scope() as session:
            campaigns.lock(
                session, self.due.campaign_id
            )  # whoever else takes away, holds or lifts goes before or after
            yield session

    def _note(self, session: Session, count: int) -> None:
        if count:
            details: dict[str, object] = {
                "category": self.due.rule.id.value, "count": count, "rules_version": self.rules_version,
            }  # fmt: skip
            subject = ("campaign", self.due.campaign_id)
            record(session, at=self.at, actor=self.actor, subject=subject, action=GONE, details=details)


def _rows(taking: _Taking) -> Iterator[int]:
    for run_id in taking.runs():
        while gone := taking.pages(run_id, retention.drop_rows):  # again: what holds others goes after these
            yield gone
        yield taking.until_none(
            lambda session, run_id=run_id: retention.drop_folders(  # type: ignore[misc]
                session, taking.due.campaign_id, run_id, size=BATCH
            )
        )


def _excerpts(taking: _Taking) -> Iterator[int]:
    yield from (taking.pages(run_id, retention.drop_hits) for run_id in taking.runs())


def _places(taking: _Taking) -> Iterator[int]:
    yield from (taking.pages(run_id, retention.blank_places) for run_id in taking.runs())


def _steps(taking: _Taking) -> Iterator[int]:
    yield taking.until_none(lambda session: retention.drop_runs(session, taking.due.campaign_id, size=BATCH))


WORK: dict[RetentionClass, Callable[[_Taking], Iterator[int]]] = {
    RetentionClass.CRAWL_ROWS: _rows,
    RetentionClass.EXCERPTS: _excerpts,
    RetentionClass.PLACES: _places,
    RetentionClass.RUNS: _steps,
}
"""How each class is taken away."""
