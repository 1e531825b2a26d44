"""The plan as an official document: its sections, annexes and signature row, in the template of its form."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.documents.kind import DocumentKind
from inspection.documents.printing import Paper, print_paper
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Document, Plan
from inspection.planning import forms
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns
from inspection.vocabulary import MarkedAs


def kind_of(plan: Plan, kind: str, catalogue: Catalogue) -> DocumentKind:
    """The kind a plan is printed as; one kept from the units until an hour is proposed 密 (officer review A8)."""
    printed = forms.of(kind, catalogue).document
    return printed.marked_as(MarkedAs.UNANNOUNCED_PLAN) if "reveal_at" in plan.content else printed


def print_plan(session: Session, campaign_id: str, *, catalogue: Catalogue, at: datetime) -> Document:
    """Renders the newest version of the plan and keeps it; the same version is the same document."""
    plan = campaigns.latest_plan(session, campaign_id)
    if plan is None:
        raise NotFound(speak(f"檢查專案 {campaign_id} 尚無計畫", f"campaign {campaign_id} has no plan yet"))
    kind = campaigns.get(session, campaign_id).kind
    form = forms.of(kind, catalogue)
    context = form.context(session, plan, catalogue)
    paper = Paper(kind_of(plan, kind, catalogue), plan.id, context, plan.content_hash, created=plan.drafted_at)
    document = print_paper(session, paper, catalogue=catalogue, at=at)
    if plan.document_id != document.id:
        plan.document_id = document.id
        session.flush()
    return document
