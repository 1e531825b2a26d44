"""What a report says: the contexts of the unit's report and of the campaign's (附表1), as plain data."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from sqlalchemy.orm import Session

from inspection.access.roles import ACTS_FOR
from inspection.approvals.decide import approved
from inspection.calendar import roc
from inspection.documents.charts import ChartData
from inspection.documents.kind import Tone
from inspection.documents.kinds.campaign_report import CategoryResult, UnitResult
from inspection.documents.kinds.unit_report import CrawlCoverage, PreviousFinding
from inspection.documents.kinds.unit_report import Finding as PrintedFinding
from inspection.model import Campaign, Finding, Plan
from inspection.model.lifecycle import FixState, SuspicionState
from inspection.planning.versions import SUBJECT
from inspection.reports.figures import CampaignFigures, ShareFigures, Tally, UnitFigures
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, findings, roster
from inspection.vocabulary import Severity

SEVERITY_TONE: dict[Severity, Tone] = {
    Severity.CRITICAL: "poor",
    Severity.HIGH: "poor",
    Severity.MEDIUM: "fair",
    Severity.LOW: "none",
}
STATE_NAMES = {
    FixState.OPEN: "列管中",
    FixState.ACCEPTED: "改善中",
    FixState.CLAIMED: "已改善待複查",
    FixState.SENT_BACK: "退回補正",
    FixState.VERIFIED: "建請解除列管",
    FixState.RELEASED: "解除列管",
    FixState.REOPENED: "重新列管",
    FixState.EXCEPTED: "簽准暫緩改善",
}


def tone_of(rate: float) -> Tone:
    """Blue from 85 %, brown from 75 %, red below (legend of the report)."""
    return "good" if rate >= 85 else "fair" if rate >= 75 else "poor"


def printed_finding(finding: Finding, unit_name: str, catalogue: Catalogue, deadline: str) -> PrintedFinding:
    """One finding as printed; its deadline counts from the day of issue."""
    return {
        "number": finding.id,
        "unit": unit_name,
        "item": finding.category,
        "fact": finding.fact,
        "severity": catalogue.severities.rule(finding.severity).name,
        "tone": SEVERITY_TONE[finding.severity],
        "basis": finding.basis,
        "deadline": deadline,
        "remedy": "、".join(finding.remedies),
    }


def crawl_coverage(
    shares: list[ShareFigures], decided: dict[str, int], catalogue: Catalogue, *, stale: int
) -> CrawlCoverage:
    """Coverage as printed, with a line per share that says whether anything may rest on it.

    `stale` counts confirmed files long not written to.
    """
    suspected = sum(decided.values())
    notes = [_coverage_note(share, catalogue) for share in shares]
    if stale:
        notes.append(catalogue.wording.line("report_crawl_stale", {"count": stale}))
    return {
        "shares": f"{len(shares)}",
        "files": f"{sum(share.seen for share in shares):,}",
        "read": f"{sum(share.scanned for share in shares):,}",
        "unread": f"{sum(share.unread for share in shares):,}",
        "suspected": f"{suspected:,}",
        "confirmed": f"{decided.get(SuspicionState.CONFIRMED.value, 0):,}",
        "dismissed": f"{decided.get(SuspicionState.DISMISSED.value, 0):,}",
        "notes": notes,
    }


def _coverage_note(share: ShareFigures, catalogue: Catalogue) -> str:
    say = catalogue.wording.line
    if share.excluded:
        return say("report_crawl_excluded", {"share": share.name})
    if share.complete:
        if share.unread:
            return say("report_crawl_unread", {"share": share.name, "seen": f"{share.seen:,}", "unread": share.unread})
        return say("report_crawl_complete", {"share": share.name, "seen": f"{share.seen:,}"})
    return say("report_crawl_incomplete", {"share": share.name, "count": share.unread})


def previous_findings(session: Session, campaign: Campaign, unit_id: str = "") -> list[PreviousFinding]:
    """How the faults of the last campaign stand today; of one unit, or of all."""
    earlier = campaigns.before(session, campaign)
    if not earlier:
        return []
    names = campaigns.unit_names(session, earlier[0].id)
    printed: list[PreviousFinding] = []
    for finding in findings.of_campaign(session, earlier[0].id):
        if unit_id and finding.unit_id != unit_id:
            continue
        fix = findings.fix_of(session, finding.id)
        state = STATE_NAMES[fix.state] if fix else ""
        printed.append(
            {"number": finding.id, "unit": names.get(finding.unit_id, ""), "fact": finding.fact, "state": state}
        )
    return printed


def merits(unit: UnitFigures, shares: list[ShareFigures], catalogue: Catalogue) -> list[str]:
    """What a unit did well: reports carry merits as well as faults (seed 000 art. 7(二))."""
    say = catalogue.wording.line
    found = []
    if unit.in_time:
        found.append(say("report_merit_in_time"))
    if unit.tally.checked and not unit.tally.faults and not unit.findings:
        found.append(say("report_merit_all_conform"))
    if unit.self_improved:
        found.append(say("report_merit_self_improved", {"count": unit.self_improved}))
    own = [share for share in shares if share.unit_id == unit.unit.id]
    if own and all(share.complete for share in own) and not unit.findings:
        found.append(say("report_merit_clean"))
    return found or [say("report_merit_none")]


def unit_results(figures: CampaignFigures) -> list[UnitResult]:
    """One line per unit, in the roster's order: a table, not a league (officer review A9)."""
    return [
        {
            "name": unit.name,
            "checked": unit.tally.checked,
            "conforms": unit.tally.conforms,
            "faults": len(unit.findings),
            "rate": f"{unit.tally.rate:.1f}%",
            "percent": unit.tally.rate,
            "tone": tone_of(unit.tally.rate) if unit.tally.checked else "none",
        }
        for unit in figures.units
    ]


def category_result(name: str, tally: Tally) -> CategoryResult:
    """One category's line of row 4."""
    return {
        "category": name,
        "checked": tally.checked,
        "conforms": tally.conforms,
        "faults": tally.faults,
        "not_applicable": tally.not_applicable,
    }


def categories(figures: CampaignFigures) -> list[CategoryResult]:
    """All categories, in the order first met."""
    total: dict[str, Tally] = {}
    for unit in figures.units:
        for name, tally in unit.by_category.items():
            total[name] = total.get(name, Tally()).plus(tally)
    return [category_result(name, tally) for name, tally in sorted(total.items())]


def faults_chart(figures: CampaignFigures, catalogue: Catalogue) -> ChartData:
    """Confirmed faults by category, most first."""
    counted = Counter(finding.category for finding in figures.findings).most_common(6) or [("—", 0)]
    return _chart("bar", catalogue.wording.line("chart_faults_by_category"), counted)


def severity_chart(figures: CampaignFigures, catalogue: Catalogue) -> ChartData:
    """Confirmed faults by severity."""
    counted = Counter(finding.severity for finding in figures.findings)
    bars = [(catalogue.severities.rule(severity).name, counted[severity]) for severity in Severity]
    return _chart("column", catalogue.wording.line("chart_severity"), bars)


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
