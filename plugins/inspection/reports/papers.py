"""The two reports as plain data: what one unit is told, and what is laid before the head (with 附表1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from inspection import clock
from inspection.approvals.consult import consulted
from inspection.audit import head
from inspection.calendar import roc
from inspection.documents.kinds.campaign_report import CampaignReport, KeyFigures
from inspection.documents.kinds.unit_report import Finding as PrintedFinding
from inspection.documents.kinds.unit_report import KeyFigure, RegisterPart, UnitKeyFigures, UnitReport
from inspection.model import Agency, Campaign, Finding, Plan
from inspection.planning.alone import office_of_one
from inspection.reports import content as say
from inspection.reports import words
from inspection.reports.drawing import spot_drawing
from inspection.reports.equipment import equipment
from inspection.reports.figures import CampaignFigures, Reach, UnitFigures, by_severity, covered
from inspection.rules.catalogue import Catalogue
from inspection.store import findings

LISTED_AT_MOST = 100
"""Faults the head's report names one by one, the gravest first; the others stand there by unit (a first crawl finds
hundreds), and one by one in the units' own reports."""


LISTED_OF_UNIT = 20
"""Faults a unit's report names one by one before the row to be signed; of more, all stand in its annex."""
A_TABLE = 50
"""Faults in one table of the annex: LibreOffice lays out many small tables faster than a long one."""


@dataclass(frozen=True, slots=True)
class Teller:
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
    def groups(self) -> list[dict[str, Any]]:
        """The plan's groups of inspectors."""
        return list(self.plan.content["groups"])

    def inspectors(self, groups: Iterable[dict[str, Any]]) -> str:
        """Who leads some groups; of an ethics office of one, who looks a second time (officer review A23)."""
        alone = office_of_one(self.session, self.catalogue, on=clock.local_date(self.at))
        return _each([group["leader"] for group in groups]) + (f"（{alone}）" if alone else "")

    def groups_of(self, unit_id: str) -> list[dict[str, Any]]:
        """The groups that inspect a unit."""
        return [group for group in self.groups if unit_id in group["unit_ids"]]


def unit_context(told: Teller, unit: UnitFigures) -> dict[str, object]:
    """The data of one unit's report; its date is no part of its hash."""
    wording = told.catalogue.wording
    own = told.groups_of(unit.unit.id)
    listed = _findings(told, unit.findings, {unit.unit.id: unit.name})
    context: UnitReport = {
        "title": wording.line("report_unit_title", {"campaign": told.campaign.name, "unit": unit.name}),
        "unit": unit.name,
        "number": f"{told.campaign.id}-{unit.unit.id}",
        "date": told.date,
        "period": told.period,
        "inspectors": told.inspectors(own),
        "accompanied_by": _each([member for group in own for member in group["members"]]),
        "key_figures": _unit_key_figures(unit, told.catalogue),
        "summary": [
            words.faults(unit.findings, told.catalogue),
            *words.declared(unit, told.catalogue),
            *words.compared(unit.compared.verified, len(unit.compared.comparable), told.catalogue),
            *words.stale(unit.stale, told.catalogue),
            *words.seen(unit, told.catalogue),
        ],
        "merits": words.merits(unit, told.catalogue) or [wording.line("report_merit_none")],
        "findings": listed[:LISTED_OF_UNIT],
        "findings_rest": words.rest_of_unit(unit.findings, LISTED_OF_UNIT, told.catalogue),
        "register": _register(listed, told.catalogue),
        "register_remedies": words.remedies(listed if len(listed) > LISTED_OF_UNIT else [], told.catalogue),
        "not_returned": words.not_returned([unit], told.campaign.checklist_due_on, told.catalogue),
        "measures": words.measures(unit, told.catalogue),
        "replies": _replies(told, unit),
        "previous": say.previous_findings(told.session, told.campaign, told.catalogue, unit.unit.id),
        "crawl": say.crawl_coverage(unit.shares if unit.crawled else None, told.catalogue),
        "suspected": say.suspected_line(unit.name, unit.suspected),
        "remark": wording.line("report_unit_remark" if unit.crawled else "report_unit_remark_no_crawl"),
    }
    return dict(context)


