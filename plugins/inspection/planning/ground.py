"""What a draft stands on, and the parts every form of plan holds: units, items, groups, shares, bases, assessment."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from sqlalchemy.orm import Session

from inspection import clock
from inspection.approvals.consult import consulted
from inspection.calendar import roc
from inspection.errors import BadSource
from inspection.language import speak
from inspection.model import Assessment, Campaign, Plan, Unit
from inspection.planning import scope
from inspection.planning.assess import sentences_of, stressed_categories, unit_reasons
from inspection.planning.groups import Grouping, Inspector, group, group_jointly
from inspection.planning.select import Chosen, Selection, choose
from inspection.rules.catalogue import Catalogue
from inspection.rules.checklist_items import Respondent
from inspection.store import campaigns, fixes, groups, roster
from inspection.store.unannounced import hour_of
from inspection.vocabulary import Role

Content = dict[str, object]
SELECTION_WORDS = {"core": "核心", "stressed": "加強", "rotating": "輪替"}


@dataclass(frozen=True, slots=True)
class Ground:
    """What a draft stands on."""

    session: Session
    campaign: Campaign
    assessment: Assessment
    catalogue: Catalogue
    units: list[Unit]

    @property
    def crawls(self) -> bool:
        """Whether shares are read in this kind of campaign."""
        return self.catalogue.campaign_kinds.rule(self.campaign.kind).has_crawl


def open_cases(ground: Ground) -> list[dict[str, str]]:
    """What earlier campaigns left open, carried forward (officer review A18): numbers and days, not what was found."""
    severities = ground.catalogue.severities
    return [
        {
            "number": one.finding.id,
            "unit": one.unit_name,
            "severity": severities.rule(one.finding.severity).name,
            "due": roc.plain(one.fix.due_on) if one.fix else "",
        }
        for one in fixes.of_earlier(ground.session, ground.campaign)
        if one.is_open
    ]


def common(ground: Ground, grouping: Grouping) -> Content:
    """What stages read from every approved plan, whatever its form: whom it reaches, with which items, which shares
    (none, and no terms of a crawl, where the kind has none).

    A form adds its `sections` (and what else it prints); every value is text, number, list or dict, so that the
    hash of the content is stable.
    """
    chosen = {unit.id: items_of(ground, unit) for unit in ground.units}
    agency = roster.agency(ground.session)
    content: Content = {
        "title": ground.catalogue.wording.line("plan_title", {"agency": agency.name, "campaign": ground.campaign.name}),
        "campaign": ground.campaign.id,
        "kind": ground.campaign.kind,
        "window": [ground.campaign.window_start.isoformat(), ground.campaign.window_end.isoformat()],
        "period": roc.days(ground.campaign.window_start, ground.campaign.window_end),
        "checklist_due_on": ground.campaign.checklist_due_on.isoformat(),
        "bases": _bases(ground, agency.name),
        "assessment": assessment_of(ground.assessment, ground.catalogue),
        "items": _items(ground, chosen),
        "inspector_items": _put(ground.catalogue, {one for unit in ground.units for one in _looked_at(ground, unit)}),
        "units": [_unit(ground, unit, chosen[unit.id]) for unit in ground.units],
        "groups": [
            {
                "leader": _name(one.leader),
                "leader_id": one.leader.person_id,
                "members": [_name(member) for member in one.members],
                "member_ids": [member.person_id for member in one.members],
                "member_units": [_unit_name(ground, member) for member in one.members],
                "statements": one.load,
                "repeated": list(one.repeated),
                "unit_ids": list(one.unit_ids),
                "outsider": one.outsider,
            }
            for one in grouping.groups
        ],
        "shares": scope.shares(ground.session, ground.units) if ground.crawls else [],
        "crawl": scope.terms(ground.campaign, agency, ground.catalogue) if ground.crawls else {},
    }
    hour = hour_of(ground.campaign)
    if hour is not None:
        content["reveal_at"] = hour.isoformat()
    return content


def section(lines: list[str], *holds: str) -> dict[str, list[str]]:
    """A drafted section: its paragraphs, and the names of the data that stand in it (`needs` of plan_sections.yaml)."""
    return {"lines": lines, "holds": list(holds)}


def selection_words(content: Mapping[str, object]) -> dict[str, str]:
    """Why each item is asked, in the words of annex 1, by item id; the first unit's reason stands."""
    found: dict[str, str] = {}
    units = content["units"]
    assert isinstance(units, list)
    for unit in units:
        for item in unit["items"]:
            found.setdefault(item["id"], SELECTION_WORDS[item["because"]])
    return found


