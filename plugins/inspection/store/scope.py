"""Which matters a list may hold, said in SQL: a row of somebody else's unit is never loaded."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import InstrumentedAttribute


@dataclass(frozen=True, slots=True)
class Scope:
    """The matters somebody may treat, by unit and campaign.

    `units`: all matters of these (None: of every unit). `joined`: (unit, campaign) whose matters are seen besides.
    `without`: units left out all the same, where nobody judges their own. `barred`: campaigns left out.
    """

    units: frozenset[str] | None = frozenset()
    joined: frozenset[tuple[str, str]] = frozenset()
    without: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether no matter at all can be in it."""
        return self.units is not None and not self.units - self.without and not self.joined

    @property
    def units_named(self) -> frozenset[str] | None:
        """Units of which any matter may be in it; None for every unit."""
        return None if self.units is None else self.units | {unit for unit, _ in self.joined}

    def holds(self, unit_id: str, campaign_id: str) -> bool:
        """The same question of one matter that is loaded already."""
        if campaign_id in self.barred or unit_id in self.without:
            return False
        return self.units is None or unit_id in self.units or (unit_id, campaign_id) in self.joined

    def where(
        self, unit: InstrumentedAttribute[str], campaign: InstrumentedAttribute[str] | None = None
    ) -> ColumnElement[bool]:
        """The condition on the columns of a query; a list without a campaign holds no joined matters and bars none."""
        inside: ColumnElement[bool] = true() if self.units is None else unit.in_(sorted(self.units))
        if campaign is not None:
            pairs = [and_(unit == one, campaign == of) for one, of in sorted(self.joined)]
            inside = and_(or_(inside, *pairs), campaign.not_in(sorted(self.barred)))
        return and_(inside, unit.not_in(sorted(self.without)))
