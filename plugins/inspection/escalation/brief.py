"""The 簽稿 on an overdue fix, ready for the ethics head to sign or leave."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.calendar import roc
from inspection.documents.contexts import EscalationBrief
from inspection.documents.frame import frame
from inspection.documents.render import Properties, fingerprint, render
from inspection.documents.shelf import Label, keep
from inspection.model import Campaign, Document, Fix
from inspection.rules.catalogue import Catalogue
from inspection.store import findings, roster

TEMPLATE = "letter/escalation_brief.docx"


def print_brief(
    session: Session,
    fix: Fix,
    *,
    addressee: str,
    told_before: str,
    days_late: int,
    catalogue: Catalogue,
    at: datetime,
) -> Document:
    """Renders and keeps the draft for one rung of one fix."""
    agency = roster.agency(session)
    unit = roster.unit(session, fix.unit_id)
    finding = findings.finding(session, fix.finding_id)
    campaign = session.get_one(Campaign, fix.campaign_id)
    say = catalogue.wording.say
    values = {
        "campaign": campaign.name,
        "unit": unit.name,
        "finding": finding.id,
        "due": roc.plain(fix.due_on),
        "days": days_late,
        "earlier": told_before,
    }
    context: EscalationBrief = {
        "frame": frame(catalogue.office, "unit_report", agency=agency, content_hash=fingerprint(values)),
        "agency": agency.name,
        "office": "政風室",
        "date": roc.plain(clock.local_date(at)),
        "number": "",
        "speed": "速件",
        "classification": "",
        "attachments": "",
        "addressee": addressee,
        "subject": catalogue.wording.line("brief_subject", {"unit": unit.name}),
        "explanations": say("brief_explanations", values),
        "fixes": [
            {
                "number": finding.id,
                "unit": unit.name,
                "fact": finding.fact,
                "severity": catalogue.severities.rule(finding.severity).name,
                "due": roc.plain(fix.due_on),
                "days_late": days_late,
                "state": "列管中",
            }
        ],
        "proposals": say("brief_proposals", {"addressee": addressee, "unit": unit.name}),
        "consulted": "",
    }
    template = settings.TEMPLATES / TEMPLATE
    data = render(
        template,
        cast("dict[str, object]", context),
        properties=Properties(title=context["subject"], author=context["office"], created=at),
    )
    label = Label(
        kind="escalation_brief",
        subject_id=fix.id,
        title=context["subject"],
        template=TEMPLATE,
        template_sha256=hashlib.sha256(template.read_bytes()).hexdigest(),
        level=context["frame"]["mark"],
    )
    return keep(session, data, label, at=at)
