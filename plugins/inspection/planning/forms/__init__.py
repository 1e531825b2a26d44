"""The forms a plan may take, one module each: how its content is composed, and how it is laid out on paper.

Which kind of campaign has which form stands in `rules/campaign_kinds.yaml`; its sections and who decides on it in
`rules/plan_sections.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from inspection.documents.kind import DocumentKind
from inspection.documents.kinds import plan, project_plan, spring_plan
from inspection.model import Plan
from inspection.planning.forms import inspection, project, spring
from inspection.planning.ground import Content, Ground
from inspection.rules.catalogue import Catalogue
from inspection.rules.plan_sections import PlanForm


@dataclass(frozen=True, slots=True)
class Form:
    """One form: `compose` writes the plan as data, `context` fills the `document` from it."""

    compose: Callable[[Ground], Content]
    document: DocumentKind
    context: Callable[[Session, Plan, Catalogue], Mapping[str, object]]


FORMS: dict[PlanForm, Form] = {
    PlanForm.INSPECTION: Form(inspection.compose, plan.KIND, inspection.context),
    PlanForm.SPRING: Form(spring.compose, spring_plan.KIND, spring.context),
    PlanForm.PROJECT: Form(project.compose, project_plan.KIND, project.context),
}


def of(kind: str, catalogue: Catalogue) -> Form:
    """The form of a kind of campaign."""
    return FORMS[catalogue.campaign_kinds.rule(kind).plan]
