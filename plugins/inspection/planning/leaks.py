"""Where a project may leak: its stages, and what earlier crawls confirmed at the owning unit (seed 000 art. 6)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.model import Campaign
from inspection.rules.catalogue import Catalogue
from inspection.store import history, projects, roster


def figures(session: Session, campaign: Campaign, catalogue: Catalogue) -> dict[str, object]:
    """The stages with their leak points, and how many faults of the kind were confirmed before (None: no crawl yet)."""
    project = projects.get(session, campaign.id)
    watched = catalogue.project_kinds.rule(project.kind).watched
    before = history.confirmed_before(session, campaign.id, project.unit_id, frozenset(watched))
    return {
        "agency": {},
        "units": {},
        "unit": project.unit_id,
        "unit_name": roster.unit(session, project.unit_id).name,
        "confirmed_before": before,
        "stages": [{"id": one["id"], "stage": one["stage"], "leak_point": one["leak_point"]} for one in project.stages],
    }


def sentences(catalogue: Catalogue, known: dict[str, object]) -> list[dict[str, object]]:
    """A sentence per leak point, and one on what was found before."""
    wording, stages, before = catalogue.wording, known["stages"], known["confirmed_before"]
    assert isinstance(stages, list)
    told: list[tuple[str, str, dict[str, object]]] = [
        (f"project_leak_{one['id']}", wording.line("project_leak", one), {}) for one in stages
    ]
    rule = "unknown" if before is None else "before" if before else "none"
    values = {"unit": known["unit_name"], "count": before}
    told.append((f"project_findings_{rule}", wording.line(f"project_findings_{rule}", values), {"count": before}))
    return [
        {"rule": name, "factor": 1, "unit": "", "text": text, "numbers": numbers, "stresses": []}
        for name, text, numbers in told
    ]
