"""Settles who takes each thing: the successor, whom the ethics office names instead, or the next who may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection.errors import BadSource, NotAllowed
from inspection.handovers.eligibility import could_take, refusal
from inspection.handovers.holdings import Holding
from inspection.language import speak
from inspection.model import Person
from inspection.rules.wording import Wording
from inspection.store import roster

Settled = list[tuple[Holding, str]]


def as_named(
    session: Session,
    holdings: Sequence[Holding],
    *,
    giver: str,
    taker: str,
    instead: Mapping[str, str],
    wording: Wording,
    on: date,
    at: datetime,
) -> Settled:
    """Each holding with its taker as people have said it.

    Raises NotAllowed naming every holding its taker may not have, why, and who could take it; BadSource for a line
    that is not among those held.
    """
    unknown = sorted(set(instead) - {one.key for one in holdings})
    if unknown:
        keys = "、".join(one.key for one in holdings)
        raise BadSource(
            speak(f"不在其經管事項內：{'、'.join(unknown)}", f"not held: {'、'.join(unknown)}"),
            remedy=speak(f"請用下列之一：{keys}", f"name one of {keys}"),
        )
    settled, refused = [], []
    for holding in holdings:
        person = _active(session, instead.get(holding.key, taker))
        reason = refusal(session, holding, person, on=on, at=at)
        settled.append((holding, person.id))
        if reason is not None:
            others = could_take(session, holding, not_these=frozenset({giver, person.id}), on=on, at=at)
            refused.append(_refusal(holding, reason, others, wording))
    if refused:
        raise NotAllowed("\n".join(refused))
    return settled


def _active(session: Session, person_id: str) -> Person:
    person = roster.person(session, person_id)
    if not person.active:
        raise BadSource(
            speak(f"人員 {person_id} 已離職", f"person {person_id} has left"),
            remedy=speak("請指定名冊內人員", "name somebody of the roster"),
        )
    return person


def _refusal(holding: Holding, reason: str, others: list[Person], wording: Wording) -> str:
    names = "、".join(f"{one.title}{one.name}（{one.id}）" for one in others)
    values = {"matter": holding.words, "reason": wording.line(reason), "key": holding.key, "people": names}
    return wording.line("handover_refused" if others else "handover_refused_nobody", values)


def next_who_may(
    session: Session, holding: Holding, *, giver: str, taker: str | None, on: date, at: datetime
) -> tuple[str, bool]:
    """The taker, or the next who may where nobody is at the keyboard; True where it is not the one meant.

    Raises NotAllowed where nobody is left: a thing held by nobody would be dropped in silence.
    """
    if taker is not None:
        person = roster.person(session, taker)
        if person.active and refusal(session, holding, person, on=on, at=at) is None:
            return taker, False
    others = could_take(session, holding, not_these=frozenset({giver}), on=on, at=at)
    if not others:
        raise NotAllowed(
            speak(
                f"{holding.key} 無人得接辦；請先於名冊指定人員",
                f"nobody may take over {holding.key}; name somebody in the roster first",
            )
        )
    return others[0].id, True
