"""What a report says: the contexts of the unit's report and of the campaign's (附表1), as plain data."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.roles import ACTS_FOR
from inspection.approvals.decide import approved
from inspection.calendar import roc
from inspection.documents.charts import ChartData, Series
from inspection.documents.kind import Tone
from inspection.documents.kinds.campaign_report import CategoryResult, UnitResult
from inspection.documents.kinds.unit_report import CrawlCoverage, PreviousFinding, SuspectedLine
from inspection.documents.kinds.unit_report import Finding as PrintedFinding
from inspection.model import Campaign, Finding, Plan
from inspection.planning.versions import SUBJECT
from inspection.reports import words
from inspection.reports.figures import CampaignFigures, Round, ShareFigures, Suspected, by_severity, covered
from inspection.reports.tallies import Tally, together
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, findings, fixes, roster
from inspection.vocabulary import Severity

SEVERITY_TONE: dict[Severity, Tone] = {
    Severity.CRITICAL: "poor",
    Severity.HIGH: "poor",
    Severity.MEDIUM: "fair",
    Severity.LOW: "none",
}
SEVERITY_COLOUR = {
    Severity.CRITICAL: "A32A1E",
    Severity.HIGH: "D4674F",
    Severity.MEDIUM: "B7791F",
    Severity.LOW: "8A94A6",
}


def printed_finding(finding: Finding, unit_name: str, kind: str, catalogue: Catalogue, deadline: str) -> PrintedFinding:
    """One finding as printed; its deadline counts from the day of issue, its remedy goes by its kind."""
    return {
        "number": finding.id,
        "unit": unit_name,
        "item": finding.category,
        "fact": finding.fact,
        "severity": catalogue.severities.rule(finding.severity).name,
        "tone": SEVERITY_TONE[finding.severity],
        "basis": finding.basis,
        "deadline": deadline,
        "remedy": catalogue.wording.line(f"remedy_{kind}") if kind else "、".join(finding.remedies),
    }


def crawl_coverage(shares: list[ShareFigures] | None, catalogue: Catalogue, *, stale: int = 0) -> CrawlCoverage:
    """Coverage as printed, that there was none where `shares` is None; `stale` counts confirmed files long not written
    to."""
    if shares is None:
        said = catalogue.wording.say("report_crawl_not_run")
        return {
            "shares": "",
            "files": "",
            "read": "",
            "left_out": "",
            "unread": "",
            "pending": "",
            "lines": said,
            "notes": [],
        }
    reached = covered(shares)
    return {
        "shares": f"{reached.shares}",
        "files": f"{reached.seen:,}",
        "read": f"{reached.scanned:,}",
        "left_out": f"{reached.left_out:,}",
        "unread": f"{reached.unreadable:,}",
        "pending": f"{reached.pending:,}",
        "lines": words.coverage(reached, catalogue),
        "notes": [*words.share_notes(shares, catalogue), *words.stale(stale, catalogue)],
    }


def suspected_line(name: str, found: Suspected) -> SuspectedLine:
    """What became of what was suspected at one unit, or in all."""
    return {
        "unit": name,
        "all": found.all,
        "confirmed": found.confirmed,
        "self_improved": found.self_improved,
        "dismissed": found.dismissed,
        "undecided": found.undecided,
    }


def previous_findings(
    session: Session, campaign: Campaign, catalogue: Catalogue, unit_id: str = ""
) -> list[PreviousFinding]:
    """How the faults of the last campaign of the kind stand today, and what any earlier one left open; of one unit, or
    of all."""
    return [
        {
            "number": one.finding.id,
            "unit": one.unit_name,
            "fact": one.finding.fact,
            "state": catalogue.wording.line(f"fix_state_{one.fix.state.value}" if one.fix else "fix_state_none"),
        }
        for one in fixes.of_earlier(session, campaign)
        if unit_id in {"", one.finding.unit_id}
    ]


def unit_results(figures: CampaignFigures, catalogue: Catalogue) -> list[UnitResult]:
    """One line per unit, in the roster's order: a table, not a league (officer review A9)."""
    most = max((len(unit.findings) for unit in figures.units), default=0)
    found: list[UnitResult] = []
    for unit in figures.units:
        counted = by_severity(unit.findings)
        found.append(
            {
                "name": unit.name,
                "faults": len(unit.findings),
                "critical": counted[Severity.CRITICAL],
                "high": counted[Severity.HIGH],
                "medium": counted[Severity.MEDIUM],
                "low": counted[Severity.LOW],
                "crawl": words.reach(unit.reach, catalogue),
                "returned": words.returned(unit.returned, catalogue),
                "rate": words.rate(unit.tally.rate),
                "percent": round(100 * len(unit.findings) / most, 1) if most else 0.0,
                "tone": SEVERITY_TONE[unit.gravest] if unit.gravest else "none",
            }
        )
    return found