def campaign_context(told: Teller) -> dict[str, object]:
    """The data of the campaign's report and its 附表1; its date and the record's seal are no part of its hash."""
    figures, wording, catalogue = told.figures, told.catalogue.wording, told.catalogue
    names = {unit.unit.id: unit.name for unit in figures.units}
    earlier = say.earlier_rounds(told.session, told.campaign)
    context: CampaignReport = {
        "title": wording.line("report_campaign_title", {"campaign": told.campaign.name}),
        "campaign": told.campaign.name,
        "date": told.date,
        "period": told.period,
        "plan_approval": say.plan_approval(told.session, told.plan),
        "inspectors": told.inspectors(told.groups),
        "accompanied_by": _each([unit for group in told.groups for unit in group.get("member_units", [])])
        or wording.line("report_nobody_joined"),
        "units_and_people": wording.line(
            "report_units_people",
            {"units": len(figures.units), "people": sum(one.unit.staff_count for one in figures.units)},
        ),
        "items_and_methods": [
            *told.plan.content["sections"]["method"]["lines"],
            *spot_drawing(told.session, told.plan, names, catalogue),
        ],
        "key_figures": _key_figures(figures, catalogue),
        "overview": words.overview(figures, told.campaign.checklist_due_on, earlier, catalogue),
        "first_chart": say.units_chart(figures, catalogue),
        "second_chart": say.second_chart(told.campaign, figures, earlier, catalogue),
        "units": say.unit_results(figures, catalogue),
        "legend": wording.line("report_legend"),
        "assessment": told.plan.content["assessment"],
        "categories": say.categories(figures),
        "total": say.category_result(wording.line("report_total"), figures.tally, len(figures.findings)),
        "told_otherwise": words.told_otherwise(figures.tally, figures.amounts, catalogue),
        "merits": words.all_merits(figures, catalogue) or [wording.line("report_merit_none")],
        "findings": _findings(told, figures.findings[:LISTED_AT_MOST], names),
        "findings_rest": words.rest(figures, LISTED_AT_MOST, catalogue),
        "not_returned": words.not_returned(figures.units, told.campaign.checklist_due_on, catalogue),
        "measures": wording.say("report_measures"),
        "crawl": say.crawl_coverage(
            figures.shares if figures.crawled else None, catalogue, stale=sum(one.stale for one in figures.units)
        ),
        "suspected": [say.suspected_line(one.name, one.suspected) for one in figures.units if one.suspected.all],
        "all_suspected": say.suspected_line(wording.line("report_total"), figures.suspected),
        "dismissals": words.dismissals(figures.dismissed_for, catalogue),
        "previous": say.previous_findings(told.session, told.campaign, catalogue),
        "conclusions": words.conclusions(figures, told.agency.superior_name, catalogue),
        "consulted": consulted(told.session, told.campaign, catalogue.decision("campaign_report"), at=told.at),
        "equipment": equipment(told.session, told.campaign.id, names, catalogue),
        "record_seal": words.record_seal(head.newest(told.session), catalogue),
    }
    return dict(context)


def _each(names: list[str]) -> str:
    return "、".join(dict.fromkeys(names))


def _findings(told: Teller, every: list[Finding], names: dict[str, str]) -> list[PrintedFinding]:
    kinds = {one.id: one.kind for one in findings.suspicions(told.session, told.campaign.id)}
    return [
        say.printed_finding(
            one, names[one.unit_id], kinds.get(one.suspicion_id, ""), told.catalogue, _deadline(told, one)
        )
        for one in every
    ]


def _register(listed: list[PrintedFinding], catalogue: Catalogue) -> list[RegisterPart]:
    """Every fault of a unit that has more than its report names, in tables."""
    if len(listed) <= LISTED_OF_UNIT:
        return []
    firsts = range(0, len(listed), A_TABLE)
    parts = [listed[first : first + A_TABLE] for first in firsts]
    return [
        {
            "heading": catalogue.wording.line(
                "report_register_part", {"first": first + 1, "last": first + len(part), "count": len(listed)}
            ),
            "findings": part,
        }
        for first, part in zip(firsts, parts, strict=True)
    ]


def _deadline(told: Teller, finding: Finding) -> str:
    # before issue there is no date yet: the report says the days, the notice and the case's page say the date
    days = told.catalogue.fix_within(finding.severity, findings.item_of(told.session, finding))
    return told.catalogue.wording.line("report_deadline", {"days": days})


def _replies(told: Teller, unit: UnitFigures) -> list[str]:
    """By when measures are told, and by when a missing checklist comes."""
    if unit.gravest is None:
        return []
    days = told.catalogue.severities.rule(unit.gravest).reply_within_working_days
    return told.catalogue.wording.say("report_replies", {"days": days})


def _figure(number: object, unit: str, label: str, note: str = "") -> KeyFigure:
    return {"number": str(number), "unit": unit, "label": label, "note": note}


def _key_figures(figures: CampaignFigures, catalogue: Catalogue) -> KeyFigures:
    line = catalogue.wording.line
    reached, every = covered(figures.shares), figures.findings
    crawl = _figure("—", "", words.reach(Reach.NOT_RUN, catalogue))
    if figures.crawled:
        read = line("key_read", {"scanned": f"{reached.scanned:,}"})
        crawl = _figure(f"{reached.complete}／{reached.shares}", "處", line("key_crawl"), read)
    with_faults = sum(bool(one.findings) for one in figures.units)
    return {
        "faults": _figure(len(every), "件", line("key_faults"), words.severities(by_severity(every), catalogue)),
        "units": _figure(with_faults, "個", line("key_units"), line("key_units_of", {"units": len(figures.units)})),
        "crawl": crawl,
        "returns": _figure(
            len(figures.not_returned),
            "份",
            line("key_returns"),
            line("key_returns_of", {"asked": len(figures.asked_units)}),
        ),
    }


def _unit_key_figures(unit: UnitFigures, catalogue: Catalogue) -> UnitKeyFigures:
    line = catalogue.wording.line
    reached, tally, comparable = covered(unit.shares), unit.tally, len(unit.compared.comparable)
    found = words.severities(by_severity(unit.findings), catalogue)
    nothing = _figure("—", "", line("key_nothing_comparable"))
    crawl = _figure("—", "", words.reach(unit.reach, catalogue))
    if reached.shares:
        read = line("key_read", {"scanned": f"{reached.scanned:,}"})
        crawl = _figure(f"{reached.complete}／{reached.shares}", "處", line("key_crawl"), read)
    declared = _figure("—", "", words.returned(unit.returned, catalogue))
    if unit.returned.is_back:
        left = line("key_not_applicable", {"not_applicable": tally.not_applicable})
        declared = _figure(f"{tally.conforms}／{tally.applicable}", "項", line("key_declared"), left)
    return {
        "faults": _figure(len(unit.findings), "件", line("key_faults"), found),
        "crawl": crawl,
        "declared": declared,
        "verified": _figure(f"{unit.compared.verified}／{comparable}", "項", line("key_verified"))
        if comparable
        else nothing,
    }
