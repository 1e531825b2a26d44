"""Finds what a word of the record means: a kind, a content, a channel, a unit or a person, by id or by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy.orm import Session

from inspection.errors import BadSource, Place
from inspection.language import speak
from inspection.model import Person, Unit
from inspection.rules.awareness import AwarenessRules, Named, called
from inspection.store import roster, roster_rows

EVERY_UNIT = frozenset({"全部", "全機關", "各單位"})


class Known:
    """All there is, read once; a word nobody knows becomes a fault that names what may be written."""

    def __init__(self, session: Session, rules: AwarenessRules) -> None:
        self._rules = rules
        self._active = [unit.id for unit in roster.units(session)]
        self._units: dict[str, str] = {}
        self._people: defaultdict[str, list[str]] = defaultdict(list)
        for unit in roster_rows.everything(session, Unit):
            assert isinstance(unit, Unit)
            self._units |= {unit.id: unit.id, unit.name: unit.id}
        for person in roster_rows.everything(session, Person):
            assert isinstance(person, Person)
            self._people[person.id].append(person.id)
            if person.name != person.id:
                self._people[person.name].append(person.id)

    def kind(self, word: str, place: Place, faults: list[BadSource]) -> str:
        """The id of a kind."""
        return self._rule(self._rules.kinds, "方式", word, place, faults)

    def tag(self, word: str, place: Place, faults: list[BadSource]) -> str:
        """The id of a content."""
        return self._rule(self._rules.tags, "內容", word, place, faults)

    def channel(self, word: str, place: Place, faults: list[BadSource]) -> str:
        """The id of a channel."""
        return self._rule(self._rules.channels, "管道", word, place, faults)

    def units(self, words: Sequence[str], place: Place, faults: list[BadSource]) -> list[str]:
        """Ids of units in order; one of `EVERY_UNIT` stands for all that are active."""
        if set(words) & EVERY_UNIT:
            return sorted(self._active)
        for word in words:
            if word not in self._units:
                faults.append(
                    BadSource(
                        speak(f"查無單位 {word!r}", f"unknown unit {word!r}"),
                        place=place,
                        remedy=speak("請填名冊之單位", "write a unit of the roster"),
                    )
                )
        return sorted({self._units[word] for word in words if word in self._units})

    def person(self, word: str, place: Place, faults: list[BadSource]) -> str:
        """The id of a person; a name that several bear is a fault."""
        found = self._people.get(word, [])
        if len(found) == 1:
            return found[0]
        problem = (
            speak(f"有 {len(found)} 人同名：{word}", f"{len(found)} people are named {word}")
            if found
            else speak(f"查無人員 {word!r}", f"unknown person {word!r}")
        )
        remedy = (
            speak(f"請填 {'、'.join(found)} 之一", f"write one of {'、'.join(found)}")
            if found
            else speak("請將該人加入名冊，或更正代號", "add the person to the roster, or correct the id")
        )
        faults.append(BadSource(problem, place=place, remedy=remedy))
        return ""

    @staticmethod
    def _rule(entries: Sequence[Named], what: str, word: str, place: Place, faults: list[BadSource]) -> str:
        found = called(entries, word)
        if found is None:
            names = "、".join(entry.name for entry in entries)
            faults.append(
                BadSource(
                    speak(f"查無{what} {word!r}", f"unknown {what} {word!r}"),
                    place=place,
                    remedy=speak(f"請用{names}之一", f"one of {names}"),
                )
            )
            return ""
        return found.id
