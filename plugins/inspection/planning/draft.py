"""Writes the plan from what is known: assessment, catalogue, roster and calendar. Drafting again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.documents.render import fingerprint
from inspection.errors import BadSource, NotAllowed
from inspection.model import Assessment, Campaign, Plan, Unit
from inspection.model.lifecycle import CampaignState, PlanState
from inspection.planning.assess import stressed_categories, unit_reasons
from inspection.planning.groups import Grouping, Inspector, group
from inspection.planning.select import Chosen, Selection, choose
from inspection.planning.versions import AMENDS, lay_over, next_version
from inspection.rules.catalogue import Catalogue
from inspection.rules.checklist_items import MOST_ITEMS_PER_UNIT, Respondent
from inspection.store import calendar_days, campaigns, roster
from inspection.vocabulary import Role

Section = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a draft stands on."""

    session: Session
    campaign: Campaign
    assessment: Assessment
    catalogue: Catalogue
    units: list[Unit]


def draft_plan(session: Session, campaign_id: str, *, catalogue: Catalogue, drafted_by: str, at: datetime) -> Plan:
    """Drafts the next version; equal content is the version already there. Texts that people wrote are kept.

    Raises NotAllowed without an assessment, or where a plan in force may not be redrafted.
    """
    campaign = campaigns.get(session, campaign_id)
    assessment = campaigns.latest_assessment(session, campaign_id)
    if assessment is None:
        raise NotAllowed(f"campaign {campaign_id} has no situation assessment; a plan is drafted from one")
    latest = campaigns.latest_plan(session, campaign_id)
    if latest is not None and latest.state == PlanState.APPROVED:
        return latest
    ground = _Ground(session, campaign, assessment, catalogue, campaigns.units(session, campaign_id))
    content = lay_over(compose(ground), latest.content if latest else None)
    digest = fingerprint(content)
    if latest is not None and latest.content_hash == digest and latest.state != PlanState.RETURNED:
        return latest
    plan = next_version(
        session, campaign, content, assessment_id=assessment.id, latest=latest, drafted_by=drafted_by, at=at
    )
    if campaign.state == CampaignState.ASSESSED:
        advance(session, campaign, CampaignState.PLANNED, actor=drafted_by, at=at)
    return plan


def redraft(
    session: Session, campaign_id: str, *, catalogue: Catalogue, drafted_by: str, amends: tuple[str, str], at: datetime
) -> Plan:
    """The next version of a plan already approved; `amends` names that plan's id and says why. Texts are kept."""
    campaign = campaigns.get(session, campaign_id)
    assessment = campaigns.latest_assessment(session, campaign_id)
    latest = campaigns.latest_plan(session, campaign_id)
    if assessment is None or latest is None:
        raise NotAllowed(f"campaign {campaign_id} has no plan to amend")
    ground = _Ground(session, campaign, assessment, catalogue, campaigns.units(session, campaign_id))
    content = lay_over(compose(ground), latest.content)
    content[AMENDS] = {"plan": amends[0], "reason": amends[1]}
    return next_version(
        session, campaign, content, assessment_id=assessment.id, latest=latest, drafted_by=drafted_by, at=at
    )


def compose(ground: _Ground) -> dict[str, object]:
    """The plan as data; every value is text, number, list or dict, so that its hash is stable."""
    content = _content(ground)
    if ground.campaign.reveal_at is not None:
        content["reveal_at"] = ground.campaign.reveal_at.isoformat()
    return content


