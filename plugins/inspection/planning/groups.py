"""Groups the inspectors: an ethics lead and a joint member each, nobody at the own unit (officer review A15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from inspection.language import speak


@dataclass(frozen=True, slots=True)
class Inspector:
    """A person who inspects, with the unit he or she belongs to."""

    person_id: str
    name: str
    title: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class Group:
    """A lead, joint members and the units they inspect. `outsider` marks the group for the ethics office itself.

    `load` counts the statements to be checked; `repeated` names the units this lead inspected last time too.
    """

    leader: Inspector
    members: tuple[Inspector, ...]
    unit_ids: tuple[str, ...]
    outsider: bool = False
    load: int = 0
    repeated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grouping:
    """All groups, and whether the leads could be rotated against last time."""

    groups: tuple[Group, ...]
    rotated: bool


def group(
    unit_ids: Sequence[str],
    *,
    ethics_unit: str | None,
    leaders: Sequence[Inspector],
    members: Sequence[Inspector],
    outsider: Inspector | None,
    last_leader: Mapping[str, str] | None = None,
    weights: Mapping[str, int] | None = None,
) -> Grouping:
    """Spreads the units over the leads as evenly as own-unit and rotation rules allow.

    `last_leader` says who led where last time; `weights` how many statements a unit is asked (none: units count alike).

    Raises ValueError where no lead is given, where all belong to the unit itself, or where the ethics office is
    inspected and no outsider is named.
    """
    if not leaders:
        raise ValueError(speak("沒有政風人員可擔任領組", "no ethics staff to lead a group"))
    before, heavy = last_leader or {}, weights or {}
    load: dict[str, list[str]] = {leader.person_id: [] for leader in leaders}
    rotated = True
    for unit_id in [unit_id for unit_id in unit_ids if unit_id != ethics_unit]:
        free = [leader for leader in leaders if leader.unit_id != unit_id]
        if not free:
            raise ValueError(
                speak(
                    f"各領組均屬 {unit_id}；請指定其他單位之人員",
                    f"every leader belongs to {unit_id}; name one from another unit for it",
                )
            )
        fresh = [leader for leader in free if before.get(unit_id) != leader.person_id]
        rotated = rotated and bool(fresh)
        chosen = min(fresh or free, key=lambda leader: (_weight(load[leader.person_id], heavy), leader.person_id))
        load[chosen.person_id].append(unit_id)
    groups = [
        Group(
            leader,
            _joint(members, load[leader.person_id], turn),
            tuple(load[leader.person_id]),
            load=_weight(load[leader.person_id], heavy),
            repeated=tuple(one for one in load[leader.person_id] if before.get(one) == leader.person_id),
        )
        for turn, leader in enumerate(leaders)
        if load[leader.person_id]
    ]
    if ethics_unit in unit_ids:
        if outsider is None or outsider.unit_id == ethics_unit:
            raise ValueError(
                speak(
                    "政風室須由外部人員檢查；請指定該人員",
                    "the ethics office is inspected by somebody named from outside it; name that person",
                )
            )
        own = str(ethics_unit)
        groups.append(Group(outsider, (), (own,), outsider=True, load=heavy.get(own, 1)))
    return Grouping(tuple(groups), rotated and len(leaders) > 1)


def group_jointly(
    unit_ids: Sequence[str],
    *,
    joint_units: AbstractSet[str],
    ethics_unit: str | None,
    leaders: Sequence[Inspector],
    members: Sequence[Inspector],
    outsider: Inspector | None,
    last_leader: Mapping[str, str] | None = None,
    weights: Mapping[str, int] | None = None,
) -> Grouping:
    """As `group`, each lead with a member of the joint units; these are inspected by groups of their own, whose
    member belongs to none of them.

    Raises ValueError also where no member belongs to the joint units.
    """
    of_joint = [member for member in members if member.unit_id in joint_units]
    if not of_joint:
        raise ValueError(
            speak(
                "會同檢查之單位沒有檢查員；請指定一人",
                "no inspector belongs to the unit the inspection is held with; name one there",
            )
        )
    inspected = [unit_id for unit_id in unit_ids if unit_id not in joint_units]
    others = group(
        inspected,
        ethics_unit=ethics_unit,
        leaders=leaders,
        members=of_joint,
        outsider=outsider,
        last_leader=last_leader,
        weights=weights,
    )
    apart = group(
        [unit_id for unit_id in unit_ids if unit_id in joint_units],
        ethics_unit=None,
        leaders=leaders,
        members=[member for member in members if member.unit_id not in joint_units],
        outsider=None,
        last_leader=last_leader,
        weights=weights,
    )
    accompanied = [replace(one, members=(of_joint[0],)) if one.outsider else one for one in others.groups]
    return Grouping((*accompanied, *apart.groups), others.rotated and apart.rotated)


def _weight(unit_ids: Sequence[str], weights: Mapping[str, int]) -> int:
    return sum(weights.get(unit_id, 1) for unit_id in unit_ids)


def _joint(members: Sequence[Inspector], unit_ids: Sequence[str], turn: int) -> tuple[Inspector, ...]:
    """One joint member who belongs to none of the group's units, another for each group where possible."""
    fit = [member for member in members if member.unit_id not in unit_ids]
    return (fit[turn % len(fit)],) if fit else ()
