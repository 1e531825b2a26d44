"""The lists the trigger forms in Airflow offer: units by code and name, officers by code and post, no person's name.

Reading a DAG file must touch no database, so a roster that is applied leaves them in a file of the office's home. What
a form offers helps who fills it and decides nothing: a code out of date is refused by the verb, with the right ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from inspection import settings

FILE = "form_lists.json"
LONGEST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FormLists:
    """What may be chosen, code to words, in the roster's order; empty where no roster was applied yet."""

    units: Mapping[str, str] = field(default_factory=dict)
    officers: Mapping[str, str] = field(default_factory=dict)


def drawn(session: Session, *, on: date) -> FormLists:
    """The lists of the roster as it stands on a day."""
    from inspection.store import roster
    from inspection.vocabulary import Role

    names = {unit.id: unit.name for unit in roster.units(session)}
    staff = [one for role in (Role.ETHICS_STAFF, Role.ETHICS_HEAD) for one in roster.holders(session, role, on=on)]
    return FormLists(
        {code: f"{code}　{name}" for code, name in names.items()},
        {one.id: f"{one.id}　{names.get(one.unit_id or '', '')}{one.title}" for one in staff},
    )


def write(lists: FormLists) -> Path:
    """Leaves the lists for the forms; returns the file, which is replaced whole."""
    from inspection.store.durable import lay

    file = settings.get().home_folder / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    lay(file, json.dumps(asdict(lists), ensure_ascii=False).encode(), mode=0o644)
    return file


def are_here() -> bool:
    """Whether a roster was applied with this machine's home folder."""
    return (settings.get().home_folder / FILE).is_file()


def read() -> FormLists:
    """The lists as they were left; none where there is no such file or it is none of ours: a form can do without."""
    try:
        with (settings.get().home_folder / FILE).open("rb") as file:
            told = json.loads(file.read(LONGEST_BYTES))
        return FormLists(_codes(told["units"]), _codes(told["officers"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return FormLists()


def _codes(told: Mapping[object, object]) -> dict[str, str]:
    return {str(code): str(words) for code, words in told.items()}
