"""The plan as an official document: its sections, annexes and signature row, in the template of its form."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.documents.printing import Paper, print_paper
from inspection.errors import NotFound
from inspection.model import Document
from inspection.planning import forms
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns


def print_plan(session: Session, campaign_id: str, *, catalogue: Catalogue, at: datetime) -> Document:
    """Renders the newest version of the plan and keeps it; the same version is the same document."""
    plan = campaigns.latest_plan(session, campaign_id)
    if plan is None:
        raise NotFound(f"campaign {campaign_id} has no plan yet")
    form = forms.of(campaigns.get(session, campaign_id).kind, catalogue)
    context = form.context(session, plan, catalogue)
    paper = Paper(form.document, plan.id, context, plan.content_hash, created=plan.drafted_at)
    document = print_paper(session, paper, catalogue=catalogue, at=at)
    if plan.document_id != document.id:
        plan.document_id = document.id
        session.flush()
    return document
