"""The page of all kinds of documents we print, drawn from their register."""

from __future__ import annotations

from tools import rule_pages

from inspection.documents.kind import DocumentKind
from inspection.documents.kinds import register
from inspection.rules import catalogue

_HEAD = """# Documents we print

One row per kind in `plugins/inspection/documents/kinds/`; how to add one stands in [recipes](../recipes.md). Marks are
what the shipped `office.yaml` proposes (承辦擬、核定人定); an agency proposes its own.

"""


def documents_page() -> str:
    """Every kind, its template, the type that fills it, its mark and how it is kept."""
    rows = [
        (
            f"`{kind.id}`",
            kind.name,
            f"`{kind.template}`",
            f"`{kind.context.__name__}`",
            _mark(kind),
            "QR code: comes back signed" if kind.comes_back_signed else "—",
            "DOCX, ODT, PDF" if kind.in_open_formats else "DOCX",
        )
        for kind in register().values()
    ]
    columns = ("kind", "document", "template", "filled with", "mark", "paper", "kept as")
    return _HEAD + rule_pages.table(columns, rows) + "\n"


def _mark(kind: DocumentKind) -> str:
    if kind.mark is None:
        return "that of what it encloses"
    proposed = catalogue.current().office.proposed_mark(kind.mark)
    extras = ["watermark"] * proposed.watermark + ["numbered copies"] * proposed.numbered_copies
    return "、".join([proposed.level.value if proposed.level else "none", *extras])
