"""The one way a document is printed: filled from its kind, marked, titled and kept (docs/decisions/0014)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from inspection import settings
from inspection.documents.frame import frame
from inspection.documents.kind import DocumentKind, Head, Signers
from inspection.documents.render import Properties, fingerprint_of_facts, render
from inspection.documents.storage import Label, keep
from inspection.errors import Misuse
from inspection.model import Document
from inspection.rules.catalogue import Catalogue
from inspection.store import roster

Filler = Callable[[Path, Mapping[str, object], Properties], bytes]


def _plainly(template: Path, context: Mapping[str, object], properties: Properties) -> bytes:
    return render(template, context, properties=properties)


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a kind about one record.

    `context` is a value of the kind's context type; the head is added in printing. `content_hash` is the hash the
    paper is bound to (64 hex digits), shown as its short code; without one, the paper is bound to its whole context
    but the day of printing. `created` is what the file says of its making, UTC or
    aware; without one, equal content printed at another hour is the same file. `encloses` is the kind of what a letter
    encloses, whose mark it bears. `named` adds words to the title that the context does not hold.
    `fill` puts context and properties into the template; only a form that is sealed needs its own.
    """

    kind: DocumentKind
    subject_id: str
    context: Mapping[str, object]
    content_hash: str = ""
    created: datetime | None = None
    encloses: DocumentKind | None = None
    named: Mapping[str, object] = field(default_factory=dict)
    fill: Filler = _plainly

    @property
    def bound_to(self) -> str:
        """The hash its short code stands for."""
        return self.content_hash or fingerprint_of_facts(self.context)


def print_paper(session: Session, paper: Paper, *, catalogue: Catalogue, at: datetime) -> Document:
    """Fills and keeps a paper; the same content for the same record is the same document.

    Raises ValueError for a context that is not one of the kind's, BadSource as `render.render` does.
    """
    head = head_of(session, paper, catalogue=catalogue)
    data = filled(paper, head)
    label = Label(
        kind=paper.kind.id,
        subject_id=paper.subject_id,
        title=title_of(paper, head),
        level=head["frame"]["mark"],
        template=paper.kind.template,
        template_sha256=hashlib.sha256(_template(paper.kind).read_bytes()).hexdigest(),
    )
    return keep(session, data, label, at=at)


def filled(paper: Paper, head: Head) -> bytes:
    """The paper as a Word document, kept nowhere; errors as in `print_paper`."""
    given, wanted = set(paper.context), set(paper.kind.context.__annotations__)
    if given != wanted:
        raise Misuse(f"{paper.kind.id}: not the fields of its context: {', '.join(sorted(given ^ wanted))}")
    properties = Properties(title=title_of(paper, head), author=head["office"], created=paper.created)
    return paper.fill(_template(paper.kind), {**paper.context, **head}, properties)


def head_of(session: Session, paper: Paper, *, catalogue: Catalogue) -> Head:
    """Frame, agency and issuing office of a paper, from the rules and the roster as they are now."""
    agency = roster.agency(session)
    marked = paper.encloses if paper.kind.mark is None and paper.encloses else paper.kind
    subject_id = paper.subject_id if paper.kind.comes_back_signed else ""
    around = frame(catalogue.office, marked, agency=agency, content_hash=paper.bound_to, subject_id=subject_id)
    office = roster.ethics_office_name(session)
    return {"frame": around, "agency": agency.name, "office": office, "signers": _signers(catalogue)}


def _signers(catalogue: Catalogue) -> Signers:
    names = {cell.value: name for cell, name in catalogue.approval_table.signature_names.items()}
    return {
        "drafter": names["drafter"],
        "unit_head": names["unit_head"],
        "countersign": names["countersign"],
        "ethics_head": names["ethics_head"],
        "chief_secretary": names["chief_secretary"],
        "agency_head": names["agency_head"],
    }


def title_of(paper: Paper, head: Head) -> str:
    """What the paper is called in storage and in its own properties."""
    return paper.kind.title.format_map({**paper.context, **head, **paper.named})


def _template(kind: DocumentKind) -> Path:
    return settings.TEMPLATES / kind.template
