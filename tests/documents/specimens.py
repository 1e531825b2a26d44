"""One specimen per template, taken from one campaign (`one_campaign`); for tests, the gallery and the bench.

They lie as data under `campaign_papers`, written by `make specimens`, never by hand: `test_specimens` tells the
campaign anew on both databases and holds them against it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from documents.specimen_files import FOLDER
from inspection.documents.kinds import register

if TYPE_CHECKING:
    from inspection.documents.kind import Frame
    from inspection.documents.kinds.campaign_report import CampaignReport
    from inspection.documents.kinds.checklist import UnitChecklist
    from inspection.documents.kinds.plan import InspectionPlan
    from inspection.documents.kinds.submission_brief import SubmissionBrief
    from inspection.documents.kinds.unit_report import UnitReport


def specimen(kind: str) -> dict[str, Any]:
    """What fills the template of a kind."""
    return dict(json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8")))


def inspection_plan() -> InspectionPlan:
    """The plan of the half-year, for all units."""
    return cast("InspectionPlan", specimen("plan"))


def unit_checklist() -> UnitChecklist:
    """The form of the works unit."""
    return cast("UnitChecklist", specimen("checklist"))


def unit_report() -> UnitReport:
    """The report of a unit with faults."""
    return cast("UnitReport", specimen("unit_report"))


def campaign_report() -> CampaignReport:
    """The report of the half-year."""
    return cast("CampaignReport", specimen("campaign_report"))


def submission_brief() -> SubmissionBrief:
    """The 簽 on the plan, with opinions."""
    return cast("SubmissionBrief", specimen("submission_brief"))


SPECIMENS: dict[str, Callable[[], dict[str, Any]]] = {
    kind.template: partial(specimen, name) for name, kind in register().items()
}
CODES = [str(question["code"]) for question in unit_checklist()["questions"]]
FRAME: Frame = campaign_report()["frame"]
