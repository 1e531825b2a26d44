"""Which dismissals hold for what a crawl finds anew: a renamed or moved file is the one a person looked at already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from sqlalchemy.orm import Session

from inspection.findings.suspected import Suspected
from inspection.rules.triage import TriageRules
from inspection.store import findings, roster
from inspection.store.findings import Decided


class Lookup(Protocol):
    """Finds the newest decision on each of some contents."""

    def __call__(self, session: Session, likenesses: Collection[str], *, campaign_id: str) -> dict[str, Decided]: ...


class Dismissals:
    """The dismissals of earlier campaigns, and of this one, as far as they hold in a campaign.

    One holds while the content is the same and nothing is suspected in it that was not suspected then. Where its ground
    is the place (`of_place` in `rules/triage.yaml`), the file must lie on the same share and be open to nobody else. A
    dismissal by somebody of the unit where the file turns up does not: nobody decides on the own unit. The newest
    decision counts: what was confirmed later is looked at again.
    """

    def __init__(
        self, session: Session, campaign_id: str, rules: TriageRules, *, decided_of: Lookup = findings.decided_of
    ) -> None:
        self._decided_of = decided_of
        self._session = session
        self._campaign_id = campaign_id
        self._of_place = frozenset(ground.id for ground in rules.dismissal_grounds if ground.of_place)
        self._own: dict[tuple[str, str], bool] = {}

    def of(self, found: Sequence[Suspected]) -> list[Decided | None]:
        """The dismissal that holds for each, or None; one statement, and few for units a file was moved between."""
        wanted = {one.likeness for one in found if one.likeness is not None}
        known = self._decided_of(self._session, wanted, campaign_id=self._campaign_id) if wanted else {}
        return [self._holding(one, known.get(one.likeness or "")) for one in found]

    def _holding(self, one: Suspected, earlier: Decided | None) -> Decided | None:
        if one.file is None or earlier is None or not earlier.dismissed:
            return None
        if not earlier.detectors.issuperset(one.detectors):
            return None
        if not earlier.defects.issuperset((one.file.mark or {}).get("defects", ())):
            return None
        if earlier.ground in self._of_place and not self._same_place(one, earlier):
            return None
        if one.unit_id != earlier.unit_id and self._by_own(earlier.decided_by, one.unit_id):
            return None
        return earlier

    @staticmethod
    def _same_place(one: Suspected, earlier: Decided) -> bool:
        file = one.file
        return (
            file is not None
            and file.share_id == earlier.share_id
            and earlier.broad_readers.issuperset(file.broad_readers or ())
        )

    def _by_own(self, person_id: str | None, unit_id: str) -> bool:
        if person_id is None:
            return False
        if (person_id, unit_id) not in self._own:
            person = roster.person(self._session, person_id)
            self._own[person_id, unit_id] = roster.is_own_unit(self._session, person, unit_id)
        return self._own[person_id, unit_id]
