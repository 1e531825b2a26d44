"""The plan as an official document: the eight contents, annexes and signature row."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.calendar import roc
from inspection.documents.contexts import InspectionPlan
from inspection.documents.frame import frame
from inspection.documents.render import Properties, render
from inspection.documents.shelf import Label, keep
from inspection.errors import NotFound
from inspection.model import Document, Plan
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, roster

TEMPLATE = "plan/inspection_plan.docx"


def print_plan(session: Session, campaign_id: str, *, catalogue: Catalogue, at: datetime) -> Document:
    """Renders the newest version of the plan and keeps it; the same version is the same document."""
    plan = campaigns.latest_plan(session, campaign_id)
    if plan is None:
        raise NotFound(f"campaign {campaign_id} has no plan yet")
    template = settings.TEMPLATES / TEMPLATE
    context = plan_context(session, plan, catalogue)
    data = render(
        template,
        cast("dict[str, object]", context),
        properties=Properties(title=str(context["title"]), author=context["office"], created=plan.drafted_at),
    )
    document = keep(
        session,
        data,
        Label(
            kind="plan",
            subject_id=plan.id,
            title=str(context["title"]),
            template=TEMPLATE,
            template_sha256=hashlib.sha256(template.read_bytes()).hexdigest(),
            level=context["frame"]["mark"],
        ),
        at=at,
    )
    if plan.document_id != document.id:
        plan.document_id = document.id
        session.flush()
    return document


def plan_context(session: Session, plan: Plan, catalogue: Catalogue) -> InspectionPlan:
    """The template's context, drawn from the plan's data alone (and from the agency's name and hotline)."""
    content = plan.content
    agency = roster.agency(session)
    names = {unit["id"]: unit["name"] for unit in content["units"]}
    sections = {name: list(section["lines"]) for name, section in content["sections"].items()}
    selection = _selection_words(content)
    return {
        "frame": frame(catalogue.office, "plan", agency=agency, content_hash=plan.content_hash),
        "agency": agency.name,
        "office": "政風室",
        "title": content["title"],
        "date": roc.plain(clock.local_date(plan.drafted_at)),
        "version": f"第 {plan.version} 版",
        "legal_bases": content["bases"],
        "assessment": content["assessment"],
        "purposes": sections["purpose"],
        "item_notes": sections["items"],
        "unit_notes": sections["units"],
        "group_notes": sections["inspectors"],
        "methods": sections["method"],
        "period": content["period"],
        "schedule": content["timetable"],
        "result_handling": sections["results"],
        "support": sections["support"],
        "units": [
            {
                "number": number,
                "name": unit["name"],
                "people": f"主管、窗口及經辦人員（編制 {unit['staff']} 人）",
                "item_count": len(unit["items"]),
                "stress": unit["stress"],
            }
            for number, unit in enumerate(content["units"], start=1)
        ],
        "items": [
            {
                "number": number,
                "code": item["id"],
                "category": item["category"],
                "statement": item["statement"],
                "basis": item["basis"],
                "selection": selection[item["id"]],
            }
            for number, item in enumerate(content["items"], start=1)
        ],
        "shares": [
            {
                "number": number,
                "unit": names[share["unit_id"]],
                "path": share["address"],
                "scope": content["crawl"]["scope"],
            }
            for number, share in enumerate(content["shares"], start=1)
        ],
        "crawl": {
            "account": content["crawl"]["account"],
            "method": content["crawl"]["method"],
            "period": content["period"],
            "exclusions": content["crawl"]["exclusions"],
        },
        "groups": [
            {
                "number": f"第 {number} 組",
                "leader": group["leader"],
                "members": "、".join(group["members"]),
                "units": "、".join(names[unit_id] for unit_id in group["unit_ids"]),
                "note": "政風室以外人員" if group["outsider"] else "",
            }
            for number, group in enumerate(content["groups"], start=1)
        ],
        "consulted": "資訊室、行政室",
    }


def _selection_words(content: dict[str, object]) -> dict[str, str]:
    words = {"core": "核心", "stressed": "加強", "rotating": "輪替"}
    found: dict[str, str] = {}
    units = cast("list[dict[str, list[dict[str, str]]]]", content["units"])
    for unit in units:
        for item in unit["items"]:
            found.setdefault(item["id"], words[item["because"]])
    return found
