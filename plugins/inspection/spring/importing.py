"""Imports a campaign's lists: first a diff to look at, then all of a file in one transaction or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.who import asking
from inspection.audit.events import record
from inspection.errors import BadSource, BadSources, NotAllowed
from inspection.language import speak
from inspection.model import Campaign, DutyShift, Person, SpringList
from inspection.model.lifecycle import CampaignState
from inspection.model.spring import SpringListKind
from inspection.planning.forms.spring import days_without_duty
from inspection.rules.messages import state_word
from inspection.rules.spring import ContactKind
from inspection.spring.lists import DutyEntry, FileOfLists
from inspection.store import campaigns, roster, spring
from inspection.vocabulary import Role

WRITERS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})
OVER = frozenset({CampaignState.CONCLUDED, CampaignState.CLOSED, CampaignState.ARCHIVED, CampaignState.CANCELLED})


class ChangeKind(StrEnum):
    """What the import would do with an entry."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between file and campaign; telephones are never told."""

    kind: ChangeKind
    section: str
    entry: str


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift as the file has it, with people looked up."""

    post: str
    starts_at: datetime
    ends_at: datetime
    person_id: str
    deputy_id: str | None
    telephone: str

    @property
    def key(self) -> tuple[str, datetime]:
        """Where and from when."""
        return self.post, self.starts_at


def diff(session: Session, campaign_id: str, given: FileOfLists) -> list[Change]:
    """What an import would change; empty where file and campaign agree. Raises as `apply` does."""
    campaign = _open_campaign(session, campaign_id)
    changes: list[Change] = []
    if given.lists.duty_roster is not None:
        changes += _shift_changes(session, campaign_id, _shifts(session, campaign, given))
    for kind, entries in _lists(given).items():
        changes += _list_changes(kind, spring.entries(session, campaign_id, kind), entries)
    return changes


def apply(session: Session, campaign_id: str, given: FileOfLists, *, person_id: str, at: datetime) -> list[Change]:
    """Brings the campaign up to the file; lists the file does not give stay. The same file again changes nothing.

    Raises NotAllowed for people outside the ethics office or a campaign that is over, BadSources naming file, line and
    field of a person nobody knows, a shift outside the window, or shifts that overlap at one post.
    """
    if asking(session, person_id, at=at).holding(WRITERS) is None:
        raise NotAllowed(speak("春安名冊僅得由政風室維護", "only the ethics office keeps the lists of a campaign"))
    changes = diff(session, campaign_id, given)
    campaign = _open_campaign(session, campaign_id)
    if given.lists.duty_roster is not None:
        _keep_shifts(session, campaign_id, _shifts(session, campaign, given))
    for kind, entries in _lists(given).items():
        _keep_list(session, campaign_id, kind, entries, person_id=person_id, at=at)
    session.flush()
    if changes:
        subject = ("campaign", campaign_id)
        record(
            session, at=at, actor=person_id, subject=subject, action="lists_imported", details={"count": len(changes)}
        )
    return changes


def days_uncovered(session: Session, campaign_id: str) -> list[date]:
    """Days of the window nobody is on duty."""
    campaign = campaigns.get(session, campaign_id)
    return days_without_duty(campaign.window_start, campaign.window_end, spring.shifts(session, campaign_id))


def contacts_missing(session: Session, campaign_id: str, required: tuple[ContactKind, ...]) -> list[str]:
    """Kinds of contacts the list must have and has not."""
    reached = {str(one["kind"]) for one in spring.entries(session, campaign_id, SpringListKind.CONTACTS)}
    return [kind.value for kind in required if kind.value not in reached]


def _open_campaign(session: Session, campaign_id: str) -> Campaign:
    spring.spring_campaign(session, campaign_id)
    campaign = campaigns.get(session, campaign_id)
    if campaign.state in OVER:
        raise NotAllowed(
            speak(
                f"檢查專案 {campaign_id} 現為「{state_word('campaign', campaign.state)}」，名冊不得變更",
                f"campaign {campaign_id} is {campaign.state.value}; its lists stay as they are",
            )
        )
    return campaign


def _lists(given: FileOfLists) -> dict[SpringListKind, list[dict[str, str]]]:
    found: dict[SpringListKind, list[dict[str, str]]] = {}
    for kind in SpringListKind:
        entries = getattr(given.lists, kind.value)
        if entries is not None:
            found[kind] = [_plain(entry.model_dump(mode="json")) for entry in entries]
    return found


def _plain(entry: Mapping[str, Any]) -> dict[str, str]:
    return {name: ("緊急" if value else "") if isinstance(value, bool) else str(value) for name, value in entry.items()}


def _shifts(session: Session, campaign: Campaign, given: FileOfLists) -> list[Shift]:
    faults: list[BadSource] = []
    people = _People(roster.people(session))
    found: list[Shift] = []
    for index, entry in enumerate(given.lists.duty_roster or ()):
        try:
            found.append(_shift(entry, campaign, people, given, index, found))
        except BadSource as fault:
            faults.append(fault)
    if faults:
        raise faults[0] if len(faults) == 1 else BadSources(faults)
    return found


def _shift(
    entry: DutyEntry, campaign: Campaign, people: _People, given: FileOfLists, index: int, before: list[Shift]
) -> Shift:
    def place(field: str) -> Any:
        return given.place("duty_roster", index, field)

    starts, ends = bounds(entry)
    if starts < campaign.window_start - timedelta(days=1) or ends > campaign.window_end + timedelta(days=1):
        raise BadSource(
            speak("不在本次期間內", "lies outside the window of the campaign"),
            place=place("day"),
            remedy=speak("請更正日期", "correct the day"),
        )
    person = people.id_of(entry.person)
    if person is None:
        raise BadSource(
            speak(f"查無 {entry.person!r}，或有數人同名", f"nobody, or more than one, is {entry.person!r}"),
            place=place("person"),
            remedy=speak("請填名冊之人員代號", "use the id of the roster"),
        )
    deputy = people.id_of(entry.deputy) if entry.deputy else None
    if entry.deputy and (deputy is None or deputy == person):
        raise BadSource(
            speak(f"{entry.deputy!r} 不得為代理人", f"{entry.deputy!r} cannot be the deputy"),
            place=place("deputy"),
            remedy=speak("請改填名冊內其他人員", "name another person of the roster"),
        )
    if any(one.post == entry.post and starts < one.ends_at and one.starts_at < ends for one in before):
        raise BadSource(
            speak(f"與 {entry.post} 前一時段重疊", f"overlaps an earlier shift at {entry.post}"),
            place=place("begins"),
            remedy=speak("請更正時間或處所", "correct the hours or the post"),
        )
    return Shift(entry.post, starts, ends, person, deputy, entry.telephone)


def bounds(entry: DutyEntry) -> tuple[datetime, datetime]:
    """First and (exclusive) last instant of a shift, in the office's zone."""
    starts = datetime.combine(entry.day, _time(entry.begins), clock.zone()) + _midnight(entry.begins)
    ends = datetime.combine(entry.day, _time(entry.ends), clock.zone()) + _midnight(entry.ends)
    return starts, ends if ends > starts else ends + timedelta(days=1)


