"""Each statement rests on a clause of the source documents that stands in the list of clauses, and that asks it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.clause_page import Clause, clauses, state

from inspection.rules import catalogue
from inspection.rules.checklist_items import ChecklistItem

RULES = catalogue.load()
IN_USE = [item for item in RULES.checklist_items.items if not item.retired]
SOURCE_OF = {
    "agency-secrecy-rule": "S0",
    "secrecy-awareness-sheet": "S1",
    "office-secrecy-notes": "S2",
    "spring-security-plan": "S3",
    "remote-work-guide": "S4",
}
QUOTED = {"電子化會議作業規範": "", "視訊會議作業規範": "視訊會議規範"}
"""Rules the guide of seed 004 quotes, as the list of clauses names their points."""


def places(source: str, clause: str) -> Iterator[str]:
    """第五條(一)5、(二)1 → 五(一)5 and 五(二)1, as the list of clauses writes places."""
    if source == "S4":
        for name, short in QUOTED.items():
            if clause.startswith(name):
                clause = short + clause.removeprefix(name)
    article = last = ""
    for part in clause.split("、"):
        if found := re.fullmatch(r"第(.+?)條(.*)", part):
            article, last = found[1], found[1] + found[2]
        elif part[:1] == "(":
            last = article + part
        elif part[:1].isdigit():
            last = re.sub(r"\d+$", "", last) + part
        else:
            last = part
        yield last


def covers(place: str, cited: str) -> bool:
    """Whether a place of the list (文書1–3, 做法01 文書) is that of a citation (文書2, 做法01), or holds it."""
    if found := re.fullmatch(r"(.*?)(\d+)–(\d+)", place):
        number = re.match(rf"{re.escape(found[1])}(\d+)", cited)
        return number is not None and int(found[2]) <= int(number[1]) <= int(found[3])
    return cited.startswith(place) or place.startswith(f"{cited} ")


def cited(item: ChecklistItem) -> Iterator[tuple[str, list[Clause]]]:
    """Every place a statement cites of the source documents, with the clauses of the list it is."""
    for basis in item.bases:
        source = SOURCE_OF.get(basis.basis)
        for place in places(source, basis.clause) if source else ():
            own = [one for one in clauses().clauses if one.id.startswith(source or "") and covers(one.place, place)]
            yield f"{source} {place}", own


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
