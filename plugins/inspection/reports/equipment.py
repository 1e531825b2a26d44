"""附表2 of the campaign's report: the 保密設備清冊 of every unit visited, counted anew from the confirmed records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sqlalchemy.orm import Session

from inspection.calendar import roc
from inspection.documents.kinds.campaign_report import EquipmentCell, EquipmentLine
from inspection.model import SpotEquipment
from inspection.rules.catalogue import Catalogue
from inspection.store import spot
from inspection.vocabulary import Equipment

NOT_LOOKED_AT = "—"


def equipment(
    session: Session, campaign_id: str, names: Mapping[str, str], catalogue: Catalogue
) -> list[EquipmentLine]:
    """A line for each unit with a confirmed record, in the order of `names` (unit id to name), and their sum; none
    where no unit was visited. A kind nobody looked at is told from one of which there is none."""
    every = spot.equipment_of_campaign(session, campaign_id)
    if not every:
        return []
    lines = [_line(names[unit], {one.kind: _cell(one) for one in every[unit]}) for unit in names if unit in every]
    sums = {kind: [one.count for rows in every.values() for one in rows if one.kind is kind] for kind in Equipment}
    total = {kind: EquipmentCell(count=str(sum(counts)), note="") for kind, counts in sums.items() if counts}
    return [*lines, _line(catalogue.wording.line("report_total"), total)]


def _line(unit: str, cells: Mapping[Equipment, EquipmentCell]) -> EquipmentLine:
    nothing = EquipmentCell(count=NOT_LOOKED_AT, note="")
    return cast("EquipmentLine", {"unit": unit, **{kind.value: cells.get(kind, nothing) for kind in Equipment}})


def _cell(one: SpotEquipment) -> EquipmentCell:
    day = roc.dotted(one.checked_on) if one.checked_on else ""
    return {"count": str(one.count), "note": "\n".join(part for part in (one.place, day) if part)}
