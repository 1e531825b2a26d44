"""The 簽稿 on what is overdue, ready for the ethics head to sign or leave."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.calendar import roc
from inspection.documents.frame import frame
from inspection.documents.kinds.escalation_brief import EscalationBrief
from inspection.documents.render import Properties, fingerprint, render
from inspection.documents.shelf import Label, keep
from inspection.model import Campaign, Document, Unit
from inspection.rules.catalogue import Catalogue
from inspection.store import roster

TEMPLATE = "letter/escalation_brief.docx"


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is overdue, in words: a finding not mended, or a checklist not returned. `fact` holds nothing in clear."""

    subject_id: str
    campaign: Campaign
    unit: Unit
    fact: str
    severity: str
    due_on: date
    days_late: int
    told_before: str


def print_brief(session: Session, overdue: Overdue, *, addressee: str, catalogue: Catalogue, at: datetime) -> Document:
    """Renders and keeps the draft for one rung of one matter."""
    agency = roster.agency(session)
    say = catalogue.wording.say
    values = {
        "campaign": overdue.campaign.name,
        "unit": overdue.unit.name,
        "finding": overdue.subject_id,
        "due": roc.plain(overdue.due_on),
        "days": overdue.days_late,
        "earlier": overdue.told_before,
    }
    around = frame(catalogue.office, "unit_report", agency=agency, content_hash=fingerprint(values))
    condition = around["declassification"].removeprefix("解密條件：")
    context: EscalationBrief = {
        "frame": around,
        "agency": agency.name,
        "office": "政風室",
        "date": roc.plain(clock.local_date(at)),
        "number": "",
        "speed": "速件",
        "classification": f"{around['mark']}（{condition}）" if around["mark"] else "",
        "attachments": "",
        "addressee": addressee,
        "subject": catalogue.wording.line("brief_subject", {"unit": overdue.unit.name}),
        "explanations": say("brief_explanations", values),
        "fixes": [
            {
                "number": overdue.subject_id,
                "unit": overdue.unit.name,
                "fact": overdue.fact,
                "severity": overdue.severity,
                "due": roc.plain(overdue.due_on),
                "days_late": overdue.days_late,
                "state": "列管中",
            }
        ],
        "proposals": say("brief_proposals", {"addressee": addressee, "unit": overdue.unit.name}),
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
        subject_id=overdue.subject_id,
        title=context["subject"],
        template=TEMPLATE,
        template_sha256=hashlib.sha256(template.read_bytes()).hexdigest(),
        level=context["frame"]["mark"],
    )
    return keep(session, data, label, at=at)
