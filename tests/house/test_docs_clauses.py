"""The list of clauses is whole and tells of what is lacking; what is only asked is really asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.clause_page import Chapter, Clause, Clauses, Source, clauses, faults, marked_tests
from tools.rule_pages import shipped

from inspection.rules.checklist_items import ChecklistItem

# how many clauses each source was cut into
CUT_INTO = {"S0": 48, "S1": 19, "S2": 16, "S3": 23, "S4": 30}
AGENCY_RULE = "agency-secrecy-rule"


def small(finished: bool, **known: object) -> Clauses:
    clause = Clause.model_validate({"id": "S0-01", "place": "一", "demand": "甲", "chapter": "one", **known})
    return Clauses(
        sources=(Source(id="S0", title="要點"),),
        chapters=(Chapter(id="one", name="一", finished=finished),),
        clauses=(clause,),
    )


def asked_alone() -> list[Clause]:
    """Clauses served by statements of the checklist and nothing else."""
    return [clause for clause in clauses().clauses if clause.asks and not clause.where and not clause.finds]


def rests_on(clause: Clause, item: ChecklistItem) -> bool:
    source = f"seed 00{clause.id[1]}"
    return any(one.startswith(source) for one in item.sources) or (
        clause.id.startswith("S0") and any(cited.basis == AGENCY_RULE for cited in item.bases)
    )


def test_every_clause_of_the_sources_is_listed_and_nothing_is_amiss() -> None:
    listed = [clause.id for clause in clauses().clauses]
    assert {source: sum(one.startswith(source) for one in listed) for source in CUT_INTO} == CUT_INTO
    assert faults(clauses(), marked_tests()) == []


@pytest.mark.clause(
    "S0-05a", "S0-05b", "S0-05c", "S0-05d", "S0-05e", "S0-05f", "S0-05g", "S0-05h", "S0-05i",
    "S0-05j", "S0-05k", "S0-05l", "S0-05m", "S0-10a", "S0-10b", "S0-11a", "S0-11b", "S0-11d",
    "S0-11e", "S0-11f", "S1-02a", "S1-03a", "S1-03b", "S1-03d", "S1-03e", "S1-04a", "S1-04b",
    "S1-04c", "S1-07", "S1-08", "S1-09", "S1-10", "S2-03", "S2-04", "S2-05", "S2-06", "S2-08", "S2-09", "S2-10",
    "S2-11", "S2-12", "S2-13", "S2-14", "S3-05", "S3-06", "S3-07", "S3-10", "S3-11", "S3-12", "S3-13",
    "S3-16", "S3-18", "S3-19", "S3-20", "S4-01", "S4-05", "S4-08", "S4-10", "S4-11", "S4-12", "S4-14",
    "S4-15", "S4-16", "S4-17", "S4-18", "S4-24", "S4-25", "S4-29",
)  # fmt: skip
def test_a_demand_that_is_a_statement_is_put_to_a_unit_and_rests_on_its_source(request: pytest.FixtureRequest) -> None:
    marked = request.node.get_closest_marker("clause").args
    assert list(marked) == [clause.id for clause in asked_alone()]
    rules = shipped().checklist_items
    for clause in asked_alone():
        items = [item for item in rules.items if item.id in clause.asks]
        for item in items:
            put = rules.applicable(item.kinds[0], set(item.unit_tags), item.respondent)
            assert item in put, f"{clause.id}: {item.id} is put to nobody"
        assert any(rests_on(clause, item) for item in items), f"{clause.id}: no statement names its source"


@pytest.mark.parametrize(
    ("listed", "tests", "told"),
    [
        (small(True), {"S0-01": ["tests/a.py::test_b"]}, []),
        (small(False), {}, []),
        (small(True), {}, ["S0-01: its chapter is finished, but no test stands for it"]),
        (small(True, lacks="登記簿"), {"S0-01": ["x"]}, ["S0-01: its chapter is finished, but 登記簿"]),
        (small(False), {"S0-99": ["a.py::test_b"]}, ["S0-99: marked by a.py::test_b, not listed in clauses.yaml"]),
        (small(False, asks=["DOC-999"]), {}, ["S0-01: DOC-999 does not exist"]),
        (small(False, finds=["PII-NONE"]), {}, ["S0-01: PII-NONE does not exist"]),
        (small(False, where=["plugins/gone.py"]), {}, ["S0-01: plugins/gone.py does not exist"]),
        (small(False, chapter="two"), {}, ["S0-01: no chapter 'two'"]),
    ],
)
def test_what_is_amiss_is_told(listed: Clauses, tests: dict[str, list[str]], told: list[str]) -> None:
    assert faults(listed, tests) == told


def test_a_marker_is_found_where_it_stands() -> None:
    here = Path(__file__).name
    name = test_a_demand_that_is_a_statement_is_put_to_a_unit_and_rests_on_its_source.__name__
    assert f"tests/house/{here}::{name}" in marked_tests()["S0-05b"]
