"""Whether anybody obeys a field of the rules: its change changes what is judged, written or shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from pydantic import ValidationError

from house import planting, readings, stories
from house.planting import Field
from house.stage import Stage, Telling, planted
from inspection.rules import catalogue
from inspection.rules.catalogue import Catalogue
from inspection.rules.load import RuleModel

CODES = {
    "unit_tags", "secret_tags", "contractor_tags", "joint", "lead_tags", "support_tags", "countersigned_by",
}  # fmt: skip
"""Texts that name an entry elsewhere: no mark may be hung on them."""


READ_BY = {"detectors", "marking"}
"""Families by which files are judged."""
Story = Callable[[Stage], Telling]


@dataclass(frozen=True, slots=True)
class Changed:
    """Rules with one field changed, and the models (by `id`) of the rules as they are that it is changed in."""

    rules: Catalogue
    places: set[int]


@dataclass(frozen=True, slots=True)
class Show:
    """Where a field is read, of which models (by `id`), and what says whether it differs there under other rules."""

    name: str
    places: set[int]
    differs: Callable[[Catalogue], bool]


@dataclass(slots=True)
class Effects:
    """Looks for the effect of one field after the other; what is seen under the rules as they are is seen once.

    A story is told again only where it read the field, and of one of the models the field was changed in. What it read
    of a copy the product made may have been read of any.
    """

    stage: Stage
    told: dict[str, list[str]] = field(default_factory=dict)
    readers: dict[Story, planting.Read] = field(default_factory=dict)
    judged: list[str] = field(default_factory=list)
    judging: planting.Read = field(default_factory=dict)
    models: set[int] = field(default_factory=set)
    files: readings.Readings = field(init=False)

    def __post_init__(self) -> None:
        rules = self.stage.rules
        self.files = readings.Readings(rules.detectors, rules.marking)
        self.models = {id(one) for family in planting.families(rules).values() for one in planting.places(family)}
        for story in (stories.explained, *stories.STORIES):
            with planting.reading() as read:
                self.told[story.__name__] = list(self.stage.play(story, rules, whole=True))
            if story is not stories.explained:
                self.readers[story] = read

    def printed(self, families: dict[str, RuleModel]) -> set[Field]:
        """Fields whose texts are seen somewhere, each marked by a mark of its own in one telling of all stories."""
        fields = [one for family in families.values() for one in planting.fields_of(type(family))]
        marks = {one: f"〖{number}〗" for number, one in enumerate(fields)}
        marked = {
            name: planting.texts_marked(family, marks.__getitem__, lambda one: one[1] in CODES)
            for name, family in families.items()
        }
        rules = planted(self.stage.rules, **marked)
        seen = "\n".join(chapter for story in stories.STORIES for chapter in self.stage.play(story, rules))
        return {one for one in fields if marks[one] in seen}

    def explained(self, name: str, family: RuleModel, one: Field) -> bool:
        """Whether a change is seen on the pages made from the rules, or by the linter of mails."""
        return any(
            self._told_otherwise(stories.explained, planted(self.stage.rules, **{name: changed}))
            for changed in planting.planted_values(family, one)
        )

    def of(self, name: str, family: RuleModel, one: Field) -> str:
        """By what a change of the field is seen: a judgement or a story; empty where by nothing.

        That a change is refused at load shows nothing: another is made. Where every one is, as other fields bind this
        one, they are played all the same.
        """
        unfit: list[Changed] = []
        fit = self._loading(name, family, one, unfit)
        shows = self._shows(name, one)
        tamest = next(fit, None)
        for show in shows:
            if tamest is not None and self._seen(show, tamest):
                return show.name
        # the cheapest story with each further change before the next story with any
        more = (list(islice(fit, MORE)) if tamest is not None else unfit[:MORE]) if shows else []
        return next((show.name for show in shows for changed in more if self._seen(show, changed)), "")

    def _loading(self, name: str, family: RuleModel, one: Field, unfit: list[Changed]) -> Iterator[Changed]:
        """Rules with the field changed that would load; the others are laid aside."""
        for given in islice(planting.planted_values(family, one), LOADED):
            changed = Changed(planted(self.stage.rules, **{name: given}), planting.touched(family, given, one))
            if loads(changed.rules, given):
                yield changed
            else:
                unfit.append(changed)

    def _judging(self) -> planting.Read:
        """What the judging of files reads; they are judged once under the rules as they are."""
        if not self.judged:
            with planting.reading() as read:
                self.judged = list(self.files.judged(self.stage.rules))
            self.judging = read
        return self.judging

    def _shows(self, name: str, one: Field) -> list[Show]:
        """Where the field is read, what is cheapest to see first."""
        shows = []
        if name in READ_BY and one in self._judging():
            shows.append(Show("judged", self._judging()[one], self._judges_otherwise))
        return shows + [
            Show(story.__name__, read[one], partial(self._told_otherwise, story))
            for story, read in self.readers.items()
            if one in read
        ]

    def _seen(self, show: Show, changed: Changed) -> bool:
        known = changed.places and changed.places | show.places <= self.models
        if known and not changed.places & show.places:
            return False
        return show.differs(changed.rules)

    def _judges_otherwise(self, rules: Catalogue) -> bool:
        try:
            return any(told != before for told, before in zip(self.files.judged(rules), self.judged, strict=True))
        except (ArithmeticError, LookupError, TypeError, ValueError, re.error):  # rules that would not load
            return False

    def _told_otherwise(self, story: Story, rules: Catalogue) -> bool:
        chapters = zip(self.stage.play(story, rules), self.told[story.__name__], strict=False)
        return any(chapter != before for chapter, before in chapters)


LOADED, MORE = 40, 9
"""How many changes are loaded at most, and how many of those that load are played beside the first."""


def loads(rules: Catalogue, family: RuleModel) -> bool:
    """Whether such rules would be taken: each entry for itself, and what it names there is."""
    try:
        type(family).model_validate(family.model_dump(by_alias=True, warnings=False))
    except (ValidationError, ArithmeticError, LookupError, TypeError, ValueError):
        return False
    return all(named in known for _, _, _, named, known in catalogue.references(rules))
