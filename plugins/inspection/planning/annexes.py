"""The annexes every form of plan prints alike: items, shares, how they are read, and who inspects whom."""

from __future__ import annotations

from typing import Any

from inspection.documents.kinds.plan import Crawl, InspectorGroup, PlanItem, PlanShare
from inspection.planning.ground import selection_words


def items(content: dict[str, Any]) -> list[PlanItem]:
    """The statements put to the units."""
    selection = selection_words(content)
    return [
        {
            "number": number,
            "code": item["id"],
            "category": item["category"],
            "statement": item["statement"],
            "basis": item["basis"],
            "selection": selection[item["id"]],
        }
        for number, item in enumerate(content["items"], start=1)
    ]


def shares(content: dict[str, Any]) -> list[PlanShare]:
    """The shared folders that are read."""
    names = _unit_names(content)
    return [
        {
            "number": number,
            "unit": names[share["unit_id"]],
            "path": share["address"],
            "scope": content["crawl"]["scope"],
        }
        for number, share in enumerate(content["shares"], start=1)
    ]


def crawl(content: dict[str, Any]) -> Crawl:
    """Account, method and period of the crawl, and what is left out (officer review A11)."""
    return {
        "account": content["crawl"]["account"],
        "method": content["crawl"]["method"],
        "period": content["period"],
        "exclusions": content["crawl"]["exclusions"],
    }


def groups(content: dict[str, Any]) -> list[InspectorGroup]:
    """The groups of inspectors with their units."""
    names = _unit_names(content)
    return [
        {
            "number": f"第 {number} 組",
            "leader": group["leader"],
            "members": "、".join(group["members"]),
            "units": "、".join(names[unit_id] for unit_id in group["unit_ids"]),
            "note": "；".join(_group_note(group, names)),
        }
        for number, group in enumerate(content["groups"], start=1)
    ]


def _group_note(group: dict[str, Any], names: dict[str, str]) -> list[str]:
    """Who comes from outside, how much there is to check, and where the lead could not be rotated."""
    found = ["政風室以外人員"] if group["outsider"] else []
    if group.get("statements"):
        found.append(f"{len(group['unit_ids'])} 單位 {group['statements']} 題")
    if group.get("repeated"):
        found.append(f"{'、'.join(names[one] for one in group['repeated'])}無法輪替")
    return found


def _unit_names(content: dict[str, Any]) -> dict[str, str]:
    return {str(unit["id"]): str(unit["name"]) for unit in content["units"]}