def _name(inspector: Inspector) -> str:
    return f"{inspector.title}{inspector.name}"


def _unit_name(ground: Ground, inspector: Inspector) -> str:
    return roster.unit(ground.session, inspector.unit_id).name if inspector.unit_id else ""


def items_of(ground: Ground, unit: Unit) -> tuple[Chosen, ...]:
    """The items a unit is asked this time: core, stressed and rotating, at most 25."""
    kind = ground.catalogue.campaign_kinds.rule(ground.campaign.kind)
    if not kind.has_checklists:
        return ()
    items = ground.catalogue.checklist_items.applicable(kind.items_of, set(unit.tags), Respondent.UNIT)
    prefixes = stressed_categories(ground.assessment)
    own = unit_reasons(ground.assessment, unit)
    names = ground.catalogue.checklist_items
    of_unit = stressed_categories(ground.assessment, unit.id)
    stressed = {
        item.id
        for item in items
        if item.prefix in of_unit or (item.prefix in prefixes and names.category_name(item) in own)
    }
    start = clock.local_date(ground.campaign.window_start)
    turn = start.year * 2 + (start.month > 6)
    return choose(items, stressed=stressed, turn=turn)


def _items(ground: Ground, chosen: dict[str, tuple[Chosen, ...]]) -> list[dict[str, object]]:
    used = {one.item.id for choice in chosen.values() for one in choice}
    return _put(ground.catalogue, used)


def _put(catalogue: Catalogue, item_ids: Set[str]) -> list[dict[str, object]]:
    """Statements as a plan holds them, in the order of the catalogue."""
    return [
        {
            "id": item.id,
            "category": catalogue.checklist_items.category_name(item),
            "statement": item.statement,
            "basis": catalogue.basis_text(item),
            "severity": item.severity.value,
            **catalogue.asked(item).kept(),
        }
        for item in catalogue.checklist_items.items
        if item.id in item_ids
    ]


def _looked_at(ground: Ground, unit: Unit) -> list[str]:
    """The statements an inspector looks at in a unit on the spot, each time all that apply; never asked of the unit."""
    kind = ground.catalogue.campaign_kinds.rule(ground.campaign.kind)
    found = ground.catalogue.checklist_items.applicable(kind.items_of, set(unit.tags), Respondent.INSPECTOR)
    return [item.id for item in found]


def _unit(ground: Ground, unit: Unit, chosen: tuple[Chosen, ...]) -> dict[str, object]:
    names = ground.catalogue.checklist_items
    stressed = sorted({names.category_name(one.item) for one in chosen if one.because is Selection.STRESSED})
    reasons = unit_reasons(ground.assessment, unit)
    stress = ""
    if stressed:
        faults = "、".join(f"{name}缺失 {count} 件" for name, count in reasons.items())
        own = stressed_categories(ground.assessment, unit.id)
        told = [own[one] for one in dict.fromkeys(one.item.prefix for one in chosen) if one in own]
        reason = "；".join(dict.fromkeys(text.removesuffix("。") for text in (faults, *told) if text))
        stress = ground.catalogue.wording.line("stress_reason", {"categories": "、".join(stressed), "reason": reason})
    return {
        "id": unit.id,
        "name": unit.name,
        "staff": unit.staff_count,
        "items": [{"id": one.item.id, "because": one.because.value} for one in chosen],
        "inspector_items": _looked_at(ground, unit),
        "stress": stress,
        "assessment": [one["text"] for one in sentences_of(ground.assessment, unit.id)],
    }