def _content(ground: _Ground) -> dict[str, object]:
    chosen = {unit.id: _items_of(ground, unit) for unit in ground.units}
    grouping = _groups_of(ground)
    shares = roster.shares_of(ground.session, [unit.id for unit in ground.units])
    agency = roster.agency(ground.session)
    return {
        "title": ground.catalogue.wording.line("plan_title", {"agency": agency.name, "campaign": ground.campaign.name}),
        "campaign": ground.campaign.id,
        "kind": ground.campaign.kind.value,
        "window": [ground.campaign.window_start.isoformat(), ground.campaign.window_end.isoformat()],
        "period": roc.days(ground.campaign.window_start, ground.campaign.window_end),
        "checklist_due_on": ground.campaign.checklist_due_on.isoformat(),
        "bases": _bases(ground, agency.name),
        "assessment": _assessment(ground),
        "sections": _sections(ground, grouping, bool(shares)),
        "items": _items(ground, chosen),
        "units": [_unit(ground, unit, chosen[unit.id]) for unit in ground.units],
        "groups": [
            {
                "leader": _name(one.leader),
                "leader_id": one.leader.person_id,
                "members": [_name(member) for member in one.members],
                "unit_ids": list(one.unit_ids),
                "outsider": one.outsider,
            }
            for one in grouping.groups
        ],
        "shares": [
            {"id": share.id, "unit_id": share.unit_id, "name": share.name, "address": share.address} for share in shares
        ],
        "crawl": {
            "account": str(agency.details.get("crawl_account", "")),
            "method": ground.catalogue.wording.line("plan_crawl_method"),
            "exclusions": ground.catalogue.wording.line("plan_crawl_exclusions"),
            "scope": ground.catalogue.wording.line("plan_crawl_scope"),
        },
        "timetable": _timetable(ground),
    }


def _name(inspector: Inspector) -> str:
    return f"{inspector.title} {inspector.name}"


def _items_of(ground: _Ground, unit: Unit) -> tuple[Chosen, ...]:
    kind = ground.campaign.kind
    items = ground.catalogue.checklist_items.applicable(kind, set(unit.tags), Respondent.UNIT)
    prefixes = stressed_categories(ground.assessment)
    own = unit_reasons(ground.assessment, unit)
    names = ground.catalogue.checklist_items
    stressed = {item.id for item in items if item.prefix in prefixes and own and names.category_name(item) in own}
    start = clock.local_date(ground.campaign.window_start)
    turn = start.year * 2 + (start.month > 6)
    return choose(items, stressed=stressed, turn=turn)


def _items(ground: _Ground, chosen: dict[str, tuple[Chosen, ...]]) -> list[dict[str, object]]:
    used = {one.item.id: one for choice in chosen.values() for one in choice}
    catalogue = ground.catalogue
    return [
        {
            "id": item.id,
            "category": catalogue.checklist_items.category_name(item),
            "statement": item.statement,
            "basis": catalogue.basis_text(item),
            "severity": item.severity.value,
        }
        for item in catalogue.checklist_items.items
        if item.id in used
    ]


def _unit(ground: _Ground, unit: Unit, chosen: tuple[Chosen, ...]) -> dict[str, object]:
    names = ground.catalogue.checklist_items
    stressed = sorted({names.category_name(one.item) for one in chosen if one.because is Selection.STRESSED})
    reasons = unit_reasons(ground.assessment, unit)
    stress = ""
    if stressed:
        reason = "、".join(f"{name}缺失 {count} 件" for name, count in reasons.items())
        stress = ground.catalogue.wording.line("stress_reason", {"categories": "、".join(stressed), "reason": reason})
    return {
        "id": unit.id,
        "name": unit.name,
        "staff": unit.staff_count,
        "items": [{"id": one.item.id, "because": one.because.value} for one in chosen],
        "stress": stress,
    }


def _groups_of(ground: _Ground) -> Grouping:
    on = clock.local_date(ground.campaign.window_start)
    session = ground.session

    def inspectors(role: Role) -> list[Inspector]:
        people = roster.holders(session, role, on=on)
        return [Inspector(one.id, one.name, one.title, one.unit_id or "") for one in people]

    leaders = inspectors(Role.ETHICS_STAFF) + inspectors(Role.ETHICS_HEAD)
    leaders = list({leader.person_id: leader for leader in leaders}.values())
    outsiders = inspectors(Role.CHIEF_SECRETARY)
    ethics = next((unit.id for unit in ground.units if unit.is_ethics), None)
    try:
        return group(
            [unit.id for unit in ground.units],
            ethics_unit=ethics,
            leaders=leaders,
            members=inspectors(Role.INSPECTOR),
            outsider=outsiders[0] if outsiders else None,
        )
    except ValueError as error:
        raise BadSource(str(error), place="roster", remedy="complete the roles in the roster and import it") from None


