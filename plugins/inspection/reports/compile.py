"""Compiles reports: gathers, freezes as data with a hash, prints. Compiling again changes nothing unless facts did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from inspection import clock
from inspection.approvals.consult import consulted
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.documents.kinds import campaign_report, unit_report
from inspection.documents.kinds.campaign_report import CampaignReport, KeyFigures
from inspection.documents.kinds.unit_report import UnitReport
from inspection.documents.printing import Paper, print_paper
from inspection.documents.render import fingerprint
from inspection.errors import Conflict
from inspection.model import Agency, Campaign, Finding, Plan, Report
from inspection.model.lifecycle import CampaignState, ReportState
from inspection.planning.decision import plan_in_force
from inspection.reports import content as say
from inspection.reports.figures import CampaignFigures, UnitFigures, gather
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, findings, roster
from inspection.vocabulary import SEVERITY_RANK, CampaignKind, Severity

OPEN_STATES = frozenset({ReportState.DRAFT, ReportState.SUBMITTED, ReportState.RETURNED})


def compile_reports(
    session: Session, campaign_id: str, *, catalogue: Catalogue, compiled_by: str, at: datetime
) -> list[str]:
    """Ids of the campaign's own report (first) and of every unit's; signed and issued ones are left as they are."""
    campaign = campaigns.get(session, campaign_id)
    if campaign.kind is CampaignKind.PROJECT:
        raise Conflict("a project ends with its closing review, not with reports on units (`inspection project close`)")
    plan = plan_in_force(session, campaign_id)
    if campaign.state == CampaignState.INSPECTING:
        advance(session, campaign, CampaignState.REPORTING, actor=compiled_by, at=at)
    figures = gather(session, campaign_id, catalogue)
    told = _Teller(session, campaign, plan, figures, catalogue, roster.agency(session), at)
    ids = [_freeze(told, "", partial(_campaign_context, told), compiled_by)]
    ids.extend(_freeze(told, unit.unit.id, partial(_unit_context, told, unit), compiled_by) for unit in figures.units)
    return ids


@dataclass(frozen=True, slots=True)
class _Teller:
    """What every report of one campaign stands on."""

    session: Session
    campaign: Campaign
    plan: Plan
    figures: CampaignFigures
    catalogue: Catalogue
    agency: Agency
    at: datetime

    @property
    def period(self) -> str:
        """The window in words."""
        return roc.days(self.campaign.window_start, self.campaign.window_end)

    @property
    def date(self) -> str:
        """The day of compiling in words."""
        return roc.plain(clock.local_date(self.at))

    @property
    def inspectors(self) -> str:
        """The leads of all groups."""
        return "、".join(group["leader"] for group in self.plan.content["groups"])

    @property
    def members(self) -> str:
        """The joint members of all groups."""
        return "、".join(member for group in self.plan.content["groups"] for member in group["members"])


def _freeze(told: _Teller, unit_id: str, make: Callable[[], dict[str, object]], compiled_by: str) -> str:
    session = told.session
    latest = findings.latest_report(session, told.campaign.id, unit_id)
    if latest is not None and latest.state not in OPEN_STATES:
        return latest.id
    context = make()
    # the date of compiling is no fact: the same facts another day are the same report
    facts = {name: value for name, value in context.items() if name != "date"}
    digest = fingerprint(facts)
    if latest is not None and latest.content_hash == digest:
        if latest.state == ReportState.RETURNED:
            # one report returned returns them all: those that need no change are laid before again as they are
            advance(session, latest, ReportState.DRAFT, actor=compiled_by, at=told.at)
        return latest.id
    if latest is not None:
        advance(session, latest, ReportState.SUPERSEDED, actor=compiled_by, at=told.at)
    version = (latest.version if latest else 0) + 1
    report = Report(
        id=f"{told.campaign.id}:{unit_id or 'all'}:r{version}",
        campaign_id=told.campaign.id,
        unit_id=unit_id,
        version=version,
        state=ReportState.DRAFT,
        content=context,
        content_hash=digest,
        compiled_by=compiled_by,
        compiled_at=told.at,
    )
    session.add(report)
    session.flush()
    _print(told, report)
    record(
        session,
        at=told.at,
        actor=compiled_by,
        subject=("report", report.id),
        action="compiled",
        states=(None, ReportState.DRAFT.value),
        details={"version": version, "content_hash": digest, "unit_id": unit_id},
    )
    return report.id


def _print(told: _Teller, report: Report) -> None:
    kind = unit_report.KIND if report.unit_id else campaign_report.KIND
    paper = Paper(kind, report.id, report.content, report.content_hash, created=report.compiled_at)
    document = print_paper(told.session, paper, catalogue=told.catalogue, at=told.at)
    report.document_id = document.id
    told.session.flush()


def _unit_context(told: _Teller, unit: UnitFigures) -> dict[str, object]:
    wording = told.catalogue.wording
    own = [share for share in told.figures.shares if share.unit_id == unit.unit.id]
    gravest = max((one.severity for one in unit.findings), key=lambda one: SEVERITY_RANK[one], default=None)
    decided = {"confirmed": sum(one.suspicion_id > 0 for one in unit.findings)}
    summary = wording.say(
        "report_unit_summary",
        {
            "checked": unit.tally.checked,
            "conforms": unit.tally.conforms,
            "faults": unit.tally.faults,
            "not_applicable": unit.tally.not_applicable,
            "files": f"{sum(share.seen for share in own):,}",
            "findings": len(unit.findings),
        },
    )
    context: UnitReport = {
        "title": wording.line("report_unit_title", {"campaign": told.campaign.name}),
        "unit": unit.name,
        "number": f"{told.campaign.id}-{unit.unit.id}",
        "date": told.date,
        "period": told.period,
        "inspectors": told.inspectors,
        "accompanied_by": told.members,
        "checked": unit.tally.checked,
        "conforms": unit.tally.conforms,
        "faults": len(unit.findings),
        "not_applicable": unit.tally.not_applicable,
        "summary": summary,
        "merits": say.merits(unit, told.figures.shares, told.catalogue),
        "findings": [
            say.printed_finding(one, unit.name, told.catalogue, _deadline(told, one)) for one in unit.findings
        ],
        "measures": wording.say("report_measures") if unit.findings else wording.say("report_no_findings"),
        "previous": say.previous_findings(told.session, told.campaign, unit.unit.id),
        "crawl": say.crawl_coverage(own, decided, told.catalogue, stale=unit.stale),
        "reply_by": _reply_words(told, gravest),
        "consulted": "",
    }
    context["crawl"]["suspected"] = str(unit.suspected)
    return dict(context)


def _deadline(told: _Teller, finding: Finding) -> str:
    # before issue there is no date yet: the report says the days, the notice says the date
    days = told.catalogue.fix_within(finding.severity, findings.item_of(told.session, finding))
    return f"發文日起 {days} 個工作日"


def _reply_words(told: _Teller, gravest: Severity | None) -> str:
    if gravest is None:
        return ""
    return f"發文日起 {told.catalogue.severities.rule(gravest).reply_within_working_days} 個工作日"


def _campaign_context(told: _Teller) -> dict[str, object]:
    figures, wording = told.figures, told.catalogue.wording
    names = {unit.unit.id: unit.name for unit in figures.units}
    total = figures.tally
    verb = told.catalogue.submission_verb()
    seen = sum(share.seen for share in figures.shares)
    values: dict[str, object] = {
        "units": len(figures.units),
        "checked": total.checked,
        "conforms": total.conforms,
        "rate": f"{total.rate:.1f}%",
        "shares": sum(not share.excluded for share in figures.shares),
        "files": f"{seen:,}",
        "suspected": sum(figures.decided.values()),
        "findings": len(figures.findings),
    }
    context: CampaignReport = {
        "title": wording.line("report_campaign_title", {"campaign": told.campaign.name}),
        "campaign": told.campaign.name,
        "date": told.date,
        "period": told.period,
        "plan_approval": say.plan_approval(told.session, told.plan),
        "inspectors": told.inspectors,
        "accompanied_by": told.members,
        "units_and_people": wording.line(
            "report_units_people",
            {"units": len(figures.units), "people": sum(one.unit.staff_count for one in figures.units)},
        ),
        "items_and_methods": list(told.plan.content["sections"]["method"]["lines"]),
        "key_figures": _key_figures(told),
        "overview": wording.say("report_overview", values),
        "faults_by_category": say.faults_chart(figures, told.catalogue),
        "second_chart": say.severity_chart(figures, told.catalogue),
        "units": say.unit_results(figures),
        "legend": wording.line("report_legend"),
        "assessment": told.plan.content["assessment"],
        "categories": say.categories(figures),
        "total": say.category_result("合計", total),
        "merits": _all_merits(told),
        "findings": [
            say.printed_finding(one, names[one.unit_id], told.catalogue, _deadline(told, one))
            for one in figures.findings
        ],
        "measures": wording.say("report_measures"),
        "crawl": say.crawl_coverage(
            figures.shares, figures.decided, told.catalogue, stale=sum(one.stale for one in figures.units)
        ),
        "previous": say.previous_findings(told.session, told.campaign),
        "conclusions": wording.say(
            "report_conclusions",
            {"findings": len(figures.findings), "superior": told.agency.superior_name, "verb": verb},
        ),
        "consulted": consulted(told.session, told.campaign, told.catalogue.decision("campaign_report"), at=told.at),
    }
    return dict(context)


def _key_figures(told: _Teller) -> KeyFigures:
    figures = told.figures
    files = sum(share.seen for share in figures.shares)
    with_faults = sum(bool(one.findings) for one in figures.units)
    return {
        "conformity": {"number": f"{figures.tally.rate:.1f}", "unit": "%", "label": "整體符合率"},
        "change": {"number": f"{files:,}", "unit": "個", "label": "清查檔案"},
        "faults": {"number": str(len(figures.findings)), "unit": "件", "label": "缺失總數"},
        "open": {"number": str(with_faults), "unit": "個", "label": "待改善單位"},
    }


def _all_merits(told: _Teller) -> list[str]:
    none = told.catalogue.wording.line("report_merit_none")
    found = []
    for unit in told.figures.units:
        own = [merit for merit in say.merits(unit, told.figures.shares, told.catalogue) if merit != none]
        if own:
            found.append(f"{unit.name}：{''.join(own)}")
    return found or [none]
