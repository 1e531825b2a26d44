"""Collects every paper a campaign has made, as texts to be compared."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.paper_office import CAMPAIGN
from documents.word import text_of
from inspection import clock as now
from inspection.campaigns.package import package
from inspection.documents.storage import read_document
from inspection.model import Document
from inspection.rules.catalogue import Catalogue
from reports.reading_papers import Papers, tight

DRAFT = "02_簽稿.docx"
KINDS = ("plan", "checklist", "inspection_record", "unit_report", "campaign_report", "escalation_brief")


def word_files(session: Session, rules: Catalogue) -> dict[str, bytes]:
    """The Word files by kind and subject: each paper kept, and the 簽 on plan and report."""
    documents: dict[str, bytes] = {}
    for subject in ("plan", "campaign_report"):
        made = package(session, subject, CAMPAIGN, catalogue=rules, at=now.now())
        documents[f"package {subject}"] = made.files[DRAFT]
    for one in session.scalars(select(Document).order_by(Document.made_at, Document.id)):
        if one.kind in KINDS and str(one.subject_id).startswith(CAMPAIGN):
            documents[f"{one.kind} {one.subject_id}"] = read_document(one)
    return documents


def as_they_are(documents: dict[str, bytes]) -> dict[str, str]:
    """The texts as they stand in the Word files, without pages."""
    return {name: tight(text_of(data)) for name, data in documents.items()}


def as_papers(texts: dict[str, str]) -> Papers:
    """Texts without white space, put in their places."""

    def of_kind(kind: str, unit: Callable[[str], str]) -> dict[str, str]:
        own = {name.partition(" ")[2]: words for name, words in texts.items() if name.startswith(f"{kind} ")}
        return {unit(name): words for name, words in own.items()}

    (plan,) = of_kind("plan", str).values()
    (campaign,) = of_kind("campaign_report", str).values()
    return Papers(
        plan=plan,
        checklists=of_kind("checklist", lambda name: name.rpartition(":")[2]),
        sheets=of_kind("inspection_record", lambda name: name.rpartition(":")[2]),
        units=of_kind("unit_report", lambda name: name.split(":")[1]),
        campaign=campaign,
        plan_brief=texts["package plan"],
        report_brief=texts["package campaign_report"],
        briefs=of_kind("escalation_brief", str),
    )
