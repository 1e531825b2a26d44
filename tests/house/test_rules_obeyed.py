"""Every field of every rule is obeyed: changed, it changes a row, a date, a mail, a page, a paper or a judgement."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.paper_office import DEMO
from conftest import FixedClock
from house import effects, not_yet, planting, stories
from house.planting import name_of
from house.stage import Stage, planted
from inspection.rules import catalogue
from inspection.rules.catalogue import Catalogue
from inspection.rules.checklist_items import ChecklistItem
from inspection.rules.load import RuleModel
from inspection.rules.triage import DismissalGround, TriageRules
from inspection.settings import REPOSITORY

# 210 s of one processor in all, most of it in the families told about in long stories
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]

RULES = catalogue.load(DEMO / "rules")
FAMILIES = planting.families(RULES)
OPEN = not_yet.lines()

EXPLAIN = {
    "ChecklistItem.sources", "ChecklistItem.why", "ChecklistItem.deadline_set_by",
    "Detector.ground", "Detector.source", "Detector.traps",
    "Ground.title", "Ground.article", "Ground.text",
    "Cases.hit", "Cases.miss", "MarkLevel.source", "Example.zone", "Example.paragraph", "Example.text",
    "Example.level", "Example.condition", "CounterExample.zone", "CounterExample.paragraph", "CounterExample.text",
    "CounterExample.why", "UnitTag.meaning", "MailTexts.common", "MailText.purpose", "MailText.variables",
    "VariableMeaning.meaning", "VariableMeaning.example",
}  # fmt: skip
"""Fields that order nothing: they tell whoever edits the rules why an entry is so, and stand on a generated page."""

ELSEWHERE = {"Detector.gate": "tests/detection/test_engine.py::test_without_its_gate_nothing_is_looked_for"}
"""Fields that change what a reading costs, never what it finds, and the test that shows what they do."""


def with_every_kind_of_answer(rules: Catalogue) -> Catalogue:
    """The rules with one more item of each kind of answer the shipped ones have none of, and days of its own for one
    that each unit is asked."""
    common = {"kinds": ["ad_hoc"], "severity": "low", "respondent": "unit", "rotation": "core"}
    asked = {
        "本單位半年內收受機密文書之件數。": {"kind": "number", "unit": "件", "most": 9},
        "本單位最近一次清點機密文書之日期。": {"kind": "date"},
        "本單位保管機密文書之處所及方式。": {"kind": "text", "most": 200},
    }
    more = tuple(
        ChecklistItem.model_validate(common | {"id": f"DOC-90{number}", "statement": statement, "answer": answer})
        for number, (statement, answer) in enumerate(asked.items())
    )
    items = rules.checklist_items
    own = {"fix_within_working_days": 1, "deadline_set_by": items.items[0].bases[:1]}
    every = (items.items[0].model_copy(update=own), *items.items[1:], *more)
    return planted(rules, checklist_items=items.model_copy(update={"items": every}))


@pytest.fixture(scope="module")
def seen(_migrated_sqlite: Path) -> Iterator[effects.Effects]:
    """All that is seen under the rules as they are; looked at once."""
    with tempfile.TemporaryDirectory(prefix="inspection-rules-") as folder, pytest.MonkeyPatch.context() as patch:
        clock = FixedClock(Path(folder) / "now")
        yield effects.Effects(Stage(Path(folder), clock, patch, _migrated_sqlite, with_every_kind_of_answer(RULES)))


@pytest.fixture(scope="module")
def printed(seen: effects.Effects) -> set[planting.Field]:
    """The fields whose texts stand on some page, paper, mail or row."""
    texts = {name: family for name, family in FAMILIES.items() if name not in effects.READ_BY}
    return seen.printed({name: getattr(seen.stage.rules, name) for name in texts})


def unobeyed(seen: effects.Effects, printed: set[planting.Field], name: str, family: RuleModel) -> set[str]:
    """Fields of a family whose change shows nowhere; an `id` is what an overlay lays entries by."""
    skipped = planting.told_by_parts(type(family))
    fields = {one: name_of(one) for one in planting.fields_of(type(family)) if one[1] != "id" and one not in skipped}
    fields = {one: called for one, called in fields.items() if called not in ELSEWHERE}
    return {
        called
        for one, called in fields.items()
        if not (
            seen.explained(name, family, one) if called in EXPLAIN else one in printed or seen.of(name, family, one)
        )
    }


@pytest.mark.parametrize("name", FAMILIES)
def test_each_field_is_obeyed_or_stands_on_the_list(
    seen: effects.Effects, printed: set[planting.Field], name: str
) -> None:
    family = getattr(seen.stage.rules, name)
    known = {name_of(one) for one in planting.fields_of(type(family))}
    assert unobeyed(seen, printed, name, family) == known & set(OPEN), ADVICE


ADVICE = """
A field on the left changes nothing that any story of tests/house/stories.py shows: let code obey it, or delete it;
where code does obey it, let a story come to where it matters. A field on the right is obeyed by now: take its line
from not_yet.yaml. docs/recipes.md, "How to add a field of a rule"."""


class Hasty(TriageRules):
    """Rules with a promise nobody keeps."""

    shouts: bool = True

    def ground(self, ground_id: str) -> DismissalGround | None:
        """Reads the promise, and does as ever."""
        assert self.shouts in {True, False}
        return super().ground(ground_id)


def test_a_field_nobody_obeys_is_found_whether_it_is_read_or_not(
    seen: effects.Effects, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = seen.stage.rules
    family = Hasty.model_validate(rules.triage.model_dump())
    shouts, days = (Hasty, "shouts"), (TriageRules, "answer_within_working_days")
    assert seen.of("triage", family, shouts) == ""
    assert seen.of("triage", family, days) != ""
    with planting.reading() as read:
        told = list(seen.stage.play(stories.again, planted(rules, triage=family)))
    assert told == seen.told["again"]
    monkeypatch.setitem(seen.readers, stories.again, seen.readers[stories.again] | {shouts: read[shouts]})
    assert seen.of("triage", family, shouts) == ""


def test_what_is_named_here_is_a_field_of_the_rules() -> None:
    fields = {name_of(one) for family in FAMILIES.values() for one in planting.fields_of(type(family))}
    listed = {one for one in OPEN if ":" not in one}
    assert {*EXPLAIN, *ELSEWHERE, *listed} - fields == set()
    assert [one for one in ELSEWHERE.values() if not is_test(one)] == []


def is_test(named: str) -> bool:
    """Whether there is such a test."""
    file, _, name = named.partition("::")
    return f"\ndef {name}(" in (REPOSITORY / file).read_text(encoding="utf-8")