def _time(text: str) -> time:
    return time() if text == "24:00" else time.fromisoformat(text)


def _midnight(text: str) -> timedelta:
    return timedelta(days=1) if text == "24:00" else timedelta()


class _People:
    """People by id, or by a name that stands in the roster once."""

    def __init__(self, people: list[Person]) -> None:
        self._ids = {person.id for person in people}
        names = [person.name for person in people]
        self._by_name = {person.name: person.id for person in people if names.count(person.name) == 1}

    def id_of(self, word: str) -> str | None:
        return word if word in self._ids else self._by_name.get(word)


def _shift_changes(session: Session, campaign_id: str, wanted: list[Shift]) -> Iterator[Change]:
    known = {(one.post, one.starts_at): one for one in spring.shifts(session, campaign_id)}
    for shift in wanted:
        row = known.pop(shift.key, None)
        if row is None:
            yield Change(ChangeKind.ADD, "duty_roster", _named(shift.post, shift.starts_at))
        elif not _same(row, shift):
            yield Change(ChangeKind.CHANGE, "duty_roster", _named(shift.post, shift.starts_at))
    for row in known.values():
        yield Change(ChangeKind.REMOVE, "duty_roster", _named(row.post, row.starts_at))


def _named(post: str, starts_at: datetime) -> str:
    return f"{starts_at.astimezone(clock.zone()):%Y-%m-%d %H:%M} {post}"


def _same(row: DutyShift, shift: Shift) -> bool:
    return (row.ends_at, row.person_id, row.deputy_id, row.telephone) == (
        shift.ends_at,
        shift.person_id,
        shift.deputy_id,
        shift.telephone,
    )


def _keep_shifts(session: Session, campaign_id: str, wanted: list[Shift]) -> None:
    known = {(one.post, one.starts_at): one for one in spring.shifts(session, campaign_id, with_inactive=True)}
    taken = {one.id for one in known.values()}
    for shift in wanted:
        row = known.pop(shift.key, None)
        if row is None:
            row = DutyShift(
                id=_new_id(campaign_id, shift, taken),
                campaign_id=campaign_id,
                post=shift.post,
                starts_at=shift.starts_at,
            )
            taken.add(row.id)
            session.add(row)
        row.ends_at, row.person_id, row.deputy_id = shift.ends_at, shift.person_id, shift.deputy_id
        row.telephone, row.active = shift.telephone, True
    for row in known.values():
        row.active = False


def _new_id(campaign_id: str, shift: Shift, taken: set[str]) -> str:
    """C-116-SF:202701282200:1; counted where several posts begin at one hour."""
    stem = f"{campaign_id}:{shift.starts_at.astimezone(clock.zone()):%Y%m%d%H%M}"
    return next(name for count in range(1, len(taken) + 2) if (name := f"{stem}:{count}") not in taken)


def _list_changes(kind: SpringListKind, known: list[dict[str, str]], wanted: list[dict[str, str]]) -> Iterator[Change]:
    def name(entry: dict[str, str]) -> str:
        return next(iter(entry.values()))

    before = {name(entry): entry for entry in known}
    after = {name(entry): entry for entry in wanted}
    for key, entry in after.items():
        if key not in before:
            yield Change(ChangeKind.ADD, kind.value, key)
        elif before[key] != entry:
            yield Change(ChangeKind.CHANGE, kind.value, key)
    yield from (Change(ChangeKind.REMOVE, kind.value, key) for key in before if key not in after)
    if list(before) != list(after) and set(before) == set(after):
        yield Change(ChangeKind.CHANGE, kind.value, "order")


def _keep_list(
    session: Session,
    campaign_id: str,
    kind: SpringListKind,
    entries: list[dict[str, str]],
    *,
    person_id: str,
    at: datetime,
) -> None:
    row = session.get(SpringList, (campaign_id, kind))
    if row is None:
        row = SpringList(campaign_id=campaign_id, kind=kind, entries=entries, imported_by=person_id, imported_at=at)
        session.add(row)
    elif row.entries != entries:
        row.entries, row.imported_by, row.imported_at = entries, person_id, at
