"""編輯案例: confirmed faults of our own as awareness cases, by category, with no unit, file or number in them.

What makes a case suit the office (seed 000 art. 4(一)) is that it happened here: the categories with most faults come
first. Only faults whose report was issued are taken; a case names neither unit nor file nor count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.roles import on_behalf
from inspection.audit.events import record
from inspection.awareness.coverage import Months
from inspection.awareness.keepers import keeper
from inspection.calendar import roc
from inspection.documents.kinds.case_sheet import KIND, CaseSheet
from inspection.documents.printing import Paper, print_paper
from inspection.documents.storage import read_document
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Document, Finding, Suspicion
from inspection.rules.awareness import Lesson
from inspection.rules.catalogue import Catalogue
from inspection.store import awareness
from inspection.vocabulary import SuspicionKind

MOST_SCENES = 5


@dataclass(frozen=True, slots=True)
class Topic:
    """A category in which faults were confirmed: how many, in how many units, and the cause it teaches."""

    category: str
    name: str
    faults: int
    units: int
    cause: str


def topics(session: Session, months: Months, catalogue: Catalogue) -> list[Topic]:
    """What awareness work of these months should take up, the most frequent first."""
    found = awareness.issued_findings(session, *_bounds(months))
    names = {category.name: category.id for category in catalogue.checklist_items.categories}
    counts = Counter(finding.category for finding, _ in found)
    return [
        Topic(
            names.get(name, ""),
            name,
            count,
            len({finding.unit_id for finding, _ in found if finding.category == name}),
            lesson.cause,
        )
        for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if (lesson := catalogue.awareness.lesson(names.get(name, ""))) is not None
    ]


def case_sheet(
    session: Session, category: str, months: Months, *, catalogue: Catalogue, person_id: str, at: datetime
) -> tuple[Document, bytes]:
    """Writes the case of a category (its prefix or name) and keeps it; the same case of a day is the same document.

    Raises NotAllowed outside the ethics office, NotFound where no fault of that category was confirmed and issued.
    """
    held = keeper(session, person_id, at=at)
    topic = next((one for one in topics(session, months, catalogue) if category in {one.category, one.name}), None)
    if topic is None:
        raise NotFound(
            speak(
                f"{months.name} 沒有已確認並發出之 {category!r} 類缺失",
                f"no fault of category {category!r} was confirmed and issued in {months.name}",
            )
        )
    lesson = catalogue.awareness.lesson(topic.category)
    assert lesson is not None  # topics leaves out what has none
    found = [pair for pair in awareness.issued_findings(session, *_bounds(months)) if pair[0].category == topic.name]
    context = _context(topic, lesson, found, catalogue, at)
    paper = Paper(KIND, f"{months.start:%Y%m}-{months.end:%Y%m}-{topic.category}", context, created=at)
    document = print_paper(session, paper, catalogue=catalogue, at=at)
    details = {"document_id": document.id, "count": len(found), **on_behalf(person_id, held)}
    record(session, at=at, actor=person_id, subject=("case_sheet", document.id), action="written", details=details)
    return document, read_document(document)


def _context(
    topic: Topic,
    lesson: Lesson,
    found: Sequence[tuple[Finding, Suspicion]],
    catalogue: Catalogue,
    at: datetime,
) -> CaseSheet:
    scenes = list(dict.fromkeys(_scene(suspicion, catalogue) for _, suspicion in found))[:MOST_SCENES]
    bases = list(dict.fromkeys(finding.basis for finding, _ in found if finding.basis))
    remedies = list(dict.fromkeys(remedy for finding, _ in found for remedy in finding.remedies))
    practice = list(lesson.practice)
    if remedies:
        practice.insert(0, catalogue.wording.line("case_remedies", {"remedies": "、".join(remedies)}))
    return {
        "title": catalogue.wording.line("case_title", {"theme": topic.name}),
        "date": roc.plain(clock.local_date(at)),
        "theme": topic.name,
        "cause": lesson.cause,
        "explanation": lesson.explanation,
        "scenes": scenes,
        "bases": bases,
        "practice": practice,
        "closing": catalogue.wording.line("case_closing"),
    }


def _scene(suspicion: Suspicion, catalogue: Catalogue) -> str:
    """What happened, in words that fit any unit: kinds of content and statements only."""
    say = catalogue.wording.line
    if suspicion.crawled_file_id is None:
        item = catalogue.checklist_items.item(suspicion.item_id or "")
        return say("case_scene_answer", {"statement": item.statement.rstrip("。") if item else ""})
    if suspicion.kind is SuspicionKind.DEFECTIVE_MARK:
        return say("case_scene_defective")
    names = [catalogue.detectors.detector(one).name for one in suspicion.detectors]
    return say("case_scene_unmarked", {"categories": "、".join(names)})


def _bounds(months: Months) -> tuple[datetime, datetime]:
    zone, midnight = clock.zone(), datetime.min.time()
    return datetime.combine(months.start, midnight, zone), datetime.combine(months.end, midnight, zone)
