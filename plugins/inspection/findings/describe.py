"""The words of a finding: fact, category, basis and remedies, with nothing found in clear."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from inspection.errors import NotFound
from inspection.findings.suspect import KIND_DEFECTIVE, KIND_MISMATCH, KIND_UNMARKED, contradicted_statements
from inspection.model import Suspicion
from inspection.rules.catalogue import Catalogue
from inspection.store import checklists, evidence

CRAWL_CATEGORY = {KIND_UNMARKED: "MRK-003", KIND_DEFECTIVE: "MRK-002"}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words."""

    category: str
    fact: str
    basis: str
    remedies: tuple[str, ...]


def describe(session: Session, suspicion: Suspicion, catalogue: Catalogue) -> Told:
    """Puts a 疑似事項 into words; files are named by code only (paths are content, officer review A12)."""
    if suspicion.crawled_file_id is not None:
        return _of_file(session, suspicion, suspicion.crawled_file_id, catalogue)
    return _of_answer(session, suspicion, catalogue)


def file_code(file_id: int) -> str:
    """The code a file goes by outside the ethics office."""
    return f"F{file_id:06d}"


def _of_file(session: Session, suspicion: Suspicion, file_id: int, catalogue: Catalogue) -> Told:
    file, _share, found = evidence.file(session, file_id)
    hits = [hit for hit in found if hit.detector in suspicion.detectors]
    wording = catalogue.wording
    item_id = CRAWL_CATEGORY[suspicion.kind]
    remedies: list[str] = []
    names = []
    for hit in hits:
        rule = catalogue.detectors.detector(hit.detector)
        names.append(rule.name)
        remedies.extend(remedy for remedy in rule.remedies if remedy not in remedies)
    if suspicion.kind == KIND_DEFECTIVE:
        mark = file.mark or {}
        meaning = {defect.id: defect.when for defect in catalogue.marking.defects}
        defects = "、".join(meaning[code] for code in mark.get("defects", ()))
        fact = wording.line(
            "fact_defective_mark", {"file": file_code(file.id), "level": mark.get("level", ""), "defects": defects}
        )
    else:
        people = max((hit.people for hit in hits), default=0)
        fact = wording.line(
            "fact_unmarked_sensitive",
            {
                "file": file_code(file.id),
                "categories": "、".join(names),
                "count": sum(hit.count for hit in hits),
                "people": wording.line("fact_people", {"people": people}) if people else "",
            },
        )
    if file.broad_readers:
        fact += wording.line("fact_readable_by_all")
    return Told(_category(catalogue, item_id), fact, _basis(catalogue, item_id), tuple(remedies))


def _of_answer(session: Session, suspicion: Suspicion, catalogue: Catalogue) -> Told:
    questions = checklists.questions(session, suspicion.checklist_id or "")
    question = next((one for one in questions if one.item_id == suspicion.item_id), None)
    if question is None:
        raise NotFound(f"suspicion {suspicion.id} names a statement that was never put")
    values: dict[str, object] = {"item": question.item_id, "statement": question.statement.rstrip("。")}
    phrase = "fact_self_reported"
    if suspicion.kind == KIND_MISMATCH:
        phrase = "fact_mismatch"
        contradicted = contradicted_statements(session, suspicion.campaign_id, catalogue)
        values["files"] = contradicted.get((suspicion.unit_id, question.item_id), 0)
    fact = catalogue.wording.line(phrase, values)
    return Told(question.category, fact, question.basis, ())


def _category(catalogue: Catalogue, item_id: str) -> str:
    item = catalogue.checklist_items.item(item_id)
    return catalogue.checklist_items.category_name(item) if item else item_id


def _basis(catalogue: Catalogue, item_id: str) -> str:
    item = catalogue.checklist_items.item(item_id)
    return catalogue.basis_text(item) if item else ""
