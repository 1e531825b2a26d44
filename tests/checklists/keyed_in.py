"""A visit as its group keys it in and a second person confirms it, by the verbs alone."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from inspection import clock as now
from inspection.checklists import spot as spotting
from inspection.checklists import spot_reading as reading
from inspection.checklists.draft import Change
from inspection.findings.on_the_spot import confirm_record
from inspection.rules import catalogue
from inspection.store import checklists, groups, roster
from inspection.vocabulary import Control, Equipment, Role

HEAD = {
    "visited_on": "115年11月2日", "place_seen": "二樓辦公室及檔案室", "present": "承辦人及代理人", "signed": "head",
    "copy_left": "yes",
    "merits": "專櫃鑰匙分由二人保管，交接有紀錄。", "unit_statement": "該櫃鎖具損壞，已於當日報修。",
    "besides": "走道堆置待銷毀紙箱，已請當日清運。",
}  # fmt: skip
KIT = {
    Equipment.HOLDING: ("3", "檔案室、主管室", "115年9月1日"),
    Equipment.DESTROYING: ("1", "影印間", "115年10月12日"),
    Equipment.MARKING: ("0", "", ""),
    Equipment.SEPARATING: ("2", "檔案室", ""),
}


def visit(items: list[dict[str, object]], *, wrong: int = 1) -> dict[str, str]:
    """What is typed: of the statements answered by a word the first `wrong` are not in order, the last was not looked
    at; the others are, some with a sample."""
    chosen = [str(one["id"]) for one in items if reading.Asked.of(one).answer.control is Control.CHOICE]
    typed = dict(HEAD)
    for number, code in enumerate(chosen[:-1]):
        if number < wrong:
            typed |= {
                f"answer.{code}": "does_not_conform", f"sampled.{code}": "3", f"conforming.{code}": "2",
                f"register.{code}": "座位平面圖", f"drawn.{code}": "第17、42、88號座位",
                f"remark.{code}": "第42號座位之公文櫃下班後未上鎖",
            }  # fmt: skip
            continue
        typed[f"answer.{code}"] = "conforms"
        if number % 4 == 1:
            typed |= {f"sampled.{code}": "2", f"conforming.{code}": "2", f"register.{code}": "訪客登記簿"}
            typed[f"drawn.{code}"] = f"第{number}、{number + 9}號"
    for kind, (count, place, day) in KIT.items():
        typed |= {f"count.{kind}": count, f"place.{kind}": place, f"checked.{kind}": day}
    return typed


def leader_of(session: Session, campaign_id: str, unit_id: str) -> str:
    """Who leads the group of a unit."""
    own = [one for one in groups.in_force(session) if one.campaign_id == campaign_id]
    return next(one.leader_id for one in own if unit_id in one.unit_ids)


def key_in(session: Session, checklist_id: str, typed: Mapping[str, str] | None = None, *, wrong: int = 1) -> None:
    """Keyed in and sent by who leads the group, confirmed by another of the ethics office."""
    checklist = checklists.get(session, checklist_id)
    lead = leader_of(session, checklist.campaign_id, checklist.unit_id)
    on = now.today()
    office = [one.id for role in (Role.ETHICS_STAFF, Role.ETHICS_HEAD) for one in roster.holders(session, role, on=on)]
    second = next(one for one in office if one != lead)
    items = reading.looked_at(session, checklist)
    was = reading.of(session, checklist, items)
    given = visit(items, wrong=wrong) if typed is None else typed
    changes = [Change(name, text, was.digest(name)) for name, text in given.items()]
    spotting.save(session, checklist_id, changes, person_id=lead, at=now.now())
    told = reading.ready(session, checklist, at=now.now())
    assert not told.problems, told.problems
    spotting.send(session, checklist_id, seen=told.digest, person_id=lead, at=now.now())
    confirm_record(
        session, checklist_id, seen=told.digest, person_id=second, catalogue=catalogue.current(), at=now.now()
    )
