"""The plan as an official document: its sections, annexes and signature row, in the template of its form."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import settings
from inspection.documents.render import Properties, render
from inspection.documents.shelf import Label, keep
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
    template = settings.TEMPLATES / form.template
    context = dict(form.context(session, plan, catalogue))
    title = str(context["title"])
    around = context["frame"]
    assert isinstance(around, dict)
    data = render(
        template,
        context,
        properties=Properties(title=title, author=str(context["office"]), created=plan.drafted_at),
    )
    document = keep(
        session,
        data,
        Label(
            kind="plan",
            subject_id=plan.id,
            title=title,
            template=form.template,
            template_sha256=hashlib.sha256(template.read_bytes()).hexdigest(),
            level=str(around["mark"]),
        ),
        at=at,
    )
    if plan.document_id != document.id:
        plan.document_id = document.id
        session.flush()
    return document