def _bases(ground: _Ground, agency: str) -> list[str]:
    on = clock.local_date(ground.campaign.window_start)
    form = ground.catalogue.plan_forms.for_kind(ground.campaign.kind)
    return [ground.catalogue.valid_basis(basis, on).citation(agency) for basis in form.bases]


def _assessment(ground: _Ground) -> list[dict[str, object]]:
    names = ground.catalogue.assessment_sentences.factor_names
    return [
        {
            "heading": heading,
            "sentences": [one["text"] for one in ground.assessment.sentences if one["factor"] == int(factor)],
        }
        for factor, heading in sorted(names.items())
    ]


def _sections(ground: _Ground, grouping: Grouping, has_shares: bool) -> dict[str, Section]:
    say = ground.catalogue.wording.say
    due = roc.plain(ground.campaign.checklist_due_on)
    verb = ground.catalogue.submission_verb()
    catalogue_size = len(ground.catalogue.checklist_items.items)
    groups = say("plan_group_notes")
    if not grouping.rotated:
        groups += say("plan_group_not_rotated")
    if any(one.outsider for one in grouping.groups):
        groups += say("plan_group_outsider")
    methods = say("plan_methods", {"checklist_due": due})
    held = {
        "purpose": ["assessment"],
        "items": ["items"],
        "units": ["units", "contacts"],
        "inspectors": ["groups"],
        "method": ["crawl_account", "method", *(["shares"] if has_shares else [])],
        "timetable": ["window", "timetable"],
        "results": ["deadlines"],
        "support": [],
    }
    lines = {
        "purpose": say("plan_purposes"),
        "items": say("plan_item_notes", {"catalogue": catalogue_size, "most": MOST_ITEMS_PER_UNIT}),
        "units": say("plan_unit_notes", {"units": len(ground.units)}),
        "inspectors": groups,
        "method": [*methods, *_unannounced(ground)],
        "timetable": [roc.days(ground.campaign.window_start, ground.campaign.window_end)],
        "results": say("plan_result_handling", {"verb": verb}),
        "support": say("plan_support"),
    }
    return {name: {"lines": lines[name], "holds": held[name]} for name in lines}


def _unannounced(ground: _Ground) -> list[str]:
    """That nobody of the inspected units hears of it before an hour, where the plan sets one."""
    hour = ground.campaign.reveal_at
    if hour is None:
        return []
    local = hour.astimezone(clock.zone())
    return ground.catalogue.wording.say(
        "plan_unannounced", {"hour": f"{roc.with_weekday(local.date())}{local:%H時%M分}"}
    )


def _timetable(ground: _Ground) -> list[dict[str, str]]:
    calendar = calendar_days.calendar(ground.session)
    start = clock.local_date(ground.campaign.window_start)
    end = clock.local_date(ground.campaign.window_end - timedelta(seconds=1))
    due = ground.campaign.checklist_due_on
    first = calendar.first_working_day(start)
    told = clock.local_date(ground.campaign.reveal_at) if ground.campaign.reveal_at else first
    steps = [
        ("plan_step_notice", roc.short(told), "政風室"),
        ("plan_step_crawl", f"{roc.short(first)}至{roc.short(due)}", "政風室、資訊單位"),
        ("plan_step_return", f"{roc.short(told)}至{roc.short(due)}", "受檢單位"),
        ("plan_step_triage", f"{roc.short(calendar.add_working_days(due, 1))}至{roc.short(end)}", "各檢查分組"),
        ("plan_step_report", f"{roc.short(end)}以後", "政風室"),
    ]
    return [
        {"period": period, "work": ground.catalogue.wording.line(phrase), "responsible": who}
        for phrase, period, who in steps
    ]