def joint_units(ground: Ground) -> list[Unit]:
    """The units that carry this kind of inspection out with the ethics office (會同), inspected or not; none for most.

    Raises BadSource where the roster has no unit bearing the tag.
    """
    tag = ground.catalogue.campaign_kinds.rule(ground.campaign.kind).joint_with
    if not tag:
        return []
    found = [unit for unit in roster.units(ground.session) if tag in unit.tags and not unit.is_ethics]
    if not found:
        raise BadSource(
            speak(
                f"沒有單位標有 {tag}，無從會同檢查", f"no unit bears the tag {tag}, with which this inspection is held"
            ),
            place="roster",
            remedy=speak("請於名冊標註該單位", "tag the unit"),
        )
    return found


def groups_of(ground: Ground) -> Grouping:
    """Who inspects whom; raises BadSource where the roster has too few people."""
    on = clock.local_date(ground.campaign.window_start)
    session = ground.session

    def inspectors(role: Role) -> list[Inspector]:
        people = roster.holders(session, role, on=on)
        return [Inspector(one.id, one.name, one.title, one.unit_id or "") for one in people]

    leaders = inspectors(Role.ETHICS_STAFF) + inspectors(Role.ETHICS_HEAD)
    leaders = list({leader.person_id: leader for leader in leaders}.values())
    ethics = next((unit.id for unit in ground.units if unit.is_ethics), None)
    unit_ids = [unit.id for unit in ground.units]
    joint = {unit.id for unit in joint_units(ground)}
    members, outsider = inspectors(Role.INSPECTOR), _outsider(ground, ethics)
    before = groups.led_before(session, ground.campaign)
    weights = {unit.id: len(items_of(ground, unit)) for unit in ground.units}
    try:
        if joint:
            return group_jointly(
                unit_ids,
                joint_units=joint,
                ethics_unit=ethics,
                leaders=leaders,
                members=members,
                outsider=outsider,
                last_leader=before,
                weights=weights,
            )
        return group(
            unit_ids,
            ethics_unit=ethics,
            leaders=leaders,
            members=members,
            outsider=outsider,
            last_leader=before,
            weights=weights,
        )
    except ValueError as error:
        raise BadSource(
            str(error),
            place="roster",
            remedy=speak("請補齊名冊內之職務後匯入", "complete the roles in the roster and import it"),
        ) from None


def _outsider(ground: Ground, ethics: str | None) -> Inspector | None:
    """Who inspects the ethics office: named for this campaign, else in the roster, else the 主任秘書 (A15)."""
    session, on = ground.session, clock.local_date(ground.campaign.window_start)
    named = [roster.person(session, ground.campaign.outsider_id)] if ground.campaign.outsider_id else []
    listed = roster.holders(session, Role.INSPECTOR, on=on, unit_id=ethics) if ethics else []
    found = [*named, *listed, *roster.holders(session, Role.CHIEF_SECRETARY, on=on)]
    return next((Inspector(one.id, one.name, one.title, one.unit_id or "") for one in found), None)


def _bases(ground: Ground, agency: str) -> list[str]:
    on = clock.local_date(ground.campaign.window_start)
    form = ground.catalogue.plan_form(ground.campaign.kind)
    return [ground.catalogue.valid_basis(basis, on).citation(agency) for basis in form.bases]


def assessment_of(assessment: Assessment, catalogue: Catalogue) -> list[dict[str, object]]:
    """The agency's sentences by factor, as a plan holds and prints them."""
    return [
        {
            "heading": heading,
            "sentences": [one["text"] for one in sentences_of(assessment) if one["factor"] == int(factor)],
        }
        for factor, heading in sorted(catalogue.assessment_sentences.factor_names.items())
    ]


def consulted_units(session: Session, plan: Plan, catalogue: Catalogue) -> str:
    """Names in the 會辦 cell of a plan's paper, from the approval table and the roster."""
    campaign = campaigns.get(session, plan.campaign_id)
    return consulted(session, campaign, catalogue.plan_decision(campaign.kind), at=plan.drafted_at)
