"""Each statement rests on a clause of the source documents that stands in the list of clauses, and that asks it."""

from __future__ import annotations

from collections.abc import Iterator

from tools.clause_page import Clause, clauses, state

from inspection.rules import catalogue
from inspection.rules.checklist_items import ChecklistItem
from rules.citing import clauses_of

RULES = catalogue.load()
IN_USE = [item for item in RULES.checklist_items.items if not item.retired]


def cited(item: ChecklistItem) -> Iterator[tuple[str, list[Clause]]]:
    """Every place a statement cites of the source documents, with the clauses of the list it is."""
    for basis in item.bases:
        yield from clauses_of(basis)


def test_every_statement_cites_a_clause_of_the_source_documents_that_asks_it() -> None:
    assert len(IN_USE) > 130
    told = []
    for item in IN_USE:
        found = list(cited(item))
        told += [] if found else [f"{item.id}: no clause of the source documents"]
        told += [f"{item.id}: {place} stands in no clause" for place, own in found if not own]
        asking = {place: [one.id for one in own if item.id in one.asks] for place, own in found if own}
        told += [f"{item.id}: {place} does not ask it" for place, ids in asking.items() if not ids]
    assert told == []


def test_none_is_printed_without_its_basis() -> None:
    assert [item.id for item in IN_USE if RULES.basis_text(item) == RULES.office.no_basis] == []


def test_a_wrong_citation_is_found() -> None:
    item = next(one for one in IN_USE if one.id == "DOC-001")
    wrong = item.model_copy(update={"bases": (item.bases[0].model_copy(update={"clause": "第五條(九)1"}),)})
    assert [own for _, own in cited(wrong)] == [[]]


def test_a_clause_that_is_only_asked_is_not_called_served() -> None:
    for clause in clauses().clauses:
        asked_alone = clause.asks and not clause.where and not clause.finds
        own = [item for item in IN_USE if item.id in clause.asks]
        if asked_alone:
            of_others = [item for item in own if set(item.unit_tags) != {"政風"}]
            assert state(clause) == ("asked" if of_others else "open"), clause.id


def test_what_only_advises_is_printed_as_such_and_last() -> None:
    """An awareness sheet or a guide binds nobody: it is no 依據 beside one that does."""
    advising = {one.id for one in RULES.legal_bases.bases if one.guidance}
    assert advising == {"secrecy-awareness-sheet", "office-secrecy-notes", "remote-work-guide"}
    for item in IN_USE:
        texts = RULES.basis_text(item).split("；")
        assert [one.startswith("參照") for one in texts] == sorted(one.basis in advising for one in item.bases), item.id
