"""The annexes every form of plan prints alike: items, shares, how they are read, and who inspects whom."""

from __future__ import annotations

from typing import Any

from inspection.documents.kinds.plan import Crawl, InspectorGroup, InspectorItem, PlanItem, PlanShare
from inspection.planning.ground import selection_words
from inspection.shares.address import parse_address

NOT_READ = "不予清查"
EVERYWHERE = "各單位"


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


def inspector_items(content: dict[str, Any]) -> list[InspectorItem]:
    """The statements inspectors look at on the spot, with the units where they do; none in a plan drafted before there
    were any."""
    names = _unit_names(content)
    found: list[InspectorItem] = []
    for number, item in enumerate(content.get("inspector_items", ()), start=1):
        where = [str(unit["id"]) for unit in content["units"] if item["id"] in unit["inspector_items"]]
        everywhere = len(where) == len(content["units"])
        found.append(
            {
                "number": number,
                "code": item["id"],
                "category": item["category"],
                "statement": item["statement"],
                "basis": item["basis"],
                "units": EVERYWHERE if everywhere else "、".join(names[one] for one in where),
            }
        )
    return found


def shares(content: dict[str, Any]) -> list[PlanShare]:
    """The shared folders: those that are read, then those the plan leaves out."""
    names = _unit_names(content)
    ordered = sorted(content["shares"], key=lambda share: bool(share.get("excluded")))
    return [
        {
            "number": number,
            "unit": names[share["unit_id"]],
            "path": shown_address(share["address"]),
            "scope": NOT_READ if share.get("excluded") else content["crawl"]["scope"],
        }
        for number, share in enumerate(ordered, start=1)
    ]


def shown_address(address: str) -> str:
    r"""As people know it: `\\server\share`; a local folder as it is."""
    parsed = parse_address(address)
    if parsed.is_local:
        return address
    return parsed.unc + (f"\\{parsed.folder}".replace("/", "\\") if parsed.folder else "")


def crawl(content: dict[str, Any]) -> Crawl:
    """Account, method and period of the crawl, what is left out, and what verification may read (officer review A2);
    all '' where no share is read."""
    terms = content["crawl"]
    return {
        "account": terms.get("account", ""),
        "method": terms.get("method", ""),
        "period": terms.get("period", content["period"] if terms else ""),
        "exclusions": terms.get("exclusions", ""),
        "recheck_period": terms.get("recheck_period", ""),
        "recheck_scope": terms.get("recheck_scope", ""),
    }


def groups(content: dict[str, Any]) -> list[InspectorGroup]:
    """The groups of inspectors with their units."""
    names = _unit_names(content)
    return [
        {
            "number": f"第{number}組",
            "leader": group["leader"],
            "members": "\n".join(_members(group)),
            "units": "、".join(names[unit_id] for unit_id in group["unit_ids"]),
            "note": "；".join(_group_note(group, names)),
        }
        for number, group in enumerate(content["groups"], start=1)
    ]


def group_of(content: dict[str, Any], unit_id: str) -> InspectorGroup:
    """Who inspects a unit, as annex 3 names them; all empty where nobody does."""
    for kept, printed in zip(content["groups"], groups(content), strict=True):
        if unit_id in kept["unit_ids"]:
            return printed
    return {"number": "", "leader": "", "members": "", "units": "", "note": ""}


def _members(group: dict[str, Any]) -> list[str]:
    """Each joint member with the unit that sent them."""
    units = group.get("member_units") or [""] * len(group["members"])
    return [f"{unit}{member}" for unit, member in zip(units, group["members"], strict=True)]


def _group_note(group: dict[str, Any], names: dict[str, str]) -> list[str]:
    """Who comes from outside, how much there is to check, and where the lead could not be rotated."""
    found = ["政風室以外人員"] if group["outsider"] else []
    if group.get("statements"):
        found.append(f"{len(group['unit_ids'])}單位{group['statements']}項")
    if group.get("repeated"):
        found.append(f"{'、'.join(names[one] for one in group['repeated'])}無法輪替")
    return found


def _unit_names(content: dict[str, Any]) -> dict[str, str]:
    return {str(unit["id"]): str(unit["name"]) for unit in content["units"]}