def category_result(name: str, tally: Tally, faults: int) -> CategoryResult:
    """One category's line of row 4."""
    return {
        "category": name,
        "asked": tally.asked,
        "conforms": tally.conforms,
        "contradicted": tally.contradicted,
        "nonconforming": tally.nonconforming,
        "not_applicable": tally.not_applicable,
        "blank": tally.blank,
        "faults": faults,
    }


def categories(figures: CampaignFigures) -> list[CategoryResult]:
    """Every category in which something was asked or found."""
    faults = Counter(finding.category for finding in figures.findings)
    names = sorted({*(name for unit in figures.units for name in unit.by_category), *faults})
    every = {name: [unit.by_category.get(name, Tally()) for unit in figures.units] for name in names}
    return [category_result(name, together(every[name]), faults[name]) for name in names]


def earlier_rounds(session: Session, campaign: Campaign) -> list[Round]:
    """The confirmed faults of up to three earlier campaigns of the same kind, oldest first."""
    same = [one for one in campaigns.before(session, campaign) if one.kind == campaign.kind][:3]
    return [round_of(one, len(findings.of_campaign(session, one.id))) for one in reversed(same)]


def round_of(campaign: Campaign, faults: int) -> Round:
    """A campaign as a column of the chart: 115上."""
    first = clock.local_date(campaign.window_start)
    return Round(campaign.name, f"{roc.roc_year(first)}{'上' if first.month <= 6 else '下'}", faults)


def units_chart(figures: CampaignFigures, catalogue: Catalogue) -> ChartData:
    """Confirmed faults by unit and severity, units with most first."""
    most = sorted((unit for unit in figures.units if unit.findings), key=lambda unit: -len(unit.findings))[:8]
    title = catalogue.wording.line("chart_units")
    counted = [by_severity(unit.findings) for unit in most]
    used = [one for one in SEVERITY_COLOUR if any(each[one] for each in counted)] or [Severity.LOW]
    series: list[Series] = [
        {
            "name": catalogue.severities.rule(one).name,
            "values": [each[one] for each in counted] or [0],
            "colour": SEVERITY_COLOUR[one],
        }
        for one in used
    ]
    names = [unit.name for unit in most] or ["—"]
    alt = "、".join(f"{unit.name} {len(unit.findings)}" for unit in most) or "0"
    return {"kind": "stacked", "title": title, "categories": names, "series": series, "alt": f"{title}：{alt}"}


def second_chart(campaign: Campaign, figures: CampaignFigures, earlier: list[Round], catalogue: Catalogue) -> ChartData:
    """How the faults went from round to round; by category where this is the first."""
    if earlier:
        rounds = [*earlier, round_of(campaign, len(figures.findings))]
        bars = [(one.label, one.faults) for one in rounds]
        return _chart("column", catalogue.wording.line("chart_rounds"), bars)
    counted = Counter(finding.category for finding in figures.findings).most_common(6) or [("—", 0)]
    return _chart("bar", catalogue.wording.line("chart_faults_by_category"), counted)


def _chart(kind: Literal["bar", "column"], title: str, bars: list[tuple[str, int]]) -> ChartData:
    return {
        "kind": kind,
        "title": title,
        "categories": [name for name, _ in bars],
        "series": [{"name": title, "values": [value for _, value in bars]}],
        "alt": f"{title}：" + "、".join(f"{name} {value}" for name, value in bars),
    }


def plan_approval(session: Session, plan: Plan) -> str:
    """When, by whom in whose stead and under which number the plan was approved."""
    approval = approved(session, (SUBJECT, plan.id), content_hash=plan.content_hash)
    if approval is None or approval.decided_on is None:
        return ""
    number = f"　{approval.document_number}" if approval.document_number else ""
    acting = ""
    if approval.decided_by and approval.on_behalf_of:  # 甲代乙
        deputy, principal = (roster.person(session, one) for one in (approval.decided_by, approval.on_behalf_of))
        acting = f"（{deputy.name}{ACTS_FOR}{principal.name}）"
    return f"{roc.plain(approval.decided_on)}核定{acting}{number}"
