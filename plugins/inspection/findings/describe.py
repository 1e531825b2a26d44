"""The words of a finding: fact, category, basis and remedies, with nothing found in clear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from inspection.crawling.shown import file_code
from inspection.errors import NotFound
from inspection.findings.contradictions import contradictions
from inspection.findings.mismatches import found_in_words
from inspection.findings.on_the_spot import seen_in_words
from inspection.language import speak
from inspection.model import ChecklistQuestion, CrawledFile, Hit, Suspicion
from inspection.rules.catalogue import Catalogue
from inspection.store import checklists, evidence, spot
from inspection.vocabulary import SuspicionKind

CRAWL_CATEGORY = {
    SuspicionKind.UNMARKED: "MRK-003",
    SuspicionKind.DEFECTIVE_MARK: "MRK-002",
    SuspicionKind.READ_BY_PERSON: "MRK-003",
}


@dataclass(frozen=True, slots=True)
class Description:
    """A finding in words."""

    category: str
    fact: str
    basis: str
    remedies: tuple[str, ...]


def describe(session: Session, suspicion: Suspicion, catalogue: Catalogue) -> Description:
    """Puts a 疑似事項 into words; files are named by code only (paths are content, officer review A12)."""
    return describe_all(session, [suspicion], catalogue)[suspicion.id]


def describe_all(session: Session, suspicions: Sequence[Suspicion], catalogue: Catalogue) -> dict[int, Description]:
    """The same for many, by a number of statements that does not grow with them."""
    files = evidence.files(session, [one.crawled_file_id for one in suspicions if one.crawled_file_id is not None])
    asked = checklists.questions_of(session, {one.checklist_id for one in suspicions if one.checklist_id is not None})
    visited = {str(one.checklist_id) for one in suspicions if one.kind is SuspicionKind.SEEN_ON_THE_SPOT}
    seen = {(one.checklist_id, one.item_id): one for one in spot.answers(session, visited)}
    against = contradictions(session, {one.campaign_id for one in suspicions if one.crawled_file_id}, catalogue)
    found = {}
    for one in suspicions:
        if one.crawled_file_id is not None:
            file, share, hits = files[one.crawled_file_id]
            declared = against.of_file(one, file, share)
            found[one.id] = _of_file(one, file, hits, declared, catalogue)
        elif one.kind is SuspicionKind.SEEN_ON_THE_SPOT:
            answer = seen[(one.checklist_id or "", one.item_id or "")]
            found[one.id] = Description(answer.category, seen_in_words(answer, catalogue), answer.basis, ())
        else:
            question = asked.get((one.checklist_id or "", one.item_id or ""))
            if question is None:
                raise NotFound(
                    speak(
                        f"疑似事項 {one.id} 所指項目並未列入檢查表",
                        f"suspicion {one.id} names a statement that was never put",
                    )
                )
            found[one.id] = _of_answer(one, question, catalogue)
    return found


def _of_file(
    suspicion: Suspicion, file: CrawledFile, found: Sequence[Hit], declared: Mapping[str, str], catalogue: Catalogue
) -> Description:
    hits = [hit for hit in found if hit.detector in suspicion.detectors]
    wording = catalogue.wording
    item_id = CRAWL_CATEGORY[suspicion.kind]
    if not hits and suspicion.kind is SuspicionKind.UNMARKED:  # none is drawn without: they were taken away
        fact = wording.line("fact_excerpts_gone", {"file": file_code(file.id)})
        return Description(_category(catalogue, item_id), fact, _basis(catalogue, item_id), ())
    rules = [catalogue.detectors.detector(hit.detector) for hit in hits]
    remedies = tuple(dict.fromkeys(remedy for rule in rules for remedy in rule.remedies))
    if suspicion.kind is SuspicionKind.DEFECTIVE_MARK:
        mark = file.mark or {}
        meaning = {defect.id: defect.when for defect in catalogue.marking.defects}
        defects = "、".join(meaning[code] for code in mark.get("defects", ()))
        fact = wording.line(
            "fact_defective_mark", {"file": file_code(file.id), "level": mark.get("level", ""), "defects": defects}
        )
    elif suspicion.kind is SuspicionKind.READ_BY_PERSON:
        said = [catalogue.detectors.detector(one) for one in suspicion.detectors]
        remedies = tuple(dict.fromkeys(remedy for rule in said for remedy in rule.remedies))
        categories = "、".join(rule.name for rule in said)
        fact = wording.line("fact_read_by_person", {"file": file_code(file.id), "categories": categories})
    else:
        people = max((hit.people for hit in hits), default=0)
        fact = wording.line(
            "fact_unmarked_sensitive",
            {
                "file": file_code(file.id),
                "categories": "、".join(rule.name for rule in rules),
                "count": sum(hit.count for hit in hits),
                "people": wording.line("fact_people", {"people": people}) if people else "",
            },
        )
    if file.broad_readers:
        fact += wording.line("fact_readable_by_all")
    if declared:
        fact += wording.line("fact_contradicts", {"items": contradicted(declared, catalogue)})
    return Description(_category(catalogue, item_id), fact, _basis(catalogue, item_id), remedies)


def contradicted(declared: Mapping[str, str], catalogue: Catalogue) -> str:
    """The statements a file contradicts, as facts name them."""
    return "、".join(
        catalogue.wording.line("fact_item", {"item": item, "statement": statement.rstrip("。")})
        for item, statement in declared.items()
    )


def _of_answer(one: Suspicion, question: ChecklistQuestion, catalogue: Catalogue) -> Description:
    if one.kind is SuspicionKind.DECLARED_OTHERWISE:
        return Description(question.category, found_in_words(one, question, catalogue), question.basis, ())
    values = {"item": question.item_id, "statement": question.statement.rstrip("。")}
    return Description(question.category, catalogue.wording.line("fact_self_reported", values), question.basis, ())


def _category(catalogue: Catalogue, item_id: str) -> str:
    item = catalogue.checklist_items.item(item_id)
    return catalogue.checklist_items.category_name(item) if item else item_id


def _basis(catalogue: Catalogue, item_id: str) -> str:
    item = catalogue.checklist_items.item(item_id)
    return catalogue.basis_text(item) if item else ""
