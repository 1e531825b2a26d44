"""Builds the first version of every template: `python -m tools.template_authoring.building OUTDIR`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tools.template_authoring import (
    campaign_report,
    case_sheet,
    checklist,
    handover_list,
    inspection_record,
    letters,
    plan,
    pocket_card,
    project,
    spot_record,
    spring_papers,
    spring_plan,
    unit_report,
    year_calendar,
)

BUILDERS: dict[str, Callable[[], bytes]] = {
    "plan/inspection_plan.docx": plan.inspection_plan,
    "plan/spring_plan.docx": spring_plan.spring_plan,
    "plan/project_plan.docx": project.project_plan,
    "letter/pledge.docx": project.pledge,
    "report/closing_review.docx": project.closing_review,
    "letter/project_submission.docx": project.submission,
    "checklist/unit_checklist.docx": checklist.unit_checklist,
    "checklist/inspection_record.docx": inspection_record.inspection_record,
    "checklist/pocket_card.docx": pocket_card.pocket_card,
    "checklist/spot_record.docx": spot_record.spot_record,
    "report/unit_report.docx": unit_report.unit_report,
    "report/campaign_report.docx": campaign_report.campaign_report,
    "letter/escalation_brief.docx": letters.escalation_brief,
    "letter/submission_brief.docx": letters.submission_brief,
    "calendar/year_calendar.docx": year_calendar.year_calendar,
    "spring/safety_checklist.docx": spring_papers.safety_checklist,
    "spring/outside_form.docx": spring_papers.outside_form,
    "spring/daily_reports.docx": spring_papers.daily_reports,
    "spring/announcement.docx": spring_papers.announcement,
    "handover/handover_list.docx": handover_list.handover_list,
    "awareness/case_sheet.docx": case_sheet.case_sheet,
}


def build(folder: Path) -> list[Path]:
    """Writes all templates below `folder`; what stands there is overwritten, so never point it at edited templates."""
    written = []
    for name, builder in BUILDERS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(builder())
        written.append(path)
    return written


def main(arguments: list[str]) -> int:
    """Command line; exit status 2 without a folder."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tools.template_authoring.building OUTDIR\n")
        return 2
    for path in build(Path(arguments[0])):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
